"""Bodies as they go over the wire, and what is refused before one is sent."""

import json
import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.engines.base import Keyframe, Model
from bridge.engines.runway import assemble, bodies, models, roles
from bridge.errors import EngineError, EngineRefused, EngineUnknown
from bridge.frames import FrameRange, Rate
from tests.engines.runway.asking import FOOTAGE, LAST, REFERENCE, STILL, URIS, full, plain

RATES = ("24000/1001", "25", "30000/1001")
ALL = models.known()
every_model = pytest.mark.parametrize("model", ALL, ids=lambda each: f"{each.door}/{each.name}")


def named(way: str) -> Model:
    return next(each for each in ALL if f"{each.door}/{each.name}" == way)


ALEPH = named("video_to_video/aleph2")
VEO = named("image_to_video/veo3.1")
KLING = named("image_to_video/kling_4")


def made(model: Model, rate: str = RATES[0], **changes) -> dict:
    request = plain(model, rate, **changes)
    bodies.check(request)
    return bodies.body(request, URIS)


def refused(model: Model, **changes) -> str:
    with pytest.raises(EngineRefused) as caught:
        bodies.check(plain(model, **changes))
    return caught.value.message


# ---- every model


@every_model
def test_a_plain_request_makes_a_body_without_faults(model):
    for rate in RATES:
        body = made(model, rate)
        assert body["model"] == model.name
        assert bodies.faults(model.door, body) == (), rate
        assert json.loads(json.dumps(body)) == body
        assert None not in body.values()


@every_model
def test_a_full_request_makes_a_body_without_faults(model):
    request = full(model)
    bodies.check(request)
    body = bodies.body(request, URIS)
    assert bodies.faults(model.door, body) == ()
    sent = json.dumps(body)
    assert [path for path in bodies.files(request) if URIS[path] not in sent] == []


@every_model
def test_unknown_keys_are_faults(model):
    body = bodies.body(plain(model), URIS)
    found = bodies.faults(model.door, body | {"promptImages": "x", "prompt_text": "x"})
    assert {fault.path for fault in found} == {("promptImages",), ("prompt_text",)}


@every_model
def test_every_required_field_is_missed(model):
    body = bodies.body(plain(model), URIS)
    shape = bodies.catalogue.shape(model.door, model.name)
    for field in shape.fields.values():
        if field.required:
            without = {name: value for name, value in body.items() if name != field.name}
            paths = {fault.path[0] for fault in bodies.faults(model.door, without)}
            assert field.name in paths


@every_model
def test_options_that_a_model_lacks_are_refused_by_name(model):
    with pytest.raises(EngineRefused, match="no_such_option"):
        bodies.check(plain(model, options={"no_such_option": 1}))


# ---- golden bodies


def test_an_edit_with_timed_stills_and_windows():
    stills = (
        Keyframe(3, STILL, FrameRange(0, 24)),
        Keyframe(47, LAST, FrameRange(30, 18)),
    )
    body = made(
        ALEPH,
        keyframes=stills,
        seed=7,
        options={"outputFormat": "prores", "proresProfile": "422 HQ"},
    )
    assert body == {
        "model": "aleph2",
        "videoUri": "runway://shot",
        "keyframes": [
            {
                "uri": "runway://still",
                "seconds": 0.1356,  # frame 3.25 at 24000/1001
                "range": {"start_seconds": 0, "end_seconds": 1},
            },
            {
                "uri": "runway://last",
                "seconds": 1.9707,
                "range": {"start_seconds": 1, "end_seconds": 2},
            },
        ],
        "outputFormat": "prores",
        "promptText": "make it dusk",
        "proresProfile": "422 HQ",
        "seed": 7,
    }


def test_a_shot_between_its_first_and_last_frame():
    stills = (Keyframe(0, STILL), Keyframe(95, LAST))
    assert made(VEO, keyframes=stills, camera=("zoom in 10%",), width=1280, height=720) == {
        "model": "veo3.1",
        "promptImage": [
            {"uri": "runway://still", "position": "first"},
            {"uri": "runway://last", "position": "last"},
        ],
        "promptText": "make it dusk. zoom in 10%",
        "ratio": "1280:720",
        "duration": 4,
        "audio": False,
    }


def test_a_shot_from_its_first_frame_alone():
    body = made(named("image_to_video/gen4.5"), rate="25", frames=70, seconds=3)
    assert (body["promptImage"], body["duration"]) == ("runway://still", 3)


def test_three_stills_are_first_middle_and_last():
    stills = (Keyframe(0, STILL), Keyframe(36, Path("middle.png")), Keyframe(71, LAST))
    places = [still["position"] for still in made(KLING, keyframes=stills)["promptImage"]]
    assert places == ["first", "middle", "last"]
    two = made(KLING, keyframes=stills[:2])["promptImage"]
    assert [still["position"] for still in two] == ["first", "middle"]


def test_stills_among_the_references():
    body = made(
        named("video_to_video/klingO3_pro"),
        keyframes=(Keyframe(0, STILL),),
        references=(REFERENCE,),
        options={"providerSettings": {"keepOriginalSound": False}},
    )
    assert body == {
        "model": "klingO3_pro",
        "promptText": "make it dusk",
        "promptVideo": "runway://shot",
        "references": [{"uri": "runway://still", "position": "first"}, {"uri": "runway://face"}],
        "providerSettings": {"keepOriginalSound": False},
    }


def test_an_edit_whose_length_and_size_follow_the_shot():
    for way in ("video_to_video/seedance2_5", "video_to_video/gemini_omni_flash_1.1"):
        body = made(named(way))
        assert (body["mode"], body["duration"]) == ("edit", "auto")
        assert "ratio" not in body
        assert "ratio" in refused(named(way), options={"ratio": "1280:720"})


def test_an_example_asks_for_length_and_size():
    model = named("video_to_video/seedance2_5")
    body = made(model, frames=102, options={"mode": "reference"}, width=1920, height=1080)
    assert (body["duration"], body["ratio"]) == (5, "1920:1080")


def test_a_performance_of_a_character():
    body = made(named("character_performance/act_two"), prompt="")
    assert body["character"] == {"type": "image", "uri": "runway://face"}
    assert body["reference"] == {"type": "video", "uri": "runway://shot"}


@pytest.mark.parametrize(
    ("rate", "literal"), [("24000/1001", "23_98"), ("25", "25"), ("60000/1001", "59_94")]
)
def test_the_frame_rate_is_the_shots_own(rate, literal):
    model = named("video_upscale/enhance_frame_rate")
    assert made(model, rate)["targetFramerate"] == literal
    assert made(model, rate, options={"targetFramerate": "120"})["targetFramerate"] == "120"


def test_sound_is_as_long_as_the_shot():
    body = made(named("video_to_audio/mirelo_sfx_2_0"), rate="25", frames=60)
    assert (body["duration"], body["numVariants"]) == (2.4, 1)


def test_shapes_are_the_nearest_there_is():
    model = named("text_to_video/hailuo3")
    assert made(model, width=1920, height=1080)["ratio"] == "16:9"
    assert made(model, width=1080, height=1920)["ratio"] == "9:16"
    assert made(model, options={"ratio": "1:1"})["ratio"] == "1:1"


def test_files_are_named_once():
    request = plain(ALEPH, keyframes=(Keyframe(1, STILL), Keyframe(2, STILL)))
    assert bodies.files(request) == (FOOTAGE, STILL)


# ---- time


@given(st.integers(0, 719), st.sampled_from([*RATES, "50", "60000/1001"]))
def test_a_moment_finds_its_frame_however_it_is_rounded(frame, text):
    rate = Rate.of(text)
    written = json.loads(json.dumps(assemble.number(assemble.moment(frame, rate))))
    found = rate.frames(Fraction(str(written)))
    assert math.floor(found) == round(found) == frame
    assert math.floor(float(found)) == frame


@given(st.integers(0, 700), st.integers(1, 200), st.sampled_from(RATES))
def test_windows_grow_to_whole_seconds_and_hold_every_frame(start, count, text):
    rate, window = Rate.of(text), FrameRange(start, count)
    first, end = assemble.window_seconds(window, rate)
    assert first <= rate.seconds(start) < first + 1
    assert end - 1 <= rate.seconds(window.end - 1) < end
    whole = [frame for frame in range(1000) if first <= rate.seconds(frame) < end]
    again = FrameRange.between(whole[0], whole[-1] + 1)
    assert assemble.window_seconds(again, rate) == (first, end)


@given(st.integers(0, 700), st.integers(0, 19), st.sampled_from(RATES))
def test_a_window_holds_the_moment_of_its_still(frame, before, text):
    window = FrameRange.between(max(0, frame - before), frame + 1)
    request = plain(ALEPH, text, frames=719, keyframes=(Keyframe(frame, STILL, window),))
    bodies.check(request)
    assert bodies.faults("video_to_video", bodies.body(request, URIS)) == ()


# ---- refusals


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"keyframes": (Keyframe(48, STILL),)}, "frame 48"),
        ({"keyframes": (Keyframe(1, STILL), Keyframe(1, LAST))}, "frame 1"),
        ({"keyframes": tuple(Keyframe(frame, STILL) for frame in range(6))}, "5 stills"),
        ({"keyframes": (Keyframe(1, STILL, FrameRange(2, 5)),)}, "frame 2 to 6"),
        ({"keyframes": (Keyframe(1, STILL, FrameRange(0, 99)),)}, "frame 0 to 98"),
        (
            {"keyframes": (Keyframe(1, STILL, FrameRange(0, 9)), Keyframe(2, STILL))},
            "some do not",
        ),
        ({"references": (REFERENCE,)}, "no references"),
        ({"prompt": "x" * 1001}, "1000 characters"),
        ({"prompt": "\N{CLAPPER BOARD}" * 501}, "not 1002"),  # two units each
        ({"prompt": " "}, "Nothing says"),
        ({"prompt": "", "options": {"outputFormat": "prores"}}, "Nothing says"),
        ({"seed": 2**32}, "seed"),
        ({"frames": 47}, "2 to 30 seconds"),
        ({"frames": 721}, "2 to 30 seconds"),
        ({"rate": "60"}, "frames per second"),
        ({"width": 3840, "height": 2160}, "3840 x 2160"),
        ({"width": 640, "height": 360}, "480 pixels"),
        ({"footage": None}, "there is none"),
        ({"options": {"outputFormat": "png_sequence"}}, ".zip"),
        ({"options": {"proresProfile": "4444"}}, "ProRes profile"),
    ],
)
def test_an_edit_refuses(changes, words):
    assert words in refused(ALEPH, **changes)


@pytest.mark.parametrize(
    ("way", "changes", "words"),
    [
        ("image_to_video/veo3.1", {"keyframes": ()}, "needs 1 stills"),
        ("image_to_video/veo3.1", {"keyframes": (Keyframe(95, STILL),)}, "beginning"),
        (
            "image_to_video/veo3.1",
            {"keyframes": (Keyframe(0, STILL), Keyframe(1, LAST))},
            "frames 0 and 1",
        ),
        (
            "image_to_video/veo3.1",
            {"keyframes": (Keyframe(0, STILL, FrameRange(0, 9)),)},
            "no windows",
        ),
        ("image_to_video/veo3.1", {"seconds": 9}, "4 to 8 seconds"),
        ("image_to_video/gen4.5", {"seconds": 11}, "2 to 10 seconds"),
        ("image_to_video/gen4.5", {"options": {"outputFormat": "hdr_exr_sequence"}}, ".zip"),
        ("text_to_video/veo3.1", {"prompt": ""}, "needs words"),
        ("text_to_video/seedance2_5", {"options": {"draftTaskId": "x"}}, "draftTaskId"),
        ("video_to_video/seedance2_5", {"options": {"mode": "extend"}}, "extend"),
        ("character_performance/act_two", {"references": ()}, "needs 1 references"),
        ("character_performance/act_two", {"options": {"expressionIntensity": 6}}, "expression"),
        (
            "video_upscale/magnific_video_upscaler_creative",
            {"options": {"fpsBoost": True}},
            "fpsBoost",
        ),
        ("video_upscale/magnific_video_upscaler_creative", {"frames": 744}, "0 to 30 seconds"),
    ],
)
def test_others_refuse(way, changes, words):
    assert words in refused(named(way), **changes)


def test_what_is_no_model_is_refused():
    with pytest.raises(EngineUnknown):
        bodies.check(replace(plain(ALEPH), model="gen4_aleph"))


# ---- warnings


def test_warnings_are_sentences():
    veo = plain(VEO, camera=("pan left",), keyframes=(Keyframe(0, STILL), Keyframe(90, LAST)))
    moved = "The still at frame 90 becomes the last frame, 95."
    assert [moved in bodies.check(veo), len(bodies.check(veo))] == [True, 2]
    kling = bodies.check(plain(KLING, seed=3))
    assert any("seed" in warning for warning in kling)
    ruby = bodies.check(plain(named("video_to_hdr/ruby")))
    assert any("no words" in warning for warning in ruby)
    assert bodies.check(plain(ALEPH, seed=3)) == ()


def test_a_window_that_grows_is_told():
    kept = plain(ALEPH, "25", frames=75, keyframes=(Keyframe(30, STILL, FrameRange(25, 50)),))
    assert bodies.check(kept) == ()
    grown = replace(kept, keyframes=(Keyframe(30, STILL, FrameRange(26, 40)),))
    (warning,) = bodies.check(grown)
    assert "frames 25 to 74" in warning


def test_roles_of_names():
    assert roles.parsed("1280:720") == (1280, 720)
    assert roles.parsed("auto_720p") == roles.parsed(None) == (0, 0)


def test_refusals_are_from_the_tree():
    assert issubclass(EngineRefused, EngineError)


def test_a_wider_picture_needs_no_words():
    body = made(ALEPH, prompt="", options={"targetAspectRatio": "21:9"})
    assert (body["targetAspectRatio"], "promptText" in body) == ("21:9", False)


def test_words_that_cannot_be_written_are_refused():
    assert "cannot be sent" in refused(ALEPH, prompt="dusk \ud83c")
