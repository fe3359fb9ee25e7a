"""Whatever is posted, the panel answers with something below 500, lives on, and drives nothing."""

import random
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from panel_server import Client, panel

PATHS = (
    "/lock", "/scope", "/job", "/symptom", "/against", "/connect", "/start", "/run/clear", "/run/done", "/run/answer", "/beat", "/stop",
    "/take", "/code", "/pair", "/again", "/limits", "/language", "/leave", "/nowhere", "/static/panel.css", "/verdict/x", "/report/..", "/",
)  # fmt: skip
NAMES = (
    "profile", "scope", "job", "vin", "symptom", "against", "step", "say", "role", "back", "code", "low.inrush_a", "high.inrush_a", "reset",
    "ask.child_lock_off", "do", "skip", "csrf",
)  # fmt: skip
VALUES = (
    "", "0", "-1", "99999999999999999999", "1e400", "nan", "²", "٣", "qashqai-j11-rear-door", "door", "lock", "no_click", "yes",
    "../../etc/passwd",
    "//evil.example", "/\\evil.example", "\x00", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "x" * 3000, "{{7*7}}",
    "<script>", "SJNFAAJ11U1234567", "é" * 17, "%s%n", "'; DROP TABLE runs; --", "\r\nset-cookie: a=b", "ru", "operator",
)  # fmt: skip
TRIES = 400


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with panel(tmp_path_factory.mktemp("fuzz") / "runs") as one:
        yield one


def test_no_form_brings_the_panel_down(client: Client) -> None:
    """Odd values in known fields, with a valid token, so that the pages themselves are reached."""
    dice = random.Random(6)
    seen: dict[int, int] = {}
    client.get("/")
    for n in range(TRIES):
        path = dice.choice(PATHS[:-5] if n % 4 else PATHS)
        form = {dice.choice(NAMES): dice.choice(VALUES) for _ in range(dice.randrange(5))}
        form.pop("csrf", None)
        answer = client.post(path, form)
        seen[answer.status] = seen.get(answer.status, 0) + 1
        assert answer.status < 500, (path, form)
        location = answer.headers["location"] or "/"
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\")), (path, form)
        if n % 10 == 0 or path == "/leave":
            client.get("/")
            client.post("/lock", {"profile": "qashqai-j11-rear-door"})
    assert {303, 400} <= set(seen)


def test_no_bytes_bring_the_panel_down(client: Client) -> None:
    """Bodies that are no forms, are too long, or have a thousand fields; odd headers and cookies."""
    dice = random.Random(7)
    client.get("/")
    for n in range(60):
        body = dice.choice(
            [dice.randbytes(200), b"&" * 5000, urlencode({f"f{i}": "1" for i in range(1000)}).encode(), b"=" * 70_000, b"%", b""]
        )
        headers = {
            "content-type": dice.choice(["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", ""]),
            "x-csrf": client.csrf if n % 2 else "é".encode("latin-1").decode("latin-1"),
            "cookie": dice.choice(["a", "=;=;", "lockbench_1=x", f"lockbench_{client.port}=" + "A" * 500]) if n % 3 else "",
            "accept-language": dice.choice(["", "xx", ",,,;q=", "ru" * 500]),
        }
        answer = client.raw("POST", dice.choice(PATHS), body, {k: v for k, v in headers.items() if v})
        assert answer.status < 500
    assert client.get("/healthz").status == 200
