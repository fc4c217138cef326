"""What happens is seen by itself: others' work, lost connections, new selections."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, WebSocketRoute, expect

from bridge.client import Client
from bridge.settings import Settings
from bridge.wire.jobs import JobIn
from bridge.wire.panel import PanelIn
from bridge.wire.recipes import RecipeIn
from bridge.wire.selections import PushedClipIn, PushedSelectionIn
from tests.panel.house import HEAD, RATE, House
from tests.panel.house import until as shortly

ENDED = 60_000  # ms a small job may take on a busy machine
HEARD = """async () => {
  const { live } = await import("/panel/live.js");
  window.heard = [];
  live.on((event) => heard.push(event.seq));
}"""


class Line:
    """The connection of a page, that a test may cut; what was asked of it."""

    def __init__(self, page: Page) -> None:
        self.asked: list[int] = []  # the `after` of each try
        self.open: list[WebSocketRoute] = []
        self.broken = False
        page.route_web_socket("**/v1/events*", self._routed)

    def cut(self) -> None:
        for socket in self.open:
            socket.close(code=1012)
        self.open.clear()

    def _routed(self, socket: WebSocketRoute) -> None:
        self.asked.append(int(parse_qs(urlsplit(socket.url).query)["after"][0]))
        if self.broken:
            socket.close(code=1012)
            return
        socket.connect_to_server()
        self.open.append(socket)


def lined(house: House, selection: str) -> tuple[Page, Line]:
    page = house.browser().new_context(viewport={"width": 1400, "height": 900}).new_page()
    house.listen(page)
    line = Line(page)
    page.goto(house.url(selection))
    expect(page.locator("#link")).to_have_text("Connected")
    return page, line


def dusk(house: House, selection: str) -> str:
    recipe = RecipeIn(prompt="dusk", engine="local")
    return house.client.submit(JobIn(selection=selection, recipe=recipe)).id


def status(page: Page, job: str) -> Any:
    return page.locator(f"li.job:has(#job-{job}) .state").first


def test_two_pages_see_the_same(house: House) -> None:
    selection = house.select(1, 6)
    pages = [house.page(selection=selection), house.page(420, selection=selection)]
    for page in pages:
        expect(page.locator("#link")).to_have_text("Connected")
    job = dusk(house, selection)
    for page in pages:
        expect(status(page, job)).to_have_text("Done, 1 shot", timeout=ENDED)


def test_after_a_cut_it_goes_on_where_it_was(house: House) -> None:
    selection = house.select(1, 6)
    page, line = lined(house, selection)
    page.evaluate(HEARD)
    first = dusk(house, selection)
    expect(status(page, first)).to_have_text("Done, 1 shot", timeout=ENDED)
    line.broken = True
    line.cut()
    expect(page.locator("#link")).to_have_text("Connection lost, trying again")
    second = dusk(house, selection)  # nobody hears of it yet
    house.client.wait(second)
    line.broken = False
    expect(page.locator("#link")).to_have_text("Connected", timeout=ENDED)
    expect(status(page, second)).to_have_text("Done, 1 shot")
    page.wait_for_function("heard.length && heard.at(-1) >= " + str(last_event(house)))
    heard = page.evaluate("heard")
    assert heard == sorted(set(heard))  # each once, in order
    kept = house.client.poll(after=line.asked[0]).events
    assert {event.seq for event in kept} <= set(heard)  # none left out
    assert line.asked[-1] > line.asked[0]


def last_event(house: House) -> int:
    return house.client.poll().last


def test_coming_back_is_no_storm(house: House) -> None:
    page, line = lined(house, house.select(1, 6))
    line.broken = True
    line.cut()
    page.wait_for_timeout(3000)
    shortly(page, lambda: len(line.asked) > 2)
    assert 2 <= len(line.asked) - 1 <= 6  # after about 0.4, 0.8, 1.6 s
    line.broken = False
    expect(page.locator("#link")).to_have_text("Connected", timeout=ENDED)


def test_a_burst_is_few_looks(house: House) -> None:
    selection = house.select(1, 6)
    page = house.browser().new_context(viewport={"width": 1400, "height": 900}).new_page()
    house.listen(page)
    sockets: list[WebSocketRoute] = []
    page.route_web_socket("**/v1/events*", lambda socket: sockets.append(socket))  # noqa: PLW0108
    page.goto(house.url(selection))
    expect(page.locator("#link")).to_have_text("Connected")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    begun = time.monotonic()
    job = dusk(house, selection)
    event = {"time": "2026-11-28T10:00:00Z", "job": job, "shot": None, "what": "shot_progress"}
    for number in range(1000):
        sockets[0].send(json.dumps({**event, "seq": 10_000 + number, "data": {}}))
    page.wait_for_timeout(1500)
    shortly(page, lambda: "/v1/queue" in asked)
    most = (time.monotonic() - begun) / 0.3 + 1
    assert 1 <= asked.count("/v1/queue") <= most
    house.client.wait(job)


def test_an_untouched_page_shows_what_is_selected_next(house: House) -> None:
    page = house.page(selection=house.select(1, 6))
    expect(page.locator("#prompt")).to_be_focused()
    house.select(2, name="Reel 2")
    expect(page.locator("#where")).to_have_text("Film / Reel 2")
    expect(page.locator("[role=option]")).to_have_count(2)  # shots; selects have options too


def test_a_page_where_somebody_typed_asks_first(house: House) -> None:
    page = house.page(selection=house.select(1, 6))
    page.locator("#prompt").fill("dusk")
    house.select(2, name="Reel 2")
    page.get_by_text("New selection from an editor.").wait_for()
    expect(page.locator("#prompt")).to_have_value("dusk")
    page.get_by_role("button", name="Show it").click()
    expect(page.locator("#where")).to_have_text("Film / Reel 2")
    expect(page.locator("#news")).to_be_empty()


def test_who_stays_is_asked_no_more(house: House) -> None:
    page = house.page(420, selection=house.select(1, 6))
    page.locator("#prompt").fill("dusk")
    expect(page.locator("#link")).to_have_text("Connected")
    house.select(2, name="Reel 2")
    page.get_by_role("button", name="Stay here").click()
    expect(page.locator("#news")).to_be_empty()
    expect(page.locator("#where")).to_have_text("Film / Reel 1")
    # what is started on a narrow page is shown, and the keys go there
    page.get_by_role("button", name="Start").click(timeout=ENDED)
    expect(page.get_by_role("tab", name="Queue")).to_have_attribute("aria-selected", "true")
    expect(page.locator("li.job .head").first).to_be_focused()
    expect(page.locator("li.job .state").first).to_have_text("Done, 1 shot", timeout=ENDED)


def test_where_nothing_is_shown_the_list_grows(house: House) -> None:
    page = house.page()
    page.get_by_role("heading", name="Selections").wait_for()
    expect(page.locator("#link")).to_have_text("Connected")
    house.select(2, name="Reel 9")
    expect(page.locator("#where")).to_have_text("Film / Reel 9")


def test_an_expired_session_is_said_and_nothing_is_lost(house: House) -> None:
    selection = house.select(1, 6)
    page = house.page(selection=selection)
    page.locator("#prompt").fill("dusk")
    expect(page.locator("#link")).to_have_text("Connected")
    house.daemon.house.sessions._sessions.clear()
    house.select(1, 6)  # an event: the daemon looks whom it tells
    expect(page.locator("#link")).to_have_text("Not connected")
    expect(page.get_by_role("alert").first).to_contain_text("Open the page again")
    expect(page.locator("#prompt")).to_have_value("dusk")
    other = page.context.new_page()
    other.goto(house.url(selection))
    expect(page.locator("#link")).to_have_text("Connected")  # let in together with the other
    expect(page.locator("#trouble")).to_be_empty()
    expect(page.locator("#prompt")).to_have_value("dusk")
    forgive(house, "401")


def test_a_used_link_says_what_to_do(house: House) -> None:
    url = house.url(house.select(1, 6))
    context = house.browser().new_context()
    for _ in range(2):
        page = context.new_page()
        page.goto(url)
    expect(page.get_by_role("alert").first).to_contain_text("This link was used")
    expect(page.get_by_text("Opening ...")).to_have_count(0)


def test_another_daemon_at_the_same_address(house: House, tmp_path: Path) -> None:
    """A restart: sessions are gone; once another page is let in, this one goes on, too."""
    data = tmp_path / "data"
    with served(data) as (client, port):
        selection = client.select(pushed(house)).id
        page = house.browser().new_context().new_page()
        page.goto(client.open_panel(PanelIn(selection=selection)).url)
        page.locator("#prompt").fill("dusk")
        expect(page.locator("#link")).to_have_text("Connected")
    expect(page.locator("#link")).to_have_text("Connection lost, trying again")
    with served(data, port) as (client, _):
        expect(page.locator("#link")).to_have_text("Not connected", timeout=ENDED)
        expect(page.locator("#trouble")).to_contain_text("Open the page again")
        other = page.context.new_page()
        other.goto(client.open_panel(PanelIn(selection=selection)).url)
        expect(page.locator("#link")).to_have_text("Connected", timeout=ENDED)
        expect(page.locator("#trouble")).to_be_empty()
        expect(page.locator("#prompt")).to_have_value("dusk")
        page.get_by_role("button", name="Start").click(timeout=ENDED)
        expect(page.locator("li.job .state").first).to_have_text("Done, 1 shot", timeout=ENDED)


@contextmanager
def served(data: Path, port: int = 0) -> Iterator[tuple[Client, int]]:
    """A daemon of its own process, stopped at the end."""
    told = {"OPEN_BROWSER": "false", "TAKES_FOLDER": str(data)}
    variables = os.environ | {f"NLE_BRIDGE_{name}": value for name, value in told.items()}
    command = [sys.executable, "-m", "bridge.cli", "serve", "--data", str(data)]
    settings = Settings(data=data)
    with subprocess.Popen([*command, "--port", str(port)], env=variables) as process:
        try:
            until(settings.runtime_file.exists)
            with Client.discover(settings) as client:
                yield client, json.loads(settings.runtime_file.read_bytes())["port"]
        finally:
            process.terminate()


def until(check: Callable[[], bool]) -> None:
    end = time.monotonic() + ENDED / 1000
    while not check():
        assert time.monotonic() < end
        time.sleep(0.05)


def pushed(house: House) -> PushedSelectionIn:
    clip = PushedClipIn(
        media=str(house.media("alone")), record_start=0, frames=12, source_start=HEAD
    )
    return PushedSelectionIn(rate=str(RATE), clips=(clip,))


def forgive(house: House, *known: str) -> None:
    """What the browser itself says of answers that the test provoked."""
    assert all(any(word in fault for word in known) for fault in house.faults), house.faults
    house.faults.clear()
