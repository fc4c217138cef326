"""What a take is laid with. In: an order, what is open, the run's memory. Out: `Desk`."""

from typing import TYPE_CHECKING, Callable, NamedTuple

from nle_bridge_resolve.ask import ask, words
from nle_bridge_resolve.orders import Elsewhere, HoldLost, Order

if TYPE_CHECKING:
    from fusionscript import MediaPool, Project, Resolve, Timeline

EDIT = "edit"


class Measured:
    """How this Resolve counts `endFrame`; empty until it is known. One for a whole run."""

    def __init__(self, end_frame: str = "") -> None:
        self.end_frame = end_frame  # exclusive, inclusive


class Pages:
    """The page that the editor is on, which is left only when something fails without."""

    def __init__(self, resolve: "Resolve") -> None:
        self._resolve = resolve
        self._before = ""

    def edit(self) -> None:
        page = words(ask(self._resolve.GetCurrentPage))
        if page == EDIT:
            return
        ask(self._resolve.OpenPage, EDIT)
        self._before = self._before or page

    def back(self) -> None:
        if self._before:
            ask(self._resolve.OpenPage, self._before)
            self._before = ""


class Desk(NamedTuple):
    order: Order
    project: "Project"
    timeline: "Timeline"
    timeline_id: str
    pool: "MediaPool"
    record: int  # where the take begins, in absolute timeline frames
    measured: Measured
    pages: Pages
    hold: Callable[[], bool]

    def keep_hold(self) -> None:
        """Before anything is written: `HoldLost` where the order is another's by now."""
        if not self.hold():
            raise HoldLost("Another run of the script has this take by now.")

    def stay(self) -> None:
        """`Elsewhere` where the editor went to another timeline: writes would go to that one."""
        current = ask(self.project.GetCurrentTimeline)
        if current is None or words(ask(current.GetUniqueId)) != self.timeline_id:
            raise Elsewhere("Another timeline was opened while the take was being placed.")
