"""The page's session: two values together, of this daemon, on its own page; nothing less."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from bridge.wire.panel import PanelIn
from tests.daemon.house import Running, running
from tests.daemon.raw import Answer
from tests.daemon.test_guard import JSON, ask, refusal

OPEN, SESSION, JOBS = "/v1/panel/open", "/v1/panel/session", "/v1/jobs"
CSRF = "X-NLE-Bridge-CSRF"


@dataclass(frozen=True)
class Page:
    """What a page has after it was let in."""

    cookie: str  # name=value
    csrf: str

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [("Cookie", self.cookie), (CSRF, self.csrf)]


def launched(daemon: Running) -> str:
    with daemon.client() as client:
        return client.open_panel(PanelIn()).url.partition("#t=")[2]


def enter(daemon: Running, token: str, *headers: tuple[str, str]) -> Answer:
    launch = ("Authorization", f"Launch {token}")
    return ask(daemon, launch, *headers, method="POST", path=SESSION)


def let_in(daemon: Running) -> Page:
    answer = enter(daemon, launched(daemon))
    assert answer.status == 201
    return Page(answer.headers["set-cookie"].partition(";")[0], answer.json()["csrf"])


@pytest.fixture
def page(daemon: Running) -> Page:
    return let_in(daemon)


class TestLettingIn:
    def test_gives_a_cookie_that_no_script_and_no_other_site_gets(self, daemon: Running) -> None:
        answer = enter(daemon, launched(daemon))
        name, *words = (part.strip() for part in answer.headers["set-cookie"].split(";"))
        assert name.startswith(f"nle-bridge-{daemon.daemon.house.instance}=")
        assert {word.lower() for word in words} >= {"httponly", "samesite=strict", "path=/"}
        assert answer.json()["csrf"] not in answer.headers["set-cookie"]

    def test_happens_once(self, daemon: Running) -> None:
        token = launched(daemon)
        assert enter(daemon, token).status == 201
        again = enter(daemon, token)
        assert again.status == 401
        assert refusal(again) == "forbidden"
        assert "set-cookie" not in again.headers

    def test_leaves_the_pages_in_that_are_open(self, daemon: Running, page: Page) -> None:
        """They share one cookie: a second page must not shut the first one out."""
        answer = enter(daemon, launched(daemon), ("Cookie", page.cookie))
        assert answer.headers["set-cookie"].startswith(page.cookie)
        assert answer.json()["csrf"] == page.csrf
        assert ask(daemon, *page.headers, token="").status == 200

    def test_takes_no_cookie_that_it_did_not_give(self, daemon: Running) -> None:
        chosen = f"nle-bridge-{daemon.daemon.house.instance}=chosen"
        answer = enter(daemon, launched(daemon), ("Cookie", chosen))
        assert answer.status == 201
        assert "=chosen" not in answer.headers["set-cookie"]

    @pytest.mark.parametrize("token", ["", "wrong", "\xff"])
    def test_needs_a_token(self, daemon: Running, token: str) -> None:
        assert enter(daemon, token).status == 401

    def test_is_for_our_own_page(self, daemon: Running) -> None:
        token = launched(daemon)
        assert enter(daemon, token, ("Origin", "https://evil.example")).status == 403
        assert enter(daemon, token, ("Sec-Fetch-Site", "cross-site")).status == 403
        own = ("Origin", f"http://127.0.0.1:{daemon.port}")
        assert enter(daemon, token, own).status == 201

    @pytest.mark.parametrize("path", ["/v1/health", JOBS, OPEN, "/openapi.json"])
    def test_opens_nothing_else(self, daemon: Running, path: str) -> None:
        launch = ("Authorization", f"Launch {launched(daemon)}")
        assert ask(daemon, launch, path=path).status == 401

    def test_is_not_done_by_reading(self, daemon: Running) -> None:
        launch = ("Authorization", f"Launch {launched(daemon)}")
        assert ask(daemon, launch, path=SESSION).status == 401


class TestSession:
    def test_opens_the_routes(self, daemon: Running, page: Page) -> None:
        assert ask(daemon, *page.headers, token="").status == 200
        body = b'{"selection": "sx"}'
        asked = ask(daemon, *page.headers, JSON, method="POST", path=JOBS, body=body, token="")
        assert asked.status == 404  # it was read: there is no such selection

    def test_is_not_the_cookie_alone(self, daemon: Running, page: Page) -> None:
        assert ask(daemon, ("Cookie", page.cookie), token="").status == 401

    def test_is_not_the_header_alone(self, daemon: Running, page: Page) -> None:
        assert ask(daemon, (CSRF, page.csrf), token="").status == 401

    @pytest.mark.parametrize("csrf", ["", "wrong", "\xff\xfe"])
    def test_is_not_the_cookie_with_another_header(
        self, daemon: Running, page: Page, csrf: str
    ) -> None:
        assert ask(daemon, ("Cookie", page.cookie), (CSRF, csrf), token="").status == 401

    def test_is_not_two_halves_of_two_sessions(self, daemon: Running, page: Page) -> None:
        other = let_in(daemon)
        mixed = [("Cookie", page.cookie), (CSRF, other.csrf)]
        assert ask(daemon, *mixed, token="").status == 401
        assert ask(daemon, *other.headers, token="").status == 200

    def test_is_found_among_the_cookies_of_other_programs(
        self, daemon: Running, page: Page
    ) -> None:
        jar = ("Cookie", f"session=abc; {page.cookie}; nle-bridge-other=x; broken")
        assert ask(daemon, jar, (CSRF, page.csrf), token="").status == 200

    def test_is_not_a_cookie_given_twice(self, daemon: Running, page: Page) -> None:
        jar = ("Cookie", f"{page.cookie}; {page.cookie}")
        assert ask(daemon, jar, (CSRF, page.csrf), token="").status == 401
        twice = [("Cookie", page.cookie), ("Cookie", page.cookie), (CSRF, page.csrf)]
        assert ask(daemon, *twice, token="").status == 400

    def test_is_not_a_cookie_of_another_name(self, daemon: Running, page: Page) -> None:
        value = page.cookie.partition("=")[2]
        renamed = ("Cookie", f"nle-bridge-0123456789abcdef={value}")
        assert ask(daemon, renamed, (CSRF, page.csrf), token="").status == 401

    def test_opens_no_other_page(self, daemon: Running, page: Page) -> None:
        answer = ask(daemon, *page.headers, JSON, method="POST", path=OPEN, body=b"{}", token="")
        assert answer.status == 401
        assert ask(daemon, *page.headers, method="POST", path=SESSION, token="").status == 401

    def test_listens_to_events(self, daemon: Running, page: Page) -> None:
        answer = ask(daemon, *page.headers, path="/v1/events?after=0&wait=0", token="")
        assert answer.status == 200

    def test_does_not_open_the_websocket(self, daemon: Running, page: Page) -> None:
        headers = dict(page.headers)
        address = f"ws://127.0.0.1:{daemon.port}/v1/events"
        with connect(address, additional_headers=headers, proxy=None, close_timeout=2) as socket:
            socket.send(f'{{"token": "{page.csrf}"}}')
            with pytest.raises(ConnectionClosed) as ended:
                socket.recv(timeout=5)
        assert ended.value.rcvd is not None
        assert ended.value.rcvd.code == 1008


class TestHostilePage:
    """What another site's page can make the browser send, cookie included."""

    @pytest.mark.parametrize(
        "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
    )
    def test_its_forms_are_refused(self, daemon: Running, page: Page, kind: str) -> None:
        answer = ask(
            daemon,
            ("Cookie", page.cookie),
            ("Origin", "https://evil.example"),
            ("Content-Type", kind),
            method="POST",
            path=JOBS,
            body=b"selection=s1",
            token="",
        )
        assert answer.status == 403

    @pytest.mark.parametrize("kind", ["text/plain", "application/json"])
    def test_its_simple_requests_are_refused(self, daemon: Running, page: Page, kind: str) -> None:
        """Even of an old browser, which says neither Origin nor Sec-Fetch-Site."""
        cookie = ("Cookie", page.cookie)
        answer = ask(
            daemon,
            cookie,
            ("Content-Type", kind),
            method="POST",
            path="/v1/jobs/j1/cancel",
            body=b"{}",
            token="",
        )
        assert answer.status == 401

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
    def test_both_values_do_not_excuse_its_origin(
        self, daemon: Running, page: Page, origin: str
    ) -> None:
        assert ask(daemon, *page.headers, ("Origin", origin), token="").status == 403

    def test_a_neighbour_on_another_port_is_another_site(self, daemon: Running, page: Page) -> None:
        site = ("Sec-Fetch-Site", "same-site")
        assert ask(daemon, *page.headers, site, token="").status == 403

    def test_a_rebound_name_is_misdirected(self, daemon: Running, page: Page) -> None:
        host = f"evil.example:{daemon.port}"
        assert ask(daemon, *page.headers, host=host, token="").status == 421

    def test_its_preflight_names_no_header_of_ours(self, daemon: Running) -> None:
        with httpx.Client(base_url=daemon.url, headers={"Origin": "https://evil.example"}) as site:
            answer = site.options(JOBS, headers={"Access-Control-Request-Headers": CSRF.lower()})
        assert answer.status_code == 403
        assert "access-control-allow-headers" not in answer.headers


@pytest.fixture(scope="module")
def neighbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("neighbour")) as started:
        yield started


def test_a_session_is_of_one_daemon(daemon: Running, neighbour: Running, page: Page) -> None:
    """Browsers send the cookies of one port to all."""
    assert ask(neighbour, *page.headers, token="").status == 401
    value = page.cookie.partition("=")[2]
    renamed = f"nle-bridge-{neighbour.daemon.house.instance}={value}"
    assert ask(neighbour, ("Cookie", renamed), (CSRF, page.csrf), token="").status == 401
    other = let_in(neighbour)
    both = ("Cookie", f"{page.cookie}; {other.cookie}")
    assert ask(neighbour, both, (CSRF, other.csrf), token="").status == 200
    assert ask(daemon, both, (CSRF, page.csrf), token="").status == 200
