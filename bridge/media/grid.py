"""Which picture is source frame n. In: the times of all pictures of a movie. Out: a frame grid.

The rule: source frame n is the picture on screen n/rate seconds after the first shown one begins. A
tenth of a frame is forgiven, because milliseconds (Matroska) and 90 kHz (MPEG-TS) cannot say when a
frame at 24000/1001 begins. Times are whole ticks of the stream's own clock; no float is involved.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from bridge.errors import UsageError
from bridge.frames import Rate

TENTH = Fraction(1, 10)
HALF_TICK = Fraction(1, 2)
LONGEST_LAST_PICTURE = 600  # seconds; a file that claims more is not believed
FASTEST = 1000  # frames per second
SLOWEST = Fraction(1, 600)
FALLBACK = Rate(Fraction(24))
COMMON = tuple(
    Rate.of(rate)
    for rate in (
        *("24000/1001", 24, 25, "30000/1001", 30, 48, "48000/1001", 50, "60000/1001", 60),
        *(100, "120000/1001", 120, 240, 15, 12, 10),
    )
)


@dataclass(frozen=True)
class Grid:
    """`times` are the pictures' beginnings in ticks, ascending; `times[0]` is the first shown."""

    rate: Rate
    tick: Fraction  # seconds
    times: Sequence[int]
    frames: int
    variable: bool

    @property
    def origin(self) -> Fraction:
        """Seconds on the file's clock at which frame 0 begins."""
        return self.times[0] * self.tick

    def time_of(self, frame: int) -> int:
        """The tick at which the picture of source frame `frame` begins."""
        if not self.variable:
            return self.times[frame]
        place = self.times[0] + (frame + TENTH) / self.rate.fps / self.tick
        return self.times[bisect_right(self.times, place) - 1]


def grid_of(
    times: Sequence[int], tick: Fraction, claims: Iterable[Fraction | None], last: int
) -> Grid:
    """
    The grid for pictures that begin at `times` (ascending ticks, at least one).

    `claims` are the rates that the file states, the most trusted first; a claim counts only if the
    pictures agree with it. `last` is how long the last picture stays, in ticks.
    """
    candidates = _candidates(times, tick, claims)
    for rate in candidates:
        if _regular(times, tick, rate):
            return Grid(rate, tick, times, len(times), variable=False)
    fitting = (rate for rate in candidates if _on_grid(times, tick, rate))
    rate = next(fitting, None) or _nominal(times, tick)
    return Grid(rate, tick, times, _frames_until_end(times, tick, rate, last), variable=True)


def _candidates(
    times: Sequence[int], tick: Fraction, claims: Iterable[Fraction | None]
) -> tuple[Rate, ...]:
    found = [claim for claim in claims if claim]
    if len(times) > 1:
        found += [_average(times, tick), 1 / (_usual(times) * tick)]
    sane = [_snapped(claim) for claim in found if SLOWEST <= claim <= FASTEST]
    return tuple(dict.fromkeys(rate for rate in sane if rate)) or (FALLBACK,)


def _snapped(claim: Fraction) -> Rate | None:
    try:
        return Rate.of(claim)
    except UsageError:
        return None


def _average(times: Sequence[int], tick: Fraction) -> Fraction:
    return (len(times) - 1) / ((times[-1] - times[0]) * tick)


def _regular(times: Sequence[int], tick: Fraction, rate: Rate) -> bool:
    """Picture i begins at i/rate, for every i."""
    step, unit, slack = _whole(tick, rate)
    first = times[0]
    # Even times drift evenly: the last one is the farthest off.
    places = ((len(times) - 1, times[-1]),) if isinstance(times, range) else enumerate(times)
    return all(abs((time - first) * step - index * unit) <= slack for index, time in places)


def _on_grid(times: Sequence[int], tick: Fraction, rate: Rate) -> bool:
    """Every picture begins at some k/rate, no two at the same; k may leave numbers out."""
    step, unit, slack = _whole(tick, rate)
    places = [((time - times[0]) * step * 2 + unit) // (unit * 2) for time in times]
    return len(set(places)) == len(places) and all(
        abs((time - times[0]) * step - place * unit) <= slack
        for time, place in zip(times, places, strict=True)
    )


def _whole(tick: Fraction, rate: Rate) -> tuple[int, int, int]:
    """Ticks as whole numbers: (a tick, a frame, the slack) in the same unit."""
    frames_per_tick = tick * rate.fps
    step, unit = frames_per_tick.numerator * 20, frames_per_tick.denominator * 20
    # Rounding to a tick moves a time by half a tick; the slack must stay under half a frame.
    slack = max(unit // 10, min(int(HALF_TICK * step), unit * 9 // 20))
    return step, unit, slack


def _nominal(times: Sequence[int], tick: Fraction) -> Rate:
    """The common rate that the usual picture, else the average one, is within 3 percent of."""
    if len(times) < 2:
        return FALLBACK
    average = min(max(_average(times, tick), SLOWEST), Fraction(FASTEST))
    for rate in (1 / (_usual(times) * tick), average):
        nearest = _nearest(rate)
        if abs(nearest.fps - rate) <= rate * 3 / 100:
            return nearest
    return Rate.of(average)


def _nearest(fps: Fraction) -> Rate:
    return min(COMMON, key=lambda common: abs(common.fps - fps))


def _usual(times: Sequence[int]) -> int:
    if isinstance(times, range):
        return times.step
    return Counter(after - before for before, after in pairwise(times)).most_common(1)[0][0]


def _frames_until_end(times: Sequence[int], tick: Fraction, rate: Rate, last: int) -> int:
    stay = last * tick if last > 0 else 1 / rate.fps
    span = (times[-1] - times[0]) * tick + min(stay, Fraction(LONGEST_LAST_PICTURE))
    return max(1, -int(-(span * rate.fps - TENTH) // 1))
