"""Numbered pictures. In: the path of a picture file. Out: whether a sequence may begin with it.

Premiere names an image sequence by its first file, as it names a single picture.
"""

import re
from pathlib import Path

from bridge.errors import BridgeError
from bridge.media.paths import check_words

NUMBER = re.compile(r"(.*?)(\d+)(\.[^.]+)", re.DOTALL)


def may_be_sequence(path: str) -> bool:
    """Whether a picture with the next number lies beside it. Linear in nothing: one look."""
    match = NUMBER.fullmatch(Path(path).name)
    if match is None:
        return False
    stem, number, suffix = match.groups()
    following = Path(path).with_name(f"{stem}{int(number) + 1:0{len(number)}d}{suffix}")
    try:
        check_words(following)
        return following.exists()
    except (BridgeError, OSError):
        return False
