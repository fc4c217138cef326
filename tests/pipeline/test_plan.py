"""Planning, as tables of values: frames, timecodes, handles, prices, and what is refused."""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from bridge.engines.base import (
    Change,
    EngineOptions,
    Kind,
    Limits,
    Model,
    Positions,
    Price,
)
from bridge.engines.forms import Form
from bridge.errors import PlanRefused, RangeError, ShotRefused, UsageError
from bridge.frames import FrameMap, FrameRange, Handles, Rate
from bridge.jobs.values import from_json, to_json
from bridge.media.facts import AudioFacts, Colour, MediaFacts
from bridge.pipeline.extract import sent_frames
from bridge.pipeline.plan import plan
from bridge.pipeline.planned import Plan
from bridge.pipeline.recipe import Recipe, Still
from bridge.pipeline.requests import planned
from bridge.pipeline.selection import Selection, Shot, StillShot
from bridge.source import Source, SourceKind
from bridge.timeline.facts import Clip, Flavour, Mode, Retime, TimelineFacts
from bridge.wire.plans import plan_out

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
    assert made.shots[0].segments[0].seconds == 4
    assert made.price == Decimal(112)  # 28 credits for each second asked for
    sent = replace(paid, limits=Limits(min_seconds=Fraction(4)))
    assert plan(selection(count=73, source_in=0), EDIT, sent).price == Decimal("112.12")


def test_a_plan_is_kept_and_read_again_whole() -> None:
    stills = (replace(still(110), window=FrameRange(104, 20)),)
    windows = replace(LOOKS, limits=Limits(keyframes=5, windows=True))
    made = plan(selection(stills=stills), EDIT, replace(windows, changes=frozenset(Change)))
    assert from_json(Plan, json.loads(json.dumps(to_json(made)))) == made


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
        (EDIT, replace(LOOKS, limits=Limits(min_references=1, references=1))),
        (EDIT, replace(LOOKS, limits=Limits(prompt=3))),
        (replace(EDIT, prompt=""), replace(LOOKS, limits=Limits(min_prompt=1))),
    ],
)
def test_what_a_model_cannot_do_is_refused_by_name(recipe: Recipe, model: Model) -> None:
    with pytest.raises(PlanRefused):
        plan(selection(stills=(still(100),), at=100), recipe, model)


def test_a_still_that_is_missing_is_named_by_its_timecode() -> None:
    ends = replace(STILLS, limits=Limits(keyframes=2, positions=Positions.ends))
    with pytest.raises(PlanRefused, match="needs a still at 01:00:04:04"):
        plan(selection(stills=(still(120),), at=100), GENERATE, ends)


def test_an_edit_takes_stills_only_where_its_model_does() -> None:
    ends = replace(STILLS, limits=Limits(keyframes=2, positions=Positions.ends))
    with pytest.raises(PlanRefused, match="the first and the last frame only"):
        plan(selection(stills=(still(120),)), EDIT, ends)
    assert plan(selection(stills=(still(147),)), EDIT, ends).shots[0].keyframes[0].frame == 47


def test_more_stills_than_a_model_takes_become_a_chain_and_each_part_has_its_price() -> None:
    limits = Limits(keyframes=2, positions=Positions.ends, durations=(5, 10))
    ends = replace(STILLS, limits=limits, price=Price(Decimal(12)))
    stills = (still(100, "a.png"), still(220, "b.png"), still(459, "c.png"))
    made = plan(selection(stills=stills, at=100), replace(GENERATE, duration=360), ends)
    (shot,) = made.shots
    assert [(part.frames.start, part.frames.count) for part in shot.segments] == [
        (0, 121),
        (120, 240),
    ]
    assert [part.price for part in shot.segments] == [Decimal(60), Decimal(120)]
    first, second = planned(shot, made.recipe, ends)
    assert [(key.frame, key.image.name) for key in first.keyframes] == [
        (0, "a.png"),
        (119, "b.png"),  # the last one made
    ]
    assert [(key.frame, key.image.name) for key in second.keyframes] == [
        (0, "b.png"),
        (239, "c.png"),
    ]


def test_a_long_shot_of_words_goes_on_by_the_door_that_takes_stills() -> None:
    words = Model(
        "gen",
        frozenset({Kind.generate}),
        Limits(durations=(8,)),
        Price(Decimal(10)),
        door="words",
    )
    images = replace(
        words, door="images", limits=Limits(durations=(8,), keyframes=1), price=Price(Decimal(20))
    )
    recipe = replace(GENERATE, keyframes=(), prompt="fog", duration=383)
    made = plan(replace(selection(at=100), shots=()), recipe, words, images)
    (shot,) = made.shots
    assert [(part.door, part.follows, part.price) for part in shot.segments] == [
        ("words", False, Decimal(80)),
        ("images", True, Decimal(160)),
    ]
    requests = planned(shot, recipe, words)
    assert [request.door for request in requests] == ["words", "images"]
    assert [len(request.keyframes) for request in requests] == [0, 1]
    assert made.price == Decimal(240)


def test_the_middle_still_stands_in_the_middle_of_what_is_made() -> None:
    thirds = replace(STILLS, limits=Limits(keyframes=3, positions=Positions.thirds, durations=(5,)))
    stills = (still(100), still(150, "m.png"), still(200, "z.png"))
    made = plan(selection(stills=stills, at=100), replace(GENERATE, duration=101), thirds)
    (request,) = planned(made.shots[0], made.recipe, thirds)
    assert [key.frame for key in request.keyframes] == [0, 59, 119]
    assert (request.frames, request.seconds) == (120, 5)


WINDOWS = replace(LOOKS, limits=Limits(keyframes=5, windows=True))


def test_windows_move_with_their_stills() -> None:
    stills = (
        replace(still(110), window=FrameRange(104, 20)),
        replace(still(130, "b.png"), window=FrameRange(124, 24)),
    )
    made = plan(selection(stills=stills), replace(EDIT, handles=6), WINDOWS)
    (request,) = planned(made.shots[0], EDIT, WINDOWS)
    assert [(key.frame, key.window) for key in request.keyframes] == [
        (16, FrameRange(10, 20)),
        (36, FrameRange(30, 24)),
    ]


@pytest.mark.parametrize(("window", "said"), [(FrameRange(104, 20), 0), (FrameRange(104, 90), 1)])
def test_a_window_that_reaches_into_a_part_without_its_still_is_told(
    window: FrameRange, said: int
) -> None:
    short = replace(LOOKS, limits=Limits(keyframes=5, windows=True, max_seconds=Fraction(3)))
    late = replace(still(190, "b.png"), window=FrameRange(180, 19))
    stills = (replace(still(110), window=window), late)
    (shot,) = plan(selection(count=100, stills=stills), EDIT, short).shots
    assert [part.keep for part in shot.segments] == [FrameRange(0, 50), FrameRange(50, 50)]
    assert (
        sum("into part 2 of 2, which does not hold its still" in w for w in shot.warnings) == said
    )


@pytest.mark.parametrize(
    ("stills", "model", "words"),
    [
        ((replace(still(110), window=FrameRange(104, 20)),), STILLS, "takes no windows"),
        (
            (replace(still(110), window=FrameRange(104, 20)), still(130, "b.png")),
            WINDOWS,
            r"b\.png has no window",
        ),
        ((replace(still(110), window=FrameRange(111, 20)),), WINDOWS, "outside its window"),
    ],
)
def test_windows_that_cannot_be_are_refused(
    stills: tuple[StillShot, ...], model: Model, words: str
) -> None:
    with pytest.raises((PlanRefused, RangeError), match=words):
        plan(selection(stills=stills), EDIT, model)


def test_a_fast_shot_is_rendered_at_a_whole_part_of_its_rate() -> None:
    slow = replace(LOOKS, limits=Limits(max_rate=Rate.of(30), min_seconds=Fraction(1)))
    facts = media(Rate.of(60), 400)
    made = plan(selection(count=90, facts=facts, rate=Rate.of(60)), EDIT, slow)
    (shot,) = made.shots
    (part,) = shot.segments
    assert (shot.rate, shot.render_rate, shot.step) == (Rate.of(60), Rate.of(30), 2)
    assert part.sent == 45
    assert sent_frames(shot, part) == tuple(range(50, 140, 2))
    assert "each frame that it makes is shown 2 times" in shot.warnings[0]
    (unchanged,) = plan(selection(), EDIT, slow).shots
    assert (unchanged.render_rate, unchanged.warnings) == (NTSC, ())


def test_a_short_shot_is_sent_with_what_its_media_has_around_it() -> None:
    least = replace(LOOKS, limits=Limits(min_seconds=Fraction(2)))
    (shot,) = plan(selection(source_in=50, count=24), EDIT, least).shots
    assert shot.segments[0].frames == FrameRange(0, 48)
    assert sent_frames(shot, shot.segments[0]) == tuple(range(50, 98))
    (late,) = plan(selection(source_in=170, count=24), EDIT, least).shots
    assert late.segments[0].frames == FrameRange(-18, 48)
    assert sent_frames(late, late.segments[0]) == tuple(range(152, 200))
    back = selection(source_in=24, count=24, speed=Fraction(-1))
    (reverse,) = plan(back, EDIT, least).shots
    assert sent_frames(reverse, reverse.segments[0]) == tuple(range(47, -1, -1))


def test_only_what_the_media_lacks_is_held() -> None:
    least = replace(LOOKS, limits=Limits(min_seconds=Fraction(2)))
    facts = media(frames=30)
    (shot,) = plan(selection(source_in=4, count=20, facts=facts), EDIT, least).shots
    assert shot.segments[0].frames == FrameRange(-4, 30)
    assert sent_frames(shot, shot.segments[0]) == (*range(30), *[29] * 18)
    assert "held 18 times" in shot.warnings[0]


SIZES = ((1280, 720), (1920, 1080), (3840, 2160), (720, 1280), (1104, 832), (2880, 2160))


@pytest.mark.parametrize(
    ("size", "aspect", "limits", "expected"),
    [
        ((1920, 1080), Fraction(1), Limits(sizes=SIZES), (1920, 1080)),  # never the dearest
        ((1280, 720), Fraction(1), Limits(sizes=SIZES), (1280, 720)),
        ((2048, 1152), Fraction(1), Limits(sizes=SIZES), (3840, 2160)),
        ((8192, 4320), Fraction(1), Limits(sizes=SIZES), (3840, 2160)),
        ((1440, 1080), Fraction(4, 3), Limits(sizes=SIZES), (1920, 1080)),  # anamorphic HD
        ((1440, 1080), Fraction(1), Limits(sizes=SIZES), (2880, 2160)),
        ((720, 576), Fraction(1), Limits(sizes=SIZES), (1104, 832)),
        ((1440, 1080), Fraction(4, 3), Limits(), (1440, 1080)),
        ((1440, 1080), Fraction(4, 3), Limits(max_pixels=1920 * 1080), (1920, 1080)),
        ((3840, 2160), Fraction(1), Limits(max_pixels=1920 * 1080), (1920, 1080)),
        ((320, 180), Fraction(1), Limits(min_side=720), (1280, 720)),
        ((240, 426), Fraction(1), Limits(min_side=480), (480, 852)),
    ],
)
def test_what_the_engine_gets_is_nearest_in_shape_then_in_size(
    size: tuple[int, int], aspect: Fraction, limits: Limits, expected: tuple[int, int]
) -> None:
    facts = media(width=size[0], height=size[1], pixel_aspect=aspect)
    shot = plan(selection(facts=facts), EDIT, replace(LOOKS, limits=limits)).shots[0]
    assert (shot.render_width, shot.render_height) == expected
    assert (shot.width, shot.height, shot.pixel_aspect) == (*size, aspect)
    limited = limits != Limits()
    assert shot.render_pixel_aspect == (1 if limited else aspect)


def test_another_shape_and_an_enlargement_are_said() -> None:
    wide = replace(LOOKS, limits=Limits(sizes=((1280, 720),)))
    assert (
        "squeezed"
        in plan(selection(facts=media(width=2048, height=858)), EDIT, wide).shots[0].warnings[0]
    )
    small = plan(selection(facts=media(width=640, height=360)), EDIT, wide).shots[0]
    assert "scaled up to 1280 x 720" in small.warnings[0]
    assert plan(selection(), EDIT, wide).shots[0].warnings == ()


@pytest.mark.parametrize(
    ("limits", "options", "form"),
    [
        (Limits(), {}, Form.master),
        (Limits(form=Form.h264), {}, Form.h264),
        (Limits(form=Form.master, max_bytes=10_000_000), {}, Form.h264),
        (Limits(form=Form.master, max_bytes=100_000_000), {}, Form.master),
        (Limits(form=Form.h264, max_bytes=100_000_000), {"output": "prores"}, Form.master),
        (Limits(form=Form.h264, max_bytes=10_000_000), {"output": "prores"}, Form.h264),
        (Limits(form=Form.h264), {"output": "mp4"}, Form.h264),
        (Limits(form=Form.h264), {"output": "sdr_rec709_10bit"}, Form.master),
    ],
)
def test_footage_is_a_master_where_that_fits_and_helps(
    limits: Limits, options: dict[str, str], form: Form
) -> None:
    """48 frames of 1080p are 43 to 73 MB of ProRes 422 HQ."""

    class Output(EngineOptions):
        output: str | None = None

    model = replace(LOOKS, limits=limits, options=Output)
    (shot,) = plan(selection(), replace(EDIT, options=options), model).shots
    assert shot.form is form
    shallow = form is Form.h264 and options.get("output") == "prores"
    assert any("8 bits" in note for note in shot.warnings) == shallow


def test_a_finishing_model_says_what_it_changes() -> None:
    larger = replace(LOOKS, changes=frozenset({Change.size}))
    made = plan(selection(), EDIT, larger)
    assert made.changes == {Change.size}
    assert "size that the model makes" in made.warnings[0]
    (shot,) = plan_out(made, remote=False).shots
    assert (shot.width, shot.height) == (None, None)
    (plain,) = plan_out(plan(selection(), EDIT, LOOKS), remote=False).shots
    assert (plain.width, plain.height) == (1920, 1080)


def test_a_still_of_another_shape_is_cut_and_that_is_said() -> None:
    square = StillShot(100, media(frames=1, width=800, height=800))
    wide = StillShot(100, media(frames=1, width=960, height=540))
    assert (
        "its edges are cut off"
        in plan(selection(stills=(square,)), EDIT, STILLS).shots[0].warnings[0]
    )
    assert plan(selection(stills=(wide,)), EDIT, STILLS).shots[0].warnings == ()


def test_nothing_chosen_is_said() -> None:
    with pytest.raises(UsageError, match="No clip"):
        plan(replace(selection(), shots=()), EDIT, LOOKS)


@pytest.mark.parametrize(
    ("clip", "reason"),
    [
        ({"retime": Retime.constant, "speed": Fraction(2)}, "retimed"),
        ({"place": "V1:1/V1:1"}, "nested"),
    ],
)
def test_a_take_that_cannot_lie_beside_its_shot_is_refused_before_it_costs_anything(clip, reason):
    found = selection()
    (shot,) = found.shots
    chosen = replace(found, shots=(replace(shot, clip=replace(shot.clip, **clip)),))
    with pytest.raises(ShotRefused) as refused:
        plan(chosen, replace(EDIT, mode=Mode.take), LOOKS)
    assert refused.value.detail["reason"] == reason
    assert plan(chosen, replace(EDIT, mode=Mode.above), LOOKS).shots
