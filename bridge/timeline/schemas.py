"""OTIO text from newer versions.

In: JSON text. Out: the OTIO object, with a warning for what was read as an older version.

OTIO reads older and unknown schemas, and refuses a newer version of one that it knows: `Marker.3`,
which OTIO's development branch writes, ends the whole reading. What such a version adds is then
dropped.
"""

import json
from typing import Any

import opentimelineio
from opentimelineio import exceptions

# What newer versions changed in a way that older readers cannot take: a colour became an object.
COLOUR_NAMES = {
    *("PINK", "RED", "ORANGE", "YELLOW", "GREEN", "CYAN", "BLUE", "PURPLE", "MAGENTA"),
    *("BLACK", "WHITE"),
}


def parse(text: bytes) -> tuple[Any, tuple[str, ...]]:
    """The object and warnings; OTIO's own exceptions pass through."""
    try:
        return opentimelineio._otio.deserialize_json_from_string(text), ()
    except exceptions.UnsupportedSchemaError:
        data = json.loads(text)
        lowered = sorted(_lower(data))
        root = opentimelineio._otio.deserialize_json_from_string(json.dumps(data))
        return root, tuple(
            f"{name} is newer than this reader; what it adds is lost." for name in lowered
        )


def _lower(data: Any) -> set[str]:
    """Lower every schema in place to the newest version that is known; which ones were."""
    known = opentimelineio.core.type_version_map()
    found: set[str] = set()
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            found |= _lower_one(value, known)
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return found


def _lower_one(value: dict[str, Any], known: dict[str, int]) -> set[str]:
    written = value.get("OTIO_SCHEMA")
    name, dot, version = written.partition(".") if isinstance(written, str) else ("", "", "")
    if not dot or not version.isdigit() or name not in known or int(version) <= known[name]:
        return set()
    value["OTIO_SCHEMA"] = f"{name}.{known[name]}"
    colour = value.get("color")
    if name == "Marker" and isinstance(colour, dict):
        said = str(colour.get("name", "")).upper()
        value["color"] = said if said in COLOUR_NAMES else "RED"
    return {str(written)}
