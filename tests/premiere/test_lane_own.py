"""What only Premiere's lane has: its retimes, tracks, signs and sequences."""

import itertools
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bridge.engines.base import Kind
from bridge.wire.recipes import StillIn
from tests.premiere.cut import Cut
from tests.premiere.lane import PremiereHouse, PremiereLane
from tests.scripts.lanes import Brought
from tests.scripts.test_lanes import FRAMES, RECORD, film, lies, put, shown

SOURCE = 10
SPEEDS = (Fraction(2), Fraction(1, 2), Fraction(-1))


@pytest.fixture
def exporting(house: PremiereHouse, tmp_path: Path) -> Iterator[Any]:
    """Lanes with the OTIO export: `exporting(**habits)`."""
    made: list[PremiereLane] = []

    def build(**habits: Any) -> PremiereLane:
        size = {"width": 64, "height": 36}
        made.append(PremiereLane(tmp_path, house, **{"rate": "25", **size, **habits}))
        return made[-1]

    yield build
    for lane in made:
        lane.quit()


def test_the_exported_sequence_is_what_is_worked_on(exporting, tmp_path):
    lane = exporting(rate="23.976", start="01:00:00:00")
    lane.choose(put(lane, tmp_path, "23.976"))
    selection = lane.select()
    assert selection.warnings == ()
    assert selection.facts.name == "Cut"


@pytest.mark.parametrize(
    ("speed", "times", "unit"),
    [
        *((speed, times, 1) for speed in SPEEDS for times in ("source", "warped")),
        *((speed, "source", 100) for speed in SPEEDS),
    ],
)
def test_a_retimed_shot_comes_back_as_it_is_seen(exporting, tmp_path, speed, times, unit):
    lane = exporting(speedUnit=unit, retimedTimes=times)
    brought = lane.bring(put(lane, tmp_path, speed=speed))
    assert lies(brought) == (2, RECORD, FRAMES)
    seen = shown(brought)
    steps = {after - before for before, after in itertools.pairwise(seen)}
    assert steps <= {Fraction(2): {2}, Fraction(1, 2): {0, 1}, Fraction(-1): {-1}}[speed]
    assert abs(min(seen) - SOURCE) <= 1


@pytest.mark.parametrize("rate", ["23.976", "29.97 DF"])
def test_without_an_export_plain_clips_go_by_their_numbers(exporting, tmp_path, rate):
    lane = exporting(exports=False, rate=rate, start="01:00:00:00")
    brought = lane.bring(put(lane, tmp_path, rate.split()[0]))
    assert lies(brought) == (2, RECORD, FRAMES)
    assert shown(brought) == tuple(range(SOURCE, SOURCE + FRAMES))


def test_what_only_an_export_tells_is_left_out_without_one(exporting, tmp_path):
    lane = exporting(exportWrites=False)
    [sentence] = lane.left_out(put(lane, tmp_path, speed=Fraction(-1)))
    assert "is reversed: only an exported sequence tells" in sentence


def test_nests_multicams_and_adjustments_are_named(exporting, tmp_path):
    lane = exporting()
    put(lane, tmp_path)
    odd = [
        lane.cut.odd("Nest", record=100, frames=10, nested=True),
        lane.cut.odd("Angles", record=110, frames=10, multicam=True),
        lane.cut.odd("Grade", record=120, frames=10, adjustment=True),
    ]
    sentences = lane.left_out(*odd)
    for words in ("nested sequence", "multicam clip", "adjustment layer"):
        assert any(words in sentence for sentence in sentences), (words, sentences)


@pytest.mark.parametrize("rate", ["50", "59.94"])
def test_fast_sequences_that_do_not_begin_at_zero(exporting, tmp_path, rate):
    lane = exporting(rate=rate, start="10:00:00:00", version="25.6.0", promises=False)
    brought = lane.bring(put(lane, tmp_path, rate))
    assert lies(brought) == (2, RECORD, FRAMES)
    assert shown(brought) == tuple(range(SOURCE, SOURCE + FRAMES))


def test_tracks_above_keep_what_they_have(exporting, tmp_path):
    """Premiere adds tracks on top only: the take lies over all of them."""
    lane = exporting()
    shot = put(lane, tmp_path)
    above = lane.cut.put(film(tmp_path, name="above"), track=2, record=0, frames=80)
    brought = lane.bring(shot)
    assert lies(brought) == (3, RECORD, FRAMES)
    assert lane.cut.items(2) == [above]


def test_placed_takes_carry_their_sign(exporting, tmp_path):
    lane = exporting()
    brought = lane.bring(put(lane, tmp_path), prompt="make it dusk")
    (take,), (placed,) = brought.takes, brought.placements
    (shot,) = brought.shots_of(take)
    (marker,) = shot.markers
    assert "make it dusk" in marker["comments"]
    assert marker["comments"].endswith(placed.id)
    assert (placed.readback["lane"], placed.readback["warnings"]) == ("uxp", [])


def test_a_whole_new_sequence_may_be_made(exporting, tmp_path):
    lane = exporting()
    shot = put(lane, tmp_path)
    brought = lane.bring(shot, new_timeline=True)
    (placed,) = brought.placements
    assert placed.state == "placed", placed.readback
    made = Cut(lane.premiere, rate="25", guid=placed.readback["timeline"])
    assert lies(Brought(made, brought.takes)) == (2, RECORD, FRAMES)
    names = [one["name"] for one in lane.premiere.do("sequences")]
    assert names == ["Cut", placed.readback["timeline_name"]]
    assert lane.premiere.do("current") == lane.cut.guid
    assert brought.shots_of(brought.takes[0]) == []


def test_a_sequence_that_is_not_imported_is_told_how_to_be(exporting, tmp_path):
    lane = exporting(importsOtio=False)
    (refused,) = lane.bring(put(lane, tmp_path), new_timeline=True).placements
    assert refused.state == "refused"
    assert "Import it by hand: File > Import, " in refused.readback["reason"]


def test_a_new_shot_lies_between_the_marks_above_what_is_there(exporting, tmp_path):
    lane = exporting()
    put(lane, tmp_path, record=0, frames=80, source=0)
    lane.cut.mark(30, 54)
    lane.cut.add_marker(30, name="first")
    lane.cut.playhead("00:00:02:03")
    selection = lane.select("generate")
    state = selection.host_state
    assert state.mark_in == "00:00:01:05"
    assert ([mark.frame for mark in state.markers], state.playhead) == ([30], "00:00:02:03")
    moments = [state.markers[0].timecode, state.playhead]
    job = lane.order(
        selection,
        kind=Kind.generate,
        at=state.mark_in,
        duration=24,
        keyframes=tuple(StillIn(at=moment, frame_of=moment) for moment in moments),
    )
    (placed,) = lane.settled(job)
    assert placed.state == "placed", placed.readback
    (shot,) = lane.cut.items(2)
    assert (lane.cut.record(shot), shot.duration) == (30, 24)


def test_the_panel_asks_for_nothing_that_is_not_modelled(exporting, tmp_path):
    lane = exporting()
    lane.bring(put(lane, tmp_path))
    assert lane.premiere.do("unknown") == []
