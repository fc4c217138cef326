"""A daemon that ends takes its previews with it. Alone: a process runs one daemon at a time."""

import time
from pathlib import Path

from bridge.client import Client
from bridge.daemon.server import Embedded
from bridge.media.slate import Slate, make
from bridge.settings import Settings
from bridge.wire.selections import PushedSelectionIn
from tests.daemon.test_previews import FILM, SIZE, Asked, children, clip


def test_a_daemon_that_ends_leaves_no_preview_running(tmp_path: Path) -> None:
    film = make(tmp_path / "film.mov", Slate(240, FILM, *SIZE, b_frames=2))
    settings = Settings(data=tmp_path / "data", port=0, open_browser=False)
    with Embedded(settings) as daemon, Client.at(daemon.url, daemon.token) as client:
        chosen = client.select(PushedSelectionIn(rate=str(FILM), clips=(clip(film, 0, 240, 0),)))
        asked = Asked(daemon, chosen.id, settings.data)
        begun = asked.start(prompt="night, fog, grain, blur, bloom")
        assert asked.get(f"previews/{begun['id']}?after=0&wait=20").json()["revision"] == 1
        time.sleep(0.2)
    assert not (settings.data / "previews").exists()
    assert children() == []
