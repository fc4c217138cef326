"""Timelines that may be read. In: a path, settings. Out: nothing, or the reason why not."""

from contextlib import suppress
from pathlib import Path

from bridge.errors import MediaDamaged
from bridge.media.paths import opened
from bridge.settings import Settings


def check_timeline(timeline: Path, settings: Settings) -> None:
    """A file inside the allowed folders; one that is not there is reported by its reader."""
    if timeline.is_relative_to(settings.data) or not timeline.exists():
        return
    if timeline.is_dir() and timeline.suffix.lower() == ".otiod":
        timeline = timeline / "content.otio"
    # an empty file is named better by its reader
    with suppress(MediaDamaged), opened(timeline, settings.roots):
        pass
