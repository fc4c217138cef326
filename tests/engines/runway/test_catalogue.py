"""The catalogue is what the SDK's types say, and nothing else."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Annotated, Literal, Required, TypeAlias

import pytest
from runwayml._utils import PropertyInfo
from typing_extensions import TypedDict

from bridge.engines.base import Kind, Positions
from bridge.engines.runway import assemble, catalogue, faults, models, rows
from bridge.engines.runway.catalogue import DOORS
from bridge.errors import EngineRefused, EngineUnknown, PlanRefused
from tests.engines.runway.asking import STILL, URIS, plain


# A release of the SDK with two models that nobody has told us about
class NewStill(TypedDict, total=False):
    uri: Required[str]
    position: Literal["first", "last"]


class NewSettings(TypedDict, total=False):
    keep_grain: Annotated[bool, PropertyInfo(alias="keepGrain")]


class NewGenerator(TypedDict, total=False):
    model: Required[Literal["dreamer_9", "dreamer_9_fast"]]
    prompt_image: Required[Annotated[str | Iterable[NewStill], PropertyInfo(alias="promptImage")]]
    prompt_text: Required[Annotated[str, PropertyInfo(alias="promptText")]]
    ratio: Required[Literal["1280:720", "720:1280"]]
    duration: int
    audio: bool
    provider_settings: Annotated[NewSettings, PropertyInfo(alias="providerSettings")]
    output_format: Annotated[Literal["mp4", "prores"], PropertyInfo(alias="outputFormat")]


class NewEditor(TypedDict, total=False):
    model: Required[Literal["editor_9"]]
    video_uri: Required[Annotated[str, PropertyInfo(alias="videoUri")]]
    prompt_text: Annotated[str, PropertyInfo(alias="promptText")]


NewTypes: TypeAlias = NewGenerator | NewEditor


def test_every_door_has_models_and_none_twice():
    ways = [(shape.door, shape.model) for shape in catalogue.shapes()]
    assert {door for door, _ in ways} == set(DOORS)
    assert len(set(ways)) == len(ways)
    assert catalogue.shapes() is catalogue.shapes()


def test_fields_have_their_names_on_the_wire():
    aleph = catalogue.shape("video_to_video", "aleph2")
    assert aleph.fields["videoUri"].required
    assert not aleph.fields["promptText"].required
    assert "prores" in aleph.literals("outputFormat")
    assert set(aleph.fields["keyframes"].items[0]) == {"seconds", "uri", "range"}
    assert "model" not in aleph.fields
    assert "promptVideo" in catalogue.shape("video_to_video", "seedance2").fields


def test_a_number_or_a_word_has_the_word_as_its_literal():
    shape = catalogue.shape("video_to_video", "seedance2")
    assert shape.literals("duration") == ("auto",)
    assert catalogue.shape("text_to_video", "veo3.1").literals("duration") == (4, 6, 8)


def test_an_unknown_model_is_refused_by_name():
    with pytest.raises(EngineUnknown, match="gen4_aleph") as caught:
        catalogue.shape("video_to_video", "gen4_aleph")
    assert "aleph2" in (caught.value.hint or "")


def test_the_data_file_names_no_model_that_is_not_there():
    known = {f"{shape.door}/{shape.model}" for shape in catalogue.shapes()}
    assert rows.named() <= known
    assert set(rows.first()) <= known


def test_the_code_names_no_model():
    names = {shape.model for shape in catalogue.shapes()}
    folder = rows.files(rows.__package__)
    for file in folder.iterdir():
        if file.name.endswith(".py"):
            text = file.read_text(encoding="utf-8")
            assert [name for name in names if f'"{name}"' in text] == [], file.name


def test_a_new_model_needs_no_new_code():
    generator, fast, editor = catalogue.read("image_to_video", NewTypes)
    assert [generator.model, fast.model, editor.model] == [
        "dreamer_9",
        "dreamer_9_fast",
        "editor_9",
    ]
    made = models.model(generator)
    assert made.kinds == {Kind.generate}
    assert made.limits.positions is Positions.ends
    assert (made.limits.keyframes, made.limits.min_keyframes, made.limits.min_prompt) == (2, 1, 1)
    assert made.limits.sizes == ((1280, 720), (720, 1280))
    assert made.limits.whole_seconds
    assert set(made.options.model_fields) == {
        "ratio",
        "audio",
        "providerSettings",
        "outputFormat",
    }
    assert made.options().model_dump()["audio"] is False
    with pytest.raises(EngineRefused, match="keepNoise"):
        made.checked({"providerSettings": {"keepNoise": True}})


def test_a_new_model_makes_a_body_that_its_own_type_takes():
    shape = catalogue.read("image_to_video", NewTypes)[0]
    made = models.model(shape)
    request = plain(made, options={"providerSettings": {"keepGrain": True}})
    body = assemble.body_of(request, made, shape, URIS)
    assert body == {
        "model": "dreamer_9",
        "promptImage": [{"uri": URIS[STILL], "position": "first"}],
        "promptText": "make it dusk",
        "ratio": "1280:720",
        "duration": 2,
        "audio": False,
        "providerSettings": {"keepGrain": True},
    }
    assert faults.faults_of(shape, body) == ()
    wrong = body | {"ratio": "1:1", "stray": 1}
    assert {fault.path for fault in faults.faults_of(shape, wrong)} == {("ratio",), ("stray",)}


def test_a_new_model_is_refused_until_it_is_priced():
    shape = catalogue.read("video_to_video", NewTypes)[2]
    unpriced = models.model(shape)
    work = plain(unpriced).work
    assert not unpriced.price.known
    with pytest.raises(PlanRefused, match="video_to_video/editor_9") as caught:
        unpriced.cost(work)
    assert "per_second" in (caught.value.hint or "")
    priced = models.model(shape, {"per_second": "17"})
    assert priced.price.known
    assert priced.cost(work) == 17 * 3  # two seconds at 24000/1001 are 48 frames: 2.002 s
    assert priced.limits.max_seconds == Fraction(5)


class Odd(TypedDict, total=False):
    model: Required[Literal["odd_1"]]
    prompt_text: Annotated[str, PropertyInfo(alias="promptText")]
    weights: dict[str, float]
    when: Fraction  # nothing that JSON has


def test_types_that_nobody_foresaw_do_not_stop_the_others():
    made = models.model(catalogue.read("text_to_video", Odd)[0])
    assert set(made.options.model_fields) == {"weights", "when"}
    assert made.checked({"weights": {"a": 1.5}}).model_dump(exclude_none=True)
    assert catalogue.read("text_to_video", str) == ()
