"""What the planner reads of each model."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from bridge.engines.base import Change, Kind, Model, Positions
from bridge.engines.forms import Form
from bridge.engines.registry import describe_model
from bridge.engines.runway import catalogue, models
from bridge.errors import EngineRefused, EngineUnknown
from bridge.frames import Rate
from tests.engines.runway.asking import plain


def model(door: str, name: str) -> Model:
    return next(each for each in models.known() if (each.door, each.name) == (door, name))


def test_every_shape_is_a_model():
    ways = {(each.door, each.name) for each in models.known()}
    assert ways == {(shape.door, shape.model) for shape in catalogue.shapes()}


def test_models_are_the_same_each_time():
    assert models.models({}) == models.models({})


def test_what_is_chosen_unasked():
    first = {kind: next(m for m in models.known() if kind in m.kinds) for kind in Kind}
    assert (first[Kind.edit].door, first[Kind.edit].name) == ("video_to_video", "aleph2")
    assert first[Kind.generate].limits.positions is Positions.ends
    words = next(m for m in models.known() if m.suits(Kind.generate, stills=False))
    assert words.door == "text_to_video"
    assert all(each.price.known for each in (*first.values(), words))


def test_all_can_be_described():
    for each in models.known():
        assert json.loads(json.dumps(describe_model(each)))["summary"]
        assert all(field.description for field in each.options.model_fields.values())
        assert not any(field.is_required() for field in each.options.model_fields.values())
        assert each.limits.form is Form.h264
        assert each.limits.min_seconds <= (each.limits.max_seconds or 0)


def test_limits_of_the_editor_of_many_stills():
    limits = model("video_to_video", "aleph2").limits
    assert (limits.min_seconds, limits.max_seconds, limits.whole_seconds) == (2, 30, False)
    assert (limits.keyframes, limits.positions, limits.windows) == (5, Positions.any, True)
    assert (limits.max_rate, limits.max_pixels) == (Rate.of(30), 1920 * 1080)
    assert (limits.prompt, limits.min_prompt, limits.references) == (1000, 0, 0)


@pytest.mark.parametrize(
    ("door", "name", "positions", "most", "least"),
    [
        ("image_to_video", "gen4.5", Positions.first, 1, 1),
        ("image_to_video", "veo3.1", Positions.ends, 2, 1),
        ("image_to_video", "seedance2", Positions.ends, 2, 1),  # positions are optional there
        ("image_to_video", "hailuo3", Positions.ends, 2, 1),  # the type is opaque
        ("image_to_video", "kling_4", Positions.thirds, 3, 1),
        ("video_to_video", "klingO3_pro", Positions.ends, 2, 0),  # among the references
        ("video_to_video", "kling_4", Positions.any, 0, 0),
        ("text_to_video", "veo3.1", Positions.any, 0, 0),
    ],
)
def test_where_stills_go(door, name, positions, most, least):
    limits = model(door, name).limits
    assert (limits.positions, limits.keyframes, limits.min_keyframes) == (positions, most, least)


def test_lengths():
    assert model("image_to_video", "veo3.1").limits.durations == (4, 6, 8)
    gen = model("image_to_video", "gen4.5").limits
    assert (gen.min_seconds, gen.max_seconds, gen.whole_seconds) == (2, 10, True)
    edit = model("video_to_video", "seedance2_5").limits
    assert (edit.max_seconds, edit.whole_seconds, edit.sizes) == (Fraction(10), False, ())


def test_sizes_are_exact_or_none():
    assert (1920, 1080) in model("image_to_video", "veo3.1").limits.sizes
    assert model("image_to_video", "hailuo3").limits.sizes == ()  # shapes: 16:9
    assert model("image_to_video", "wan3").limits.sizes == ()  # frames go with auto_720p only
    assert len(model("text_to_video", "wan3").limits.sizes) == 15


def test_sizes_are_such_as_the_pictures_may_have():
    from_still = model("image_to_video", "gen4.5").limits.sizes
    assert (1280, 720) in from_still
    assert (1584, 672) not in from_still  # stills are at most twice as wide as high
    from_shot = model("video_to_video", "seedance2").limits.sizes
    assert (1920, 1080) in from_shot
    assert not {(864, 496), (3840, 2160)} & set(from_shot)  # 720 lines at least, 1080 at most


def test_finishing_models_say_what_they_change():
    changes = {each.name: each.changes for each in models.known() if each.changes}
    assert changes == {
        "magnific_video_upscaler_creative": {Change.size},
        "enhance_frame_rate": {Change.rate},
        "ruby": {Change.colour},
        "mirelo_sfx_2_0": {Change.sound},
    }


def test_a_character_needs_a_picture():
    limits = model("character_performance", "act_two").limits
    assert (limits.min_references, limits.references, limits.prompt) == (1, 1, None)


def test_sound_is_made_only_when_asked_for():
    with_sound = [each for each in models.known() if "audio" in each.options.model_fields]
    assert with_sound
    for each in with_sound:
        assert each.options().model_dump()["audio"] is False
        with pytest.raises(EngineRefused, match="audio"):
            each.checked({"audio": None})  # which would leave it to the vendor


def test_what_decides_the_price_is_never_left_open():
    for each in models.known():
        fields = each.options.model_fields
        named = fields.get("resolution") or (None if each.limits.sizes else fields.get("ratio"))
        if each.price.known and named and "mode" not in fields and each.door != "text_to_video":
            assert named.default, f"{each.door}/{each.name}"


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"outputFormat": "avi"}, "outputFormat"),
        ({"output_format": "mp4"}, "output_format"),
        ({"contentModeration": {"publicFigureThreshold": "none"}}, "contentModeration"),
        ({"contentModeration": {"other": 1}}, "contentModeration"),
        ({"referenceVideos": []}, "referenceVideos"),
        ({"videoUri": "https://example.com/x.mp4"}, "videoUri"),
    ],
)
def test_bad_options_are_named(options, named):
    with pytest.raises(EngineRefused, match=named):
        model("video_to_video", "aleph2").checked(options)


def test_a_request_without_a_door_finds_the_one_that_suits():
    request = plain(model("image_to_video", "veo3.1"))
    assert models.model_of(replace(request, door="")).door == "image_to_video"
    assert models.model_of(replace(request, door="", keyframes=())).door == "text_to_video"


def test_an_unknown_model_or_door_is_named():
    request = plain(model("image_to_video", "veo3.1"))
    with pytest.raises(EngineUnknown, match="veo9"):
        models.model_of(replace(request, model="veo9"))
    with pytest.raises(EngineUnknown, match="video_to_video") as caught:
        models.model_of(replace(request, door="video_to_video"))
    assert "image_to_video" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("door", "name", "option", "typed", "meant"),
    [
        ("video_upscale", "enhance_frame_rate", "targetFramerate", 60, "60"),
        ("video_to_video", "aleph2", "proresProfile", 422, "422"),
        ("text_to_video", "veo3.1", "negativePrompt", 1984, "1984"),
    ],
)
def test_words_that_look_like_numbers_are_words(door, name, option, typed, meant):
    assert model(door, name).checked({option: typed}).model_dump()[option] == meant
    with pytest.raises(EngineRefused, match=option):
        model(door, name).checked({option: True})
