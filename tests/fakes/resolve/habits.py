"""How one Resolve behaves. In: a version and its ways, as measured. Out: one frozen value.

Sources are named in `reference/hosts.md` 1.1 to 1.8; where nobody measured, the field says so.
"""

from dataclasses import dataclass
from typing import Literal

FREE, STUDIO = "DaVinci Resolve", "DaVinci Resolve Studio"

EndFrame = Literal["exclusive", "inclusive"]


@dataclass(frozen=True)
class Habits:
    """The default is a free 21.0.4 that behaves as well as Resolve ever does."""

    product: str = FREE
    version: tuple[int, ...] = (21, 0, 4, 5)
    end_frame: EndFrame = "exclusive"  # of AppendToTimeline: disputed for 19.1, else exclusive
    take_end_frame: EndFrame = "exclusive"  # of AddTake: half-open where measured (21.0.4.5)
    add_take_selects: bool = False  # not measured
    edit_page_only: bool = False  # AppendToTimeline places nothing elsewhere; not measured
    drops_overlaps: bool = True  # else what would overlap slides to the next free frame
    track_index_honoured: bool = True  # by AddTrack's options; else the new track goes on top
    dict_import_works: bool = False  # returned nothing on 21.1.0.14 and free 21.1.0.17
    import_returns: Literal["items", "empty ids", "nothing"] = "items"  # imported all the same
    new_folder_is_current: bool = True  # after AddSubFolder; not measured, so be ready for it
    only_current_answers: bool = True  # GetTakesCount, GetIsTrackLocked, GetIsTrackEnabled
    marks_absolute: bool = False  # GetMarkInOut; relative where measured
    marker_origin: Literal["source", "item"] = "source"  # what frame 0 of an item's marker is
    source_start_low: bool = False  # GetSourceStartFrame is one low on odd source frames
    rate_as_number: bool = False  # GetSetting("timelineFrameRate"), on some builds
    timeline_settings_empty: bool = False  # the project's are meant
    imports_offline: bool = False  # OTIO through the API on 18.6, though the menu was fine
    still_seconds: int = 5  # default length of a still

    @property
    def studio(self) -> bool:
        return self.product == STUDIO

    def has(self, version: tuple[int, ...]) -> bool:
        return self.version >= version
