"""Configuration: TOML and DBC files to the types of the model; every mistake is one sentence with file, key and reason."""

from bench.config.answers import load_answers
from bench.config.circuits import circuit_path, load_circuit
from bench.config.databases import load_dbc, load_dbcs, load_fields
from bench.config.families import all_families, load_families, swap_front
from bench.config.package_files import shipped
from bench.config.profiles import load_profile, profile_ids, profile_sha256, profile_text
from bench.config.wirings import check_fits, load_rig_file, load_wiring, warnings_of

__all__ = [
    "all_families",
    "check_fits",
    "circuit_path",
    "load_answers",
    "load_circuit",
    "load_dbc",
    "load_dbcs",
    "load_families",
    "load_fields",
    "load_profile",
    "load_rig_file",
    "load_wiring",
    "profile_ids",
    "profile_sha256",
    "profile_text",
    "shipped",
    "swap_front",
    "warnings_of",
]
