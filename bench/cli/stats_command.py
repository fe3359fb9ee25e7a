"""`lockbench stats`: statistics over the history, and the gauge R&R study."""

import argparse
from pathlib import Path

import msgspec

from bench.app.history import open_history
from bench.app.reporting import write_report
from bench.app.stats import GaugeStudies, Stats, gauge_of, stats_of
from bench.cli.history_command import filter_of, place_of, tell_problems
from bench.cli.languages import language_of
from bench.cli.main import put_json
from bench.errors import UsageError
from bench.model.language import Language
from bench.report.stats_page import grr_page, stats_page
from bench.report.stats_text import grr_text, stats_text


def main(arguments: argparse.Namespace) -> int:
    """Print or write the statistics; exit code 0, or 2 where a study is incomplete."""
    language = language_of(arguments)
    with open_history(place_of(arguments)) as history:
        tell_problems(history)
        wanted = filter_of(arguments)
        if arguments.what == "grr":
            study = Path(arguments.study) if arguments.study else None
            result: Stats | GaugeStudies = gauge_of(history, wanted, study=study, measurement=arguments.measurement)
        else:
            result = stats_of(history, wanted)
    if arguments.output:
        path = Path(arguments.output)
        write_report(path, _written(result, path, about=_about(arguments, result, language), language=language))
        if not arguments.json:
            print(path)
    if arguments.json:
        put_json(msgspec.json.encode(result))
    elif not arguments.output:
        print(_text(result, language))
    return 0


def _text(result: Stats | GaugeStudies, language: Language) -> str:
    if isinstance(result, GaugeStudies):
        return grr_text(result.studies, language)
    return stats_text(result.first_pass_yield, result.faults, result.capabilities, language)


def _written(result: Stats | GaugeStudies, path: Path, *, about: str, language: Language) -> str:
    if path.suffix.lower() == ".json":
        return msgspec.json.format(msgspec.json.encode(result), indent=2).decode() + "\n"
    if path.suffix.lower() != ".html":
        raise UsageError(f"{path}: statistics are written as .html or .json")
    if isinstance(result, GaugeStudies):
        return grr_page(result.studies, about=about, language=language)
    return stats_page(result.first_pass_yield, result.faults, result.capabilities, about=about, language=language)


def _about(arguments: argparse.Namespace, result: Stats | GaugeStudies, language: Language) -> str:
    said = [str(value) for name in ("profile", "fault", "verdict", "since", "until") if (value := getattr(arguments, name))]
    return language.say("{n} runs", n=result.runs) + (f" ({', '.join(said)})" if said else "")
