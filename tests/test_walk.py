"""The walk of a shot, whole: real files in, counted frames out, on the right record frame.

The engine here gives back what it gets, so that every frame of the delivered file must carry the
number of the source frame that the edit shows at that moment.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import opentimelineio as otio
import pytest

from bridge.engines.base import Kind, Model
from bridge.engines.registry import Engines
from bridge.frames import FrameRange, Rate, timecode_frame
from bridge.media.room import MediaRoom
from bridge.media.slate import Slate, make, numbers
from bridge.pipeline.collect import collect
from bridge.pipeline.conform import Conformed, conform
from bridge.pipeline.extract import ShotOrder, extract
from bridge.pipeline.plan import plan
from bridge.pipeline.planned import Plan
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.reinsert import Reinserted, reinsert
from bridge.pipeline.render import render
from bridge.pipeline.selection import select
from bridge.pipeline.tools import Tools
from bridge.settings import Settings
from bridge.store.store import Store
from bridge.timeline.clips import clips
from bridge.timeline.facts import Clip, Mode
from bridge.timeline.read import read
from tests.fakes.engine import InstantEngine

BEFORE = 7  # record frames of another clip before the shot
RECIPE = Recipe(Kind.edit, engine="instant")


@dataclass(frozen=True)
class Cut:
    """A timeline of one shot after `BEFORE` frames of nothing, and the counted media behind it."""

    rate: str  # of the sequence
    media_rate: str
    start: str | None = None  # timecode of the media
    source: int = 10  # source frame shown first
    frames: int = 12  # record frames
    speed: Fraction = Fraction(1)
    freeze: bool = False
    global_start: str | None = None
    media: Slate | None = None  # other than plain


class OneSecondEngine(InstantEngine):
    """Takes a second at most, so that longer shots come in segments."""

    def models(self) -> tuple[Model, ...]:
        (model,) = super().models()
        return (replace(model, limits=replace(model.limits, max_seconds=Fraction(1))),)


class Notebook:
    def __init__(self) -> None:
        self.notes: dict[str, object] = {}

    async def read(self, name: str) -> object | None:
        return self.notes.get(name)

    async def write(self, name: str, value: object) -> None:
        self.notes[name] = value


def timeline_of(cut: Cut, folder: Path) -> Path:
    """Written with OpenTimelineIO alone, as a stranger would."""
    media_rate, rate = Rate.of(cut.media_rate), Rate.of(cut.rate)
    drop = ";" in (cut.start or "")
    first = 0 if cut.start is None else timecode_frame(cut.start, media_rate)
    slate = replace(
        cut.media or Slate(48, gop=12, b_frames=2),
        rate=media_rate,
        start_timecode=first if cut.start else None,
        drop=drop,
    )
    media = make(folder / "A001.mov", slate)
    spelled, media_spelled = float(rate.fps), float(media_rate.fps)
    at = otio.opentime.RationalTime
    seconds = media_rate.seconds(first + cut.source)
    clip = otio.schema.Clip(
        "A001",
        otio.schema.ExternalReference(
            str(media),
            otio.opentime.TimeRange(at(first, media_spelled), at(slate.frames, media_spelled)),
        ),
        otio.opentime.TimeRange(at(float(rate.frames(seconds)), spelled), at(cut.frames, spelled)),
    )
    if cut.freeze:
        clip.effects.append(otio.schema.FreezeFrame())
    elif cut.speed != 1:
        clip.effects.append(otio.schema.LinearTimeWarp(time_scalar=float(cut.speed)))
    gap = otio.schema.Gap(duration=at(BEFORE, spelled))
    track = otio.schema.Track("V1", [gap, clip], kind=otio.schema.TrackKind.Video)
    timeline = otio.schema.Timeline("cut", [track])
    if cut.global_start:
        timeline.global_start_time = at(timecode_frame(cut.global_start, rate), spelled)
    path = folder / "cut.otio"
    otio.adapters.write_to_file(timeline, str(path))
    return path


def tools_in(folder: Path) -> Tools:
    settings = Settings(data=folder / "data")
    engines = Engines({"instant": InstantEngine()})
    return Tools(MediaRoom(settings), engines, Store(folder / "data" / "store"))


def quiet(done: float | None, words: str) -> None:
    assert done is None or 0 <= done <= 1


async def walk(
    timeline: Path, reference: str, recipe: Recipe, tools: Tools, out: Path
) -> tuple[Plan, Conformed, Reinserted]:
    selection = await select(timeline, [reference], recipe, tools)
    model = tools.engines.model(recipe.engine, recipe.model)
    made = plan(selection, recipe, model)
    order = ShotOrder(
        "j1", 1, made.shots[0], recipe, model.name, model.door, "cut", out.parent / "takes"
    )
    rendered = await render(await extract(order, tools, quiet), tools, Notebook(), quiet)
    done = await conform(await collect(rendered, tools, quiet), tools, quiet)
    return made, done, await reinsert(made, [done], out)


@pytest.fixture
def tools(tmp_path: Path) -> Iterator[Tools]:
    tools = tools_in(tmp_path)
    yield tools
    asyncio.run(tools.room.close())


def walked(
    cut: Cut, tools: Tools, folder: Path, recipe: Recipe = RECIPE
) -> tuple[Plan, Conformed, Reinserted]:
    async def run() -> tuple[Plan, Conformed, Reinserted]:
        return await walk(timeline_of(cut, folder), "V1:1", recipe, tools, folder / "new.otio")

    return asyncio.run(run())


def placed(done: Conformed, new: Reinserted) -> Clip:
    (clip,) = (
        clip
        for clip in clips(read(new.timeline))
        if clip.source is not None and clip.source.path == done.path
    )
    return clip


RATES = ("24000/1001", "24", "25", "30000/1001", "50", "60000/1001")
CUTS = {
    **{f"{rate} without timecode": Cut(rate, rate) for rate in RATES},
    **{
        f"{rate} with timecode": Cut(rate, rate, "01:00:00:00", global_start="01:00:00:00")
        for rate in RATES
    },
    "drop frame": Cut("30000/1001", "30000/1001", "00:59:59;20", global_start="01:00:00;00"),
    "50 in 25": Cut("25", "50", "10:00:00:00", frames=9),
    "25 in 50": Cut("50", "25", "10:00:00:00", frames=24),
    "24 in 23.976": Cut("24000/1001", "24", "01:00:00:00"),
    "23.976 in 25": Cut("25", "24000/1001", frames=20),
    "29.97 in 59.94": Cut("60000/1001", "30000/1001", "01:00:00:00", frames=24),
}


def expected(cut: Cut) -> tuple[int, ...]:
    """The source frame on screen at each record frame, by the definition, in exact numbers."""
    step = cut.speed * Rate.of(cut.media_rate).fps / Rate.of(cut.rate).fps
    return tuple(int(cut.source + frame * step) for frame in range(cut.frames))


@pytest.mark.parametrize("name", CUTS)
def test_every_frame_is_the_right_one_at_the_right_place(
    name: str, tools: Tools, tmp_path: Path
) -> None:
    cut = CUTS[name]
    _, done, new = walked(cut, tools, tmp_path)
    assert numbers(done.path) == expected(cut)
    clip = placed(done, new)
    assert (clip.record.start, clip.record.count) == (BEFORE, cut.frames)
    assert clip.place.startswith("V2:")
    assert clip.speed == 1


@pytest.mark.parametrize(
    ("cut", "shown"),
    [
        (Cut("25", "25", speed=Fraction(2)), tuple(range(10, 34, 2))),
        (Cut("25", "25", speed=Fraction(1, 2)), (10, 10, 11, 11, 12, 12, 13, 13, 14, 14, 15, 15)),
        (Cut("24", "24", "01:00:00:00", speed=Fraction(-1)), tuple(range(21, 9, -1))),
        (Cut("24000/1001", "24000/1001", freeze=True), (10,) * 12),
    ],
    ids=["200 %", "50 %", "reversed", "freeze"],
)
def test_retimes_are_baked(cut: Cut, shown: tuple[int, ...], tools: Tools, tmp_path: Path) -> None:
    _, done, new = walked(cut, tools, tmp_path)
    assert numbers(done.path) == shown
    assert placed(done, new).speed == 1


def test_handles_lie_around_the_shot(tools: Tools, tmp_path: Path) -> None:
    cut = Cut("25", "25", "01:00:00:00", source=5)
    _, done, new = walked(cut, tools, tmp_path, replace(RECIPE, handles=8))
    assert numbers(done.path) == tuple(range(25))  # 5 before, all that there is; 8 after
    (placement,) = new.placements
    assert (placement.source_start, placement.record.count) == (5, 12)
    clip = placed(done, new)
    assert clip.media_in is not None
    assert (clip.source_in - clip.media_in) * 25 == 5


@pytest.mark.parametrize("mode", list(Mode))
def test_every_mode_shows_the_take_and_keeps_the_original(
    mode: Mode, tools: Tools, tmp_path: Path
) -> None:
    cut = Cut("25", "25", "01:00:00:00")
    _, done, new = walked(cut, tools, tmp_path, replace(RECIPE, mode=mode))
    clip = placed(done, new)
    start = BEFORE + cut.frames if mode is Mode.append else BEFORE
    assert (clip.record.start, clip.record.count) == (start, cut.frames)
    assert [placement.record for placement in new.placements] == [clip.record]
    assert str(tmp_path / "A001.mov") in new.timeline.read_text()


def test_a_long_shot_in_segments_has_every_frame_once(tools: Tools, tmp_path: Path) -> None:
    pieces = replace(tools, engines=Engines({"instant": OneSecondEngine()}))
    cut = Cut("25", "25", source=0, frames=48)
    made, done, _ = walked(cut, pieces, tmp_path)
    assert len(made.shots[0].segments) > 1
    assert numbers(done.path) == tuple(range(48))


def test_the_source_and_the_timeline_are_not_touched(tools: Tools, tmp_path: Path) -> None:
    cut = Cut("24", "24")
    walked(cut, tools, tmp_path)
    media, timeline = tmp_path / "A001.mov", tmp_path / "cut.otio"
    before = media.read_bytes(), timeline.read_bytes()

    async def again() -> None:
        recipe = replace(RECIPE, handles=1)
        await walk(timeline, "V1:1", recipe, tools, tmp_path / "newer.otio")

    asyncio.run(again())
    assert (media.read_bytes(), timeline.read_bytes()) == before


def test_each_placement_says_where_its_own_take_lies(tools: Tools, tmp_path: Path) -> None:
    """Also where the takes were not given in the timeline's order."""

    async def run() -> Reinserted:
        timeline = timeline_of(Cut("25", "25"), tmp_path)
        whole = await select(timeline, ["V1:1"], RECIPE, tools)
        (shot,) = whole.shots
        parts = [
            replace(shot, clip=replace(shot.clip, record=FrameRange(start, 6)))
            for start in (BEFORE + 6, BEFORE)
        ]
        made = plan(replace(whole, shots=tuple(parts)), RECIPE, tools.engines.model("instant"))
        done = []
        for planned in made.shots:
            order = ShotOrder("j1", 1, planned, RECIPE, "instant-1", "", "cut", tmp_path / "takes")
            rendered = await render(await extract(order, tools, quiet), tools, Notebook(), quiet)
            done.append(await conform(await collect(rendered, tools, quiet), tools, quiet))
        return await reinsert(made, done, tmp_path / "new.otio")

    new = asyncio.run(run())
    assert [placement.record.start for placement in new.placements] == [BEFORE + 6, BEFORE]
    lies = {
        clip.source.path: clip.record
        for clip in clips(read(new.timeline))
        if clip.source is not None
    }
    assert all(lies[placement.media] == placement.record for placement in new.placements)
