"""The page: its files for everybody, its address for one use, and a browser that tests have not."""

import asyncio
import dataclasses
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bridge.daemon.app import create_app
from bridge.daemon.browser import open_in_browser, open_panel, opener
from bridge.daemon.house import House
from bridge.daemon.routes.panel import FILES, FOLDER
from bridge.settings import Settings
from bridge.wire.panel import PanelIn
from tests.daemon.house import Running
from tests.daemon.test_guard import ask, refusal

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir() if path.is_file()}


class Browser:
    """Notes what it is to open; takes it or not."""

    def __init__(self, *, takes: bool = True) -> None:
        self.takes = takes
        self.opened: list[str] = []

    def __call__(self, url: str) -> bool:
        self.opened.append(url)
        return self.takes


def with_browser(daemon: Running, browser: Browser) -> House:
    return dataclasses.replace(daemon.daemon.house, open_page=browser)


class TestFiles:
    @pytest.mark.parametrize("name", FILES)
    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_are_for_everybody(self, daemon: Running, name: str, method: str) -> None:
        answer = ask(daemon, path=f"/panel/{name}", method=method, token="")
        assert answer.status == 200
        assert answer.headers["content-type"] == TYPES[Path(FILES[name]).suffix]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.body == ((FOLDER / FILES[name]).read_bytes() if method == "GET" else b"")

    def test_may_run_what_comes_with_them_and_ask_their_daemon(self, daemon: Running) -> None:
        policy = ask(daemon, path="/panel/", token="").headers["content-security-policy"]
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules == {
            "default-src": "'none'",
            "script-src": "'self'",
            "style-src": "'self'",
            "img-src": "'self' data: blob:",
            "connect-src": "'self'",
            "base-uri": "'none'",
            "form-action": "'none'",
            "frame-ancestors": "'none'",
        }

    def test_have_one_policy(self, daemon: Running) -> None:
        answer = httpx.get(f"{daemon.url}/panel/")
        assert len(answer.headers.get_list("content-security-policy")) == 1

    def test_are_all_served_and_nothing_else(self) -> None:
        assert set(FILES) == {"", *TEXTS}
        assert all(file == (name or "index.html") for name, file in FILES.items())

    def test_name_only_each_other(self) -> None:
        for name, text in TEXTS.items():
            named = re.findall(r'from "\./([^"]+)"|(?:src|href)="([^":#]+)"', text)
            for found in named:
                assert "".join(found) in TEXTS, name
            assert not re.search(r"https?://|\bimport\(", text), name

    def test_hold_nothing_that_the_policy_forbids(self) -> None:
        page = TEXTS["index.html"]
        assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:", page)
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)

    def test_never_make_markup_of_a_text(self) -> None:
        markup = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function"
        for name, text in TEXTS.items():
            assert not re.search(markup, text), name

    @pytest.mark.parametrize("name", ["x.js", "..", ".", "index.htm", "api.js.map"])
    def test_others_are_not_there(self, daemon: Running, name: str) -> None:
        answer = ask(daemon, path=f"/panel/{name}", token="")
        assert answer.status == 404
        assert refusal(answer) == "not_found"

    @pytest.mark.parametrize(
        "path",
        [
            "/panel",
            "/panel/../v1/health",
            "/panel/..%2fv1%2fhealth",
            "/panel/%2e%2e/%2e%2e/settings.py",
            "/panel/%2e%2e%2fsettings.py",
            "/panel/..%5csettings.py",
            "/panel//etc/passwd",
            "/panel/api.js%00.html",
            "/panel/../panel/api.js",
            "/PANEL/api.js",
        ],
    )
    def test_no_way_leads_out_of_their_folder(self, daemon: Running, path: str) -> None:
        assert ask(daemon, path=path, token="").status == 401
        assert ask(daemon, path=path).status == 404

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
    def test_are_only_read(self, daemon: Running, method: str) -> None:
        assert ask(daemon, path="/panel/", method=method, token="").status == 401
        answer = ask(daemon, path="/panel/", method=method)
        assert answer.status == 405
        assert answer.headers["allow"] == "GET, HEAD"

    def test_are_refused_to_foreign_pages(self, daemon: Running) -> None:
        evil = ("Origin", "https://evil.example")
        assert ask(daemon, evil, path="/panel/", token="").status == 403
        foreign = ("Sec-Fetch-Site", "cross-site")
        assert ask(daemon, foreign, path="/panel/", token="").status == 403
        assert ask(daemon, path="/panel/", host="evil.example", token="").status == 421


class TestOpening:
    @pytest.mark.parametrize("takes", [True, False])
    def test_gives_the_browser_an_address_for_one_use(self, daemon: Running, takes: bool) -> None:
        browser = Browser(takes=takes)
        house = with_browser(daemon, browser)
        page = asyncio.run(open_panel(house, "s1"))
        assert page.opened is takes
        assert browser.opened == [page.url]
        assert page.url not in repr(page)
        address = urlsplit(page.url)
        assert (address.netloc, address.path) == (f"127.0.0.1:{daemon.port}", "/panel/")
        told = parse_qs(address.fragment)
        assert told["s"] == ["s1"]
        assert house.sessions.used(told["t"][0].encode())
        assert not address.query  # which would stand in histories and logs

    def test_without_a_selection_shows_what_there_is(self, daemon: Running) -> None:
        page = asyncio.run(open_panel(with_browser(daemon, Browser()), None))
        assert list(parse_qs(urlsplit(page.url).fragment)) == ["t"]

    def test_is_a_route(self, daemon: Running) -> None:
        browser = Browser()
        app = create_app(with_browser(daemon, browser))

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url=daemon.url) as client:
                return await client.post(
                    "/v1/panel/open", json={"selection": "s7"}, headers=daemon.headers
                )

        answer = asyncio.run(asked())
        assert answer.json() == {"opened": True, "url": browser.opened[0]}

    def test_is_asked_for_by_the_client(self, daemon: Running) -> None:
        with daemon.client() as client:
            page = client.open_panel(PanelIn(selection="s1"))
        assert not page.opened  # this daemon was told to open no browser
        assert page.url.endswith("&s=s1")

    @pytest.mark.parametrize("name", ["", "../x", "s1&t=x", "s1#", "s 1"])
    def test_takes_only_the_name_of_a_selection(self, daemon: Running, name: str) -> None:
        body = {"selection": name}
        answer = httpx.post(f"{daemon.url}/v1/panel/open", json=body, headers=daemon.headers)
        assert answer.status_code == 422

    def test_is_switched_off_by_a_setting(self) -> None:
        assert opener(Settings()) is open_in_browser
        assert opener(Settings(open_browser=False))("http://127.0.0.1:1/panel/") is False
