"""Executing an order. In: a `Delivery`. Out: one verified file, or an error and no file.

The file grows as `.part`; it is counted, measured and partly decoded again, made safe on the
disk (drafts are not: they are made again), and only then takes its name.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from fractions import Fraction
from itertools import chain, islice, pairwise
from pathlib import Path

from av.video.frame import VideoFrame

from bridge.errors import DeliveryError, DiskRefused, FrameCountWrong, MediaDamaged, UsageError
from bridge.media.ahead import ahead
from bridge.media.border import writing
from bridge.media.encode import writer_opened
from bridge.media.facts import Codec, Delivered, Delivery, Dissolve, Frames, MediaFacts, Trim
from bridge.media.formats import Format, Kind
from bridge.media.limits import Guard
from bridge.media.movie import movie_opened
from bridge.media.paths import check_words, opened
from bridge.media.probe import movie_facts
from bridge.media.reader import movie_pictures, pictures
from bridge.media.sound import tracks_opened
from bridge.source import Source

Report = Callable[[int], None]
Shown = tuple[VideoFrame] | tuple[VideoFrame, VideoFrame, Fraction]
"""A frame, or one with a share of an incoming one over it."""
MOST_AHEAD = 8  # decoded pictures that wait for the encoder
HASH_BYTES = 4 * 1024 * 1024


def deliver(
    order: Delivery, guard: Guard, report: Report, facts: Sequence[MediaFacts] = ()
) -> Delivered:
    """
    Write the order's file. `report` hears how many frames are written.

    * `facts` say which files the sources have to be; a changed one raises `MediaChanged`.
    * Raises media errors for the sources, `DiskFull` or `DiskRefused` for the target, and
      `FrameCountWrong` or `DeliveryError` where the written file is not what was ordered.
    """
    check_order(order)
    known = {each.source.path: each for each in facts}
    with part_file(order.out) as part:
        _encode(order, part, guard, report, known)
        if order.draft:
            found, sha256 = verified(order, part, guard), ""
        else:
            found, sha256 = _checked(order, part, guard)
        settle(part, order.out, lasting=not order.draft)
    return Delivered(order.out, _renamed(found, order.out), sha256)


def _checked(order: Delivery, part: Path, guard: Guard) -> tuple[MediaFacts, str]:
    """Read it back while it is made safe; its facts and hash."""
    with ThreadPoolExecutor(1) as beside:
        digest = beside.submit(secured, part, guard)
        return verified(order, part, guard), digest.result()


def check_order(order: Delivery) -> None:
    """`UsageError` or `DiskRefused` for an order that cannot be, before anything is read."""
    check_words(order.out)
    if not order.frames:
        raise UsageError(f"The order for {order.out.name} has no frames.")
    if order.width < 1 or order.height < 1:
        raise UsageError(f"A picture cannot be {order.width} x {order.height}.")
    if order.codec is Codec.h264 and (order.width % 2 or order.height % 2):
        raise UsageError(
            f"H.264 needs an even width and height, not {order.width} x {order.height}."
        )
    if not all(_apart(spans, order.frames) for spans in (order.dissolves, order.trims)):
        raise UsageError(
            f"The dissolves or trims of {order.out.name} do not lie one after another in it."
        )
    if order.out.suffix.lower() != order.codec.suffix:
        raise UsageError(f"{order.codec} is written to {order.codec.suffix}, not {order.out.name}.")
    read = {part.source.path for part in order.read}
    if order.out in read or (order.sound and order.out == order.sound.path):
        raise DiskRefused(f"{order.out} is a source of this order and is never written over.")


def _apart(spans: Sequence[Dissolve] | Sequence[Trim], frames: int) -> bool:
    edges = [0, *(edge for span in spans for edge in (span.start, span.end)), frames]
    return all(before <= after for before, after in pairwise(edges)) and all(
        span.start < span.end for span in spans
    )


@contextmanager
def part_file(out: Path) -> Iterator[Path]:
    """`<name>.part` beside `out`; gone when the block has ended, however it ended."""
    part = part_of(out)
    with writing(out):
        part.unlink(missing_ok=True)
    try:
        yield part
    finally:
        with writing(out):
            part.unlink(missing_ok=True)


def part_of(out: Path) -> Path:
    return out.with_name(out.name + ".part")


def _encode(
    order: Delivery,
    part: Path,
    guard: Guard,
    report: Report,
    known: Mapping[Path, MediaFacts],
) -> None:
    with ExitStack() as stack:
        held = guard.limits.pictures(order.width, order.height) // 4
        shown = ahead(_shown(order, guard, known), min(max(1, held), MOST_AHEAD))
        stack.enter_context(closing(shown))
        first = next(shown)
        lossy = order.codec is Codec.h264
        tracks = (
            stack.enter_context(tracks_opened(order.sound, guard, lossy=lossy))
            if order.sound
            else ()
        )
        writer = stack.enter_context(writer_opened(order, part, first[0], tracks, guard.limits))
        writer.write(*first)
        for each in shown:
            writer.write(*each)
            report(writer.frames)
        writer.finish()
        report(writer.frames)


def _shown(order: Delivery, guard: Guard, known: Mapping[Path, MediaFacts]) -> Iterator[Shown]:
    """What each delivered frame is made of."""
    plain = chain.from_iterable(_frames(part, guard, known) for part in order.parts)
    done = 0
    for dissolve in order.dissolves:
        yield from ((frame,) for frame in islice(plain, dissolve.start - done))
        done = dissolve.end
        below = islice(plain, done - dissolve.start)
        above = _frames(dissolve.incoming, guard, known)
        for step, pair in enumerate(zip(below, above, strict=True), 1):
            yield *pair, Fraction(step, done - dissolve.start + 1)
    yield from ((frame,) for frame in plain)


def _frames(part: Frames, guard: Guard, known: Mapping[Path, MediaFacts]) -> Iterator[VideoFrame]:
    count = 0
    for frame in pictures(part.source, part.numbers, guard, known.get(part.source.path)):
        count += 1
        yield frame
    if count != len(part.numbers):
        raise MediaDamaged(
            f"{part.source.path} gave {count} of {len(part.numbers)} frames.",
            path=str(part.source.path),
            expected=len(part.numbers),
            found=count,
        )


def verified(order: Delivery, part: Path, guard: Guard) -> MediaFacts:
    """
    Read the written file as a stranger's: its count, size and rate must be the order's.

    Every picture is counted, and the first and the last one are decoded.
    """
    with opened(part) as file, movie_opened(file, Format(Kind.movie, "mov"), guard) as movie:
        found = movie_facts(Source(part), movie, guard)
        _check_written(order, found)
        for _ in movie_pictures(movie, (order.frames - 1,), guard):
            guard.beat()
    return found


def _check_written(order: Delivery, found: MediaFacts) -> None:
    if found.frames != order.frames:
        raise FrameCountWrong(
            f"{order.out.name} came out with {found.frames} frames instead of {order.frames}.",
            expected=order.frames,
            found=found.frames,
        )
    wanted = (order.width, order.height, order.rate, False)
    written = (found.width, found.height, found.rate, found.variable)
    # One frame alone has no rate that could be measured.
    if written != wanted and (order.frames > 1 or written[:2] != wanted[:2]):
        raise DeliveryError(f"{order.out.name} came out as {written} instead of {wanted}.")


def secured(part: Path, guard: Guard) -> str:
    """Have the file on the disk itself, and its hash."""
    digest = hashlib.sha256()
    with writing(part), part.open("rb+", buffering=0) as file:
        os.fsync(file.fileno())
        while block := file.read(HASH_BYTES):
            digest.update(block)
            guard.beat()
    return digest.hexdigest()


def settle(part: Path, out: Path, *, lasting: bool = True) -> None:
    """
    Give the file its name, replacing an older one at once; with what is `lasting` the folder is
    made safe too.
    """
    with writing(out):
        part.replace(out)
        if lasting and os.name == "posix":
            folder = os.open(out.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def _renamed(found: MediaFacts, out: Path) -> MediaFacts:
    status = out.stat()
    return MediaFacts(
        **{**vars(found), "source": Source(out), "size": status.st_size}
        | {"modified_ns": status.st_mtime_ns}
    )
