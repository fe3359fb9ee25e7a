"""Which language a command speaks: --lang, else LOCKBENCH_LANG, else that of the system (LC_ALL, LC_MESSAGES, LANG), else English."""

import argparse
import os

from bench.config.languages import VARIABLE, chosen_language, system_language
from bench.model.language import Language


def language_of(arguments: argparse.Namespace) -> Language:
    """Return the language that was asked for; raise UsageError, with those that exist, for an unknown one."""
    return chosen_language(getattr(arguments, "lang", None), os.environ.get(VARIABLE) or system_language(os.environ))
