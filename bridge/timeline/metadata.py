"""Metadata dictionaries, which hold whatever their writer liked.

In: a dictionary and keys. Out: the value or None.
"""

from typing import Any

BRIDGE = "nle_bridge"  # our key in every one of them
DROP = "drop_frame"  # below it, of a timeline that was built


def lookup(metadata: Any, *keys: str) -> Any:
    """What lies under these keys; None where something else than a dictionary is on the way."""
    value = metadata
    for key in keys:
        try:
            value = value[key]
        except (KeyError, TypeError, IndexError):
            return None
    return value
