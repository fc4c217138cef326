"""What an engine says of its own frames is said of the delivered ones, and where to paint next."""

import asyncio
import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from bridge.frames import FrameRange, Rate
from bridge.media.slate import Slate
from bridge.pipeline.collect import Collected
from bridge.pipeline.conform import conform
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.sureness import least_sure
from bridge.store.sidecar import path_beside
from bridge.store.takes import Take, as_data, from_data
from bridge.wire.takes import MOST_SPANS, take_out
from tests.pipeline.returns import RECIPE, Walk, walking
from tests.test_walk import Cut, quiet

FILM = Cut("24000/1001", "24000/1001")


def footage_itself(came: Path, _folder: Path, _number: int) -> Path:
    return came


def told(collected: Collected, *sureness: tuple[float, ...]) -> Collected:
    raws = zip(collected.raws, sureness, strict=True)
    return replace(
        collected,
        raws=tuple(replace(raw, sureness=each, notes={"grade": "1 2 3"}) for raw, each in raws),
    )


def take_with(
    folder: Path,
    *sureness: tuple[float, ...],
    recipe: Recipe = RECIPE,
    cut: Cut = FILM,
    max_seconds: Fraction | None = None,
) -> Take:
    async def made(walk: Walk) -> Take:
        collected = told(await walk.collected(), *sureness)
        return (await conform(collected, walk.tools, quiet)).take

    folder.mkdir(exist_ok=True)
    with walking(folder, footage_itself, cut, recipe=recipe, max_seconds=max_seconds) as walk:
        return asyncio.run(made(walk))


def frames_of(folder: Path, recipe: Recipe = RECIPE) -> Take:
    """The take of an engine that tells nothing."""
    folder.mkdir(exist_ok=True)
    with walking(folder, footage_itself, FILM, recipe=recipe) as walk:
        return asyncio.run(walk.conformed()).take


class TestTake:
    def test_tells_of_each_delivered_frame(self, tmp_path: Path) -> None:
        silent = frames_of(tmp_path / "silent")
        assert silent.sureness == ()
        assert take_out(silent).paint_next is None
        asked = tuple(1 - 0.9 * (number == 3) for number in range(silent.frames))
        take = take_with(tmp_path / "told", asked)
        assert take.sureness == tuple(10 if number == 3 else 100 for number in range(take.frames))
        assert take_out(take).paint_next == take.record.start + 3
        assert f"least sure at frame {take.record.start + 3} of the timeline (10 %)" in str(
            take.warnings
        )
        assert take.notes == {"grade": "1 2 3"}
        assert from_data(as_data(take)) == take
        assert json.loads(path_beside(take.delivered).read_text())["least sure"] == "10 %"

    def test_handles_are_not_what_is_to_be_painted(self, tmp_path: Path) -> None:
        recipe = replace(RECIPE, handles=2)
        silent = frames_of(tmp_path / "silent", recipe)
        assert silent.handles.head == 2
        low = {0: 0.0, 4: 0.3}
        asked = tuple(low.get(number, 0.9) for number in range(silent.frames))
        take = take_with(tmp_path / "told", asked, recipe=recipe)
        assert take.sureness[0] == 0
        assert take_out(take).paint_next == take.record.start + 2
        assert take_out(take).sureness[2] == 30

    def test_parts_of_a_long_shot_tell_together(self, tmp_path: Path) -> None:
        """The second part begins before it is shown; what it says of those frames is not used."""
        long = replace(FILM, frames=30, media=Slate(60, Rate.of("24000/1001")))

        async def sent(walk: Walk) -> list[int]:
            return [raw.facts.frames for raw in (await walk.collected()).raws]  # type: ignore[union-attr] # pictures

        with walking(tmp_path, footage_itself, long, max_seconds=Fraction(1)) as walk:
            first, second = asyncio.run(sent(walk))
        told = ((0.8,) * first, tuple(0.2 * (place >= second - 3) for place in range(second)))
        take = take_with(tmp_path / "b", *told, cut=long, max_seconds=Fraction(1))
        assert len(take.sureness) == take.frames == 30
        assert take.sureness[0] == 80
        assert take.sureness[-4:] == (0, 20, 20, 20)

    def test_a_count_that_is_not_its_frames_tells_nothing(self, tmp_path: Path) -> None:
        assert take_with(tmp_path, (0.1, 0.2)).sureness == ()


@pytest.mark.parametrize(
    ("percents", "shown", "found"),
    [
        ((100, 100), FrameRange(0, 2), None),
        ((), FrameRange(0, 4), None),
        ((50, 50), FrameRange(0, 2), None),
        ((90, 20, 20, 20, 90), FrameRange(0, 5), 2),
        ((0, 90, 30, 90, 0), FrameRange(1, 3), 2),
    ],
)
def test_the_middle_of_the_least_sure(
    percents: tuple[int, ...], shown: FrameRange, found: int | None
) -> None:
    assert least_sure(percents, shown) == found


def test_a_long_take_is_told_in_few_spans_by_the_lowest_of_each(tmp_path: Path) -> None:
    take = frames_of(tmp_path)
    count = 1000
    percents = tuple(7 if number == 501 else 80 for number in range(count))
    long = replace(take, sureness=percents, record=FrameRange(take.record.start, count))
    told = take_out(long).sureness
    assert len(told) == MOST_SPANS
    assert told[501 * MOST_SPANS // count] == 7
    assert sum(told) == 80 * (MOST_SPANS - 1) + 7
