"""A fake with a timeline open, and what a script reaches first. In: a folder. Out: its objects.

here = opened(folder, Habits(end_frame="inclusive"), rate="23.976")
here.cut.put(reel(folder / "film.mov", rate="23.976"), frames=48)
here.pool.AppendToTimeline([...])
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.frames import Rate
from bridge.media.slate import Slate, make
from tests.fakes.resolve.building import Builder
from tests.fakes.resolve.habits import Habits
from tests.fakes.resolve.host import FakeResolve


@dataclass(frozen=True)
class Opened:
    fake: FakeResolve
    cut: Builder
    resolve: Any
    project: Any
    pool: Any
    timeline: Any

    def items(self, track: int = 1, kind: str = "video") -> list[Any]:
        """As a script sees them."""
        return list(self.timeline.GetItemListInTrack(kind, track))


def opened(
    folder: Path,
    habits: Habits = Habits(),  # noqa: B008  (it is frozen)
    **timeline: Any,
) -> Opened:
    """`timeline` as for `FakeResolve.new_timeline`."""
    fake = FakeResolve(folder, habits)
    cut = fake.new_timeline(**timeline)
    project = fake.resolve.GetProjectManager().GetCurrentProject()
    pool, current = project.GetMediaPool(), project.GetCurrentTimeline()
    fake.calls.clear()
    return Opened(fake, cut, fake.resolve, project, pool, current)


def reel(path: Path, *, frames: int = 100, rate: str = "24", **slate: Any) -> str:
    """A counted movie for the media pool; `slate` as for `Slate`. Its path, as Resolve has it."""
    return str(make(path, Slate(frames=frames, rate=Rate.of(rate), **slate)))
