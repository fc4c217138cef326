"""What the Python scripts' tests share. In: a fake Resolve. Out: orders, a daemon, a run.

The daemon is a script of its own: it takes the wire's bodies and no others, offers orders until
they are acknowledged, and keeps what it was told. `Served` is the same one over HTTP.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from nle_bridge_resolve.config import Config
from nle_bridge_resolve.daemon import DaemonError, Runtime
from nle_bridge_resolve.desk import Measured
from nle_bridge_resolve.host import now_open, program
from nle_bridge_resolve.orders import order_from
from nle_bridge_resolve.starting import Clock
from nle_bridge_resolve.verbs import Verbs
from nle_bridge_resolve.work import Bench, work

from bridge.wire.hosts import (
    HoldIn,
    NextIn,
    NextOut,
    ReleaseIn,
    ReportIn,
    SelectedOut,
    StopIn,
)
from bridge.wire.orders import MarkerOut, OrderOut
from bridge.wire.placements import AckIn
from tests.fakes.resolve import Habits, Opened, opened

RUNNER = "9f86d081884c7d65"
FRAMES, RECORD, HEAD, MEDIA = 48, 24, 8, 64
BINS = ("NLE Bridge", "2026-11-28 dusk j0123")
TOKEN = "a token"


class Reply(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.status, self.body = status, {"code": code, "message": message, "hint": hint}


@dataclass
class Office:
    """The daemon's side, in memory. `held` answers `hold`; a list is used up, then it is True."""

    orders: list[dict[str, Any]] = field(default_factory=list)
    held: list[bool] = field(default_factory=list)
    end_frame: str = ""
    answers: list[dict[str, Any]] = field(default_factory=list)  # before any order is given
    selected: dict[str, Any] = field(default_factory=dict)
    before: Callable[[str], None] = lambda verb: None
    after: Callable[[str], None] = lambda verb: None
    reports: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    holds: list[str] = field(default_factory=list)
    releases: list[tuple[str, str]] = field(default_factory=list)
    acks: list[dict[str, Any]] = field(default_factory=list)
    stops: int = 0

    def post(self, path: str, body: dict[str, Any], wait: float = 0) -> dict[str, Any]:
        """As `Daemon.post`."""
        body = json.loads(json.dumps(body))
        parts = path.strip("/").split("/")
        verb = parts[-1]
        self.before(verb)
        answer = self._answer(parts, verb, body)
        self.after(verb)
        return answer

    def _answer(self, parts: list[str], verb: str, body: dict[str, Any]) -> dict[str, Any]:
        match parts:
            case ["v1", "hosts", "resolve", "selections"]:
                self.reports.append(whole(ReportIn, body))
                return self._selection()
            case ["v1", "hosts", "resolve", "next"]:
                self.questions.append(whole(NextIn, body))
                return self._next()
            case ["v1", "hosts", "resolve", "stop"]:
                whole(StopIn, body)
                self.stops += 1
                return {"stopped": 2}
            case ["v1", "placements", placement, "hold"]:
                whole(HoldIn, body)
                self.holds.append(placement)
                return {"held": self.held.pop(0) if self.held else True}
            case ["v1", "placements", placement, "release"]:
                whole(ReleaseIn, body)
                self.releases.append((placement, body["why"]))
                return {}
            case ["v1", "placements", placement, "ack"]:
                whole(AckIn, body)
                if any(done["placement"] == placement for done in self.acks):
                    raise Reply(409, "conflict", "It was placed already.")
                self.acks.append({"placement": placement, **body})
                return {}
        raise Reply(404, "not_found", f"There is no {verb}.")

    def _selection(self) -> dict[str, Any]:
        told = {
            "selection": "s1",
            "shots": 1,
            "left_out": [],
            "warnings": [],
            "opened": True,
            "url": "http://127.0.0.1:4747/panel/abc",
            "say": "One shot.",
        }
        return SelectedOut(**told | self.selected).model_dump(mode="json")

    def _next(self) -> dict[str, Any]:
        if self.answers:
            return NextOut(**self.answers.pop(0)).model_dump(mode="json")
        done = {ack["placement"] for ack in self.acks} | {one for one, _ in self.releases}
        left = [order for order in self.orders if order["id"] not in done]
        if not left:
            return NextOut(stop=True, say="All finished takes are placed.").model_dump(mode="json")
        told = NextOut(end_frame=self.end_frame, pause=0.01).model_dump(mode="json")
        return told | {"placement": left[0]}


def whole(model: Any, body: dict[str, Any]) -> dict[str, Any]:
    """Every key of the wire's model, and no others."""
    fields = set(model.model_fields)
    if set(body) != fields:
        raise Reply(422, "usage", f"{sorted(set(body) ^ fields)}")
    model.model_validate(body)
    return body


class Direct:
    """An office without HTTP between, as `Daemon` is seen by the scripts."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def post(self, path: str, body: dict[str, Any], wait: float = 0) -> dict[str, Any]:
        try:
            return self._office.post(path, body, wait)
        except Reply as reply:
            raise DaemonError(reply.body["code"], reply.body["message"]) from reply


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._handle(lambda served: {"instance": served.instance})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._handle(lambda served: served.office.post(self.path, body))

    def _handle(self, answer: Callable[[Any], dict[str, Any]]) -> None:
        status, told = self._told(answer)
        data = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def _told(self, answer: Callable[[Any], dict[str, Any]]) -> tuple[int, dict[str, Any]]:
        server: Any = self.server
        if self.headers["Authorization"] != f"Bearer {server.token}":
            return 401, {"code": "forbidden", "message": "The token is missing or wrong."}
        try:
            return 200, answer(server)
        except Reply as reply:
            return reply.status, reply.body

    def log_message(self, *_: Any) -> None:
        pass


class Served(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, office: Office, instance: str = "one") -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.office, self.instance, self.token = office, instance, TOKEN

    @property
    def runtime(self) -> Runtime:
        return Runtime(self.server_address[1], TOKEN, self.instance)

    def write_runtime(self, config: Config) -> None:
        config.data.mkdir(parents=True, exist_ok=True)
        config.runtime_file.write_text(json.dumps({**self.runtime._asdict(), "pid": 1}))


@contextmanager
def served(office: Office, config: Config | None = None, instance: str = "one") -> Iterator[Served]:
    server = Served(office, instance)
    thread = threading.Thread(target=server.serve_forever, args=(0.005,))
    thread.start()
    try:
        if config is not None:
            server.write_runtime(config)
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Watch:
    """A clock that goes on only while somebody sleeps; `then` runs once at its time."""

    def __init__(self) -> None:
        self.time = 0.0
        self.then: dict[float, Callable[[], None]] = {}

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        for due in [due for due in self.then if due <= self.time]:
            self.then.pop(due)()

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.time, self.sleep)


@dataclass
class Scene:
    """A shot on track 1, a take of it on disk, and a script at work."""

    here: Opened
    shot: Any
    take: str
    office: Office
    said: list[str] = field(default_factory=list)
    measured: Measured = field(default_factory=Measured)

    def order(self, **changed: Any) -> dict[str, Any]:
        """As the wire has it, of this scene's take."""
        marker = MarkerOut(name="AI take", note="dusk", custom=changed.get("id", "p1"))
        told: dict[str, Any] = {
            "id": "p1",
            "job": "j0123",
            "take": "t1",
            "mode": "above",
            "project_id": self.here.cut.production.id,
            "timeline_id": self.here.cut.cut.id,
            "media": self.take,
            "sound": None,
            "media_frames": MEDIA,
            "source_start": HEAD,
            "frames": FRAMES,
            "record_start": RECORD,
            "track": 1,
            "item": self.shot.id,
            "name": "take",
            "bins": BINS,
            "marker": marker,
        }
        return OrderOut(**told | changed).model_dump(mode="json")

    def work(self, **changed: Any) -> bool:
        """One order, from the claim to the answer."""
        return self.work_on(self.order(**changed))

    def work_on(self, order: dict[str, Any]) -> bool:
        told = program(self.here.resolve)
        verbs = Verbs(Direct(self.office), RUNNER)
        bench = Bench(self.here.resolve, told, verbs, self.measured, self.said.append)
        now = now_open(self.here.resolve)
        assert now is not None
        return work(bench, order_from(order), now)

    @property
    def cut(self) -> Any:
        return self.here.cut

    @property
    def fake(self) -> Any:
        return self.here.fake

    @property
    def readback(self) -> dict[str, Any]:
        """Of the one acknowledgement."""
        [ack] = self.office.acks
        return dict(ack["readback"])

    @property
    def state(self) -> str:
        [ack] = self.office.acks
        return str(ack["state"])

    def ours(self, kind: str = "video", path: str = "") -> list[Any]:
        wanted = path or self.take
        return [s for s in self.cut.items(kind=kind) if s.media and s.media.path == wanted]

    def one(self, *, track: int, kind: str = "video", path: str = "") -> Any:
        """The take, the only one and exactly where it belongs."""
        [shot] = self.ours(kind, path)
        assert self.cut.cut.number_of(shot.track) == track
        assert (self.cut.record(shot), shot.duration, shot.source) == (RECORD, FRAMES, HEAD)
        return shot

    def original_is_untouched(self) -> None:
        assert [s.id for s in self.cut.items(1)][:1] == [self.shot.id]
        assert (self.cut.record(self.shot), self.shot.duration) == (RECORD, FRAMES)


def scene(folder: Path, film: str, take: str, habits: Habits | None = None, **cut: Any) -> Scene:
    folder.mkdir(parents=True, exist_ok=True)
    here = opened(folder, habits or Habits(), **cut)
    shot = here.cut.put(film, record=RECORD, frames=FRAMES, source=10)
    return Scene(here, shot, take, Office())
