"""A script killed at any call, and run again: one take in place, one acknowledgement, no rest."""

import pytest

from tests.fakes.resolve import Habits, ScriptKilled
from tests.scripts.py_house import FRAMES, RECORD

INCLUSIVE = Habits(end_frame="inclusive", take_end_frame="inclusive")
OLD = Habits(version=(18, 6, 6, 7), track_index_honoured=False, drops_overlaps=False)


def killed_at_each_call(make, first=1, **order):
    """Scenes after a second run, one for each call that the first run was killed at."""
    call = first - 1
    while True:
        call += 1
        here = make()
        here.fake.kill_after(call)
        try:
            here.work(**order)
        except ScriptKilled:
            pass
        else:
            assert call > first + 50  # it was killed all along the way
            return
        here.fake.restart()
        assert here.office.acks == []
        here.work(**order)
        yield here


@pytest.mark.parametrize("habits", [Habits(), INCLUSIVE, OLD])
def test_above(scene, habits):
    for here in killed_at_each_call(lambda: scene(habits)):
        [shot] = here.ours()
        assert here.state == "placed"
        assert (here.cut.record(shot), shot.duration) == (RECORD, FRAMES)
        assert {marker.custom for marker in shot.markers.values()} == {"p1"}
        here.original_is_untouched()


def test_above_with_sound(scene, sound):
    """From where the picture lies on."""
    without = scene()
    without.work()
    for here in killed_at_each_call(scene, len(without.fake.calls) - 20, sound=sound):
        [shot], [heard] = here.ours(), here.ours("audio", sound)
        for one in (shot, heard):
            assert (here.cut.record(one), one.duration) == (RECORD, FRAMES)
        assert here.state == "placed"
        assert here.readback["warnings"] == []


def test_append(scene):
    for here in killed_at_each_call(scene, mode="append", record_start=200):
        [shot] = here.ours()
        assert (here.cut.record(shot), shot.duration) == (200, FRAMES)
        assert here.state == "placed"
        here.original_is_untouched()


@pytest.mark.parametrize("habits", [Habits(), INCLUSIVE])
def test_beside(scene, film, habits):
    for here in killed_at_each_call(lambda: scene(habits), mode="take"):
        assert [take.media.path for take in here.shot.takes] == [film, here.take]
        assert here.shot.take == 2
        assert (here.cut.record(here.shot), here.shot.duration) == (RECORD, FRAMES)
        assert here.state == "placed"


@pytest.mark.parametrize("mode", ["above", "take"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("verb", "number"), [("hold", 1), ("hold", 2), ("ack", 1)])
def test_killed_while_it_asks_the_daemon(scene, mode, when, verb, number):
    """After an acknowledgement that was taken, the order is not given out again."""
    here = scene()
    asked = []

    def kill(now):
        asked.append(now)
        if asked.count(verb) == number and now == verb:
            raise ScriptKilled

    setattr(here.office, when, kill)
    try:
        here.work(mode=mode)
    except ScriptKilled:
        setattr(here.office, when, lambda verb: None)
        if not here.office.acks:
            here.work(mode=mode)
    assert here.state == "placed"
    if mode == "above":
        here.one(track=2)
    else:
        assert len(here.shot.takes) == 2
