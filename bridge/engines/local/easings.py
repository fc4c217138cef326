"""How each segment of a motion gathers and loses speed. In: words. Out: easings, one a segment."""

from bridge.engines.local.options import Easing, MotionOptions
from bridge.errors import EngineRefused


def easings(options: MotionOptions, segments: int) -> tuple[Easing, ...]:
    """From each still to the next; `EngineRefused` where the words do not fit the stills."""
    words = [word.strip().casefold() for word in options.easings.split(",") if word.strip()]
    if not words:
        return (options.easing,) * segments
    known = ", ".join(Easing)
    unknown = [word for word in words if word not in set(Easing)]
    if unknown:
        raise EngineRefused(f"{unknown[0][:80]!r} is not an easing.", hint=f"Known are {known}.")
    if len(words) != segments:
        raise EngineRefused(
            f"{len(words)} easings were given, and the stills have {segments} "
            f"{'movement' if segments == 1 else 'movements'} between them.",
            hint="Give one for each, parted by commas, or a single easing for all.",
        )
    return tuple(Easing(word) for word in words)
