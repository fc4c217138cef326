"""The life of a task. In: a body that was checked. Out: a task that is billed, queued and made.

    PENDING -> THROTTLED while the model's other tasks take all its places, first come first served
            -> RUNNING -> SUCCEEDED | FAILED

What is known of a task is in the ledger; after a kill, those that had not ended begin again.
"""

import asyncio
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from bridge.engines.runway.fake.bill import Bill
from bridge.engines.runway.fake.ledger import Ledger, Status, Task
from bridge.engines.runway.fake.scripts import Fate, Limit, Speed, Waiting
from bridge.engines.runway.fake.storage import Storage
from bridge.engines.runway.rows import Figures
from bridge.errors import BridgeError, EngineBusy, EngineFailed, NotFound, UsageError

NOT_REFUNDED = ("SAFETY.INPUT", "SAFETY.OUTPUT")  # by the published rules


class Maker(Protocol):
    """Who prices and makes what a body asks for."""

    def bill(self, door: str, body: Mapping[str, Any]) -> Bill:
        """What it costs; `UsageError` for media that the model does not take."""

    async def make(
        self, task: Task, folder: Path, speed: Speed, say: Callable[[float], None]
    ) -> tuple[str, ...]:
        """Write the results into the folder; their names. `EngineFailed` has a `failure_code`."""


@dataclass
class Rules:
    """What a script may change at any time."""

    speed: Speed = Speed.instant
    any_words: bool = False
    any_key: bool = True  # whatever stands behind Bearer is good
    limits: dict[str, Limit] = field(default_factory=dict[str, Limit])
    default: Limit = field(default_factory=lambda: Limit(at_once=5, a_day=100_000))
    show_cancelled: bool = False
    prices: dict[str, Figures] = field(default_factory=dict[str, Figures])  # by "DOOR/MODEL"
    ahead: timedelta = timedelta()  # of this machine's clock

    def limit(self, model: str) -> Limit:
        return self.limits.get(model, self.default)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Tasks:
    """All of it happens on one event loop."""

    def __init__(
        self, ledger: Ledger, storage: Storage, rules: Rules, waiting: Waiting, maker: Maker
    ) -> None:
        self._ledger = ledger
        self._storage = storage
        self._rules = rules
        self._waiting = waiting
        self._maker = maker
        self._queue: list[Task] = []
        self._running: dict[str, asyncio.Task[None]] = {}
        self._models: dict[str, str] = {}  # of the running ones
        self._progress: dict[str, float] = {}
        self._released = asyncio.Event()
        self._closed = False

    async def create(self, door: str, body: Mapping[str, Any]) -> Task:
        """Bill and begin. `UsageError` for want of credit, `EngineBusy` for one too many a day."""
        model = str(body["model"])
        bill = await asyncio.to_thread(self._maker.bill, door, body)
        if bill.most > self._ledger.credits:
            raise UsageError("You do not have enough credits to run this task.")
        self._check_day(model)
        now = self._now()
        fate = self._waiting.fate().model_dump(mode="json")
        name = str(uuid.uuid4())
        task = Task(name, now, door, model, body, bill.most, bill.most, bill.final, fate=fate)
        self._ledger.begin(task)
        self._queue.append(task)
        self._pump()
        await self._settled(task)
        return task

    def resume(self) -> None:
        """Take up what a killed process had under way."""
        open_ = [task for task in self._ledger.tasks() if not (task.gone or task.status.ended)]
        self._queue += [self._keep(replace(task, status=Status.pending)) for task in open_]
        self._pump()

    def shown(self, name: str, base: str) -> dict[str, Any]:
        """What a GET says; `NotFound` for tasks that are deleted."""
        task = self._known(name)
        shown: dict[str, Any] = {
            "id": task.id,
            "status": task.status.value,
            "createdAt": task.created,
        }
        if not task.status.ended:
            shown["estimatedCost"] = {"credits": number(task.estimated)}
        else:
            shown["cost"] = {"credits": number(task.cost)}
        if task.status is Status.running:
            shown["progress"] = self._progress.get(task.id, 0.0)
        if task.status is Status.succeeded:
            urls = [base + self._storage.signed(task.id, output) for output in task.outputs]
            shown["output"] = self._fate(task).output or urls
        if task.status is Status.failed:
            shown |= {"failure": task.failure, **({"failureCode": task.code} if task.code else {})}
        return shown

    def delete(self, name: str) -> None:
        """
        Cancel what has not ended, or delete what has; `NotFound` for what is deleted already.

        What was not running yet is paid back, and nothing else.
        """
        task = self._known(name)
        if task.status is Status.cancelled:
            raise NotFound("Could not find Task.")
        if task.status in (Status.pending, Status.throttled):
            task = replace(task, cost=Decimal(0))
        if not task.status.ended:
            task = replace(task, status=Status.cancelled)
        show = self._rules.show_cancelled and task.status is Status.cancelled
        self._keep(replace(task, gone=not show))
        self._queue = [waiting for waiting in self._queue if waiting.id != name]
        if name in self._running:
            self._running[name].cancel()
        self._storage.drop(name)

    def release(self) -> None:
        """Let the tasks on hold go on."""
        self._released.set()
        self._released = asyncio.Event()

    async def close(self) -> None:
        """Leave off; what had not ended begins again when the folder is opened next."""
        self._closed = True
        for running in list(self._running.values()):
            running.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    # ---- the queue

    def _pump(self) -> None:
        """Begin what has a place; say of the rest that it waits."""
        for task in () if self._closed else tuple(self._queue):
            taken = sum(model == task.model for model in self._models.values())
            most = self._rules.limit(task.model).at_once
            if most is None or taken < most:
                self._queue.remove(task)
                self._models[task.id] = task.model
                self._running[task.id] = asyncio.create_task(self._run(task))
            elif task.status is Status.pending:
                place = self._queue.index(task)
                self._queue[place] = self._keep(replace(task, status=Status.throttled))

    async def _settled(self, task: Task) -> None:
        """Who answers at once has finished before it answers."""
        running = self._running.get(task.id)
        if self._rules.speed is Speed.instant and running and not self._fate(task).hold:
            await asyncio.wait([running])

    async def _run(self, task: Task) -> None:
        try:
            task = self._keep(replace(task, status=Status.running))
            self._keep(await self._ended(task))
        finally:
            for table in (self._running, self._models, self._progress):
                table.pop(task.id, None)
            self._pump()

    async def _ended(self, task: Task) -> Task:
        fate = self._fate(task)
        if fate.hold:
            await self._released.wait()
        if fate.fails:
            return self._failed(task, fate.failure or "The generation failed.", fate.code)
        folder = self._storage.outputs(task.id)
        try:
            making = self._maker.make(task, folder, self._rules.speed, self._reporter(task))
            outputs = await making
        except EngineFailed as error:
            return self._failed(task, error.message, error.detail.get("failure_code", "INTERNAL"))
        except BridgeError as error:
            return self._failed(task, error.message, "ASSET.INVALID")
        cost = task.final if fate.credits is None else fate.credits
        return replace(task, status=Status.succeeded, outputs=outputs, cost=cost)

    def _failed(self, task: Task, failure: str, code: str | None) -> Task:
        fate = self._fate(task)
        kept = task.cost if (code or "").startswith(NOT_REFUNDED) else Decimal(0)
        cost = kept if fate.credits is None else fate.credits
        return replace(task, status=Status.failed, failure=failure, code=code, cost=cost)

    def _reporter(self, task: Task) -> Callable[[float], None]:
        def say(done: float) -> None:
            self._progress[task.id] = done

        return say

    # ---- small things

    def _check_day(self, model: str) -> None:
        most = self._rules.limit(model).a_day
        since = (self._rules.now() - timedelta(days=1)).isoformat(timespec="milliseconds")
        if most is not None and self._ledger.begun_since(since).get(model, 0) >= most:
            raise EngineBusy(f"You have reached the daily limit of {most} generations of {model}.")

    def _known(self, name: str) -> Task:
        task = self._ledger.task(name)
        if task is None or task.gone:
            raise NotFound("Could not find Task.")
        return task

    def _keep(self, task: Task) -> Task:
        self._ledger.keep(task, self._now())
        return task

    def _now(self) -> str:
        return self._rules.now().isoformat(timespec="milliseconds")

    @staticmethod
    def _fate(task: Task) -> Fate:
        return Fate.model_validate(task.fate)


def number(credits_: Decimal) -> int | float:
    """Credits as the wire has them: a whole number wherever it is one."""
    return int(credits_) if credits_ == int(credits_) else float(credits_)
