"""A daemon with real media and the local engine, and Chromium before its page.

    python -m tests.panel.house       starts one with footage, prints an address, stays

In: a folder. Out: selections, launch addresses, pages whose faults are collected.
"""

import atexit
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, sync_playwright

from bridge.client import Client
from bridge.daemon.server import Daemon, Embedded
from bridge.frames import Rate
from bridge.media.scenery import harbour
from bridge.media.slate import Slate, make
from bridge.settings import Settings
from bridge.wire.selections import PushedClipIn, PushedSelectionIn

RATE = Rate.of("24000/1001")
HOUR = 86_400  # frame number of 01:00:00:00 at 23.976
PATIENCE_SECONDS = 60  # machines are shared
HEAD = 12  # source frames before each shot's first
PLACES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
WITHOUT = (
    # what Playwright itself turns off (chromiumSwitches.ts): of two such flags the last counts
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints"),
    *("NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"),
    # the address bar's own pages: they load with every page, and cost more than the panel's
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"),
    "SpareRendererForSitePerProcess",  # a process for a page that never comes
)
FLAGS = (
    "--no-sandbox",  # tests run as root in containers
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
    f"--disable-features={','.join(WITHOUT)}",
)


class Chromium:
    """One for all houses of this process, started when a page is first wanted."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._browser: Browser | None = None

    def browser(self) -> Browser:
        if self._browser is None:
            playwright = self._stack.enter_context(sync_playwright())
            browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
            self._stack.callback(browser.close)
            self._browser = browser
        return self._browser

    def forget(self) -> None:
        """Close all pages; nothing of them is kept."""
        for context in self._browser.contexts if self._browser else ():
            context.close()

    def close(self) -> None:
        self._browser = None
        self._stack.close()


CHROMIUM = Chromium()
atexit.register(CHROMIUM.close)


@dataclass
class House:
    daemon: Daemon
    folder: Path
    client: Client
    scenic: bool = False  # footage is a harbour; else the counted band on grey, made at once
    faults: list[str] = field(default_factory=list)  # of all pages: console errors, exceptions

    def media(self, name: str, frames: int = 96, size: tuple[int, int] = (640, 360)) -> Path:
        """Counted footage at 23.976 with B-frames, for this house alone."""
        path = self.folder / f"{name}.mov"
        if not path.exists():
            shutil.copyfile(footage(frames, size, scenic=self.scenic), path)
        return path

    def select(self, shots: int = 3, frames: int = 24, *, name: str = "Reel 1", **told: Any) -> str:
        """Push a selection: clips of `frames` record frames with a gap of 12 after each."""
        clips = tuple(
            PushedClipIn(
                name=f"Shot {number + 1}",
                media=str(self.media(f"boat_{number % 2}")),
                record_start=number * (frames + 12),
                frames=frames,
                source_start=HEAD + number % 3,
                rate=str(RATE),
            )
            for number in range(shots)
        )
        pushed = {"host": "other", "project": "Film", "rate": str(RATE), "start_frame": HOUR}
        wanted = PushedSelectionIn(**{**pushed, "name": name, "clips": clips, **told})
        return self.client.select(wanted).id

    def url(self, selection: str | None = None) -> str:
        """An address of the page, good once and for a minute."""
        sessions = self.daemon.house.sessions
        shown = "" if selection is None else f"&s={selection}"
        return f"{self.daemon.url}/panel/#t={sessions.launch()}{shown}"

    def browser(self) -> Browser:
        return CHROMIUM.browser()

    def page(
        self, width: int = 1400, height: int = 900, *, selection: str | None = None, **context: Any
    ) -> Page:
        """A page of its own (own cookies) on a fresh address; `context`: playwright's options."""
        viewport = {"width": width, "height": height}
        page = self.browser().new_context(viewport=viewport, **context).new_page()
        self.listen(page)
        page.goto(self.url(selection))
        return page

    def listen(self, page: Page) -> None:
        page.set_default_timeout(60_000)  # ms; machines are shared
        page.on("console", self._console)
        page.on("pageerror", self._exception)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(message.text)

    def _exception(self, error: Error) -> None:
        self.faults.append(str(error))


def until(page: Page, there: Callable[[], object]) -> None:
    """Until it is so, while the page's routes and events are served."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not there():
        assert time.monotonic() < end, "it never happened"
        page.wait_for_timeout(50)


@cache
def footage(frames: int, size: tuple[int, int], *, scenic: bool) -> Path:
    """Made once a process."""
    folder = Path(tempfile.mkdtemp(prefix="nle-bridge-footage-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    slate = Slate(frames, RATE, *size, b_frames=2, start_timecode=HOUR)
    return make(folder / "boat.mov", slate, *((harbour,) if scenic else ()))


def chromium() -> str:
    """The browser of this machine; the test is skipped where there is none."""
    found = next(filter(None, map(shutil.which, PLACES)), None)
    if found is None:
        pytest.skip("no Chromium on this machine")
    return found


@contextmanager
def panel_house(folder: Path, *, scenic: bool = False, **settings: Any) -> Iterator[House]:
    told = {"data": folder / "data", "port": 0, "open_browser": False, **settings}
    wanted = Settings(**{"takes_folder": folder / "takes", **told})
    with ExitStack() as stack:
        daemon = stack.enter_context(Embedded(wanted))
        client = stack.enter_context(Client.at(daemon.url, daemon.token))
        yield House(daemon, folder, client, scenic)


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="nle-bridge-panel-"))
    with panel_house(folder, scenic=True, port=4800) as house:
        selection = house.select(shots=int((sys.argv[1:] or ["3"])[0]))
        sys.stdout.write(f"{folder}\n")
        try:
            while True:
                sys.stdout.write(f"{house.url(selection)}\n")
                sys.stdout.flush()
                time.sleep(55)
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
