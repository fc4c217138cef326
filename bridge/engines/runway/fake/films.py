"""Writing what was ordered. In: a rendered film and what is wanted. Out: files, in a folder."""

import zipfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bridge.engines.local.look.looks import Picture
from bridge.engines.local.pictures import fitted, shot, to_frame, write
from bridge.engines.runway.fake.light import HLG, PQ, in_light
from bridge.engines.runway.fake.tones import tones
from bridge.engines.runway.fake.wanted import Form, Wanted
from bridge.errors import EngineFailed
from bridge.media.border import writing
from bridge.media.colour import SCALER_MATRICES, numbers_of
from bridge.media.deliver import deliver
from bridge.media.facts import Codec, Colour, Delivery, Frames, MediaFacts, Sound
from bridge.media.limits import Guard
from bridge.media.probe import probe
from bridge.media.slate import Slate, make
from bridge.source import Source

CODECS = {
    Form.h264: Codec.h264,
    Form.h264_mov: Codec.h264,
    Form.prores_hq: Codec.prores_hq,
    Form.prores_4444: Codec.prores_4444,
}
HD = Colour("bt709", "bt709", "bt709", "tv")
COLOURS = {Form.deep: HD, Form.pq: PQ, Form.hlg: HLG, Form.pq_prores: PQ}
HEVC = "libx265"


def written(raw: Path | None, wanted: Wanted, folder: Path) -> tuple[str, ...]:
    """The results' names. Media errors and `EngineFailed` where one cannot be made."""
    if wanted.form.is_sound:
        return tuple(tones(wanted, folder))
    name = f"output{wanted.form.suffix}"
    guard = Guard()
    facts = probe(Source(raw), guard) if raw else wanted.footage
    if facts is None:
        raise EngineFailed("There is nothing to write.")
    if wanted.form in CODECS:
        _movie(facts, wanted, folder / name, guard)
    elif wanted.form is Form.pictures:
        _pictures(facts, wanted, folder / name, guard)
    elif wanted.form is Form.pq_prores:
        _light_prores(facts, wanted, folder / name, guard)
    else:
        _hevc(facts, wanted, folder / name, guard)
    return (name,)


def _movie(facts: MediaFacts, wanted: Wanted, out: Path, guard: Guard) -> None:
    codec = CODECS[wanted.form]
    target = out.with_suffix(codec.suffix)
    order = _delivery(facts, wanted, target, codec)
    deliver(order, guard, lambda _: None)
    target.replace(out)
    if wanted.tone and order.sound:
        order.sound.path.unlink()


def _delivery(facts: MediaFacts, wanted: Wanted, out: Path, codec: Codec) -> Delivery:
    return Delivery(
        (Frames(facts.source, wanted.numbers),),
        out,
        codec,
        wanted.rate,
        wanted.width,
        wanted.height,
        colour=facts.colour,
        sound=_sound(wanted, out.parent),
    )


def _sound(wanted: Wanted, folder: Path) -> Sound | None:
    """A tone, where new sound is asked for; else what the footage has."""
    footage = wanted.footage
    if wanted.tone:
        slate = Slate(len(wanted.numbers), wanted.rate, sound=True)
        tone = make(folder / "tone.mp4", slate)
        return Sound(tone, Fraction(0), wanted.seconds)
    if footage is None or not footage.audio:
        return None
    return Sound(footage.source.path, Fraction(0), wanted.seconds)


def _frames(facts: MediaFacts, wanted: Wanted, guard: Guard) -> Iterator[Picture]:
    for picture in shot(facts, wanted.numbers, guard):
        yield fitted(picture, wanted.width, wanted.height)


def _pictures(facts: MediaFacts, wanted: Wanted, out: Path, guard: Guard) -> None:
    with writing(out), zipfile.ZipFile(out, "w") as archive:
        for number, picture in enumerate(_frames(facts, wanted, guard)):
            whole = (picture[..., ::-1] * 65535 + 0.5).astype(np.uint16)
            archive.writestr(f"{number:06d}.png", cv2.imencode(".png", whole)[1].tobytes())


# ---- more light, and more bits


def _light_prores(facts: MediaFacts, wanted: Wanted, out: Path, guard: Guard) -> None:
    order = Delivery((), out, Codec.prores_hq, wanted.rate, wanted.width, wanted.height, colour=PQ)
    made = (in_light(picture, Form.pq) for picture in _frames(facts, wanted, guard))
    write(out, made, order, guard)


def _hevc(facts: MediaFacts, wanted: Wanted, out: Path, guard: Guard) -> None:
    """Main 10 in an .mp4."""
    if HEVC not in av.codecs_available:
        raise EngineFailed(
            f"This machine's codec library has no {HEVC}, which {wanted.form} needs.",
            failure_code="INPUT.UNSUPPORTED",
        )
    colour = COLOURS[wanted.form]
    with writing(out), av.open(f"file:{out}", "w", format="mp4") as container:
        options = {"preset": "ultrafast", "crf": "14", "x265-params": "log-level=none"}
        stream = container.add_stream(HEVC, rate=wanted.rate.fps, options=options)
        assert isinstance(stream, VideoStream)  # noqa: S101
        _set_up(stream, wanted, colour)
        for number, picture in enumerate(_frames(facts, wanted, guard)):
            frame = _deep(in_light(picture, wanted.form), colour)
            frame.pts, frame.time_base = number, 1 / wanted.rate.fps
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _set_up(stream: VideoStream, wanted: Wanted, colour: Colour) -> None:
    stream.width, stream.height, stream.pix_fmt = wanted.width, wanted.height, "yuv420p10le"
    context = stream.codec_context
    context.time_base, context.codec_tag = 1 / wanted.rate.fps, "hvc1"
    context.color_primaries, context.color_trc, context.colorspace, context.color_range = (
        numbers_of(colour)
    )


def _deep(picture: Picture, colour: Colour) -> VideoFrame:
    tags = numbers_of(colour)
    frame = to_frame(picture).reformat(
        format="yuv420p10le",
        dst_colorspace=SCALER_MATRICES[colour.matrix or "bt709"],
        dst_color_range=tags[3],
    )
    frame.color_primaries, frame.color_trc, frame.colorspace, frame.color_range = tags
    return frame
