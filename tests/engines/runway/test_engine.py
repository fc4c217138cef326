"""One create for one submit, nothing paid is lost, and what it truly cost is known."""

import asyncio
import json
import logging
import shutil
from decimal import Decimal

import pytest

from bridge.daemon.logs import logging_to
from bridge.errors import (
    BridgeError,
    EngineRefused,
    UsageError,
)
from bridge.media.limits import Guard
from bridge.media.whole import decode_all
from tests.engines.runway.house import CANARY, walked, watched

# ---- the whole way


@pytest.mark.parametrize("stills", [False, True])
def test_from_a_request_to_a_result_for_one_create(home, tmp_path, stills):
    request = home.with_still() if stills else home.request()
    raw = asyncio.run(walked(home.engine(), request, tmp_path / "raw"))
    assert decode_all(raw.path, Guard(), strict=True) >= 24
    assert raw.credits == Decimal(3 if stills else 2)  # a still costs one
    assert raw.warnings == ()
    assert (len(home.creates), home.uploads) == (1, int(stills))
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


@pytest.mark.parametrize("name", ["", "../x", "a/b", "x\ny", "x" * 200, "0" * 36])
def test_a_task_that_nobody_knows_is_not_adopted(home, name):
    async def main():
        engine = home.engine()
        handle = await engine.submit(home.request())
        await engine.check_known(engine.adopt("attempt-0", handle.data["task"]))
        with pytest.raises(EngineRefused, match="knows no task"):
            await engine.check_known(engine.adopt("attempt-0", name))

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
