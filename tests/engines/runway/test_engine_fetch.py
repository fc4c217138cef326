"""What was paid for is fetched, however badly it comes."""

import asyncio

import pytest

from bridge.errors import (
    BridgeError,
    DeliveryError,
    EngineFailed,
)
from bridge.media.limits import Guard
from bridge.media.whole import decode_all
from tests.engines.runway.house import walked, watched


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
    assert len(home.creates) == 1


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
