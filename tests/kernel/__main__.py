"""`make test-kernel`: the drivers, the stop matrix and whole tests on a real Linux kernel with CAN, GPIO and I2C, in a guest.

Four guests: three of a user-mode Linux kernel (built once from Debian's source, cached) with vcan, slcan, ISO-TP, gpio-sim and
I2C registers, one of them with a clock that waits for its CPU; and Debian's own kernel in QEMU with two emulated Kvaser CAN
controllers on one bus. What runs in them is `tests/kernel/test_kernel_*.py` and the driver suites of `make test`. `--native` runs
what this machine's own kernel can.

Exit code: 0 all passed, or a machine that cannot run it (said in a line); 1 something failed or a guest died.
"""

import argparse
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.kernel.guests import GUESTS, Guest, Outcome, boot, native
from tests.kernel.kernels import CannotRun, kernel_for, packages


def main() -> int:
    """Prepare, boot, print; return the exit code."""
    parser = argparse.ArgumentParser(prog="make test-kernel", description=__doc__.splitlines()[0])
    parser.add_argument("--native", action="store_true", help="on this machine's own kernel, if it has vcan, gpio-sim and i2c-stub")
    parser.add_argument("--only", action="append", choices=[guest.name for guest in GUESTS], help="this guest alone; may be repeated")
    parser.add_argument("--tests", nargs=argparse.REMAINDER, help="these words for pytest instead of the guest's own suite; last")
    arguments = parser.parse_args()
    chosen = [guest for guest in GUESTS if arguments.only is None or guest.name in arguments.only]
    if arguments.tests:
        chosen = [guest.with_tests(tuple(arguments.tests)) for guest in chosen]
    die_at_once()
    begun_s = time.monotonic()
    try:
        outcomes = [native(chosen)] if arguments.native else in_guests(chosen)
    except CannotRun as reason:
        print(f"SKIPPED: kernel tests: {reason}")
        return 0
    return summary(outcomes, time.monotonic() - begun_s)


def die_at_once() -> None:
    """At Ctrl-C wait for no guest: whatever ends this program, the kernel ends them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def in_guests(chosen: list[Guest]) -> list[Outcome]:
    """Build what the guests boot from, then boot them, two at a time."""
    packages()
    kinds = sorted({guest.kind for guest in chosen})
    with ThreadPoolExecutor(len(kinds)) as pool:
        kernels = dict(zip(kinds, pool.map(kernel_for, kinds), strict=True))
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:  # a user-mode kernel has one CPU
        return list(pool.map(lambda guest: boot(guest, kernels[guest.kind], Path.cwd()), chosen))


def summary(outcomes: list[Outcome], took_s: float) -> int:
    """Print every guest's count and the sum; return 1 where one failed, passed nothing, or never came to its end."""
    total: dict[str, int] = {}
    for outcome in outcomes:
        for word, count in outcome.counts.items():
            total[word] = total.get(word, 0) + count
        counts = ", ".join(f"{count} {word}" for word, count in outcome.counts.items()) or "nothing"
        print(f"{outcome.name:>8}: {counts} in {outcome.took_s:.0f} s{'' if outcome.is_good else f'  <- {outcome.trouble}'}")
    is_good = all(outcome.is_good for outcome in outcomes)
    counts = ", ".join(f"{count} {word}" for word, count in total.items()) or "nothing ran"
    print(f"==== kernel: {counts} in {took_s:.0f} s{'' if is_good else ': FAILED'} ====")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
