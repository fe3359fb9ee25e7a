"""`python -m bench` and the `lockbench` script."""

import io
import os
import sys


def main() -> int:
    """Run the command line; returns the exit code. An interrupt while it is still being imported, or already leaving, is one too."""
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
