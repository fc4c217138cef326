"""FakePremiere over JSON lines. In: verbs of `fake/serve.js`. Out: answers, what panels say.

Node runs the fake and the panels in it; files are looked into here, with the decoder that the rest
of the house has.
"""

import json
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from typing import Any

import bridge
from bridge.frames import Rate
from tests.fakes.resolve.footage import media_of

TICKS = 254_016_000_000  # a second
FAKE = Path(__file__).parent / "fake" / "serve.js"
PANEL = Path(bridge.__file__).parent / "panel" / "premiere"
ANSWER_SECONDS = 30
SOUND_RATE = Rate.of("1200")  # files of sound alone are measured in frames of some rate


def node() -> str:
    """The one of the environment, else of the machine."""
    own = Path(sys.executable).parent / "node"
    return str(own) if own.exists() else shutil.which("node") or "node"


def ticks_a_frame(rate: Rate) -> int:
    exact = TICKS / rate.fps
    assert exact.denominator == 1, rate
    return exact.numerator


@dataclass
class Panel:
    """One panel: what its status line said, and whether it still places takes."""

    premiere: "Premiere"
    number: int
    said: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def press(self, button: str) -> None:
        self.premiere.do("press", shell=self.number, id=button)

    def close(self) -> None:
        self.premiere.do("kill", shell=self.number)

    def kill_after(self, calls: int) -> None:
        """The call of that number, from 0, is its last."""
        self.premiere.do("kill", shell=self.number, after=calls)

    def lose(self, request: str, times: int = 1) -> None:
        """That many answers to "POST /v1/..." never arrive."""
        self.premiere.do("lose", shell=self.number, name=request, times=times)

    @property
    def state(self) -> dict[str, Any]:
        return dict(self.premiere.do("shell", shell=self.number))


class Premiere:
    """A running fake; `habits` as in `fake/habits.js`. Ends with `quit`.

    `pace`: of the panels' pauses, `patience`: of their limits to waiting, 1 as on a clock.
    """

    def __init__(self, folder: Path, pace: float = 0.1, patience: float = 1, **habits: Any) -> None:
        self.folder = folder
        self.panels: dict[int, Panel] = {}
        self.faults: list[str] = []
        self._waiting: dict[int, Queue[dict[str, Any]]] = {}
        self._early: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._numbers = iter(range(1, 1 << 30))
        self._process = subprocess.Popen(
            [node(), str(FAKE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._reader = threading.Thread(target=self._read, name="premiere")
        self._reader.start()
        self.do("world", habits=habits, pace=pace, patience=patience)

    def do(self, verb: str, **given: Any) -> Any:
        number = next(self._numbers)
        answers = self._waiting[number] = Queue()
        self._send({"id": number, "do": verb, "with": given})
        answer = answers.get(timeout=ANSWER_SECONDS)
        assert "error" not in answer, answer["error"]
        return answer["value"]

    def open_panel(self, port: int, key: str, **config: Any) -> Panel:
        temp = self.folder / f"temp{len(self.panels)}"
        temp.mkdir(parents=True, exist_ok=True)
        told = {"ports": [port], "key": key, "version": "", **config}
        number = self.do("open", folder=str(PANEL), temp=str(temp), config=told)
        with self._lock:
            panel = self.panels[number] = Panel(self, number)
            early, self._early = self._early, []
        for message in early:
            self._noted(message)
        return panel

    def fail(self, method: str, **fault: Any) -> None:
        """`returns`, `times`, `after`, `acts`, `raises`, `kills` as in `fake/gate.js`."""
        self.do("fail", method=method, **fault)

    def meanwhile(self, method: str, happens: str, after: int = 0, **given: Any) -> None:
        """Before that call something else happens: a verb of the fake."""
        self.do("meanwhile", method=method, happens=happens, after=after, given=given)

    def quit(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(ANSWER_SECONDS)
        self._reader.join(ANSWER_SECONDS)
        if self._process.stdout is not None:
            self._process.stdout.close()
        assert not self.faults, self.faults

    def _send(self, message: dict[str, Any]) -> None:
        with self._lock:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            message = json.loads(line)
            if "ask" in message:
                self._send({"answer": message["ask"], "value": probed(message["path"])})
            elif "shell" in message:
                self._noted(message)
            elif "trouble" in message:
                self.faults.append(message["trouble"])
            else:
                self._waiting.pop(message["id"]).put(message)

    def _noted(self, message: dict[str, Any]) -> None:
        with self._lock:
            panel = self.panels.get(message["shell"])
            if panel is None:
                self._early.append(message)
                return
        if "text" in message:
            panel.said.append(message["text"])
        else:
            panel.ended.set()


def probed(path: str) -> dict[str, Any] | None:
    """What Premiere reads of a file, in ticks; None for what is no media."""
    media = media_of(path, SOUND_RATE)
    if media is None:
        return None
    frame = ticks_a_frame(media.rate)
    sound, picture = "Audio" in media.kind, media.kind != "Audio"
    return {
        "duration": str(media.frames * frame),
        "start": str(media.start_frame * frame) if picture else "0",
        "rate": float(media.rate.fps) if picture else 0,
        "video": picture,
        "audio": sound,
    }
