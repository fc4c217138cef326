"""Frames of strips: exactly those that were asked for, in few requests, the newest wish first."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, Route

from bridge.media.slate import read_number
from tests.panel.bare import bare
from tests.panel.house import HEAD, House
from tests.panel.seen import pixels

FRAMES = 48
MADE = """async ([path, frames]) => {
  const { Frames } = await import("/panel/frames.js");
  window.frames_ = new Frames(path, frames);
  window.shown = ({ bitmap, x, width, height }) => {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width, height });
    canvas.getContext("2d").drawImage(bitmap, x, 0, width, height, 0, 0, width, height);
    return canvas.toDataURL("image/png");
  };
}"""


@pytest.fixture
def page(house: House) -> Iterator[Page]:
    page = bare(house)
    selection = house.select(shots=1, frames=FRAMES)
    page.evaluate(MADE, [f"/v1/selections/{selection}/shots/0/strip?", FRAMES])
    yield page
    page.evaluate("frames_.close()")


def asked(page: Page) -> list[tuple[int, int]]:
    """First frames and counts of the strips that are asked for from now on."""
    found: list[tuple[int, int]] = []

    def note(url: str) -> None:
        query = parse_qs(urlsplit(url).query)
        if "/strip" in url:
            found.append((int(query["first"][0]), int(query["count"][0])))

    page.on("request", lambda request: note(request.url))
    return found


@pytest.mark.parametrize("height", [90, 360])
def test_a_frame_is_exactly_that_frame(page: Page, height: int) -> None:
    words = """async ([frames, height]) => {
      const found = [];
      for (const frame of frames) found.push(shown(await frames_.at(frame, height)));
      return found;
    }"""
    frames = [0, 7, 8, 47, 15, 16, 31]
    for frame, told in zip(frames, page.evaluate(words, [frames, height]), strict=True):
        assert pixels(told).shape == (height, height * 16 // 9, 3)
        assert read_number(pixels(told)) == HEAD + frame


def test_stepping_asks_once_for_many_frames(page: Page) -> None:
    strips = asked(page)
    words = """async () => {
      const found = [];
      for (let frame = 0; frame < 48; frame += 1) found.push(shown(await frames_.at(frame, 90)));
      return found;
    }"""
    numbers = [read_number(pixels(told)) for told in page.evaluate(words)]
    assert numbers == list(range(HEAD, HEAD + FRAMES))
    assert sorted(strips) == [(0, 16), (16, 16), (32, 16)]


def test_backwards_the_strip_before_is_fetched_ahead(page: Page) -> None:
    strips = asked(page)
    page.evaluate("frames_.at(40, 90)")
    page.evaluate("frames_.at(39, 90)")
    page.evaluate("""async () => {
      while (!frames_.there(31, 90)) await new Promise(requestAnimationFrame);
    }""")
    assert strips == [(32, 16), (16, 16)]


def test_the_newest_wish_wins_and_those_between_are_never_sent(page: Page) -> None:
    strips = asked(page)
    words = """async () => {
      const wishes = [0, 20, 40, 20, 47].map((frame) => frames_.at(frame, 360));
      const ends = await Promise.allSettled(wishes);
      return ends.map(({ status, value, reason }) => value ? value.frame : reason.name);
    }"""
    ends = page.evaluate(words)
    assert ends == [0, "AbortError", "AbortError", "AbortError", 47]
    assert strips == [(0, 8), (40, 8)]


def test_a_slow_request_that_nobody_waits_for_is_given_up(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        if "first=0&" in route.request.url:
            held.append(route)  # never answered
        else:
            route.continue_()

    page.route("**/strip?*", hold)
    words = """async () => {
      const first = frames_.at(0, 90).catch((error) => error.name);
      const second = (await frames_.at(33, 90)).frame;
      return [await first, second];
    }"""
    assert page.evaluate(words) == ["AbortError", 33]
    assert len(held) == 1
    held[0].abort()


def test_what_is_nearest_says_which_frame_it_is(page: Page) -> None:
    assert page.evaluate("frames_.near(5)") is None
    page.evaluate("frames_.at(20, 90)")
    near = page.evaluate("[3, 21, 40].map((frame) => frames_.near(frame).frame)")
    assert near == [16, 21, 31]
    assert page.evaluate("frames_.there(15, 90)") is None


def test_some_are_evenly_spread_in_one_request(page: Page) -> None:
    strips = asked(page)
    words = """frames_.some(4, 90).then((found) => found.map((one) => [one.frame, shown(one)]))"""
    found = page.evaluate(words)
    assert [frame for frame, _ in found] == [5, 17, 29, 41]
    assert [read_number(pixels(told)) for _, told in found] == [HEAD + frame for frame, _ in found]
    assert strips == [(5, 4)]


def test_what_is_kept_has_a_limit(page: Page) -> None:
    words = """async () => {
      const frames = [0, 20, 40, 8];
      for (const frame of frames) await frames_.at(frame, 1080);
      return frames.map((frame) => Boolean(frames_.there(frame, 1080)));
    }"""
    assert page.evaluate(words) == [False, False, True, True]  # of 4 frames a strip, 100 MB


def test_nothing_comes_after_closing(page: Page) -> None:
    words = """async () => {
      const wish = frames_.at(3, 90).catch((error) => error.name);
      frames_.close();
      return [await wish, frames_.there(3, 90)];
    }"""
    assert page.evaluate(words) == ["AbortError", None]


def test_a_refusal_says_why(house: House, page: Page) -> None:
    said = page.evaluate("""async () => {
      const { Frames } = await import("/panel/frames.js");
      const none = new Frames("/v1/selections/nobody/shots/0/strip?", 9);
      return none.at(0, 90).catch((error) => [error.constructor.name, error.status]);
    }""")
    assert said == ["Refused", 404]
    house.faults.clear()  # the browser logs every 404


def test_numbers_are_read_from_pixels_alone() -> None:
    """The reader of these tests can fail."""
    with pytest.raises(Exception, match="slate"):
        read_number(np.zeros((90, 160)))
