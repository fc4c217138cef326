"""New shots beside others: extend, fill, frames of the timeline as stills, chains; real files."""

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import opentimelineio as otio
import pytest

from bridge.engines.base import Kind, Limits, Model, Positions, Price
from bridge.engines.local.engine import LocalEngine
from bridge.engines.registry import Engines
from bridge.errors import BridgeError, EngineBusy, EngineFailed, EngineUncertain, PlanRefused
from bridge.frames import FrameRange, Handles, Rate
from bridge.jobs.carrying import carried
from bridge.media.room import MediaRoom
from bridge.media.slate import Slate, make, numbers, paint, read_number
from bridge.pipeline.collect import collect
from bridge.pipeline.conform import Conformed, conform
from bridge.pipeline.extract import Extract, ShotOrder, extract
from bridge.pipeline.plan import models_for, plan
from bridge.pipeline.planned import Plan
from bridge.pipeline.recipe import Recipe, Still
from bridge.pipeline.reinsert import Reinserted, reinsert
from bridge.pipeline.render import render
from bridge.pipeline.selection import select
from bridge.pipeline.tools import HANDLE, INTENT, Tools
from bridge.settings import Settings
from bridge.source import Source
from bridge.store.store import Store
from tests.fakes.engine import Answer, Fail, FakeEngine, InstantEngine, RefuseSubmit
from tests.test_walk import Notebook, quiet

RATES = ("24000/1001", "25")
SIZE = 128, 72
GAP, FIRST, SECOND = 9, 12, 10  # record frames: A, a gap, B


@dataclass(frozen=True)
class Cut:
    """A from source frame 10, a gap, B from source frame 30 at another speed."""

    rate: str
    speed: float = 1.0


class Counter(FakeEngine):
    """Counts on from its first still, so that a chain of its work shows one count."""

    name = "counter"

    def _result(self, request, answer):  # type: ignore[no-untyped-def]  # as the fake's own
        first = 0
        if request.keyframes:
            picture = cv2.imread(str(request.keyframes[0].image))
            assert picture.shape[:2] == (request.height, request.width)
            first = read_number(picture)
        path = request.folder / "counted.mov"
        slate = Slate(request.frames, request.rate, request.width, request.height)
        make(path, slate, lambda number, *how: paint(first + number, *how))
        return super()._result(request, answer) | {"path": str(path)}


class Far(Counter):
    remote = True


ONE_SECOND = Limits(keyframes=2, max_seconds=Fraction(1), positions=Positions.ends)
WORDS = Model(
    "m",
    frozenset({Kind.generate}),
    Limits(max_seconds=Fraction(1)),
    Price(Decimal(10)),
    door="words",
)
IMAGES = replace(WORDS, door="images", limits=ONE_SECOND, price=Price(Decimal(20)))


def timeline_of(cut: Cut, folder: Path) -> Path:
    """Written with OpenTimelineIO alone, as a stranger would."""
    rate = float(Rate.of(cut.rate).fps)
    track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    for name, source, count, speed in (("A", 10, FIRST, 1.0), ("B", 30, SECOND, cut.speed)):
        slate = Slate(60, Rate.of(cut.rate), *SIZE)
        media = make(folder / f"{name}.mov", slate)
        whole = otio.schema.ExternalReference(str(media), _range(0, 60, rate))
        clip = otio.schema.Clip(name, whole, _range(source, count, rate))
        if speed != 1:
            clip.effects.append(otio.schema.LinearTimeWarp(time_scalar=speed))
        track.append(clip)
        if name == "A":
            track.append(otio.schema.Gap(duration=otio.opentime.RationalTime(GAP, rate)))
    path = folder / "cut.otio"
    otio.adapters.write_to_file(otio.schema.Timeline("cut", [track]), str(path))
    return path


def _range(start: int, count: int, rate: float) -> otio.opentime.TimeRange:
    at = otio.opentime.RationalTime
    return otio.opentime.TimeRange(at(start, rate), at(count, rate))


@pytest.fixture
def tools(tmp_path: Path) -> Iterator[Tools]:
    settings = Settings(data=tmp_path / "data")
    engines = Engines(
        {
            "local": LocalEngine(look_seconds=0.02),
            "instant": InstantEngine(),
            "counter": Counter(models=(WORDS, IMAGES)),
            "far": Far(models=(WORDS, IMAGES)),
        }
    )
    tools = Tools(MediaRoom(settings), engines, Store(tmp_path / "data" / "store"))
    yield tools
    asyncio.run(tools.room.close())


@dataclass(frozen=True)
class Walked:
    plan: Plan
    extract: Extract
    done: Conformed
    new: Reinserted
    warnings: tuple[str, ...]


def planned(timeline: Path, recipe: Recipe, tools: Tools, clips: Sequence[str] = ()) -> Plan:
    async def run() -> Plan:
        selection = await select(timeline, clips, recipe, tools)
        return plan(selection, recipe, *models_for(recipe, tools.engines))

    return asyncio.run(run())


async def walk(made: Plan, tools: Tools, out: Path, notes: Notebook, attempt: int = 1) -> Walked:
    takes = out.parent / "takes"
    order = ShotOrder(
        "j1", attempt, made.shots[0], made.recipe, made.model, made.door, "cut", takes
    )
    cut = await extract(order, tools, quiet)
    rendered = await render(cut, tools, notes, quiet)
    done = await conform(await collect(rendered, tools, quiet), tools, quiet)
    return Walked(made, cut, done, await reinsert(made, [done], out), rendered.warnings)


def walked(
    timeline: Path,
    recipe: Recipe,
    tools: Tools,
    notes: Notebook | None = None,
    clips: Sequence[str] = (),
    attempt: int = 1,
) -> Walked:
    async def run() -> Walked:
        selection = await select(timeline, clips, recipe, tools)
        facts = replace(selection.facts, width=SIZE[0], height=SIZE[1])
        selection = replace(selection, facts=facts)
        made = plan(selection, recipe, *models_for(recipe, tools.engines))
        return await walk(made, tools, timeline.with_name("new.otio"), notes or Notebook(), attempt)

    return asyncio.run(run())


def shown(movie: Path, frame: int, tools: Tools) -> int:
    async def cut() -> Path:
        out = movie.with_name(f"shown_{frame}.png")
        return await tools.room.still(Source(movie), frame, out)

    return read_number(cv2.imread(str(asyncio.run(cut()))))


EXTEND = Recipe(Kind.generate, extend="A", duration=8)
FILL = Recipe(Kind.generate, fill=str(FIRST + 4))


# ---- extend and fill


@pytest.mark.parametrize("rate", RATES)
def test_an_extension_goes_on_from_the_last_frame_and_does_not_show_it_twice(
    rate: str, tools: Tools, tmp_path: Path
) -> None:
    result = walked(timeline_of(Cut(rate), tmp_path), EXTEND, tools)
    (shot,) = result.plan.shots
    assert (shot.record, shot.handles) == (FrameRange(FIRST, 8), Handles(1, 0))
    assert numbers(result.done.path) == (21,) * 9  # A shows source frames 10 to 21
    (placement,) = result.new.placements
    assert (placement.record, placement.source_start) == (FrameRange(FIRST, 8), 1)


@pytest.mark.parametrize(
    ("rate", "speed", "last"), [("24000/1001", 2.0, 48), ("25", -1.0, 30), ("25", 1.0, 39)]
)
def test_the_last_frame_of_a_retimed_clip_is_the_one_that_it_shows(
    rate: str, speed: float, last: int, tools: Tools, tmp_path: Path
) -> None:
    timeline = timeline_of(Cut(rate, speed), tmp_path)
    result = walked(timeline, replace(EXTEND, extend="V1:2"), tools)
    assert result.plan.shots[0].record.start == FIRST + GAP + SECOND
    assert set(numbers(result.done.path)) == {last}


@pytest.mark.parametrize(("rate", "speed", "after"), [("24000/1001", 1.0, 30), ("25", -1.0, 39)])
def test_a_gap_is_filled_from_the_frames_on_both_sides(
    rate: str, speed: float, after: int, tools: Tools, tmp_path: Path
) -> None:
    result = walked(timeline_of(Cut(rate, speed), tmp_path), FILL, tools)
    (shot,) = result.plan.shots
    assert (shot.record, shot.handles) == (FrameRange(FIRST, GAP), Handles(1, 1))
    assert result.done.take.frames == GAP + 2
    assert shown(result.done.path, 0, tools) == 21
    assert shown(result.done.path, GAP + 1, tools) == after
    (placement,) = result.new.placements
    assert (placement.record, placement.source_start) == (FrameRange(FIRST, GAP), 1)


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        (replace(FILL, fill="3"), r"no gap at 3 on V1: V1:1 \(A\) lies there"),
        (replace(FILL, fill="V1@3"), "no gap at V1@3 on V1"),
        (replace(FILL, fill="V2@3"), "no enabled clips on V2"),
        (replace(FILL, fill="400"), "no clip after the gap at 400 on V1"),
        (replace(FILL, fill="soon"), "is no moment"),
        (replace(FILL, at="3"), "one place"),
        (replace(FILL, duration=5), "gap says how long"),
        (replace(EXTEND, kind=Kind.edit), "extends and fills nothing"),
        (replace(EXTEND, extend="C"), "no clip named 'C'"),
        (replace(EXTEND, extend="all"), "names 2 clips"),
        (replace(EXTEND, duration=None), "a place and a length"),
        (replace(EXTEND, keyframes=(Still("2", frame_of="14"),)), "shows no clip at 14"),
    ],
)
def test_what_cannot_be_extended_or_filled_is_refused_by_name(
    recipe: Recipe, words: str, tools: Tools, tmp_path: Path
) -> None:
    with pytest.raises(BridgeError, match=words):
        planned(timeline_of(Cut("25"), tmp_path), recipe, tools)


def test_a_model_that_takes_a_first_frame_alone_fills_no_gap(tools: Tools, tmp_path: Path) -> None:
    first = replace(IMAGES, limits=Limits(keyframes=1, positions=Positions.first))
    only = replace(tools, engines=Engines({"counter": Counter(models=(first,))}))
    with pytest.raises(PlanRefused, match="has no place"):
        planned(timeline_of(Cut("25"), tmp_path), replace(FILL, engine="counter"), only)


# ---- frames of the timeline as stills


@pytest.mark.parametrize("rate", RATES)
def test_a_still_may_be_a_frame_of_the_timeline(rate: str, tools: Tools, tmp_path: Path) -> None:
    timeline = timeline_of(Cut(rate), tmp_path)
    stills = (Still("0", frame_of="3"), Still("5", frame_of=f"V1@{FIRST + GAP + 2}"))
    recipe = Recipe(Kind.edit, engine="instant", keyframes=stills, reference_frames=("11",))
    result = walked(timeline, recipe, tools, clips=["V1:1"])
    found = [
        (key.frame, read_number(cv2.imread(str(key.image)))) for key in result.extract.keyframes
    ]
    assert found == [(0, 13), (5, 32)]
    assert [read_number(cv2.imread(str(path))) for path in result.extract.references] == [21]


def test_stills_that_leave_the_machine_are_cut_to_the_shot_and_scaled_as_its_footage_is(
    tools: Tools, tmp_path: Path
) -> None:
    still = tmp_path / "wide.png"
    cv2.imwrite(str(still), _striped(400, 100))
    recipe = Recipe(Kind.edit, "x", engine="far", keyframes=(Still("0", still),))
    sized = replace(
        IMAGES, kinds=frozenset(Kind), limits=Limits(keyframes=1, sizes=((64, 64), (128, 128)))
    )
    far = replace(tools, engines=Engines({"far": Far(models=(sized,))}))
    made = planned(timeline_of(Cut("25"), tmp_path), recipe, far, ["V1:1"])
    order = ShotOrder("j1", 1, made.shots[0], recipe, "m", "images", "cut", tmp_path)
    cut = asyncio.run(extract(order, far, quiet))
    picture = cv2.imread(str(cut.keyframes[0].image))
    assert picture.shape[:2] == (128, 128)  # the shot is 16:9: squeezed, as its footage is
    # 178 of the 400 columns are seen, from column 111 on: the white stripe over columns 190 to 209
    white = np.flatnonzero(picture[64, :, 0] > 128)
    assert (int(white[0]), int(white[-1])) == (57, 70)


def _striped(width: int, height: int) -> np.ndarray:
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:, width // 2 - 10 : width // 2 + 10] = 255
    return picture


# ---- chains


@pytest.mark.parametrize("rate", RATES)
def test_each_part_of_a_long_shot_goes_on_from_the_frame_before(
    rate: str, tools: Tools, tmp_path: Path
) -> None:
    timeline = timeline_of(Cut(rate), tmp_path)
    recipe = Recipe(Kind.generate, "count", engine="counter", at="0", duration=60)
    result = walked(timeline, recipe, tools)
    engine = tools.engines.get("counter")
    assert isinstance(engine, Counter)
    assert [(len(sent.keyframes), sent.door) for sent in engine.submits] == [
        (0, "words"),
        (1, "images"),
        (1, "images"),
    ]
    count = numbers(result.done.path)
    assert len(count) == 60
    steps = [after - before for before, after in pairwise(count)]
    assert set(steps) <= {0, 1}
    assert steps.count(0) == 2  # a whole second lies between two frames that are there


def test_a_chain_that_was_cut_short_is_taken_up_where_it_stood(
    tools: Tools, tmp_path: Path
) -> None:
    timeline = timeline_of(Cut("25"), tmp_path)
    recipe = Recipe(Kind.generate, "count", engine="counter", at="0", duration=60)
    engine, notes = tools.engines.get("counter"), Notebook()
    assert isinstance(engine, Counter)
    engine.enqueue(Answer(), Fail(EngineFailed("The second part failed.", again=False)))
    with pytest.raises(EngineFailed, match="second part"):
        walked(timeline, recipe, tools, notes)
    assert [sent.key for sent in engine.submits] == ["j1-s001-1-0", "j1-s001-1-1"]
    notes.notes.pop(HANDLE + "j1-s001-1-1")
    notes.notes.pop(INTENT + "j1-s001-1-1")
    walked(timeline, recipe, tools, notes)
    assert [sent.key for sent in engine.submits[2:]] == ["j1-s001-1-1", "j1-s001-1-2"]


BROKE = Fail(EngineFailed("The third part failed."))
CHAIN = Recipe(Kind.generate, "count", engine="counter", at="0", duration=60)


def next_attempt(notes: Notebook, number: int) -> Notebook:
    """What a retry takes over."""
    new = Notebook()
    new.notes |= carried(f"j1-s001-{number - 1}", f"j1-s001-{number}", notes.notes, None)
    return new


def test_a_retried_chain_goes_on_from_the_same_frame(tools: Tools, tmp_path: Path) -> None:
    timeline = timeline_of(Cut("25"), tmp_path)
    engine, notes = tools.engines.get("counter"), Notebook()
    assert isinstance(engine, Counter)
    engine.enqueue(Answer(), Answer(), BROKE)
    with pytest.raises(EngineFailed, match="third part"):
        walked(timeline, CHAIN, tools, notes)
    result = walked(timeline, CHAIN, tools, next_attempt(notes, 2), attempt=2)
    keys = [sent.key for sent in engine.submits]
    assert keys == ["j1-s001-1-0", "j1-s001-1-1", "j1-s001-1-2", "j1-s001-2-2"]
    before, after = (sent.keyframes[0].image for sent in engine.submits[2:])
    assert before != after
    assert before.read_bytes() == after.read_bytes()
    count = numbers(result.done.path)
    assert {after - before for before, after in pairwise(count)} <= {0, 1}


@pytest.mark.parametrize("cut_short", [False, True])
def test_what_went_on_from_a_part_that_is_gone_is_not_used(
    cut_short: bool, tools: Tools, tmp_path: Path
) -> None:
    """Also where the attempt that found it gone is cut short, and another one follows."""
    timeline = timeline_of(Cut("25"), tmp_path)
    engine, notes = tools.engines.get("counter"), Notebook()
    assert isinstance(engine, Counter)
    engine.enqueue(Answer(), Answer(), BROKE)
    with pytest.raises(EngineFailed, match="third part"):
        walked(timeline, CHAIN, tools, notes)
    shutil.rmtree(engine.submits[0].folder)  # the engine knows nothing of it any more
    notes, attempt = next_attempt(notes, 2), 2
    if cut_short:
        engine.enqueue(Answer(), RefuseSubmit(EngineBusy("Not now.")))
        with pytest.raises(EngineBusy):
            walked(timeline, CHAIN, tools, notes, attempt=2)
        notes.notes[INTENT + "j1-s001-2-1"] = None  # as the runner notes that nothing began
        notes, attempt = next_attempt(notes, 3), 3
    walked(timeline, CHAIN, tools, notes, attempt=attempt)
    first = ["2-0"] if cut_short else []
    keys = [sent.key.removeprefix("j1-s001-") for sent in engine.submits[3:]]
    assert keys == [*first, *(f"{attempt}-{number}" for number in range(len(first), 3))]


# ---- the intent, and the one more try


def test_the_intent_says_what_the_request_will_cost(tools: Tools, tmp_path: Path) -> None:
    recipe = Recipe(Kind.generate, "count", engine="counter", at="0", duration=50)
    notes = Notebook()
    walked(timeline_of(Cut("25"), tmp_path), recipe, tools, notes)
    assert notes.notes[INTENT + "j1-s001-1-0"] == {
        "engine": "counter",
        "model": "m",
        "door": "words",
        "credits": "10.00",
    }
    assert notes.notes[INTENT + "j1-s001-1-1"]["credits"] == "20.00"  # type: ignore[index]  # JSON


AGAIN = Fail(EngineFailed("It broke down.", again=True, credits="0"))


def test_what_failed_for_nothing_is_begun_once_more(tools: Tools, tmp_path: Path) -> None:
    engine = tools.engines.get("counter")
    assert isinstance(engine, Counter)
    engine.enqueue(AGAIN)
    recipe = Recipe(Kind.generate, "count", engine="counter", at="0", duration=20)
    result = walked(timeline_of(Cut("25"), tmp_path), recipe, tools)
    first, second = engine.submits
    assert second.key == first.key + "-again"
    assert second.folder != first.folder
    assert numbers(result.done.path) == tuple(range(20))
    assert "Part 1 failed and was rendered once more: It broke down." in result.warnings


def test_it_is_never_begun_a_third_time_whoever_takes_it_up(tools: Tools, tmp_path: Path) -> None:
    timeline = timeline_of(Cut("25"), tmp_path)
    recipe = Recipe(Kind.generate, "count", engine="counter", at="0", duration=20)
    engine, notes = tools.engines.get("counter"), Notebook()
    assert isinstance(engine, Counter)
    engine.enqueue(AGAIN, AGAIN)
    for _ in range(3):
        with pytest.raises(EngineFailed, match="broke down"):
            walked(timeline, recipe, tools, notes)
    assert len(engine.submits) == 2


def test_a_second_try_that_was_cut_short_is_uncertain(tools: Tools, tmp_path: Path) -> None:
    timeline = timeline_of(Cut("25"), tmp_path)
    recipe = Recipe(Kind.generate, "count", engine="counter", at="0", duration=20)
    engine, notes = tools.engines.get("counter"), Notebook()
    assert isinstance(engine, Counter)
    notes.notes[INTENT + "j1-s001-1-0-again"] = {}
    engine.enqueue(AGAIN)
    with pytest.raises(EngineUncertain, match="j1-s001-1-0-again"):
        walked(timeline, recipe, tools, notes)
    assert len(engine.submits) == 1


def test_footage_over_the_limit_is_refused_with_both_numbers(tools: Tools, tmp_path: Path) -> None:
    small = replace(IMAGES, kinds=frozenset(Kind), limits=Limits(max_bytes=1000))
    counter = Counter(models=(small,))
    only = replace(tools, engines=Engines({"counter": counter}))
    recipe = Recipe(Kind.edit, engine="counter")
    with pytest.raises(PlanRefused, match=r"has \d+ bytes, and the model m takes 1000"):
        walked(timeline_of(Cut("25"), tmp_path), recipe, only, clips=["V1:1"])
    assert counter.submits == []
