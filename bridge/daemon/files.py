"""Files as answers. In: a path of ours, a Range header. Out: the file, or the part asked for."""

import re
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import FileResponse

from bridge.daemon.answers import refused
from bridge.errors import NotFound

RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
KINDS = {
    ".mov": "video/quicktime",
    ".mp4": "video/mp4",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".otio": "application/json",
    ".xml": "application/xml",
    ".otioz": "application/zip",
}
PLAIN = "application/octet-stream"
_CONTENT: dict[str, Any] = {kind: {} for kind in sorted({*KINDS.values(), PLAIN})}
# for the contract: what a route that gives files answers
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": _CONTENT, "description": "The file."},
    206: {"content": _CONTENT, "description": "The range that was asked for."},
}


def file_answer(path: Path, request: Request, tag: str) -> FileResponse:
    """`tag` names the content; `NotFound` where the file is gone or is no plain file."""
    if path.is_symlink() or not path.is_file():
        raise NotFound(f"{path.name} is not there any more.", hint="It was moved or deleted.")
    status = path.stat()
    _check_range(request.headers.get("range"), status.st_size)
    kind = KINDS.get(path.suffix.lower(), PLAIN)
    return FileResponse(
        path, media_type=kind, filename=path.name, stat_result=status, headers={"etag": f'"{tag}"'}
    )


def _check_range(header: str | None, size: int) -> None:
    """One range that the file has; many at once cost more than they are worth (CVE-2025-62727)."""
    if header is None:
        return
    match = RANGE.fullmatch(header.replace(" ", ""))
    first, last = match.groups() if match else ("", "")
    fits = int(first) < size if first else bool(last) and int(last) > 0 and size > 0
    if not fits or (first and last and int(last) < int(first)):
        raise refused(
            416,
            "The file does not have this range.",
            f"Ask for one range within its {size} bytes.",
            Content_Range=f"bytes */{size}",
        )
