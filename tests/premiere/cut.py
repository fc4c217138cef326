"""A sequence as an editor makes and sees it. In: files and frames. Out: shots on tracks, for tests.

As `tests.fakes.resolve.building.Builder` is for Resolve, so that one contract holds for both.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from bridge.frames import Rate, timecode_frame
from tests.premiere.driver import TICKS, Premiere, probed, ticks_a_frame


@dataclass(frozen=True)
class ShotMedia:
    path: str


@dataclass(frozen=True)
class Shot:
    """As it lies there; frames of the sequence, `source` in frames of the media."""

    id: str
    name: str
    track: int  # from 0
    start: int
    duration: int
    source: Fraction
    media: ShotMedia | None
    disabled: bool = False
    markers: tuple[dict[str, Any], ...] = field(default=(), hash=False)


class Cut:
    def __init__(
        self,
        premiere: Premiere,
        name: str = "Cut",
        *,
        rate: str = "25",
        start: str = "00:00:00:00",
        width: int = 1920,
        height: int = 1080,
        guid: str = "",
    ) -> None:
        self.premiere, self.name = premiere, name
        self.rate, self.drop = Rate.of(rate), rate.upper().endswith("DF")
        self.frame = ticks_a_frame(self.rate)
        self.zero = timecode_frame(start, self.rate, drop=self.drop)
        size = [width, height]
        zero = str(self.zero * self.frame)
        self.guid = guid or premiere.do(
            "sequence",
            name=name,
            timebase=str(self.frame),
            zero=zero,
            drop=self.drop,
            size=size,
        )

    @property
    def cut(self) -> "Cut":
        """Builders of Resolve have the timeline itself there."""
        return self

    def number_of(self, track: int) -> int:
        return track + 1

    # ---- what an editor lays

    def put(
        self,
        path: str | Path,
        *,
        track: int = 1,
        record: int = 0,
        frames: int | None = None,
        source: int = 0,
        speed: Fraction | int = 1,
        kind: str = "video",
        name: str = "",
    ) -> Shot:
        told = probed(str(path))
        assert told is not None, path
        speed = Fraction(speed)
        first = round(source * TICKS / (Rate.of(told["rate"]).fps if told["rate"] else 25))
        length = int(told["duration"]) if frames is None else frames * self.frame
        number = self._do(
            "put",
            path=str(path),
            kind=kind,
            track=track - 1,
            start=str(record * self.frame),
            length=str(length),
            first=str(first),
            speed=[str(abs(speed).numerator), str(speed.denominator)],
            reversed=speed < 0,
            name=name,
        )
        return self.shot(number)

    def odd(self, name: str, *, record: int, frames: int, track: int = 1, **what: Any) -> Shot:
        """What shows no file: bare, offline, nested, multicam, adjustment."""
        start, length = str(record * self.frame), str(frames * self.frame)
        told = {"name": name, "track": track - 1, "start": start, "length": length, "first": "0"}
        return self.shot(self._do("odd", **told, **what))

    def put_title(self, *, record: int, frames: int) -> Shot:
        return self.odd("Text+", record=record, frames=frames, bare=True)

    def put_generator(self, *, record: int, frames: int) -> Shot:
        return self.odd("Solid Color", record=record, frames=frames, bare=True)

    def put_offline(self, path: str, *, record: int, frames: int) -> Shot:
        told = {"path": path, "offline": True}
        return self.odd(Path(path).name, record=record, frames=frames, **told)

    def lock(self, track: int, *, kind: str = "video") -> None:
        self._do("lock", kind=kind, track=track - 1)

    def select(self, *shots: Shot) -> None:
        self._do("select", ids=[shot.id for shot in shots])

    def mark(self, mark_in: int | None, mark_out: int | None) -> None:
        """In and Out, in record frames; Out is the first frame that is not in."""
        first, last = (None if at is None else str(at * self.frame) for at in (mark_in, mark_out))
        self._do("marks", first=first, last=last)

    def add_marker(self, record: int, name: str = "") -> None:
        self._do("marker", start=str(record * self.frame), name=name)

    def playhead(self, timecode: str) -> None:
        at = timecode_frame(timecode, self.rate, drop=self.drop) - self.zero
        self._do("playhead", at=str(at * self.frame))

    # ---- what lies there

    def shot(self, number: str) -> Shot:
        return next(
            shot for shot in [*self.items(), *self.items(kind="audio")] if shot.id == number
        )

    def items(self, track: int = 0, *, kind: str = "video") -> list[Shot]:
        """Of one track, from 1, or of all of that kind."""
        tracks = self._do("tracks")[kind]
        chosen = tracks[track - 1 : track] if track else tracks
        return [self._shot(told) for one in chosen for told in one["items"]]

    def names(self, kind: str = "video") -> list[str]:
        return [track["name"] for track in self._do("tracks")[kind]]

    def record(self, shot: Shot) -> int:
        return shot.start

    def _shot(self, told: dict[str, Any]) -> Shot:
        start, length = int(told["start"]), int(told["end"]) - int(told["start"])
        assert start % self.frame == 0 == length % self.frame, told
        path = told["path"]
        return Shot(
            id=told["id"],
            name=told["name"],
            track=told["track"],
            start=start // self.frame,
            duration=length // self.frame,
            source=self._source(path, int(told["first"])),
            media=ShotMedia(path) if path else None,
            disabled=told["disabled"],
            markers=tuple(told["markers"]),
        )

    def _source(self, path: str, first: int) -> Fraction:
        told = probed(path) if path else None
        fps = Rate.of(told["rate"]).fps if told and told["rate"] else self.rate.fps
        return Fraction(first) * fps / TICKS

    def _do(self, verb: str, **given: Any) -> Any:
        return self.premiere.do(verb, guid=self.guid, **given)
