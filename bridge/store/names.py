"""File names. In: clip names, models, keys. Out: names that every system takes.

Letters of every script stay readable; what Windows, macOS, Linux, URLs or printf patterns would
stumble over becomes a `-`.
"""

import hashlib
import re
import unicodedata

# Names Windows keeps for devices, with any ending (learn.microsoft.com, "Naming files")
RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])", re.IGNORECASE
)
# `%` and `#` are no error to any system, but start a pattern or a URL fragment in editors' tools
UNSAFE = re.compile(r'[\s<>:"/\\|?*%#]+')
# Editors name clips for their files
MEDIA_SUFFIX = re.compile(
    r"\.(mov|mp4|m4v|mxf|mkv|avi|mts|m2ts|webm|r3d|braw|ari|arx|crm|dpx|exr|png|jpe?g|tiff?)",
    re.IGNORECASE,
)
# UTF-8 bytes. With "-999", ".mov.json" and the `.part` of that a name stays under 143, the
# shortest limit in use (encrypted home folders); NTFS, APFS and ext4 take 255.
STEM_BYTES = 110
CLIP_BYTES, MODEL_BYTES = 60, 32


def take_stem(clip: str, number: int, model: str, seed: int | None) -> str:
    """`<clip>_take<NN>_<model>_<seed>`, safe as a file name once a suffix is put after it."""
    suffix = MEDIA_SUFFIX.search(clip)
    name = clip[: suffix.start()] if suffix and suffix.end() == len(clip) else clip
    parts = [safe_stem(name, CLIP_BYTES), f"take{number:02d}", safe_stem(model, MODEL_BYTES)]
    if seed is not None:
        parts.append(str(seed)[:20])
    return safe_stem("_".join(parts))


def safe_stem(text: str, limit: int = STEM_BYTES) -> str:
    """A readable, never empty name of at most `limit` UTF-8 bytes. Safe names stay as they are."""
    # macOS hands out decomposed letters; the same name must not exist twice
    plain = "".join(map(_plain, unicodedata.normalize("NFC", text)))
    name = _trimmed(_cut(_trimmed(UNSAFE.sub("-", plain)), limit))
    if RESERVED.fullmatch(name.split(".")[0].rstrip(" ")):
        name = _trimmed(_cut(f"_{name}", limit))
    return name or "untitled"[:limit]


def key_name(key: str) -> str:
    """A file name for an opaque key: different for different keys, also where case is ignored."""
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    readable = re.sub(r"[^a-z0-9]+", "-", key.lower())[:32].strip("-")
    return f"{readable}-{digest[:24]}" if readable else digest[:24]


def _plain(letter: str) -> str:
    """Controls, lone surrogates and invisible signs (joiners, text direction) become a `-`."""
    return "-" if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn") else letter


def _trimmed(name: str) -> str:
    """No hidden files, no command line options, nothing that Windows takes off the end."""
    return re.sub(r"([-.])\1+", r"\1", name).lstrip(".-~ ").rstrip(".- ")


def _cut(name: str, limit: int) -> str:
    return name.encode()[:limit].decode(errors="ignore")
