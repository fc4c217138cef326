"""One behaviour on every lane: frames, places, retimes, tracks. The suite is the contract."""

import itertools
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bridge.engines.base import Kind
from bridge.frames import Rate
from bridge.media.slate import Slate, make, numbers
from bridge.wire.recipes import StillIn
from tests.fakes.resolve import Shot
from tests.scripts.lanes import LANES, SCRIPTS, Brought, House, Lane

RECORD, FRAMES, SOURCE = 24, 24, 10
CLOCKS = [
    ("23.976", "01:00:00:00"),
    ("25", "00:00:00:00"),
    ("29.97 DF", "01:00:00:00"),
    ("23.976", "00:00:00:00"),
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        made = House(tmp_path_factory.mktemp("house"))
        made.start()
        yield made
        made.stop()


@pytest.fixture(params=LANES, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> type[Lane]:
    return request.param


@pytest.fixture(params=SCRIPTS, ids=lambda kind: kind.name)
def script(request: pytest.FixtureRequest) -> type[Lane]:
    return request.param


@pytest.fixture
def lane(kind: type[Lane], house: House, tmp_path: Path) -> Iterator[Lane]:
    yield from opened(kind, house, tmp_path, rate="25")


@pytest.fixture
def scripted(script: type[Lane], house: House, tmp_path: Path) -> Iterator[Lane]:
    yield from opened(script, house, tmp_path, rate="25")


def opened(kind: type[Lane], house: House, folder: Path, **cut: Any) -> Iterator[Lane]:
    made = kind(folder, house, width=64, height=36, **cut)
    yield made
    made.close()


def film(folder: Path, rate: str = "25", frames: int = 90, name: str = "film", **more: Any) -> str:
    exact = Rate.of(rate)
    slate = Slate(frames, exact, start_timecode=exact.nominal * 3600, gop=1, **more)
    return str(make(folder / f"{name}.mov", slate))


def put(lane: Lane, folder: Path, rate: str = "25", **shot: Any) -> Shot:
    known = {"record": RECORD, "frames": FRAMES, "source": SOURCE, **shot}
    return lane.cut.put(film(folder, rate), **known)


def shown(brought: Brought) -> tuple[int, ...]:
    """Numbers in the pictures that the one take shows on the timeline."""
    (take,) = brought.takes
    (shot,) = brought.shots_of(take)
    first = int(shot.source)
    return numbers(Path(str(take.media)))[first : first + shot.duration]


def lies(brought: Brought) -> tuple[int, int, int]:
    """Track, first record frame, record frames of the one take."""
    (take,) = brought.takes
    (shot,) = brought.shots_of(take)
    number = brought.cut.cut.number_of(shot.track)
    return number, brought.cut.record(shot), shot.duration


def as_it_was(brought: Brought, path: str) -> bool:
    return [
        (brought.cut.record(shot), shot.duration)
        for shot in brought.cut.items(1)
        if shot.media and shot.media.path == path
    ] == [(RECORD, FRAMES)]


@pytest.mark.parametrize(("rate", "start"), CLOCKS)
def test_the_frames_come_back_where_they_were(kind, house, tmp_path, rate, start):
    for lane in opened(kind, house, tmp_path, rate=rate, start=start):
        shot = put(lane, tmp_path, rate.split()[0])
        path = shot.media.path
        brought = lane.bring(shot)
        assert lies(brought) == (2, RECORD, FRAMES)
        assert shown(brought) == tuple(range(SOURCE, SOURCE + FRAMES))
        assert as_it_was(brought, path)


@pytest.mark.parametrize(("media", "step"), [("50", 2), ("23.976", None)])
def test_media_of_another_rate_is_seen_at_the_timelines(lane, tmp_path, media, step):
    brought = lane.bring(put(lane, tmp_path, media))
    assert lies(brought) == (2, RECORD, FRAMES)
    seen = shown(brought)
    ratio = Rate.of(media).fps / 25
    assert all(abs(frame - (SOURCE + i * ratio)) <= 1 for i, frame in enumerate(seen)), seen
    if step:
        assert seen == tuple(range(SOURCE, SOURCE + step * FRAMES, step))


@pytest.mark.parametrize("speed", [Fraction(2), Fraction(1, 2), Fraction(-1)])
def test_a_retimed_shot_comes_back_as_it_is_seen(lane, tmp_path, speed):
    brought = lane.bring(put(lane, tmp_path, speed=speed))
    assert lies(brought) == (2, RECORD, FRAMES)
    seen = shown(brought)
    assert len(seen) == FRAMES
    steps = {after - before for before, after in itertools.pairwise(seen)}
    assert steps <= {Fraction(2): {2}, Fraction(1, 2): {0, 1}, Fraction(-1): {-1}}[speed]
    assert abs(min(seen) - SOURCE) <= 1


def test_handles_stay_behind_the_cuts(lane, tmp_path):
    brought = lane.bring(put(lane, tmp_path), handles=6)
    assert lies(brought) == (2, RECORD, FRAMES)
    assert shown(brought) == tuple(range(SOURCE, SOURCE + FRAMES))
    (take,) = brought.takes
    assert numbers(Path(str(take.media))) == tuple(range(SOURCE - 6, SOURCE + FRAMES + 6))


def test_several_shots_come_back_each_in_its_place(lane, tmp_path):
    first = put(lane, tmp_path, record=0, frames=10, source=0)
    second = put(lane, tmp_path, record=30, frames=12, source=40)
    brought = lane.bring(first, second)
    placed = {
        brought.cut.record(shot): (shot.duration, numbers(Path(str(take.media)))[0])
        for take in brought.takes
        for shot in brought.shots_of(take)
    }
    assert placed == {0: (10, 0), 30: (12, 40)}


def test_the_track_of_the_original_may_be_locked(lane, tmp_path):
    shot = put(lane, tmp_path)
    lane.cut.lock(1)
    assert lies(lane.bring(shot)) == (2, RECORD, FRAMES)


def test_tracks_above_keep_what_they_have(lane, tmp_path):
    shot = put(lane, tmp_path)
    above = lane.cut.put(film(tmp_path, name="above"), track=2, record=0, frames=80)
    path = above.media.path
    brought = lane.bring(shot)
    assert lies(brought) == (2, RECORD, FRAMES)
    kept = [(brought.cut.record(s), s.duration) for s in brought.cut.items(3)]
    assert kept == [(0, 80)]
    assert [s.media.path for s in brought.cut.items(3)] == [path]


def test_ten_takes_of_one_shot_lie_on_ten_tracks(lane, tmp_path):
    shot = put(lane, tmp_path)
    path = shot.media.path
    taken = [str(take.media) for take in lane.bring_often(shot, 10)]
    tracks = [lane.cut.cut.number_of(s.track) for s in lane.cut.items() if s.media.path in taken]
    assert sorted(tracks) == list(range(2, 12))
    assert as_it_was(Brought(lane.cut, ()), path)


def test_what_is_no_plain_clip_is_named(lane, tmp_path):
    put(lane, tmp_path)
    title = lane.cut.put_title(record=100, frames=10)
    solid = lane.cut.put_generator(record=110, frames=10)
    gone = lane.cut.put_offline("/gone/away.mov", record=120, frames=10)
    sentences = lane.left_out(lane.cut.items(1)[0], title, solid, gone)
    assert len(sentences) == 3
    for name in ("Text+", "Solid Color", "away.mov"):
        assert any(name in sentence for sentence in sentences), (name, sentences)


# ---- what only scripts do


def test_a_take_may_lie_beside_its_original(scripted, tmp_path):
    shot = put(scripted, tmp_path)
    brought = scripted.bring(shot, mode="take")
    (placed,) = brought.placements
    assert (placed.state, placed.readback["take_index"]) == ("placed", 2)
    assert [take.media.path for take in shot.takes] == [
        shot.takes[0].media.path,
        str(brought.takes[0].media),
    ]
    assert (scripted.cut.record(shot), shot.duration) == (RECORD, FRAMES)
    assert scripted.fake.calls.count("TimelineItem.FinalizeTake") == 0


def test_a_retimed_shots_take_lies_above_it(scripted, tmp_path):
    brought = scripted.bring(put(scripted, tmp_path, speed=Fraction(2)), mode="take")
    assert lies(brought) == (2, RECORD, FRAMES)
    assert brought.placements[0].state == "placed"


def test_a_take_may_come_after_the_end(scripted, tmp_path):
    brought = scripted.bring(put(scripted, tmp_path), mode="append")
    assert lies(brought) == (1, RECORD + FRAMES, FRAMES)


def test_a_whole_new_timeline_may_be_made(scripted, tmp_path):
    shot = put(scripted, tmp_path)
    brought = scripted.bring(shot, new_timeline=True)
    (placed,) = brought.placements
    assert placed.state == "placed", placed.readback
    made = scripted.fake.timeline(placed.readback["timeline_name"])
    assert lies(Brought(made, brought.takes)) == (2, RECORD, FRAMES)
    assert scripted.fake.production.current is scripted.cut.cut
    assert brought.shots_of(brought.takes[0]) == []


def test_placed_takes_carry_their_sign(scripted, tmp_path):
    brought = scripted.bring(put(scripted, tmp_path), prompt="make it dusk")
    (take,), (placed,) = brought.takes, brought.placements
    (shot,) = brought.shots_of(take)
    (marker,) = shot.markers.values()
    assert marker.custom == placed.id
    assert "make it dusk" in marker.note
    assert shot.colour == "Purple"
    (inside,) = [
        b for b, names in scripted.fake.bins().items() if Path(str(take.media)).name in names
    ]
    assert inside.startswith("NLE Bridge/")
    assert placed.readback["end_frame"] == scripted.habits.end_frame


def test_a_new_shot_lies_between_the_marks_above_what_is_there(scripted, tmp_path):
    """In and Out say where; a marker and the playhead are frames of the timeline itself."""
    put(scripted, tmp_path, record=0, frames=80, source=0)
    scripted.cut.mark(30, 53)
    scripted.cut.add_marker(30, name="first")
    scripted.cut.playhead("01:00:02:03")
    state = scripted.select("generate").host_state
    assert (state.mark_in, state.mark_out, state.marked_frames) == (
        "01:00:01:05",
        "01:00:02:03",
        24,
    )
    assert ([mark.frame for mark in state.markers], state.playhead) == ([30], "01:00:02:03")
    moments = [state.markers[0].timecode, state.playhead]
    job = scripted.order(
        scripted.client.selections(1)[0],
        kind=Kind.generate,
        at=state.mark_in,
        duration=state.marked_frames,
        keyframes=tuple(StillIn(at=moment, frame_of=moment) for moment in moments),
    )
    (placed,) = scripted.settled(job)
    assert placed.state == "placed", placed.readback
    (shot,) = scripted.cut.items(2)
    assert (scripted.cut.record(shot), shot.duration) == (30, 24)
