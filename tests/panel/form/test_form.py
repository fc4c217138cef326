"""The form as a person uses it: words, kinds, moves, pictures. Runway is its stand-in."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.panel.asked import opened, prompted, with_runway
from tests.panel.house import House


class TestPrompt:
    def test_words_are_suggested_and_taken_by_keyboard(self, house: House) -> None:
        page = opened(house).page
        page.locator("#prompt").press_sequentially("dus")
        suggestions = page.get_by_role("group", name="Suggestions")
        expect(suggestions.get_by_role("button")).to_have_text(["dusk"])
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        assert page.locator("#prompt").input_value() == "dusk "
        expect(page.locator("#prompt")).to_be_focused()
        expect(suggestions.get_by_role("button")).to_have_text(
            ["barely", "touch", "slightly", "medium", "strong"]
        )
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        assert page.locator("#prompt").input_value() == "dusk slightly "

    def test_what_is_not_understood_has_its_nearest_words(self, house: House) -> None:
        asked = prompted(house, "dask and much grain")
        page = asked.page
        page.get_by_text('does not know how to do "dask"; it understood "grain"').first.wait_for()
        expect(page.locator("#start")).to_be_disabled()
        assert page.locator("#prompt").get_attribute("aria-invalid") == "true"
        page.locator("#prompt-fault").get_by_role("button", name="dusk").click()
        assert page.locator("#prompt").input_value() == "dusk and much grain"
        asked.ready()
        expect(page.locator("#prompt-fault")).to_be_empty()

    def test_ways_to_begin_offer_what_the_model_can(self, house: House) -> None:
        asked = opened(house)
        page = asked.page
        expect(page.get_by_role("button", name="Remove", exact=True)).to_be_disabled()
        page.get_by_text("Remove, New angle: looks knows no word for it.").wait_for()
        page.get_by_role("button", name="Time of day").click()
        page.get_by_role("button", name="night", exact=True).click()
        page.get_by_role("button", name="Restyle").click()
        page.get_by_role("button", name="sepia").click()
        assert page.locator("#prompt").input_value() == "night, sepia"
        asked.ready()

    def test_a_blank_is_to_be_filled(self, house: House) -> None:
        asked = opened(house)
        page = asked.page
        page.locator("#engine").select_option("runway")
        page.get_by_role("button", name="Remove", exact=True).click()
        page.get_by_role("button", name="Something").click()
        page.get_by_text("Say what stands for").wait_for()
        page.keyboard.type("the boom")
        told = "remove the boom and fill in what is behind it"
        assert page.locator("#prompt").input_value() == told
        asked.ready()
        assert asked.recipe()["prompt"] == told


class TestPictures:
    def test_keyframes_of_the_viewer_go_along_with_their_windows(self, house: House) -> None:
        asked = with_runway(house)
        page = asked.page
        page.locator("#viewer").get_by_role("button", name="Keyframe here").click()
        page.get_by_text("Between which frames each keyframe works").click()
        page.get_by_label("It works from").fill("01:00:00:00")
        page.get_by_text("Say both ends, or none.").wait_for()
        page.get_by_label("Until, not in it").fill("01:00:00:12")
        asked.ready()
        (still,) = asked.recipe()["keyframes"]
        assert still["at"] == "01:00:00:00"
        assert still["frame_of"].endswith("01:00:00:00")
        assert still["window"] == "01:00:00:00-01:00:00:12"
        assert "a frame" not in page.locator("#plan dd").last.text_content()
        assert "of boat_0.mov" in page.locator("#plan dd").last.text_content()

    def test_references_are_frames_and_files(self, house: House) -> None:
        asked = prompted(house, "match the reference")
        page = asked.page
        page.get_by_text("A colour match needs a still to match to").first.wait_for()
        page.get_by_role("button", name="The viewer's frame").click()
        asked.ready()
        assert asked.recipe()["reference_frames"] == ["01:00:00:00"]
        picture = page.locator("#viewer canvas").first.screenshot()
        file = {"name": "dusk.png", "mimeType": "image/png", "buffer": picture}
        page.locator("#reference-file").set_input_files(file)
        page.get_by_role("button", name="Remove dusk.png").wait_for()
        other = {**file, "name": "night.png", "buffer": page.screenshot()}
        page.locator("#reference-file").set_input_files(other)
        page.get_by_text("The model takes 2. Remove some.").wait_for()
        page.get_by_role("button", name="Remove 01:00:00:00").click()
        page.get_by_role("button", name="Remove night.png").click()
        asked.ready()
        (image,) = asked.recipe()["references"]
        assert Path(image).is_file()

    def test_keyframes_that_are_not_taken_are_said(self, house: House) -> None:
        asked = prompted(house, "dusk")
        page = asked.page
        hint = page.get_by_text("The model takes no keyframes")
        asked.ready()
        expect(hint).to_be_hidden()
        page.locator("#viewer").get_by_role("button", name="Keyframe here").click()
        expect(hint).to_contain_text("These do: paint.")
        asked.ready()
        assert "keyframes" not in asked.recipe()

    def test_a_painted_frame_is_carried_without_words(self, house: House) -> None:
        asked = opened(house)
        page = asked.page
        page.get_by_label("Model", exact=True).select_option("paint")
        page.locator(".bar").get_by_text("Put a keyframe on the shot.").wait_for()
        page.locator("#viewer").get_by_role("button", name="Keyframe here").click()
        asked.ready()
        recipe = asked.recipe()
        assert (recipe["model"], len(recipe["keyframes"])) == ("paint", 1)

    def test_a_file_that_is_none_is_refused_in_words(self, house: House) -> None:
        page = opened(house).page
        file = {"name": "x.png", "mimeType": "image/png", "buffer": b"no picture at all"}
        page.locator("#reference-file").set_input_files(file)
        expect(page.locator("#references .problem")).not_to_be_empty()


class TestNewShots:
    def test_a_camera_move_is_written_and_said(self, house: House) -> None:
        asked = opened(house)
        page = asked.page
        page.get_by_label("Make a new shot").check()
        fill_range(page, "01:00:00:00", "01:00:00:11")
        page.get_by_role("button", name="Keyframe here").click()
        page.get_by_role("button", name="Add a camera move").click()
        page.get_by_label("Move", exact=True).select_option("pan left")
        page.get_by_label("Amount").fill("7.5")
        page.get_by_label("How it gathers").select_option("ease-out")
        said = "The view moves left by 7.5 % of the picture's width, ending slowly."
        page.locator("#camera-1-said", has_text=said).wait_for()
        page.get_by_role("button", name="Add a camera move").click()
        asked.ready()
        recipe = asked.recipe()
        assert recipe["camera"] == ["pan left 7.5% ease-out", "zoom in 10% ease-in-out"]
        assert (recipe["at"], recipe["duration"]) == ("01:00:00:00", 12)
        assert recipe["keyframes"][0]["at"] == "01:00:00:00"
        page.get_by_label("Amount").first.fill("51")
        page.get_by_text("Camera: A pan goes up to 50 %.").wait_for()
        page.get_by_role("button", name="Remove this move").first.click()
        asked.ready()
        assert asked.recipe()["camera"] == ["zoom in 10% ease-in-out"]

    def test_a_gap_is_filled(self, house: House) -> None:
        asked = opened(house, house.select(shots=2))
        asked.page.get_by_label("Fill a gap").check()
        asked.page.get_by_label("A timecode in the gap").fill("01:00:01:99")
        asked.page.get_by_text("is no timecode at 24 frames a second").first.wait_for()
        asked.page.get_by_label("A timecode in the gap").fill("01:00:01:02")
        asked.ready()
        assert asked.recipe()["fill"] == "01:00:01:02"
        asked.page.get_by_text("1 shot: 12 frames").wait_for()

    def test_a_clip_goes_on(self, house: House) -> None:
        asked = opened(house, house.select(shots=2))
        page = asked.page
        page.get_by_label("Go on from the end of a clip").check()
        assert page.get_by_label("Goes on from the clip").input_value() == "V1:2"
        page.get_by_label("Length in frames").fill("10")
        asked.ready()
        recipe = asked.recipe()
        assert (recipe["extend"], recipe["duration"]) == ("V1:2", 10)
        assert [mode.get_attribute("value") for mode in page.locator("#mode option").all()] == [
            "above",
            "append",
        ]

    def test_a_still_decides_by_which_door(self, house: House) -> None:
        asked = opened(house)
        page = asked.page
        page.get_by_label("Make a new shot").check()
        fill_range(page, "01:00:00:00", "01:00:04:00")
        page.locator("#prompt").fill("the fog lifts")
        page.locator("#engine").select_option("runway")
        made_by = page.locator("#plan dd").nth(2)
        expect(made_by).to_have_text("runway, veo3.1_fast, text_to_video")
        page.get_by_role("button", name="Keyframe here").click()
        expect(made_by).to_have_text("runway, veo3.1_fast, image_to_video")
        assert len(asked.recipe()["keyframes"]) == 1

    def test_a_shot_that_is_chosen_is_changed(self, house: House) -> None:
        asked = prompted(house, "", selection=house.select(shots=2))
        page = asked.page
        page.get_by_label("Make a new shot").check()
        page.get_by_role("option").nth(1).click()
        expect(page.get_by_label("Change the selected shots")).to_be_checked()
        page.get_by_label("Go on from the end of a clip").check()
        page.get_by_role("option").nth(0).click()
        assert page.get_by_label("Goes on from the clip").input_value() == "V1:1"


class TestExperts:
    def test_fields_are_folded_and_go_along(self, house: House) -> None:
        asked = prompted(house, "dusk")
        page = asked.page
        assert page.get_by_label("Seed").is_hidden()
        page.get_by_text("For experts").click()
        page.get_by_label("Seed").fill("7")
        page.get_by_label("Written as").select_option("h264")
        page.get_by_label("The new timeline is for").select_option("premiere")
        page.get_by_label("Folder for the takes").fill("takes")
        expect(page.locator("#media-folder-fault")).to_have_text(
            "Write the whole path, from its root."
        )
        page.get_by_label("Folder for the takes").fill(str(house.folder / "mine"))
        page.locator("#handles").fill("4")
        asked.ready()
        told = {"seed": 7, "codec": "h264", "flavour": "premiere", "handles": 4}
        assert told.items() <= asked.recipe().items()
        page.get_by_text("1 shot: 24 frames, 1.0 s, and 8 frames of handles").wait_for()


@pytest.mark.parametrize("kind", ["edit", "generate", "fill", "extend"])
def test_nothing_is_wider_than_a_narrow_panel(house: House, kind: str) -> None:
    page = opened(house, width=320, height=700).page
    page.locator(f"#kind-{kind}").check()
    page.locator("#prompt").fill("dusk")
    for fold in page.locator("#form details").all():
        fold.evaluate("(it) => { it.open = true; }")
    if kind != "edit":
        page.get_by_role("button", name="Add a camera move").click()
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def fill_range(page: Page, first: str, last: str) -> None:
    page.locator("#range-in").fill(first)
    page.locator("#range-in").press("Enter")
    page.locator("#range-out").fill(last)
    page.locator("#range-out").press("Enter")
