"""Batches of events: as soon as there are some, empty after a while, none twice and none lost."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from bridge.daemon.events import MOST_AT_ONCE, batch
from bridge.jobs.facts import Event

NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def history(after: int, last: int, jobs: int = 1) -> AsyncIterator[Event]:
    """Events after `after` up to `last`, turn by turn of so many jobs; then silence."""
    for seq in range(after + 1, last + 1):
        yield Event(seq, NOW, f"j{seq % jobs}", None, "progress")
    await asyncio.Event().wait()


def asked(after: int, last: int, wait: float = 0, job: str | None = None, jobs: int = 1):
    async def ask():
        return await batch(history(after, last, jobs), after, wait, job, asyncio.Event())

    return asyncio.run(ask())


def test_nothing_happened() -> None:
    answer = asked(7, 7)
    assert (answer.events, answer.last) == ((), 7)


def test_what_is_there_comes_at_once() -> None:
    answer = asked(2, 5, wait=30)  # 30 seconds are for the first event
    assert [event.seq for event in answer.events] == [3, 4, 5]
    assert answer.last == 5


def test_batches_are_bounded_and_go_on() -> None:
    first = asked(0, MOST_AT_ONCE + 2)
    assert len(first.events) == MOST_AT_ONCE
    second = asked(first.last, MOST_AT_ONCE + 2)
    assert [event.seq for event in second.events] == [MOST_AT_ONCE + 1, MOST_AT_ONCE + 2]


def test_events_of_other_jobs_are_passed_but_counted() -> None:
    answer = asked(0, 9, job="j0", jobs=3)
    assert [event.seq for event in answer.events] == [3, 6, 9]
    assert asked(0, 8, job="j0", jobs=3).last == 8


def test_history_that_ends() -> None:
    async def ending() -> AsyncIterator[Event]:
        yield Event(1, NOW, "j1", None, "job_done")

    answer = asyncio.run(batch(ending(), 0, 30, None, _never()))
    assert [event.seq for event in answer.events] == [1]


def _never() -> asyncio.Event:
    return asyncio.Event()


def test_daemon_that_closes_answers_at_once() -> None:
    async def ask():
        closing = asyncio.Event()
        asked = asyncio.create_task(batch(history(0, 0), 0, 600, None, closing))
        await asyncio.sleep(0)
        closing.set()
        return await asked

    assert asyncio.run(ask()).events == ()


def test_asker_who_goes_away_leaves_nothing_running() -> None:
    async def ask() -> int:
        before = len(asyncio.all_tasks())
        asked = asyncio.create_task(batch(history(0, 0), 0, 600, None, asyncio.Event()))
        await asyncio.sleep(0.01)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        await asyncio.sleep(0.01)
        return len(asyncio.all_tasks()) - before

    assert asyncio.run(ask()) == 0
