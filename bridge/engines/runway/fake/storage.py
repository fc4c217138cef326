"""Files that come and go. In: uploads, results. Out: `runway://` URIs and signed URLs that expire.

    uploads/ID/slip.json     what may be uploaded there, and since when
    uploads/ID/media.EXT     the file, once it is whole
    outputs/TASK/NAME        results

A name that a stranger sends is never part of a path, apart from its suffix, which is one of a list.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
import secrets
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from bridge.errors import Forbidden, NotFound, UsageError

SCHEME = "runway://"
LEAST_BYTES, MOST_BYTES = 512, 200_000_000  # of an upload (runway: assets/uploads)
MOST_DATA = 5 * 1024 * 1024  # characters of a data URI (SDK 5.24.0, docstrings)
KINDS = {
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-matroska": ".mkv",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "audio/flac": ".flac",
}
SUFFIXES = frozenset(KINDS.values()) | {".jpeg", ".m4v", ".3gp", ".ogv", ".m4a", ".aac", ".ogg"}
COPY_BYTES = 1 << 20
NAME = re.compile("[0-9a-f]{32}")  # of an upload


@dataclass(frozen=True)
class Slip:
    """Leave to upload one file, once."""

    id: str
    suffix: str
    made: float  # seconds on the fake's clock
    fields: dict[str, str]  # to be sent before the file

    @property
    def uri(self) -> str:
        return SCHEME + self.id


class Storage:
    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        self.upload_seconds = 24 * 3600
        self.url_seconds = 24 * 3600
        self._folder = folder
        self._clock = clock
        self._secret = _secret(folder / "secret")

    # ---- in

    def slip(self, filename: str) -> Slip:
        """`UsageError` for a name that says no medium."""
        suffix = Path(filename).suffix.lower()
        if not 3 <= len(filename) <= 255 or suffix not in SUFFIXES:
            raise UsageError(
                f"filename must have 3 to 255 characters and end in a supported extension, "
                f"not {filename[:80]!r}.",
                hint=f"Supported are {', '.join(sorted(SUFFIXES))}.",
            )
        name = secrets.token_hex(16)
        fields = {"key": f"ephemeral/{name}", "policy": secrets.token_urlsafe(24)}
        slip = Slip(name, suffix, self._clock(), fields)
        folder = self._upload(name)
        folder.mkdir(parents=True)
        (folder / "slip.json").write_text(json.dumps(asdict(slip)), "utf-8")
        return slip

    def take_in(self, name: str, fields: dict[str, str], file: BinaryIO) -> None:
        """
        The uploaded file, whole. Raises `Forbidden` for a slip that is not good, or not any more.
        """
        slip = self._slip(name)
        if slip is None or not slip.fields.items() <= fields.items():
            raise Forbidden("The policy of this upload is not valid.")
        media = self._media(slip)
        if media.exists():
            raise Forbidden("This place holds a file already.", hint="Ask for a new one.")
        part = media.with_name(f"{secrets.token_hex(4)}.part")
        try:
            size = _copied(file, part)
            if not LEAST_BYTES <= size <= MOST_BYTES:
                raise UsageError(
                    f"A file must have {LEAST_BYTES} to {MOST_BYTES} bytes, not {size}."
                )
            part.replace(media)
        finally:
            part.unlink(missing_ok=True)

    def file(self, uri: str) -> Path:
        """The medium behind a `runway://` URI; `UsageError` where there is none any more."""
        slip = self._slip(uri.removeprefix(SCHEME))
        media = self._media(slip) if slip else None
        if slip is None or media is None or not media.exists():
            raise UsageError("The upload does not exist, or its file never came.")
        if self._clock() - slip.made > self.upload_seconds:
            raise UsageError("The upload has expired.", hint="Upload the file again.")
        return media

    def from_data(self, uri: str) -> str:
        """A data URI as an upload's URI. `UsageError` where it is too large or no medium."""
        head, _, text = uri.partition(",")
        kind = head.removeprefix("data:").removesuffix(";base64")
        if len(uri) > MOST_DATA:
            raise UsageError(f"A data URI may have {MOST_DATA} characters, not {len(uri)}.")
        if kind not in KINDS or not head.endswith(";base64"):
            raise UsageError(f"A data URI must be base64 of a supported medium, not {kind[:80]!r}.")
        try:
            data = base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise UsageError("The data URI is not base64.") from error
        slip = self.slip(f"data{KINDS[kind]}")
        self._media(slip).write_bytes(data)
        return slip.uri

    # ---- out

    def outputs(self, task: str) -> Path:
        """The folder of a task's results; made when it is first needed."""
        folder = self._folder / "outputs" / task
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def drop(self, task: str) -> None:
        shutil.rmtree(self._folder / "outputs" / task, ignore_errors=True)

    def signed(self, task: str, name: str) -> str:
        """The path and query under which a result can be fetched, without a key, for a while."""
        path = f"/outputs/{task}/{name}"
        claims = {"path": path, "exp": round(self._clock()) + self.url_seconds}
        words = ".".join(_text(json.dumps(part).encode()) for part in ({"alg": "HS256"}, claims))
        return f"{path}?_jwt={words}.{_text(self._signature(words))}"

    def output(self, task: str, name: str, token: str) -> Path:
        """`Forbidden` for a URL that is wrong or has expired, `NotFound` for what is gone."""
        words, _, signature = token.rpartition(".")
        if not hmac.compare_digest(_text(self._signature(words)).encode(), signature.encode()):
            raise Forbidden("Access denied.")
        claims = json.loads(base64.urlsafe_b64decode(words.partition(".")[2] + "=="))
        if claims["path"] != f"/outputs/{task}/{name}" or claims["exp"] <= self._clock():
            raise Forbidden("Access denied.")
        path = self._folder / "outputs" / task / name
        if not path.is_file():
            raise NotFound("The specified key does not exist.")
        return path

    def _signature(self, words: str) -> bytes:
        return hmac.new(self._secret, words.encode(), hashlib.sha256).digest()

    def _upload(self, name: str) -> Path:
        return self._folder / "uploads" / name

    def _slip(self, name: str) -> Slip | None:
        if not NAME.fullmatch(name):
            return None
        try:
            return Slip(**json.loads((self._upload(name) / "slip.json").read_text("utf-8")))
        except FileNotFoundError:
            return None

    def _media(self, slip: Slip) -> Path:
        return self._upload(slip.id) / f"media{slip.suffix}"


def _secret(file: Path) -> bytes:
    """Of this folder, so that URLs outlive the process."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(0o600)
        file.write_bytes(secrets.token_bytes(32))
    return file.read_bytes()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _copied(file: BinaryIO, part: Path) -> int:
    size = 0
    with part.open("wb") as out:
        while block := file.read(COPY_BYTES):
            size += out.write(block)
            if size > MOST_BYTES:
                break
    return size
