"""What is known tomorrow, in another process, and with another clock."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.engines.runway.memory import MOST_REFUSALS, Attempt, Memory
from bridge.errors import DatabaseError, DiskRefused

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def on(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(tmp_path: Path, clock: Clock) -> Memory:
    return Memory(tmp_path / "home", clock)


def test_an_upload_is_known_while_it_lives(memory, clock):
    memory.keep_upload("me", "aa", "runway://1")
    assert Memory(memory.folder, clock).upload("me", "aa") == "runway://1"
    assert memory.upload("me", "bb") is None
    assert memory.upload("another", "aa") is None
    clock.on(hours=22, minutes=59)
    assert memory.upload("me", "aa") == "runway://1"
    clock.on(minutes=2)
    assert memory.upload("me", "aa") is None


@pytest.mark.parametrize("span", [{"hours": 25}, {"days": -1}, {"days": 400}])
def test_a_clock_that_jumps_never_makes_an_upload_live_longer(memory, clock, span):
    memory.keep_upload("me", "aa", "runway://1")
    clock.on(**span)
    assert memory.upload("me", "aa") is None


def test_a_forgotten_upload_is_sent_anew(memory):
    memory.keep_upload("me", "aa", "runway://1")
    memory.keep_upload("me", "bb", "runway://2")
    memory.forget_uploads("me", ["aa"])
    assert (memory.upload("me", "aa"), memory.upload("me", "bb")) == (None, "runway://2")


def refuse(memory: Memory, number: int) -> None:
    memory.keep_attempt(f"key-{number}", Attempt(f"input-{number}", "me"))
    memory.keep_refusal(f"task-{number}", f"key-{number}", "SAFETY.INPUT.TEXT")


def test_a_refused_input_is_known_for_good(memory, clock):
    refuse(memory, 1)
    clock.on(days=100)
    assert memory.refused("input-1") == "SAFETY.INPUT.TEXT"
    assert memory.refused("input-2") is None


def test_the_breaker_opens_after_so_many_and_stays_open_until_a_person_acts(memory, clock):
    for number in range(MOST_REFUSALS - 1):
        refuse(memory, number)
    assert memory.breaker() is None
    refuse(memory, MOST_REFUSALS)
    opened = memory.breaker()
    assert opened == NOON.isoformat()
    clock.on(days=3)
    assert memory.breaker() == opened
    memory.reset()
    assert memory.breaker() is None
    assert memory.refused("input-0") is not None
    clock.on(minutes=1)
    for number in range(10, 10 + MOST_REFUSALS - 1):
        refuse(memory, number)
    assert memory.breaker() is None


def test_one_refusal_told_often_counts_once(memory):
    for _ in range(MOST_REFUSALS * 2):
        refuse(memory, 1)
    assert memory.breaker() is None


def test_refusals_of_other_days_do_not_add_up(memory, clock):
    for number in range(MOST_REFUSALS * 2):
        refuse(memory, number)
        clock.on(hours=13)
    assert memory.breaker() is None


def test_a_refusal_of_work_that_nobody_remembers_counts(memory):
    for number in range(MOST_REFUSALS):
        memory.keep_refusal(f"task-{number}", "unknown", "SAFETY")
    assert memory.breaker() is not None


def test_many_threads_write_at_once(memory):
    threads = [threading.Thread(target=refuse, args=(memory, number)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(memory.refused(f"input-{number}") for number in range(8))


def test_a_damaged_file_says_what_to_do(memory):
    memory.folder.mkdir(parents=True)
    (memory.folder / "memory.sqlite").write_bytes(b"not a database" * 1000)
    with pytest.raises(DatabaseError, match="memory") as caught:
        memory.breaker()
    assert "Move the file away" in caught.value.hint


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(DiskRefused):
        Memory(tmp_path / "file" / "home").breaker()


def test_a_file_that_another_holds_is_waited_for(memory):
    memory.reset()
    other = sqlite3.connect(memory.folder / "memory.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = threading.Thread(target=refuse, args=(memory, 1))
    waiting.start()
    other.execute("COMMIT")
    other.close()
    waiting.join()
    assert memory.refused("input-1")
