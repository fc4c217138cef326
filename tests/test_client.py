"""The client against a daemon on a real port: every method there and back, every error again."""

import json
import os
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import httpx
import psutil
import pytest

from bridge import client as client_module
from bridge.client import Client
from bridge.client import running as runtime_in
from bridge.engines.base import Kind
from bridge.errors import (
    ClipNotFound,
    Conflict,
    DaemonNotRunning,
    EngineUnknown,
    Forbidden,
    InternalError,
    NotFound,
    PlanRefused,
    TimelineUnreadable,
    UsageError,
)
from bridge.jobs.facts import PlacementState
from bridge.settings import Settings
from bridge.wire.events import EventOut
from bridge.wire.jobs import JobIn, JobOut
from bridge.wire.placements import AckIn
from bridge.wire.plans import PlanIn
from bridge.wire.recipes import RecipeIn, StillIn
from bridge.wire.runtime import Runtime
from bridge.wire.selections import FileSelectionIn, PushedClipIn, PushedSelectionIn
from bridge.wire.timelines import TimelineIn
from tests.daemon.house import Running, running, timeline

DUSK = RecipeIn(engine="fake", prompt="make it dusk", handles=8)


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("client")) as started:
        yield started


@pytest.fixture
def client(daemon: Running) -> Iterator[Client]:
    with daemon.client() as connected:
        yield connected


def selected(client: Client, folder: Path, *clips: str, host: str = "file") -> str:
    chosen = FileSelectionIn(timeline=str(timeline(folder)), clips=clips or ("V1:2",), host=host)
    return client.select(chosen).id


def started(client: Client, folder: Path, host: str = "file") -> JobOut:
    return client.submit(JobIn(selection=selected(client, folder, host=host), recipe=DUSK))


# ---- what there is


def test_health(client: Client, daemon: Running) -> None:
    health = client.health()
    assert health.instance == daemon.daemon.house.instance
    assert health.pid == os.getpid()
    assert health.status == "ok"
    assert "av" in health.libraries


def test_engines(client: Client) -> None:
    (engine,) = client.engines()
    (model,) = engine.models
    assert (engine.name, engine.remote, engine.error) == ("fake", False, None)
    assert model.name == "fake-1"
    assert model.price.per_second == Decimal(5)
    assert model.limits.max_seconds is None
    assert "strength" in model.options["properties"]


# ---- selections and plans


def test_selection_of_a_file(client: Client, tmp_path: Path) -> None:
    path = timeline(tmp_path)
    made = client.select(FileSelectionIn(timeline=str(path), clips=("V1:2",), host="resolve"))
    (shot,) = made.shots
    assert (shot.place, shot.name, shot.record_start, shot.frames) == ("V1:2", "shot 2", 48, 48)
    assert (shot.source_first, shot.source_last) == (24, 71)
    assert shot.record_timecode == "01:00:02:00"
    assert (made.facts.rate, made.facts.frames) == ("24000/1001", 96)
    assert (made.host, made.timeline, made.left_out) == ("resolve", str(path), ())
    assert client.selection(made.id) == made
    assert client.selections(1) == (made,)


def test_selection_outlives_the_daemon(tmp_path: Path) -> None:
    with running(tmp_path) as before, before.client() as client:
        made = selected(client, tmp_path)
    with running(tmp_path) as after, after.client() as client:
        assert client.selection(made).id == made


def test_unusable_clips_are_left_out_by_name(client: Client, tmp_path: Path) -> None:
    path = timeline(tmp_path)
    (tmp_path / "A001.mov").unlink()
    made = client.select(FileSelectionIn(timeline=str(path), clips=("all",)))
    assert [shot.place for shot in made.shots] == ["V1:2"]
    (left_out,) = made.left_out
    assert (left_out.place, left_out.error.code) == ("V1:1", "media_missing")


@pytest.mark.parametrize(
    ("rate", "media_rate", "speed", "first", "last"),
    [
        ("24000/1001", None, "1", 30, 49),
        ("24000/1001", None, "-1", 30, 11),
        ("24000/1001", None, "2", 30, 68),
        ("24000/1001", None, "1/2", 30, 39),
        ("24000/1001", None, "0", 30, 30),
        ("25", None, "1", 30, 48),  # 20 frames at 25 last as long as 19.18 at 23.976
        ("24", "24", "1", 30, 49),  # interpreted: the host plays the 23.976 file at 24
    ],
)
def test_pushed_frames_are_the_ones_pushed(
    client: Client,
    tmp_path: Path,
    rate: str,
    media_rate: str | None,
    speed: str,
    first: int,
    last: int,
) -> None:
    media = tmp_path / "A.mov"
    media.write_bytes(b"a movie, says the fake room")
    clip = PushedClipIn(
        name="a",
        track=2,
        media=str(media),
        record_start=10,
        frames=20,
        source_start=30,
        rate=media_rate,
        speed=speed,
    )
    pushed = PushedSelectionIn(
        host="premiere",
        name="cut",
        rate=rate,
        start_frame=90000,
        width=640,
        height=360,
        clips=(clip,),
    )
    made = client.select(pushed)
    (shot,) = made.shots
    assert (shot.place, shot.record_start, shot.frames) == ("V2:1", 10, 20)
    assert (shot.source_first, shot.source_last) == (first, last)
    assert (made.facts.start_frame, made.facts.width, made.facts.height) == (90000, 640, 360)
    assert Path(made.timeline).suffix == ".otio"


def test_pushed_drop_frame(client: Client, tmp_path: Path) -> None:
    media = tmp_path / "A.mov"
    media.write_bytes(b"a movie")
    clip = PushedClipIn(media=str(media), record_start=0, frames=5, source_start=0)
    pushed = PushedSelectionIn(rate="29.97", start_frame=107892, drop_frame=True, clips=(clip,))
    assert client.select(pushed).facts.start_timecode == "01:00:00;00"


def test_pushed_media_that_is_missing(client: Client, tmp_path: Path) -> None:
    there = tmp_path / "A.mov"
    there.write_bytes(b"a movie")
    clips = tuple(
        PushedClipIn(media=str(media), record_start=start, frames=10, source_start=0)
        for media, start in ((there, 0), (tmp_path / "gone.mov", 10))
    )
    made = client.select(PushedSelectionIn(rate="25", clips=clips))
    assert [shot.name for shot in made.shots] == ["A"]
    assert [left_out.error.code for left_out in made.left_out] == ["media_missing"]


def test_nothing_selected_is_for_new_shots(client: Client, tmp_path: Path) -> None:
    still = tmp_path / "a.png"
    still.write_bytes(b"a picture, says the fake room")
    path = str(timeline(tmp_path))
    selection = client.select(FileSelectionIn(timeline=path))
    assert selection.shots == ()
    recipe = RecipeIn(
        kind=Kind.generate,
        engine="fake",
        prompt="fog",
        at="01:00:01:00",
        duration=48,
        keyframes=(StillIn(at="24", image=str(still)), StillIn(at=71, image=str(still))),
    )
    planned = client.plan(PlanIn(selection=selection.id, recipe=recipe))
    (shot,) = planned.shots
    assert (shot.place, shot.record_start, shot.frames, shot.media) == (None, 24, 48, None)
    assert [key.frame for key in shot.keyframes] == [0, 47]


def test_plan(client: Client, tmp_path: Path) -> None:
    selection = selected(client, tmp_path)
    planned = client.plan(PlanIn(selection=selection, recipe=DUSK))
    (shot,) = planned.shots
    assert (shot.record_start, shot.frames, shot.delivered_frames) == (48, 48, 64)
    assert (shot.handles.head, shot.handles.tail) == (8, 8)
    assert (shot.source_first, shot.source_last) == (16, 79)
    (segment,) = shot.segments
    assert (segment.frames, segment.sent) == (64, 64)
    # 64 frames at 24000/1001 are 2.6693 seconds, at 5 credits a second, rounded up
    assert segment.price == shot.price == planned.price == Decimal("13.35")
    assert planned.sent_to is None
    assert planned.quote == client.plan(PlanIn(selection=selection, recipe=DUSK)).quote


# ---- jobs


def test_job_from_start_to_result(client: Client, daemon: Running, tmp_path: Path) -> None:
    selection = selected(client, tmp_path)
    planned = client.plan(PlanIn(selection=selection, recipe=DUSK))
    job = client.submit(JobIn(selection=selection, recipe=DUSK, quote=planned.quote))
    assert (job.status, job.price, job.ended) == ("queued", Decimal("13.35"), False)
    daemon.jobs.finish(job.id)
    ended = client.wait(job.id)
    assert (ended.status, ended.ended, ended.credits) == ("done", True, Decimal("13.35"))
    result = client.result(job.id)
    (take,) = result.takes
    (known,) = client.takes(job=job.id)
    assert result.model_dump(mode="json") == {
        "job": job.id,
        "status": "done",
        "timeline": ended.timeline,
        "takes": [
            {
                "take": known.id,
                "clip": "shot 2",
                "media": known.media,
                "record_start": 48,
                "frames": 48,
                "rate": "24000/1001",
                "source_start": 8,
                "engine": "fake",
                "model": "fake-1",
                "credits": 13.35,
            }
        ],
        "warnings": [],
    }
    assert Path(take.media).is_file()
    assert client.take(known.id) == known
    assert (known.record_start, known.frames, known.delivered_frames) == (48, 48, 64)
    assert [(run.first, run.step, run.count) for run in known.source_frames] == [(16, 1, 64)]


def test_changed_price_is_a_conflict(client: Client, tmp_path: Path) -> None:
    selection = selected(client, tmp_path)
    shown = client.plan(PlanIn(selection=selection, recipe=DUSK))
    longer = DUSK.model_copy(update={"handles": 9})
    with pytest.raises(Conflict) as changed:
        client.submit(JobIn(selection=selection, recipe=longer, quote=shown.quote))
    again = client.plan(PlanIn(selection=selection, recipe=longer))
    assert changed.value.detail == {"quote": again.quote, "price": str(again.price)}


def test_same_key_is_the_same_job(client: Client, tmp_path: Path) -> None:
    selection = selected(client, tmp_path)
    wanted = JobIn(selection=selection, recipe=DUSK, key="panel-1")
    assert client.submit(wanted).id == client.submit(wanted).id
    other = wanted.model_copy(update={"key": "panel-2"})
    assert client.submit(other).id != client.submit(wanted).id


def test_listing(client: Client, tmp_path: Path) -> None:
    first, second, third = (started(client, tmp_path) for _ in range(3))
    client.cancel(second.id)
    newest = client.jobs(limit=3)
    assert [job.id for job in newest] == [third.id, second.id, first.id]
    assert [job.id for job in client.jobs(limit=1, before=third.id)] == [second.id]
    assert second.id in {job.id for job in client.jobs(status=("cancelled", "done"))}
    assert first.id not in {job.id for job in client.jobs(status=("cancelled", "done"))}
    assert client.jobs(engine="nobody") == ()
    assert client.jobs(text="no such words") == ()


def test_cancel_and_retry(client: Client, tmp_path: Path) -> None:
    job = started(client, tmp_path)
    assert client.cancel(job.id).status == "cancelled"
    assert client.cancel(job.id).status == "cancelled"
    with pytest.raises(Conflict):
        client.retry(job.id)  # the fake's shots did not fail


def test_failed_shot_is_tried_again(client: Client, daemon: Running, tmp_path: Path) -> None:
    job = started(client, tmp_path)
    daemon.jobs.fail(job.id)
    failed = client.job(job.id)
    assert failed.error is not None
    assert (failed.error.code, failed.error.retryable) == ("engine_failed", True)
    again = client.retry(job.id, "s001")
    assert (again.status, again.shots[0].attempt) == ("queued", 2)


def test_uncertain_is_decided(client: Client, daemon: Running, tmp_path: Path) -> None:
    for ran, status in (("task-1", "done"), (None, "failed")):
        job = started(client, tmp_path)
        daemon.jobs.lose(job.id)
        assert client.job(job.id).status == "uncertain"
        assert client.resolve(job.id, "s001", ran).status == status


# ---- placements


def test_placements_are_pulled_and_acknowledged(
    client: Client, daemon: Running, tmp_path: Path
) -> None:
    job = started(client, tmp_path, host="resolve")
    daemon.jobs.finish(job.id)
    assert client.placements(host="premiere", job=job.id) == ()
    (order,) = client.placements(host="resolve", job=job.id)
    assert order.instruction["record_start"] == 48
    outcome = AckIn(state=PlacementState.placed, readback={"track": 2})
    assert client.acknowledge(order.id, outcome).state == "placed"
    assert client.acknowledge(order.id, outcome).readback == {"track": 2}
    assert client.placements(host="resolve", job=job.id) == ()
    assert len(client.placements(state="placed", job=job.id)) == 1
    with pytest.raises(Conflict):
        client.acknowledge(order.id, AckIn(state=PlacementState.refused))


# ---- files


def test_timeline_travels_as_json(client: Client, daemon: Running, tmp_path: Path) -> None:
    content = json.loads(timeline(tmp_path).read_bytes())
    sent = client.upload(TimelineIn(name="reel 1/../x\u202e", content=content))
    assert (sent.facts.frames, sent.facts.rate) == (96, "24000/1001")
    path = Path(sent.timeline)
    assert path.is_relative_to(daemon.daemon.house.settings.data / "uploads")
    assert path.parent.name == sent.id
    assert json.loads(client.timeline(sent.id)) == content
    assert sent.id in {one.id for one in client.timelines()}
    made = client.select(FileSelectionIn(timeline=sent.timeline, clips=("V1:1",)))
    assert made.shots[0].frames == 48


def test_upload_that_is_no_timeline_leaves_nothing(client: Client, daemon: Running) -> None:
    before = client.timelines()
    with pytest.raises(TimelineUnreadable):
        client.upload(TimelineIn(content={"OTIO_SCHEMA": "Nothing.1"}))
    assert client.timelines() == before


def test_written_timeline_is_given_back(client: Client, daemon: Running, tmp_path: Path) -> None:
    job = started(client, tmp_path)
    with pytest.raises(NotFound):
        client.timeline(job.id)
    daemon.jobs.finish(job.id)
    assert b"Timeline.1" in client.timeline(job.id)


def test_media_whole_and_in_parts(client: Client, daemon: Running, tmp_path: Path) -> None:
    job = started(client, tmp_path)
    daemon.jobs.finish(job.id)
    (take,) = client.takes(job=job.id)
    whole = Path(take.media).read_bytes()
    assert b"".join(client.media(take.id)) == whole
    assert b"".join(client.media(take.sha256)) == whole
    assert b"".join(client.media(take.id, 5, 9)) == whole[5:10]
    assert b"".join(client.media(take.id, 5)) == whole[5:]
    with pytest.raises(UsageError):
        list(client.media(take.id, len(whole)))
    with pytest.raises(NotFound):
        list(client.media("0" * 64))


# ---- events


def test_events_resume(client: Client, daemon: Running, tmp_path: Path) -> None:
    job = started(client, tmp_path)
    for number in range(4):
        daemon.jobs.happen(job.id, "progress", progress=number / 4)
    events = client.events(job=job.id)
    first, second = next(events), next(events)
    assert (first.what, second.what) == ("job_queued", "progress")
    rest = client.poll(second.seq, job=job.id)
    assert [event.data["progress"] for event in rest.events] == [0.25, 0.5, 0.75]
    assert client.poll(rest.last).events == ()


def test_waiting_hears_everything(client: Client, daemon: Running, tmp_path: Path) -> None:
    job = started(client, tmp_path)
    heard: list[EventOut] = []

    def hear(event: EventOut) -> None:
        heard.append(event)
        if event.what == "job_queued":
            threading.Thread(target=lambda: daemon.jobs.finish(job.id)).start()

    assert client.wait(job.id, hear).status == "done"
    assert [event.what for event in heard] == ["job_queued", "job_done"]


def test_waiting_for_a_while(client: Client, tmp_path: Path) -> None:
    job = started(client, tmp_path)
    assert client.wait(job.id, seconds=0.1).status == "queued"


# ---- errors


@pytest.mark.parametrize(
    ("ask", "error"),
    [
        (lambda client: client.job("j9"), NotFound),
        (lambda client: client.result("j9"), NotFound),
        (lambda client: client.take("t9"), NotFound),
        (lambda client: client.selection("s9"), NotFound),
        (lambda client: client.timeline("t9"), NotFound),
        (lambda client: client.cancel("j9"), NotFound),
        (lambda client: client.acknowledge("p9", AckIn(state=PlacementState.placed)), NotFound),
        (lambda client: client.job("../../etc"), NotFound),
        (lambda client: client.job("a b"), UsageError),
        (lambda client: client.jobs(limit=0), UsageError),
    ],
)
def test_errors_are_raised_again(client: Client, ask, error: type[Exception]) -> None:
    with pytest.raises(error) as raised:
        ask(client)
    assert type(raised.value) is error
    assert raised.value.message


def test_refusals_of_the_rooms_arrive(client: Client, tmp_path: Path) -> None:
    with pytest.raises(ClipNotFound):
        selected(client, tmp_path, "V7:1")
    selection = selected(client, tmp_path)
    with pytest.raises(EngineUnknown):
        client.plan(PlanIn(selection=selection, recipe=RecipeIn(engine="nobody")))
    with pytest.raises(EngineUnknown):
        client.plan(PlanIn(selection=selection, recipe=RecipeIn(engine="fake", model="x")))
    stills = tuple(StillIn(at=str(n), image=str(tmp_path / "a.png")) for n in range(17))
    (tmp_path / "a.png").write_bytes(b"a picture")
    with pytest.raises(PlanRefused):
        client.plan(PlanIn(selection=selection, recipe=RecipeIn(engine="fake", keyframes=stills)))


def test_wrong_token(daemon: Running) -> None:
    with Client.at(daemon.url, "wrong") as stranger, pytest.raises(Forbidden):
        stranger.health()


def answering(answer: httpx.Response) -> Client:
    transport = httpx.MockTransport(lambda _: answer)
    return Client(httpx.Client(transport=transport, base_url="http://127.0.0.1:1"))


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"status": "ok"}),
        httpx.Response(500, text="<html>"),
        httpx.Response(404, json=[]),
        httpx.Response(400, json={"detail": "of another program"}),
        httpx.Response(302, headers={"Location": "http://evil.example"}),
    ],
)
def test_answers_of_other_programs(answer: httpx.Response) -> None:
    with answering(answer) as client, pytest.raises(InternalError):
        client.health()


def test_every_httpx_error_is_translated() -> None:
    kinds = [httpx.RequestError, httpx.InvalidURL, httpx.StreamError]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        with pytest.raises(DaemonNotRunning), client_module._translated():
            raise _made(kind)


def _made(kind: type[Exception]) -> Exception:
    try:
        return kind("broken")
    except TypeError:
        return kind()


# ---- being found


def test_discovery(daemon: Running) -> None:
    with Client.discover(daemon.daemon.house.settings) as client:
        assert client.health().instance == daemon.daemon.house.instance


def told(settings: Settings, **changed: object) -> None:
    """A runtime file of this process, except for what is said."""
    here = {
        "port": _free_port(),
        "pid": os.getpid(),
        "token": "secret",
        "instance": "i",
        "version": "0",
        "started": datetime.fromtimestamp(psutil.Process().create_time(), UTC),
    }
    settings.data.mkdir(parents=True, exist_ok=True)
    settings.runtime_file.write_text(Runtime(**here | changed).model_dump_json())


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_no_file_is_no_daemon(settings: Settings) -> None:
    with pytest.raises(DaemonNotRunning):
        Client.discover(settings)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"port": 1}', "\x00", '{"port": "x"}'])
def test_broken_file_is_no_daemon(settings: Settings, text: str) -> None:
    settings.data.mkdir(parents=True)
    settings.runtime_file.write_text(text)
    with pytest.raises(DaemonNotRunning):
        Client.discover(settings)


def test_dead_process_is_no_daemon(settings: Settings) -> None:
    told(settings, pid=2**22 + 7)
    assert runtime_in(settings.runtime_file) is None


def test_another_process_with_the_same_pid_is_not_sent_the_token(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        stranger.settimeout(0.1)
        told(settings, started=datetime(2020, 1, 1, tzinfo=UTC), port=stranger.getsockname()[1])
        with pytest.raises(DaemonNotRunning):
            Client.discover(settings)
        with pytest.raises(TimeoutError):
            stranger.accept()


def test_port_where_nobody_answers(settings: Settings) -> None:
    told(settings)
    with pytest.raises(DaemonNotRunning):
        Client.discover(settings)


def test_another_daemon_on_the_port(settings: Settings, daemon: Running) -> None:
    told(settings, port=daemon.port, token=daemon.token, instance="another")
    with pytest.raises(DaemonNotRunning):
        Client.discover(settings)
