"""The languages that come with the package: one gettext file in `bench/locale/` each; another language is another file.

Three lines of a file's header are ours: `X-Language-Name` (what its speakers call it), `X-Decimal` (the decimal separator) and
`X-Date` (the date, with the places {y} {m} {d}).
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from bench.errors import ConfigError, UsageError
from bench.model.language import ENGLISH, Language

LOCALE: Final = Path(__file__).resolve().parent.parent / "locale"
VARIABLE: Final = "LOCKBENCH_LANG"
"""The environment variable that names the language where no --lang does."""


def language_codes() -> tuple[str, ...]:
    """Return the codes of the languages that exist: `en`, then each file of `bench/locale/`."""
    return ("en", *sorted(path.stem for path in LOCALE.glob("*.po") if path.stem != "en"))


def load_language(code: str) -> Language:
    """Return a language; raise UsageError for an unknown code (with all that exist) and ConfigError for a file that is no gettext file."""
    if code == "en":
        return ENGLISH
    if code not in language_codes():
        raise UsageError(f"no language {code!r}; there are: {', '.join(language_codes())}")
    return read_language(LOCALE / f"{code}.po")


def chosen_language(given: str | None, environment: str | None) -> Language:
    """Return the language to speak: what was asked for, else what LOCKBENCH_LANG says, else English."""
    if given:
        return load_language(given)
    if not environment:
        return ENGLISH
    if environment not in language_codes():
        raise UsageError(f"{VARIABLE}={environment}: no such language; there are: {', '.join(language_codes())}")
    return load_language(environment)


def system_language(environment: Mapping[str, str]) -> str | None:
    """Return the code of the system's language where it is one of ours, by POSIX's order: LC_ALL, LC_MESSAGES, LANG; else None."""
    named = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    code = re.split(r"[_.@]", named, maxsplit=1)[0]
    return code if code in language_codes() else None


@lru_cache(maxsize=16)
def read_language(path: Path) -> Language:
    """Read one gettext file; untranslated and fuzzy entries stay English. Raises ConfigError where it is none."""
    import polib

    try:
        entries = polib.pofile(str(path), encoding="utf-8")
    except (OSError, UnicodeDecodeError, ValueError) as exc:
        raise ConfigError(f"{path}: no readable gettext file: {exc}") from exc
    header = entries.metadata
    texts = {e.msgid: e.msgstr for e in entries if e.msgstr and not e.fuzzy and not e.obsolete}
    return Language(
        code=path.stem, name=header.get("X-Language-Name", path.stem), texts=texts,
        decimal=header.get("X-Decimal", "."), date_form=header.get("X-Date", ENGLISH.date_form),
    )  # fmt: skip
