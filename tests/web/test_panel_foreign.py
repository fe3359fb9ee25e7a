"""A page of somebody else in the browser on the rig's own screen: it gets no session, gives no order, reads nothing and puts nobody out."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browser import NEEDS_CHROMIUM, pick
from panel_server import Client, panel
from playwright.sync_api import Browser

ATTACK = """<!doctype html><title>bait</title><p id="done"></p>
<img src="{home}"><iframe src="{home}run" name="inside"></iframe>
<form id="f" method="post" action="{home}start" target="inside"><input name="csrf" value="x"></form>
<script>
const said = [];
const ask = async (path, how) => {{
  try {{ said.push(path + " " + (await (await fetch("{home}" + path, how)).text()).length); }} catch (e) {{ said.push(path + " refused"); }}
}};
(async () => {{
  for (let n = 0; n < 150; n++) await ask("?" + n, {{mode: "no-cors", credentials: "include"}});
  await ask("run", {{credentials: "include"}});
  for (const path of ["start", "run/clear", "take", "code", "limits"])
    await ask(path, {{method: "POST", mode: "no-cors", credentials: "include", body: new URLSearchParams({{csrf: ""}})}});
  document.getElementById("f").submit();
  const events = new EventSource("{home}events", {{withCredentials: true}});
  events.onerror = () => {{ events.close(); document.getElementById("done").textContent = said.join("; "); }};
}})();
</script>"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with panel(tmp_path_factory.mktemp("foreign") / "runs") as one:
        yield one


@contextmanager
def somebody_elses_page(text: str) -> Iterator[str]:
    """Serve one page on another port of this machine; its address."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("path", ["/", "/run", "/runs", "/events", "/verdict/x", "/report/x", "/code"])
def test_another_sites_page_gets_no_session_and_no_answer(client: Client, site: str, path: str) -> None:
    """With and without a cookie: a page on another port of this machine is `same-site`, and its requests carry ours."""
    stranger = Client(client.port, client.pid)
    answer = stranger.get(path, sec_fetch_site=site, sec_fetch_mode="no-cors", sec_fetch_dest="image")
    assert (answer.status, stranger.cookies) == (403, {})
    client.get("/")
    assert client.get(path, sec_fetch_site=site, sec_fetch_mode="cors", sec_fetch_dest="empty").status == 403


def test_a_link_from_elsewhere_leads_to_the_first_page_and_makes_no_session(client: Client) -> None:
    """A session made here would take the place of the cookie that the operating screen has."""
    person = Client(client.port, client.pid)
    answer = person.get("/runs", sec_fetch_site="cross-site", sec_fetch_mode="navigate", sec_fetch_dest="document")
    assert (answer.status, person.cookies, person.csrf) == (200, {}, "")
    assert 'content="0;url=/"' in person.page
    framed = person.get("/runs", sec_fetch_site="cross-site", sec_fetch_mode="navigate", sec_fetch_dest="iframe")
    assert (framed.status, person.cookies) == (403, {})


def test_a_rebound_name_is_refused_before_anything_else(client: Client) -> None:
    """To the browser it is one site: only the name gives it away."""
    rebound = Client(client.port, client.pid, host=f"evil.example:{client.port}")
    for path in ("/", "/run", "/events"):
        assert rebound.get(path, sec_fetch_site="same-origin", origin=f"http://evil.example:{client.port}").status == 421
    for path in ("/start", "/run/clear", "/take", "/language", "/pair"):
        assert rebound.post(path, {}, sec_fetch_site="same-origin", origin=f"http://evil.example:{client.port}").status == 421
    assert rebound.cookies == {}


def test_stop_is_taken_from_any_page(client: Client) -> None:
    assert client.post("/stop", {}, sec_fetch_site="cross-site", origin="http://evil.example").status == 303


@NEEDS_CHROMIUM
@pytest.mark.filterwarnings("default")
def test_in_a_real_browser_a_hostile_page_beside_the_panel_changes_nothing(browser: Browser, tmp_path: Path) -> None:
    """It asks a hundred and fifty times, posts, frames and listens; the operator's screen still operates, and nothing was armed."""
    with panel(tmp_path / "runs") as client:
        context = browser.new_context()
        operator, foreign = context.new_page(), context.new_page()
        pick(operator, client.home)
        cookies = context.cookies(client.home)
        with somebody_elses_page(ATTACK.format(home=client.home)) as address:
            foreign.goto(address)
            foreign.wait_for_function("document.getElementById('done').textContent !== ''")
            said = foreign.inner_text("#done")
        assert "run refused" in said
        assert [(c["name"], c["value"]) for c in context.cookies(client.home)] == [(c["name"], c["value"]) for c in cookies]
        client.get("/run")
        assert 'data-phase="idle"' in client.page
        operator.locator("form[action='/start'] button.big").click()
        operator.wait_for_selector("#now form")
        assert operator.locator("#now > div").get_attribute("data-phase") == "armed"


@NEEDS_CHROMIUM
@pytest.mark.filterwarnings("default")
def test_a_link_on_another_page_brings_a_person_to_the_panel_as_who_they_were(browser: Browser, tmp_path: Path) -> None:
    with panel(tmp_path / "runs") as client:
        context = browser.new_context()
        page = context.new_page()
        page.goto(client.home)
        cookies = context.cookies(client.home)
        with somebody_elses_page(f'<a href="{client.home}runs">bench</a>') as address:
            page.goto(address)
            page.click("a")
            page.wait_for_selector("button[value=qashqai-j11-rear-door]")
        assert page.url == client.home
        assert [(c["name"], c["value"]) for c in context.cookies(client.home)] == [(c["name"], c["value"]) for c in cookies]
