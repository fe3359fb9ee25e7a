"""`python -m bench` and the `lockbench` script."""

import io
import os
import sys


def open_streams() -> None:
    """Open what was closed of the three standard streams on nothing: the next file that is opened would get its number.

    A library that complains would then write into a record, and the pin process would begin without a place to complain.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: this one
            os.set_inheritable(opened, True)  # noqa: FBT003 (a C call)
            setattr(sys, name, open(opened, "r" if number == 0 else "w", encoding="utf-8", closefd=False))  # noqa: SIM115


def main() -> int:
    """Run the command line; returns the exit code. An interrupt while it is still being imported, or already leaving, is one too."""
    open_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that knows ASCII only gets every answer too
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # nothing here is large enough for more; each start-up waits for them
    try:
        from bench.cli.main import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        sys.stderr.write("lockbench: interrupted\n")
        return 4


if __name__ == "__main__":
    sys.exit(main())
