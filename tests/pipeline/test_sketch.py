"""Which frames the first look shows: spread, cheap ones where there are, painted ones always."""

from dataclasses import replace
from fractions import Fraction

import pytest

from bridge.engines.base import Kind
from bridge.engines.local import models
from bridge.frames import FrameRange, Handles, Rate
from bridge.pipeline.planned import PlannedKeyframe, PlannedShot
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.segments import Segment
from bridge.pipeline.sketch import Sketch, first_look
from tests.fakes.stages import planned_shot


def shot_of(
    frames: int, *, keys: tuple[int, ...] = (), head: int = 0, speed: int = 1
) -> PlannedShot:
    """Its record frame 0 shows source frame 30; backwards, frame 29."""
    shot = planned_shot(1, "Boat")
    assert shot.media is not None
    assert shot.map is not None
    span = FrameRange(0, frames + head)
    return replace(
        shot,
        record=FrameRange(0, frames),
        handles=Handles(head, 0),
        media=replace(shot.media, frames=1000, keys=keys),
        map=replace(shot.map, origin=Fraction(30), step=Fraction(speed)),
        segments=(Segment(span, span, frames + head),),
    )


def only(shot: PlannedShot) -> tuple[int, ...]:
    looked = first_look(Sketch(shot, Recipe(Kind.edit), models.PAINT))
    assert looked.frames == looked.only
    return looked.only


SPREAD = tuple(range(0, 96, 12))


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        ((), SPREAD),
        (tuple(range(0, 1000, 12)), tuple(range(6, 96, 12))),
        (tuple(range(0, 1000, 5)), (0, 10, 25, 35, 50, 60, 70, 85)),
        ((0, 48, 96, 144), SPREAD),  # some moments have none near
        ((0,), SPREAD),
    ],
)
def test_frames_that_decode_by_themselves_where_each_moment_has_one(
    keys: tuple[int, ...], wanted: tuple[int, ...]
) -> None:
    assert only(shot_of(96, keys=keys)) == wanted


@pytest.mark.parametrize(
    ("frames", "speed", "every", "first", "last"), [(96, 2, 12, 36, 204), (24, -1, 2, 28, 8)]
)
def test_of_a_faster_and_a_reversed_shot_too(
    frames: int, speed: int, every: int, first: int, last: int
) -> None:
    shot = shot_of(frames, keys=tuple(range(0, 1000, every)), speed=speed)
    numbers = shot.source_numbers(shot.segments[0].frames)
    found = [numbers[frame] for frame in only(shot)]
    assert (len(found), found[0], found[-1]) == (8, first, last)


@pytest.mark.parametrize(("head", "painted"), [(0, (5, 40)), (7, (0, 50, 102))])
def test_painted_frames_are_among_them(head: int, painted: tuple[int, ...]) -> None:
    shot = shot_of(96, head=head, keys=tuple(range(0, 1000, 12)))
    plain = only(shot)
    assert shot.media is not None
    stills = tuple(PlannedKeyframe(shot.media, frame=frame) for frame in painted)
    found = only(replace(shot, keyframes=stills))
    assert found == tuple(sorted({*plain, *painted}))
    assert found != plain


def test_painted_frames_of_a_new_shot_at_half_its_rate() -> None:
    """Delivered frame 11 is the sixth that is sent; one past the end is not asked for."""
    shot = shot_of(24)
    assert shot.media is not None
    stills = tuple(PlannedKeyframe(shot.media, frame=frame) for frame in (11, 23, 24))
    new = replace(
        shot,
        media=None,
        map=None,
        place=None,
        keyframes=stills,
        rate=Rate.of(24),
        render_rate=Rate.of(12),
        segments=(Segment(FrameRange(0, 24), FrameRange(0, 24), 12),),
    )
    assert only(new) == (0, 1, 3, 4, 5, 6, 7, 9, 10, 11)


def test_the_picture_of_a_moment_is_the_nearest() -> None:
    looked = first_look(
        Sketch(shot_of(96, keys=tuple(range(0, 1000, 12))), Recipe(Kind.edit), models.PAINT)
    )
    assert [looked.place_of(record) for record in (0, 11, 13, 36, 95)] == [0, 0, 1, 2, 7]
