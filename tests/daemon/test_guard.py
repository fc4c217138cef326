"""Who may ask: attacks of web pages, of other programs, of rebound names; every route closed."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from fastapi.routing import APIRoute

from bridge.daemon.app import ROUTERS, create_app
from bridge.daemon.callers import BODY_LIMIT
from bridge.errors import ERRORS_BY_CODE
from tests.daemon import raw
from tests.daemon.house import Running, running

JOBS = "/v1/jobs"
JSON = ("Content-Type", "application/json")


def ask(
    daemon: Running,
    *headers: tuple[str, str],
    host: str | None = None,
    method: str = "GET",
    path: str = "/v1/health",
    body: bytes = b"",
    token: str | None = None,
) -> raw.Answer:
    """A right request in everything that the test does not say otherwise."""
    given = [("Host", host if host is not None else f"127.0.0.1:{daemon.port}"), *headers]
    if not any(name.lower() == "authorization" for name, _ in headers) and token != "":
        given.append(("Authorization", f"Bearer {token or daemon.token}"))
    if body and not any(name == "Transfer-Encoding" for name, _ in headers):
        given.append(("Content-Length", str(len(body))))
    return raw.send(daemon.port, method, path, given, body)


def refusal(answer: raw.Answer) -> str:
    """The answer is one of our errors, whole, and dressed."""
    error = answer.json()
    assert set(error) == {"code", "message", "hint", "retryable", "detail"}
    assert error["code"] in ERRORS_BY_CODE
    assert error["message"]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    return str(error["code"])


def test_right_request_is_served(daemon: Running) -> None:
    answer = ask(daemon)
    assert answer.status == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "server" not in answer.headers


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LocalHost", "[::1]"])
def test_own_names_are_served(daemon: Running, name: str) -> None:
    assert ask(daemon, host=f"{name}:{daemon.port}").status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1",  # no port: port 80
        "127.0.0.1:1",
        "0.0.0.0:{port}",
        "2130706433:{port}",
        "127.1:{port}",
        "0x7f000001:{port}",
        "127.0.0.1.evil.example:{port}",
        "localhost.evil.example:{port}",
        "evil.example@127.0.0.1:{port}",
        "127.0.0.1:{port}.",
        "[::ffff:127.0.0.1]:{port}",
    ],
)
def test_rebound_or_foreign_host_is_misdirected(daemon: Running, host: str) -> None:
    answer = ask(daemon, host=host.format(port=daemon.port))
    assert answer.status == 421
    assert refusal(answer) == "forbidden"


def test_two_hosts_are_refused_before_anything_is_served(daemon: Running) -> None:
    answer = ask(daemon, ("Host", "evil.example"))
    assert answer.status == 400


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1:{port}.evil.example",
        "file://",
        "",
    ],
)
def test_foreign_origins_are_refused(daemon: Running, origin: str) -> None:
    answer = ask(daemon, ("Origin", origin.format(port=daemon.port)))
    assert answer.status == 403
    assert refusal(answer) == "forbidden"
    assert "access-control-allow-origin" not in answer.headers


def test_own_origin_is_served(daemon: Running) -> None:
    origin = f"http://127.0.0.1:{daemon.port}"
    answer = ask(daemon, ("Origin", origin), ("Sec-Fetch-Site", "same-origin"))
    assert answer.status == 200
    assert "access-control-allow-origin" not in answer.headers


def test_two_origins_are_refused(daemon: Running) -> None:
    own = f"http://127.0.0.1:{daemon.port}"
    answer = ask(daemon, ("Origin", own), ("Origin", own))
    assert answer.status == 400
    refusal(answer)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "anything"])
def test_requests_of_other_sites_are_refused(daemon: Running, site: str) -> None:
    answer = ask(daemon, ("Sec-Fetch-Site", site))
    assert answer.status == 403
    refusal(answer)


def test_preflight_of_a_foreign_page_is_refused(daemon: Running) -> None:
    answer = ask(
        daemon,
        ("Origin", "https://evil.example"),
        ("Access-Control-Request-Method", "POST"),
        method="OPTIONS",
        path=JOBS,
        token="",
    )
    assert answer.status == 403


@pytest.mark.parametrize(
    "value",
    [
        None,
        "Bearer wrong",
        "Bearer",
        "Bearer ",
        "bearer \xff\xfe",
        "Basic {token}",
        "{token}",
        "Bearer {token}x",
        "Bearer {short}",
    ],
)
def test_without_the_token_nothing_is_served(daemon: Running, value: str | None) -> None:
    filled = value and value.format(token=daemon.token, short=daemon.token[:-1])
    headers = [] if filled is None else [("Authorization", filled)]
    answer = ask(daemon, *headers, token="")
    assert answer.status == 401
    assert refusal(answer) == "forbidden"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert daemon.token not in answer.body.decode()


def test_two_tokens_are_refused(daemon: Running) -> None:
    token = ("Authorization", f"Bearer {daemon.token}")
    assert ask(daemon, token, token).status == 400


def test_token_in_the_address_opens_nothing(daemon: Running) -> None:
    path = f"/v1/health?token={daemon.token}&access_token={daemon.token}"
    assert ask(daemon, path=path, token="").status == 401


@pytest.mark.parametrize(
    "path", ["/", "/v2/health", "/v1/health/", "/docs", "/redoc", "/openapi.json"]
)
def test_what_is_there_is_told_to_nobody_without_token(daemon: Running, path: str) -> None:
    assert ask(daemon, path=path, token="").status == 401


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/redoc", "/v1/health/", "/v1/../v1/health", "//v1/health"]
)
def test_unknown_routes_are_json_errors(daemon: Running, path: str) -> None:
    answer = ask(daemon, path=path)
    assert answer.status == 404
    assert refusal(answer) == "not_found"


def test_every_route_refuses_without_token(daemon: Running) -> None:
    served = [
        (method, path.replace("{", "x").replace("}", ""))
        for path, methods in daemon.daemon.server.app.openapi()["paths"].items()
        for method in methods
    ]
    assert len(served) >= 20
    for method, path in [*served, ("get", "/openapi.json")]:
        body = b"{}" if method == "post" else b""
        answer = ask(daemon, JSON, method=method.upper(), path=path, body=body, token="")
        assert answer.status == 401, (method, path)


def test_openapi_names_every_route(daemon: Running) -> None:
    app = daemon.daemon.server.app
    named = app.openapi()["paths"]
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    assert len(routes) >= 20
    for route in routes:
        for method in route.methods:
            assert method.lower() in named[route.path_format], route.path


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json-patch+json",
        "application/json; charset=utf-7",
        "application/jsonp",
        "",
        None,
    ],
)
def test_bodies_are_json(daemon: Running, kind: str | None) -> None:
    headers = [] if kind is None else [("Content-Type", kind)]
    answer = ask(daemon, *headers, method="POST", path=JOBS, body=b'{"selection": "x"}')
    assert answer.status == 415
    assert refusal(answer) == "usage"


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_may_be_written_in_other_ways(daemon: Running, kind: str) -> None:
    answer = ask(
        daemon, ("Content-Type", kind), method="POST", path=JOBS, body=b'{"selection": "sx"}'
    )
    assert answer.status == 404  # it was read: there is no such selection


def test_two_kinds_are_refused(daemon: Running) -> None:
    answer = ask(daemon, JSON, ("Content-Type", "text/plain"), method="POST", path=JOBS, body=b"{}")
    assert answer.status == 400


def test_compressed_bodies_are_refused(daemon: Running) -> None:
    answer = ask(daemon, JSON, ("Content-Encoding", "gzip"), method="POST", path=JOBS, body=b"{}")
    assert answer.status == 415


def test_large_body_is_refused_by_its_own_word(daemon: Running) -> None:
    length = ("Content-Length", str(BODY_LIMIT + 1))
    answer = raw.send(
        daemon.port,
        "POST",
        JOBS,
        [("Host", f"127.0.0.1:{daemon.port}"), *daemon.headers.items(), JSON, length],
    )
    assert answer.status == 413
    refusal(answer)


def test_large_body_without_length_is_cut_off(daemon: Running) -> None:
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    answer = ask(
        daemon,
        JSON,
        ("Transfer-Encoding", "chunked"),
        method="POST",
        path=JOBS,
        body=chunk * 17 + b"0\r\n\r\n",
    )
    assert answer.status == 413
    refusal(answer)


def test_chunked_body_within_the_limit_is_read(daemon: Running) -> None:
    body = b"13\r\n" + b'{"selection": "sx"}' + b"\r\n0\r\n\r\n"
    chunked = ("Transfer-Encoding", "chunked")
    assert ask(daemon, JSON, chunked, method="POST", path=JOBS, body=body).status == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "TRACE", "OPTIONS"])
def test_other_methods_name_the_right_ones(daemon: Running, method: str) -> None:
    answer = ask(daemon, method=method, path=JOBS)
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, POST"
    if method != "HEAD":
        assert refusal(answer) == "usage"


@pytest.mark.parametrize(
    "path", ["/v1/jobs/j1/cancel", "/v1/jobs/j1/retry", "/v1/placements/p/ack"]
)
def test_reading_changes_nothing(daemon: Running, path: str) -> None:
    answer = ask(daemon, path=path)
    assert answer.status == 405
    assert answer.headers["allow"] == "POST"


@pytest.mark.logs_errors
def test_fault_of_ours_says_nothing_of_itself(daemon: Running, caplog) -> None:
    daemon.jobs.broken = RuntimeError("secret place /home/ada/film")
    try:
        answer = ask(daemon, path="/v1/jobs/j1")
    finally:
        daemon.jobs.broken = None
    assert answer.status == 500
    assert refusal(answer) == "internal"
    assert b"secret" not in answer.body
    assert "secret place" in caplog.text  # the log has it


PANEL = "https://panel.example"


@pytest.fixture(scope="module")
def open_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("listed"), origins=(PANEL,)) as started:
        yield started


class TestListedOrigin:
    """A page of somebody else's that was let in by name."""

    def test_is_served_with_the_token(self, open_daemon: Running) -> None:
        answer = ask(open_daemon, ("Origin", PANEL), ("Sec-Fetch-Site", "cross-site"))
        assert answer.status == 200
        assert answer.headers["access-control-allow-origin"] == PANEL
        assert answer.headers["vary"] == "origin"

    def test_is_refused_without_the_token(self, open_daemon: Running) -> None:
        answer = ask(open_daemon, ("Origin", PANEL), token="")
        assert answer.status == 401
        assert answer.headers["access-control-allow-origin"] == PANEL

    def test_gets_its_preflight(self, open_daemon: Running) -> None:
        answer = ask(
            open_daemon,
            ("Origin", PANEL),
            ("Access-Control-Request-Method", "POST"),
            method="OPTIONS",
            path=JOBS,
            token="",
        )
        assert answer.status == 204
        assert (
            answer.headers["access-control-allow-headers"] == "authorization, content-type, range"
        )

    @pytest.mark.parametrize(
        "origin", ["https://panel.example.evil", "https://panel.exampl", "null"]
    )
    def test_lets_nobody_else_in(self, open_daemon: Running, origin: str) -> None:
        assert ask(open_daemon, ("Origin", origin)).status == 403

    def test_does_not_excuse_a_rebound_host(self, open_daemon: Running) -> None:
        answer = ask(open_daemon, ("Origin", PANEL), host="panel.example")
        assert answer.status == 421


def test_app_is_guarded_without_a_server(daemon: Running) -> None:
    """The guard is part of the application, not of how it is run."""
    app = create_app(daemon.daemon.house)

    async def ask_inside() -> int:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url=daemon.url) as client:
            return (await client.get("/v1/health")).status_code

    assert asyncio.run(ask_inside()) == 401
