"""A media child: `python -m bridge.media.worker`. In: request lines. Out: answer lines.

Hostile files are opened here and nowhere else: whatever they do to a decoder ends with this
process. It works until its input ends, with its parent at the latest.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any, BinaryIO

# Both are imported before the request comes: a spare child waits with them loaded.
import av
import numpy  # noqa: F401

from bridge.errors import BridgeError
from bridge.media import tasks
from bridge.media.deliver import deliver
from bridge.media.dub import dub
from bridge.media.facts import Dub
from bridge.media.limits import Guard, Limits, confine
from bridge.media.match import compared
from bridge.media.numbered import numbered
from bridge.media.probe import probe, probe_sound
from bridge.media.sheet import sheet, still
from bridge.media.strip import strip
from bridge.media.whole import decode_all

tasks.warm()  # now: what is loaded before a fork is there after it

BEAT_SECONDS = 0.2  # between lines that only say that work goes on

Say = Callable[[dict[str, Any]], None]


def main() -> None:
    av.logging.set_level(None)
    say = _speaker(sys.stdout.buffer)
    say({"ready": True})
    for line in sys.stdin.buffer:
        task, limits = tasks.read_request(line)
        confine(limits.memory_mb)
        try:
            result = run(task, limits, say)
        except BridgeError as error:
            say({"error": error.as_data()})
        else:
            say({"result": tasks.result_data(tasks.name_of(task), result)})


def run(task: tasks.Task, limits: Limits, say: Say) -> tasks.Result:
    """Do the task here and now; progress is said at most five times a second."""
    pulse = Pulse(say)
    guard = Guard(limits, pulse.beat)
    result: tasks.Result
    match task:
        case tasks.Probe():
            result = probe(task.source, guard)
        case tasks.ProbeSound():
            result = probe_sound(task.source, guard)
        case tasks.DecodeAll():
            result = decode_all(task.path, guard, strict=task.strict)
        case tasks.Deliver():
            result = deliver(task.order, guard, pulse.report, task.facts)
            say({"frames": task.order.frames})
        case Dub():
            result = dub(task, guard)
        case tasks.Match():
            result = compared(task, guard)
        case _:
            result = _drawn(task, guard, pulse)
    return result


def _drawn(
    task: tasks.Still | tasks.Sheet | tasks.Strip | tasks.Numbered, guard: Guard, pulse: "Pulse"
) -> tasks.Result:
    """Picture files."""
    match task:
        case tasks.Still():
            return still(task, guard)
        case tasks.Sheet():
            return sheet(task, guard)
        case tasks.Strip():
            return strip(task, guard)
        case tasks.Numbered():
            return numbered(task, guard, pulse.report)


class Pulse:
    """Says how far the work is, now and then; silence means that nothing moves."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._frames = 0
        self._told = time.monotonic()

    def beat(self) -> None:
        now = time.monotonic()
        if now - self._told >= BEAT_SECONDS:
            self._told = now
            self._say({"frames": self._frames})

    def report(self, frames: int) -> None:
        self._frames = frames
        self.beat()


def _speaker(out: BinaryIO) -> Say:
    def say(answer: dict[str, Any]) -> None:
        out.write(json.dumps(answer).encode() + b"\n")
        out.flush()

    return say


if __name__ == "__main__":
    main()
