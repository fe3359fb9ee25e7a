"""The command line: words in, an exit code out. Start-up is part of the product: nothing heavy is imported here."""

import argparse
import contextlib
import itertools
import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence

from bench.cli.parser import build_parser
from bench.cli.voice import VOICE, without_passwords
from bench.errors import BenchError
from bench.model.language import ENGLISH, Language

Command = Callable[[argparse.Namespace], int]


def run(argv: Sequence[str]) -> int:
    """Run one command and return its exit code (DESIGN 3.1). No traceback reaches a user, whatever went wrong."""
    VOICE.choose(lambda: _language_asked_for(argv))
    try:
        arguments = VOICE.translate(build_parser()).parse_args(argv)
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
            say(traceback.format_exc())
        return 5


def say(text: str) -> None:
    """Write a line for people; stdout belongs to the documents."""
    with contextlib.suppress(BrokenPipeError):
        print(without_passwords(VOICE.told(text)).encode("utf-8", "backslashreplace").decode(), file=sys.stderr, flush=True)


def show(text: str, *, first: bool = True) -> None:
    """Write what a command answers to stdout, in the language of whoever reads it; `first` False: the first column holds ids."""
    print(VOICE.told(text, first=first))


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


def _language_asked_for(argv: Sequence[str]) -> Language:
    """Return the language before anything is parsed: `--help` and a mistake are told in it too. English loads nothing for that."""
    given = next((after for word, after in itertools.pairwise(argv) if word == "--lang"), None)
    given = next((word.partition("=")[2] for word in argv if word.startswith("--lang=")), given)
    named = [given, *(os.environ.get(name) for name in ("LOCKBENCH_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))]
    if not any(name and not name.startswith(("en", "C", "POSIX")) for name in named):
        return ENGLISH
    from bench.cli.languages import language_of

    return language_of(argparse.Namespace(lang=given))


def _load(name: str) -> Command:
    """Import the command's module only now: `--help` must not wait for numpy. The panel is a way in of its own, beside this one."""
    from importlib import import_module

    command: Command = import_module(f"bench.{'web' if name == 'panel' else 'cli'}.{name}_command").main
    return command
