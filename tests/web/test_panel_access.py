"""Who may do what on the panel, asked of the panel itself: names, forms, pairing, roles, limits, STOP."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from panel_server import Client, panel

from bench.web.access import Access, Settings
from bench.web.pairing import ALPHABET, CODE_NS, Codes, Sessions
from bench.web.throttle import PAIRING, Throttle
from tests.command_runs import ROOT

S = 1_000_000_000


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    out = tmp_path_factory.mktemp("panel") / "runs"
    with panel(out) as one:
        yield one


@pytest.fixture(scope="module")
def lan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Path]]:
    """A panel that serves a second address of this machine, which is no loopback."""
    address = own_address()
    if address is None:
        pytest.skip("this machine has no address but loopback")
    out = tmp_path_factory.mktemp("lan") / "runs"
    with panel(out, "--host", address) as local:
        yield Client(local.port, local.pid, address=address), out


def own_address() -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent: it only asks for the route
        except OSError:
            return None
        address: str = probe.getsockname()[0]
        return None if address.startswith("127.") else address


def code_for(client: Client, out: Path, *flags: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "panel", "--pair", "--port", str(client.port), *flags], cwd=ROOT, capture_output=True, text=True,
        check=True, env=os.environ | {"XDG_RUNTIME_DIR": str(out.parent)},
    )  # fmt: skip
    return done.stdout.strip()


def test_a_foreign_name_is_no_name_of_ours(client: Client) -> None:
    """DNS rebinding: the address is right, the name is somebody else's."""
    rebound = Client(client.port, client.pid, host="evil.example:80")
    assert rebound.get("/").status == 421
    assert rebound.post("/lock", {"profile": "qashqai-j11-rear-door"}).status == 421
    assert "evil" not in rebound.page


def test_every_page_forbids_what_it_does_not_need(client: Client) -> None:
    answer = client.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert re.search(r"HttpOnly; SameSite=Strict", answer.headers["set-cookie"] or "HttpOnly; SameSite=Strict")
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on\w+=", client.page)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', client.page)


@pytest.mark.parametrize("path", ["/", "/guides", "/run", "/runs", "/nowhere", "/stopped"])
def test_the_stop_key_is_there_before_anything_else_of_a_page(client: Client, path: str) -> None:
    """A script that waits for nothing, ahead of every style and script; and STOP itself is the first thing that Tab comes to."""
    client.get(path)
    head, _, body = client.page.partition("</head>")
    first = re.search(r"<(?:script|link|style)[^>]*>", head)
    assert first is not None
    address = re.fullmatch(r'<script src="(/static/stopkey\.js\?[0-9a-f]{12})">', first[0])
    assert address is not None, first[0]
    reached = re.findall(
        r"<(?:a|button|input|select|textarea)\b[^>]*>", re.sub(r"<noscript>.*?</noscript>|<input type=.hidden.[^>]*>", "", body)
    )
    assert reached[0].startswith('<a class="skip"')
    assert reached[1] == '<button type="submit" id="stop" accesskey="s">'
    assert ("autofocus" in body) is (path == "/run")
    client.get(address[1])
    assert len(client.page) < 1000


def test_the_cookie_is_out_of_a_scripts_reach(client: Client) -> None:
    fresh = Client(client.port, client.pid)
    cookie = fresh.get("/").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert f"lockbench_{client.port}=" in cookie


@pytest.mark.parametrize(
    "path", ["/lock", "/start", "/run/clear", "/run/done", "/run/answer", "/take", "/code", "/limits", "/monitor", "/beat", "/leave"]
)
def test_an_order_needs_the_forms_token_and_our_own_page(client: Client, path: str) -> None:
    client.get("/")
    assert client.post(path, {}, csrf="").status == 403
    assert client.post(path, {}, csrf="wrong").status == 403
    assert client.post(path, {}, origin="http://evil.example").status == 403
    assert client.post(path, {}, sec_fetch_site="cross-site").status == 403


def test_the_event_stream_is_for_our_own_pages(client: Client) -> None:
    client.get("/")
    assert client.get("/events", origin="http://evil.example").status == 403
    assert client.get("/events", sec_fetch_site="cross-site").status == 403


def test_stop_asks_nothing_of_anybody(client: Client) -> None:
    """No cookie, no token, a foreign name and origin, again and again: it is taken; and it starts nothing."""
    stranger = Client(client.port, client.pid, host="whatever")
    for _ in range(30):
        assert stranger.raw("POST", "/stop", b"x=1", {"origin": "http://evil.example", "content-type": "text/plain"}).status == 303
    for body in (b"order=start&profile=qashqai-j11-rear-door", b'{"order":"start","profile":"qashqai-j11-rear-door"}', b"x" * 100_000):
        assert stranger.raw("POST", "/stop", body, {"content-type": "application/x-www-form-urlencoded"}).status == 303
    client.get("/run")
    assert 'data-phase="idle"' in client.page


def test_only_a_post_stops(client: Client) -> None:
    """A link or a picture that names the address stops nobody's test: it leads to the page with the button."""
    client.get("/")
    client.post("/lock", {"profile": "qashqai-j11-rear-door"})
    client.post("/start", {})
    client.until("/run/now", 'data-phase="armed"')
    assert client.get("/stop").status == 303
    assert client.raw("HEAD", "/stop", b"", {}).status == 303
    assert client.raw("PUT", "/stop", b"", {}).status == 405
    client.get("/run/now")
    assert 'data-phase="armed"' in client.page
    client.post("/stop", {})
    client.until("/run/now", 'data-phase="idle"')


def test_hands_are_clear_for_the_prompt_that_is_shown_only(client: Client) -> None:
    """A tap for a step that is not asked for, or for none, releases nothing; the one of this prompt does, and STOP takes it back."""
    client.get("/")
    client.post("/lock", {"profile": "qashqai-j11-rear-door"})
    client.post("/start", {})
    client.until("/run/now", 'data-phase="armed"')
    for late in ("lock#1", "clear", ""):
        assert client.post("/run/clear", {"step": late}).status == 303
        client.get("/run/now")
        assert 'data-phase="armed"' in client.page
    assert 'name="step" value="armed"' in client.page
    client.post("/run/clear", {"step": "armed"})
    client.until("/run/now", 'data-phase="hand"')
    client.post("/stop", {})
    client.until("/run/now", 'data-goto="/verdict/')


def test_pins_rigs_and_modules_cannot_be_named(client: Client, tmp_path: Path) -> None:
    """A profile is one of those shown; a rig stands in no form; a run is a run's name."""
    client.get("/")
    for profile in ("plant:os:system", "../../etc/passwd", "/etc/passwd", str(tmp_path), "sim:motor_open"):
        assert client.post("/lock", {"profile": profile, "rig": "plant:os:system"}).headers["location"] == "/"
    for run in ("..%2f..%2fetc", "2026-11-25T00-00-00Z-..", "panel-limits", "panel-audit.jsonl", "a%00b"):
        assert client.get(f"/report/{run}").status == 404
        assert client.get(f"/verdict/{run}").status == 404


def test_limits_want_a_second_sign_in_and_stay_within_bounds(client: Client) -> None:
    """Without it nothing is written; with it a factor of two at most, and the source says who changed it."""
    client.get("/limits")
    profile = "qashqai-j11-rear-door"
    assert client.post("/limits", {"profile": profile, "low.inrush_a": "1.8"}).headers["location"] == "/again"
    client.get("/access")
    client.post("/code", {"role": "operator", "back": "/again"})
    client.get("/again")
    found = re.search(r'class="code">(\w{8})<', client.page)
    assert found is not None
    assert client.post("/again", {"code": "22222222"}).status == 403
    assert client.post("/again", {"code": found[1]}).status == 303
    assert client.post("/limits", {"profile": profile, "low.inrush_a": "0.1"}).status == 400
    assert client.post("/limits", {"profile": profile, "low.inrush_a": "nan"}).status == 400
    assert client.post("/limits", {"profile": profile, "trip_a": "99", "low.inrush_a": "1.8"}).status == 200
    client.get(f"/limits?profile={profile}")
    assert re.search(r'name="low.inrush_a" value="1.8"', client.page)
    assert client.post("/limits", {"profile": profile, "reset": "1"}).status == 200


def test_from_the_network_nothing_is_seen_before_pairing(lan: tuple[Client, Path]) -> None:
    client, _ = lan
    stranger = Client(client.port, client.pid, address=client.address)
    for path in ("/", "/run", "/runs", "/access", "/events", "/limits"):
        assert stranger.get(path).headers["location"] == "/pair"
    assert stranger.post("/start", {}).status == 403
    assert stranger.get("/local-code", x_lockbench_key="guess").status in (303, 403)


def test_a_paired_screen_on_plain_http_watches_only_but_may_stop(lan: tuple[Client, Path]) -> None:
    """An operator's code over an unencrypted foreign network gives a watcher."""
    client, out = lan
    phone = Client(client.port, client.pid, address=client.address)
    code = code_for(client, out)
    phone.get("/pair")
    assert phone.post("/pair", {"code": code}).status == 303
    assert phone.get("/").status == 200
    assert phone.post("/lock", {"profile": "qashqai-j11-rear-door"}).status == 403
    assert phone.post("/run/clear", {}).status == 403
    assert phone.post("/take", {}).status == 403
    assert phone.raw("POST", "/stop", b"", {}).status == 303
    again = Client(client.port, client.pid, address=client.address)
    assert again.post("/pair", {"code": code}).status == 403, "a code is used once"
    lines = [json.loads(line) for line in (out / "panel-audit.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {"code made", "paired", "STOP", "wrong code"} <= {line["what"] for line in lines}
    assert code not in (out / "panel-audit.jsonl").read_text(encoding="utf-8")


def test_wrong_codes_cost_waiting_and_never_a_ban(lan: tuple[Client, Path]) -> None:
    client, _ = lan
    guesser = Client(client.port, client.pid, address=client.address)
    answers = [guesser.post("/pair", {"code": f"2222222{n + 2}"}).status for n in range(5)]
    assert set(answers) == {403}
    assert "wait" in guesser.page


def test_three_a_minute_five_in_ten_ten_an_hour() -> None:
    """And after the hour as many again."""
    throttle, now, taken = Throttle(PAIRING), 0, []
    while now < 3600 * S:
        if not throttle.wait_ns("a", now):
            throttle.tried("a", now)
            taken.append(now)
        now += S
    assert sum(t < 60 * S for t in taken) == 3
    assert sum(t < 600 * S for t in taken) == 5
    assert len(taken) == 10
    assert throttle.wait_ns("b", now) == 0
    assert throttle.wait_ns("a", taken[0] + 3600 * S) == 0


def test_a_code_is_readable_lives_two_minutes_and_works_once() -> None:
    codes = Codes()
    code = codes.make("operator", 0)
    assert len(code) == 8
    assert set(code) <= set(ALPHABET)
    assert not set(ALPHABET) & set("01OIL")
    assert codes.take(code, CODE_NS) is None
    code = codes.make("operator", 0)
    assert codes.take("22222222", 1) is None
    assert codes.take(f"{code[:4]}-{code[4:]}".lower(), 1) == "operator"
    assert codes.take(code, 2) is None
    newer = codes.make("watcher", 3)
    assert codes.make("watcher", 4) != newer
    assert codes.take(newer, 5) is None, "a new code takes the old one's place"


@pytest.mark.parametrize(
    ("tls", "access_point", "local", "role"),
    [
        (False, False, False, "watcher"),
        (True, False, False, "operator"),
        (False, True, False, "operator"),
        (False, False, True, "operator"),
    ],
)
def test_who_may_operate_from_where(tls: bool, access_point: bool, local: bool, role: str) -> None:
    access = Access(Settings(rig="sim", out=Path("runs"), port=1, host="192.168.4.1", tls=tls, access_point=access_point))
    _, session = Sessions().open("operator", is_local=local, now_ns=0)
    assert access.role(session) == role
    _, watcher = Sessions().open("watcher", is_local=local, now_ns=0)
    assert access.role(watcher) == "watcher"


@pytest.mark.parametrize(
    "flags",
    [
        ("--host", ".".join("0000")), ("--host", "example.org"), ("--access-point",), ("--cert", "x.pem"), ("--port", "0"),
        ("--rig", "rm -rf"), ("--rig", "wiring/rpi-bench.toml", "--speed", "5"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused_before_anything_opens(flags: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "panel", *flags], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("lockbench: --")
    assert done.stderr.count("\n") == 1


def test_without_its_extra_the_command_says_which_one_to_install(tmp_path: Path) -> None:
    (tmp_path / "starlette.py").write_text("raise ImportError('no', name='starlette')", encoding="utf-8")
    env = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-m", "bench", "panel"], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 2
    assert "lockbench[panel]" in done.stderr
