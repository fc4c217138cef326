"""Keyframes in the viewer: made, moved, removed, dropped, saved to be painted on."""

import base64
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import FilePayload, Page, expect

from bridge.media.slate import paint, read_number
from tests.panel.bare import mounted
from tests.panel.house import HEAD, House
from tests.panel.seen import number
from tests.panel.viewing import at, playhead, shown, times

FRAMES = 24


@pytest.fixture
def page(house: House) -> Page:
    return mounted(house, house.select(shots=3), "makeViewer")


def test_a_keyframe_of_this_frame(page: Page) -> None:
    page.evaluate("part.go(5)")
    shown(page, at(5))
    page.get_by_role("button", name="Keyframe here").click()
    [keyframe] = page.evaluate("part.keyframes()")
    assert keyframe["at"] == at(5)
    assert keyframe["frame_of"] == f"V1@{at(5)}"
    assert page.evaluate("told.changed") == 1
    picture = page.locator(".keyframes canvas")
    expect(picture).to_have_attribute("data-state", "there")
    assert number(picture) == HEAD + 5


def test_keyframes_are_moved_and_removed_by_keys(page: Page) -> None:
    for frame in (4, 10):
        page.evaluate("(frame) => part.go(frame)", frame)
        shown(page, at(frame))
        playhead(page).focus()
        page.keyboard.press("m")
    key = page.get_by_role("button", name=f"Keyframe {at(4)}")
    key.focus()
    page.keyboard.press("ArrowRight")
    assert times(page) == [at(5), at(10)]
    page.keyboard.press("Shift+ArrowRight")
    assert times(page) == [at(10), at(15)]
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    assert times(page) == [at(10), at(11)]  # no two at one frame
    expect(page.get_by_role("alert").first).to_contain_text("already stands there")
    assert page.evaluate("part.frame()") == 10  # the playhead stayed
    page.keyboard.press("Enter")
    shown(page, at(11))
    page.keyboard.press("Delete")
    assert times(page) == [at(10)]
    expect(playhead(page)).to_be_focused()


def test_a_keyframe_is_dragged(page: Page) -> None:
    shown(page, at(0))
    page.get_by_role("button", name="Keyframe here").click()
    box = page.locator(".key").bounding_box()
    film = page.locator(".film").bounding_box()
    assert box is not None
    assert film is not None
    x, y = box["x"] + 12, box["y"] + 12
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 2, y)  # a hand that is not quite still
    assert times(page) == [at(0)]
    page.mouse.move(x + film["width"] * 6 / FRAMES, y, steps=4)
    page.mouse.up()
    assert times(page) == [at(6)]
    shown(page, at(6))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("00:59:59:00", "lies before the timeline's start, 01:00:00:00"),
        ("01:00:01:00", "after the last frame of the shot, 01:00:00:23"),
        ("25:00:00:00", "is no timecode at 24 frames a second"),
        ("tomorrow", "is no timecode"),
    ],
)
def test_beyond_the_edges_is_said_in_words(page: Page, typed: str, words: str) -> None:
    shown(page, at(0))
    page.get_by_role("button", name="Keyframe here").click()
    field = page.get_by_label("Time of Frame 01:00:00:00")
    field.fill(typed)
    field.press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text(words)
    expect(field).to_have_value(at(0))
    assert times(page) == [at(0)]


def test_before_the_shot_is_said_in_words(page: Page) -> None:
    page.evaluate("part.show(1)")
    shown(page, at(36))
    page.get_by_role("button", name="Keyframe here").click()
    page.locator(".key").focus()
    page.keyboard.press("ArrowLeft")
    alert = page.get_by_role("alert").first
    expect(alert).to_contain_text("before the first frame of the shot, 01:00:01:12")
    assert times(page) == [at(36)]


def test_each_shot_has_its_own_keyframes(page: Page) -> None:
    shown(page, at(0))
    page.get_by_role("button", name="Keyframe here").click()
    page.evaluate("part.show(2)")
    assert times(page) == []
    page.evaluate("part.show(0)")
    assert times(page) == [at(0)]


def painted(value: int) -> FilePayload:
    done, data = cv2.imencode(".png", np.ascontiguousarray(paint(value, 320, 180)[..., ::-1]))
    assert done
    return {"name": f"painted {value}.png", "mimeType": "image/png", "buffer": data.tobytes()}


def test_a_picture_file_is_chosen_for_this_frame(page: Page) -> None:
    page.evaluate("part.go(8)")
    page.locator("#keyframe-file").set_input_files(painted(4321))
    expect(page.locator(".keyframes li")).to_have_count(1)
    [keyframe] = page.evaluate("part.keyframes()")
    assert keyframe["at"] == at(8)
    assert Path(keyframe["image"]).is_file()
    assert "frame_of" not in keyframe
    picture = page.locator(".keyframes canvas")
    expect(picture).to_have_attribute("data-state", "there")
    assert number(picture) == 4321


def test_a_picture_is_dropped_and_takes_the_place_of_the_frame_it_was_painted_on(
    page: Page,
) -> None:
    shown(page, at(0))
    page.get_by_role("button", name="Keyframe here").click()
    content = base64.b64encode(painted(99)["buffer"]).decode()
    page.evaluate(
        """(content) => {
          const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
          const files = new DataTransfer();
          files.items.add(new File([bytes], "over.png", { type: "image/png" }));
          for (const type of ["dragover", "drop"]) {
            const told = { bubbles: true, cancelable: true, dataTransfer: files };
            document.querySelector(".screen").dispatchEvent(new DragEvent(type, told));
          }
        }""",
        content,
    )
    expect(page.locator(".keyframes li")).to_contain_text("over.png")
    [keyframe] = page.evaluate("part.keyframes()")
    assert keyframe["at"] == at(0)
    assert "image" in keyframe
    assert "dropping" not in (page.locator("#viewer").get_attribute("class") or "")


def test_a_file_that_is_no_picture_is_refused_in_words(house: House, page: Page) -> None:
    shown(page, at(0))
    told: FilePayload = {"name": "notes.png", "mimeType": "image/png", "buffer": b"not a picture"}
    page.locator("#keyframe-file").set_input_files(told)
    expect(page.get_by_role("alert").first).not_to_be_empty()
    assert times(page) == []
    house.faults.clear()  # the browser logs the refusal


def test_a_frame_is_saved_to_be_painted_on(page: Page, tmp_path: Path) -> None:
    page.evaluate("part.go(13)")
    shown(page, at(13))
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save this frame").click()
    saved = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(saved)
    assert saved.suffix == ".png"
    assert "01-00-00-13" in saved.name
    picture = cv2.imread(str(saved))
    assert picture is not None
    assert picture.shape == (360, 640, 3)
    assert read_number(picture) == HEAD + 13


MARKERS = [
    {"frame": 6, "timecode": "01:00:00:06", "colour": "Red", "name": "door opens"},
    {"frame": 20, "timecode": "01:00:00:20", "colour": "Blue", "name": ""},
    {"frame": 20, "timecode": "01:00:00:20", "colour": "Green", "name": "twice"},
    {"frame": 50, "timecode": "01:00:02:02", "colour": "Red", "name": "in another shot"},
]


def test_the_editors_playhead_and_markers_are_taken(house: House) -> None:
    state = {"action": "edit", "rung": "selected", "playhead": at(13), "markers": MARKERS}
    page = mounted(house, house.select(shots=3), "makeViewer", state)
    page.get_by_role("button", name=f"At the editor's playhead, {at(13)}").click()
    assert times(page) == [at(13)]
    page.get_by_role("button", name="At the editor's 2 markers").click()
    assert times(page) == [at(6), at(13), at(20)]
    found = page.evaluate("part.keyframes()")
    assert [one["name"] for one in found] == ["door opens", "playhead", "Blue marker"]
    assert [one["frame_of"] for one in found] == [f"V1@{at(frame)}" for frame in (6, 13, 20)]
    page.evaluate("part.show(2)")  # neither lies there
    expect(page.get_by_role("button", name="At the editor's")).to_have_count(0)
