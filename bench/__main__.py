"""`python -m bench` and the `lockbench` script."""

import sys


def main() -> int:
    """Run the command line; returns the exit code."""
    from bench.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
