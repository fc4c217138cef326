"""One create for one submit, nothing paid is lost, and what it truly cost is known."""

import asyncio
import json
import logging
import shutil
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.daemon.logs import logging_to
from bridge.engines.base import RenderHandle
from bridge.engines.runway.fake.server import FakeRunway
from bridge.errors import (
    AccountBlocked,
    BridgeError,
    DeliveryError,
    EngineBusy,
    EngineCancelled,
    EngineFailed,
    EngineRefused,
    EngineUncertain,
    SafetyRefused,
    UsageError,
)
from bridge.media.limits import Guard
from bridge.media.whole import decode_all
from tests.engines.runway.house import CANARY, PACE, House, house, steps_until, walked, watched
from tests.fakes.proxy import Proxy, refusing


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FakeRunway, Path]]:
    folder = tmp_path_factory.mktemp("fake")
    with FakeRunway(folder) as fake:
        yield fake, folder


@pytest.fixture
def home(service: tuple[FakeRunway, Path], tmp_path: Path) -> Iterator[House]:
    with house(*service, tmp_path) as found:
        yield found


def creates(home: House) -> int:
    return len(home.creates)


# ---- the whole way


@pytest.mark.parametrize("stills", [False, True])
def test_from_a_request_to_a_result_for_one_create(home, tmp_path, stills):
    request = home.with_still() if stills else home.request()
    raw = asyncio.run(walked(home.engine(), request, tmp_path / "raw"))
    assert decode_all(raw.path, Guard(), strict=True) >= 24
    assert raw.credits == Decimal(3 if stills else 2)  # a still costs one
    assert raw.warnings == ()
    assert (creates(home), home.uploads) == (1, int(stills))
    assert raw.facts["task"] == home.creates[0].task


def test_the_handle_says_what_is_expected_and_needs_nothing_else(home, tmp_path):
    async def main():
        engine = home.engine()
        handle = await engine.submit(home.request())
        assert dict(handle.data) == {
            "task": home.creates[0].task,
            "door": "text_to_video",
            "model": "grok_imagine_1_5_lite",
            "estimated": "2",
        }
        adopted = engine.adopt("attempt-0", handle.data["task"])
        await watched(home.engine(), adopted)
        later = home.engine()
        raw = await later.fetch(adopted, tmp_path / "raw")
        await later.close()
        assert raw.credits == 2
        assert await engine.cost(adopted) == 2

    asyncio.run(main())


def test_a_second_fetch_brings_the_same(home, tmp_path):
    async def main():
        engine = home.engine()
        handle = await engine.submit(home.request())
        await watched(engine, handle)
        first = await engine.fetch(handle, tmp_path / "raw")
        again = await engine.fetch(handle, tmp_path / "raw")
        elsewhere = await engine.fetch(handle, tmp_path / "b")
        await engine.close()
        assert first == again
        assert elsewhere.path.read_bytes() == first.path.read_bytes()

    asyncio.run(main())


def test_the_account_is_the_services_own(home):
    home.fake.script(credits=77, limits={"aleph2": {"at_once": 2, "a_day": 9}})
    account = asyncio.run(home.engine().account())
    assert account is not None
    assert account.credits == 77
    assert (account.at_once["aleph2"], account.a_day["aleph2"]) == (2, 9)


# ---- before the create: nothing began (rows 14 to 18 of the fault matrix)


@pytest.mark.logs_errors  # the fake's server tells of clients that go away
@pytest.mark.parametrize(
    "wrong",
    [{"drop_answer": True}, {"reset_after": 700}, {"blackhole_after": 700}, {"cut_after": 20}],
)
@pytest.mark.parametrize("connections", [1, 2])  # the slip's, the file's
def test_an_upload_that_goes_wrong_is_begun_again(home, wrong, connections):
    async def main():
        # what the fake names as storage is the proxy, too: it says where it was asked
        async with Proxy(home.fake.url, times=connections, **wrong) as proxy:
            return await home.engine(proxy.url).submit(home.with_still())

    asyncio.run(main())
    assert creates(home) == 1


@pytest.mark.parametrize("on", ["upload", "upload_file"])
@pytest.mark.parametrize("act", ["drop_before", "drop_after", "reset", "html", "status"])
def test_an_upload_that_failed_once_needs_a_new_slip_and_no_person(home, on, act):
    home.fake.script({"on": on, "act": act})
    asyncio.run(home.engine().submit(home.with_still()))
    assert creates(home) == 1


@pytest.mark.parametrize("act", ["drop_before", "hang", "status"])
def test_an_upload_that_never_works_has_begun_nothing(home, act):
    home.fake.script({"on": "upload_file", "act": act, "times": 50})
    with pytest.raises(EngineBusy):
        asyncio.run(home.engine().submit(home.with_still()))
    assert creates(home) == 0


def test_what_costs_nothing_can_be_done_before_and_is_not_done_twice(home):
    async def main():
        engine = home.engine()
        await engine.prepare(home.with_still())
        assert (creates(home), home.uploads) == (0, 1)
        home.fake.script({"on": "upload", "act": "status"})
        await engine.submit(home.with_still())
        with pytest.raises(EngineBusy):
            await home.engine(refusing()).prepare(home.with_still(1))

    asyncio.run(main())
    assert (creates(home), home.uploads) == (1, 1)


def test_the_same_file_is_sent_once_while_it_lives(home):
    async def main():
        engine = home.engine()
        for number in range(3):
            await engine.submit(home.with_still(number))
        await asyncio.gather(*(home.engine().submit(home.with_still(n)) for n in (4, 5)))
        home.clock.on(hours=25)
        home.fake.script(clock_seconds=25 * 3600)
        await engine.submit(home.with_still(6))

    asyncio.run(main())
    assert (creates(home), home.uploads) == (6, 2)


def test_several_who_need_one_file_at_once_share_one_upload(home):
    async def main():
        engine = home.engine()
        await asyncio.gather(*(engine.submit(home.with_still(number)) for number in range(4)))

    asyncio.run(main())
    assert (creates(home), home.uploads) == (4, 1)


def test_a_file_that_is_gone_at_runway_is_sent_anew_by_the_next_try(home):
    async def main():
        engine = home.engine()
        await engine.submit(home.with_still(0))
        home.fake.script(clock_seconds=25 * 3600)  # our own clock stands
        with pytest.raises(EngineRefused):
            await engine.submit(home.with_still(1))
        await engine.submit(home.with_still(1))

    asyncio.run(main())
    assert (creates(home), home.uploads) == (2, 2)


@pytest.mark.parametrize("size", [0, 511, 200_000_001])
def test_a_file_of_a_size_that_is_not_taken_is_refused_before_any_byte(home, tmp_path, size):
    request = home.with_still()
    image = tmp_path / "odd.png"
    with image.open("wb") as file:
        file.truncate(size)
    request = replace(request, keyframes=(replace(request.keyframes[0], image=image),))
    with pytest.raises(EngineRefused, match=str(size)):
        asyncio.run(home.engine(refusing()).submit(request))


def test_a_file_that_is_gone_here_is_no_doubt(home, tmp_path):
    request = home.with_still()
    request = replace(request, keyframes=(replace(request.keyframes[0], image=tmp_path / "x.png"),))
    with pytest.raises(EngineBusy):
        asyncio.run(home.engine().submit(request))


def test_a_memory_that_cannot_be_written_is_no_doubt(home):
    (home.folder / "home").write_text("in the way")
    with pytest.raises(EngineBusy):
        asyncio.run(home.engine().submit(home.request()))
    assert creates(home) == 0


# ---- the create (rows 19 to 24)


@pytest.mark.parametrize(
    "fault",
    [
        {"act": "drop_after"},
        {"act": "reset"},
        {"act": "bad_json"},
        {"act": "no_id"},
        {"act": "html"},
        {"act": "cut"},
        {"act": "gzip"},
        *({"act": "status", "status": status, "accepted": True} for status in (500, 502, 504)),
    ],
)
def test_a_create_whose_answer_is_lost_is_uncertain_and_billed_once(home, fault):
    home.fake.script({"on": "create", **fault})
    with pytest.raises(EngineUncertain):
        asyncio.run(home.engine().submit(home.request()))
    assert creates(home) == 1


def test_a_create_that_never_left_is_no_doubt(home):
    with pytest.raises(EngineBusy):
        asyncio.run(home.engine(refusing()).submit(home.request()))


@pytest.mark.parametrize(
    ("fault", "kind", "detail"),
    [
        (
            {"status": 429, "headers": {"Retry-After": "9"}},
            EngineBusy,
            {"wait_seconds": 9, "http": 429},
        ),
        ({"status": 429}, EngineBusy, {"wait_seconds": 60, "http": 429}),
        ({"status": 401}, AccountBlocked, {"reason": "key"}),
        ({"status": 422}, EngineRefused, {"http": 422}),
    ],
)
def test_a_refused_create_has_begun_nothing(home, fault, kind, detail):
    home.fake.script({"on": "create", "act": "status", "body": {"error": "No."}, **fault})
    with pytest.raises(kind) as caught:
        asyncio.run(home.engine().submit(home.request()))
    assert caught.value.detail == detail
    assert creates(home) == 0


def test_without_credit_the_account_is_blocked(home):
    home.fake.script(credits=1)
    with pytest.raises(AccountBlocked) as caught:
        asyncio.run(home.engine().submit(home.request()))
    assert caught.value.detail["reason"] == "credit"


def test_the_account_is_ready_again_when_it_has_more_credit_than_was_not_enough(home):
    home.fake.script(credits=1)

    async def main():
        engine = home.engine()
        await engine.ready()
        with pytest.raises(AccountBlocked):
            await engine.submit(home.request())
        for _ in range(2):  # asked of the account; nothing is sent for it to refuse
            with pytest.raises(AccountBlocked):
                await engine.ready()
        home.fake.script(credits=500)
        await engine.ready()
        await engine.submit(home.request())

    asyncio.run(main())


def test_a_refused_key_stays_refused_until_the_account_takes_one(home):
    home.fake.script(keys=["key_other"])

    async def main():
        engine = home.engine()
        await engine.ready()
        for ask in (lambda: engine.submit(home.request()), engine.ready, engine.ready):
            with pytest.raises(AccountBlocked):
                await ask()
        home.fake.script(keys=[CANARY])
        await engine.ready()

    asyncio.run(main())


def test_a_key_that_was_revoked_is_looked_for_anew(home):
    async def main():
        engine = home.engine()
        home.fake.script(keys=["key_other"])
        with pytest.raises(AccountBlocked):
            await engine.submit(home.request())
        home.fake.script(keys=[CANARY])
        await engine.submit(home.request())

    asyncio.run(main())


def test_without_a_key_all_is_known_but_nothing_done(home, tmp_path):
    engine = home.engine(key="")
    assert engine.models()
    assert engine.check(home.request()) == ()
    for ask in (engine.ready, engine.account, lambda: engine.submit(home.request())):
        with pytest.raises(AccountBlocked) as caught:
            asyncio.run(ask())
        assert caught.value.detail["reason"] == "key"


# ---- watching (rows 28 to 33)


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
    assert creates(home) == 2


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
    assert creates(home) == 4


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


# ---- fetching (rows 34 to 40)


@pytest.mark.parametrize(
    "fault",
    [
        {"act": "cut"},
        {"act": "cut_chunked"},
        {"act": "no_length"},
        {"act": "wrong_length"},
        {"act": "reset"},
        {"act": "empty"},
        {"act": "html"},
        {"act": "expired"},
        {"act": "status", "status": 503},
        {"act": "flip_byte", "part": 0.0},
    ],
)
def test_a_result_that_comes_badly_is_fetched_again_and_paid_once(home, tmp_path, fault):
    home.fake.script({"on": "download", **fault})
    raw = asyncio.run(walked(home.engine(), home.request(), tmp_path / "raw"))
    assert decode_all(raw.path, Guard(), strict=True) >= 24
    assert creates(home) == 1


@pytest.mark.parametrize("act", ["gzip", "redirect"])
def test_a_result_that_is_not_taken_is_still_there_for_the_next_try(home, tmp_path, act):
    home.fake.script({"on": "download", "act": act, "url": "http://169.254.169.254/"})

    async def main():
        engine = home.engine()
        handle = await engine.submit(home.request())
        await watched(engine, handle)
        with pytest.raises(BridgeError) as caught:
            await engine.fetch(handle, tmp_path / "raw")
        assert caught.value.code == "engine_unavailable"  # a retry goes on, and pays nothing
        raw = await engine.fetch(handle, tmp_path / "raw")
        await engine.close()
        return raw

    assert asyncio.run(main()).path.exists()


def test_addresses_that_have_expired_are_asked_for_anew(home, tmp_path):
    home.fake.script(url_seconds=60)

    async def main():
        engine = home.engine()
        handle = await engine.submit(home.request())
        await watched(engine, handle)
        home.fake.script(clock_seconds=3600)
        raw = await engine.fetch(handle, tmp_path / "raw")
        await engine.close()
        return raw

    assert asyncio.run(main()).path.exists()


def test_what_never_decodes_is_kept_for_a_look(home, tmp_path):
    home.fake.script({"on": "download", "act": "html", "times": 20})
    with pytest.raises(DeliveryError):
        asyncio.run(walked(home.engine(), home.request(), tmp_path / "raw"))
    assert (tmp_path / "raw" / "result.damaged").exists()


def test_more_than_was_expected_is_said(home, tmp_path):
    home.fake.script(fates=[{"credits": 5}])
    raw = asyncio.run(walked(home.engine(), home.request(), tmp_path / "raw"))
    assert raw.credits == 5
    assert raw.warnings == ("It cost 5 credits; 2 were expected.",)


def test_a_success_without_a_result_says_what_it_cost(home, tmp_path):
    home.fake.script({"on": "poll", "act": "say", "fields": {"output": []}})
    with pytest.raises(EngineFailed) as caught:
        asyncio.run(walked(home.engine(), home.request(), tmp_path / "raw"))
    assert caught.value.detail["credits"] == "2"


# ---- what it is told


@pytest.mark.parametrize(
    "told",
    [
        {"base_ur": "x"},
        {"base_url": 5},
        {"base_url": "not an address"},
        {"base_url": "http://api.dev.runwayml.com"},
        {"base_url": "https://user:word@api.dev.runwayml.com"},
        {"base_url": "https://"},
        {"hosts": ["*"]},
        {"hosts": ["https://a.b"]},
        {"max_bytes": 0},
        {"max_bytes": True},
        {"headers": {"Authorization": "Bearer x"}},
        {"headers": {"X-A": "a\r\nX-B: b"}},
    ],
)
def test_settings_that_cannot_be_are_refused(told, tmp_path):
    from bridge.engines.base import Home
    from bridge.engines.runway.engine import Runway

    with pytest.raises(UsageError):
        Runway.opened(Home(tmp_path, told))


# ---- the key


@pytest.mark.logs_errors
def test_the_key_is_nowhere_whatever_goes_wrong(home, tmp_path):
    """A canary goes through failures of all kinds; the service even says it back."""
    echo = {"error": f"Bearer {CANARY} {CANARY}", "issues": [{"path": CANARY, "message": CANARY}]}
    said: list[str] = []
    logs = tmp_path / "logs"

    async def main():
        for status in (400, 401, 402, 403, 404, 409, 429, 500, 502):
            fault = {"on": "create", "act": "status", "status": status, "body": echo}
            home.fake.script(fault)
            engine = home.engine()
            with pytest.raises(BridgeError) as caught:
                await engine.submit(home.request(status))
            note(caught.value)
        for act in ("drop_after", "html", "bad_json", "no_id"):
            home.fake.script({"on": "create", "act": act})
            with pytest.raises(BridgeError) as caught:
                await home.engine().submit(home.request())
            note(caught.value)
        home.fake.script(fates=[{"code": CANARY, "failure": f"with {CANARY}"}])
        handle = await home.engine().submit(home.with_still(99))
        said.append(json.dumps(handle.as_data()))
        with pytest.raises(BridgeError) as caught:
            await watched(home.engine(), handle)
        note(caught.value)

    def note(error: BridgeError) -> None:
        said.append(json.dumps(error.as_data()))
        logging.getLogger("bridge.test").error("failed", exc_info=error)

    with logging_to(logs, (), on_screen=False):
        asyncio.run(main())
    files = [*logs.iterdir(), *(home.folder / "home").rglob("*")]
    assert len(said) == 15
    assert all(CANARY not in text for text in said)
    assert files
    assert all(CANARY.encode() not in path.read_bytes() for path in files if path.is_file())
    shutil.rmtree(logs)
