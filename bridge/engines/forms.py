"""How pictures cross to an engine and back. Values only: they are facts of a model."""

from enum import StrEnum


class Form(StrEnum):
    """How the footage an engine gets is written."""

    master = "master"  # ProRes 422 HQ, .mov
    alpha = "alpha"  # ProRes 4444 with straight alpha, .mov
    h264 = "h264"  # H.264 8 bit, .mp4


class Alpha(StrEnum):
    """What becomes of transparency."""

    none = "none"  # opaque pictures go in and come out
    kept = "kept"  # footage may have it, and what comes back has the same
    made = "made"  # the same, and what comes back has it always
