"""The one border to OpenTimelineIO.

In: a block that calls it. Out: its exceptions as errors of the bridge.
"""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

from opentimelineio import exceptions

from bridge.errors import TimelineUnreadable, TimelineUnwritable

# What OTIO 0.18 and its adapters raise on broken input, besides their own classes: pybind turns C++
# errors into built-in ones, and the XML adapter lets its dictionary and number errors through.
FOREIGN = (
    exceptions.OTIOError,
    ValueError,  # JSON that does not parse, numbers in XML
    KeyError,  # a field that must be there
    TypeError,  # a child of the wrong kind
    AttributeError,  # an XML element that is not there
    IndexError,
    OverflowError,
    RecursionError,
    RuntimeError,  # any other C++ exception
    ElementTree.ParseError,
    zipfile.BadZipFile,
)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """`TimelineUnreadable` for everything that OTIO says about the file."""
    try:
        yield
    except FOREIGN as error:
        raise TimelineUnreadable(
            f"{path} is not a timeline that can be read: {_sentence(error)}.", path=str(path)
        ) from error


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """`TimelineUnwritable` for everything that OTIO says about the edit."""
    try:
        yield
    except FOREIGN as error:
        raise TimelineUnwritable(
            f"{path} cannot hold this timeline: {_sentence(error)}.", path=str(path)
        ) from error


def _sentence(error: BaseException) -> str:
    first = str(error).strip().splitlines()
    return (first[0] if first else type(error).__name__)[:200].rstrip(".")
