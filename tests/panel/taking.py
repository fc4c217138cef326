"""Takes for the page. In: a house, a selection. Out: jobs that are done; the takes' part alone."""

from typing import Any

from playwright.sync_api import Page, Route

from bridge.wire.jobs import JobIn
from bridge.wire.takes import TakeOut
from tests.panel.house import House
from tests.panel.seen import number

MOUNTED = """async ([launch, selection, shot]) => {
  const { enter, get } = await import("/panel/api.js");
  const { live } = await import("/panel/live.js");
  const { makeTakes } = await import("/panel/takes.js");
  await enter(launch);
  const known = await get(`/v1/selections/${selection}`);
  const { last } = await get("/v1/queue?limit=1");
  live.start(last);
  window.part = makeTakes({ selection: known, shot, live });
  document.querySelector("main").replaceChildren(part.node);
}"""
DRAWN = """([frame, a]) => {
  const shown = (side) => document.querySelector(`.versus .${side} canvas`).dataset.frame;
  return shown("b") === String(frame) && (!a || shown("a") === String(frame));
}"""


def made(house: House, selection: str, prompt: str = "a little grain", **recipe: Any) -> str:
    """A job on a selection that is done."""
    told = {"engine": "local", "prompt": prompt, **recipe}
    job = house.client.submit(JobIn.model_validate({"selection": selection, "recipe": told}))
    done = house.client.wait(job.id)
    assert done.status == "done", done
    return job.id


def takes_of(house: House, job: str) -> tuple[TakeOut, ...]:
    """In the order of the timeline."""
    return tuple(sorted(house.client.takes(job=job), key=lambda take: take.record_start))


def taking(house: House, selection: str, shot: int | None = 0) -> Page:
    """The takes of a selection's shot, without the other parts; `part`: what `makeTakes` gave."""
    page = opened(house)
    mount(page, house, selection, shot)
    return page


def opened(house: House, width: int = 700, height: int = 1400) -> Page:
    """The page with its styles and nothing in it."""
    page = house.browser().new_context(viewport={"width": width, "height": height}).new_page()
    house.listen(page)
    page.set_default_timeout(60_000)
    page.route("**/panel/main.js", _nothing)
    page.goto(f"{house.daemon.url}/panel/")
    return page


def mount(page: Page, house: House, selection: str, shot: int | None = 0) -> None:
    page.evaluate(MOUNTED, [house.daemon.house.sessions.launch(), selection, shot])


def _nothing(route: Route) -> None:
    route.fulfill(body="", content_type="text/javascript")


def drawn(page: Page, frame: int, *, a: bool = True) -> None:
    """Wait until both sides (without `a`, B alone) say that they show that frame."""
    page.wait_for_function(DRAWN, arg=[frame, a])


def numbers(page: Page) -> tuple[int, int]:
    """The frame numbers in the pixels of A and B."""
    a, b = (number(page.locator(f".versus .{side} canvas")) for side in "ab")
    return a, b
