"""Paths as timelines write them.

In: a media reference's text. Out: a local path, or the reason there is none; and back.

Whether a text is a URL or a plain path is decided by its scheme before anything is decoded: a plain
path may hold `%20`, `#` and `?` as they are, and OTIO's own parser loses drives and cuts at `#`.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")  # two letters or more: C: is a drive
DRIVE = re.compile(r"/?([A-Za-z])[:|]([/\\].*)?$", re.DOTALL)
LONGEST = 4096  # PATH_MAX on Linux; longer than Windows' and macOS'
NUMBERED = re.compile(r"\[(\d+)-(\d+)\](?=\.[A-Za-z0-9]+$)")  # name.[1000-1099].exr, by Resolve
PRINTF = re.compile(r"%0?(\d*)d(?=\.[A-Za-z0-9]+$)")
HASHES = re.compile(r"(#+)(?=\.[A-Za-z0-9]+$)")
# Formats that hold one picture; which file is one in truth is for the media room to say.
STILLS = {
    *("png", "jpg", "jpeg", "jpe", "tif", "tiff", "exr", "dpx", "cin", "bmp", "tga", "webp"),
    *("psd", "jp2", "j2k", "heic", "heif", "sgi"),
}
# Formats that hold a whole movie: their names are never patterns, whatever signs they hold.
MOVIES = {
    *("mov", "qt", "mp4", "m4v", "mxf", "avi", "mkv", "webm", "mts", "m2ts", "ts", "mpg", "mpeg"),
    *("3gp", "wmv", "flv", "ogv", "dv", "r3d", "braw"),
}


class NotLocal(ValueError):
    """The text names no file of this machine or its network; the message says what it is."""


@dataclass(frozen=True)
class Pattern:
    """Numbered files: a printf pattern, in which a `%` of the name itself is `%%`."""

    path: Path
    first: int | None
    count: int | None


def local_path(text: str, folder: Path) -> Path:
    """As `local_text`, as a path."""
    return Path(local_text(text, folder))


def local_text(text: str, folder: Path, *, bundled: bool = False) -> str:
    """
    The file that a media reference names; relative paths start at `folder`, the timeline's.

    `NotLocal` for other schemes, empty texts and what no file system takes. Windows paths keep
    their drive or server wherever this runs. In a bundle (`bundled`) relative paths are URLs:
    OTIO's bundle writer encodes them.
    """
    if "\0" in text or not text or text.isspace():
        raise NotLocal("names no file")
    scheme = None if text[0] == "/" else SCHEME.match(text)
    path = _from_url(text, scheme[1]) if scheme else text
    if len(path) > LONGEST or "\0" in path:
        raise NotLocal("is longer than any path or holds a zero")
    if is_absolute(path):
        return path
    return f"{folder}/" + (unquote(path) if bundled else path.replace("\\", "/"))


def is_absolute(path: str) -> bool:
    """On any system: `/a`, `C:/a`, `C:\\a`, `\\\\server\\share`."""
    return path.startswith(("/", "\\")) or DRIVE.match(path) is not None


def _from_url(text: str, scheme: str) -> str:
    if scheme.lower() != "file":
        raise NotLocal(f"is a {scheme[:20]} address, not a file")
    rest = text[len("file:") :]
    if not rest.startswith("//"):
        return _drive(unquote(rest))  # file:/a, RFC 8089 appendix B
    host, slash, path = rest[2:].partition("/")
    path = unquote(slash + path)
    if not host or host.lower() in ("localhost", "127.0.0.1"):
        return _drive(path)
    if DRIVE.match(unquote(host)):  # file://C:/a, as several tools write it
        return unquote(host) + path
    return f"//{unquote(host)}{path}"  # UNC; Premiere writes file://Gladiator/hd/...


def _drive(path: str) -> str:
    if path.startswith("//"):  # file:////server/share, as Windows writes UNC paths
        return "//" + path.lstrip("/")
    match = DRIVE.match(path)
    return f"{match[1]}:{match[2] or ''}" if match else path


def file_url(path: Path) -> str:
    """`file:///posix%20name`, `file:///C:/a`, `file://server/share/a`."""
    text = str(path)
    if DRIVE.match(text) or text.startswith("\\\\"):
        text = text.replace("\\", "/")
    if text.startswith("//"):
        host, _, rest = text[2:].partition("/")
        return f"file://{quote(host)}/{quote(rest)}"
    return f"file:///{quote(text.lstrip('/'), safe='/:' if DRIVE.match(text) else '/')}"


def is_still(path: str) -> bool:
    return _suffix(path) in STILLS


def _suffix(path: str) -> str:
    return path.rpartition(".")[2].lower()


def pattern_of(text: str) -> Pattern | None:
    """
    The sequence that a single path stands for: `a.[1000-1099].exr`, `a.%04d.exr`, `a.####.exr`.
    """
    if not ("[" in text or "%" in text or "#" in text) or _suffix(text) in MOVIES:
        return None
    if match := NUMBERED.search(text):
        first, last = int(match[1]), int(match[2])
        numbers = f"%0{len(match[1])}d"
        return Pattern(_with(text, match, numbers), first, max(0, last - first + 1))
    if match := PRINTF.search(text):
        return Pattern(_with(text, match, match[0]), None, None)
    if match := HASHES.search(text):
        return Pattern(_with(text, match, f"%0{len(match[1])}d"), None, None)
    return None


def sequence_path(base: str, prefix: str, suffix: str, padding: int, folder: Path) -> Path:
    """The printf pattern of an image sequence reference."""
    joint = "" if base.endswith(("/", "\\")) or not base else "\\" if "\\" in base else "/"
    if SCHEME.match(base):
        joined = str(local_path(base + ("" if base.endswith("/") else "/"), folder))
        joint = "" if joined.endswith(("/", "\\")) else "/"
        base = joined
    numbers = f"%0{padding}d" if padding > 1 else "%d"
    name = f"{_escaped(base)}{joint}{_escaped(prefix)}{numbers}{_escaped(suffix)}"
    return local_path(name, folder)


def _with(text: str, match: re.Match[str], numbers: str) -> Path:
    return Path(_escaped(text[: match.start()]) + numbers + _escaped(text[match.end() :]))


def _escaped(text: str) -> str:
    return text.replace("%", "%%")
