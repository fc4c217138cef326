"""The border of Runway's SDK. In: plain values. Out: plain values, and errors of the tree.

Nothing is retried here, by us or by the SDK: a lost answer to `create` may be a paid task that
nobody knows, so each request is sent once, on a connection of its own. An idle connection that the
other side has closed meanwhile would make one more answer that is lost.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from typing import Any, Literal

import httpx
from runwayml import APIConnectionError, APIStatusError, AsyncRunwayML

from bridge.engines.base import Account
from bridge.engines.runway import failures
from bridge.engines.runway.failures import Answer
from bridge.errors import BridgeError, EngineBusy, EngineFailed, EngineUncertain
from bridge.secrets import Secret

MOST_BYTES = 4 << 20  # of one answer
TASK_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
HIGHEST_CREDITS = Decimal(10) ** 9
HUNDREDTH = Decimal("0.01")


class State(StrEnum):
    waiting = "waiting"  # for its turn; also what a newer service calls something else
    running = "running"
    succeeded = "succeeded"
    failed = "failed"
    cancelled = "cancelled"


STATES = {state.value.upper(): state for state in State if state is not State.waiting}


@dataclass(frozen=True)
class Created:
    id: str
    estimated: Decimal | None  # credits; at most what it will cost


@dataclass(frozen=True)
class Task:
    id: str
    state: State
    said: str  # the service's own word for the state
    progress: float | None = None  # 0 to 1
    output: tuple[str, ...] = ()  # addresses; they expire within 24 to 48 hours
    cost: Decimal | None = None  # credits, once it has ended
    failure: str = ""
    code: str | None = None  # of the failure

    @property
    def ended(self) -> bool:
        return self.state not in (State.waiting, State.running)


@dataclass(frozen=True)
class Slip:
    """Where to put one file: `fields` go with it, `uri` names it afterwards."""

    uri: str
    url: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Patience:
    connect: float = 10.0  # seconds
    silence: float = 60.0  # seconds without a byte, either way
    total: float = 120.0  # seconds for one request


@dataclass
class Api:
    """`base_url` without `/v1`; `headers` go with every request."""

    key: Secret
    base_url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    patience: Patience = field(default_factory=Patience)

    def __post_init__(self) -> None:
        self._sdk = AsyncRunwayML(
            api_key=self.key.reveal(),
            base_url=self.base_url,
            default_headers={**self.headers, "Accept-Encoding": "identity"},
            max_retries=0,
            timeout=httpx.Timeout(self.patience.silence, connect=self.patience.connect),
            http_client=httpx.AsyncClient(transport=_Transport(), trust_env=False),
        )

    async def create(self, door: str, body: Mapping[str, Any]) -> Created:
        """
        Begin work, once: the only request that costs something.

        Raises `EngineRefused`, `EngineBusy` and `AccountBlocked` where nothing began, and
        `EngineUncertain` where that is not known.
        """
        async with _creating(self.patience.total):
            answer = await self._send("post", f"/v1/{door}", body)
        task = answer.body.get("id") if isinstance(answer.body, Mapping) else None
        if not isinstance(task, str) or not TASK_ID.fullmatch(task):
            raise EngineUncertain(
                "Runway took the work and gave it no name that can be read: it may have begun.",
                http=answer.status,
            )
        return Created(task, _credits(answer.body.get("estimatedCost")))

    async def task(self, name: str) -> Task:
        """`EngineFailed` with `gone` where there is no such task (any more)."""
        async with _asking(self.patience.total, of_task=True):
            answer = await self._send("get", _task_path(name))
        return _task(name, answer.body)

    async def delete(self, name: str) -> None:
        """Stop a task; one that has ended is deleted with its result. Of no task: nothing."""
        try:
            async with _asking(self.patience.total, of_task=True):
                await self._send("delete", _task_path(name))
        except EngineFailed as error:
            if not error.detail.get("gone"):
                raise

    async def organization(self) -> Account:
        async with _asking(self.patience.total):
            answer = await self._send("get", "/v1/organization")
        return _account(answer.body)

    async def start_upload(self, filename: str) -> Slip:
        body = {"filename": filename, "type": "ephemeral"}
        async with _asking(self.patience.total):
            answer = await self._send("post", "/v1/uploads", body)
        return _slip(answer.body)

    async def close(self) -> None:
        await self._sdk.close()

    async def _send(
        self,
        method: Literal["get", "post", "delete"],
        path: str,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        # cast to a plain answer: the SDK then neither renames our keys nor believes the body
        options: Any = {"max_retries": 0, "follow_redirects": False}
        match method:
            case "get":
                response = await self._sdk.get(path, cast_to=httpx.Response, options=options)
            case "post":
                response = await self._sdk.post(
                    path, cast_to=httpx.Response, body=dict(body or {}), options=options
                )
            case "delete":
                response = await self._sdk.delete(path, cast_to=httpx.Response, options=options)
        return _answer(response)


# ---- the border: what the SDK raises


@asynccontextmanager
async def _creating(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except APIStatusError as error:
        raise failures.of_create(_answer(error.response)) from error
    except APIConnectionError as error:
        raise failures.of_lost_create(error.__cause__) from error
    except TimeoutError as error:
        raise failures.of_lost_create(error) from error


@asynccontextmanager
async def _asking(seconds: float, *, of_task: bool = False) -> AsyncIterator[None]:
    """Of what costs nothing and may be asked again."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except APIStatusError as error:
        raise _of_question(_answer(error.response), of_task=of_task) from error
    except APIConnectionError as error:
        raise failures.of_lost_question(error.__cause__) from error
    except TimeoutError as error:
        raise failures.of_lost_question(error) from error


def _of_question(answer: Answer, *, of_task: bool) -> BridgeError:
    if answer.status != 404 or not of_task:
        return failures.of_question(answer)
    # a proxy's 404 is a page; only the service's own says that there is no such task
    if not isinstance(answer.body, Mapping):
        return EngineBusy("Something between here and Runway answers in its place.")
    return EngineFailed("Runway does not know this task (any more).", gone=True)


class _Transport(httpx.AsyncHTTPTransport):
    """Answers of a sane size, as they are; every request on a new connection."""

    def __init__(self) -> None:
        super().__init__(limits=httpx.Limits(max_keepalive_connections=0), trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise httpx.RemoteProtocolError("The answer is packed, which was not asked for.")
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101
        response.stream = _Bounded(response.stream)
        return response


class _Bounded(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > MOST_BYTES:
                raise httpx.RemoteProtocolError(f"The answer is larger than {MOST_BYTES} bytes.")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


# ---- reading answers: nothing in them is believed


def _answer(response: httpx.Response) -> Answer:
    return Answer(response.status_code, _json(response.content), response.headers)


def _json(content: bytes) -> Any:
    """Numbers with a point stay exact; None for what is no JSON."""
    try:
        return json.loads(content, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError, ArithmeticError):
        return None


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _task_path(name: str) -> str:
    if not TASK_ID.fullmatch(name):
        raise EngineFailed(f"{failures.quoted(name)!r} is not the name of a task.", gone=True)
    return f"/v1/tasks/{name}"


def _task(name: str, body: Any) -> Task:
    if not isinstance(body, Mapping) or not isinstance(body.get("status"), str):
        raise EngineBusy("Runway's answer about a task cannot be read.")
    output = body.get("output")
    progress = _number(body.get("progress"))
    code = body.get("failureCode")
    return Task(
        name,
        STATES.get(body["status"], State.waiting),
        failures.quoted(body["status"])[:40],
        float(progress) if progress is not None and 0 <= progress <= 1 else None,
        tuple(x for x in output if isinstance(x, str)) if isinstance(output, list) else (),
        _credits(body.get("cost")),
        str(body.get("failure") or ""),
        code if isinstance(code, str) and code else None,
    )


def _credits(cost: Any) -> Decimal | None:
    """Exact, rounded up to a hundredth; None for what is no amount."""
    amount = _number(cost.get("credits")) if isinstance(cost, Mapping) else None
    if amount is None or not 0 <= amount <= HIGHEST_CREDITS:
        return None
    return amount.quantize(HUNDREDTH, ROUND_CEILING).normalize() + 0


def _number(value: Any) -> Decimal | None:
    return Decimal(value) if type(value) in (int, Decimal) else None


def _account(body: Any) -> Account:
    balance = _number(body.get("creditBalance")) if isinstance(body, Mapping) else None
    if balance is None:
        raise EngineBusy("Runway's answer about the account cannot be read.")
    tier = _by_model(body.get("tier"))
    return Account(
        balance,
        _counts(tier, "maxConcurrentGenerations"),
        _counts(tier, "maxDailyGenerations"),
        _counts(_by_model(body.get("usage")), "dailyGenerations"),
    )


def _by_model(part: Any) -> Mapping[str, Any]:
    models = part.get("models") if isinstance(part, Mapping) else None
    return models if isinstance(models, Mapping) else {}


def _counts(models: Mapping[str, Any], name: str) -> dict[str, int]:
    counts = {
        model: entry.get(name) for model, entry in models.items() if isinstance(entry, Mapping)
    }
    return {model: n for model, n in counts.items() if type(n) is int and n >= 0}


def _slip(body: Any) -> Slip:
    found = body if isinstance(body, Mapping) else {}
    uri, url, fields = found.get("runwayUri"), found.get("uploadUrl"), found.get("fields")
    if not (isinstance(uri, str) and isinstance(url, str) and isinstance(fields, Mapping)):
        raise EngineBusy("Runway's answer to an upload cannot be read.")
    if not uri.startswith("runway://") or len(uri) > MOST_BYTES:
        raise EngineBusy("Runway's name for an upload is not one.")
    return Slip(uri, url, {str(name): str(value) for name, value in fields.items()})
