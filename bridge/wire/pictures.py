"""Pictures that a page takes in. In: a picture file as text. Out: where it lies, and what it is."""

from typing import Annotated

from pydantic import Field

from bridge.wire.base import Id, Inward, Outward, PathOut

MOST_BYTES = 48 << 20  # of the picture file
MOST_LETTERS = -(-MOST_BYTES // 3) * 4  # of it as base64


class StillFileIn(Inward):
    """A PNG, JPEG, TIFF, WebP or OpenEXR file, for instance a frame that was painted on."""

    name: Annotated[str, Field(max_length=500, examples=["boat at dusk.png"])]
    content: Annotated[
        str,
        Field(
            min_length=4,
            max_length=MOST_LETTERS,
            description="The file, as base64 (RFC 4648, 4).",
            examples=["iVBORw0KGgo="],
        ),
    ]


class StillOut(Outward):
    """A picture that was taken in; the same content has the same id."""

    id: Id
    name: str
    image: PathOut = Field(description="Name this file in a still.")
    width: int = Field(description="Pixels, as the file has them.")
    height: int
