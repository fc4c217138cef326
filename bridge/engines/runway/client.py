"""The border of Runway's SDK. In: plain values. Out: plain values, and errors of the tree.

Nothing is retried here, by us or by the SDK: a lost answer to `create` may be a paid task that
nobody knows, so each request is sent once, on a connection of its own. An idle connection that the
other side has closed meanwhile would make one more answer that is lost.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx
from runwayml import APIConnectionError, APIStatusError, AsyncRunwayML

from bridge.engines.base import Account
from bridge.engines.runway import answers, failures
from bridge.engines.runway.answers import Created, Slip, Task
from bridge.engines.runway.failures import Answer
from bridge.errors import (
    BridgeError,
    EngineBusy,
    EngineFailed,
    EngineRefused,
    EngineUncertain,
)
from bridge.secrets import Secret

MOST_BYTES = 4 << 20  # of one answer


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
        created = answers.created(answer.body)
        if created is None:
            raise EngineUncertain(
                "Runway took the work and gave it no name that can be read: it may have begun.",
                http=answer.status,
            )
        return created

    async def task(self, name: str) -> Task:
        """`EngineFailed` with `gone` where there is no such task (any more)."""
        async with _asking(self.patience.total, of_task=True):
            answer = await self._send("get", _task_path(name))
        return answers.task(name, answer.body)

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
        return answers.account(answer.body)

    async def start_upload(self, filename: str) -> Slip:
        body = {"filename": filename, "type": "ephemeral"}
        async with _asking(self.patience.total):
            answer = await self._send("post", "/v1/uploads", body)
        return answers.slip(answer.body)

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
    error = failures.of_question(answer)
    if not of_task or not isinstance(error, EngineRefused):
        return error
    # a proxy's 404 is a page; only the service's own says that there is no such task
    if answer.status == 404 and isinstance(answer.body, Mapping):
        return EngineFailed("Runway does not know this task (any more).", gone=True)
    # whatever is wrong with the question, the task goes on
    return EngineBusy(error.message, http=answer.status)


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


def _answer(response: httpx.Response) -> Answer:
    return Answer(response.status_code, answers.read_json(response.content), response.headers)


def _task_path(name: str) -> str:
    if not answers.TASK_ID.fullmatch(name):
        raise EngineFailed(f"{failures.quoted(name)!r} is not the name of a task.", gone=True)
    return f"/v1/tasks/{name}"
