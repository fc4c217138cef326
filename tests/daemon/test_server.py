"""Starting, being found, stopping: ports, the runtime file, signals, what a failed start leaves."""

import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bridge.client import Client
from bridge.daemon.ports import bound
from bridge.daemon.server import Daemon, Embedded, serve
from bridge.errors import DaemonBusy, DaemonNotRunning, DiskRefused, PortTaken
from bridge.settings import Settings
from bridge.wire.runtime import Runtime
from tests.daemon.house import Rooms, running
from tests.fakes.jobs import FakeJobs

PROGRAM = """
import sys
from pathlib import Path
from bridge.daemon.server import serve
from bridge.settings import Settings
from tests.daemon.house import Rooms

rooms = Rooms()
settings = Settings(data=Path(sys.argv[1]), port=0)
serve(settings, rooms=rooms, started=lambda _: print("up", flush=True))
print("stopped" if not rooms.jobs.running else "running", flush=True)
"""


def test_runtime_file_is_for_this_user_only(tmp_path: Path) -> None:
    with running(tmp_path) as daemon:
        file = daemon.daemon.house.settings.runtime_file
        if os.name != "nt":
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            assert stat.S_IMODE(file.parent.stat().st_mode) & 0o077 == 0
        told = Runtime.model_validate_json(file.read_bytes())
        assert (told.port, told.pid, told.token) == (daemon.port, os.getpid(), daemon.token)
        assert len(told.token) >= 43  # 256 bits
        assert told.token not in repr(told)
        assert told.token not in repr(daemon.daemon.house)
    assert not file.exists()
    assert not list(file.parent.glob("*.part"))


def test_every_start_has_another_token(tmp_path: Path) -> None:
    with running(tmp_path) as one:
        first = (one.token, one.daemon.house.instance)
    with running(tmp_path) as other:
        assert other.token != first[0]
        assert other.daemon.house.instance != first[1]


def test_stale_file_is_replaced(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "runtime.json").write_text('{"port": 1, "pid": 1}')
    with running(tmp_path) as daemon, Client.discover(daemon.daemon.house.settings) as client:
        assert client.health().instance == daemon.daemon.house.instance


def test_file_of_another_daemon_stays(tmp_path: Path) -> None:
    with running(tmp_path) as daemon:
        file = daemon.daemon.house.settings.runtime_file
        told = Runtime.model_validate_json(file.read_bytes())
        file.write_text(told.model_copy(update={"instance": "another"}).model_dump_json())
    assert file.exists()


def test_two_daemons_share_a_machine(tmp_path: Path) -> None:
    with running(tmp_path / "one") as one, running(tmp_path / "two", port=one.port) as two:
        assert two.port != one.port
        for daemon in (one, two):
            with Client.discover(daemon.daemon.house.settings) as client:
                assert client.health().instance == daemon.daemon.house.instance
        with Client.at(one.url, two.token) as client, pytest.raises(Exception, match="token"):
            client.health()


def test_second_daemon_of_a_folder_leaves_the_first_alone(tmp_path: Path) -> None:
    """The fake's lock: a second one is refused by its jobs, before it writes where it is."""
    with running(tmp_path) as daemon:
        settings = daemon.daemon.house.settings
        before = settings.runtime_file.read_bytes()
        with pytest.raises(DaemonBusy), Embedded(settings, rooms=_busy):
            pass
        assert settings.runtime_file.read_bytes() == before
        with Client.discover(settings) as client:
            assert client.health().instance == daemon.daemon.house.instance


def _busy(settings: Settings):
    tools, _ = Rooms()(settings)
    return tools, FakeJobs(settings, tools, start_error=DaemonBusy("Another one has the folder."))


def test_failed_start_frees_the_port(settings: Settings) -> None:
    port = _free_port()
    with pytest.raises(DaemonBusy), Embedded(Settings(data=settings.data, port=port), rooms=_busy):
        pass
    bound(port, exactly=True).close()
    assert not settings.runtime_file.exists()


@pytest.mark.parametrize("error", [None, DaemonBusy("Another one has the folder.")])
def test_rooms_are_closed_whatever_happened(settings: Settings, error: DaemonBusy | None) -> None:
    opened = []

    def rooms(wanted: Settings):
        tools, _ = Rooms()(wanted)
        opened.append((tools, FakeJobs(wanted, tools, start_error=error)))
        return opened[0]

    with contextlib.suppress(DaemonBusy), Embedded(settings, rooms=rooms):
        assert not opened[0][0].room.closed
    (tools, jobs) = opened[0]
    assert tools.room.closed
    assert tools.engines.get("fake").closed
    assert not jobs.running


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = Settings(data=tmp_path / "file" / "data", port=0)
    with pytest.raises(DiskRefused), Embedded(settings, rooms=Rooms()):
        pass


def test_next_free_port() -> None:
    with contextlib.closing(bound(0, exactly=False)) as first:
        port = first.getsockname()[1]
        with contextlib.closing(bound(port, exactly=False)) as second:
            assert second.getsockname()[1] not in (0, port)


def test_taken_port_is_named() -> None:
    with contextlib.closing(bound(0, exactly=True)) as first:
        port = first.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)):
            bound(port, exactly=True)


@pytest.mark.parametrize("port", [65_536, -1])
def test_port_that_is_none(port: int) -> None:
    with pytest.raises(PortTaken):
        bound(port, exactly=True)


def test_only_this_machine_is_served(tmp_path: Path) -> None:
    with running(tmp_path) as daemon:
        assert daemon.daemon.listener.getsockname()[0] == "127.0.0.1"
        for address in ("127.0.0.2", socket.gethostbyname(socket.gethostname())):
            if address != "127.0.0.1":
                with pytest.raises(OSError):
                    socket.create_connection((address, daemon.port), timeout=2).close()


def _free_port() -> int:
    with contextlib.closing(bound(0, exactly=True)) as found:
        return int(found.getsockname()[1])


def test_listeners_are_let_go_at_the_end(tmp_path: Path) -> None:
    """Somebody who waits for events must not hold up the end, nor be cut off in mid-answer."""
    answered = []
    with running(tmp_path) as daemon:
        client = daemon.client()

        def listen() -> None:
            answered.append(client.poll(0, wait=30))

        thread = threading.Thread(target=listen)
        thread.start()
        while not daemon.daemon.server.server_state.tasks:
            time.sleep(0.01)
    thread.join(10)
    client.close()
    assert [answer.events for answer in answered] == [()]


def test_serving_in_a_thread_of_its_own(settings: Settings) -> None:
    up = threading.Event()
    held: list[Daemon] = []

    def started(daemon: Daemon) -> None:
        held.append(daemon)
        up.set()

    wanted = Settings(data=settings.data, port=0)
    thread = threading.Thread(target=lambda: serve(wanted, rooms=Rooms(), started=started))
    thread.start()
    assert up.wait(20)
    with Client.discover(wanted) as client:
        assert client.health().status == "ok"
    held[0].stop()
    thread.join(20)
    assert not thread.is_alive()
    with pytest.raises(DaemonNotRunning):
        Client.discover(wanted)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to send")
@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_in_good_order(settings: Settings, kind: signal.Signals) -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(settings.data)],
        cwd=root,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        with Client.discover(settings) as client:
            assert client.health().pid == process.pid
        process.send_signal(kind)
        assert process.stdout.read() == "stopped\n"
        assert process.wait(20) == 0
    assert not settings.runtime_file.exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL to send")
def test_killed_daemon_is_recognised_and_replaced(settings: Settings) -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(settings.data)],
        cwd=root,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.kill()
    assert settings.runtime_file.exists()
    with pytest.raises(DaemonNotRunning):
        Client.discover(settings)
    again = Settings(data=settings.data, port=0)
    with Embedded(again, rooms=Rooms()) as daemon, Client.discover(again) as client:
        assert client.health().instance == daemon.house.instance
