"""Camera words. In: "zoom in 10% ease-in-out", "pan left 5%". Out: where the view lies at a time.

    MOVE DIRECTION AMOUNT [EASING]

    zoom | dolly   in | out                      percent of the picture's size
    pan            left | right                  percent of the picture's width
    tilt           up | down                     percent of the picture's height
    roll           cw | ccw | right | left       degrees; the picture turns clockwise, or right

Pure: no picture is touched. A view never reaches over the edge of the still: where a move needs
room, the still is enlarged by as much, evenly over the whole move (`overscan`).
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bridge.engines.local.options import Easing
from bridge.errors import EngineRefused

EXAMPLE = 'Write for example "zoom in 10% ease-in-out", "pan left 5%" or "roll cw 3deg".'
DIRECTIONS = {
    "zoom": ("in", "out"),
    "dolly": ("in", "out"),
    "pan": ("left", "right"),
    "tilt": ("up", "down"),
    "roll": ("cw", "ccw"),
}
MOVES = {"push": "dolly", "pull": "dolly", "track": "dolly"}  # other names
TURNS = {"right": "cw", "left": "ccw", "clockwise": "cw", "counterclockwise": "ccw"}
MOST = {
    "zoom": Decimal(200),
    "dolly": Decimal(200),
    "pan": Decimal(50),
    "tilt": Decimal(50),
    "roll": Decimal(45),
}
AMOUNT = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)\s*(%|percent|deg|degree|degrees|\N{DEGREE SIGN})?")
PATTERN = re.compile(
    rf"(?P<move>[a-z]+)\s+(?:(?P<direction>[a-z]+)\s+)?{AMOUNT.pattern}(?:\s+(?P<easing>[a-z -]+))?"
)


@dataclass(frozen=True)
class Move:
    move: str  # zoom, dolly, pan, tilt, roll
    direction: str
    amount: Decimal  # percent, or degrees for a roll
    easing: Easing = Easing.linear

    def __str__(self) -> str:
        unit = "deg" if self.move == "roll" else "%"
        return f"{self.move} {self.direction} {self.amount:f}{unit} {self.easing.value}"


@dataclass(frozen=True)
class View:
    """What of the still is on screen. Shifts are parts of the picture's width and height."""

    zoom: float = 1.0
    right: float = 0.0
    down: float = 0.0
    turn: float = 0.0  # degrees; the picture turns clockwise


def parse_all(words: Iterable[str]) -> tuple[Move, ...]:
    """The moves of all words; several may stand in one, parted by commas, "and" or "with"."""
    pieces = [piece for word in words for piece in re.split(r",|;|\+|\band\b|\bwith\b", word)]
    return tuple(parse(piece) for piece in pieces if piece.strip())


def parse(words: str) -> Move:
    """One move; `EngineRefused` says which part of it was not understood."""
    text = " ".join(words.casefold().split())
    match = PATTERN.fullmatch(text)
    if match is None:
        raise _refused(words, "it is not MOVE DIRECTION AMOUNT [EASING]")
    move = MOVES.get(match["move"], match["move"])
    if move not in DIRECTIONS:
        raise _refused(words, f"{match['move']!r} is not a move; moves are {_listed(DIRECTIONS)}")
    direction = _direction(words, move, match["direction"])
    amount = _amount(words, move, match[3], match[4])
    return Move(move, direction, amount, _easing(words, match["easing"]))


def view(moves: Sequence[Move], time: float) -> View:
    """All moves together when `time`, 0 to 1, of the shot has passed."""
    zoom, right, down, turn = 1.0, 0.0, 0.0, 0.0
    for move in moves:
        done = move.easing.at(time)
        part = float(move.amount) / 100
        match move.move, move.direction:
            case "zoom" | "dolly", "in":
                zoom *= 1 + part * done
            case "zoom" | "dolly", "out":
                zoom *= 1 + part * (1 - done)
            # as far to one side of the middle as to the other: that needs the least overscan
            case "pan", side:
                right += part * (done - 0.5) * (1 if side == "right" else -1)
            case "tilt", side:
                down += part * (done - 0.5) * (1 if side == "down" else -1)
            case _, side:
                turn += float(move.amount) * done * (1 if side == "cw" else -1)
    return View(zoom, right, down, turn)


def times(frames: int) -> Iterator[float]:
    """When each frame stands: the first at 0, the last at 1."""
    return (when(frame, frames) for frame in range(frames))


def when(frame: int, frames: int) -> float:
    """When one of so many frames stands."""
    return frame / max(1, frames - 1)


def overscan(moves: Sequence[Move], frames: int, width: int, height: int) -> float:
    """How much larger than the view the still must be, so that no frame looks past its edge."""
    if not moves:
        return 1.0
    reaches = (_reach(view(moves, time), width, height) for time in times(frames))
    return max(1.0, *reaches)


def _reach(seen: View, width: int, height: int) -> float:
    """The still's size over the view's at which this view just fits."""
    cosine, sine = _cosine_and_sine(seen.turn)
    half_width = (width * cosine + height * sine) / (2 * seen.zoom)
    half_height = (width * sine + height * cosine) / (2 * seen.zoom)
    across = 2 * (abs(seen.right) * width + half_width) / width
    along = 2 * (abs(seen.down) * height + half_height) / height
    return max(across, along)


def _cosine_and_sine(degrees: float) -> tuple[float, float]:
    angle = math.radians(degrees)
    return abs(math.cos(angle)), abs(math.sin(angle))


def affine(seen: View, scale: float, width: int, height: int) -> tuple[tuple[float, ...], ...]:
    """
    The 2x3 matrix from a pixel of the view to a pixel of the still, both `width` x `height`.

    `scale` is the overscan. Pixels count from the middle of the first one, so that a view at rest
    is the still itself.
    """
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    size = 1 / (scale * seen.zoom)
    angle = math.radians(-seen.turn)
    cosine, sine = math.cos(angle) * size, math.sin(angle) * size
    shift_x, shift_y = seen.right * width / scale, seen.down * height / scale
    return (
        (cosine, -sine, middle_x + shift_x - cosine * middle_x + sine * middle_y),
        (sine, cosine, middle_y + shift_y - sine * middle_x - cosine * middle_y),
    )


def _direction(words: str, move: str, direction: str | None) -> str:
    known = DIRECTIONS[move]
    given = direction or ("cw" if move == "roll" else "")
    given = TURNS.get(given, given) if move == "roll" else given
    if given not in known:
        raise _refused(words, f"a {move} goes {' or '.join(known)}")
    return given


def _amount(words: str, move: str, number: str, unit: str | None) -> Decimal:
    percent = unit in ("%", "percent")
    if unit is not None and percent == (move == "roll"):
        raise _refused(words, f"a {move} is measured in {'degrees' if move == 'roll' else '%'}")
    if unit is None and move != "roll":
        raise _refused(words, f"the amount of a {move} needs its %")
    amount = Decimal(number)
    if amount > MOST[move]:
        raise _refused(words, f"a {move} goes up to {MOST[move]}")
    return amount


def _easing(words: str, easing: str | None) -> Easing:
    given = (easing or "linear").strip().replace(" ", "-")
    given = "ease-in-out" if given in ("ease", "smooth", "eased") else given
    if given not in [known.value for known in Easing]:
        raise _refused(words, f"{given!r} is not an easing; known are {_listed(Easing)}")
    return Easing(given)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)


def _refused(words: str, reason: str) -> EngineRefused:
    return EngineRefused(
        f"The camera words {words.strip()[:80]!r} are not understood: {reason}.",
        hint=EXAMPLE,
        words=words[:200],
    )
