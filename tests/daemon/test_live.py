"""What a page hears while it is open: let in by its session alone, and only while that lasts."""

import json
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection

from bridge.daemon.sessions import MOST_SESSIONS
from bridge.wire.selections import FileSelectionIn, PushedSelectionIn
from tests.daemon.house import Running, running, timeline
from tests.daemon.test_guard import ask
from tests.daemon.test_hosts import report
from tests.daemon.test_panel_guard import Page, let_in
from tests.daemon.test_sockets import POLICY, closed_with, listening, submitted


@pytest.fixture
def page(daemon: Running) -> Page:
    return let_in(daemon)


def own(daemon: Running) -> str:
    return f"http://127.0.0.1:{daemon.port}"


def hello(page: Page) -> str:
    return json.dumps({"csrf": page.csrf})


def heard(socket: ClientConnection) -> dict[str, object]:
    event: dict[str, object] = json.loads(socket.recv(timeout=5))
    return event


class TestSession:
    def test_listens(self, daemon: Running, page: Page) -> None:
        cookie = {"Cookie": page.cookie}
        with listening(daemon, headers=cookie, origin=own(daemon)) as socket:
            socket.send(hello(page))
            daemon.jobs.happen("j1", "progress")
            assert heard(socket)["what"] == "progress"

    def test_is_not_the_csrf_value_alone(self, daemon: Running, page: Page) -> None:
        with listening(daemon, origin=own(daemon)) as socket:
            socket.send(hello(page))
            assert closed_with(socket) == POLICY

    @pytest.mark.parametrize("csrf", ["", "wrong", "\udfff", None, ["a"], {"a": 1}, True])
    def test_is_not_the_cookie_with_another_value(
        self, daemon: Running, page: Page, csrf: object
    ) -> None:
        cookie = {"Cookie": page.cookie}
        with listening(daemon, headers=cookie, origin=own(daemon)) as socket:
            socket.send(json.dumps({"csrf": csrf}))
            assert closed_with(socket) == POLICY

    def test_is_not_two_halves_of_two_sessions(self, daemon: Running, page: Page) -> None:
        other = {"Cookie": let_in(daemon).cookie}
        with listening(daemon, headers=other, origin=own(daemon)) as socket:
            socket.send(hello(page))
            assert closed_with(socket) == POLICY

    def test_is_not_mended_by_it_where_a_token_is_wrong(self, daemon: Running, page: Page) -> None:
        cookie = {"Cookie": page.cookie}
        with listening(daemon, "bearer.wrong", headers=cookie, origin=own(daemon)) as socket:
            assert closed_with(socket) == POLICY

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", ""])
    def test_of_the_user_is_no_use_to_another_page(
        self, daemon: Running, page: Page, origin: str
    ) -> None:
        """Browsers send the cookie along, and the page's origin."""
        with pytest.raises(InvalidStatus) as refused:  # noqa: SIM117 - the second one raises
            with listening(daemon, headers={"Cookie": page.cookie, "Origin": origin}):
                pass
        assert refused.value.response.status_code == 403

    def test_that_is_over_is_told_so_and_hears_nothing_more(self, tmp_path: Path) -> None:
        with running(tmp_path) as daemon:
            page = let_in(daemon)
            cookie = {"Cookie": page.cookie}
            with listening(daemon, headers=cookie, origin=own(daemon)) as socket:
                socket.send(hello(page))
                daemon.jobs.happen("j1", "progress")
                assert heard(socket)["what"] == "progress"
                for _ in range(MOST_SESSIONS):
                    daemon.daemon.house.sessions.start()
                daemon.jobs.happen("j1", "secret")
                assert closed_with(socket) == POLICY
            with listening(daemon, headers=cookie, origin=own(daemon)) as socket:
                socket.send(hello(page))
                assert closed_with(socket) == POLICY
            assert ask(daemon, *page.headers, token="").status == 401


class TestSelections:
    def test_are_heard_of_by_whichever_door_they_come(self, tmp_path: Path) -> None:
        with running(tmp_path) as daemon, daemon.client() as client:
            chosen = FileSelectionIn(timeline=str(timeline(daemon.folder)), clips=("all",))
            pushed = PushedSelectionIn(host="premiere", rate="25", clips=())
            made = [client.select(chosen), client.select(pushed)]
            answer = httpx.post(
                f"{daemon.url}/v1/hosts/resolve/selections",
                json=report(daemon.folder, action="generate"),
                headers=daemon.headers,
                timeout=30,
            )
            ids = [*(one.id for one in made), answer.json()["selection"]]
            events = httpx.get(f"{daemon.url}/v1/events", headers=daemon.headers).json()["events"]
        assert [(e["what"], e["job"], e["shot"]) for e in events] == [("selection", "", None)] * 3
        assert [event["data"] for event in events] == [
            {"id": ids[0], "host": "file", "action": "edit", "shots": 2},
            {"id": ids[1], "host": "premiere", "action": "edit", "shots": 0},
            {"id": ids[2], "host": "resolve", "action": "generate", "shots": 2},
        ]

    def test_that_cannot_be_made_are_not_heard_of(self, tmp_path: Path) -> None:
        with running(tmp_path) as daemon:
            body = {"timeline": str(tmp_path / "absent.otio")}
            path = f"{daemon.url}/v1/selections"
            assert httpx.post(path, json=body, headers=daemon.headers).status_code == 422
            events = httpx.get(f"{daemon.url}/v1/events", headers=daemon.headers).json()
        assert events == {"events": [], "last": 0}


def test_the_queue_says_where_the_events_go_on(daemon: Running) -> None:
    with daemon.client() as client:
        job = submitted(client, daemon)
    last = httpx.get(f"{daemon.url}/v1/queue", headers=daemon.headers).json()["last"]
    daemon.jobs.happen(job, "progress")
    with listening(daemon, headers=daemon.headers, query=f"?after={last}") as socket:
        event = heard(socket)
    assert (event["seq"], event["job"], event["what"]) == (last + 1, job, "progress")
