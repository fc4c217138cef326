"""Each request is sent once, and what comes back, or does not, means what it says."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from email.utils import formatdate
from typing import Any, TypeVar

import pytest
from runwayml import AsyncRunwayML

from bridge.engines.runway import setup
from bridge.engines.runway.answers import State
from bridge.engines.runway.client import Api, Patience
from bridge.errors import (
    AccountBlocked,
    BridgeError,
    EngineBusy,
    EngineFailed,
    EngineRefused,
    EngineUncertain,
)
from bridge.secrets import Secret
from tests.fakes.proxy import Answering, Say, answer, hang_up, pouring, refusing, silence, tear

KEY = "key_canary_4f1d9b27aa"
QUICK = Patience(connect=2, silence=0.2, total=2)
BODY = {"model": "aleph2", "promptText": "dusk", "keyframes": [{"range": {"start_seconds": 0}}]}
T = TypeVar("T")


def api_at(url: str, **more: Any) -> Api:
    return Api(Secret(KEY), url, patience=more.pop("patience", QUICK), **more)


def talk(ask: Callable[[Api], Awaitable[T]], *says: Say, **more: Any) -> tuple[T, Answering]:
    async def main() -> tuple[T, Answering]:
        async with Answering(*says) as server:
            return await ask(api_at(server.url, **more)), server

    return asyncio.run(main())


def refused(ask: Callable[[Api], Awaitable[Any]], *says: Say) -> tuple[BridgeError, int]:
    """The error, and how many requests arrived."""

    async def main() -> tuple[BridgeError, int]:
        async with Answering(*says) as server:
            with pytest.raises(BridgeError) as caught:
                await ask(api_at(server.url))
            return caught.value, len(server.heard)

    return asyncio.run(main())


async def create(api: Api) -> Any:
    return await api.create("video_to_video", BODY)


async def look(api: Api) -> Any:
    return await api.task("task-1")


def json_answer(status: int, body: Any, **headers: str) -> Say:
    return answer(status, json.dumps(body).encode(), Content_Type="application/json", **headers)


CREATED = json_answer(200, {"id": "task-1", "estimatedCost": {"credits": 140.5}})


def test_the_address_is_the_sdks_own():
    assert str(AsyncRunwayML(api_key="x").base_url).rstrip("/") == setup.BASE_URL


def test_a_create_sends_our_keys_as_they_are():
    created, server = talk(create, CREATED, headers={"X-Runway-On-Behalf-Of": "studio"})
    assert (created.id, created.estimated) == ("task-1", Decimal("140.5"))
    (heard,) = server.heard
    assert (heard.method, heard.path) == ("POST", "/v1/video_to_video")
    assert json.loads(heard.body) == BODY
    assert heard.headers["authorization"] == f"Bearer {KEY}"
    assert heard.headers["x-runway-version"] == "2024-11-06"
    assert heard.headers["x-runway-on-behalf-of"] == "studio"
    assert heard.headers["accept-encoding"] == "identity"


HTML = answer(200, b"<html>Sign in</html>", Content_Type="text/html")
UNCLEAR = {
    "no answer": silence,
    "hung up": hang_up,
    "reset": tear,
    "half an answer": answer(200, b'{"id": "task', length=400),
    "500": json_answer(500, {"error": "x"}),
    "502": answer(502, b"<html>"),
    "503": json_answer(503, {"error": "shedding load"}),
    "504": answer(504),
    "408": json_answer(408, {}),
    "409": json_answer(409, {}),
    "302": answer(302, Location="http://127.0.0.1:9/"),
    "html": HTML,
    "bad json": answer(200, b'{"id": ', Content_Type="application/json"),
    "no id": json_answer(200, {"estimatedCost": {"credits": 1}}),
    "a number for an id": json_answer(200, {"id": 7}),
    "an id that is a path": json_answer(200, {"id": "../organization"}),
    "a list": json_answer(200, ["task-1"]),
    "nothing": answer(200),
    "deep": answer(200, b"[" * 200_000, Content_Type="application/json"),
    "packed": answer(200, b"\x1f\x8b", Content_Encoding="gzip"),
    "endless": pouring(b"HTTP/1.1 200 OK\r\n\r\n", b" " * (1 << 20), 8),
    "drip": pouring(b"HTTP/1.1 200 OK\r\n\r\n", b" ", 100, 0.1),
}


@pytest.mark.parametrize("how", UNCLEAR)
def test_a_create_whose_answer_is_lost_is_uncertain_and_never_sent_twice(how: str):
    error, arrived = refused(create, UNCLEAR[how])
    assert isinstance(error, EngineUncertain), error
    assert arrived == 1


@pytest.mark.parametrize("status", [400, 404, 405, 413, 422, 451])
def test_a_refused_create_has_begun_nothing_and_says_why(status: int):
    issues = [
        {"code": "too_big", "path": ["promptText"], "message": "Too\x1b[31m long\n"},
        {"code": "custom", "path": ["keyframes", 0], "message": "x" * 5000},
    ]
    error, arrived = refused(create, json_answer(status, {"error": "Bad.", "issues": issues}))
    assert type(error) is EngineRefused
    assert arrived == 1
    assert "promptText: Too [31m long" in error.message
    assert "keyframes.0: xxx" in error.message
    assert len(error.message) < 500
    assert error.message.isprintable()


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (401, {"error": "bad key"}, "key"),
        (403, {"error": "suspended"}, "key"),
        (402, {}, "credit"),
        (400, {"error": "You do not have enough credits to run this task."}, "credit"),
    ],
)
def test_what_a_person_must_mend_blocks_the_account(status: int, body: Any, reason: str):
    error, _ = refused(create, json_answer(status, body))
    assert isinstance(error, AccountBlocked)
    assert error.detail["reason"] == reason
    assert error.hint


@pytest.mark.parametrize(
    ("retry_after", "low", "high"),
    [
        ("7", 7, 7),
        ("0", 1, 1),
        ("999999999", 3600, 3600),
        pytest.param(formatdate(usegmt=True), 1, 5, id="now"),
        ("Fri, 31 Dec 2999 23:59:59 GMT", 3600, 3600),
        ("soon", 60, 60),
        (None, 60, 60),
    ],
)
def test_a_429_says_how_long_to_wait(retry_after: str | None, low: int, high: int):
    headers = {} if retry_after is None else {"Retry_After": retry_after}
    error, arrived = refused(create, json_answer(429, {"error": "daily limit"}, **headers))
    assert isinstance(error, EngineBusy)
    assert low <= error.detail["wait_seconds"] <= high
    assert arrived == 1


def test_nobody_there_is_nothing_begun():
    for ask in (create, look):
        with pytest.raises(EngineBusy) as caught:
            asyncio.run(ask(api_at(refusing())))
        assert caught.value.detail["wait_seconds"] > 0


@pytest.mark.parametrize("how", sorted(set(UNCLEAR) - {"no id", "a number for an id", "404"}))
def test_a_question_without_an_answer_may_be_asked_again(how: str):
    error, arrived = refused(look, UNCLEAR[how])
    assert isinstance(error, EngineBusy), error
    assert arrived == 1


def test_a_task_that_is_not_there_is_gone_only_when_the_service_says_so():
    error, _ = refused(look, json_answer(404, {"error": "Could not find Task"}))
    assert isinstance(error, EngineFailed)
    assert error.detail["gone"] is True
    for say in (answer(404, b"<html>"), json_answer(400, {"error": "X-Runway-Version"})):
        error, _ = refused(look, say)
        assert isinstance(error, EngineBusy)


@pytest.mark.parametrize("name", ["", "../x", "a/b", "x" * 200, "a b", "ä"])
def test_a_name_that_is_none_is_not_sent(name: str):
    api = api_at(refusing())  # EngineBusy, if it were
    asyncio.run(api.delete(name))
    with pytest.raises(EngineFailed):
        asyncio.run(api.task(name))


def test_deleting_what_is_not_there_is_done():
    for say in (answer(204), json_answer(404, {"error": "Could not find Task"})):
        _, server = talk(lambda api: api.delete("task-1"), say)
        assert server.heard[0].method == "DELETE"


def task(**said: Any) -> Any:
    found, _ = talk(look, json_answer(200, {"id": "task-1", **said}))
    return found


def test_a_task_is_read_as_it_is():
    assert task(status="PENDING").state is State.waiting
    assert task(status="THROTTLED").state is State.waiting
    assert task(status="SOMETHING_NEW").state is State.waiting
    running = task(status="RUNNING", progress=0.25)
    assert (running.state, running.progress) == (State.running, 0.25)
    done = task(status="SUCCEEDED", output=["https://a/b"], cost={"credits": 12.345})
    assert (done.state, done.output, done.cost) == (
        State.succeeded,
        ("https://a/b",),
        Decimal("12.35"),
    )
    failed = task(status="FAILED", failure="no", failureCode="SAFETY.X", cost={"credits": 0})
    assert (failed.code, failed.failure, failed.cost) == ("SAFETY.X", "no", Decimal(0))


@pytest.mark.parametrize("progress", ["half", -1, 2, True, [], 1e300])
def test_a_progress_that_is_none_is_left_out(progress: Any):
    assert task(status="RUNNING", progress=progress).progress is None


@pytest.mark.parametrize(
    "cost", [None, 5, {}, {"credits": "5"}, {"credits": -1}, {"credits": True}]
)
def test_a_cost_that_is_none_is_not_known(cost: Any):
    assert task(status="SUCCEEDED", cost=cost).cost is None


def test_the_account_is_read_model_by_model():
    body = {
        "creditBalance": 1234,
        "tier": {
            "maxMonthlyCreditSpend": 1,
            "models": {
                "aleph2": {"maxConcurrentGenerations": 2, "maxDailyGenerations": 50},
                "gen4.5": {"maxConcurrentGenerations": None, "maxDailyGenerations": None},
            },
        },
        "usage": {"models": {"aleph2": {"dailyGenerations": 3}, "odd": 7}},
    }
    account, _ = talk(lambda api: api.organization(), json_answer(200, body))
    assert account.credits == Decimal(1234)
    assert (account.at_once, account.a_day) == ({"aleph2": 2}, {"aleph2": 50})
    assert account.started == {"aleph2": 3}


def test_nothing_that_is_raised_shows_the_key_or_a_signed_address():
    told = f"Bearer {KEY} at https://a.b/c?_jwt=SECRETJWT data:image/png;base64,SECRETPIC"
    for status in (400, 401, 402, 403, 404, 409, 429, 500):
        for ask in (create, look):
            error, _ = refused(ask, json_answer(status, {"error": told}))
            text = json.dumps(error.as_data()) + repr(error.__cause__)[:0]
            assert "canary" not in text
            assert "SECRET" not in text
    assert "canary" not in repr(api_at("https://a.b"))
