"""What comes out. In: a task and the media behind it. Out: its frames, rate, size and form.

Words are not looked at here: they are `render.py`'s.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any

from bridge.engines.runway.fake.bill import USUAL_SECONDS, footage_of, size_of
from bridge.engines.runway.fake.ledger import Task
from bridge.engines.runway.fake.scripts import Fate
from bridge.errors import EngineFailed
from bridge.frames import Rate
from bridge.media.facts import MediaFacts

NEW_RATE = Rate.of(24)  # of what is made from stills and words
LONG_SIDES = {"720p": 1280, "1k": 1920, "2k": 2560, "4k": 3840}  # of an upscale
SHORT_SIDES = {"480p": 480, "720p": 720, "768p": 768, "1080p": 1080, "2k": 1440, "4k": 2160}
DEEP_PRORES = ("4444", "4444 XQ")


class Form(StrEnum):
    h264 = "h264"
    h264_mov = "h264_mov"
    prores_hq = "prores_hq"
    prores_4444 = "prores_4444"
    deep = "deep"  # HEVC, 10 bit
    pq = "pq"  # HEVC, 10 bit, BT.2020, PQ
    hlg = "hlg"
    pq_prores = "pq_prores"
    pictures = "pictures"  # PNGs in a .zip
    mp3 = "mp3"
    wav = "wav"
    flac = "flac"

    @property
    def suffix(self) -> str:
        return SUFFIXES.get(self, ".mp4")

    @property
    def is_sound(self) -> bool:
        return self in (Form.mp3, Form.wav, Form.flac)


SUFFIXES = {
    Form.h264_mov: ".mov",
    Form.prores_hq: ".mov",
    Form.prores_4444: ".mov",
    Form.pq_prores: ".mov",
    Form.pictures: ".zip",
    Form.mp3: ".mp3",
    Form.wav: ".wav",
    Form.flac: ".flac",
}
FORMS = {
    "mp4": Form.h264,
    "mov": Form.h264_mov,
    "png_sequence": Form.pictures,
    "sdr_rec709_10bit": Form.deep,
    "hdr10": Form.pq,
    "hlg": Form.hlg,
    "hdr_prores": Form.pq_prores,
}


@dataclass(frozen=True)
class Wanted:
    """`numbers` are the rendered, or the footage's, frames in the order of the result."""

    numbers: tuple[int, ...]
    rate: Rate
    width: int
    height: int
    form: Form = Form.h264
    footage: MediaFacts | None = None
    tone: bool = False  # sound of its own; else the footage's, if any
    files: int = 1

    @property
    def seconds(self) -> Fraction:
        return self.rate.seconds(len(self.numbers))


@dataclass(frozen=True)
class Media:
    """The media of storage, by URI."""

    path: Callable[[str], Path]
    facts: Callable[[str], MediaFacts]


def wanted(task: Task, media: Media) -> Wanted:
    """`EngineFailed` for an output that this stand-in cannot make."""
    _, uri = footage_of(task.body)
    footage = media.facts(uri) if uri else None
    fate = Fate.model_validate(task.fate)
    return _fated(_by_door(task, footage, media), fate)


def _by_door(task: Task, footage: MediaFacts | None, media: Media) -> Wanted:
    if footage is None:
        return _new(task.body, media)
    body, plain = task.body, _as_it_is(footage)
    match task.door:
        case "video_upscale" if "targetFramerate" in body:
            return _faster(plain, footage, str(body["targetFramerate"]))
        case "video_upscale":
            long = LONG_SIDES[str(body.get("resolution", "2k"))]
            scale = Fraction(long, max(footage.width, footage.height))
            width, height = _even(footage.width * scale, footage.height * scale)
            return replace(plain, width=width, height=height)
        case "video_to_hdr":
            return replace(plain, form=form_of({"outputFormat": "hdr10", **body}))
        case "video_to_audio":
            return _sound(plain, body)
        case _:
            return _edited(plain, body)


def _as_it_is(footage: MediaFacts) -> Wanted:
    numbers = tuple(range(footage.frames))
    size = _even(footage.width, footage.height)
    return Wanted(numbers, footage.rate, *size, footage=footage)


def _edited(plain: Wanted, body: Any) -> Wanted:
    """As the footage is, unless the body says another size or length."""
    size, duration = size_of(body.get("ratio")), body.get("duration")
    changed = replace(plain, form=form_of(body), tone=_new_sound(body))
    if size is not None:
        changed = replace(changed, width=size[0], height=size[1])
    if isinstance(duration, int):
        most = int(plain.rate.frames(Fraction(duration)))
        last = len(plain.numbers) - 1
        changed = replace(changed, numbers=tuple(min(number, last) for number in range(most)))
    return changed


def _new(body: Any, media: Media) -> Wanted:
    duration = body.get("duration", USUAL_SECONDS)
    seconds = USUAL_SECONDS if duration == "auto" else Fraction(str(duration))
    numbers = tuple(range(int(NEW_RATE.frames(Fraction(seconds)))))
    size = size_of(body.get("ratio")) or _by_first_picture(body, media)
    return Wanted(numbers, NEW_RATE, *size, form=form_of(body), tone=_new_sound(body))


def _by_first_picture(body: Any, media: Media) -> tuple[int, int]:
    """As large as a named class says, in the shape of the first still, or of the ratio."""
    shape = _shape(body, media)
    named = str(body.get("resolution") or body.get("ratio") or "").lower().removeprefix("auto_")
    short = SHORT_SIDES.get(named)
    if short is None and "promptImage" not in body:
        short = 720
    scale = Fraction(short, min(shape)) if short else Fraction(1)
    return _even(shape[0] * scale, shape[1] * scale)


def _shape(body: Any, media: Media) -> tuple[int, int]:
    stills = body.get("promptImage")
    if stills:
        facts = media.facts(stills if isinstance(stills, str) else stills[0]["uri"])
        return facts.width, facts.height
    width, _, height = str(body.get("ratio") or "").partition(":")
    return (int(width), int(height)) if height.isdecimal() else (16, 9)


def _faster(plain: Wanted, footage: MediaFacts, target: str) -> Wanted:
    """The footage's frames, each as often as the new rate needs it."""
    rate = Rate.of(target.replace("_", "."))
    count = round(plain.seconds * rate.fps)
    numbers = (int(rate.seconds(frame) * footage.rate.fps) for frame in range(count))
    last = footage.frames - 1
    return replace(plain, numbers=tuple(min(number, last) for number in numbers), rate=rate)


def _sound(plain: Wanted, body: Any) -> Wanted:
    """As long as it is asked for, counted in milliseconds."""
    thousandths = range(round(Fraction(str(body["duration"])) * 1000))
    form = Form(str(body.get("format", "mp3")))
    files = int(body.get("numVariants", 1))
    return replace(
        plain, numbers=tuple(thousandths), rate=Rate.of(1000), form=form, files=files, tone=True
    )


def _new_sound(body: Any) -> bool:
    return body.get("audio") is True


def form_of(body: Any) -> Form:
    """`EngineFailed` for what no encoder here writes."""
    asked = str(body.get("outputFormat", "mp4"))
    if asked == "prores":
        deep = str(body.get("proresProfile", "4444")) in DEEP_PRORES
        return Form.prores_4444 if deep else Form.prores_hq
    if asked not in FORMS:
        known = ", ".join([*FORMS, "prores"])
        raise EngineFailed(
            f"This stand-in does not write {asked}; it writes {known}.",
            failure_code="INPUT.UNSUPPORTED",
        )
    return FORMS[asked]


def _even(width: Fraction | int, height: Fraction | int) -> tuple[int, int]:
    """As encoders want it."""
    return max(2, round(width) // 2 * 2), max(2, round(height) // 2 * 2)


def _fated(plain: Wanted, fate: Fate) -> Wanted:
    """What a script makes wrong on purpose."""
    numbers = plain.numbers
    count = max(1, len(numbers) + fate.more_frames)
    numbers = (*numbers, *[numbers[-1]] * max(0, fate.more_frames))[:count]
    size = fate.size or (plain.width, plain.height)
    rate = Rate(Fraction(fate.rate)) if fate.rate else plain.rate
    return replace(plain, numbers=numbers, rate=rate, width=size[0], height=size[1])
