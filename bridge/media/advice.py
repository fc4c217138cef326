"""What to do about a picture that cannot be had. In: media errors. Out: the same, with other hints.

Those that media errors carry speak of clips, which are transcoded and relinked.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType

from bridge.errors import MediaDamaged, MediaError, MediaMissing, MediaUnsupported

SAVE_AGAIN = "Save the picture again, as PNG or TIFF in RGB, and give that file."
HINTS = MappingProxyType(
    {
        MediaUnsupported: SAVE_AGAIN,
        MediaDamaged: SAVE_AGAIN,
        MediaMissing: "Give the picture from where it lies now, or mount its drive.",
    }
)


@contextmanager
def of_a_still() -> Iterator[None]:
    """Where a picture is read that somebody gave; not one of the timeline's."""
    try:
        yield
    except MediaError as error:
        error.hint = HINTS.get(type(error), error.hint)
        raise
