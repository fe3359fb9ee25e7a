"""What the units of a Pi promise: no root, no way to send on CAN that stays, and all that the rig needs still within reach."""

import configparser
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from pi_files import PI

from bench.cli.parser import build_parser
from bench.rig import can_claim, pin_claim
from bench.web.access import Settings
from tests.command_runs import ROOT

UNITS = PI / "files/etc/systemd/system"


def lines_of(unit: str) -> list[str]:
    return (UNITS / unit).read_text(encoding="utf-8").splitlines()


def value(unit: str, key: str) -> str:
    """Return the last value of a key; all values of a key that adds up, joined."""
    return " ".join(line.partition("=")[2] for line in lines_of(unit) if line.startswith(f"{key}="))


def test_the_panel_is_nobodys_root_and_can_become_no_one_else() -> None:
    unit = "lockbench-panel.service"
    assert value(unit, "User") == "lockbench"
    assert "CapabilityBoundingSet=" in lines_of(unit)
    for key, wanted in (("NoNewPrivileges", "yes"), ("ProtectSystem", "strict"), ("DevicePolicy", "closed"), ("ProtectHome", "yes")):
        assert value(unit, key) == wanted
    assert set(value(unit, "SupplementaryGroups").split()) == {"gpio", "i2c", "spi", "dialout"}


def test_the_panel_is_watched_and_comes_back() -> None:
    unit = "lockbench-panel.service"
    assert (value(unit, "Type"), value(unit, "Restart"), value(unit, "WatchdogSec")) == ("notify", "always", "15")
    assert value(unit, "StartLimitIntervalSec") == "0"


def test_claims_of_pins_and_the_count_of_actuations_are_shared_with_every_other_user() -> None:
    """With a private copy of that folder two programs would drive one rig, and each would count only its own pulses."""
    shared = value("lockbench-panel.service", "ReadWritePaths").split()
    assert pin_claim._FOLDERS[0] in shared
    assert can_claim._FOLDERS[0] in shared


def test_the_command_of_the_panel_is_one_that_the_panel_understands() -> None:
    words = value("lockbench-panel.service", "ExecStart").split()
    access_point = (PI / "options/access-point/etc/systemd/system/lockbench-panel.service.d/access-point.conf").read_text(encoding="utf-8")
    extra = access_point.split("LOCKBENCH_ACCESS_POINT=")[1].split('"')[0].split()
    given = [extra if word == "$LOCKBENCH_ACCESS_POINT" else [] if word == "$LOCKBENCH_PANEL_OPTIONS" else [word] for word in words[1:]]
    arguments = build_parser().parse_args([word for part in given for word in part])
    assert (arguments.command, arguments.host, arguments.access_point) == ("panel", "192.168.4.1", True)
    kiosk = (PI / "options/kiosk/usr/local/libexec/lockbench-kiosk").read_text(encoding="utf-8")
    settings = Settings(rig="sim", out=Path(), port=arguments.port)
    assert f"http://127.0.0.1:{settings.port}/" in kiosk
    network = configparser.ConfigParser()
    network.read(PI / "options/access-point.nmconnection")
    assert network["ipv4"]["address1"].partition("/")[0] == arguments.host


def test_whatever_plugs_in_listens_only_and_what_sends_cannot_be_made_permanent() -> None:
    rule = next(line for line in (PI / "files/etc/udev/rules.d/60-lockbench.rules").read_text().splitlines() if 'SUBSYSTEM=="net"' in line)
    assert "lockbench-listen@" in rule
    listen, active = lines_of("lockbench-listen@.service"), lines_of("lockbench-acknowledge@.service")
    assert any("listen-only on" in line for line in listen if line.startswith("ExecStart="))
    assert "[Install]" not in active
    assert "Conflicts=lockbench-listen@%i.service" in active
    assert {"OnSuccess=lockbench-listen@%i.service", "OnFailure=lockbench-listen@%i.service"} <= set(active)
    for lines in (listen, active):  # the one thing that root is needed for
        assert "CapabilityBoundingSet=CAP_NET_ADMIN" in lines


def pinned(path: Path) -> dict[str, set[str]]:
    """Return a lock's packages, each with the versions and the conditions that it stands there with."""
    found: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and line[0] not in " #":
            requirement = Requirement(line.rstrip(" \\"))
            found.setdefault(requirement.name, set()).add(f"{requirement.specifier};{requirement.marker}")
    return found


def _versions(pinned_as: set[str]) -> set[str]:
    return {text.partition(";")[0] for text in pinned_as}


def asked_for() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    also = [line for line in (PI / "also.in").read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return [Requirement(text) for text in (*project["dependencies"], *(r for e in ("panel", "pdf", "dtc", "pi") for r in extras[e]), *also)]


@pytest.mark.parametrize("name", ["requirements.lock", "build.lock"])
def test_a_rig_gets_the_very_versions_that_the_tests_ran_with(name: str) -> None:
    tested = pinned(ROOT / "requirements.lock")
    ours = {package: versions for package, versions in pinned(PI / name).items() if "win32" not in str(versions)}
    assert len(ours) >= 6
    assert {p: v for p, v in ours.items() if not _versions(v) & _versions(tested.get(p, set()))} == {}
    text = (PI / name).read_text(encoding="utf-8")
    assert text.count("--hash=sha256:") >= len(ours)


@pytest.mark.parametrize("requirement", asked_for(), ids=lambda r: r.name)
def test_what_the_project_asks_for_is_in_a_rigs_list(requirement: Requirement) -> None:
    versions = pinned(PI / "requirements.lock")[requirement.name.lower()]
    assert all(requirement.specifier.contains(text.removeprefix("==").partition(";")[0]) for text in versions)
