"""The main job, shown in ten seconds: one good lock and two bad ones, tested by the installed command on simulated rigs.

`make demo` runs this. It exits 0 where every verdict is the expected one, else 1 with a sentence that says which was not.
"""

import json
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

WIDTH: Final = 78
SECONDS: Final = 60
"""A test that takes longer than this on a simulated rig hangs."""
SIGNS: Final = {"PASS": "\x1b[1;97;44m", "FAIL": "\x1b[1;30;48;5;208m"}
"""White on blue, black on orange: one man in twelve does not tell red from green."""
RESET: Final = "\x1b[0m"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """One lock of the demonstration, and the verdict that it must get. `fault` None: the lock is good."""

    story: str
    kind: str
    fault: str | None
    verdict: str
    exit_code: int

    @property
    def rig(self) -> str:
        """The simulated rig with this lock on it."""
        return f"sim:{self.fault}" if self.fault else "sim"


LOCKS: Final = (
    Lock(story="A good rear door lock.", kind="rear_door", fault=None, verdict="PASS", exit_code=0),
    Lock(
        story="A rear door whose warning light never goes out.", kind="rear_door", fault="switch_stuck_closed", verdict="FAIL", exit_code=1
    ),
    Lock(story="A tailgate that opens late and without force.", kind="tailgate", fault="wire_high_r", verdict="FAIL", exit_code=1),
)


def run_lock(lock: Lock, out: Path) -> tuple[dict[str, Any] | None, str, list[str]]:
    """Test one lock; return its verdict document (None: there is none), what went wrong ('' for nothing), and the command."""
    words = ["test", "--rig", lock.rig, "--kind", lock.kind]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench", *words, "--out", str(out), "--json"],
            capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None, f"no verdict within {SECONDS} s", words
    try:
        document: dict[str, Any] = json.loads(done.stdout)
    except json.JSONDecodeError:
        said = done.stderr.strip().splitlines()
        return None, f"no verdict, exit code {done.returncode}: {said[-1] if said else 'nothing was said'}", words
    return document, complaint(lock, document, done.returncode), words


def complaint(lock: Lock, document: dict[str, Any], exit_code: int) -> str:
    """Return what is not as expected in one clause; '' where all is."""
    if (document["verdict"], exit_code) != (lock.verdict, lock.exit_code):
        return f"expected {lock.verdict} (exit code {lock.exit_code}), got {document['verdict']} (exit code {exit_code})"
    if lock.fault and lock.fault not in document["diagnoses"][0]["group"]:
        return f"the lock has {lock.fault}, the verdict names {document['diagnoses'][0]['fault']}"
    return ""


def show(lock: Lock, document: dict[str, Any], report: Path, *, colour: bool) -> None:
    """Print one verdict briefly: what was found, why, what to do, and where the report lies."""
    best = document["diagnoses"][0] if document["diagnoses"] and document["verdict"] == "FAIL" else None
    found = best["title"] if best else "Lock is good" if document["verdict"] == "PASS" else document["reason"]
    bar = f" {document['verdict']}  {found}"[:WIDTH].ljust(WIDTH)
    print(f"{SIGNS.get(document['verdict'], '')}{bar}{RESET}" if colour else f"[{document['verdict']}] {found}")
    if best:
        others = len(best["group"]) - 1
        sure = sum(document["probabilities"][fault] for fault in best["group"])
        twin = {0: "", 1: " (one other fault looks the same from here)"}.get(others, f" ({others} others look the same from here)")
        tell("certainty", f"{min(sure, 0.999):.1%}{twin}")
        tell("why", best["evidence"][0]["text"])
        tell("to do", best["remedy"])
        tell("next test", best["next_test"])
    elif document["verdict"] == "PASS":
        steps = document["steps"]
        tell("certainty", f"{document['probabilities']['healthy']:.1%}")
        tell("why", f"{sum(step['verdict'] == 'PASS' for step in steps)} of {len(steps)} steps went as in a good lock.")
    print(f"   report     {report}\n")  # a path is for copying: it is never wrapped


def tell(label: str, text: str) -> None:
    """Print a text under its label, wrapped."""
    print(textwrap.fill(text, WIDTH, initial_indent=f"   {label:<11}", subsequent_indent=" " * 14))


def main() -> int:
    """Test the three locks; return 0 where each verdict is the expected one, else 1."""
    out = Path("runs") / "demo"
    colour = sys.stdout.isatty()
    began = time.monotonic()
    wrong = []
    print("\nlockbench tests three locks, each on a simulated rig: close, lock, unlock, release, wiggle, open.\n", flush=True)
    with ThreadPoolExecutor(len(LOCKS)) as pool:  # side by side: nobody waits for the third lock
        running = [pool.submit(run_lock, lock, out) for lock in LOCKS]
    for n, (lock, run) in enumerate(zip(LOCKS, running, strict=True), start=1):
        document, bad, words = run.result()
        print(f"{n}. {lock.story}")
        print(f"   $ lockbench {' '.join(words)}")
        if document is not None:
            show(lock, document, out / document["run"] / "report.html", colour=colour)
        if bad:
            wrong.append(f"demo: lock {n} ({lock.rig}, {lock.kind}): {bad}.")
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        return 1
    print(f"Three locks, three right verdicts, {time.monotonic() - began:.1f} s. Open a report in any browser; no network is needed.")
    print(f"More: {Path(sys.executable).parent / 'lockbench'} --help, and README.md.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
