"""What the delivered file is to be like.

In: a shot, its raw results, what the model changes on purpose. Out: size, colour, codec; pure.

An ordinary result becomes exactly the shot. What a finishing model was asked to change stays as it
came: an upscaled picture is not scaled down again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from bridge.engines.base import Change
from bridge.media.facts import Codec, Colour, MediaFacts
from bridge.pipeline.fitting import even
from bridge.pipeline.planned import PlannedShot

HDR = frozenset({"smpte2084", "arib-std-b67"})  # transfers: PQ and HLG


@dataclass(frozen=True)
class Look:
    width: int
    height: int
    pixel_aspect: Fraction
    colour: Colour
    codec: Codec
    warnings: tuple[str, ...] = ()


def look(
    shot: PlannedShot, codec: Codec, raws: Sequence[MediaFacts], changes: Collection[Change]
) -> Look:
    found = Look(shot.width, shot.height, shot.pixel_aspect, shot.colour, codec)
    if not raws:
        return found
    raw = max(raws, key=lambda facts: facts.width * facts.height)
    if Change.size in changes:
        found = replace(
            found,
            width=even(raw.width),
            height=even(raw.height),
            pixel_aspect=_pixel_aspect(shot, raw),
        )
    if Change.colour in changes or _hdr(raw.colour) != _hdr(shot.colour):
        found = _coloured(found, shot, raw)
    if Change.rate in changes and raw.rate != shot.rate:
        found = _told(
            found,
            f"{shot.name} came back at {raw.rate} frames per second; the take shows the frames on "
            f"screen at the timeline's {shot.rate}, and {raw.source.path} has all of them.",
        )
    return found


def _pixel_aspect(shot: PlannedShot, raw: MediaFacts) -> Fraction:
    """The raw picture's own; one that was only enlarged has lost the tag and keeps the shot's."""
    if raw.pixel_aspect != 1:
        return raw.pixel_aspect
    coded, shape = Fraction(shot.width, shot.height), Fraction(raw.width, raw.height)
    enlarged = abs(shape - coded) < abs(shape - coded * shot.pixel_aspect)
    return shot.pixel_aspect if enlarged else Fraction(1)


def _coloured(found: Look, shot: PlannedShot, raw: MediaFacts) -> Look:
    """As the raw file says; eight bits show bands where a wide curve is spread over them."""
    coloured = replace(found, colour=raw.colour)
    if found.codec is not Codec.h264 or not (raw.bits > 8 or _hdr(raw.colour)):
        return coloured
    return _told(
        replace(coloured, codec=Codec.prores_hq),
        f"{shot.name} came back with {raw.bits} bits and is delivered as {Codec.prores_hq}: "
        f"{Codec.h264} would lose them.",
    )


def _hdr(colour: Colour) -> bool:
    return colour.transfer in HDR


def _told(found: Look, warning: str) -> Look:
    return replace(found, warnings=(*found.warnings, warning))
