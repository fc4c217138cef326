"""The parent of the media children. In: a task. Out: its result or an error, never a hang.

One task at a time per child, in its own process group, without secrets in its environment. The
child is killed when it is cancelled, takes too long in all, or says nothing for too long; one that
did well and stayed small is kept for the next task, because a new one costs half a second of a
core. Threads wait for it, so any event loop will do.
"""

import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psutil

from bridge.errors import BridgeError, InputError, InternalError, WorkerDied
from bridge.media import tasks
from bridge.media.limits import Limits
from bridge.media.nursery import KILLED, NURSERY

STDERR_LINES = 200
STDERR_LETTERS = 2000  # of one line
DEATH_SECONDS = 20.0  # after being killed
MOST_SPARES = 3
MOST_TASKS = 200  # of one child
MOST_MEMORY = 600 << 20  # bytes; a child that holds more makes room for a new one
WORKER = "bridge.media.worker"
Report = Callable[[int], None]


@dataclass(frozen=True)
class Patience:
    seconds: float  # for the whole task
    stall_seconds: float  # without a sign of progress


class Child:
    """A process that waits for requests."""

    def __init__(self, module: str = WORKER) -> None:
        self.stderr: deque[str] = deque(maxlen=STDERR_LINES)
        self.tasks = 0  # that it was given
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._process = NURSERY.child(module)
        self._threads = [
            threading.Thread(target=target, name="media child", daemon=True)
            for target in (self._listen, self._drain)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def memory(self) -> int:
        """Bytes that it holds now."""
        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def send(self, line: bytes) -> None:
        self.tasks += 1
        stdin = self._process.stdin
        with suppress(BrokenPipeError):  # it is dead: reading says so
            if stdin:
                stdin.write(line)
                stdin.flush()

    def next_line(self, seconds: float) -> bytes | None:
        """The next answer; None when the child has gone. `queue.Empty` after `seconds`."""
        return self._lines.get(timeout=max(0.0, seconds))

    def kill(self) -> None:
        """End it and what it may have started, at once."""
        with suppress(ProcessLookupError, PermissionError):
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def bury(self) -> int:
        """Wait for its end and close its pipes; the exit status."""
        try:
            status = self._process.wait(DEATH_SECONDS)
        except subprocess.TimeoutExpired:  # asleep in the kernel, on a drive that does not answer
            return KILLED
        for thread in self._threads:
            thread.join()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            with suppress(BrokenPipeError):
                if pipe:
                    pipe.close()
        return status

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            self._lines.put(line)
        self._lines.put(None)

    def _drain(self) -> None:
        stream = self._process.stderr
        while stream and (line := stream.readline(STDERR_LETTERS)):
            self.stderr.append(line.decode("utf-8", "replace").rstrip())


@dataclass
class Crew:
    """Starts children and keeps some, warm, for the next tasks. Safe to use from any thread."""

    limits: Limits
    patience: Patience
    module: str = WORKER
    _spares: list[Child] = field(default_factory=list[Child])
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _closed: bool = False

    def expect(self) -> None:
        """Children will be asked for soon."""
        NURSERY.expect(self.module)

    def take(self) -> Child:
        """One that waits, the latest first; else a new one."""
        while True:
            with self._lock:
                spare = self._spares.pop() if self._spares else None
            if spare is None:
                return Child(self.module)
            if spare.alive:
                return spare
            spare.bury()

    def give(self, child: Child) -> None:
        """Keep it for the next task, where it is still good for one."""
        fresh = child.alive and child.tasks < MOST_TASKS and child.memory < MOST_MEMORY
        with self._lock:
            if fresh and not self._closed and len(self._spares) < MOST_SPARES:
                self._spares.append(child)
                return
        _end(child)

    def refill(self) -> None:
        with self._lock:
            if not self._spares and not self._closed:
                self._spares.append(Child(self.module))

    def close(self) -> None:
        with self._lock:
            self._closed, spares = True, self._spares
            self._spares = []
        for spare in spares:
            _end(spare)

    def run(self, task: tasks.Task, report: Report, running: "Running") -> tasks.Result:
        """Do the task in a child; blocks until there is an answer or the child has gone."""
        answer = self.ask(tasks.request_line(task, self.limits), report, running)
        return tasks.read_result(tasks.name_of(task), answer["result"])

    def ask(self, line: bytes, report: Report, running: "Running") -> dict[str, Any]:
        """The same with the request as the child reads it, and the answer as the child says it."""
        running.check()
        child = self.take()
        good = False
        try:
            running.took(child)
            child.send(line)
            answer = self._answer(child, report)
            status = None if answer else child.bury()
            good = _did_well(answer) and not running.left()
        finally:
            if good:
                self.give(child)
            else:
                _end(child)
            self.refill()
        if answer is None:
            running.check()
            raise _died(child, status or 0)
        if "error" in answer:
            raise BridgeError.from_data(answer["error"])
        return answer

    def _answer(self, child: Child, report: Report) -> dict[str, Any] | None:
        """The final answer; None if the child went without one."""
        end = time.monotonic() + self.patience.seconds
        while True:
            left = end - time.monotonic()
            try:
                line = child.next_line(min(left, self.patience.stall_seconds))
            except queue.Empty as error:
                raise self._too_slow(left) from error
            if line is None:
                return None
            answer = _read(line)
            if "frames" in answer:
                report(answer["frames"])
            if "result" in answer or "error" in answer:
                return answer

    def _too_slow(self, left: float) -> WorkerDied:
        if left <= self.patience.stall_seconds:
            seconds = self.patience.seconds
            return WorkerDied(
                f"The media work took longer than {seconds:g} seconds and was stopped.",
                hint="Raise worker_seconds in settings.toml, or work on a shorter shot.",
            )
        seconds = self.patience.stall_seconds
        return WorkerDied(
            f"The media work made no progress for {seconds:g} seconds and was stopped.",
            hint="Check that the drive with the media answers, then retry.",
        )


def _end(child: Child) -> None:
    child.kill()
    child.bury()


def _did_well(answer: dict[str, Any] | None) -> bool:
    """A file that cannot be read is no fault of the child's; too little memory is."""
    if answer is None or "error" not in answer:
        return answer is not None
    return isinstance(BridgeError.from_data(answer["error"]), InputError)


def _read(line: bytes) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(line)
    except ValueError as error:
        raise InternalError("The media child said something that is not JSON.") from error
    return answer


class Running:
    """A handle on a task's child, for the one who may want to stop it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._stopped = False

    def check(self) -> None:
        """`WorkerDied` if it was stopped."""
        if self._stopped:
            raise WorkerDied("The media work was stopped.")

    def took(self, child: Child) -> None:
        with self._lock:
            self._child = child
            if self._stopped:
                child.kill()

    def left(self) -> bool:
        """The child has answered and is not this task's any more; True where it was stopped."""
        with self._lock:
            self._child = None
            return self._stopped

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            if self._child:
                self._child.kill()


def _died(child: Child, status: int) -> BridgeError:
    last = next((line for line in reversed(child.stderr) if line.strip()), "")
    if "MemoryError" in last:
        return WorkerDied("The media work needed more memory than it may use.", stderr=last)
    if status > 0 and last:
        return InternalError(
            f"The media child failed: {last[:300]}", stderr=list(child.stderr)[-20:]
        )
    how = signal.Signals(-status).name if status < 0 else f"status {status}"
    return WorkerDied(f"The media child ended by itself ({how}).", status=status, stderr=last)
