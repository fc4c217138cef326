"""Exactly the frames asked for. In: a source and any frame numbers. Out: their pictures.

Pictures are found by their time and never by counting. Going forwards is one decode; going
backwards, or jumping, is done in chunks that fit the memory; a repeated number is the same
picture again. What does not come out is `MediaDamaged`, with both numbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bridge.errors import MediaChanged, MediaDamaged, MediaUnsupported, RangeError
from bridge.media.border import reading
from bridge.media.facts import MediaFacts
from bridge.media.formats import Kind, format_of
from bridge.media.keys import key_pictures, whole_pictures
from bridge.media.limits import Guard
from bridge.media.movie import Movie, movie_opened
from bridge.media.paths import OpenFile, opened
from bridge.media.scan import decoded
from bridge.media.stills import sequence_of, still_frame
from bridge.source import Source, SourceKind

SEEK_AHEAD = 300  # frames; a jump farther than this seeks instead of decoding what lies between
# frames; a key frame that lies farther ahead than this, before the wanted picture, is sought: a
# decoder that was emptied needs about as many pictures until it gives the first one
WORTH_SEEKING = 8
MOST_BACK_OFF = 24  # seeks; each goes twice as far back as the one before
# Codecs whose pictures say of themselves that no other is made of them; HEVC's say so of their own
# temporal layer alone.
SAYS_UNUSED = "h264"


def pictures(
    source: Source, numbers: Sequence[int], guard: Guard, facts: MediaFacts | None = None
) -> Iterator[VideoFrame]:
    """
    One picture for each of `numbers` (source frames), in that order; the same object for repeats.

    * `facts`, where given, say which file it has to be: another raises `MediaChanged`.
    * `RangeError` for a number outside of the source, `MediaDamaged` where a picture does not
      decode, and `MediaChanged` if the file is written to meanwhile.
    """
    if source.kind is SourceKind.sequence:
        return _sequence(source, numbers, guard)
    return _file(source, numbers, guard, facts)


def _file(
    source: Source, numbers: Sequence[int], guard: Guard, facts: MediaFacts | None
) -> Iterator[VideoFrame]:
    with opened(source.path, guard.limits.roots) as file:
        _check_same(file, facts)
        format_ = format_of(file.head, file.path)
        if format_.kind is Kind.picture:
            frame = still_frame(file, format_, guard)
            _check_numbers(source.path, numbers, None)
            yield from (frame for _ in numbers)
        else:
            with movie_opened(file, format_, guard, rescan=False) as movie:
                held = source.kind is SourceKind.still
                yield from movie_pictures(movie, [0] * len(numbers) if held else numbers, guard)
        file.check_unchanged()


def _check_same(file: OpenFile, facts: MediaFacts | None) -> None:
    if facts and (facts.size, facts.modified_ns) != (file.size, file.modified_ns):
        raise MediaChanged(
            f"{file.path} is not the file that was planned with: it had {facts.size} bytes "
            f"and has {file.size}, or was written since.",
            path=str(file.path),
        )


def _sequence(source: Source, numbers: Sequence[int], guard: Guard) -> Iterator[VideoFrame]:
    sequence = sequence_of(source)
    _check_numbers(source.path, numbers, sequence.count)
    last: tuple[int, VideoFrame] | None = None
    for number in numbers:
        if last is None or last[0] != number:
            last = number, picture_of(sequence.file(number), guard)
        yield last[1]


def picture_of(path: Path, guard: Guard) -> VideoFrame:
    """The picture in one still's file."""
    with opened(path, guard.limits.roots) as file:
        format_ = format_of(file.head, path)
        if format_.kind is not Kind.picture:
            raise MediaUnsupported(f"{path} is not a picture.", path=str(path))
        return still_frame(file, format_, guard)


def _check_numbers(path: Path, numbers: Sequence[int], limit: int | None) -> None:
    if not numbers:
        return
    low, high = min(numbers), max(numbers)
    if low < 0 or (limit is not None and high >= limit):
        wrong = low if low < 0 else high
        raise RangeError(
            f"{path} has no frame {wrong}: its frames are 0 to {(limit or 1) - 1}.",
            path=str(path),
            frame=wrong,
            frames=limit,
        )


def movie_pictures(movie: Movie, numbers: Sequence[int], guard: Guard) -> Iterator[VideoFrame]:
    """The movie's pictures for `numbers`; holds one chunk of pictures at most."""
    _check_numbers(movie.file.path, numbers, movie.grid.frames)
    times = [movie.grid.time_of(number) for number in numbers]
    yield from map(movie.turner, _as_coded(movie, times, numbers, guard))


def _as_coded(
    movie: Movie, times: Sequence[int], numbers: Sequence[int], guard: Guard
) -> Iterator[VideoFrame]:
    most = guard.limits.pictures(movie.stream.width, movie.stream.height)
    done = 0
    if 1 < len(times) <= most and movie.keys.issuperset(times):
        for frame in _alone(movie, times, guard):
            yield frame
            done += 1
    tape = _Tape(movie, guard, _Sparing(movie, frozenset(times)))
    while done < len(times):
        end = _forward_end(times, done)
        if times[end - 1] > times[done] or times[done] >= tape.time:
            yield from _forwards(tape, times[done:end], numbers[done:end])
        else:
            end = _backward_end(times, done, most)
            yield from _chunk(tape, times[done:end], numbers[done:end])
        done = end


def _alone(movie: Movie, times: Sequence[int], guard: Guard) -> Iterator[VideoFrame]:
    """Key frames, as far as they are what the file says of them."""
    coming = key_pictures(movie, sorted(set(times)), guard)
    held: dict[int | None, VideoFrame] = {}
    for place, time in enumerate(times):
        while time not in held:
            frame = next(coming, None)
            if frame is None:
                return
            held[frame.pts] = frame
        # what is not held too long is decoded into again
        yield held[time] if time in times[place + 1 :] else held.pop(time)


def _forward_end(times: Sequence[int], start: int) -> int:
    end = start + 1
    while end < len(times) and times[end] >= times[end - 1]:
        end += 1
    return end


def _backward_end(times: Sequence[int], start: int, most: int) -> int:
    """The end of the falling run from `start` with at most `most` different pictures."""
    end, different = start + 1, 1
    while end < len(times) and times[end] <= times[end - 1]:
        different += times[end] != times[end - 1]
        if different > most:
            break
        end += 1
    return end


def _forwards(tape: "_Tape", times: Sequence[int], numbers: Sequence[int]) -> Iterator[VideoFrame]:
    for time, number in zip(times, numbers, strict=True):
        yield tape.picture(time, number)


def _chunk(tape: "_Tape", times: Sequence[int], numbers: Sequence[int]) -> Iterator[VideoFrame]:
    upwards = sorted(set(zip(times, numbers, strict=True)))
    held: dict[int, VideoFrame] = {}
    for time, number in upwards:
        if time not in held:
            held[time] = tape.picture(time, number)
    yield from (held[time] for time in times)


class _Sparing:
    """Spares the decoder pictures that nobody wants and no other picture is made of."""

    def __init__(self, movie: Movie, wanted: frozenset[int]) -> None:
        self._context = context = movie.stream.codec_context
        self._wanted = (
            wanted
            if whole_pictures(movie) and context.codec.canonical_name == SAYS_UNUSED
            else None
        )

    def before(self, packet: "Packet[VideoStream]") -> None:
        """Tell the decoder, which has to hear it with every packet."""
        if self._wanted is not None:
            spared = packet.pts is not None and packet.pts not in self._wanted
            self._context.skip_frame = "NONREF" if spared else "DEFAULT"


@dataclass
class _Tape:
    """A movie with a play head, which plays on or seeks, whichever is nearer."""

    movie: Movie
    guard: Guard
    sparing: _Sparing
    # ticks of the picture under the head; before the first where nothing was played yet
    time: int = field(init=False)
    _frame: VideoFrame | None = None  # the picture under the head; who has it may date it anew
    _playing: Iterator[VideoFrame] = field(default_factory=lambda: iter(()))

    def __post_init__(self) -> None:
        self.time = self.movie.grid.times[0] - 1

    def picture(self, time: int, number: int) -> VideoFrame:
        """The picture that begins at `time`."""
        with reading(self.movie.file.path):
            if self._frame is None or not self.time <= time <= self._reach(time):
                self._seek(time)
            while self._frame is not None and self.time < time:
                self._play()
        if self._frame is None or self.time != time or self._frame.is_corrupt:
            raise self._missing(number)
        return self._frame

    def _reach(self, time: int) -> int:
        """The farthest time to which playing on costs less than seeking."""
        frame = 1 / self.movie.grid.rate.fps / self.movie.grid.tick
        entries = self.movie.stream.index_entries
        key = entries.search_timestamp(time) if len(entries) else -1
        if key >= 0 and entries[key].timestamp > self.time + int(WORTH_SEEKING * frame):
            return self.time
        return self.time + int(SEEK_AHEAD * frame)

    def _seek(self, time: int) -> None:
        """
        Play from a key frame at or before `time`.

        Where a seek leads is up to each demuxer: pictures that lead an open group, streams
        without an index. So the first picture is looked at, and the next seek goes farther back
        until it fits.
        """
        grid = self.movie.grid
        step = max(1, int(1 / grid.rate.fps / grid.tick))
        for attempt in range(MOST_BACK_OFF):
            back = 0 if attempt == 0 else step << attempt
            target = max(time - back, grid.times[0])
            self._play_from(target if target > grid.times[0] else grid.times[0] - back)
            if self._frame is not None and self.time <= time:
                return

    def _play_from(self, target: int) -> None:
        context = self.movie.stream.codec_context
        delay = context.reorder_depth
        self.movie.container.seek(target, stream=self.movie.stream)
        # A flushed H.264 decoder forgets how far pictures are reordered and would drop some.
        context.reorder_depth = delay
        self._playing = self._played()
        self._play()

    def _played(self) -> Iterator[VideoFrame]:
        for packet in self.movie.container.demux(self.movie.stream):
            self.guard.beat()
            self.sparing.before(packet)
            yield from (frame for frame in decoded(packet) if frame.pts is not None)

    def _play(self) -> None:
        """One picture on."""
        self._frame = next(self._playing, None)
        if self._frame is not None:
            self.time = _time(self._frame)

    def _missing(self, number: int) -> MediaDamaged:
        path, frames = self.movie.file.path, self.movie.grid.frames
        return MediaDamaged(
            f"Frame {number} of {path} does not decode (the file counts {frames} frames).",
            path=str(path),
            frame=number,
            frames=frames,
        )


def _time(frame: VideoFrame) -> int:
    return frame.pts if frame.pts is not None else 0
