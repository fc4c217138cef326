"""What is open and meant, raw. In: Resolve's objects. Out: a JSON object for the daemon.

Nothing is interpreted: numbers are those that Resolve gave, None where it gave none.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from nle_bridge_resolve.ask import ask, ask_newer, number, whole, words
from nle_bridge_resolve.config import Config
from nle_bridge_resolve.host import Opened, Program
from nle_bridge_resolve.ladder import Chosen, marks, meant

if TYPE_CHECKING:
    from fusionscript import MediaPoolItem, Project, Resolve, Timeline, TimelineItem

LONGEST_NOTE = 4000  # signs
PROPERTIES = (
    "File Path",
    "File Name",
    "FPS",
    "Frames",
    "Start",
    "End",
    "Start TC",
    "Type",
    "Online Status",
    "Resolution",
    "Drop frame",
    "Usage",
)


def report(
    action: str,
    resolve: "Resolve",
    program: Program,
    opened: Opened,
    config: Config,
    runner: str,
) -> Dict[str, Any]:
    """For the verb `select`. `opened` has a project; its timeline may be missing."""
    timeline, project = opened.timeline, opened.project
    pool = None if project is None else ask(project.GetMediaPool)
    found = meant(timeline, pool, config.colour)
    mark_in, mark_out = (None, None) if timeline is None else marks(timeline)
    return {
        "runner": runner,
        "action": action,
        "lane": "python",
        "product": program.product,
        "version": program.version,
        "project": {"id": opened.project_id, "name": opened.project_name},
        "timeline": timeline_facts(opened),
        "export": "" if timeline is None else export(resolve, timeline, config.exports, runner),
        "rung": found.rung,
        "playhead": "" if timeline is None else words(ask(timeline.GetCurrentTimecode)),
        "mark_in": mark_in,
        "mark_out": mark_out,
        "markers": [] if timeline is None else markers(timeline),
        "items": [item_facts(chosen) for chosen in found.items],
        "pool": [media_facts(media) for media in found.pool],
    }


def timeline_facts(opened: Opened) -> Dict[str, Any]:
    timeline = opened.timeline

    def setting(name: str) -> str:
        own = "" if timeline is None else words(ask(timeline.GetSetting, name))
        return own or _project_setting(opened.project, name)

    return {
        "id": opened.timeline_id,
        "name": opened.timeline_name,
        "rate": setting("timelineFrameRate"),
        "drop": setting("timelineDropFrameTimecode"),
        "start_frame": 0 if timeline is None else whole(ask(timeline.GetStartFrame)),
        "end_frame": 0 if timeline is None else whole(ask(timeline.GetEndFrame)),
        "start_timecode": "" if timeline is None else words(ask(timeline.GetStartTimecode)),
        "width": setting("timelineResolutionWidth"),
        "height": setting("timelineResolutionHeight"),
    }


def _project_setting(project: "Optional[Project]", name: str) -> str:
    return "" if project is None else words(ask(project.GetSetting, name))


def export(resolve: "Resolve", timeline: "Timeline", folder: Path, runner: str) -> str:
    """
    The OTIO file that Resolve wrote, under a name of its own; empty where there is none.

    What the call answers is not believed, and Resolve keeps the file open (reported).
    """
    otio, none = getattr(resolve, "EXPORT_OTIO", None), getattr(resolve, "EXPORT_NONE", None)
    file = folder.absolute() / (runner + "-1.otio")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return ""
    if otio is None:  # not falsy: another export's constant is 0.0
        return ""
    ask(timeline.Export, str(file), otio, none)
    try:
        return str(file) if file.stat().st_size else ""
    except OSError:
        return ""


def markers(timeline: "Timeline") -> List[Dict[str, Any]]:
    told = ask(timeline.GetMarkers)
    found = told if isinstance(told, dict) else {}
    return [
        {
            "frame": whole(frame),
            "colour": words(marker.get("color")),
            "name": words(marker.get("name")),
            "note": words(marker.get("note"))[:LONGEST_NOTE],
        }
        for frame, marker in sorted(found.items())
        if isinstance(marker, dict)
    ]


def item_facts(chosen: Chosen) -> Dict[str, Any]:
    item = chosen.item
    media = ask(item.GetMediaPoolItem)
    return {
        "id": words(ask(item.GetUniqueId)),
        "name": words(ask(item.GetName)),
        "track": chosen.track,
        "start": whole(ask(item.GetStart)),
        "end": whole(ask(item.GetEnd)),
        "duration": whole(ask(item.GetDuration)),
        "left_offset": number(ask(item.GetLeftOffset)),
        "source_start": number(ask_newer(item, "GetSourceStartFrame")),
        "source_end": number(ask_newer(item, "GetSourceEndFrame")),
        "enabled": ask_newer(item, "GetClipEnabled") is not False,
        "kind": words(ask_newer(item, "GetType")),
        "speed": speed(item),
        "colour": words(ask(item.GetClipColor)),
        "takes": whole(ask(item.GetTakesCount)),
        "fusion": whole(ask(item.GetFusionCompCount)),
        "media": None if media is None else media_facts(media),
    }


def speed(item: "TimelineItem") -> Optional[float]:
    """Percent, since 21.1."""
    told = ask_newer(item, "GetSpeed")
    return number(told.get("Percentage")) if isinstance(told, dict) else None


def media_facts(media: "MediaPoolItem") -> Dict[str, Any]:
    told = ask(media.GetClipProperty)
    properties = told if isinstance(told, dict) else {}
    return {
        "id": words(ask(media.GetUniqueId)),
        "name": words(ask(media.GetName)),
        "properties": {
            name: words(properties[name]) for name in PROPERTIES if properties.get(name) is not None
        },
    }
