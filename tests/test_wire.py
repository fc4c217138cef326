"""Shapes: what goes in comes out the same; times stay whole and credits exact."""

import json
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from bridge.engines.base import Kind
from bridge.errors import ERRORS_BY_CODE, BridgeError
from bridge.frames import Rate
from bridge.jobs.facts import Event, Job, ShotRun, Stage, Status
from bridge.media.facts import Codec
from bridge.pipeline.recipe import Recipe, Still
from bridge.timeline.facts import Flavour, Mode
from bridge.wire import (
    engines,
    events,
    hosts,
    jobs,
    pictures,
    placements,
    plans,
    previews,
    queue,
    recipes,
    runtime,
    selections,
    spend,
    takes,
    timelines,
)
from bridge.wire.base import Credits, ErrorOut, Inward, Outward, RateIn, SpeedIn
from bridge.wire.events import event_out
from bridge.wire.jobs import JobOut, job_out
from bridge.wire.recipes import RecipeIn, StillIn
from bridge.wire.selections import FileSelectionIn, PushedSelectionIn, SelectionIn

MODULES = (
    engines,
    events,
    hosts,
    jobs,
    pictures,
    placements,
    plans,
    previews,
    queue,
    recipes,
    runtime,
    selections,
    spend,
    takes,
    timelines,
)
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
NUMBERS = ("price", "credits", "budget", "progress", "per_second", "minimum", "surcharges")
# as an editor's scripting answers, on the way to being exact; how long a script sleeps
RAW = (".left_offset", ".source_start", ".source_end", ".speed", ".pause")


def shapes(kind: type[BaseModel]) -> list[type[BaseModel]]:
    found = [value for module in MODULES for value in vars(module).values()]
    return sorted(
        {one for one in found if isinstance(one, type) and issubclass(one, kind)} - {kind},
        key=lambda one: one.__name__,
    )


# ---- rules for all shapes


@pytest.mark.parametrize("shape", shapes(Inward), ids=lambda shape: shape.__name__)
def test_what_comes_in_is_closed(shape: type[BaseModel]) -> None:
    assert shape.model_config["extra"] == "forbid"
    assert shape.model_config["frozen"]


@pytest.mark.parametrize("shape", shapes(Inward), ids=lambda shape: shape.__name__)
def test_what_comes_in_is_bounded(shape: type[BaseModel]) -> None:
    schema = shape.model_json_schema()
    for where, part in _parts(schema):
        if part.get("type") == "string" and not part.keys() & {"enum", "const"}:
            assert part.keys() & {"maxLength", "pattern"}, where
        if part.get("type") == "array":
            assert "maxItems" in part, where
        if part.get("type") in ("integer", "number"):
            assert "maximum" in part, where


@pytest.mark.parametrize("shape", shapes(BaseModel), ids=lambda shape: shape.__name__)
def test_no_time_is_a_float(shape: type[BaseModel]) -> None:
    """Numbers with a point are credits and progress, nothing else."""
    for where, part in _parts(shape.model_json_schema(mode="serialization")):
        if part.get("type") == "number":
            raw = (
                any(f"{name}." in f"{where}." for name in RAW)
                and shape.__module__ == hosts.__name__
            )
            assert raw or any(name in where for name in NUMBERS), where


def _parts(schema: Any, where: str = "") -> list[tuple[str, dict[str, Any]]]:
    if isinstance(schema, list):
        return [part for value in schema for part in _parts(value, where)]
    if not isinstance(schema, dict):
        return []
    inner = [
        part
        for name, value in schema.items()
        if name not in ("examples", "default")
        for part in _parts(value, f"{where}.{name}")
    ]
    return [(where, schema), *inner]


def test_what_goes_out_may_grow() -> None:
    newer = json.loads(job_out(job()).model_dump_json()) | {"of_next_year": 1}
    assert JobOut.model_validate(newer) == job_out(job())


# ---- words


@given(st.integers(1, 960), st.sampled_from([1, 1001]))
def test_rates_stay_exact(nominal: int, divisor: int) -> None:
    rate = Rate(Fraction(nominal * 1000, 1001) if divisor == 1001 else Fraction(nominal))
    if rate.fps >= 1:
        assert TypeAdapter(RateIn).validate_python(str(rate)) == str(Rate.of(str(rate)))


@pytest.mark.parametrize("text", ["23.976", "23.98", "24000/1001", "23.97602462"])
def test_one_rate_written_in_four_ways(text: str) -> None:
    assert TypeAdapter(RateIn).validate_python(text) == "24000/1001"


@pytest.mark.parametrize("text", ["", "0", "-24", "0.5", "961", "1/0", "nan", "inf", "x", "1e9"])
def test_no_rates(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(RateIn).validate_python(text)


@pytest.mark.parametrize("given", [{}, {"image": "/a.png", "frame_of": "12"}])
def test_a_still_is_a_file_or_a_frame(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="file"):
        StillIn(at="1", **given)


@pytest.mark.parametrize(
    ("text", "speed"), [("1", "1"), ("-1", "-1"), ("1/2", "1/2"), ("0.5", "1/2"), ("0", "0")]
)
def test_speeds(text: str, speed: str) -> None:
    assert TypeAdapter(SpeedIn).validate_python(text) == speed


@given(st.integers(0, 10**9))
def test_credits_keep_their_cents(cents: int) -> None:
    adapter: TypeAdapter[Decimal] = TypeAdapter(Credits)
    credit = Decimal(cents) / 100
    assert adapter.validate_json(adapter.dump_json(credit)) == credit


def test_credits_are_numbers() -> None:
    assert TypeAdapter(Credits).dump_json(Decimal("12.50")) == b"12.5"


# ---- recipes


def test_every_part_of_a_recipe_is_in_its_shape() -> None:
    assert {field.name for field in fields(Recipe)} == set(RecipeIn.model_fields)


def test_recipe_arrives_as_it_was_sent() -> None:
    sent = RecipeIn(
        kind=Kind.generate,
        prompt="fog over the harbour",
        engine="runway",
        model="gen",
        keyframes=(
            StillIn(at="01:00:04:12", image="/a.png", window="01:00:04:00-01:00:06:00"),
            StillIn(at=86, frame_of=12),
        ),
        references=("/c.png",),
        reference_frames=("V2@01:00:00:00",),
        camera=("zoom in 10%",),
        options={"strength": 0.5, "deep": {"list": [1, None, True]}},
        seed=7,
        at="48",
        extend="V1:3",
        fill=86,
        duration=96,
        handles=12,
        codec=Codec.h264,
        mode=Mode.append,
        flavour=Flavour.resolve,
        out="/out/new.otio",
        media_folder="/out/takes",
    )
    arrived = RecipeIn.model_validate_json(sent.model_dump_json()).recipe()
    assert arrived == Recipe(
        kind=Kind.generate,
        prompt="fog over the harbour",
        engine="runway",
        model="gen",
        keyframes=(
            Still("01:00:04:12", Path("/a.png"), window="01:00:04:00-01:00:06:00"),
            Still("86", frame_of="12"),
        ),
        references=(Path("/c.png"),),
        reference_frames=("V2@01:00:00:00",),
        camera=("zoom in 10%",),
        options={"strength": 0.5, "deep": {"list": [1, None, True]}},
        seed=7,
        at="48",
        extend="V1:3",
        fill="86",
        duration=96,
        handles=12,
        codec=Codec.h264,
        mode=Mode.append,
        flavour=Flavour.resolve,
        out=Path("/out/new.otio"),
        media_folder=Path("/out/takes"),
    )


def test_empty_recipe_is_the_pipelines_own() -> None:
    assert RecipeIn().recipe() == Recipe(Kind.edit)


# ---- selections


def test_which_selection_it_is() -> None:
    adapter: TypeAdapter[FileSelectionIn | PushedSelectionIn] = TypeAdapter(SelectionIn)
    file = adapter.validate_python({"timeline": "/a.otio", "clips": ["V1:3"]})
    pushed = adapter.validate_python({"rate": "25", "clips": []})
    assert isinstance(file, FileSelectionIn)
    assert isinstance(pushed, PushedSelectionIn)
    for neither in ({}, {"timeline": "/a.otio", "rate": "25"}, [], None, "x"):
        with pytest.raises(ValidationError):
            adapter.validate_python(neither)


# ---- jobs, events, errors


def job() -> Job:
    error = {"code": "engine_failed", "message": "It failed.", "hint": "Retry.", "detail": {"a": 1}}
    run = ShotRun(
        id="s001",
        name="shot",
        place="V1:1",
        attempt=2,
        status=Status.failed,
        stage=Stage.render,
        progress=0.5,
        note="rendering",
        take=None,
        credits=Decimal("1.25"),
        error=error,
        started=NOW,
    )
    return Job(
        id="j1",
        created=NOW,
        changed=NOW,
        status=Status.partly,
        kind="edit",
        engine="fake",
        model="fake-1",
        prompt="dusk",
        timeline_name="reel",
        timeline=Path("/new.otio"),
        price=Decimal("12.50"),
        credits=Decimal("1.25"),
        shots=(run,),
        warnings=("one",),
    )


def test_job_there_and_back() -> None:
    out = job_out(job())
    assert JobOut.model_validate_json(out.model_dump_json()) == out
    plain = json.loads(out.model_dump_json())
    assert (plain["price"], plain["credits"], plain["timeline"]) == (12.5, 1.25, "/new.otio")
    assert plain["shots"][0]["error"]["code"] == "engine_failed"
    assert plain["created"] == "2026-01-01T12:00:00Z"


@pytest.mark.parametrize("status", Status)
def test_ended_means_the_same_on_both_sides(status: Status) -> None:
    out = job_out(job()).model_copy(update={"status": status.value})
    assert out.ended is status.ended


def test_event_there_and_back() -> None:
    out = event_out(Event(7, NOW, "j1", None, "progress", {"progress": 0.5}))
    assert json.loads(out.model_dump_json()) == {
        "seq": 7,
        "time": "2026-01-01T12:00:00Z",
        "job": "j1",
        "shot": None,
        "what": "progress",
        "data": {"progress": 0.5},
    }


@pytest.mark.parametrize("kind", ERRORS_BY_CODE.values(), ids=ERRORS_BY_CODE.keys())
def test_errors_there_and_back(kind: type[BridgeError]) -> None:
    error = kind("It is so.", frames=[1, 2])
    out = ErrorOut.model_validate_json(ErrorOut.model_validate(error.as_data()).model_dump_json())
    again = BridgeError.from_data(out.model_dump(mode="json"))
    assert type(again) is kind
    assert (again.message, again.hint, again.detail) == (error.message, error.hint, error.detail)


def test_token_is_in_no_repr() -> None:
    told = runtime.Runtime(port=1, pid=2, token="canary", instance="i", version="0", started=NOW)
    assert "canary" not in repr(told)
    assert "canary" not in str(told)
    assert "canary" in told.model_dump_json()


def test_all_answers_are_open_and_frozen() -> None:
    for shape in shapes(Outward):
        assert shape.model_config["extra"] == "ignore"
        assert shape.model_config["frozen"]
