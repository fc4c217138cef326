"""Before the create nothing began; the create is sent once, and doubt is doubt."""

import asyncio
from dataclasses import replace

import pytest

from bridge.errors import (
    AccountBlocked,
    EngineBusy,
    EngineRefused,
    EngineUncertain,
)
from tests.engines.runway.house import CANARY
from tests.fakes.proxy import Proxy, refusing

# ---- before the create: nothing began


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
    assert len(home.creates) == 1


@pytest.mark.parametrize("on", ["upload", "upload_file"])
@pytest.mark.parametrize("act", ["drop_before", "drop_after", "reset", "html", "status"])
def test_an_upload_that_failed_once_needs_a_new_slip_and_no_person(home, on, act):
    home.fake.script({"on": on, "act": act})
    asyncio.run(home.engine().submit(home.with_still()))
    assert len(home.creates) == 1


@pytest.mark.parametrize("act", ["drop_before", "hang", "status"])
def test_an_upload_that_never_works_has_begun_nothing(home, act):
    home.fake.script({"on": "upload_file", "act": act, "times": 50})
    with pytest.raises(EngineBusy):
        asyncio.run(home.engine().submit(home.with_still()))
    assert len(home.creates) == 0


def test_what_costs_nothing_can_be_done_before_and_is_not_done_twice(home):
    async def main():
        engine = home.engine()
        await engine.prepare(home.with_still())
        assert (len(home.creates), home.uploads) == (0, 1)
        home.fake.script({"on": "upload", "act": "status"})
        await engine.submit(home.with_still())
        with pytest.raises(EngineBusy):
            await home.engine(refusing()).prepare(home.with_still(1))

    asyncio.run(main())
    assert (len(home.creates), home.uploads) == (1, 1)


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
    assert (len(home.creates), home.uploads) == (6, 2)


def test_several_who_need_one_file_at_once_share_one_upload(home):
    async def main():
        engine = home.engine()
        await asyncio.gather(*(engine.submit(home.with_still(number)) for number in range(4)))

    asyncio.run(main())
    assert (len(home.creates), home.uploads) == (4, 1)


def test_a_file_that_is_gone_at_runway_is_sent_anew_by_the_next_try(home):
    async def main():
        engine = home.engine()
        await engine.submit(home.with_still(0))
        home.fake.script(clock_seconds=25 * 3600)  # our own clock stands
        with pytest.raises(EngineRefused):
            await engine.submit(home.with_still(1))
        await engine.submit(home.with_still(1))

    asyncio.run(main())
    assert (len(home.creates), home.uploads) == (2, 2)


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
    assert len(home.creates) == 0


# ---- the create


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
    assert len(home.creates) == 1


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
    assert len(home.creates) == 0


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
