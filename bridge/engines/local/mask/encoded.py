"""What the encoder did outside of a mask. In: a written result, its mask, the shot. Out: a fact.

A few frames of the result are decoded again. They are compared with the shot's own, brought into
the form of the file as they would have been without any change: what is found is the codec's doing,
and, where the file has other samples of colour than the shot, that of the one scaling.
"""

from dataclasses import dataclass
from math import log10
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame

from bridge.engines.local.look.planar import levels_of
from bridge.engines.local.mask.masking import OUTSIDE, Masking
from bridge.engines.local.pictures import colours
from bridge.engines.local.samples import over
from bridge.media.encode import Fit
from bridge.media.facts import Delivery
from bridge.media.reader import pictures
from bridge.source import Source

FRAMES = 5  # at most
ENCODED = f"{OUTSIDE}, encoded"  # the fact's name


@dataclass(frozen=True)
class Apart:
    """How what lies outside differs from the shot's; samples of all planes together."""

    samples: int = 0
    largest: int = 0  # codes
    squares: int = 0  # sum

    def __add__(self, other: "Apart") -> "Apart":
        return Apart(
            self.samples + other.samples,
            max(self.largest, other.largest),
            self.squares + other.squares,
        )

    def said(self, most: int, frames: int) -> str:
        """`most` is the largest code of the file's depth."""
        on = f"on {frames} frames of the result, codes of 0 to {most}"
        if not self.squares:
            return f"the shot's own, {on}"
        psnr = 10 * log10(most**2 * self.samples / self.squares)
        return f"{self.largest} apart at most, PSNR {psnr:.1f} dB, {on}"


def note_encoded(part: Path, order: Delivery, masking: Masking) -> None:
    """Into the masking's notes; nothing where nothing lies outside, or all of it was scaled."""
    if not masking.compares:
        return
    facts, guard = masking.facts, masking.guard
    places = sorted({(facts.frames - 1) * step // (FRAMES - 1) for step in range(FRAMES)})
    found, most = Apart(), 0
    shot = pictures(facts.source, places, guard, facts)
    for place, own, written in zip(
        places, shot, pictures(Source(part), places, guard), strict=True
    ):
        guard.beat()
        found += _apart(masking, place, own, written, order)
        most = (1 << written.format.components[0].bits) - 1
    if found.samples:
        masking.notes.fact(ENCODED, found.said(most, len(places)))


def _apart(
    masking: Masking, place: int, own: VideoFrame, written: VideoFrame, order: Delivery
) -> Apart:
    number = masking.request.wanted[place]
    mask = masking.plane(number, lambda: colours(own, masking.facts.colour))
    before = Fit(order, written.format.name)(own)
    found = Apart()
    for old, new in zip(levels_of(before), levels_of(written), strict=True):
        outside = over(mask, old.shape) == 0
        miss = np.abs(new[outside].astype(np.int64) - old[outside])
        found += Apart(miss.size, int(miss.max(initial=0)), int(np.square(miss).sum()))
    return found
