"""Planning, as tables of values: frames, timecodes, handles, prices, and what is refused."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from bridge.engines.base import Kind, Limits, Model, Positions, Price
from bridge.errors import PlanRefused, RangeError, UsageError
from bridge.frames import FrameMap, FrameRange, Handles, Rate
from bridge.media.facts import AudioFacts, Colour, MediaFacts
from bridge.pipeline.plan import plan
from bridge.pipeline.recipe import Recipe, Still
from bridge.pipeline.selection import Selection, Shot, StillShot
from bridge.source import Source, SourceKind
from bridge.timeline.facts import Clip, Flavour, Mode, TimelineFacts

NO_HANDLES = Handles()
NTSC = Rate.of("24000/1001")
EDIT = Recipe(Kind.edit, "dusk")
LOOKS = Model("looks", frozenset({Kind.edit, Kind.generate}))


def media(rate: Rate = NTSC, frames: int = 200, start_frame: int = 0, **more: object) -> MediaFacts:
    facts = MediaFacts(
        source=Source(Path("/media/a.mov")),
        codec="prores",
        pixel_format="yuv422p10le",
        bits=10,
        width=1920,
        height=1080,
        pixel_aspect=Fraction(1),
        rate=rate,
        frames=frames,
        start_frame=start_frame,
        start_timecode="01:00:00:00" if start_frame else None,
        colour=Colour("bt709", "bt709", "bt709", "tv"),
    )
    return replace(facts, **more)  # type: ignore[arg-type]  # a table of overrides


def selection(
    *,
    source_in: int = 50,
    count: int = 48,
    speed: Fraction = Fraction(1),
    facts: MediaFacts | None = None,
    rate: Rate = NTSC,
    transitions: Handles = NO_HANDLES,
    stills: tuple[StillShot, ...] = (),
    at: int | None = None,
) -> Selection:
    facts = facts or media()
    step = speed * facts.rate.fps / rate.fps
    clip = Clip(
        place="V1:1",
        name="shot",
        record=FrameRange(100, count),
        source=facts.source,
        media_rate=facts.rate,
        source_in=facts.rate.seconds(source_in),
        media_in=Fraction(0),
        speed=speed,
        transitions=transitions,
    )
    return Selection(
        Path("/cut.otio"),
        Path("/"),
        TimelineFacts("cut", rate, 86400, False, 1000, Flavour.otio),
        (Shot(clip, facts, FrameMap(Fraction(source_in), step)),),
        stills,
        at,
    )


@pytest.mark.parametrize(
    ("speed", "source_in", "count", "expected"),
    [
        (Fraction(1), 50, 4, (50, 51, 52, 53)),
        (Fraction(2), 50, 4, (50, 52, 54, 56)),
        (Fraction(1, 2), 50, 4, (50, 50, 51, 51)),
        (Fraction(-1), 54, 4, (53, 52, 51, 50)),
        (Fraction(-1, 2), 52, 4, (51, 51, 50, 50)),
        (Fraction(0), 50, 4, (50, 50, 50, 50)),
    ],
)
def test_retimes_choose_the_source_frames(
    speed: Fraction, source_in: int, count: int, expected: tuple[int, ...]
) -> None:
    made = plan(selection(speed=speed, source_in=source_in, count=count), EDIT, LOOKS)
    assert made.shots[0].source_frames == expected


@pytest.mark.parametrize(
    ("media_rate", "rate", "expected"),
    [
        (Rate.of(50), Rate.of(25), (10, 12, 14, 16)),
        (Rate.of(25), Rate.of(50), (10, 10, 11, 11)),
        (Rate.of(24), Rate.of(30), (10, 10, 11, 12)),
    ],
)
def test_unlike_rates_show_the_frame_on_screen(
    media_rate: Rate, rate: Rate, expected: tuple[int, ...]
) -> None:
    made = plan(selection(source_in=10, count=4, facts=media(media_rate), rate=rate), EDIT, LOOKS)
    assert made.shots[0].source_frames == expected


def test_handles_go_as_far_as_the_media_has_them() -> None:
    made = plan(selection(source_in=5, count=190), replace(EDIT, handles=8), LOOKS)
    shot = made.shots[0]
    assert shot.handles == Handles(5, 5)
    assert shot.source_frames == tuple(range(200))
    assert "5 and 5 frames of handles" in shot.warnings[0]


def test_transitions_take_their_handles() -> None:
    made = plan(selection(transitions=Handles(6, 3)), EDIT, LOOKS)
    assert made.shots[0].handles == Handles(6, 3)
    assert made.shots[0].source_frames[0] == 44


def test_the_start_timecode_is_the_source_s_where_frames_correspond() -> None:
    with_timecode = media(start_frame=86400)
    shot = plan(selection(facts=with_timecode), replace(EDIT, handles=10), LOOKS).shots[0]
    assert shot.start_frame == 86400 + 40
    retimed = plan(selection(facts=with_timecode, speed=Fraction(2)), EDIT, LOOKS).shots[0]
    assert retimed.start_frame == 86400 + 100


def test_sound_is_cut_to_the_handles_and_left_out_when_retimed() -> None:
    loud = media(audio=(AudioFacts("pcm_s16le", 48000, 2, "stereo"),))
    sound = plan(selection(facts=loud), replace(EDIT, handles=10), LOOKS).shots[0].sound
    assert sound is not None
    assert (sound.start, sound.seconds) == (NTSC.seconds(40), NTSC.seconds(68))
    retimed = plan(selection(facts=loud, speed=Fraction(2)), EDIT, LOOKS).shots[0]
    assert retimed.sound is None
    assert "sound is not carried over" in retimed.warnings[0]


def test_odd_sides_are_said() -> None:
    shot = plan(selection(facts=media(width=321, height=180)), EDIT, LOOKS).shots[0]
    assert (shot.width, shot.height) == (320, 180)
    assert "321 x 180" in shot.warnings[0]


def test_a_shot_longer_than_its_media_is_refused_with_both_numbers() -> None:
    with pytest.raises(RangeError, match=r"50 to 249.*0 to 199"):
        plan(selection(source_in=50, count=200), EDIT, LOOKS)


def test_one_frame_over_between_unlike_rates_is_held() -> None:
    facts = media(Rate.of(50), frames=100)
    made = plan(selection(source_in=0, count=51, facts=facts, rate=Rate.of(25)), EDIT, LOOKS)
    assert made.shots[0].source_frames[-1] == 99
    with pytest.raises(RangeError):
        plan(selection(source_in=0, count=52, facts=facts, rate=Rate.of(25)), EDIT, LOOKS)


def test_a_still_lasts_as_long_as_the_edit_wants() -> None:
    facts = media(frames=1, source=Source(Path("/media/a.png"), SourceKind.still))
    held = selection(source_in=0, count=444, facts=facts)
    held = replace(held, shots=(replace(held.shots[0], map=FrameMap(Fraction(0), Fraction(0))),))
    made = plan(held, replace(EDIT, handles=4), LOOKS)
    assert made.shots[0].source_frames == (0,) * 452


def test_the_price_is_that_of_the_seconds_sent() -> None:
    paid = replace(
        LOOKS,
        limits=Limits(whole_seconds=True),
        price=Price(Decimal(28), Decimal(56), {"format=prores": Decimal(5)}),
    )
    assert plan(selection(count=20), EDIT, paid).price == Decimal(56)  # the minimum
    made = plan(selection(count=73, source_in=0), EDIT, paid)
    assert made.shots[0].segments[0].sent == 96
    assert made.price == Decimal("112.12")  # 28 credits for 96 frames at 24000/1001


def test_a_changed_price_changes_the_quote() -> None:
    paid = replace(LOOKS, price=Price(Decimal(28)))
    dearer = replace(LOOKS, price=Price(Decimal(29)))
    assert plan(selection(), EDIT, paid).quote == plan(selection(), EDIT, paid).quote
    assert plan(selection(), EDIT, paid).quote != plan(selection(), EDIT, dearer).quote


def still(record: int, name: str = "k.png") -> StillShot:
    source = Source(Path("/media") / name, SourceKind.still)
    return StillShot(record, media(frames=1, source=source))


GENERATE = Recipe(
    Kind.generate, at="100", duration=48, keyframes=(Still("100", Path("/media/k.png")),)
)
STILLS = replace(LOOKS, limits=Limits(keyframes=5))


def test_stills_land_on_their_frames() -> None:
    chosen = selection(stills=(still(147, "b.png"), still(100)), at=100)
    made = plan(
        replace(chosen, shots=()), replace(GENERATE, keyframes=GENERATE.keyframes * 2), STILLS
    )
    assert [(k.frame, k.image.name) for k in made.shots[0].keyframes] == [
        (0, "k.png"),
        (47, "b.png"),
    ]
    assert made.shots[0].record == FrameRange(100, 48)
    assert made.shots[0].start_frame == 86500


@pytest.mark.parametrize("record", [99, 148])
def test_a_still_outside_the_shot_is_refused(record: int) -> None:
    with pytest.raises(RangeError, match=r"k\.png"):
        plan(selection(stills=(still(record),), at=100), GENERATE, STILLS)


def test_two_stills_on_one_frame_are_refused() -> None:
    with pytest.raises(RangeError, match=r"k\.png and b\.png"):
        plan(selection(stills=(still(110), still(110, "b.png")), at=100), GENERATE, STILLS)


@pytest.mark.parametrize(
    ("recipe", "model"),
    [
        (GENERATE, replace(STILLS, kinds=frozenset({Kind.edit}))),
        (GENERATE, LOOKS),
        (replace(GENERATE, camera=("zoom in 10%",)), STILLS),
        (replace(GENERATE, mode=Mode.take), STILLS),
        (replace(EDIT, references=(Path("/media/k.png"),)), LOOKS),
        (EDIT, replace(LOOKS, limits=Limits(max_rate=Rate.of(20)))),
    ],
)
def test_what_a_model_cannot_do_is_refused_by_name(recipe: Recipe, model: Model) -> None:
    with pytest.raises(PlanRefused):
        plan(selection(stills=(still(100),), at=100), recipe, model)


def test_a_model_for_ends_takes_no_still_in_the_middle() -> None:
    ends = replace(STILLS, limits=Limits(keyframes=2, positions=Positions.ends))
    with pytest.raises(PlanRefused, match="ends"):
        plan(selection(stills=(still(120),), at=100), GENERATE, ends)


def test_the_nearest_size_in_shape_is_rendered() -> None:
    sized = replace(LOOKS, limits=Limits(sizes=((1280, 720), (720, 1280), (960, 960))))
    shot = plan(selection(), EDIT, sized).shots[0]
    assert (shot.render_width, shot.render_height) == (1280, 720)
    assert (shot.width, shot.height) == (1920, 1080)


def test_nothing_chosen_is_said() -> None:
    with pytest.raises(UsageError, match="No clip"):
        plan(replace(selection(), shots=()), EDIT, LOOKS)
