"""Who places a take: one runner at a time, and never twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from bridge.errors import Conflict, NotFound
from bridge.jobs import tables
from bridge.jobs.events import EventLedger
from bridge.jobs.facts import PlacementOrder, PlacementState, Status
from bridge.jobs.ledger import JobLedger, NewJob
from bridge.jobs.placements import PlacementLedger
from tests.fakes.stages import plan_of

ORIGIN = {"project_id": "p1", "timeline_id": "t\ud800", "new_timeline": False}


@pytest.fixture
def placements(database):
    jobs = JobLedger(database)
    jobs.add(NewJob("j1", plan_of("boat"), "resolve", "local", origin=ORIGIN))
    order = PlacementOrder("p-1", "j1", "t1", "resolve", PlacementState.waiting, {})
    jobs.finish("j1", Status.done, orders=[order])
    return PlacementLedger(database)


def run_out(database):
    with database.writing() as connection:
        connection.execute(sa.update(tables.claims).values(until=datetime(2020, 1, 1, tzinfo=UTC)))


def test_a_job_knows_where_in_the_host_it_came_from(database, placements):
    assert JobLedger(database).job("j1").origin == ORIGIN


def test_one_of_many_runners_gets_it(placements):
    with ThreadPoolExecutor(8) as threads:
        got = list(threads.map(lambda n: placements.hold("p-1", f"runner{n}"), range(8)))
    assert got.count(True) == 1
    assert placements.holders() == {"p-1": f"runner{got.index(True)}"}


def test_the_holder_may_hold_on_and_let_go(placements):
    assert placements.hold("p-1", "one")
    assert placements.hold("p-1", "one")
    placements.let_go("p-1", "two")
    assert not placements.hold("p-1", "two")
    placements.let_go("p-1", "one")
    assert placements.hold("p-1", "two")


def test_a_claim_runs_out(database, placements):
    assert placements.hold("p-1", "one")
    run_out(database)
    assert placements.holders() == {}
    assert placements.hold("p-1", "two")
    assert not placements.hold("p-1", "one")


@pytest.mark.parametrize("state", [PlacementState.placed, PlacementState.refused])
def test_what_is_decided_is_not_held(placements, state):
    assert placements.hold("p-1", "one")
    placements.acknowledge("p-1", state, {})
    assert placements.holders() == {}
    assert not placements.hold("p-1", "one")
    assert not placements.hold("p-9", "one")


def test_a_refused_take_is_offered_again_and_a_placed_one_is_not(database, placements):
    placements.acknowledge("p-1", PlacementState.refused, {"reason": "the track is locked"})
    assert placements.offer_again("p-1").state is PlacementState.waiting
    assert placements.offer_again("p-1").readback is None
    said = [event.what for event in EventLedger(database).after(0)]
    assert said.count("placement_waiting") == 2
    placements.acknowledge("p-1", PlacementState.placed, {})
    with pytest.raises(Conflict):
        placements.offer_again("p-1")
    with pytest.raises(NotFound):
        placements.offer_again("p-9")
