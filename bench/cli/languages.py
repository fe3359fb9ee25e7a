"""Which language a command speaks: --lang, else LOCKBENCH_LANG, else English."""

import argparse
import os

from bench.config.languages import VARIABLE, chosen_language
from bench.model.language import Language


def language_of(arguments: argparse.Namespace) -> Language:
    """Return the language that was asked for; raise UsageError, with those that exist, for an unknown one."""
    return chosen_language(arguments.lang, os.environ.get(VARIABLE))
