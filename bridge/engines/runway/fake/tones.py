"""Sound alone. In: a length and a form. Out: files with a tone."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.layout import AudioLayout
from av.audio.stream import AudioStream

from bridge.engines.runway.fake.wanted import Form, Wanted
from bridge.errors import EngineFailed
from bridge.media.border import writing

ENCODERS = {Form.mp3: "libmp3lame", Form.wav: "pcm_s16le", Form.flac: "flac"}
SOUND_RATE = 48_000
TONE_HZ = 440
BLOCK = 1152  # samples; what an MP3 frame has


def tones(wanted: Wanted, folder: Path) -> Iterator[str]:
    """A tone each, a third higher every time; the files' names."""
    for number in range(wanted.files):
        name = f"output_{number}{wanted.form.suffix}"
        _tone(folder / name, wanted, TONE_HZ * (5 / 4) ** number)
        yield name


def _tone(out: Path, wanted: Wanted, pitch: float) -> None:
    encoder = ENCODERS[wanted.form]
    if encoder not in av.codecs_available:
        raise EngineFailed(f"This machine has no {encoder}.", failure_code="INPUT.UNSUPPORTED")
    total = round(wanted.seconds * SOUND_RATE)
    with writing(out), av.open(f"file:{out}", "w", format=wanted.form.value) as container:
        stream = container.add_stream(encoder, rate=SOUND_RATE)
        assert isinstance(stream, AudioStream)  # noqa: S101
        stream.codec_context.layout = AudioLayout("mono")
        for start in range(0, total, BLOCK):
            samples = np.arange(start, min(start + BLOCK, total))
            container.mux(stream.encode(_block(samples, pitch)))
        container.mux(stream.encode(None))


def _block(samples: Any, pitch: float) -> AudioFrame:
    wave = (np.sin(samples * (2 * np.pi * pitch / SOUND_RATE)) * 8000).astype(np.int16)
    frame = AudioFrame.from_ndarray(wave[None, :], format="s16", layout="mono")
    frame.sample_rate, frame.pts = SOUND_RATE, int(samples[0])
    frame.time_base = Fraction(1, SOUND_RATE)
    return frame
