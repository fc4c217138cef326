"""A panel that is closed in the middle, an answer that gets lost: the next panel finishes."""

import pytest

from tests.premiere.office import until
from tests.scripts.py_house import FRAMES, RECORD, Reply

CALLS = 330  # a placement on a new track, in two steps, of a take with sound, takes 321


def settled(made):
    """One take, exact, with one mark; nothing of the editor's harmed; the daemon knows once."""
    [ack] = made.office.acks
    assert ack["state"] == "placed", ack
    shot = made.one(track=3)
    assert [marker["comments"] for marker in shot.markers] == ["dusk\np1"]
    made.original_is_untouched()
    assert len(made.cut.items()) == 3
    assert [one for one in made.cut.items(kind="audio") if not one.disabled] == []
    assert len(made.premiere.do("bins")["NLE Bridge/2026-11-28 dusk j0123"]) == 1


@pytest.fixture
def made(scene, sounding):
    """The longest way: a new track, In and Out in a step of their own, sound that is not kept."""
    it = scene(inOutAtOnce=False)
    it.take = sounding
    return it


@pytest.mark.parametrize("acts", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("call", ["Project.importFiles", "Project.executeTransaction"])
def test_a_panel_closed_at_any_change_leaves_its_work_to_the_next(made, film, call, acts):
    changes = 0
    while not made.office.acks:
        begin_again(made, film)
        made.premiere.fail(call, after=changes, acts=acts, kills=True)
        cut_short(made)
        changes += 1
        if made.office.acks:
            break
        made.premiere.do("mend")
        finished(made)
        settled(made)
        made.office.acks.clear()
    assert changes > (8 if call.endswith("Transaction") else 1)
    settled(made)


@pytest.mark.parametrize("verb", ["hold", "ack", "next"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_panel_closed_while_it_asks_leaves_its_work_to_the_next(made, film, verb, when):
    begin_again(made, film)
    setattr(made.office, when, lambda asked: made.panels[0].close() if asked == verb else None)
    cut_short(made)
    setattr(made.office, when, lambda asked: None)
    if not made.office.acks:
        finished(made)
    settled(made)


@pytest.mark.parametrize("first", range(3))
def test_a_panel_closed_at_any_moment_leaves_its_work_to_the_next(made, film, first):
    for calls in range(first, CALLS, 3):
        begin_again(made, film)
        cut_short(made, calls)
        if not made.office.acks:
            finished(made)
        settled(made)


def cut_short(made, calls=None):
    doomed = made.open()
    if calls is not None:
        doomed.kill_after(calls)
    until(lambda: doomed.ended.is_set() or made.office.acks, lambda: str(doomed.said))
    doomed.close()


def finished(made):
    panel = made.open()
    until(lambda: made.office.acks, lambda: str(panel.said))
    panel.close()


def begin_again(made, film):
    made.premiere.do("clear", guid=made.cut.guid)
    made.shot = made.cut.put(film, record=RECORD, frames=FRAMES, source=10)
    made.cut.put(film, track=2, record=RECORD, frames=FRAMES)
    made.office.acks.clear()
    made.office.orders = [made.order()]


def test_an_acknowledgement_whose_answer_is_lost_is_not_placed_again(scene):
    made = scene()
    made.office.before = lambda verb: (
        panel.lose("POST /v1/placements/p1/ack") if verb == "hold" else None
    )
    made.office.orders.append(made.order())
    panel = made.open()
    until(panel.ended.is_set, lambda: str(panel.said))
    made.one(track=2)
    assert (len(made.office.acks), len(made.office.questions)) == (1, 2)


def test_an_acknowledgement_that_did_not_arrive_is_sent_again(scene):
    made = scene()
    failures = [Reply(503, "disk_full", "The disk is full.")]

    def fail(verb):
        if verb == "ack" and failures:
            raise failures.pop()

    made.office.before = fail
    readback = made.placed()
    assert readback["adopted"] is True
    assert made.premiere.do("undos").count("Place take") == 1
    made.one(track=2)


def test_a_take_that_the_editor_moved_before_it_was_known_is_left_alone(scene):
    made = scene()
    made.placed()
    [shot] = made.ours()
    made.premiere.do(
        "change", id=shot.id, start=str(300 * made.cut.frame), end=str(340 * made.cut.frame)
    )
    made.office.acks.clear()
    readback = made.placed()
    assert (readback["record_start"], readback["frames"], readback["adopted"]) == (300, 40, True)
    assert readback["warnings"] == ["The take was moved or trimmed since it was placed."]
    assert len(made.ours()) == 1


def test_a_clip_of_the_take_that_the_editor_laid_elsewhere_is_not_touched(scene):
    made = scene()
    own = made.cut.put(made.take, record=400, frames=20, source=5)
    made.placed()
    assert made.cut.shot(own.id).start == 400
    assert len(made.ours()) == 2


def test_a_hold_that_is_lost_places_nothing(scene):
    made = scene()
    made.office.held = [False]
    made.office.orders.append(made.order())
    panel = made.open()
    until(lambda: len(made.office.holds) > 1, lambda: str(panel.said))
    until(lambda: made.office.acks, lambda: str(panel.said))
    made.one(track=2)
    assert len(made.office.acks) == 1
