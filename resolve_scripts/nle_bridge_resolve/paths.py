"""Paths as Resolve spells them. In: two paths. Out: whether they name the same file."""

import os
import unicodedata


def same_file(one: str, other: str) -> bool:
    return bool(one) and normal(one) == normal(other)


def normal(path: str) -> str:
    """Slashes forward, the drive's letter large, accents composed: macOS hands out both forms."""
    spelled = unicodedata.normalize("NFC", os.path.normcase(path)).replace("\\", "/")
    if spelled[1:2] == ":":
        return spelled[0].upper() + spelled[1:]
    return spelled
