"""How an item runs, by its own numbers. In: items. Out: a speed, or that it cannot be told.

Adobe documents neither the unit of `getSpeed` nor what In and Out of a retimed item count: true
source time, or source time divided by the speed, as Premiere's own XML has it. Both are found out
from the numbers: an item at normal speed spans as much source as it is long, and all items of a
report are told in one unit. (A lone item that says 1 is taken to run at normal speed, although it
might run at one per cent; an exported sequence tells.)
"""

from collections.abc import Iterable
from fractions import Fraction

from bridge.hosts.premiere.report import TICKS, Item
from bridge.timeline.retime import speed_of

UNITS = (1, 100)  # what normal speed may be
ONE = Fraction(1)
CLOSE = Fraction(1, 500)  # Premiere shows speeds with two digits


def unit_of(items: Iterable[Item], timebase: int) -> int | None:
    """What normal speed is called; None where the items do not say, or say both."""
    told = [item for item in items if item.speed and item.span is not None and not item.reversed]
    plain = {
        unit for item in told for unit in UNITS if item.speed == unit and _even(item, timebase)
    }
    if not plain:
        plain = {unit for item in told for unit in UNITS if _spans(item, unit, timebase)}
    return plain.pop() if len(plain) == 1 else None


def speed(item: Item, unit: int) -> Fraction | None:
    """Source time a record time; None where it is not said."""
    return None if item.speed is None else speed_of(float(item.speed / unit))


def plain_speed(item: Item, unit: int | None, timebase: int) -> Fraction | None:
    """
    The speed of an item whose In is known to be its first source frame's time; None of all others.

    That is so at normal speed, and where In and Out lie as far apart as the speed says and clearly
    not as far apart as the item is long.
    """
    if item.span is None or item.reversed or unit is None or not item.speed:
        return None
    found = speed(item, unit)
    if found == 1:
        return found if _even(item, timebase) else None
    return found if _spans(item, unit, timebase) else None


def fits(item: Item, told: Fraction, timebase: int) -> bool:
    """
    Whether the numbers do not contradict a speed that an exported sequence tells.

    `told` is negative for a reversed item and 0 for a freeze, of which the numbers say nothing.
    """
    if item.reversed != (told < 0):
        return False
    if told == 0:
        return True
    ratio = abs(told)
    if item.speed is not None and not any(
        abs(item.speed / unit - ratio) <= CLOSE * max(ONE, ratio) for unit in UNITS
    ):
        return False
    span = item.span
    slack = _slack(item, timebase) * max(ONE, ratio)
    return span is None or any(abs(span - item.length * r) <= slack for r in (ratio, ONE))


def begins(item: Item, told: Fraction) -> tuple[Fraction, ...]:
    """
    Where on the media's clock the item may begin, in ticks; reversed, where its first frame ends.

    By both meanings of In and Out; none where they are not said.
    """
    if item.in_point is None or item.out_point is None:
        return ()
    edge = max(item.in_point, item.out_point) if told < 0 else item.in_point
    return (Fraction(edge), *((edge * abs(told),) if told not in (0, 1, -1) else ()))


def media_frame(item: Item, timebase: int) -> Fraction:
    """Ticks; a record frame's where the media's rate is not known."""
    rate = item.media.rate if item.media is not None else None
    return Fraction(timebase) if rate is None else TICKS / rate.fps


def _slack(item: Item, timebase: int) -> Fraction:
    """Ticks by which lengths in whole frames of either rate may differ."""
    return timebase + media_frame(item, timebase)


def _even(item: Item, timebase: int) -> bool:
    """At normal speed both are one; a frame is left for edges that were rounded."""
    return item.span is not None and abs(item.span - item.length) <= timebase


def _spans(item: Item, unit: int, timebase: int) -> bool:
    """Whether the span is what this speed makes of the length, and not the length itself."""
    found = speed(item, unit)
    if found is None or item.span is None or _even(item, timebase):
        return False
    slack = _slack(item, timebase) * max(ONE, found)
    return abs(item.span - item.length * found) <= slack
