"""The page's timecode counts as the daemon's does, frame by frame, both ways."""

import random
from typing import Any

import pytest
from playwright.sync_api import Page

from bridge.errors import UsageError
from bridge.frames import Rate, frames_per_day, timecode, timecode_frame
from tests.panel.bare import bare
from tests.panel.house import House

RATES = (
    *(("24000/1001", False), ("24/1", False), ("25/1", False), ("30000/1001", False)),
    *(("30000/1001", True), ("48000/1001", False), ("50/1", False), ("60000/1001", False)),
    *(("60000/1001", True), ("120000/1001", True), ("120/1", False), ("1001/42", False)),
)
EACH = "([frames, facts]) => import('/panel/timecode.js').then((m) => frames.map((frame) => {0}))"
TRIED = """([texts, facts]) => import('/panel/timecode.js').then((m) => texts.map((text) => {
  try { return m.frameOf(text, facts); } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return error.message;
  }
}))"""
NONE = (
    *("", "1", "01:00", "1:00:00", "24:00:00:00", "01:60:00:00", "01:00:60:00", "01:00:00:99"),
    *("00:01:00;00", "00:01:00;01", "00:01:00;02", "00:10:00;00", "01;00;00;00", "a1:00:00:00"),
    *(
        "00:09:00:00",
        "00:09:00:01",
        "00:00:00:23",
        "00:00:00:29",
        "00:00:00:059",
        "-1",
        "01:00:00.12",
    ),
)


@pytest.fixture(scope="module")
def page(house: House) -> Page:
    return bare(house)


@pytest.fixture(autouse=True)
def no_faults() -> None:
    """One page for all of these: the folder's own guard would close it after the first."""


def facts(rate: str, drop: bool, start: int = 0, frames: int = 10**6) -> dict[str, Any]:
    return {"rate": rate, "drop_frame": drop, "start_frame": start, "frames": frames}


def moments(rate: Rate, drop: bool) -> list[int]:
    """Frames around every edge of counting, and many in between."""
    day = frames_per_day(rate, drop=drop)
    minute, ten = 60 * rate.nominal, 600 * rate.nominal
    edges = {0, rate.nominal, minute, 2 * minute, ten, 2 * ten, 6 * ten, day // 2, day}
    near = {edge + step for edge in edges for step in range(-12, 13) if edge + step >= 0}
    chance = random.Random(7)
    return sorted(near | {chance.randrange(day + 1000) for _ in range(3000)})


@pytest.mark.parametrize(("rate", "drop"), RATES)
def test_every_frame_has_the_daemons_timecode(page: Page, rate: str, drop: bool) -> None:
    frames = moments(Rate.of(rate), drop)
    said = page.evaluate(
        EACH.replace("{0}", "m.timecodeOf(frame, facts)"), [frames, facts(rate, drop)]
    )
    assert said == [timecode(frame, Rate.of(rate), drop=drop) for frame in frames]


@pytest.mark.parametrize(("rate", "drop"), RATES)
def test_and_leads_back_to_it(page: Page, rate: str, drop: bool) -> None:
    start = Rate.of(rate).nominal * 3600
    day = frames_per_day(Rate.of(rate), drop=drop)
    frames = [frame for frame in moments(Rate.of(rate), drop) if frame < day - start]
    words = "m.frameOf(m.timecodeOf(frame, facts), facts)"
    assert page.evaluate(EACH.replace("{0}", words), [frames, facts(rate, drop, start)]) == frames


@pytest.mark.parametrize(("rate", "drop"), RATES)
def test_what_is_no_timecode_is_none_for_both(page: Page, rate: str, drop: bool) -> None:
    texts = [text for text in NONE if not text.lstrip("-").isdigit()]
    said = page.evaluate(TRIED, [texts, facts(rate, drop)])
    for text, found in zip(texts, said, strict=True):
        try:
            expected: int | None = timecode_frame(text, Rate.of(rate), drop=drop)
        except UsageError:
            expected = None
        assert (found if isinstance(found, int) else None) == expected, text


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("48", 86_400, 48),
        ("+48", 86_400, 48),
        ("01:00:02:00", 86_400, 48),
        ("00:59:59:23", 86_400, "00:59:59:23 lies before the timeline's start, 01:00:00:00."),
        ("00:00:00:10", 24 * 86_400 - 100, 110),  # runs over midnight
        ("-1", 86_400, '"-1" is no timecode. Write it as HH:MM:SS:FF.'),
        (" 01:00:00:00 ", 86_400, 0),
    ],
)
def test_counts_from_the_start_of_the_timeline(
    page: Page, text: str, start: int, expected: int | str
) -> None:
    told = facts("24000/1001", False, start, frames=5000)
    assert page.evaluate(TRIED, [[text], told]) == [expected]


def test_a_timeline_over_midnight_goes_on_at_zero(page: Page) -> None:
    told = facts("30000/1001", True, frames_per_day(Rate.of("30000/1001"), drop=True) - 1)
    said = page.evaluate(EACH.replace("{0}", "m.timecodeOf(frame, facts)"), [[0, 1], told])
    assert said == ["23:59:59;29", "00:00:00;00"]


def test_rates_are_whole_numbers(page: Page) -> None:
    words = "[m.rateOf(frame), m.nominalOf(frame)]"
    rates = ["24000/1001", "25/1", "25", "120000/1001"]
    assert page.evaluate(EACH.replace("{0}", words), [rates, {}]) == [
        *([[24000, 1001], 24], [[25, 1], 25], [[25, 1], 25], [[120000, 1001], 120]),
    ]
