"""Many jobs in the queue, as a daemon would tell of them; and what each line says."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, WebSocketRoute, expect

from tests.panel.house import House

LONG = """() => {
  window.long = [];
  const told = (list) => long.push(...list.getEntries().map((one) => one.duration));
  new PerformanceObserver(told).observe({ type: "longtask" });
}"""
NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


def line(number: int, **told: Any) -> dict[str, Any]:
    """The line of a finished job; the higher its number, the older."""
    start = (NOW - timedelta(minutes=number)).isoformat()
    return {
        "id": f"j{number:04d}", "created": start, "changed": start, "status": "done",
        "kind": "edit", "engine": "local", "model": "looks", "prompt": f"dusk {number}",
        "timeline_name": "Reel", "selection": None, "host": "other", "price": 0, "credits": 0,
        "shots": 200, "shots_done": 200, "shots_failed": 0, "progress": None, "position": None,
        "started": None, **told,
    }  # fmt: skip


def row(page: Page, job: str) -> Locator:
    return page.locator(f"li.job:has(#job-{job})")


def many(
    house: House,
    lines: list[dict[str, Any]],
    width: int = 1400,
    sockets: list[WebSocketRoute] | None = None,
) -> Page:
    """A page whose daemon tells of these."""
    page = house.browser().new_context(viewport={"width": width, "height": 900}).new_page()
    house.listen(page)

    def told(route: Route) -> None:
        before = parse_qs(urlsplit(route.request.url).query).get("before")
        first = [one["id"] for one in lines].index(before[0]) + 1 if before else 0
        still = sum(one["status"] in ("queued", "running") for one in lines)
        route.fulfill(json={"jobs": lines[first : first + 50], "open": still, "last": 0})

    page.route("**/v1/queue?*", told)
    opened = [] if sockets is None else sockets
    page.route_web_socket("**/v1/events*", lambda socket: opened.append(socket))  # noqa: PLW0108
    page.goto(house.url(house.select(1)))
    return page


def test_a_thousand_jobs_come_by_fifties(house: House) -> None:
    page = many(house, [line(number) for number in range(1000)])
    rows = page.locator("li.job")
    expect(rows).to_have_count(50)
    page.locator("#older").press("Enter")
    expect(rows).to_have_count(100)
    expect(page.locator("#job-j0050")).to_be_focused()  # the first of those that came
    for count in range(150, 1001, 50):
        page.evaluate("document.getElementById('older').click()")
        expect(rows).to_have_count(count)
    page.locator("#older").press("Enter")  # there may be more: none came
    expect(page.locator("#older")).to_be_hidden()
    expect(page.locator("#job-j0999")).to_be_focused()
    names = rows.locator(".head").all_text_contents()
    assert names == [f"dusk {number}" for number in range(1000)]


def test_news_among_a_thousand_hold_nobody_up(house: House) -> None:
    sockets: list[WebSocketRoute] = []
    page = many(house, [line(number) for number in range(1000)], sockets=sockets)
    rows = page.locator("li.job")
    for count in range(50, 1001, 50):
        expect(rows).to_have_count(count)
        page.evaluate("document.getElementById('older').click()")
    page.evaluate(LONG)
    for number in range(500):
        event = {"seq": 1 + number, "job": f"j{number % 50:04d}", "what": "shot_done", "data": {}}
        sockets[0].send(json.dumps(event))
    page.wait_for_timeout(1500)
    assert page.evaluate("Math.max(0, ...long)") < 400  # ms, on a busy machine


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"status": "queued", "position": 3}, "Number 3 in its queue"),
        ({"status": "queued", "position": 1}, "Waiting for its turn"),
        ({"status": "running", "shots_done": 2, "shots_failed": 1, "progress": 0.25},
         "2 of 200 shots done, 1 failed"),
        ({"status": "partly", "shots_done": 199, "shots_failed": 1, "credits": 12.5},
         "199 of 200 shots done, 1 failed, 12.5 credits"),
        ({"status": "uncertain"}, "A decision is needed"),
    ],
)  # fmt: skip
def test_a_line_says_how_its_job_stands(house: House, told: dict[str, Any], words: str) -> None:
    page = many(house, [line(1, **told)])
    expect(row(page, "j0001").locator(".state")).to_have_text(words)


def test_a_running_job_says_how_long_it_takes(house: House) -> None:
    started = (datetime.now(UTC) - timedelta(seconds=60)).isoformat()
    page = many(house, [line(1, status="running", progress=0.25, started=started)], 420)
    page.get_by_role("tab", name="Queue (1)").click()
    time = row(page, "j0001").locator(".time")
    expect(time).to_contain_text("about 3:")
    before = time.inner_text()
    expect(time).not_to_have_text(before)  # it goes on
    assert row(page, "j0001").get_by_role("progressbar").evaluate("bar => bar.value") == 0.25
