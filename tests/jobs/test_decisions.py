"""Decisions on takes: what becomes of a placement, and that nothing is done twice or undone."""

from dataclasses import replace

import pytest

from bridge.errors import Conflict, NotFound
from bridge.jobs.decisions import Decision, course, sentence
from bridge.jobs.events import EventLedger
from bridge.jobs.facts import PlacementOrder, PlacementState, Status
from bridge.jobs.ledger import JobLedger, NewJob
from bridge.jobs.placements import PlacementLedger
from tests.fakes.stages import plan_of

WAITING, PLACED, REFUSED = PlacementState.waiting, PlacementState.placed, PlacementState.refused
SAID = {"reason": "The track is locked."}
ORDER = PlacementOrder("p-t", "j1", "t", "resolve", WAITING, {"mode": "above", "frames": 24})


@pytest.fixture
def placements(database):
    ledger = JobLedger(database)
    ledger.add(NewJob("j1", plan_of("boat"), "resolve", "local"))
    ledger.finish("j1", Status.done, orders=[ORDER])
    return PlacementLedger(database)


def words(database):
    return [event.what for event in EventLedger(database).after(3)]


def test_what_waits_goes_on_waiting_unless_it_is_rejected():
    for decision in (Decision.use, Decision.replace, Decision.open):
        assert course(decision, ORDER).state is WAITING
    rejected = course(Decision.reject, ORDER)
    assert (rejected.state, rejected.readback["reason"]) == (REFUSED, "You rejected this take.")


def test_what_an_editor_refused_is_offered_again_when_it_is_wanted():
    refused = replace(ORDER, state=REFUSED, readback=SAID)
    assert course(Decision.use, refused).state is WAITING
    assert course(Decision.replace, refused).state is WAITING
    assert (course(Decision.open, refused).state, course(Decision.open, refused).readback) == (
        REFUSED,
        SAID,
    )


@pytest.mark.parametrize("said", [None, SAID])
@pytest.mark.parametrize("times", [0, 1, 2])
def test_an_open_decision_is_as_if_it_had_never_been_rejected(said, times):
    first = replace(ORDER, state=WAITING if said is None else REFUSED, readback=said)
    order = first
    for decision in (*[Decision.reject] * times, Decision.open):
        went = course(decision, order)
        order = replace(order, state=went.state, readback=went.readback)
    assert order == first


def test_only_replace_names_a_mode():
    assert [course(decision, ORDER).mode for decision in Decision] == [None, "replace", None, None]


def test_a_rejected_take_is_withdrawn_and_only_that():
    assert not ORDER.withdrawn
    assert not replace(ORDER, state=REFUSED, readback=SAID).withdrawn
    went = course(Decision.reject, ORDER)
    assert replace(ORDER, state=went.state, readback=went.readback).withdrawn


@pytest.mark.parametrize("host", ["resolve", "premiere", "file", "other", None])
@pytest.mark.parametrize("state", PlacementState)
@pytest.mark.parametrize("follows", [True, False])
@pytest.mark.parametrize("decision", Decision)
def test_every_case_is_said_in_whole_sentences(decision, follows, state, host):
    order = None if host is None else replace(ORDER, host=host, state=state)
    text = sentence(decision, order, follows=follows)
    assert text.endswith(".")
    assert text[0].isupper()
    assert "{" not in text
    assert ("Resolve" in text) <= (host == "resolve")
    assert ("Premiere" in text) <= (host == "premiere")


def test_what_lies_in_the_editor_is_left_to_the_person():
    placed = replace(ORDER, state=PLACED)
    assert "delete it there by hand" in sentence(Decision.reject, placed, follows=False)
    assert "disable its original" in sentence(Decision.replace, placed, follows=False)


# ---- in the ledger


def test_replace_is_written_into_the_instruction_and_taken_back(placements, database):
    order, follows = placements.direct("p-t", Decision.replace)
    assert follows
    assert order.instruction["mode"] == "replace"
    assert order.instruction["frames"] == 24
    for decision in (Decision.use, Decision.replace, Decision.open, Decision.use):
        order, _ = placements.direct("p-t", decision)
    assert order.instruction["mode"] == "above"
    assert (order.state, order.readback) == (WAITING, None)
    assert words(database) == []  # it waited all the time


def test_a_withdrawn_order_is_given_to_nobody_until_it_is_wanted_again(placements, database):
    order, _ = placements.direct("p-t", Decision.reject)
    assert order.withdrawn
    assert placements.find("resolve", WAITING, None) == ()
    assert not placements.hold("p-t", "a")
    order, _ = placements.direct("p-t", Decision.use)
    assert placements.find("resolve", WAITING, None) == (order,)
    assert placements.hold("p-t", "a")
    assert words(database) == ["placement_refused", "placement_waiting"]


def test_a_decision_taken_twice_is_told_once(placements, database):
    first = placements.direct("p-t", Decision.reject)
    again = placements.direct("p-t", Decision.reject)
    assert first[0].state is again[0].state is REFUSED
    assert words(database) == ["placement_refused"]
    assert placements.direct("p-t", Decision.open)[0].state is WAITING


@pytest.mark.parametrize("decision", Decision)
def test_what_was_placed_stays_as_it_is(placements, decision):
    placed = placements.acknowledge("p-t", PLACED, {"track": 3})
    assert placements.direct("p-t", decision) == (placed, False)


@pytest.mark.parametrize("decision", Decision)
def test_what_a_script_is_placing_now_is_left_to_it(placements, decision):
    assert placements.hold("p-t", "a")
    order, follows = placements.direct("p-t", decision)
    assert (order.state, order.instruction["mode"], follows) == (WAITING, "above", False)
    assert placements.acknowledge("p-t", PLACED, {}).state is PLACED


def test_a_script_that_let_go_leaves_it_to_the_person(placements):
    placements.hold("p-t", "a")
    placements.let_go("p-t", "a")
    assert placements.direct("p-t", Decision.reject)[1]


def test_what_was_placed_all_the_same_is_known_as_placed(placements):
    """A script that stood still so long that its hold ran out, and then went on."""
    placements.direct("p-t", Decision.reject)
    order = placements.acknowledge("p-t", PLACED, {"track": 3})
    assert (order.state, order.readback) == (PLACED, {"track": 3})
    with pytest.raises(Conflict):
        placements.acknowledge("p-t", REFUSED, {})


def test_unknown_placements_are_not_found(placements):
    for name in ("p-9", "", "\0"):
        with pytest.raises(NotFound):
            placements.direct(name, Decision.use)
