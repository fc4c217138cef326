"""What a file is, by its first bytes. In: the head of a file. Out: what may open it.

FFmpeg never guesses here: it is told one format, so that a playlist named .mov is refused and no
file beside it is ever opened.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bridge.errors import MediaUnsupported


class Kind(StrEnum):
    movie = "movie"
    picture = "picture"
    sound = "sound"


@dataclass(frozen=True)
class Format:
    """`name` is FFmpeg's demuxer for movies and sound, its decoder for pictures."""

    kind: Kind
    name: str


def _starts(*beginnings: bytes, at: int = 0) -> re.Pattern[bytes]:
    choices = b"|".join(re.escape(beginning) for beginning in beginnings)
    return re.compile(b"(?s).{%d}(?:%s)" % (at, choices))


# Atoms that begin a QuickTime or ISO file (QTFF, ISO/IEC 14496-12), four bytes after their size.
ATOMS = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"uuid", b"styp", b"junk")
SIGNATURES = (
    (_starts(*ATOMS, at=4), Format(Kind.movie, "mov")),
    (_starts(b"\x1aE\xdf\xa3"), Format(Kind.movie, "matroska")),
    (re.compile(rb"(?s)RIFF.{4}AVI "), Format(Kind.movie, "avi")),
    (_starts(b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01"), Format(Kind.movie, "mxf")),
    (re.compile(rb"(?s)\x47.{187}\x47.{187}\x47"), Format(Kind.movie, "mpegts")),
    (re.compile(rb"(?s).{4}\x47.{191}\x47.{191}\x47"), Format(Kind.movie, "mpegts")),
    (_starts(b"\x00\x00\x01\xba"), Format(Kind.movie, "mpeg")),
    (_starts(b"\x89PNG\r\n\x1a\n"), Format(Kind.picture, "png")),
    (_starts(b"\xff\xd8\xff"), Format(Kind.picture, "mjpeg")),
    (_starts(b"II*\x00", b"MM\x00*"), Format(Kind.picture, "tiff")),
    (_starts(b"\x76\x2f\x31\x01"), Format(Kind.picture, "exr")),
    (_starts(b"SDPX", b"XPDS"), Format(Kind.picture, "dpx")),
    (_starts(b"BM"), Format(Kind.picture, "bmp")),
    (re.compile(rb"(?s)RIFF.{4}WEBP"), Format(Kind.picture, "webp")),
    (
        _starts(b"\x00\x00\x00\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51"),
        Format(Kind.picture, "jpeg2000"),
    ),
    (_starts(b"8BPS"), Format(Kind.picture, "psd")),
    (re.compile(rb"(?s)(RIFF|RF64|BW64).{4}WAVE"), Format(Kind.sound, "wav")),
    (re.compile(rb"(?s)FORM.{4}AIF[FC]"), Format(Kind.sound, "aiff")),
    (_starts(b"fLaC"), Format(Kind.sound, "flac")),
    (re.compile(rb"ID3|\xff[\xfb\xf3\xf2\xfa]"), Format(Kind.sound, "mp3")),
)


def format_of(head: bytes, path: Path) -> Format:
    """`MediaUnsupported` for what is none of the formats above, whatever its name says."""
    for signature, found in SIGNATURES:
        if signature.match(head):
            return found
    raise MediaUnsupported(
        f"{path} is not in a media format that is read here.", path=str(path), head=head[:16].hex()
    )
