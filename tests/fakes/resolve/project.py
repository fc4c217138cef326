"""Resolve, ProjectManager and Project as scripts see them. In: the host. Out: their answers."""

# ruff: noqa: N802, N803  (the names are Resolve's)

from typing import Any

from tests.fakes.resolve.model import Cut, Production
from tests.fakes.resolve.pool import MediaPool
from tests.fakes.resolve.proxies import Proxy
from tests.fakes.resolve.published import OTIO_SINCE, constants
from tests.fakes.resolve.timeline import Timeline

PAGES = ("media", "cut", "edit", "fusion", "color", "fairlight", "deliver")


class Resolve(Proxy):
    """Its constants are floats that are to be tested against None, as EXPORT_AAF is 0.0."""

    def _answer(self, name: str) -> Any:
        if name in constants():
            habits = self._host.habits
            return None if "OTIO" in name and not habits.has(OTIO_SINCE) else constants()[name]
        return super()._answer(name)

    def GetProductName(self) -> str:
        return self._host.habits.product

    def GetVersion(self) -> list[Any]:
        numbers = [*self._host.habits.version, 0, 0, 0, 0][:4]
        return [*numbers, ""]

    def GetVersionString(self) -> str:
        major, minor, patch, build, suffix = self.GetVersion()
        return f"{major}.{minor}.{patch}{suffix}.{build}"

    def GetCurrentPage(self) -> str:
        return self._host.page

    def OpenPage(self, pageName: str) -> bool:
        if pageName not in PAGES or self._host.production is None:
            return False
        self._host.page = pageName
        return True

    def GetProjectManager(self) -> Any:
        return ProjectManager(self._host, None)

    def Fusion(self) -> Any:
        return self._host.fusion


class ProjectManager(Proxy):
    def GetCurrentProject(self) -> Any:
        production = self._host.production
        return None if production is None else Project(self._host, production)

    def GetProjectListInCurrentFolder(self) -> list[str]:
        return [production.name for production in self._host.productions]

    def LoadProject(self, projectName: str) -> Any:
        if projectName not in self.GetProjectListInCurrentFolder():
            return None
        return Project(self._host, self._host.open_project(projectName))

    def CloseProject(self, project: Any) -> bool:
        if not isinstance(project, Project) or not project._alive():
            return False
        self._host.close_project()
        return True

    def SaveProject(self) -> bool:
        return self._host.production is not None


class Project(Proxy):
    _held: Production

    def _alive(self) -> bool:
        return self._held is self._host.production

    def GetName(self) -> str:
        return self._held.name

    def GetUniqueId(self) -> str:
        return self._held.id

    def GetMediaPool(self) -> Any:
        return MediaPool(self._host, self._held)

    def GetTimelineCount(self) -> int:
        return len(self._held.cuts)

    def GetTimelineByIndex(self, idx: int) -> Any:
        cuts = self._held.cuts
        return self._timeline(cuts[int(idx) - 1]) if 1 <= idx <= len(cuts) else None

    def GetCurrentTimeline(self) -> Any:
        return self._timeline(self._held.current)

    def SetCurrentTimeline(self, timeline: Any) -> bool:
        """The playhead of the timeline moves to its start."""
        if not isinstance(timeline, Timeline) or not timeline._alive():
            return False
        cut = timeline._held
        if self._held.current is not cut:
            cut.playhead = cut.start_frame
        self._held.current = cut
        return True

    def GetSetting(self, settingName: str) -> Any:
        held = self._held
        settings = {
            "timelineFrameRate": held.rate_text,
            "timelineDropFrameTimecode": str(int(held.rate_text.upper().endswith("DF"))),
            "timelineResolutionWidth": str(held.width),
            "timelineResolutionHeight": str(held.height),
        }
        if settingName == "timelineFrameRate" and self._host.habits.rate_as_number:
            return float(held.rate_text.split()[0])
        return settings.get(settingName, "")

    def _timeline(self, cut: Cut | None) -> Any:
        return None if cut is None else Timeline(self._host, cut)
