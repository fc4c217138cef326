"""A task is watched through all trouble, and its end says what it truly cost."""

import asyncio
from decimal import Decimal

import pytest

from bridge.engines.base import RenderHandle
from bridge.errors import (
    AccountBlocked,
    EngineCancelled,
    EngineFailed,
    SafetyRefused,
)
from tests.engines.runway.house import PACE, steps_until, watched
from tests.fakes.proxy import refusing


def test_a_hundred_answers_that_fail_do_not_end_it(home):
    home.fake.script({"on": "poll", "act": "status", "status": 502, "times": 60})
    home.fake.script({"on": "poll", "act": "drop_after", "times": 40})

    async def main():
        engine = home.engine()
        handle = await engine.submit(home.request())
        return await watched(engine, handle)

    steps = asyncio.run(main())
    assert len(steps) == 101
    assert all(step.done is None and "trying" in step.note for step in steps[:-1])


def test_nobody_asks_more_often_than_may_be():
    waits = [PACE.__class__().pause(failures) for failures in range(60) for _ in range(20)]
    assert min(waits) >= 5
    assert max(waits) == 60
    assert all(5 <= PACE.__class__().pause(0) <= 7.5 for _ in range(200))


def test_each_task_is_asked_about_no_more_often_than_may_be(home):
    slept: list[float] = []
    now = [100.0]

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    pace = PACE.__class__(sleep=sleep, clock=lambda: now[0])

    async def main():
        engine = home.engine(pace=pace)
        handle = await engine.submit(home.request())
        for _ in range(4):
            await engine.cost(handle)

    asyncio.run(main())
    assert slept == [5.0, 5.0, 5.0]


def test_waiting_for_hours_new_words_and_steps_back_are_waited_out(home):
    for fields in (
        {"status": "THROTTLED"},
        {"status": "SOMETHING_NEW"},
        {"status": "RUNNING", "progress": 0.5},
        {"status": "PENDING"},
        {"status": "RUNNING", "progress": 0.25},
        {"status": "RUNNING", "progress": "a lot"},
    ):
        home.fake.script({"on": "poll", "act": "say", "fields": fields})

    async def main():
        engine = home.engine()
        return await watched(engine, await engine.submit(home.request()))

    steps = asyncio.run(main())
    assert [step.done for step in steps] == [None, None, 0.5, 0.5, 0.5, 0.5, 1.0]


@pytest.mark.parametrize(
    ("fate", "kind", "detail"),
    [
        ({"code": "SAFETY.INPUT.TEXT", "credits": 2}, SafetyRefused, {"credits": "2"}),
        ({"code": "INTERNAL.BAD_OUTPUT.01", "credits": 0}, EngineFailed, {"credits": "0"}),
        ({"code": "INTERNAL", "credits": 0}, EngineFailed, {"credits": "0", "again": True}),
        ({"code": "INTERNAL", "credits": 1}, EngineFailed, {"credits": "1"}),
        ({"code": "NEVER.HEARD", "credits": 0}, EngineFailed, {"credits": "0"}),
    ],
)
def test_a_failure_says_what_it_cost_and_whether_once_more_helps(home, fate, kind, detail):
    home.fake.script(fates=[fate])

    async def main():
        engine = home.engine()
        handle = await engine.submit(home.request())
        with pytest.raises(kind) as caught:
            await watched(engine, handle)
        assert await engine.cost(handle) == Decimal(detail["credits"])
        return caught.value

    error = asyncio.run(main())
    assert {name: value for name, value in error.detail.items() if name != "failure"} == detail


@pytest.mark.parametrize(("code", "uploads"), [("ASSET.INVALID", 2), ("INTERNAL", 1)])
def test_a_file_that_was_found_bad_at_runway_is_sent_anew(home, code, uploads):
    home.fake.script(fates=[{"code": code}])

    async def main():
        engine = home.engine()
        with pytest.raises(EngineFailed):
            await watched(engine, await engine.submit(home.with_still()))
        await watched(engine, await engine.submit(home.with_still(1)))

    asyncio.run(main())
    assert (len(home.creates), home.uploads) == (2, uploads)


def test_what_moderation_refused_is_never_sent_again_unchanged(home):
    home.fake.script(fates=[{"code": "SAFETY.INPUT.IMAGE"}])

    async def main():
        engine = home.engine()
        handle = await engine.submit(home.with_still())
        later = home.engine()  # a restart lies between sending and the refusal
        with pytest.raises(SafetyRefused):
            await watched(later, handle)
        for again in (home.with_still(1), home.with_still(2, seed=5)):
            # not even a connection is made
            with pytest.raises(SafetyRefused) as caught:
                await home.engine(refusing()).submit(again)
            assert caught.value.detail["credits"] == "0"
        await home.engine().submit(home.with_still(3, prompt="a calm lake"))

    asyncio.run(main())
    assert len(home.creates) == 2


def test_too_many_refusals_stop_everything_until_a_person_acts(home):
    home.fake.script(fates=[{"code": "SAFETY.INPUT.TEXT"}] * 3)

    async def main():
        engine = home.engine()
        for number in range(3):
            await engine.ready()
            handle = await engine.submit(home.request(number, prompt=f"sea number {number}"))
            with pytest.raises(SafetyRefused):
                await watched(engine, handle)
        for blocked in (engine.ready, lambda: home.engine().submit(home.request(9))):
            with pytest.raises(AccountBlocked) as caught:
                await blocked()
            assert caught.value.detail["reason"] == "safety"
        await engine.resume()
        await engine.submit(home.request(10))

    asyncio.run(main())
    assert len(home.creates) == 4


def test_a_task_that_is_gone_is_said_to_be_lost(home):
    async def main():
        engine = home.engine()
        handle = await engine.submit(home.request())
        gone = {"on": "poll", "act": "status", "status": 404, "body": {"error": "?"}}
        home.fake.script(gone, gone)  # twice only: perhaps it is not there yet
        await watched(engine, handle)
        nobody = RenderHandle("runway", "nobody", {"task": "no-such-task"})
        with pytest.raises(EngineFailed) as caught:
            await watched(engine, nobody)
        assert caught.value.detail["gone"] is True
        assert await engine.cost(nobody) is None

    asyncio.run(main())


def test_another_key_does_not_make_a_paid_task_lost(home):
    async def main():
        handle = await home.engine().submit(home.request())
        gone = {"on": "poll", "act": "status", "status": 404, "body": {"error": "?"}, "times": 3}
        home.fake.script(gone)
        with pytest.raises(AccountBlocked) as caught:
            await watched(home.engine(key="key_of_another_account"), handle)
        assert caught.value.detail["reason"] == "key"
        await watched(home.engine(), handle)

    asyncio.run(main())


def test_a_cancelled_task_is_cancelled_for_every_watcher(home):
    home.fake.script(fates=[{"hold": True}])

    async def main():
        engine = home.engine()
        handle = await engine.submit(home.request())
        await steps_until(engine.watch(handle), "Runway")
        await home.engine().cancel(handle)
        await engine.cancel(handle)
        for watcher in (engine, home.engine()):
            with pytest.raises(EngineCancelled):
                await watched(watcher, handle)

    asyncio.run(main())


def test_cancelling_what_has_succeeded_leaves_the_result(home, tmp_path):
    async def main():
        engine = home.engine()
        handle = await engine.submit(home.request())
        await engine.cancel(handle)
        await watched(engine, handle)
        raw = await engine.fetch(handle, tmp_path / "raw")
        await engine.close()
        return raw

    assert asyncio.run(main()).path.exists()


def test_a_cancel_goes_through_a_bad_connection(home):
    home.fake.script(
        {"on": "poll", "act": "status", "status": 503, "times": 2}, fates=[{"hold": True}]
    )
    home.fake.script({"on": "delete", "act": "drop_after"})

    async def main():
        engine = home.engine()
        handle = await engine.submit(home.request())
        await engine.cancel(handle)
        with pytest.raises(EngineCancelled):
            await watched(engine, handle)

    asyncio.run(main())
