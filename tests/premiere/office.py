"""A shot, a take of it on disk, a panel and a scripted daemon. Out: `Scene`.

The daemon is the one of the Resolve scripts' tests, with Premiere's verbs: it takes the wire's
bodies and no others, offers orders until they are acknowledged, and keeps what it was told.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.wire.orders import MarkerOut, OrderOut
from bridge.wire.premiere import PremiereNextIn, PremiereReportIn
from tests.premiere.cut import Cut, Shot
from tests.premiere.driver import Panel, Premiere
from tests.scripts.py_house import FRAMES, HEAD, MEDIA, RECORD, TOKEN, Office, served, whole

BINS = ("NLE Bridge", "2026-11-28 dusk j0123")
LOST_SECONDS = 60


class PremiereOffice(Office):
    """`opened`: bodies of requests for the page in the browser."""

    opened: list[dict[str, Any]]
    browser = True

    def _answer(self, parts: list[str], verb: str, body: dict[str, Any]) -> dict[str, Any]:
        match parts:
            case ["v1", "hosts", "premiere", "selections"]:
                self.reports.append(whole(PremiereReportIn, body))
                return self._selection()
            case ["v1", "hosts", "premiere", "next"]:
                self.questions.append(whole(PremiereNextIn, body))
                return self._next()
            case ["v1", "panel", "open"]:
                self.opened = [*getattr(self, "opened", ()), body]
                return {"opened": self.browser, "url": "http://127.0.0.1:4747/panel/#t=second"}
        return super()._answer(parts, verb, body)


@dataclass
class Scene:
    premiere: Premiere
    cut: Cut
    shot: Shot
    take: str
    office: PremiereOffice
    port: int
    panels: list[Panel] = field(default_factory=list)
    under: Shot | None = None  # sound that the editor laid

    def order(self, **changed: Any) -> dict[str, Any]:
        """As the wire has it, of this scene's take."""
        marker = MarkerOut(name="AI take", note="dusk", custom=changed.get("id", "p1"))
        told: dict[str, Any] = {
            "id": "p1",
            "job": "j0123",
            "take": "t1",
            "mode": "above",
            "project_id": "",
            "timeline_id": self.cut.guid,
            "media": self.take,
            "sound": None,
            "media_frames": MEDIA,
            "source_start": HEAD,
            "frames": FRAMES,
            "record_start": RECORD,
            "track": 1,
            "item": "",
            "original": None,
            "name": "take",
            "bins": BINS,
            "marker": marker,
        }
        return OrderOut(**told | changed).model_dump(mode="json")

    def open(self, **config: Any) -> Panel:
        panel = self.premiere.open_panel(self.port, config.pop("key", TOKEN), **config)
        self.panels.append(panel)
        return panel

    def work(self, **changed: Any) -> dict[str, Any]:
        """One order, from the claim to the acknowledgement."""
        self.office.orders.append(self.order(**changed))
        panel = self.open()
        try:
            until(lambda: self.office.acks or self.office.releases, lambda: str(panel.said))
        finally:
            panel.close()
        return dict(self.office.acks[-1]) if self.office.acks else {}

    def placed(self, **changed: Any) -> dict[str, Any]:
        ack = self.work(**changed)
        assert ack["state"] == "placed", ack
        return dict(ack["readback"])

    def refused(self, **changed: Any) -> str:
        ack = self.work(**changed)
        assert ack["state"] == "refused", ack
        return str(ack["readback"]["reason"])

    def ours(self, kind: str = "video", path: str = "") -> list[Shot]:
        wanted = path or self.take
        return [s for s in self.cut.items(kind=kind) if s.media and s.media.path == wanted]

    def one(self, *, track: int, kind: str = "video", path: str = "") -> Shot:
        """The take, the only one and exactly where it belongs."""
        [shot] = self.ours(kind, path)
        assert (shot.track + 1, shot.start, shot.duration) == (track, RECORD, FRAMES)
        if kind == "video":
            assert shot.source == HEAD
        return shot

    @property
    def original(self) -> Shot:
        return self.cut.shot(self.shot.id)

    def original_is_untouched(self) -> None:
        assert self.original == self.shot


def until(look: Callable[[], Any], why: Callable[[], str]) -> Any:
    """What `look` gives, once that is something."""
    end = time.monotonic() + LOST_SECONDS
    while not (found := look()):
        assert time.monotonic() < end, why()
        time.sleep(0.01)
    return found


@contextmanager
def scene(
    folder: Path, film: str, take: str, *, rate: str = "24", pace: float = 0.02, **habits: Any
) -> Iterator[Scene]:
    premiere = Premiere(folder / "premiere", pace=pace, **habits)
    office = PremiereOffice()
    try:
        premiere.do("project", name="Film")
        cut = Cut(premiere, rate=rate, start="01:00:00:00")
        shot = cut.put(film, record=RECORD, frames=FRAMES, source=10)
        with served(office) as server:
            made = Scene(premiere, cut, shot, take, office, server.server_address[1])
            yield made
            for panel in made.panels:
                panel.close()
    finally:
        premiere.quit()
