"""The whole fake. In: a folder, habits. Out: `resolve` for scripts, the edit for tests.

fake = FakeResolve(folder, Habits(version=(21, 0, 4, 5)))
cut = fake.new_timeline("Cut", rate="23.976")
cut.put(media, record=24, frames=48, source=10)
... script(fake.resolve) ...
assert [shot.media.path for shot in cut.items(2)] == [take]
"""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from bridge.frames import timecode_frame
from tests.fakes.resolve.building import Builder, rate_of
from tests.fakes.resolve.gate import Gate
from tests.fakes.resolve.habits import Habits
from tests.fakes.resolve.model import Bin, Cut, Media, Production, Refusal
from tests.fakes.resolve.prefs import Fusion, Prefs
from tests.fakes.resolve.project import Resolve


class FakeResolve:
    """`prefs` is where Fusion.prefs lies, in `folder` if not said."""

    def __init__(
        self,
        folder: Path,
        habits: Habits = Habits(),  # noqa: B008  (it is frozen)
        *,
        prefs: Path | None = None,
    ) -> None:
        self.folder = folder
        self.habits = habits
        self.gate = Gate()
        self.page = "edit"
        self.productions: list[Production] = []
        self.production: Production | None = None
        self.import_refusals: list[Refusal] = []
        self.prefs = Prefs(prefs or folder / "Fusion.prefs")
        self.open_project("Film")

    @property
    def resolve(self) -> Any:
        """What a script finds as `resolve`."""
        return Resolve(self, None)

    @property
    def fusion(self) -> Any:
        return Fusion(self, None)

    @property
    def calls(self) -> list[str]:
        """'Timeline.AddMarker' and so on: every call that was made, in order."""
        return self.gate.calls

    # troubles

    def fail(self, method: str, **how: Any) -> None:
        """`fail("Timeline.AddMarker", returns=False, times=1)`; more in `Gate.fail`."""
        self.gate.fail(method, **how)

    def modal(self) -> AbstractContextManager[None]:
        """
        `with fake.modal():` nothing works. Calls may open one too: `gate.modal_open` tells.
        """
        return self.gate.modal()

    def kill_after(self, calls: int, thread: threading.Thread | None = None) -> None:
        """
        The next calls work up to that number, which raises `ScriptKilled` before it does anything,
        as does every later one of its thread until `restart`.
        """
        self.gate.kill_after(calls, thread)

    def meanwhile(self, calls: int, happens: Callable[[], Any]) -> None:
        """The editor does something right before the call of that number: `fake.close_project`."""
        self.gate.meanwhile(calls, happens)

    def restart(self) -> None:
        """What runs next is a new run of the script."""
        self.gate.restart()

    def quit(self, *, raising: bool = False) -> None:
        """Resolve ends: calls give None or False, or raise `ResolveGone`."""
        self.gate.gone, self.gate.gone_raises = True, raising

    def relaunch(self) -> None:
        """Resolve is there again, with what was open."""
        self.gate.gone = False

    # the edit

    def open_project(self, name: str) -> Production:
        """The project of that name, made where there is none, is the one that is open."""
        known = next((p for p in self.productions if p.name == name), None)
        if known is None:
            known = Production(name)
            self.productions.append(known)
        self.production = known
        return known

    def close_project(self) -> None:
        self.production = None

    def new_timeline(
        self,
        name: str = "Cut",
        *,
        rate: str = "24",
        start: str = "01:00:00:00",
        width: int = 1920,
        height: int = 1080,
    ) -> Builder:
        """A timeline of the open project, which becomes the current one; '29.97 DF' drops."""
        production = self._open()
        fps, drop = rate_of(rate)
        first = timecode_frame(start.replace(";", ":"), fps, drop=drop)
        cut = Cut(name, fps, first, drop, rate, width, height)
        if not production.cuts:
            production.rate_text, production.width, production.height = rate, width, height
        return Builder(production, production.add(cut))

    def switch(self, timeline: Builder) -> None:
        """The editor opens another timeline."""
        self._open().current = timeline.cut

    def timeline(self, name: str) -> Builder:
        """A timeline of the open project by its name, however it came there."""
        production = self._open()
        [cut] = [cut for cut in production.cuts if cut.name == name]
        return Builder(production, cut)

    def choose(self, *media: Media) -> None:
        """The editor selects in the media pool."""
        self._open().chosen = list(media)

    def bins(self) -> dict[str, list[str]]:
        """'NLE Bridge/2026-11-28 dusk' and the names in it, timelines left out."""
        return dict(_listed(self._open().root, ""))

    def _open(self) -> Production:
        assert self.production is not None, "no project is open"
        return self.production


def _listed(folder: Bin, path: str) -> list[tuple[str, list[str]]]:
    own = [(path, [media.name for media in folder.media if media.cut is None])]
    inner = [row for b in folder.bins for row in _listed(b, f"{path}/{b.name}".lstrip("/"))]
    return own + inner
