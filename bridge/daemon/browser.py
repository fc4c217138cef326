"""The panel, opened where the user is. In: what it should show. Out: whether a browser took it."""

import asyncio
import os
import sys
import webbrowser
from collections.abc import Callable

from bridge.daemon.house import House
from bridge.settings import Settings
from bridge.wire.panel import PanelOpened

OpenPage = Callable[[str], bool]


def opener(settings: Settings) -> OpenPage:
    """What opens a page on this machine."""
    return open_in_browser if settings.open_browser else nowhere


def nowhere(_: str) -> bool:
    return False


def open_in_browser(url: str) -> bool:
    """In the default browser; False where there is none, or no screen to show it on."""
    # without a screen Python would start a text browser in the daemon's own terminal
    screens = ("DISPLAY", "WAYLAND_DISPLAY")
    if sys.platform == "linux" and not any(os.environ.get(name) for name in screens):
        return False
    try:
        return webbrowser.open(url)
    except (webbrowser.Error, OSError):
        return False


async def open_panel(house: House, selection: str | None) -> PanelOpened:
    """Open the panel on this selection, or on what there is."""
    url = panel_url(house, selection)
    return PanelOpened(opened=await asyncio.to_thread(house.open_page, url), url=url)


def panel_url(house: House, selection: str | None) -> str:
    """Its address, good for one minute and one browser."""
    shown = "" if selection is None else f"&s={selection}"
    return f"http://127.0.0.1:{house.port}/panel/#t={house.sessions.launch()}{shown}"
