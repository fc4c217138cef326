"""Sound as a file of its own. In: pieces of sound. Out: one WAV of exactly their length.

Where one piece follows another, both are heard for a moment, so that nothing clicks.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate, pairwise
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.layout import AudioLayout
from av.audio.stream import AudioStream
from av.container import OutputContainer

from bridge.errors import DeliveryError, DiskRefused, UsageError
from bridge.media.border import writing
from bridge.media.deliver import part_file, secured, settle
from bridge.media.encode import MUXER_BITEXACT
from bridge.media.facts import Dub, Dubbed, Sound
from bridge.media.limits import Guard
from bridge.media.paths import opened
from bridge.media.probe import sound_facts
from bridge.media.sound import Samples, Track, first_track
from bridge.source import Source

RATE = 48_000
FADE = RATE // 100  # samples in which one piece goes over into the next: 10 ms
BLOCK = 8192  # samples
FULL_SCALE = 2**31
SILENCE = Fraction(1, 3162)  # of full scale: -70 dB


def dub(order: Dub, guard: Guard) -> Dubbed:
    """
    Write the order's WAV.

    Raises media errors for the sources, `DiskFull` or `DiskRefused` for the target, and
    `DeliveryError` where the written file is not what was ordered.
    """
    check_dub(order)
    with part_file(order.out) as part:
        peak = _write(order, part, guard)
        _check_written(order, part, guard)
        sha256 = secured(part, guard)
        settle(part, order.out)
    return Dubbed(order.out, sha256, _edges(order)[-1], silent=peak < FULL_SCALE * SILENCE)


def check_dub(order: Dub) -> None:
    """`UsageError` or `DiskRefused` for an order that cannot be, before anything is read."""
    if not order.parts or any(part.seconds <= 0 for part in order.parts):
        raise UsageError(f"The order for {order.out.name} has no sound in it.")
    if order.out.suffix.lower() != ".wav":
        raise UsageError(f"Sound is written to .wav, not {order.out.name}.")
    if order.out in {part.path for part in order.parts}:
        raise DiskRefused(f"{order.out} is a source of this order and is never written over.")


def _edges(order: Dub) -> tuple[int, ...]:
    """The samples at which the pieces begin, and the one after the last."""
    times = accumulate((part.seconds for part in order.parts), initial=Fraction(0))
    return tuple(round(time * RATE) for time in times)


def _write(order: Dub, part: Path, guard: Guard) -> int:
    """The loudest sample, of full scale."""
    layout, peak, done = _layout(order, guard), 0, 0
    with writing(order.out), av.open(f"file:{part}", "w", format="wav", options=_muxer()) as out:
        out.flags |= MUXER_BITEXACT
        if order.start is not None:
            out.metadata["time_reference"] = str(round(order.start * RATE))
        stream = _stream(out, layout)
        for block in _joined(order, layout, guard):
            peak = max(peak, int(np.abs(block.astype(np.int64)).max(initial=0)))
            out.mux(stream.encode(_frame(block, layout, done)))
            done += block.shape[1]
        out.mux(stream.encode(None))
    return peak


def _muxer() -> dict[str, str]:
    return {"write_bext": "1"}  # where broadcast files say when they begin (EBU Tech 3285)


def _stream(out: OutputContainer, layout: str) -> AudioStream:
    stream = out.add_stream("pcm_s24le", rate=RATE)
    assert isinstance(stream, AudioStream)  # noqa: S101
    stream.codec_context.layout = AudioLayout(layout)
    return stream


def _frame(block: Samples, layout: str, place: int) -> AudioFrame:
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(block), format="s32p", layout=layout)
    frame.sample_rate, frame.pts, frame.time_base = RATE, place, Fraction(1, RATE)
    return frame


def _layout(order: Dub, guard: Guard) -> str:
    """The channels of the first piece that has any."""
    for part in order.parts:
        with first_track(part, guard, RATE) as track:
            if track is not None:
                return track.layout
    return "mono"


def _joined(order: Dub, layout: str, guard: Guard) -> Iterator[Samples]:
    edges = _edges(order)
    lengths = [end - start for start, end in pairwise(edges)]
    half = FADE // 2 if min(lengths) >= FADE else 0
    held: Samples | None = None
    for number, part in enumerate(order.parts):
        lead = half if number else 0
        tail = half if number + 1 < len(order.parts) else 0
        with _pieces(part, lengths[number], lead, tail, layout, guard) as pieces:
            if held is not None:
                yield _faded(held, pieces.take(2 * half))
            yield from pieces.until(2 * tail)
            held = pieces.take(2 * tail)


def _faded(held: Samples, coming: Samples) -> Samples:
    """From the one to the other; equal sound stays as it is, to the bit."""
    count = held.shape[1]
    step = np.arange(1, count + 1, dtype=np.int64)
    whole = count + 1
    mixture = held.astype(np.int64) * (whole - step) + coming.astype(np.int64) * step
    faded: Samples = ((mixture + whole // 2) // whole).astype(np.int32)
    return faded


class _Pieces:
    """A piece of sound, taken bit by bit."""

    def __init__(self, blocks: Iterator[Samples], samples: int, channels: int) -> None:
        self._blocks, self._left = blocks, samples
        self._held: Samples = np.zeros((channels, 0), np.int32)

    def take(self, count: int) -> Samples:
        while self._held.shape[1] < count:
            self._held = np.concatenate([self._held, next(self._blocks)], axis=1)
        taken, self._held = self._held[:, :count], self._held[:, count:]
        self._left -= count
        return taken

    def until(self, rest: int) -> Iterator[Samples]:
        """All but the last `rest` samples."""
        while self._left > rest:
            yield self.take(min(BLOCK, self._left - rest))


@contextmanager
def _pieces(
    part: Sound, samples: int, lead: int, tail: int, layout: str, guard: Guard
) -> Iterator[_Pieces]:
    """The piece's samples, with some more on both sides to go over in."""
    wanted = replace(
        part,
        start=part.start - Fraction(lead, RATE),
        seconds=Fraction(lead + samples + tail, RATE),
    )
    channels = len(AudioLayout(layout).channels)
    with first_track(wanted, guard, RATE, layout) as track:
        blocks = _silence(channels) if track is None else _samples(track)
        yield _Pieces(blocks, lead + samples + tail, channels)


def _samples(track: Track) -> Iterator[Samples]:
    return (block.to_ndarray() for block in track.blocks())


def _silence(channels: int) -> Iterator[Samples]:
    while True:
        yield np.zeros((channels, BLOCK), np.int32)


def _check_written(order: Dub, part: Path, guard: Guard) -> None:
    with opened(part) as file:
        found = sound_facts(Source(part), file, guard)
    if found.seconds * RATE != _edges(order)[-1] or found.audio[0].sample_rate != RATE:
        raise DeliveryError(
            f"{order.out.name} came out {found.seconds} s long instead of {order.seconds} s."
        )
