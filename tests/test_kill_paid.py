"""Killed while it pays: one create an attempt, and what was billed is delivered or asked about."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.engines.runway.fake.server import FakeRunway
from tests.kills.paid import House, begin, finished, loop, prepared

PATIENCE = 60  # seconds


def until(happened: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


def parts(house: House) -> list[Path]:
    return [part for part in house.folder.glob("data/**/*.part*") if part.stat().st_size]


def written(house: House, name: str) -> bool:
    """Whether the engine's name for the work lies in a database, or in its journal."""
    files = house.folder.glob("data/**/jobs.db*")
    return any(name.encode() in file.read_bytes() for file in files)


@pytest.fixture
def runway(tmp_path):
    with FakeRunway(tmp_path / "runway", any_words=True) as served:
        yield served


def test_killed_during_the_create_it_is_a_question_and_no_second_create(tmp_path, runway):
    house, work = prepared(tmp_path, runway)
    runway.script({"on": "create", "act": "hang", "accepted": True})
    life = begin(house, work, jobs=1)
    until(lambda: runway.creates)
    life.kill()
    life.join()
    ends, parked = finished(house, runway)
    assert (len(runway.creates), parked) == (1, 1)
    assert ends == {0: ""}  # a person found the task: it is delivered


def test_killed_while_it_waits_for_the_task_it_takes_it_up(tmp_path, runway):
    house, work = prepared(tmp_path, runway)
    runway.script(fates=[{"hold": True}], speed="fast")
    life = begin(house, work, jobs=1)
    until(lambda: runway.creates)
    until(lambda: written(house, runway.creates[0].task))
    life.kill()
    life.join()
    runway.script(release=True)
    ends, parked = finished(house, runway)
    assert (len(runway.creates), parked, ends) == (1, 0, {0: ""})


def test_killed_in_the_middle_of_the_download_it_is_fetched_again(tmp_path, runway):
    house, work = prepared(tmp_path, runway)
    runway.script({"on": "download", "act": "slow"})
    life = begin(house, work, jobs=1)
    until(lambda: parts(house))
    life.kill()
    life.join()
    ends, parked = finished(house, runway)
    assert (len(runway.creates), parked, ends) == (1, 0, {0: ""})


def test_killed_anywhere_nothing_is_doubled_and_nothing_lost(tmp_path):
    tally = loop(tmp_path, 12, 5, lambda line: None)
    assert tally.creates > 0
    assert (tally.doubled, tally.lost, tally.unbooked) == ((), (), 0), str(tally)
