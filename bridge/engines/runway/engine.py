"""The Runway engine. In: a request. Out: one paid task, seen to its end, and its result.

At most one create a `submit`; everything before it can be repeated for nothing, and everything
after it needs the task's name alone. What refuses, fails or is cancelled says what it truly cost.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from bridge.engines.base import (
    Account,
    Engine,
    Home,
    Model,
    Progress,
    RawResult,
    RenderHandle,
    RenderRequest,
)
from bridge.engines.runway import bodies, downloads, failures, sending, uploads
from bridge.engines.runway.access import Access
from bridge.engines.runway.answers import State, Task
from bridge.engines.runway.hosts import Hosts
from bridge.engines.runway.keys import Keys
from bridge.engines.runway.memory import Attempt, Memory
from bridge.engines.runway.models import model_of, models
from bridge.engines.runway.patience import GONE_AFTER, Looks, Pace
from bridge.engines.runway.setup import setup_of
from bridge.errors import (
    AccountBlocked,
    BridgeError,
    EngineBusy,
    EngineCancelled,
    EngineFailed,
    EngineRefused,
    MachineError,
    SafetyRefused,
)
from bridge.media.room import MediaRoom
from bridge.settings import Settings

TRIES = 6  # of a question that is not answered

log = logging.getLogger(__name__)


class Runway(Engine):
    """Every model of the account, by the official API."""

    name = "runway"
    remote = True
    repeatable = False

    def __init__(
        self,
        home: Home,
        *,
        keys: Keys | None = None,
        pace: Pace | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        upload_bounds: uploads.Bounds | None = None,
        download_bounds: downloads.Bounds | None = None,
    ) -> None:
        setup = setup_of(home.settings)
        keys = keys or Keys(home.folder, setup.key_file, setup.keyring)
        keys.take_environment()
        self._models = models(home.settings)
        self._memory = Memory(home.folder, clock)
        self._access = Access(setup, keys, self._memory)
        hosts = Hosts(setup.base_url, setup.hosts)
        self._uploads = uploads.Uploads(self._memory, hosts, upload_bounds or uploads.Bounds())
        bounds = download_bounds or downloads.Bounds(most_bytes=setup.max_bytes)
        self._downloads = downloads.Downloads(hosts, self._decoded, bounds)
        self._pace = pace or Pace()
        self._looks = Looks(self._asked, self._pace)
        self._prepared: dict[str, sending.Prepared] = {}  # by the attempt's key
        self._room: MediaRoom | None = None

    @classmethod
    def opened(cls, home: Home) -> Self:
        return cls(home)

    def models(self) -> tuple[Model, ...]:
        return self._models

    def check(self, request: RenderRequest) -> tuple[str, ...]:
        return bodies.check(request)

    # ---- the account

    async def ready(self) -> None:
        with sending.nothing_began():
            await self._access.ready()

    async def resume(self) -> None:
        await self._access.resume()

    async def account(self) -> Account | None:
        return await self._access.account()

    # ---- work

    async def prepare(self, request: RenderRequest) -> None:
        self._prepared[request.key] = await self._made_ready(request)

    async def submit(self, request: RenderRequest) -> RenderHandle:
        ready = self._prepared.pop(request.key, None) or await self._made_ready(request)
        try:
            async with self._access.asking() as api:
                created = await api.create(ready.door, ready.body)
        except EngineRefused:
            await self._forget_uploads(ready)
            raise
        data = {"task": created.id, "door": ready.door, "model": request.model}
        if created.estimated is not None:
            data["estimated"] = str(created.estimated)
        return RenderHandle(self.name, request.key, data)

    async def _made_ready(self, request: RenderRequest) -> sending.Prepared:
        """Everything before the create; may be done again and again."""
        with sending.nothing_began():
            self.check(request)
            door = model_of(request).door
            await self._access.ready()
            found = await sending.contents(request, door)
            await asyncio.to_thread(self._check_not_refused, found.input)
            scope = await self._access.scope()
            async with self._access.asking() as api:
                body = await sending.uploaded(request, found, self._uploads, api, scope)
            # the key is known after a restart; the task's name only once it is created
            attempt = Attempt(found.input, scope)
            await asyncio.to_thread(self._memory.keep_attempt, request.key, attempt)
        return sending.Prepared(door, body, found, scope)

    def _check_not_refused(self, input_hash: str) -> None:
        code = self._memory.refused(input_hash)
        if code is not None:
            raise SafetyRefused(
                f"Runway's moderation has refused exactly this before ({failures.quoted(code)}).",
                credits="0",
            )

    async def _forget_uploads(self, ready: sending.Prepared) -> None:
        """What was refused may name a file that is gone at Runway: the next one sends it anew."""
        sha256s = tuple(ready.contents.sha256s.values())
        await self._noted(self._memory.forget_uploads, ready.scope, sha256s)

    @staticmethod
    async def _noted(note: Callable[..., None], *facts: object) -> None:
        """Written down where that is possible; what the service said counts all the same."""
        try:
            await asyncio.to_thread(note, *facts)
        except MachineError as error:
            log.warning("Runway's memory was not written: %s", error.message)

    async def watch(self, handle: RenderHandle) -> AsyncIterator[Progress]:
        name, best, silent, gone = _task_of(handle), 0.0, 0, 0
        while True:
            try:
                task = await self._looks.look(name)
                silent = gone = 0
            except EngineBusy as error:  # the task goes on; whether it is seen changes nothing
                silent += 1
                yield Progress(None, f"{error.message} Still trying.")
            except EngineFailed as error:
                gone += 1
                if gone >= GONE_AFTER or not error.detail.get("gone"):
                    raise await self._lost(handle, error) from error
            else:
                if task.ended:
                    await self._ended(handle, task)
                    break
                best = max(best, task.progress or 0.0)  # what was done stays done
                yield _shown(task, best)
            await self._pace.sleep(self._pace.pause(silent))
        yield Progress(1.0, "done")

    async def fetch(self, handle: RenderHandle, folder: Path) -> RawResult:
        name = _task_of(handle)
        known = self._looks.last(name)  # what `watch` saw last; its addresses may have expired
        seen = known is not None and known.state is State.succeeded
        task = known if known and seen else await self._finished(handle)
        paths: list[Path] = []
        for number in range(len(task.output)):
            label = "result" if number == 0 else f"result_{number + 1}"

            async def locate(anew: bool, number: int = number) -> str:
                now = await self._finished(handle) if anew else task
                return _address(now, number)

            paths.append(await self._downloads.bring(locate, folder, label))
        return _raw(handle, task, paths)

    async def cancel(self, handle: RenderHandle) -> None:
        name, api = _task_of(handle), await self._access.api()
        for number in range(TRIES):
            try:
                task = await api.task(name)
                if task.ended:  # to delete what has succeeded would lose what was paid for
                    return
                await self._noted(self._memory.keep_cancelled, name)
                await api.delete(name)
            except EngineFailed:  # there is no such task (any more)
                return
            except EngineBusy:
                if number == TRIES - 1:
                    raise
                await self._pace.sleep(self._pace.pause(number))
            else:
                return

    async def cost(self, handle: RenderHandle) -> Decimal | None:
        try:
            task = await self._looks.look(_task_of(handle))
        except EngineFailed:  # there is no such task (any more)
            return None
        return task.cost if task.ended else None

    async def check_known(self, handle: RenderHandle) -> None:
        name = _task_of(handle)
        try:
            await self._looks.look(name)
        except EngineBusy as error:
            hint = "Nothing has changed; decide again in a moment."
            raise EngineBusy(error.message, hint=hint) from error
        except EngineFailed as error:
            raise EngineRefused(
                f"Runway knows no task {failures.quoted(name)!r} under this key.",
                hint="Nothing has changed; copy the task's id from the account's history.",
            ) from error

    async def close(self) -> None:
        room, self._room = self._room, None
        if room is not None:
            await room.close()

    # ---- tasks

    async def _asked(self, name: str) -> Task:
        async with self._access.asking() as api:
            return await api.task(name)

    async def _ended(self, handle: RenderHandle, task: Task) -> None:
        """Nothing for what has succeeded; raises why it has not."""
        match task.state:
            case State.succeeded:
                return
            case State.cancelled:
                raise EngineCancelled("The task was cancelled.", **_cost_detail(task.cost))
            case _:
                error = failures.of_task(task.code, task.failure, task.cost)
                if isinstance(error, SafetyRefused):
                    code = failures.quoted(task.code)
                    await self._noted(self._memory.keep_refusal, task.id, handle.key, code)
                elif failures.is_of_a_file(task.code):
                    await self._noted(self._memory.forget_uploads_of, handle.key)
                raise error

    async def _lost(self, handle: RenderHandle, error: EngineFailed) -> BridgeError:
        """Why there is no such task: it was cancelled, or is another account's, or is gone."""
        name = _task_of(handle)
        if await asyncio.to_thread(self._memory.was_cancelled, name):
            return EngineCancelled("The task was cancelled.")
        attempt = await asyncio.to_thread(self._memory.attempt, handle.key)
        if attempt is not None and attempt.scope != await self._access.scope():
            return AccountBlocked(
                "Runway does not know the task under the key of now: it was begun with another.",
                hint="Give the key it was begun with, or one of the same organisation: "
                "`nle-bridge key runway`.",
                reason="key",
            )
        return EngineFailed(
            f"Runway does not know the task {name} any more.",
            hint="Look at the account's history: it may have been paid for.",
            **error.detail | {"task": name},
        )

    async def _finished(self, handle: RenderHandle) -> Task:
        """The task with fresh addresses."""
        try:
            task = await self._looks.patiently(_task_of(handle), TRIES)
        except EngineFailed as error:
            raise await self._lost(handle, error) from error
        if task.state is not State.succeeded:
            raise EngineBusy(f"Runway says {task.said} of a task that had succeeded.")
        return task

    async def _decoded(self, path: Path, strict: bool) -> int:
        """In a child process: what comes from outside may crash a decoder."""
        if self._room is None:
            self._room = MediaRoom(Settings())
        return await self._room.decode_all(path, strict=strict)


def _task_of(handle: RenderHandle) -> str:
    return str(handle.data.get("task", ""))


def _address(task: Task, number: int) -> str:
    if number >= len(task.output):
        raise EngineBusy("Runway names fewer results than before.")
    return task.output[number]


def _shown(task: Task, best: float) -> Progress:
    if task.state is State.waiting and not best:
        return Progress(None, f"waiting at Runway ({task.said.lower()})")
    return Progress(best, "rendering at Runway")


def _cost_detail(cost: Decimal | None) -> dict[str, Any]:
    return {} if cost is None else {"credits": str(cost)}


def _raw(handle: RenderHandle, task: Task, paths: list[Path]) -> RawResult:
    if not paths:
        raise EngineFailed(
            "Runway said it was done, and names no result.", **_cost_detail(task.cost)
        )
    estimated = Decimal(handle.data.get("estimated", "0"))
    true = estimated if task.cost is None else task.cost
    warnings: list[str] = []
    if "estimated" in handle.data and true > estimated:
        warnings.append(f"It cost {true} credits; {estimated} were expected.")
    if task.cost is None:
        warnings.append("Runway does not say what it cost; what was expected is noted.")
    if len(paths) > 1:
        warnings.append(f"Runway made {len(paths)} results; the first one is used.")
    facts = {"task": task.id} | {
        name: handle.data[name] for name in ("door", "model") if name in handle.data
    }
    return RawResult(paths[0], true, facts=facts, warnings=tuple(warnings))
