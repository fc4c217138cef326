"""Colour tags. In: FFmpeg's numbers or names. Out: the other, and the matrix to calculate with.

Numbers are those of ITU-T H.273, which FFmpeg's enumerations follow.
"""

from dataclasses import replace
from types import MappingProxyType

from bridge.media.facts import Colour

PRIMARIES = MappingProxyType(
    {
        "bt709": 1,
        "bt470m": 4,
        "bt470bg": 5,
        "smpte170m": 6,
        "smpte240m": 7,
        "film": 8,
        "bt2020": 9,
        "smpte428": 10,
        "smpte431": 11,
        "smpte432": 12,
        "ebu3213": 22,
    }
)
TRANSFERS = MappingProxyType(
    {
        "bt709": 1,
        "bt470m": 4,
        "bt470bg": 5,
        "smpte170m": 6,
        "smpte240m": 7,
        "linear": 8,
        "log100": 9,
        "log316": 10,
        "iec61966-2-4": 11,
        "bt1361e": 12,
        "iec61966-2-1": 13,
        "bt2020-10": 14,
        "bt2020-12": 15,
        "smpte2084": 16,
        "smpte428": 17,
        "arib-std-b67": 18,
    }
)
MATRICES = MappingProxyType(
    {
        "gbr": 0,
        "bt709": 1,
        "fcc": 4,
        "bt470bg": 5,
        "smpte170m": 6,
        "smpte240m": 7,
        "ycgco": 8,
        "bt2020nc": 9,
        "bt2020c": 10,
        "ictcp": 14,
    }
)
RANGES = MappingProxyType({"tv": 1, "pc": 2})
UNSPECIFIED = 2  # of primaries, transfer and matrix; an unspecified range is 0
# Matrices that the scaler can apply, by its own numbers (libswscale/swscale.h, SWS_CS_*).
SCALER_MATRICES = MappingProxyType(
    {
        "bt709": 1,
        "fcc": 4,
        "bt470bg": 5,
        "smpte170m": 5,
        "smpte240m": 7,
        "bt2020nc": 9,
        "bt2020c": 9,
    }
)
# A ProRes frame names three matrices and three curves (RDD 36; for others FFmpeg writes 0, which it
# reads as RGB). What H.273 calls the same by another number is named as ProRes can.
PRORES_MATRICES = frozenset({"bt709", "smpte170m", "bt2020nc"})
PRORES_NAMES = MappingProxyType({"bt470bg": "smpte170m", "bt2020c": "bt2020nc"})
PRORES_CURVES = MappingProxyType(dict.fromkeys(("smpte170m", "bt2020-10", "bt2020-12"), "bt709"))
SMALL = (1024, 576)  # untagged pictures up to here are standard definition, hence BT.601


def colour_of(primaries: int, transfer: int, matrix: int, range_: int) -> Colour:
    """Names for the numbers of a stream or frame; None for what is unspecified or unknown."""
    return Colour(
        _name(PRIMARIES, primaries),
        _name(TRANSFERS, transfer),
        matrix_of(matrix),
        _name(RANGES, range_),
    )


def matrix_of(number: int) -> str | None:
    """The name of a matrix's number; None for what is unspecified or unknown."""
    return _name(MATRICES, number)


def _name(names: MappingProxyType[str, int], number: int) -> str | None:
    return next((name for name, known in names.items() if known == number), None)


def numbers_of(colour: Colour) -> tuple[int, int, int, int]:
    """Primaries, transfer, matrix and range as FFmpeg's numbers."""
    return (
        PRIMARIES.get(colour.primaries or "", UNSPECIFIED),
        TRANSFERS.get(colour.transfer or "", UNSPECIFIED),
        MATRICES.get(colour.matrix or "", UNSPECIFIED),
        RANGES.get(colour.range or "", 0),
    )


def working_matrix(matrix: str | None, width: int, height: int) -> str:
    """The matrix to calculate with: as tagged, else what players take for that size."""
    if matrix is not None and matrix in SCALER_MATRICES:
        return matrix
    return "smpte170m" if width <= SMALL[0] and height <= SMALL[1] else "bt709"


def prores_colour(colour: Colour, width: int, height: int) -> Colour:
    """The tags for ProRes. A matrix that it cannot name is exchanged for that of the size."""
    matrix = PRORES_NAMES.get(colour.matrix or "", colour.matrix)
    if matrix is not None and matrix not in PRORES_MATRICES:
        matrix = working_matrix(None, width, height) if matrix in SCALER_MATRICES else None
    transfer = PRORES_CURVES.get(colour.transfer or "", colour.transfer)
    return replace(colour, matrix=matrix, transfer=transfer)
