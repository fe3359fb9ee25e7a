"""The command line: words in, an exit code out. Start-up is part of the product: nothing heavy is imported here."""

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Callable, Sequence

from bench.cli.parser import build_parser
from bench.errors import BenchError

Command = Callable[[argparse.Namespace], int]


def run(argv: Sequence[str]) -> int:
    """Run one command and return its exit code (DESIGN 3.1). No traceback reaches a user, whatever went wrong."""
    parser = build_parser()
    try:
        arguments = parser.parse_args(argv)
    except SystemExit as exc:
        return int(exc.code or 0) if isinstance(exc.code, int) or exc.code is None else 2
    try:
        command = _load(arguments.command)
        code = command(arguments)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader went away (`| head`): nothing is wrong with the run; keep the interpreter from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except BenchError as exc:
        say(f"lockbench: {exc}")
        return exc.exit_code
    except KeyboardInterrupt:
        say("lockbench: interrupted")
        return 4
    except SystemExit as exc:
        say(f"lockbench: something that was called wanted to leave with {exc.code!r}; that is no verdict")
        return 5
    except MemoryError:
        say("lockbench: out of memory")
        return 5
    except Exception as exc:
        say(f"lockbench: internal error: {type(exc).__name__}: {exc} (LOCKBENCH_DEBUG=1 shows where)")
        if os.environ.get("LOCKBENCH_DEBUG"):
            raise
        return 5


def say(text: str) -> None:
    """Write a line for people; stdout belongs to the documents."""
    with contextlib.suppress(BrokenPipeError):
        print(text.encode("utf-8", "backslashreplace").decode(), file=sys.stderr, flush=True)


def put_json(document: bytes | str | dict[str, object]) -> None:
    """Write one JSON document as a line to stdout."""
    text = document if isinstance(document, str) else document.decode() if isinstance(document, bytes) else json.dumps(document)
    binary = getattr(sys.stdout, "buffer", None)
    if binary is None:
        print(text, flush=True)
        return
    sys.stdout.flush()
    binary.write(text.encode("utf-8", "backslashreplace") + b"\n")  # JSON is UTF-8, whatever the terminal's locale
    binary.flush()


def _load(name: str) -> Command:
    """Import the command's module only now: `--help` must not wait for numpy. The panel is a way in of its own, beside this one."""
    from importlib import import_module

    command: Command = import_module(f"bench.{'web' if name == 'panel' else 'cli'}.{name}_command").main
    return command
