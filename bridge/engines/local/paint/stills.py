"""Painted stills from their files. In: a keyframe, the shot's facts. Out: the picture that fits."""

import numpy as np

from bridge.engines.base import Keyframe
from bridge.engines.local.look.looks import Picture
from bridge.engines.local.notes import Notes
from bridge.engines.local.pictures import fitted_still, still
from bridge.media.facts import MediaFacts
from bridge.media.limits import Guard
from bridge.media.reader import pictures
from bridge.source import Source, SourceKind


def painted_still(keyframe: Keyframe, facts: MediaFacts, guard: Guard, notes: Notes) -> Picture:
    """At the shot's size; with a fourth channel, alpha, multiplied in, where it is transparent."""
    picture = _with_alpha(still(keyframe.image, guard), keyframe, guard)
    return fitted_still(picture, keyframe.image.name, (facts.width, facts.height), notes)


def _with_alpha(picture: Picture, keyframe: Keyframe, guard: Guard) -> Picture:
    frame = next(iter(pictures(Source(keyframe.image, SourceKind.still), [0], guard)))
    bits = [component.bits for component in frame.format.components if component.is_alpha]
    if not bits:
        return picture
    # FFmpeg's scaler brings an alpha of 255 to 65532, and 32896 to 129 (measured, FFmpeg 8)
    form, opaque = ("rgba", 255) if bits[0] <= 8 else ("rgba64le", 65535)
    alpha = frame.reformat(format=form).to_ndarray()[..., 3:].astype(np.float32) / opaque
    if alpha.min() == 1:
        return picture
    alpha = np.rot90(alpha, k=(frame.rotation // 90) % 4)
    return np.ascontiguousarray(np.concatenate([picture, alpha], axis=2), np.float32)
