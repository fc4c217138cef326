"""The page against its limit. In: nothing. Out: on standard output, what a person waits for.

    python -m tests.benchmarks.bench_panel

First useful paint is the frame with its words on the screen, from the request of the address;
the limit on loopback is 300 ms. Pictures are asked for over HTTP as the page asks.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.panel.house import House, panel_house

LIMIT_MS = 300  # of the first useful paint
VISITS = 7
PAINT = """() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime"""
READY = """() => performance.now()"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, panel_house(Path(folder)) as house:
        few, many = house.select(3), house.select(200, 6, name="Reel 2")
        for words, selection in (("3 shots", few), ("200 shots", many)):
            paints, ready = zip(*(visit(house, selection) for _ in range(VISITS)), strict=True)
            median = statistics.median(paints)
            say(f"first paint, {words}", median, f"{median / LIMIT_MS:.2f} of its limit")
            say(f"all shots there, {words}", statistics.median(ready))
        pictures(house, few)


def visit(house: House, selection: str) -> tuple[float, float]:
    """Milliseconds until something can be read, and until the last shot is there."""
    page = house.page(selection=selection)
    page.get_by_role("option").last.wait_for(state="attached")
    ready = page.evaluate(READY)
    paint = page.evaluate(PAINT)
    page.context.close()
    return float(paint), float(ready)


def pictures(house: House, selection: str) -> None:
    path = f"/v1/selections/{selection}/shots/0/strip"
    headers = {"Authorization": f"Bearer {house.daemon.token}"}
    with httpx.Client(base_url=house.daemon.url, headers=headers, timeout=60) as client:
        client.get(path).raise_for_status()  # children are warm from here on

        def strip(first: int, count: int, height: int) -> Callable[[], object]:
            query = {"first": first, "count": count, "height": height}
            return lambda: client.get(path, params=query).raise_for_status()

        for count in (1, 16):
            fresh = [timed(strip(0, count, 200 + 2 * n)) for n in range(VISITS)]
            known = [timed(strip(0, count, 200 + 2 * n)) for n in range(VISITS)]
            say(f"strip of {count}, decoded", statistics.median(fresh))
            say(f"strip of {count}, known", statistics.median(known))


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def say(what: str, milliseconds: float, more: str = "") -> None:
    print(f"{what:32} {milliseconds:7.0f} ms  {more}")  # noqa: T201 - a measurement is for reading


if __name__ == "__main__":
    main()
