"""The folder of one attempt. In: a request. Out: what is known of its work, by any process.

    request.json    what to do; written once, by submit
    worker.json     which process works, and how often one began
    progress.json   how far it is
    worker.log      what it said
    result.mov      the result, whole
    result.json     written last: the work is done
    error.json      the work has failed, and why
    cancelled       somebody asked for it to stop

Every file is replaced as a whole, so that a reader sees the old one or the new one.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from bridge.engines.base import Footage, Keyframe, Kind, RenderRequest
from bridge.errors import BridgeError, DiskRefused, disk_error
from bridge.frames import Rate

TAIL_BYTES = 2000


@dataclass(frozen=True)
class Step:
    """Progress: frames made of frames to make. `beat` changes as long as the worker lives."""

    frames: int
    of: int
    beat: int


@dataclass(frozen=True)
class Outcome:
    frames: int
    size: int  # bytes of result.mov
    warnings: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict[str, str])
    sureness: tuple[float, ...] = ()  # of each frame, 0 to 1


@dataclass(frozen=True)
class Worker:
    process: int  # process id, and that of its group
    attempt: int  # 1 for the first one that began


@dataclass(frozen=True)
class WorkFolder:
    path: Path

    @property
    def result(self) -> Path:
        return self.path / "result.mov"

    @property
    def log(self) -> Path:
        return self.path / "worker.log"

    @property
    def lock(self) -> Path:
        """Held by the one worker that works here."""
        return self.path / "worker.lock"

    def begin(self, request: RenderRequest, *, lasting: bool = True) -> None:
        """Write the request, unless it is there already; a `lasting` one is safe on the disk."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            if self.request() != request:
                self._write("request.json", request_data(request), sync=lasting)
        except OSError as error:
            raise disk_error(error, self.path) from error

    def request(self) -> RenderRequest | None:
        data = self._read("request.json")
        return None if data is None else request_of(data)

    def step(self) -> Step | None:
        data = self._read("progress.json")
        return None if data is None else Step(**data)

    def write_step(self, step: Step) -> None:
        self._write("progress.json", asdict(step), sync=False)

    def worker(self) -> Worker | None:
        data = self._read("worker.json")
        return None if data is None else Worker(**data)

    def write_worker(self, worker: Worker) -> None:
        self._write("worker.json", asdict(worker))

    def outcome(self) -> Outcome | None:
        data = self._read("result.json")
        if data is None:
            return None
        rows = {name: tuple(data.get(name, ())) for name in ("warnings", "sureness")}
        return Outcome(**data | rows)

    def finish(self, part: Path, outcome: Outcome) -> None:
        """Give the finished part its name, then say that the work is done."""
        part.replace(self.result)
        self._write("result.json", asdict(outcome))

    def error(self) -> BridgeError | None:
        data = self._read("error.json")
        return None if data is None else BridgeError.from_data(data)

    def fail(self, error: BridgeError) -> None:
        self._write("error.json", error.as_data())

    @property
    def cancelled(self) -> bool:
        return (self.path / "cancelled").exists()

    def cancel(self) -> None:
        (self.path / "cancelled").touch()

    def last_words(self) -> str:
        """The last line of the worker's log."""
        try:
            tail = self.log.read_bytes()[-TAIL_BYTES:].decode("utf-8", "replace")
        except OSError:
            return ""
        lines = [line.strip() for line in tail.splitlines() if line.strip()]
        return lines[-1] if lines else ""

    def _read(self, name: str) -> dict[str, Any] | None:
        """None for what is not there; a note that is damaged counts as never written."""
        try:
            data = json.loads((self.path / name).read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None
        except OSError as error:
            raise DiskRefused(f"{self.path / name} cannot be read: {error.strerror}.") from error
        return data if isinstance(data, dict) else None

    def _write(self, name: str, data: Mapping[str, Any], *, sync: bool = True) -> None:
        part = self.path / f"{name}.{os.getpid()}.part"
        with part.open("w", encoding="utf-8") as file:
            json.dump(data, file)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        part.replace(self.path / name)


def request_data(request: RenderRequest) -> dict[str, Any]:
    """The request as JSON; `request_of` reads it back to an equal one."""
    footage = request.footage
    return {
        "key": request.key,
        "kind": request.kind.value,
        "model": request.model,
        "prompt": request.prompt,
        "frames": request.frames,
        "rate": str(request.rate),
        "width": request.width,
        "height": request.height,
        "folder": str(request.folder),
        "footage": footage
        and asdict(footage) | {"path": str(footage.path), "rate": str(footage.rate)},
        "keyframes": [[keyframe.frame, str(keyframe.image)] for keyframe in request.keyframes],
        "references": [str(path) for path in request.references],
        "camera": list(request.camera),
        "options": dict(request.options),
        "seed": request.seed,
        "only": list(request.only),
        "kept": request.kept and str(request.kept),
    }


def request_of(data: Mapping[str, Any]) -> RenderRequest:
    footage = data["footage"]
    return RenderRequest(
        **{name: data[name] for name in ("key", "model", "prompt", "frames", "width", "height")},
        kind=Kind(data["kind"]),
        rate=Rate(Fraction(data["rate"])),
        folder=Path(data["folder"]),
        footage=footage and _footage(footage),
        keyframes=tuple(Keyframe(frame, Path(image)) for frame, image in data["keyframes"]),
        references=tuple(Path(path) for path in data["references"]),
        camera=tuple(data["camera"]),
        options=data["options"],
        seed=data["seed"],
        only=tuple(data.get("only", ())),  # not there before previews were
        kept=Path(data["kept"]) if data.get("kept") else None,
    )


def _footage(data: Mapping[str, Any]) -> Footage:
    return Footage(
        **dict(data) | {"path": Path(data["path"]), "rate": Rate(Fraction(data["rate"]))}
    )
