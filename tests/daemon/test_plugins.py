"""Plug-ins inside editors: a key opens a few routes, from places that are no web page; no more."""

import json
from collections.abc import Iterator

import pytest

from bridge.daemon.host_facts import HostFacts
from bridge.hosts.keys import HostKeys
from tests.daemon import raw
from tests.daemon.house import Running, running
from tests.daemon.test_guard import JOBS, JSON, PANEL, ask, refusal
from tests.daemon.test_sockets import POLICY, closed_with, listening

NEXT = "/v1/hosts/premiere/next"
BODY = json.dumps({"runner": "9f86d081884c7d65", "lane": "uxp", "once": True}).encode()
OUTSIDE = ["null", "file://", "uxp://org.nlebridge.panel", "app:/", "chrome-extension://abcdef"]
WEB = ["https://evil.example", "http://127.0.0.1:1", "HTTPS://evil.example", "http://localhost"]


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("plugins"), origins=(PANEL,)) as started:
        yield started


@pytest.fixture(scope="module")
def key(daemon: Running) -> str:
    return HostKeys(daemon.daemon.house.settings.data).make("premiere")


def by(
    daemon: Running,
    key: str,
    *headers: tuple[str, str],
    path: str = NEXT,
    method: str = "POST",
    body: bytes = BODY,
) -> raw.Answer:
    """Asked by a plug-in."""
    kind = [JSON] if body else []
    return ask(daemon, *kind, *headers, method=method, path=path, body=body, token=key)


def preflight(
    daemon: Running, origin: str, path: str = NEXT, method: str = "POST", **more: str
) -> raw.Answer:
    asked = [("Origin", origin), ("Access-Control-Request-Method", method)]
    return ask(daemon, *asked, method="OPTIONS", path=path, token="", **more)


class TestKey:
    def test_opens_its_own_host(self, daemon: Running, key: str) -> None:
        answer = by(daemon, key)
        assert answer.status == 200
        assert answer.json()["stop"] is True
        assert "access-control-allow-origin" not in answer.headers

    @pytest.mark.parametrize("verb", ["hold", "release", "ack"])
    def test_opens_placements(self, daemon: Running, key: str, verb: str) -> None:
        assert by(daemon, key, path=f"/v1/placements/p-1/{verb}").status in (200, 404, 422)

    def test_opens_health(self, daemon: Running, key: str) -> None:
        assert by(daemon, key, path="/v1/health", method="GET", body=b"").status == 200

    def test_opens_the_page(self, daemon: Running, key: str) -> None:
        assert by(daemon, key, path="/v1/panel/open", body=b"{}").status == 200

    @pytest.mark.parametrize("origin", [None, "null"])
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", JOBS),
            ("POST", JOBS),
            ("GET", "/v1/queue"),
            ("GET", "/v1/events"),
            ("GET", "/v1/takes"),
            ("GET", "/v1/placements"),
            ("POST", "/v1/placements/p-1/again"),
            ("POST", "/v1/placements/p-1/x/ack"),
            ("GET", NEXT),
            ("POST", "/v1/hosts/resolve/next"),
            ("POST", "/v1/hosts/resolve/selections"),
            ("POST", "/v1/hosts/premiere/next/"),
            ("POST", "/v1/hosts/premiere/../resolve/next"),
            ("POST", "/v1/hosts/premiere%2f..%2fresolve/next"),
            ("POST", "/v1/health"),
            ("POST", "/v1/panel/session"),
            ("GET", "/openapi.json"),
        ],
    )
    def test_opens_nothing_else(
        self, daemon: Running, key: str, method: str, path: str, origin: str | None
    ) -> None:
        headers = [] if origin is None else [("Origin", origin)]
        body = b"" if method == "GET" else b"{}"
        answer = by(daemon, key, *headers, path=path, method=method, body=body)
        assert answer.status == 403
        assert refusal(answer) == "forbidden"

    def test_opens_no_other_route_that_there_is(self, daemon: Running, key: str) -> None:
        may = ("/v1/hosts/premiere/", "/v1/placements/", "/v1/health", "/v1/panel/open")
        for path, methods in daemon.daemon.server.app.openapi()["paths"].items():
            for method in methods:
                if path.startswith(may) and "again" not in path:
                    continue
                named = path.replace("{", "x").replace("}", "")
                answer = by(daemon, key, path=named, method=method.upper(), body=b"")
                assert answer.status == 403, (method, path)

    def test_opens_no_websocket(self, daemon: Running, key: str) -> None:
        with listening(daemon, f"bearer.{key}") as socket:
            assert closed_with(socket) == POLICY
        with listening(daemon) as socket:
            socket.send(json.dumps({"token": key}))
            assert closed_with(socket) == POLICY

    def test_that_was_forgotten_opens_nothing(
        self, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        with running(tmp_path_factory.mktemp("forgotten")) as daemon:
            keys = HostKeys(daemon.daemon.house.settings.data)
            old = keys.make("premiere")
            assert by(daemon, old).status == 200
            new = keys.make("premiere")
            assert by(daemon, old).status == 401
            assert by(daemon, new).status == 200
            keys.forget("premiere")
            assert by(daemon, new).status == 401
            assert by(daemon, new, ("Origin", "null")).status == 403

    def test_does_not_excuse_a_rebound_host(self, daemon: Running, key: str) -> None:
        token = ("Authorization", f"Bearer {key}")
        answer = ask(daemon, JSON, token, method="POST", path=NEXT, body=BODY, host="evil.example")
        assert answer.status == 421

    def test_is_read_once(self, daemon: Running, key: str) -> None:
        twice = [("Authorization", f"Bearer {key}")] * 2
        assert ask(daemon, *twice, path="/v1/health").status == 400


class TestPlace:
    @pytest.mark.parametrize("origin", OUTSIDE)
    @pytest.mark.parametrize("site", [None, "cross-site", "none"])
    def test_outside_the_web_is_taken_with_a_key_and_noted(
        self, daemon: Running, key: str, origin: str, site: str | None
    ) -> None:
        headers = [("Origin", origin)] + ([("Sec-Fetch-Site", site)] if site else [])
        answer = by(daemon, key, *headers)
        assert answer.status == 200
        assert answer.headers["access-control-allow-origin"] == origin
        assert answer.headers["vary"] == "origin"

    def test_is_noted_for_doctor(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        with running(tmp_path_factory.mktemp("noted")) as daemon:
            data = daemon.daemon.house.settings.data
            key = HostKeys(data).make("premiere")
            by(daemon, key)
            assert HostFacts(data, "premiere").read().origin == ""
            by(daemon, "wrong", ("Origin", "uxp://wrong"))
            assert HostFacts(data, "premiere").read().origin == ""
            by(daemon, key, ("Origin", "uxp://panel"))
            assert HostFacts(data, "premiere").read().origin == "uxp://panel"

    @pytest.mark.parametrize("origin", OUTSIDE)
    @pytest.mark.parametrize("token", ["wrong", ""])
    def test_outside_the_web_is_refused_without_one(
        self, daemon: Running, origin: str, token: str
    ) -> None:
        given = [("Authorization", f"Bearer {token}")] if token else []
        answer = ask(daemon, JSON, ("Origin", origin), *given, method="POST", path=NEXT, token="")
        assert answer.status == 403
        assert "access-control-allow-origin" not in answer.headers

    @pytest.mark.parametrize("origin", OUTSIDE)
    def test_outside_the_web_is_refused_with_the_daemon_s_token(
        self, daemon: Running, origin: str
    ) -> None:
        """Whoever reads that token is no plug-in, and needs no Origin."""
        assert ask(daemon, ("Origin", origin)).status == 403

    @pytest.mark.parametrize("origin", WEB)
    def test_on_the_web_is_refused_whatever_it_carries(
        self, daemon: Running, key: str, origin: str
    ) -> None:
        answer = by(daemon, key, ("Origin", origin))
        assert answer.status == 403
        assert "access-control-allow-origin" not in answer.headers

    def test_of_a_listed_page_keeps_its_rights(self, daemon: Running) -> None:
        assert ask(daemon, ("Origin", PANEL), path=JOBS).status == 200


class TestPreflight:
    @pytest.mark.parametrize("origin", OUTSIDE)
    def test_is_answered_where_a_plugin_may_ask(self, daemon: Running, origin: str) -> None:
        answer = preflight(daemon, origin)
        assert answer.status == 204
        assert answer.headers["access-control-allow-origin"] == origin
        assert "authorization" in answer.headers["access-control-allow-headers"]
        assert "access-control-allow-credentials" not in answer.headers

    @pytest.mark.parametrize(
        ("path", "method"),
        [
            (JOBS, "POST"),
            (JOBS, "GET"),
            ("/v1/queue", "GET"),
            (NEXT, "DELETE"),
            (NEXT, "GET"),
            ("/v1/panel/session", "POST"),
        ],
    )
    def test_is_refused_elsewhere(self, daemon: Running, path: str, method: str) -> None:
        answer = preflight(daemon, "null", path, method)
        assert answer.status == 403
        assert "access-control-allow-origin" not in answer.headers

    @pytest.mark.parametrize("origin", WEB)
    def test_is_refused_to_pages_of_the_web(self, daemon: Running, origin: str) -> None:
        answer = preflight(daemon, origin)
        assert answer.status == 403
        assert "access-control-allow-origin" not in answer.headers

    def test_is_refused_to_a_rebound_host(self, daemon: Running) -> None:
        assert preflight(daemon, "null", host="evil.example").status == 421

    def test_changes_nothing(self, daemon: Running) -> None:
        """A body that comes with it is not looked at."""
        assert (
            ask(
                daemon,
                JSON,
                ("Origin", "null"),
                ("Access-Control-Request-Method", "POST"),
                method="OPTIONS",
                path=NEXT,
                body=BODY,
                token="",
            ).body
            == b""
        )
