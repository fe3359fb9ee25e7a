"""README and docs are run: each command in their console blocks ends with the exit code that it shows, and each snippet works."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench import __version__
from bench.cli.parser import build_parser

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDES = sorted((ROOT / "docs").glob("*.md"))
NOTES = sorted((ROOT / "firmware-notes").rglob("*.md"))
NOT_RUN = frozenset(("setup", "network", "hardware"))
"""Blocks so tagged need a fresh machine, the network or a rig."""
SECONDS = 120


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its tag ('' for none), and what stands in it."""

    language: str
    tag: str
    text: str

    @property
    def name(self) -> str:
        """The first command or line, for the test's name."""
        return self.text.splitlines()[0].removeprefix("$ ")[:60]


def blocks_of(text: str) -> list[Block]:
    """Return the fenced blocks of a page."""
    return [Block(*found) for found in re.findall(r"^```(\w+) ?(\w*)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)]


BLOCKS = blocks_of(README)
CONSOLE = [b for b in BLOCKS if b.language == "console" and b.tag not in NOT_RUN]
SNIPPETS = [b for b in BLOCKS if b.language == "sh"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder that looks like a checkout to a command, so that runs are left here; `lockbench` and `python` are on its PATH."""
    for name in ("wiring", "docs"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "path").mkdir()
    for name, words in (("lockbench", " -m bench"), ("python", "")):
        command = tmp_path / "path" / name
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}"{words} "$@"\n', encoding="utf-8")
        command.chmod(0o755)
    for path in (ROOT / "tests" / "example_project").glob("*.py"):
        shutil.copy(path, tmp_path)
    (tmp_path / "my_lock.py").write_text(next(b.text for b in BLOCKS if b.language == "python"), encoding="utf-8")
    return tmp_path


def shell(command: str, where: Path) -> subprocess.CompletedProcess[str]:
    """Run a line as a user's shell would, without a terminal."""
    python = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    settings = os.environ | {"PATH": f"{where / 'path'}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": os.pathsep.join(python)}
    return subprocess.run(
        ["sh", "-c", command], cwd=where, env=settings, stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8",
        timeout=SECONDS, check=False,
    )  # fmt: skip


def expected_codes(text: str) -> list[tuple[str, int]]:
    """Return each command of a console block with the exit code that a following `echo $?` shows, else 0."""
    lines = text.splitlines()
    found: list[tuple[str, int]] = []
    for n, line in enumerate(lines):
        if line == "$ echo $?":
            found[-1] = (found[-1][0], int(lines[n + 1]))
        elif line.startswith("$ "):
            found.append((line[2:], 0))
    return found


@pytest.mark.parametrize("block", CONSOLE, ids=[b.name for b in CONSOLE])
def test_every_command_ends_as_the_readme_shows(block: Block, checkout: Path) -> None:
    """Exit codes as shown, no traceback, and something said for people."""
    assert follow(block.text, checkout) == block.text.count("\n$ ") + block.text.startswith("$ ") - block.text.count("$ echo $?")


@pytest.mark.parametrize("guide", [*GUIDES, *NOTES], ids=lambda path: path.name)
def test_a_guide_can_be_followed_from_its_top_to_its_end(guide: Path, checkout: Path) -> None:
    """All its commands in order in one folder: what a step leaves is there for the next one."""
    blocks = [b for b in blocks_of(guide.read_text(encoding="utf-8")) if b.language == "console" and b.tag not in NOT_RUN]
    followed = sum(follow(block.text, checkout) for block in blocks)
    assert followed >= len(blocks)


def follow(text: str, checkout: Path) -> int:
    """Run the commands of a block one after the other, hold each to what is shown of it, and return how many there were."""
    commands = expected_codes(text)
    for command, code in commands:
        done = shell(command, checkout)
        assert done.returncode == code, f"{command}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        assert done.stdout.strip() or ">" in command
    return len(commands)


@pytest.mark.parametrize("rig", ["sim", pytest.param("wiring/ci.toml", marks=pytest.mark.slow)])
@pytest.mark.parametrize("block", SNIPPETS, ids=[b.name for b in SNIPPETS])
def test_the_shell_snippet_for_ci_passes(block: Block, rig: str, checkout: Path) -> None:
    """PASS, a JSON document and a JUnit file. As it stands, 20 s of the CI rig's real time, in `make test-slow`; else on a virtual one."""
    assert "--rig wiring/ci.toml " in block.text
    text = f"set -e\n{block.text}"  # as the shells of CI servers are started
    done = shell(text.replace("--rig wiring/ci.toml ", f"--rig {rig} "), checkout)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("PASS")
    assert (checkout / "lock.junit.xml").stat().st_size > 1000


@pytest.mark.parametrize("page", [ROOT / "README.md", *GUIDES, *NOTES], ids=lambda path: path.name)
def test_commands_that_need_a_rig_are_at_least_understood(page: Path) -> None:
    """What cannot be run here is parsed: by a shell, and where it is ours by its own parser, so that no option is one that it has not."""
    for block in blocks_of(page.read_text(encoding="utf-8")):
        if block.language != "console" or block.tag not in NOT_RUN:
            continue
        commands = [command for command, _ in expected_codes(block.text)]
        parsed = subprocess.run(["bash", "-n"], input="\n".join(commands), capture_output=True, text=True, check=False)
        assert parsed.returncode == 0, parsed.stderr
        assert parsed.stderr == ""
        for command in commands:
            understood(command)


def understood(command: str) -> None:
    """Hold a command of ours to its own parser, a target of make to the Makefile, a service to the units of a Pi."""
    words = [word for word in shlex.split(command, comments=True) if word != "sudo"]
    if words[0] in ("lockbench", "lockbench-rig"):
        assert build_parser().parse_args(words[1:]).command == words[1]
    elif words[0] == "lockbench-pi":
        script = (ROOT / "firmware-notes" / "pi" / "install.sh").read_text(encoding="utf-8")
        assert f"lockbench-pi {words[1]}" in script
        assert all(word in script for word in words[2:] if word.startswith("--"))
    elif words[0] in ("pip", "pipx"):  # README: a wheel of this version, with extras that there are
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        assert set(re.findall(r"\w+", "".join(re.findall(r"\[(.*?)\]", command)))) <= project["optional-dependencies"].keys()
        assert not re.search(r"lockbench-\d", command) or f"lockbench-{__version__}-py3-none-any.whl" in command
    elif words[0] == "make":
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        assert f"\n{words[1]}:" in makefile
    elif words[0] in ("systemctl", "journalctl"):
        units = {path.name.partition(".")[0].partition("@")[0] for path in (ROOT / "firmware-notes" / "pi").rglob("*.service")}
        named = {word.partition("@")[0] for word in words if word.startswith("lockbench")}
        assert named
        assert named <= units


def test_every_command_of_a_page_is_in_a_block_that_is_run_or_tagged() -> None:
    """A fenced block without a language hides its commands from the tests: none of them begins with a prompt or one of our words."""
    for page in (ROOT / "README.md", *GUIDES, *NOTES):
        text = page.read_text(encoding="utf-8")
        for language, body in re.findall(r"^```(\w*)[^\n]*\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL):
            if language in ("", "text", "toml", "ini"):
                assert not re.search(r"^(\$ |sudo |lockbench |pip |make )", body, flags=re.MULTILINE), f"{page.name}: {body}"


def test_the_readme_has_an_example_for_each_user() -> None:
    """Bench, car, CI and a plant of one's own; and nothing is skipped that could be run."""
    commands = "\n".join(b.text for b in BLOCKS)
    for needed in ("--rig sim:", "lockbench analyze", "--rig wiring/ci.toml", "--rig plant:", "lockbench judge", "make demo", "make test"):
        assert needed in commands
    skipped = [b for b in BLOCKS if b.language == "console" and b.tag in NOT_RUN]
    assert len(skipped) == 9
    assert len(CONSOLE) >= 5


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md", *(str(p.relative_to(ROOT)) for p in (*GUIDES, *NOTES))])
def test_links_between_the_pages_lead_somewhere(page: str) -> None:
    """Every relative link names a file of the checkout."""
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = [t for t in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in t]
    missing = [t for t in targets if not ((ROOT / page).parent / t).exists()]
    assert not missing
    named = re.findall(r"`((?:bench|tests|wiring|docs|dbc)/[\w./-]+\.\w+)`", text)
    assert not [n for n in named if not (ROOT / n).exists()]


def test_make_is_there_for_the_two_commands() -> None:
    """`make -n demo` and `make -n test` know what to do."""
    make = shutil.which("make")
    if make is None:
        pytest.skip("make is not on this machine")
    for target in ("demo", "test"):
        done = subprocess.run([make, "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_the_recording_reads_as_the_readme_shows(checkout: Path) -> None:
    """Each line of the car's example is what `analyze` prints; only a line with an ellipsis was shortened."""
    block = next(b for b in CONSOLE if "lockbench analyze" in b.text)
    shown = [line for line in block.text.splitlines() if line and not line.startswith("$") and "..." not in line][:-1]
    printed = shell("lockbench analyze docs/drive.log", checkout).stdout.splitlines()
    assert len(shown) >= 9
    assert [line for line in shown if line not in printed] == []


def test_the_mechanics_example_is_what_test_prints(checkout: Path) -> None:
    """The whole verdict as shown, but for the run's id; and the answer that follows separates the two."""
    block = next(b for b in CONSOLE if "Next test" in b.text)
    command = next(line[2:] for line in block.text.splitlines() if line.startswith("$ lockbench test"))
    shown = [line for line in block.text.splitlines() if line and not line.startswith(("$", "Run ", "Report "))][:-1]
    printed = shell(command, checkout).stdout.splitlines()
    assert len(shown) >= 20
    assert shown == [line for line in printed if line and not line.startswith(("Run ", "Report "))]
    assert "Lock motor is dead" in shell("lockbench judge runs/* --answer probe_at_plug=12.4V", checkout).stdout.splitlines()[1]
