"""A timeline that moves house. In: a document and its new folder. Out: relative media still found.

References are left as they were written, except relative ones of a timeline that is written into
another folder: those would point to nothing there, and become absolute.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from opentimelineio import schema

from bridge.timeline.document import Document
from bridge.timeline.paths import SCHEME, NotLocal, is_absolute, local_text


def follow(document: Document, folder: Path) -> None:
    """Make relative references absolute where `folder` is not the one that they start from."""
    if document.folder == folder:
        return
    ours = {id(one.reference) for one in document.held.added}
    for reference, name in addressed(document.timeline):
        text = getattr(reference, name)
        if id(reference) in ours or not text or is_absolute(text) or SCHEME.match(text):
            continue
        try:
            setattr(reference, name, local_text(text, document.folder, bundled=document.bundled))
        except NotLocal:
            continue  # it named nothing before either


def addressed(timeline: Any) -> Iterator[tuple[Any, str]]:
    """Every reference that holds an address, with the name of the field that holds it."""
    for clip in timeline.find_clips():
        for reference in clip.media_references().values():
            if isinstance(reference, schema.ExternalReference):
                yield reference, "target_url"
            elif isinstance(reference, schema.ImageSequenceReference):
                yield reference, "target_url_base"
