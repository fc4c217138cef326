"""A page with one part of the panel alone. In: a house. Out: a page that is let in and empty.

The modules are those of the daemon, under its policy; what the test mounts is all there is.
"""

from typing import Any

from playwright.sync_api import Page, Route

from bridge.daemon.routes.panel import POLICY
from tests.panel.house import House

STYLES = ("base.css", "shots.css")
BODY = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Part</title>"
    + "".join(f'<link rel="stylesheet" href="/panel/{name}">' for name in STYLES)
    + '<main><div id="place"></div></main><p id="said" class="unseen" role="status"></p>'
)
MOUNTED = """async ([module, maker, selection, state]) => {
  const { get } = await import("/panel/api.js");
  const made = await import(`/panel/${module}`);
  window.told = { changed: 0, chosen: [] };
  const acts = {
    changed: () => { told.changed += 1; },
    chosen: (index) => told.chosen.push(index),
  };
  window.selection = await get(`/v1/selections/${selection}`);
  if (state) window.selection.host_state = state;
  window.part = maker === "makeShots"
    ? made.makeShots(window.selection, acts)
    : made.makeViewer({ selection: window.selection, ...acts });
  document.getElementById("place").replaceChildren(part.node);
}"""


def bare(house: House, width: int = 700, height: int = 1000) -> Page:
    page = house.browser().new_context(viewport={"width": width, "height": height}).new_page()
    house.listen(page)
    page.route("**/panel/bare", _empty)
    page.goto(f"{house.daemon.url}/panel/bare")
    token = house.daemon.house.sessions.launch()
    page.evaluate("async (t) => (await import('/panel/api.js')).enter(t)", token)
    return page


def mounted(
    house: House, selection: str, maker: str, state: dict[str, Any] | None = None, **size: int
) -> Page:
    """
    `part` is what `makeShots` or `makeViewer` gave, `told` what it told.

    `state`: what an editor would have told (`HostStateOut`).
    """
    page = bare(house, **size)
    module = {"makeShots": "shots.js", "makeViewer": "viewer.js"}[maker]
    page.evaluate(MOUNTED, [module, maker, selection, state])
    return page


def _empty(route: Route) -> None:
    headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": POLICY}
    route.fulfill(body=BODY, headers=headers)
