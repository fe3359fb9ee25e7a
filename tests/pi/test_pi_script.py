"""`make install-pi`, as far as a machine without a Pi shows it: files below a root of the test's own, nothing beside them."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pi_files import PI, SCRIPT, changed, lockbench_pi, tree

BOOT = "boot/firmware/config.txt"
STOCK = "# as the card came\ndtparam=audio=on\n\n[cm4]\notg_mode=1\n\n[all]\n"
HAT = ("--hat", "mcp2515:12000000:25")


@pytest.fixture
def pi(tmp_path: Path) -> Path:
    """A root with the boot firmware's file and nothing else."""
    (tmp_path / BOOT).parent.mkdir(parents=True)
    (tmp_path / BOOT).write_text(STOCK)
    return tmp_path


def install(pi: Path, *words: object) -> list[str]:
    """Install below the root; return what was said."""
    done = lockbench_pi("install", "--root", pi, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_rehearsal_says_word_for_word_what_is_then_done_and_touches_nothing(pi: Path) -> None:
    before = tree(pi)
    rehearsed = install(pi, *HAT, "--access-point", "rig 7", "--dry-run")
    assert tree(pi) == before
    assert len([line for line in rehearsed if line.startswith("+ ")]) > 20
    assert install(pi, *HAT, "--access-point", "rig 7") == rehearsed


def test_a_second_time_there_is_nothing_to_do(pi: Path) -> None:
    install(pi, *HAT, "--rtc", "ds3231", "--access-point", "rig 7")
    before = tree(pi)
    assert install(pi)[-1] == "nothing to do: all of it is there"  # the options are remembered
    assert tree(pi) == before


def test_uninstalled_the_root_is_as_it_was(pi: Path) -> None:
    before = tree(pi)
    install(pi, *HAT, "--access-point", "rig 7")
    rehearsed = lockbench_pi("uninstall", "--root", pi, "--dry-run").stdout
    assert lockbench_pi("uninstall", "--root", pi).stdout == rehearsed
    assert changed(before, tree(pi)) == {}
    assert lockbench_pi("uninstall", "--root", pi).stdout == "nothing to do: lockbench is not installed\n"


def test_what_a_person_set_is_neither_overwritten_nor_removed(pi: Path) -> None:
    install(pi)
    mine = pi / "etc/lockbench/panel.env"
    mine.write_text("LOCKBENCH_RIG=/etc/lockbench/rig.toml\n")
    install(pi)
    said = lockbench_pi("uninstall", "--root", pi).stdout
    assert mine.read_text() == "LOCKBENCH_RIG=/etc/lockbench/rig.toml\n"
    assert "kept: /etc/lockbench/panel.env, for you changed it" in said
    assert not (pi / "opt/lockbench").exists()


def test_what_is_no_longer_wanted_goes(pi: Path) -> None:
    install(pi, "--access-point", "rig 7")
    kiosk, wifi = pi / "etc/systemd/system/lockbench-kiosk.service", next((pi / "etc/NetworkManager").rglob("*.nmconnection"))
    assert kiosk.exists()
    install(pi, "--no-kiosk", "--access-point", "none")
    assert not kiosk.exists()
    assert not wifi.exists()
    assert (pi / "etc/systemd/system/lockbench-panel.service").exists()


def test_the_boot_file_keeps_every_other_line_and_has_one_block(pi: Path) -> None:
    install(pi, *HAT, "--rtc", "ds3231")
    assert (pi / f"{BOOT}.before-lockbench").read_text() == STOCK
    first = (pi / BOOT).read_text()
    assert first.startswith(STOCK)
    for line in ("dtparam=i2c_arm=on,i2c_arm_baudrate=400000", "dtparam=spi=on", "dtparam=watchdog=on", "dtoverlay=i2c-rtc,ds3231"):
        assert line in first.splitlines()
    assert "dtoverlay=mcp2515-can0,oscillator=12000000,interrupt=25" in first.splitlines()
    (pi / BOOT).write_text(first + "dtoverlay=disable-bt\n")
    install(pi, "--hat", "mcp251xfd:40000000")
    second = (pi / BOOT).read_text()
    assert second.count("# >>> lockbench") == second.count("# <<< lockbench") == 1
    assert "dtoverlay=mcp251xfd,spi0-0,oscillator=40000000,interrupt=25" in second
    assert "mcp2515" not in second
    assert "dtoverlay=disable-bt" in second.splitlines()
    said = lockbench_pi("uninstall", "--root", pi).stdout
    assert (pi / BOOT).read_text() == STOCK + "dtoverlay=disable-bt\n"
    assert "kept: /boot/firmware/config.txt.before-lockbench" in said
    assert (pi / f"{BOOT}.before-lockbench").read_text() == STOCK


def test_a_can_overlay_of_the_owners_own_is_not_loaded_twice(pi: Path) -> None:
    (pi / BOOT).write_text(STOCK + "dtoverlay=mcp2515-can0,oscillator=8000000,interrupt=25\n")
    done = lockbench_pi("install", "--root", pi, *HAT)
    assert done.returncode == 2
    assert "has a CAN overlay of its own" in done.stderr
    assert "oscillator=12000000" not in (pi / BOOT).read_text()


def test_the_rigs_wifi_is_for_the_root_alone_and_keeps_its_password(pi: Path) -> None:
    install(pi, "--access-point", "rig 7")
    path = next((pi / "etc/NetworkManager/system-connections").iterdir())
    assert path.stat().st_mode & 0o777 == 0o600
    network = configparser.ConfigParser()
    network.read(path)
    assert network["wifi"]["ssid"] == "rig 7"
    assert network["ipv4"] == {"method": "shared", "address1": "192.168.4.1/24"}
    password = network["wifi-security"]["psk"]
    assert re.fullmatch("[a-z2-9]{16}", password)
    install(pi, "--access-point", "rig 8")
    network.read(path)
    assert (network["wifi"]["ssid"], network["wifi-security"]["psk"]) == ("rig 8", password)
    drop_in = next((pi / "etc/systemd/system/lockbench-panel.service.d").iterdir()).read_text()
    assert "--host 192.168.4.1 --access-point" in drop_in


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("instal",), "lockbench-pi install"),
        ((), "lockbench-pi install"),
        (("install", "--hat", "mcp2515"), "--hat mcp2515: write"),
        (("install", "--hat", "mcp2515:12000000;reboot"), "--hat mcp2515:12000000;reboot: write"),
        (("install", "--hat", "none\nmcp2515:12000000"), "write mcp2515"),
        (("install", "--rtc", "ds3231,addr=1"), "--rtc"),
        (("install", "--access-point", "x\npsk=y"), "--access-point"),
        (("install", "--access-point", "a/e;reboot"), "--access-point"),
        (("install", "--country", "de"), "--country de: write two capital letters"),
        (("install", "--access-point"), "a value is missing"),
        (("install", "--turbo"), "--turbo: no such option"),
        (("install", "--root", "/nowhere/at/all"), "no such folder"),
        (("install", "--wheel", "no.whl", "--dry-run"), "no.whl: no such wheel"),
        (("update",), "name the wheel and its SHA-256"),
        (("update", "no.whl", "abc"), "no.whl: no such wheel"),
        (("update", str(SCRIPT), "abc", "--dry-run"), "write the 64 digits"),
        (("update", str(SCRIPT), "0" * 64, "--dry-run"), "nothing was changed"),
    ],
)
def test_a_mistake_is_one_sentence_and_nothing_is_done(words: tuple[str, ...], said: str) -> None:
    done = lockbench_pi(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "+ " not in done.stdout


def test_a_checkout_in_a_folder_with_a_space_is_as_good(tmp_path: Path) -> None:
    copy = tmp_path / "my rig" / "pi"
    shutil.copytree(PI, copy)
    (tmp_path / "root").mkdir()
    assert lockbench_pi("install", "--root", tmp_path / "root", script=copy / "install.sh").returncode == 0
    assert (tmp_path / "root/usr/local/bin/lockbench-rig").stat().st_mode & 0o111 == 0o111


def scripts() -> list[Path]:
    """Every shell script of the set-up that stands on its own: install.sh brings its parts along."""
    parts = {PI / name for name in ("machine.sh", "versions.sh", "files.sh")}
    return [path for path in sorted(PI.rglob("*")) if path.is_file() and path not in parts and path.read_bytes()[:2] == b"#!"]


@pytest.mark.parametrize("path", scripts(), ids=lambda path: path.name)
def test_shellcheck_has_nothing_to_say(path: Path) -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not on this machine")
    done = subprocess.run(["shellcheck", "-x", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert path.stat().st_mode & 0o111, "it cannot be run"


def test_there_are_scripts_to_check() -> None:
    assert {path.name for path in scripts()} == {"install.sh", "lockbench", "lockbench-rig", "lockbench-pi", "lockbench-kiosk"}
