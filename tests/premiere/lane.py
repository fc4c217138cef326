"""Premiere as one more lane of the contract. In: a fake Premiere, a daemon. Out: takes in place.

Everything is real but Premiere, UXP and the engine: the panel as it is shipped, HTTP, the daemon,
its jobs and its media. A press opens a panel of its own, as an editor may open a second one.
"""

import json
import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from bridge.hosts.keys import HostKeys
from bridge.wire.jobs import ResultTakeOut
from bridge.wire.placements import PlacementOut
from tests.premiere.cut import Cut, Shot
from tests.premiere.driver import Panel, Premiere
from tests.scripts.lanes import PATIENCE_SECONDS, STATES, House, Lane, eventually

BUTTONS = {"edit": "edit", "generate": "generate", "place": "place"}


class PremiereHouse(House):
    """With a key for the panel, at the same port after a restart."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            self.port = int(free.getsockname()[1])
        self.settings = replace(self.settings, port=self.port)
        self.key = HostKeys(self.settings.data).make("premiere")

    def start(self) -> None:
        super().start()
        told = json.loads(self.settings.runtime_file.read_text())
        assert told["port"] == self.port, "somebody else took the port meanwhile"


class Run:
    """One press in one panel."""

    failure: BaseException | None = None

    def __init__(self, panel: Panel) -> None:
        self.panel, self.said, self.thread = panel, panel.said, self

    def is_alive(self) -> bool:
        return not self.panel.ended.is_set()

    def join(self, seconds: float) -> None:
        self.panel.ended.wait(seconds)

    def end(self) -> None:
        if self.is_alive():
            self.panel.close()
        assert self.panel.ended.wait(PATIENCE_SECONDS), self.said


class PremiereLane(Lane):
    """As a lane of Resolve's; `fake` is a Premiere."""

    name = "premiere-uxp"

    house: PremiereHouse

    def __init__(self, folder: Path, house: PremiereHouse, **cut: Any) -> None:
        habits = {name: cut.pop(name) for name in list(cut) if name not in CUT}
        self.house, self.folder = house, folder
        self.premiere = Premiere(folder / "premiere", **{"origin": ORIGIN, **habits})
        self.premiere.do("project", name=folder.name)
        self.cut = Cut(self.premiere, **cut)
        self.runs: list[Run] = []

    def press(self, action: str) -> Run:
        panel = self.open()
        panel.press(BUTTONS[action])
        run = Run(panel)
        self.runs.append(run)
        return run

    def open(self) -> Panel:
        return self.premiere.open_panel(self.house.port, self.house.key)

    def settled(self, job: str) -> tuple[PlacementOut, ...]:
        eventually(
            lambda: not self.client.placements(host="premiere", job=job),
            lambda: str([run.said for run in self.runs]),
        )
        return tuple(one for state in STATES for one in self.placements(state, job))

    def placements(self, state: str, job: str) -> tuple[PlacementOut, ...]:
        return self.client.placements(host="premiere", state=state, job=job)

    def shots_of(self, take: ResultTakeOut) -> list[Shot]:
        return [s for s in self.cut.items() if s.media and s.media.path == str(take.media)]

    def close(self) -> None:
        for run in self.runs:
            run.end()

    def quit(self) -> None:
        self.close()
        self.premiere.quit()


ORIGIN = "uxp://nle-bridge"  # what UXP sends is not documented; no address of the web
CUT = {"name", "rate", "start", "width", "height"}
