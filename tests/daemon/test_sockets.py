"""Events over a WebSocket: the same guard as for requests; a stream that can be taken up again."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bridge.client import Client
from bridge.wire.jobs import JobIn
from bridge.wire.recipes import RecipeIn
from bridge.wire.selections import FileSelectionIn
from tests.daemon import raw
from tests.daemon.house import Running, timeline

POLICY = 1008


@contextmanager
def listening(
    daemon: Running,
    *protocols: str,
    headers: dict[str, str] | None = None,
    origin: str | None = None,
    query: str = "",
) -> Iterator[ClientConnection]:
    with connect(
        f"ws://127.0.0.1:{daemon.port}/v1/events{query}",
        subprotocols=[Subprotocol(name) for name in protocols] or None,
        additional_headers=headers,
        origin=origin,
        proxy=None,
        open_timeout=5,
        close_timeout=2,
    ) as socket:
        yield socket


def closed_with(socket: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed) as ended:
        socket.recv(timeout=5)
    assert ended.value.rcvd is not None
    return ended.value.rcvd.code


@pytest.fixture(scope="module")
def job(daemon: Running) -> str:
    with daemon.client() as client:
        return submitted(client, daemon)


def submitted(client: Client, daemon: Running) -> str:
    chosen = FileSelectionIn(timeline=str(timeline(daemon.folder)), clips=("V1:1",))
    selection = client.select(chosen)
    return client.submit(JobIn(selection=selection.id, recipe=RecipeIn(engine="fake"))).id


def test_token_as_protocol(daemon: Running, job: str) -> None:
    with listening(daemon, "nle-bridge", f"bearer.{daemon.token}") as socket:
        assert socket.subprotocol == "nle-bridge"  # the token is not sent back
        event = json.loads(socket.recv(timeout=5))
        queued = json.loads(socket.recv(timeout=5))
    assert (event["seq"], event["what"], event["job"]) == (1, "selection", "")
    assert (queued["seq"], queued["what"], queued["job"]) == (2, "job_queued", job)


def test_token_as_the_only_protocol(daemon: Running, job: str) -> None:
    with listening(daemon, f"bearer.{daemon.token}") as socket:
        assert json.loads(socket.recv(timeout=5))["seq"] == 1


def test_token_as_header(daemon: Running, job: str) -> None:
    with listening(daemon, headers=daemon.headers) as socket:
        assert json.loads(socket.recv(timeout=5))["seq"] == 1


def test_token_as_first_message(daemon: Running, job: str) -> None:
    with listening(daemon) as socket:
        socket.send(json.dumps({"token": daemon.token}))
        assert json.loads(socket.recv(timeout=5))["seq"] == 1


@pytest.mark.parametrize(
    "hello",
    [
        '{"token": "wrong"}',
        '{"token": null}',
        '{"token": ["a"]}',
        "[]",
        "null",
        "not json",
        "{",
        '{"token": "\\ud800"}',
        "[" * 4000,
        '{"token": "' + "x" * 5000 + '"}',
        b"\x00\xff",
    ],
)
def test_wrong_first_messages(daemon: Running, hello: str | bytes) -> None:
    with listening(daemon) as socket:
        socket.send(hello)
        assert closed_with(socket) == POLICY


@pytest.mark.parametrize("protocol", ["bearer.wrong", "bearer."])
def test_wrong_token_as_protocol(daemon: Running, protocol: str) -> None:
    with listening(daemon, protocol) as socket:
        assert closed_with(socket) == POLICY


def test_wrong_header_is_not_mended_by_a_first_message(daemon: Running) -> None:
    with listening(daemon, headers={"Authorization": "Bearer wrong"}) as socket:
        assert closed_with(socket) == POLICY


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_foreign_pages_are_refused(daemon: Running, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:  # noqa: SIM117 - the second one raises
        with listening(daemon, f"bearer.{daemon.token}", origin=origin):
            pass
    assert refused.value.response.status_code == 403


def test_own_page_is_served(daemon: Running, job: str) -> None:
    own = f"http://127.0.0.1:{daemon.port}"
    with listening(daemon, f"bearer.{daemon.token}", origin=own) as socket:
        assert json.loads(socket.recv(timeout=5))["seq"] == 1


def shaken(daemon: Running, *headers: tuple[str, str], host: str) -> raw.Answer:
    """A handshake, byte by byte."""
    return raw.send(
        daemon.port,
        "GET",
        "/v1/events",
        [
            ("Host", host),
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
            *headers,
            ("Authorization", f"Bearer {daemon.token}"),
        ],
    )


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:1", "0.0.0.0:{port}"])
def test_rebound_handshakes_are_refused(daemon: Running, host: str) -> None:
    assert shaken(daemon, host=host.format(port=daemon.port)).status == 403


def test_handshakes_of_other_sites_are_refused(daemon: Running) -> None:
    own = f"127.0.0.1:{daemon.port}"
    assert shaken(daemon, ("Sec-Fetch-Site", "cross-site"), host=own).status == 403


def test_handshakes_with_two_tokens_are_refused(daemon: Running) -> None:
    second = ("Authorization", "Bearer another")
    assert shaken(daemon, second, host=f"127.0.0.1:{daemon.port}").status == 403


def test_unknown_sockets_are_refused(daemon: Running) -> None:
    address = f"ws://127.0.0.1:{daemon.port}/v1/jobs"
    with pytest.raises(InvalidStatus):
        connect(address, additional_headers=daemon.headers, proxy=None, open_timeout=5)


def test_stream_is_taken_up_where_it_was_left(daemon: Running, job: str) -> None:
    with listening(daemon, headers=daemon.headers, query="?after=1") as socket:
        last = json.loads(socket.recv(timeout=5))["seq"]
    for number in range(3):
        daemon.jobs.happen(job, "progress", progress=number)
    with listening(daemon, headers=daemon.headers, query=f"?after={last}") as socket:
        happened = [json.loads(socket.recv(timeout=5)) for _ in range(3)]
    assert [event["seq"] for event in happened] == [last + 1, last + 2, last + 3]
    assert [event["data"]["progress"] for event in happened] == [0, 1, 2]


def test_stream_of_one_job(daemon: Running, job: str) -> None:
    daemon.jobs.happen("another", "progress")
    daemon.jobs.happen(job, "progress", marked=True)
    with listening(daemon, headers=daemon.headers, query=f"?job={job}") as socket:
        while not json.loads(text := socket.recv(timeout=5))["data"].get("marked"):
            assert json.loads(text)["job"] == job


@pytest.mark.parametrize("after", ["-1", "x", "1e9", "9" * 30])
def test_senseless_beginnings_are_refused(daemon: Running, after: str) -> None:
    with pytest.raises(InvalidStatus):  # noqa: SIM117 - the second one raises
        with listening(daemon, headers=daemon.headers, query=f"?after={after}"):
            pass


def test_what_listeners_say_is_passed_over(daemon: Running, job: str) -> None:
    with listening(daemon, headers=daemon.headers) as socket:
        socket.send("hello")
        socket.send(b"\x00\x01")
        daemon.jobs.happen(job, "after_that")
        while json.loads(socket.recv(timeout=5))["what"] != "after_that":
            pass
