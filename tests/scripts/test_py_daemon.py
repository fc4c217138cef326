"""The daemon as the scripts reach it: found, asked without detours, started where none runs."""

import json
import socket
import sys
import threading
import time
from pathlib import Path

import pytest
from nle_bridge_resolve.config import Config
from nle_bridge_resolve.daemon import Daemon, DaemonError, DaemonGone, Runtime, read_runtime
from nle_bridge_resolve.starting import Clock, clean, find_daemon, find_or_start, start
from nle_bridge_resolve.verbs import Verbs

from tests.scripts.py_house import RUNNER, TOKEN, Office, Reply, Watch, served


@pytest.fixture
def config(tmp_path):
    return Config(tmp_path / "data", (), "Orange")


def test_every_verb_has_its_route_and_body(config):
    office = Office(held=[True, False])
    with served(office, config):
        verbs = Verbs(find_daemon(config), RUNNER)
        assert verbs.hold("p/1 \u00e9") is True
        assert verbs.hold("p2") is False
        verbs.release("p2", "why")
        verbs.ack("p3", "placed", {"track": 2})
        assert verbs.stop() == 2
    assert office.holds == ["p%2F1%20%C3%A9", "p2"]
    assert office.releases == [("p2", "why")]
    expected = {"state": "placed", "readback": {"track": 2}, "runner": RUNNER}
    assert office.acks == [{"placement": "p3", **expected}]


def test_no_proxy_comes_between(config, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    with served(Office(), config):
        assert find_daemon(config) is not None


def test_the_daemons_words_are_passed_on(config):
    office = Office()

    def refuse(verb):
        raise Reply(422, "usage", "Nothing is selected.", "Select a clip.")

    office.before = refuse
    with served(office, config), pytest.raises(DaemonError) as caught:
        Verbs(find_daemon(config), RUNNER).stop()
    error = caught.value
    assert (error.code, error.message) == ("usage", "Nothing is selected.")
    assert error.hint == "Select a clip."
    assert not isinstance(error, DaemonGone)


def test_another_daemon_at_that_port_is_not_ours(config):
    with served(Office(), config) as server:
        server.instance = "another"
        assert find_daemon(config) is None
    with served(Office(), config) as server:
        server.token = "another"
        assert find_daemon(config) is None
        with pytest.raises(DaemonGone):
            Daemon(server.runtime).post("/v1/hosts/resolve/stop", {})


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(DaemonGone):
        Daemon(Runtime(port, TOKEN, "one")).post("/v1/hosts/resolve/stop", {})


@pytest.mark.parametrize("reply", [b"", b"HTTP/1.1 200 OK\r\n\r\n[]", b"SSH-2.0-x\r\n\r\n"])
def test_somebody_else_listens(reply):
    """What answers, but is no daemon."""
    with socket.create_server(("127.0.0.1", 0)) as other:

        def answer():
            connection, _ = other.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(reply)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(DaemonGone):
            Daemon(Runtime(other.getsockname()[1], TOKEN, "one")).post("/v1/x", {})
        thread.join()


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"port": "1", "token": "t", "instance": "i"}'])
def test_runtime_files_that_make_no_sense(tmp_path, text):
    file = tmp_path / "runtime.json"
    assert read_runtime(file) is None
    file.write_text(text)
    assert read_runtime(file) is None


CHILD = """
import sys
sys.path[:0] = {path!r}
from pathlib import Path
from nle_bridge_resolve.config import Config
from tests.scripts.py_house import Office, Served
server = Served(Office(), "child")
server.daemon_threads = False
server.write_runtime(Config(Path(sys.argv[1]), (), ""))
server.timeout = 20
for _ in range(2):
    server.handle_request()
"""


@pytest.fixture
def launched():
    """A starter that keeps what it started, and waits for its end."""
    processes = []
    yield lambda command, environ: processes.append(start(command, environ)) or processes
    for process in processes:
        assert process.wait(20) == 0


def test_a_daemon_is_started_and_waited_for(tmp_path, launched):
    code = CHILD.format(path=[str(Path(__file__).parents[2]), *sys.path])
    data = tmp_path / "data"
    config = Config(data, (sys.executable, "-c", code, str(data)), "Orange")
    clock = Clock(time.monotonic, time.sleep)
    daemon = find_or_start(config, {"PYTHONHOME": "/resolve"}, clock, launched)
    assert daemon.runtime.instance == "child"
    assert daemon.is_itself()


def test_a_daemon_that_runs_is_not_started_again(config):
    with served(Office(), config):
        found = find_or_start(config._replace(command=("gone",)), {}, Watch().clock, None)
    assert found.runtime.instance == "one"


def test_a_daemon_that_does_not_come_up(tmp_path, launched):
    config = Config(tmp_path, (sys.executable, "-c", "pass"), "Orange")
    watch = Watch()
    with pytest.raises(DaemonGone, match="within 20 seconds"):
        find_or_start(config, {}, watch.clock, launched)
    assert 20 <= watch.time < 21


def test_a_command_that_is_not_there(tmp_path):
    with pytest.raises(DaemonGone, match="could not be started"):
        start([str(tmp_path / "gone")], {})


def test_resolves_own_python_settings_are_not_handed_on():
    environ = {"PATH": "/bin", "PYTHONHOME": "/r", "PYTHONPATH": "/r", "HOME": "/h"}
    assert clean(environ) == {"PATH": "/bin", "HOME": "/h"}


def test_a_runtime_file_as_the_daemon_writes_it(tmp_path):
    from bridge.daemon.runtime import new_runtime, write_runtime

    written = new_runtime(4747, "1.0")
    write_runtime(tmp_path / "runtime.json", written)
    found = read_runtime(tmp_path / "runtime.json")
    assert found == (4747, written.token, written.instance)
    assert json.loads((tmp_path / "runtime.json").read_text())["port"] == 4747
