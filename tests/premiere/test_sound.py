"""Sound: what comes as a file of its own is laid, what is inside the take's file is not heard."""

import pytest

from tests.scripts.py_house import FRAMES, RECORD


def test_sound_lies_on_a_free_audio_track_in_the_same_step(scene, sound):
    made = scene()
    neighbour = made.cut.put(sound, kind="audio", record=0)
    made.placed(sound=sound)
    [laid] = [s for s in made.ours("audio", sound) if s.id != neighbour.id]
    assert (laid.track + 1, laid.start, laid.duration) == (2, RECORD, FRAMES)
    assert made.cut.shot(neighbour.id) == neighbour
    assert made.cut.names("audio") == ["A1", "AI sound"]
    assert made.premiere.do("undos")[-1] == "Place take"
    made.premiere.do("undo")
    assert made.ours() == []
    assert made.ours("audio", sound) == [neighbour]


def test_sound_that_cannot_be_laid_leaves_the_picture(scene, sound):
    made = scene()
    made.cut.lock(1, kind="audio")
    [warning] = made.placed(sound=sound)["warnings"]
    assert sound in warning
    made.one(track=2)
    assert made.ours("audio", sound) == []


def test_sound_that_is_missing_leaves_the_picture(scene):
    made = scene()
    [warning] = made.placed(sound="/gone/away.wav")["warnings"]
    assert "did not import /gone/away.wav" in warning
    made.one(track=2)


# ---- a take whose own file has sound


@pytest.fixture
def heard(scene, sounding, sound):
    """Scenes with such a take, and sound of the editor's under the original."""

    def made(**habits):
        it = scene(**habits)
        it.take = sounding
        it.under = it.cut.put(sound, kind="audio", track=1, record=RECORD, frames=FRAMES)
        return it

    return made


def silent(made):
    """The editor's sound alone is heard where the take lies."""
    audible = [s for s in made.cut.items(kind="audio") if not s.disabled]
    assert audible == [made.under]


@pytest.mark.parametrize("beyond", ["makes", "nothing"])
def test_the_sound_in_a_takes_file_is_not_kept(heard, beyond):
    made = heard(overwriteBeyond=beyond, insertBeyond="makes")
    assert made.placed()["warnings"] == []
    made.one(track=2)
    silent(made)
    assert made.cut.items(kind="audio") == [made.under]


def test_sound_that_cannot_go_without_its_picture_is_disabled(heard):
    made = heard(removesLinked=True)
    assert made.placed()["warnings"] == []
    made.one(track=2)
    silent(made)
    assert len(made.cut.items(kind="audio")) == 2


def test_sound_that_stays_is_told_of(heard):
    made = heard(removesLinked=True, disables=False)
    [warning] = made.placed()["warnings"]
    assert warning == "The take's own sound is heard on A2: remove it."
    made.one(track=2)


@pytest.mark.parametrize("habits", [{}, {"removesLinked": True}])
def test_both_sounds_at_once(heard, sound, habits):
    made = heard(**habits)
    assert made.placed(sound=sound)["warnings"] == []
    made.one(track=2)
    audible = [s for s in made.cut.items(kind="audio") if not s.disabled]
    assert [s.media.path for s in audible] == [sound, sound]
    assert audible[0] == made.under


@pytest.mark.parametrize("overwrite", ["clamps", "nothing"])
def test_where_no_track_is_free_for_it_nothing_is_laid(heard, film, overwrite):
    made = heard(overwriteBeyond=overwrite, insertBeyond="nothing")
    made.cut.put(film, track=2, record=500, frames=10)
    before = [made.cut.items(kind=kind) for kind in ("video", "audio")]
    assert "No audio track is free there, and the take's file brings sound along" in made.refused()
    assert [made.cut.items(kind=kind) for kind in ("video", "audio")] == before


def test_the_takes_sound_that_the_editor_laid_there_stays(heard):
    made = heard()
    laid = made.cut.put(made.take, kind="audio", track=2, record=RECORD, frames=FRAMES)
    assert made.placed()["warnings"] == []
    assert made.cut.items(kind="audio") == [made.under, laid]
