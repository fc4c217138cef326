"""What Premiere would say. In: frames and rates. Out: items, clips and reports in ticks."""

from fractions import Fraction
from pathlib import Path

from bridge.frames import FrameRange, Rate
from bridge.hosts.premiere.report import TICKS, Item, Media, Report, SequenceSaid
from bridge.source import Source
from bridge.timeline.facts import Clip, Retime

RATES = ("24000/1001", "24", "25", "30000/1001", "30", "48", "50", "60000/1001", "60")
FILM, PAL = Rate.of("24000/1001"), Rate.of(25)
HOUR = 86400  # frames at 23.976


def timebase(rate: Rate) -> int:
    ticks = TICKS / rate.fps
    assert ticks.denominator == 1
    return ticks.numerator


def ticks(frames: int | Fraction, rate: Rate = FILM) -> int:
    exact = frames * timebase(rate)
    assert Fraction(exact).denominator == 1
    return int(exact)


BOAT = Media("boat.mov", "/m/boat.mov", rate=FILM)


def item(start=48, frames=48, head=10, *, rate=FILM, media=BOAT, **more) -> Item:
    """On the first track, at normal speed; `head`: source frames at the media's rate."""
    length = ticks(frames, rate)
    first = ticks(head, media.rate if media and media.rate else rate)
    known = {
        "in_point": first,
        "out_point": first + length,
        "speed": Fraction(1),
        "media": media,
        "track": 1,
        **more,
    }
    return Item("i1", "boat", start=ticks(start, rate), end=ticks(start, rate) + length, **known)


def clip(start=48, frames=48, head=10, *, speed=1, media_rate=FILM, **more) -> Clip:
    """What an exported sequence says of it; its media begins at 1000 on its own clock."""
    speed = Fraction(speed)
    kind = Retime.none if speed == 1 else Retime.reverse if speed < 0 else Retime.constant
    known = {
        "place": "V1:2",
        "name": "boat",
        "record": FrameRange(start, frames),
        "source": Source(Path("/m/boat.mov")),
        "media_rate": media_rate,
        "source_in": media_rate.seconds(1000 + Fraction(head)),
        "media_in": media_rate.seconds(1000),
        "speed": speed,
        "retime": kind if speed else Retime.freeze,
        **more,
    }
    return Clip(**known)


def report(*items: Item, rate=FILM, **sequence) -> Report:
    known = {"name": "Cut", "timebase": timebase(rate), "zero_point": ticks(HOUR, rate), **sequence}
    return Report("edit", "Film", SequenceSaid(**known), None, "selected", items)
