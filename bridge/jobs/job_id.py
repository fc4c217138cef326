"""Names for jobs. Out: short ids that sort by time and are unique over machines."""

import secrets
import time

# Crockford's base 32: no letter that looks like a digit, in the order of their characters
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
TIME_LETTERS, RANDOM_LETTERS = 9, 6  # milliseconds until the year 3084; one in a thousand million


class JobIds:
    """Each id sorts after the one before, also when the clock stands or is set back."""

    def __init__(self) -> None:
        self._last_ms = 0

    def next(self) -> str:
        self._last_ms = max(self._last_ms + 1, time.time_ns() // 1_000_000)
        number = secrets.randbelow(32**RANDOM_LETTERS)
        return f"j{_written(self._last_ms, TIME_LETTERS)}{_written(number, RANDOM_LETTERS)}"


def _written(number: int, letters: int) -> str:
    return "".join(LETTERS[number >> 5 * place & 31] for place in reversed(range(letters)))
