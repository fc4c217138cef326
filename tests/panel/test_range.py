"""The place of a new shot in the viewer: over gaps and clips, by keys, fields and mouse."""

import pytest
from playwright.sync_api import Page, expect

from tests.panel.bare import mounted
from tests.panel.house import HEAD, House
from tests.panel.viewing import at, playhead, shown, times


@pytest.fixture
def page(house: House) -> Page:
    return mounted(house, house.select(shots=3), "makeViewer")


@pytest.fixture
def new_shot(house: House, page: Page) -> Page:
    page.evaluate("part.setRange('01:00:01:00', 12)")  # the gap after the first clip
    return page


def test_a_new_shot_may_lie_in_a_gap(house: House, new_shot: Page) -> None:
    page = new_shot
    expect(page.get_by_role("heading", name="New shot")).to_be_visible()
    expect(page.get_by_text("The timeline shows nothing at 01:00:01:00")).to_be_visible()
    page.get_by_role("button", name="Keyframe here").click()
    expect(page.get_by_role("alert").first).to_contain_text("there is a gap")
    assert times(page) == []
    page.evaluate("part.go(23)")
    assert shown(page, at(23)) == HEAD + 23
    page.get_by_role("button", name="This picture as first frame").click()
    page.evaluate("part.go(36)")
    assert shown(page, at(36)) == HEAD + 1
    page.get_by_role("button", name="This picture as last frame").click()
    found = page.evaluate("part.keyframes()")
    assert [(one["at"], one["frame_of"]) for one in found] == [(at(24), at(23)), (at(35), at(36))]
    assert page.evaluate("part.range()") == {"at": at(24), "duration": 12}


def test_in_and_out_by_keys_and_fields(house: House, new_shot: Page) -> None:
    page = new_shot
    page.evaluate("part.go(20)")
    playhead(page).focus()
    page.keyboard.press("i")
    assert page.evaluate("part.range()") == {"at": at(20), "duration": 16}
    page.evaluate("part.go(29)")
    page.keyboard.press("o")
    assert page.evaluate("part.range()") == {"at": at(20), "duration": 10}
    page.get_by_role("slider", name="Out", exact=True).focus()
    page.keyboard.press("Shift+ArrowRight")
    assert page.evaluate("part.range()") == {"at": at(20), "duration": 20}
    length = page.get_by_label("Length (frames)")
    expect(length).to_have_value("20")
    length.fill("48")
    length.press("Enter")
    assert page.evaluate("part.range()") == {"at": at(20), "duration": 48}
    expect(page.get_by_label("Out (last frame)")).to_have_value(at(67))
    begin = page.get_by_label("In (first frame)")
    begin.fill(at(70))
    begin.press("Enter")
    expect(page.locator("#range-trouble")).to_contain_text("lies before In")
    assert page.evaluate("part.range()") == {"at": at(20), "duration": 48}
    assert page.evaluate("told.changed") == 4


def test_an_edge_is_dragged_by_whole_frames(house: House, new_shot: Page) -> None:
    page = new_shot
    film = page.locator(".film").bounding_box()
    edge = page.locator(".edge.in").bounding_box()
    assert film is not None
    assert edge is not None
    frames = int(page.locator(".playhead").get_attribute("aria-valuemax") or 0) + 1
    x, y = edge["x"] + 6, edge["y"] + 10
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - film["width"] * 4 / frames, y, steps=3)
    page.mouse.up()
    assert page.evaluate("part.range()") == {"at": at(20), "duration": 16}


def test_pictures_of_a_new_shot_are_what_the_timeline_shows(house: House, page: Page) -> None:
    page.evaluate("part.setRange('01:00:01:14', 20)")
    for frame in (38, 45, 57):
        page.evaluate("(frame) => part.go(frame)", frame)
        assert shown(page, at(frame)) == HEAD + 1 + frame - 36
    playhead(page).focus()
    page.keyboard.press("m")
    [keyframe] = page.evaluate("part.keyframes()")
    assert (keyframe["at"], keyframe["frame_of"]) == (at(57), at(57))
    page.evaluate("part.camera('closes in by 10 %')")
    expect(page.get_by_text("Camera: closes in by 10 %")).to_be_visible()
    page.evaluate("part.show(0)")
    assert page.evaluate("[part.range(), part.keyframes()]") == [None, []]
    expect(page.get_by_text("Camera:")).to_be_hidden()
    page.evaluate("part.setRange()")  # the last one
    assert page.evaluate("part.range()") == {"at": at(38), "duration": 20}
    assert times(page) == [at(57)]


def test_the_editors_marks_are_where_it_begins(house: House) -> None:
    state = {
        "action": "generate",
        "rung": "marks",
        "playhead": at(40),
        "mark_in": at(38),
        "mark_out": at(49),
        "marked_frames": 12,
        "markers": [{"frame": 45, "timecode": at(45), "colour": "Red", "name": ""}],
    }
    page = mounted(house, house.select(shots=3), "makeViewer", state)
    page.evaluate("part.setRange()")
    assert page.evaluate("part.range()") == {"at": at(38), "duration": 12}
    page.get_by_role("button", name="At the editor's 1 marker").click()
    assert times(page) == [at(45)]
    playhead(page).focus()
    page.keyboard.press("o")  # at its first frame
    assert page.evaluate("part.range()") == {"at": at(38), "duration": 1}
    outside = page.locator(".keyframes").get_by_text("after the last frame of the new shot")
    expect(outside).to_be_visible()
    assert times(page) == [at(45)]  # kept, and said
    page.get_by_role("button", name="The editor's In and Out").click()
    expect(outside).to_have_count(0)
    assert page.evaluate("part.range()") == {"at": at(38), "duration": 12}


def test_without_marks_the_whole_timeline_is_looked_at(house: House) -> None:
    page = mounted(house, house.select(shots=2), "makeViewer")
    page.evaluate("part.setRange()")
    assert page.evaluate("part.range()") is None
    expect(playhead(page)).to_have_attribute("aria-valuemax", "59")
    shown(page, at(0))
    page.get_by_role("button", name="Keyframe here").click()
    expect(page.get_by_role("alert").first).to_contain_text("Say first where the new shot begins")
    page.evaluate("part.go(50)")
    playhead(page).focus()
    page.keyboard.press("i")
    assert page.evaluate("part.range()") == {"at": at(50), "duration": 48}


def test_keyframes_stay_where_they_are_when_the_ruler_grows(house: House, new_shot: Page) -> None:
    page = new_shot
    page.locator("#viewer-time").fill(at(23))
    page.keyboard.press("Enter")
    shown(page, at(23))
    page.get_by_role("button", name="This picture as first frame").click()
    key = page.locator(".key")
    before = key.evaluate("(node) => node.style.getPropertyValue('--at')")
    end = page.get_by_label("Out (last frame)")
    end.fill(at(300))
    end.press("Enter")
    assert page.evaluate("part.range()") == {"at": at(24), "duration": 277}
    assert key.evaluate("(node) => node.style.getPropertyValue('--at')") != before
    box, film = key.bounding_box(), page.locator(".film").bounding_box()
    assert box is not None
    assert film is not None
    slider = playhead(page)
    first = int(slider.get_attribute("aria-valuemin") or 0)
    frames = int(slider.get_attribute("aria-valuemax") or 0) - first + 1
    centre = film["x"] + film["width"] * (24 - first + 0.5) / frames
    assert abs(box["x"] + 12 - centre) < 1  # pixel
