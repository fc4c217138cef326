"""The room's door: results and errors cross, nothing hangs, nothing is left behind."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import cv2
import psutil
import pytest

from bridge.errors import (
    DiskFull,
    InternalError,
    MediaChanged,
    MediaDamaged,
    MediaForbidden,
    MediaMissing,
    MediaUnsupported,
    UsageError,
    WorkerDied,
)
from bridge.media import tasks
from bridge.media.deliver import deliver
from bridge.media.facts import Codec, Delivery
from bridge.media.limits import Guard, Limits
from bridge.media.nursery import NURSERY
from bridge.media.probe import probe
from bridge.media.room import MediaRoom
from bridge.media.slate import numbers, read_number
from bridge.media.workers import MOST_SPARES, WORKER, Crew, Patience, Running
from bridge.settings import Settings
from bridge.source import Source, SourceKind
from tests.children import children as living
from tests.media.footage import order
from tests.media.test_stills import bomb, write_picture

Outcome = TypeVar("Outcome")
OPEN_FILES = Path("/proc/self/fd")  # where the system has it


def files_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[MediaRoom]:
    room = MediaRoom(settings)
    try:
        yield room
    finally:
        await room.close()


def in_room(settings: Settings, work: Callable[[MediaRoom], Awaitable[Outcome]]) -> Outcome:
    async def run() -> Outcome:
        async with opened(settings) as room:
            return await work(room)

    return asyncio.run(run())


def children() -> list[psutil.Process]:
    return living(WORKER)


def long_order(film: Path, out: Path) -> Delivery:
    return order(film, (1, 2) * 20_000, out)


def test_facts_and_files_are_what_they_are_in_this_process(
    settings: Settings, film: Path, tmp_path: Path
) -> None:
    wanted = order(film, range(9, 2, -1), tmp_path / "a.mov")
    heard: list[int] = []

    async def work(room: MediaRoom) -> None:
        facts = await room.probe(Source(film))
        assert facts == probe(Source(film), Guard())
        result = await room.deliver(wanted, heard.append, facts=[facts])
        again = deliver(replace(wanted, out=tmp_path / "b.mov"), Guard(), lambda _: None)
        assert result.sha256 == again.sha256
        assert result.facts.source == Source(wanted.out)

    in_room(settings, work)
    assert numbers(wanted.out) == tuple(range(9, 2, -1))
    assert heard[-1] == 7
    assert children() == []


def test_stills_and_sheets(settings: Settings, film: Path, tmp_path: Path) -> None:
    picture = Source(write_picture(tmp_path / "p.png", 99), SourceKind.still)

    async def work(room: MediaRoom) -> None:
        await room.still(Source(film), 41, tmp_path / "still.png")
        await room.still(picture, 0, tmp_path / "small.png", width=48)
        rows = (("source", ((Source(film), 3), (Source(film), 59))), ("café", ((picture, 0),)))
        await room.sheet(rows, tmp_path / "sheet.png", width=128)
        with pytest.raises(UsageError):
            await room.sheet((), tmp_path / "none.png")

    in_room(settings, work)
    assert read_number(cv2.imread(str(tmp_path / "still.png"))) == 41
    small = cv2.imread(str(tmp_path / "small.png"))
    assert small.shape == (27, 48, 3)
    assert read_number(small) == 99
    sheet = cv2.imread(str(tmp_path / "sheet.png"))
    assert read_number(sheet[28 : 28 + 72, 8 + 136 : 8 + 136 + 128]) == 59
    assert not list(tmp_path.glob("*.part"))


def test_errors_cross_whole(settings: Settings, film: Path, tmp_path: Path) -> None:
    missing = tmp_path / "no.mov"
    fifo = tmp_path / "fifo.mov"
    os.mkfifo(fifo)
    changed = replace(probe(Source(film), Guard()), size=7)

    async def work(room: MediaRoom) -> None:
        for source, kind in (
            (missing, MediaMissing),
            (fifo, MediaForbidden),
            (Path("/dev/zero"), MediaForbidden),
            (Path("//server/a.mov"), MediaForbidden),
            (bomb(tmp_path / "bomb.png", 16_000, 16_000), MediaUnsupported),
        ):
            with pytest.raises(kind) as caught:
                await room.probe(Source(source))
            assert caught.value.hint
        with pytest.raises(MediaChanged):
            await room.deliver(order(film, (1,), tmp_path / "a.mov"), facts=[changed])

    in_room(settings, work)
    assert not list(tmp_path.glob("a.mov*"))


def test_only_the_allowed_folders(settings: Settings, film: Path, tmp_path: Path) -> None:
    async def work(room: MediaRoom) -> None:
        with pytest.raises(MediaForbidden, match="outside"):
            await room.probe(Source(film))

    in_room(replace(settings, roots=(tmp_path,)), work)


def test_many_at_once(settings: Settings, film: Path, tmp_path: Path) -> None:
    async def work(room: MediaRoom) -> None:
        orders = [order(film, range(n, n + 5), tmp_path / f"{n}.mov") for n in range(3)]
        probes = (room.probe(Source(film)) for _ in range(3))
        await asyncio.gather(*(room.deliver(each) for each in orders), *probes)

    in_room(settings, work)
    assert [numbers(tmp_path / f"{n}.mov")[0] for n in range(3)] == [0, 1, 2]


def test_a_cancelled_order_leaves_no_child_and_no_file(
    settings: Settings, film: Path, tmp_path: Path
) -> None:
    async def work(room: MediaRoom) -> None:
        begun = asyncio.Event()
        call = room.deliver(long_order(film, tmp_path / "a.mov"), lambda _: begun.set())
        running = asyncio.ensure_future(call)
        await asyncio.wait_for(begun.wait(), 30)
        assert files_in(tmp_path) == ["a.mov.part"]
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert files_in(tmp_path) == []
        assert (await room.probe(Source(film))).frames == 60

    in_room(settings, work)
    assert children() == []


def test_a_killed_child_is_told_and_leaves_no_file(
    settings: Settings, film: Path, tmp_path: Path
) -> None:
    async def work(room: MediaRoom) -> None:
        begun = asyncio.Event()
        call = room.deliver(long_order(film, tmp_path / "a.mov"), lambda _: begun.set())
        running = asyncio.ensure_future(call)
        await asyncio.wait_for(begun.wait(), 30)
        for child in children():
            child.send_signal(signal.SIGKILL)
        with pytest.raises(WorkerDied, match="SIGKILL"):
            await running
        assert files_in(tmp_path) == []

    in_room(settings, work)


def test_closing_ends_what_is_under_way(settings: Settings, film: Path, tmp_path: Path) -> None:
    async def run() -> None:
        begun = asyncio.Event()
        room = MediaRoom(settings)
        call = room.deliver(long_order(film, tmp_path / "a.mov"), lambda _: begun.set())
        running = asyncio.ensure_future(call)
        await asyncio.wait_for(begun.wait(), 30)
        await room.close()
        with pytest.raises(WorkerDied, match="stopped"):
            await running

    asyncio.run(run())
    assert files_in(tmp_path) == []
    assert children() == []


def test_work_that_takes_too_long_is_stopped(
    settings: Settings, film: Path, tmp_path: Path
) -> None:
    async def work(room: MediaRoom) -> None:
        with pytest.raises(WorkerDied, match="longer than 1 seconds"):
            await room.deliver(long_order(film, tmp_path / "a.mov"))

    in_room(replace(settings, worker_seconds=1), work)
    assert files_in(tmp_path) == []


def test_a_full_disk_is_told(settings: Settings, film: Path, tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    async def work(room: MediaRoom) -> None:
        with pytest.raises(DiskFull):
            await room.deliver(order(film, range(60), tmp_path / "a.mp4", Codec.h264))

    NURSERY.close()
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))  # the child's mother inherits it
    try:
        in_room(settings, work)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        NURSERY.close()
    assert files_in(tmp_path) == []


def bad(how: str, patience: Patience | None = None) -> None:
    crew = Crew(Limits(), patience or Patience(30, 30), "tests.media.bad_worker")
    try:
        crew.run(tasks.Probe(Source(Path("/") / how)), lambda _: None, Running())
    finally:
        crew.close()


def test_children_that_misbehave() -> None:
    with pytest.raises(MediaDamaged, match="flood"):
        bad("flood")
    with pytest.raises(InternalError, match="JSON"):
        bad("babble")
    with pytest.raises(WorkerDied, match="no progress"):
        bad("hang", Patience(30, 0.5))
    with pytest.raises(WorkerDied, match=r"longer than 0\.5"):
        bad("beat", Patience(0.5, 0.4))
    with pytest.raises(WorkerDied, match="3"):
        bad("quit")


def test_a_child_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNWAYML_API_SECRET", "key_canary")
    with pytest.raises(Exception, match="PYTHONPATH") as caught:
        bad("env")
    assert "canary" not in str(caught.value)


def test_a_child_cannot_take_more_memory_than_allowed() -> None:
    code = (
        "from bridge.media.limits import confine\n"
        "from bridge.media.limits import Limits\n"
        "confine(1024); bytearray(2 * 10**9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "MemoryError" in done.stderr


def test_a_child_that_did_well_is_kept(settings: Settings, film: Path, tmp_path: Path) -> None:
    """A file that cannot be read is no fault of its child; one that was killed is not missed."""

    async def work(room: MediaRoom) -> None:
        with pytest.raises(MediaMissing):
            await room.probe_sound(Source(tmp_path / "no.mov"))
        (first,) = children()
        await room.probe_sound(Source(film))
        assert [child.pid for child in children()] == [first.pid]
        await asyncio.gather(*(room.probe_sound(Source(film)) for _ in range(3)))
        assert 1 <= len(children()) <= MOST_SPARES
        for child in children():
            child.send_signal(signal.SIGKILL)
            child.wait()
        await room.probe_sound(Source(film))
        (later,) = children()
        assert later.pid != first.pid

    in_room(settings, work)


def test_a_child_that_was_stopped_is_not_kept(
    settings: Settings, film: Path, tmp_path: Path
) -> None:
    async def work(room: MediaRoom) -> None:
        await room.probe_sound(Source(film))
        (child,) = children()
        begun = asyncio.Event()
        call = room.deliver(long_order(film, tmp_path / "a.mov"), lambda _: begun.set())
        running = asyncio.ensure_future(call)
        await asyncio.wait_for(begun.wait(), 30)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert child.pid not in {each.pid for each in children()}

    in_room(settings, work)


def test_nothing_is_left_behind(settings: Settings, film: Path) -> None:
    files = files_in(OPEN_FILES)
    threads = threading.active_count()

    async def work(room: MediaRoom) -> None:
        for _ in range(3):
            await room.probe(Source(film))

    in_room(settings, work)
    assert children() == []
    assert threading.active_count() <= threads
    assert len(files_in(OPEN_FILES)) <= len(files)
