"""The daemon from the calling side. In: wire shapes. Out: wire shapes, or its error raised again.

with Client.discover(settings) as client:
    selection = client.select(FileSelectionIn(timeline="/a.otio", clips=("V1:3",)))
    job = client.submit(JobIn(selection=selection.id, recipe=RecipeIn(prompt="dusk")))
    client.wait(job.id, print)
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
import psutil
from pydantic import BaseModel, ValidationError

from bridge.errors import BridgeError, DaemonNotRunning, InternalError
from bridge.settings import Settings
from bridge.wire.engines import EngineOut, EnginesOut
from bridge.wire.events import EventOut, EventsOut
from bridge.wire.jobs import JobIn, JobOut, JobsOut, ResolveIn, ResultOut, RetryIn
from bridge.wire.panel import PanelIn, PanelOpened
from bridge.wire.pictures import StillFileIn, StillOut
from bridge.wire.placements import AckIn, PlacementOut, PlacementsOut
from bridge.wire.plans import PlanIn, PlanOut
from bridge.wire.previews import PreviewIn, PreviewOut
from bridge.wire.runtime import Health, Runtime
from bridge.wire.selections import (
    FileSelectionIn,
    PushedSelectionIn,
    SelectionOut,
    SelectionsOut,
)
from bridge.wire.spend import SpendOut
from bridge.wire.takes import TakeOut, TakesOut
from bridge.wire.timelines import TimelineIn, TimelineOut, TimelinesOut, UploadedOut

ANSWER_SECONDS = 600  # a long timeline on a slow share is still being looked at
CONNECT_SECONDS = 2
POLL_SECONDS = 20  # of one question for events
CLOCK_SECONDS = 5  # by which a process's start time may differ from what was noted

Out = TypeVar("Out", bound=BaseModel)


class Client:
    """One connection to one daemon. Raises `BridgeError`s; `DaemonNotRunning` where it is gone."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    @classmethod
    def at(cls, url: str, token: str) -> Self:
        """No proxies and no redirects: the token is for this machine only."""
        return cls(
            httpx.Client(
                base_url=url,
                headers={"Authorization": f"Bearer {token}"},
                timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
                trust_env=False,
                follow_redirects=False,
            )
        )

    @classmethod
    def discover(cls, settings: Settings) -> Self:
        """The daemon of this data folder; `DaemonNotRunning` if there is none that answers."""
        runtime = running(settings.runtime_file)
        if runtime is None:
            raise DaemonNotRunning("No daemon is running.", data=str(settings.data))
        client = cls.at(f"http://127.0.0.1:{runtime.port}", runtime.token)
        try:
            client._check(runtime.instance)
        except BaseException:
            client.close()
            raise
        return client

    def _check(self, instance: str) -> None:
        if self.health().instance != instance:
            raise DaemonNotRunning("Another program answers on the daemon's port.")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    # ---- what there is

    def health(self) -> Health:
        return self._get("/v1/health", Health)

    def engines(self) -> tuple[EngineOut, ...]:
        return self._get("/v1/engines", EnginesOut).engines

    def takes(
        self,
        *,
        timeline: str | None = None,
        clip: str | None = None,
        job: str | None = None,
        engine: str | None = None,
        limit: int = 100,
    ) -> tuple[TakeOut, ...]:
        """Newest first."""
        wanted = {"timeline": timeline, "clip": clip, "job": job, "engine": engine, "limit": limit}
        return self._get("/v1/takes", TakesOut, wanted).takes

    def take(self, take: str) -> TakeOut:
        return self._get(f"/v1/takes/{take}", TakeOut)

    # ---- selections and plans

    def select(self, selection: FileSelectionIn | PushedSelectionIn) -> SelectionOut:
        return self._post("/v1/selections", SelectionOut, selection)

    def selections(self, limit: int = 50) -> tuple[SelectionOut, ...]:
        """Newest first."""
        return self._get("/v1/selections", SelectionsOut, {"limit": limit}).selections

    def selection(self, selection: str) -> SelectionOut:
        return self._get(f"/v1/selections/{selection}", SelectionOut)

    def plan(self, wanted: PlanIn) -> PlanOut:
        """A dry run: frames and price, nothing is started."""
        return self._post("/v1/plans", PlanOut, wanted)

    def preview(self, wanted: PreviewIn) -> PreviewOut:
        """A quick look, small, by an engine of the daemon's machine that costs nothing."""
        return self._post("/v1/previews", PreviewOut, wanted)

    def preview_after(self, preview: str, revision: int, wait: int = POLL_SECONDS) -> PreviewOut:
        """As soon as there is a better look than that one, or no better one to come."""
        wanted = {"after": revision, "wait": wait}
        return self._get(f"/v1/previews/{preview}", PreviewOut, wanted)

    def take_in(self, still: StillFileIn) -> StillOut:
        """Have the daemon keep a picture; its path may be a still of a recipe."""
        return self._post("/v1/stills", StillOut, still)

    # ---- jobs

    def submit(self, wanted: JobIn) -> JobOut:
        return self._post("/v1/jobs", JobOut, wanted)

    def jobs(
        self,
        *,
        status: tuple[str, ...] = (),
        engine: str | None = None,
        text: str | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> tuple[JobOut, ...]:
        """Newest first; `before`: the last job of the page before."""
        wanted = {
            "status": list(status) or None,
            "engine": engine,
            "text": text,
            "before": before,
            "limit": limit,
        }
        return self._get("/v1/jobs", JobsOut, wanted).jobs

    def job(self, job: str) -> JobOut:
        return self._get(f"/v1/jobs/{job}", JobOut)

    def result(self, job: str) -> ResultOut:
        return self._get(f"/v1/jobs/{job}/result", ResultOut)

    def cancel(self, job: str) -> JobOut:
        return self._post(f"/v1/jobs/{job}/cancel", JobOut)

    def retry(
        self,
        job: str,
        shot: str | None = None,
        budget: Decimal | None = None,
        *,
        fresh: bool = False,
    ) -> JobOut:
        """
        Take up that shot, or all that failed; `budget`: of the whole job.

        What was paid for is used; `fresh`: all is rendered, and paid, anew.
        """
        wanted = RetryIn(shot=shot, budget=budget, fresh=fresh)
        return self._post(f"/v1/jobs/{job}/retry", JobOut, wanted)

    def resolve(self, job: str, shot: str | None, ran: str | None) -> JobOut:
        """
        Decide an uncertain render: `ran` is the engine's name for it, None: it did not run.

        The shot may be None where only one is uncertain.
        """
        return self._post(f"/v1/jobs/{job}/resolve", JobOut, ResolveIn(shot=shot, ran=ran))

    # ---- money

    def spend(
        self,
        *,
        since: date | None = None,
        until: date | None = None,
        project: str | None = None,
        by: str = "job",
    ) -> SpendOut:
        """What was spent, by job, day (UTC), project, model or engine; both days included."""
        wanted = {"since": since, "until": until, "project": project, "by": by}
        return self._get("/v1/spend", SpendOut, wanted)

    def resume(self, engine: str) -> EngineOut:
        """Let a paused engine's work go on, now that a person has done what it asked for."""
        return self._post(f"/v1/engines/{engine}/resume", EngineOut)

    # ---- placements

    def placements(
        self, *, host: str | None = None, state: str = "waiting", job: str | None = None
    ) -> tuple[PlacementOut, ...]:
        wanted = {"host": host, "state": state, "job": job}
        return self._get("/v1/placements", PlacementsOut, wanted).placements

    def acknowledge(self, placement: str, outcome: AckIn) -> PlacementOut:
        return self._post(f"/v1/placements/{placement}/ack", PlacementOut, outcome)

    # ---- the page

    def open_panel(self, wanted: PanelIn) -> PanelOpened:
        """Open the daemon's page in the browser of its machine."""
        return self._post("/v1/panel/open", PanelOpened, wanted)

    # ---- files

    def upload(self, timeline: TimelineIn) -> UploadedOut:
        return self._post("/v1/timelines", UploadedOut, timeline)

    def timelines(self, limit: int = 50) -> tuple[TimelineOut, ...]:
        """Uploaded ones, newest first."""
        return self._get("/v1/timelines", TimelinesOut, {"limit": limit}).timelines

    def timeline(self, name: str) -> bytes:
        """The file that a job wrote, or that was uploaded."""
        return self._request("GET", f"/v1/timelines/{name}").content

    def media(self, name: str, first: int = 0, last: int | None = None) -> Iterator[bytes]:
        """Bytes `first` to `last` of a take's delivered file, or of stored media by its SHA-256."""
        wanted = {"Range": f"bytes={first}-{'' if last is None else last}"}
        with (
            _translated(),
            self._http.stream("GET", f"/v1/media/{name}", headers=wanted) as answer,
        ):
            if answer.is_error:
                answer.read()
                raise _error(answer)
            yield from answer.iter_bytes()

    # ---- events

    def events(self, after: int = 0, job: str | None = None) -> Iterator[EventOut]:
        """What happened since `after`, then what happens, for ever."""
        while True:
            found = self.poll(after, POLL_SECONDS, job)
            yield from found.events
            after = found.last

    def poll(self, after: int = 0, wait: int = 0, job: str | None = None) -> EventsOut:
        """One question; the answer comes with the first event, or empty after `wait` seconds."""
        return self._get("/v1/events", EventsOut, {"after": after, "wait": wait, "job": job})

    def wait(
        self,
        job: str,
        on_event: Callable[[EventOut], object] = lambda _: None,
        seconds: float | None = None,
    ) -> JobOut:
        """Until the job has ended, or for that long; the job as it is then."""
        end = None if seconds is None else time.monotonic() + seconds
        after, found = 0, self.job(job)
        while True:
            happened = self.poll(after, 0 if found.ended else _patience(end), job)
            for event in happened.events:
                on_event(event)
            if found.ended and not happened.events:
                return found
            after, found = happened.last, self.job(job)
            if end is not None and time.monotonic() >= end:
                return found

    # ---- the border to httpx

    def _get(self, path: str, kind: type[Out], wanted: Mapping[str, Any] | None = None) -> Out:
        given = {name: value for name, value in (wanted or {}).items() if value is not None}
        return _read(self._request("GET", path, params=given), kind)

    def _post(self, path: str, kind: type[Out], body: BaseModel | None = None) -> Out:
        if body is None:
            return _read(self._request("POST", path), kind)
        headers = {"Content-Type": "application/json"}
        content = body.model_dump_json().encode()
        return _read(self._request("POST", path, content=content, headers=headers), kind)

    def _request(self, method: str, path: str, **rest: Any) -> httpx.Response:
        with _translated():
            answer = self._http.request(method, path, **rest)
        if answer.is_error:
            raise _error(answer)
        return answer


def running(file: Path) -> Runtime | None:
    """
    The daemon that the file tells of, if its process lives.

    A process with the same pid that was started at another time is a stranger: it must not be
    sent the token.
    """
    try:
        runtime = Runtime.model_validate_json(file.read_bytes())
        started = psutil.Process(runtime.pid).create_time()
    except (OSError, ValidationError, psutil.Error):
        return None
    return runtime if abs(runtime.started.timestamp() - started) <= CLOCK_SECONDS else None


def _patience(end: float | None) -> int:
    if end is None:
        return POLL_SECONDS
    return max(0, min(POLL_SECONDS, round(end - time.monotonic())))


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise DaemonNotRunning("The daemon does not answer.") from error
    except httpx.TimeoutException as error:
        raise DaemonNotRunning("The daemon took too long to answer.") from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise DaemonNotRunning(f"The connection to the daemon broke: {error}.") from error


def _read(answer: httpx.Response, kind: type[Out]) -> Out:
    try:
        return kind.model_validate_json(answer.content)
    except ValidationError as error:
        raise InternalError(
            "The daemon's answer is not understood.",
            hint="Update the older one of daemon and client.",
        ) from error


def _error(answer: httpx.Response) -> BridgeError:
    try:
        data = answer.json()
        return BridgeError.from_data(data)
    except (ValueError, TypeError, AttributeError):
        return InternalError(f"The daemon answered {answer.status_code} without saying why.")
