"""Cuts as an editor makes them. In: files and frames. Out: shots on tracks, for tests.

`Timeline` here is what a test holds; scripts hold the one of `timeline.py`. Frames called `record`
count from the timeline's start.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from bridge.frames import Rate
from tests.fakes.resolve.footage import media_of
from tests.fakes.resolve.model import Cut, Marker, Media, Production, Shot, Track

TITLE_FRAMES = 250


class Builder:
    """Lays shots on one cut and looks at them. `cut` is the timeline itself."""

    def __init__(self, production: Production, cut: Cut) -> None:
        self.production = production
        self.cut = cut

    def put(
        self,
        path: str | Path,
        *,
        track: int = 1,
        record: int = 0,
        frames: int | None = None,
        source: int = 0,
        speed: Fraction | int = 1,
        ramp: Sequence[tuple[float, float]] = (),
        enabled: bool = True,
        name: str = "",
        colour: str = "",
        fusion: int = 0,
        sound: bool = False,
    ) -> Shot:
        """
        A clip; the media goes into the pool. `frames` are record frames, all that fit if None.

        `source` is the lowest source frame shown, `speed` negative for reverse and 0 for a freeze,
        `ramp` rows of timeline and source seconds. `sound` lays the linked sound too.
        """
        media = self.media(path)
        speed = Fraction(speed)
        if frames is None:
            left = (media.frames - source) / media.rate.fps * self.cut.rate.fps
            frames = int(left / (abs(speed) or 1))
        shot = self._lay("clip", name or media.name, track, record, frames, media)
        shot.source, shot.speed, shot.ramp = Fraction(source), speed, tuple(ramp)
        shot.enabled, shot.colour, shot.fusion = enabled, colour, fusion
        if sound:
            self._link(shot, track)
        return shot

    def put_sound(self, path: str | Path, *, track: int = 1, record: int = 0) -> Shot:
        """All of a file's sound, on an audio track."""
        media = self.media(path)
        frames = int(media.frames / media.rate.fps * self.cut.rate.fps)
        return self._lay("clip", media.name, track, record, frames, media, "audio")

    def put_offline(
        self,
        path: str,
        *,
        track: int = 1,
        record: int = 0,
        frames: int = 24,
        source: int = 0,
        media_frames: int = 1000,
    ) -> Shot:
        """A clip whose file is not there; Resolve still knows its length."""
        media = Media(path, Path(path).name, "Video", self.cut.rate, media_frames)
        self.production.bin.media.append(media)
        shot = self._lay("clip", media.name, track, record, frames, media)
        shot.source = Fraction(source)
        return shot

    def put_title(self, *, track: int = 1, record: int = 0, frames: int = TITLE_FRAMES) -> Shot:
        shot = self._lay("title", "Text+", track, record, frames)
        shot.fusion = 1
        return shot

    def put_generator(
        self, *, track: int = 1, record: int = 0, frames: int = 24, colour: str = "#8040bf"
    ) -> Shot:
        shot = self._lay("generator", "Solid Color", track, record, frames)
        shot.generator_colour = colour
        return shot

    def put_compound(
        self, paths: Iterable[str | Path], *, track: int = 1, record: int = 0, frames: int = 24
    ) -> Shot:
        """A compound clip: the files one after another on its own track."""
        inner = Cut("Compound Clip", self.cut.rate, 0)
        own = Builder(self.production, inner)
        for path in paths:
            own.put(path, record=inner.end_frame)
        shot = self._lay("compound", "Compound Clip 1", track, record, frames)
        shot.inner = inner
        return shot

    def put_transition(self, *, at: int, frames: int = 12, track: int = 1) -> Shot:
        """A dissolve that lies symmetrically over the cut at that record frame."""
        start = self.cut.start_frame + at - frames // 2
        shot = Shot("transition", "Cross Dissolve", start, frames // 2 * 2)
        return self.track(track).lay(shot)

    def lock(self, track: int, *, kind: str = "video", locked: bool = True) -> None:
        self.track(track, kind).locked = locked

    def name_track(self, track: int, name: str, *, kind: str = "video") -> None:
        self.track(track, kind).name = name

    def select(self, *shots: Shot) -> None:
        self.cut.selected = list(shots)

    def mark(self, mark_in: int | None = None, mark_out: int | None = None) -> None:
        """In and out, in record frames."""
        self.cut.marks = (mark_in, mark_out)

    def add_marker(
        self, record: int, colour: str = "Blue", name: str = "", note: str = "", custom: str = ""
    ) -> None:
        self.cut.markers[record] = Marker(colour, name, note, 1, custom)

    def playhead(self, timecode: str) -> None:
        self.cut.playhead = self.cut.frame_of(timecode)

    def media(self, path: str | Path) -> Media:
        """The pool's item of a file, which is imported if the pool has none."""
        known = self.production.known(str(path))
        if known is not None:
            return known
        found = media_of(str(path), self.cut.rate)
        assert found is not None, f"{path} is no media"
        self.production.bin.media.append(found)
        return found

    def items(self, track: int = 0, *, kind: str = "video") -> list[Shot]:
        """Shots of one track, or of all of that kind from the lowest, each by its start."""
        if track:
            found = self.cut.track(kind, track)
            return [] if found is None else list(found.shots)
        return self.cut.shots(kind)

    def record(self, shot: Shot) -> int:
        return shot.start - self.cut.start_frame

    def names(self, kind: str = "video") -> list[str]:
        """Of the tracks, from the lowest."""
        return [self.cut.name_of(track) for track in self.cut.tracks[kind]]

    def track(self, number: int, kind: str = "video") -> Track:
        """The track of that number, made where there is none."""
        tracks = self.cut.tracks[kind]
        while len(tracks) < number:
            tracks.append(Track(kind, subtype="stereo" if kind == "audio" else ""))
        return tracks[number - 1]

    def _lay(
        self,
        kind: str,
        name: str,
        track: int,
        record: int,
        frames: int,
        media: Media | None = None,
        track_kind: str = "video",
    ) -> Shot:
        start = self.cut.start_frame + record
        on = self.track(track, track_kind)
        assert on.free(start, start + frames), f"something lies at {record} on track {track}"
        return on.lay(Shot(kind, name, start, frames, media))

    def _link(self, shot: Shot, track: int) -> None:
        shot.link = 1 + max((other.link for other in self.cut.shots()), default=0)
        other = replace(shot, id=f"{shot.id}-sound", markers={}, takes=[], flags=[])
        self.track(track, "audio").lay(other)


def rate_of(text: str) -> tuple[Rate, bool]:
    """'29.97 DF' is a rate, and drop frame."""
    return Rate.of(text), text.upper().endswith("DF")
