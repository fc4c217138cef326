"""Where a take goes when something lies there: never onto it."""

import pytest

from tests.scripts.py_house import FRAMES, RECORD

# what an overwrite and an insert past the last track may do
WAYS = [
    (overwrite, insert)
    for overwrite in ("makes", "clamps", "nothing")
    for insert in ("makes", "greater", "nothing")
]
CAN = [way for way in WAYS if way not in (("clamps", "nothing"), ("nothing", "nothing"))]
CANNOT = [way for way in WAYS if way not in CAN]


def ways(overwrite, insert):
    return {"overwriteBeyond": overwrite, "insertBeyond": insert}


@pytest.mark.parametrize(("overwrite", "insert"), CAN)
def test_a_new_track_is_made_where_none_is_free(scene, film, overwrite, insert):
    made = scene(**ways(overwrite, insert))
    above = made.cut.put(film, track=2, record=RECORD + 10, frames=FRAMES, source=3)
    late = made.cut.put(film, track=2, record=500, frames=20)
    [warning] = made.placed()["warnings"]
    assert warning == "It lies on V3: the tracks below are taken there."
    made.one(track=3)
    made.original_is_untouched()
    assert [made.cut.shot(shot.id) for shot in (above, late)] == [above, late]
    assert len(made.cut.items()) == 4
    assert made.cut.names() == ["V1", "V2", "AI takes"]


@pytest.mark.parametrize(("overwrite", "insert"), CANNOT)
def test_where_no_track_can_be_made_the_editor_is_told(scene, overwrite, insert):
    made = scene(**ways(overwrite, insert))
    before = made.cut.items()
    reason = made.refused()
    assert "No video track is free above V1 there. Add one (Sequence > Add Tracks)" in reason
    assert made.cut.items() == before


def test_the_lowest_free_track_is_taken(scene, film):
    made = scene()
    made.cut.put(film, track=2, record=0, frames=RECORD)
    made.cut.put(film, track=2, record=RECORD + FRAMES, frames=10)
    before = made.cut.items(2)
    made.placed()
    made.one(track=2)
    assert [shot for shot in made.cut.items(2) if shot in before] == before


def test_a_locked_track_takes_nothing_so_that_the_next_one_does(scene, film):
    made = scene()
    made.cut.lock(2)
    made.cut.put(film, track=3, record=0, frames=10)
    made.placed()
    made.one(track=3)
    assert made.cut.items(2) == []


def test_a_clip_that_the_editor_lays_in_the_very_moment_stays(scene, film):
    made = scene()
    made.cut.put(film, track=2, record=400, frames=10)
    start, length = (str(frames * made.cut.frame) for frames in (RECORD, FRAMES))
    told = {"guid": made.cut.guid, "path": film, "track": 1, "first": "0", "kind": "video"}
    made.premiere.meanwhile(
        "Project.lockedAccess", "put_now", after=2, **told, start=start, length=length
    )
    made.placed()
    made.one(track=3)
    assert [(s.start, s.duration) for s in made.cut.items(2)] == [(RECORD, FRAMES), (400, 10)]


def test_a_neighbour_that_premiere_changed_is_told_of(scene, film):
    """A fault that is not known of any version: the take is taken away, and Undo named."""
    made = scene()
    neighbour = made.cut.put(film, track=2, record=RECORD + FRAMES, frames=20)
    end = str((RECORD + FRAMES + 10) * made.cut.frame)
    made.premiere.meanwhile(
        "SequenceEditor.createOverwriteItemAction", "change", id=neighbour.id, end=end
    )
    assert "Choose Edit > Undo" in made.refused()
    assert made.ours() == []


def test_a_take_that_premiere_lays_wrongly_is_taken_away_again(scene):
    """In and Out are refused: the whole media would be shown."""
    made = scene(markers=False)
    made.cut.lock(3)
    made.premiere.fail(
        "ClipProjectItem.createSetInOutPointsAction", times=9, raises="Not supported"
    )
    before = made.cut.items()
    assert made.refused() == "Premiere refused: Not supported."
    assert made.cut.items() == before


def test_what_lies_wrongly_is_undone_and_said(scene):
    made = scene(ignoresMarks=True)
    start, end = (frame * made.cut.frame for frame in (RECORD, RECORD + FRAMES))
    media = made.premiere.do("ids", id=made.shot.id)
    original = {"id": f"v0@{start}-{end}:{media}", "track": 1, "start": RECORD, "frames": FRAMES}
    reason = made.refused(mode="replace", original=original)
    assert reason == (
        "Premiere placed 64 frames from frame 24 on V2, where 48 frames from frame 24 were wanted. "
        "Everything was undone."
    )
    assert made.ours() == []
    made.original_is_untouched()
    assert made.premiere.do("markers", path=made.take) == []


def test_a_take_that_shows_other_frames_is_none(scene):
    """Right place, right length, one frame off in its media."""
    made = scene(slips=True)
    assert "Premiere shows other frames of the take" in made.refused()
    assert made.ours() == []
