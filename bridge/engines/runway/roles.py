"""Which field plays which part. In: a model's shape. Out: the names of its fields on the wire.

The same thing has other names at other models. What plays no part here is an option.
"""

from collections.abc import Mapping
from typing import Any

from bridge.engines.base import Positions
from bridge.engines.runway.catalogue import Field, Shape

MODEL = "model"
FOOTAGE = ("videoUri", "promptVideo")  # the shot, by its address
PERFORMANCE = "reference"  # the shot, as an object
CHARACTER = "character"  # the first reference
STILLS = "promptImage"  # at the ends, or at thirds
TIMED = "keyframes"  # stills at any moment
REFERENCES = "references"
WORDS = "promptText"
LENGTH = "duration"
SIZE = "ratio"
SEED = "seed"
FRAME_RATE = "targetFramerate"
MODE = "mode"
EDIT = "edit"  # of the modes: the shot is changed, not taken as an example
AUTO = "auto"
# media besides the shot and the stills, which an option cannot bring along
ATTACHED = ("referenceVideos", "referenceAudio")
# what is said by the request itself, and so is no option; `ratio` is one all the same
PLAYED = {MODEL, *FOOTAGE, PERFORMANCE, CHARACTER, STILLS, TIMED, REFERENCES, WORDS, LENGTH, SEED}
MOST_IN_SHAPE = 32  # "21:9" is a shape, "360:640" a size
PLACES = {
    ("first",): Positions.first,
    ("first", "last"): Positions.ends,
    ("first", "middle", "last"): Positions.thirds,
}


def footage_field(shape: Shape) -> str | None:
    """The field that holds the shot; None where the model takes none."""
    return next((name for name in (*FOOTAGE, PERFORMANCE) if name in shape.fields), None)


def option_fields(shape: Shape) -> tuple[Field, ...]:
    """What is left: what only an option can say."""
    return tuple(
        field
        for field in shape.fields.values()
        if field.name not in (*PLAYED, *ATTACHED) and not _is_loose_ratio(field)
    )


def sizes(shape: Shape) -> tuple[tuple[int, int], ...]:
    """The exact sizes among the ratios: "1280:720", not "16:9" and not "auto_720p"."""
    return tuple(size for text in shape.literals(SIZE) if min(size := parsed(text)) > MOST_IN_SHAPE)


def stills_field(shape: Shape) -> str | None:
    """Where stills at given times go."""
    for name in (TIMED, STILLS):
        if name in shape.fields:
            return name
    return REFERENCES if placed(shape, REFERENCES) else None


def placed(shape: Shape, name: str) -> tuple[str, ...]:
    """The positions in time that the images of a field may have, as the type lists them."""
    items = shape.fields[name].items if name in shape.fields else ()
    return next((item["position"].literals for item in items if "position" in item), ())


def places(shape: Shape, name: str, told: tuple[str, ...]) -> tuple[str, ...]:
    """As `placed`, in order of time; `told` where the type is silent; at the least the first."""
    listed = placed(shape, name) or told
    known = tuple(place for place in ("first", "middle", "last") if place in listed)
    return known if known in PLACES else ("first",)


def asks_seconds(shape: Shape) -> bool:
    """Whether the length is asked for in whole seconds."""
    field = shape.fields.get(LENGTH)
    return field is not None and field.annotation is not float


def durations(shape: Shape) -> tuple[int, ...]:
    """The lengths that the type lists, in seconds, ascending."""
    return tuple(sorted(value for value in shape.literals(LENGTH) if isinstance(value, int)))


def follows_footage(shape: Shape, options: Mapping[str, Any]) -> bool:
    """
    Whether the result is as long and as large as the footage, so that neither is asked for.

    In edit mode `duration` must be "auto" and `ratio` is not taken (SDK, video_to_video).
    """
    edits = options.get(MODE) == EDIT and EDIT in shape.literals(MODE)
    return edits and AUTO in shape.literals(LENGTH)


def parsed(ratio: Any) -> tuple[int, int]:
    """`1280:720` and `16:9` as two numbers; two zeros for anything else."""
    width, _, height = str(ratio).partition(":")
    if not (width.isdecimal() and height.isdecimal()):
        return (0, 0)
    return int(width), int(height)


def _is_loose_ratio(field: Field) -> bool:
    """A ratio that may be anything is one that is no longer used (SDK, of one model)."""
    return field.name == SIZE and not field.literals
