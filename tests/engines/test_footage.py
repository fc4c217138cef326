"""Footage of every make: by every model each frame comes out once, in its place and colours."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from bridge.engines.base import Keyframe, Kind, RenderRequest
from bridge.engines.local import models
from bridge.engines.local.pictures import straight_shot
from bridge.errors import EngineRefused
from bridge.frames import Rate
from bridge.media.facts import Colour
from bridge.media.probe import probe
from bridge.media.reader import pictures
from bridge.media.slate import Slate, make, number_of, numbers, paint
from bridge.source import Source
from tests.engines import composites
from tests.engines.pictures import psnr
from tests.engines.requested import GUARD, edit, written

PAL = Rate.of(25)
HD = ("bt709", "bt709", "bt709")
DNXHR = (("profile", "dnxhr_hqx"),)
BFF = (("x264-params", "bff=1:scenecut=0"),)
STEADY = {
    "8 bit": ("a.mp4", Slate(5)),
    "10 bit": ("a.mp4", Slate(5, pixel_format="yuv420p10le")),
    "4:2:2": ("a.mp4", Slate(5, pixel_format="yuv422p")),
    "4:4:4": ("a.mp4", Slate(5, pixel_format="yuv444p")),
    "4:4:4 16 bit": ("a.mkv", Slate(5, codec="ffv1", pixel_format="yuv444p16le")),
    "4:1:1": ("a.avi", Slate(5, codec="rawvideo", pixel_format="yuv411p")),
    "RGB": ("a.mkv", Slate(5, codec="ffv1", pixel_format="gbrp10le")),
    "full range": ("a.mp4", Slate(5, pixel_format="yuvj420p", colour=Colour(*HD, "pc"))),
    "top first": ("a.mov", Slate(5, interlaced=True)),
    "bottom first": ("a.mov", Slate(5, interlaced=True, options=BFF)),
    "turned": ("a.mov", Slate(5, width=36, height=64, turn=90)),
    "upside down": ("a.mov", Slate(5, turn=180)),
    "anamorphic": ("a.mp4", Slate(5, pixel_aspect=Fraction(64, 45))),
    "one frame": ("a.mp4", Slate(1)),
    "two frames": ("a.mp4", Slate(2)),
    "grey": ("a.mkv", Slate(5, codec="ffv1", pixel_format="gray")),
    "deep grey": ("a.mkv", Slate(5, codec="ffv1", pixel_format="gray10le")),
    "late B-frames": ("a.mp4", Slate(9, b_frames=3, gop=6, offset=10)),
    "open HEVC": ("a.mp4", Slate(9, codec="libx265", b_frames=2, open_gop=True, gop=8)),
    "MPEG-2": ("a.ts", Slate(9, PAL, codec="mpeg2video", b_frames=2, offset=100)),
    "MJPEG": ("a.avi", Slate(5, codec="mjpeg", pixel_format="yuvj422p")),
    "VP9": ("a.mkv", Slate(5, codec="libvpx-vp9")),
    "DNxHR": (
        "a.mov",
        Slate(5, width=256, height=144, codec="dnxhd", pixel_format="yuv422p10le", options=DNXHR),
    ),
    "ProRes 4444": ("a.mov", Slate(5, codec="prores_ks", pixel_format="yuva444p10le", alpha=True)),
    "PNG": ("a.mov", Slate(5, codec="png", pixel_format="rgb24")),
    "variable": ("a.mp4", Slate(6, PAL, times=(0, 3600, 10800, 14400, 28800, 32400))),
}
SHOWN = {"variable": (0, 1, 1, 2, 3, 3, 3, 3, 4, 5)}  # worked out by hand
EVERY_MAKE = pytest.mark.parametrize("name", STEADY)


@pytest.fixture(scope="module")
def footage(tmp_path_factory):
    """Made once each."""
    made = {}

    def of(name):
        if name not in made:
            file, slate = STEADY[name]
            made[name] = make(tmp_path_factory.mktemp("made") / file, slate, turned(slate))
        return made[name]

    return of


def turned(slate: Slate):
    """Painted so that it stands upright when it is shown."""

    def painter(number: int, width: int, height: int, alpha: bool) -> np.ndarray:
        size = (height, width) if slate.turn % 180 else (width, height)
        return np.ascontiguousarray(np.rot90(paint(number, *size, alpha), k=slate.turn // 90))

    return painter


def wanted(name: str) -> tuple[int, ...]:
    return SHOWN.get(name, tuple(range(STEADY[name][1].frames)))


def seen(path) -> list[np.ndarray]:
    facts = probe(Source(path), GUARD)
    return [picture[:, :, :3] for picture in straight_shot(facts, range(facts.frames), GUARD)]


def alike(one, other, part=slice(None)) -> float:
    pairs = zip(one, other, strict=True)
    return min(psnr(a[part, :, :3], b[part, :, :3]) for a, b in pairs)


@EVERY_MAKE
def test_a_look_leaves_each_frame_in_its_place(footage, tmp_path, name):
    path = footage(name)
    request = edit(path, "looks", prompt="warm from 0% to 100%", folder=tmp_path / "work")
    made, _ = written(request)
    assert numbers(made) == wanted(name)
    own, result = seen(path), seen(made)
    assert alike(own[:1], result[:1]) > 25
    assert len(own) == 1 or alike(own[-1:], result[-1:]) < 30


@EVERY_MAKE
def test_paint_leaves_each_frame_in_its_place(footage, tmp_path, name):
    path = footage(name)
    own = seen(path)
    height, width = own[0].shape[:2]
    place = len(own) // 2
    picture = own[place].copy()
    sign = (slice(height * 5 // 8, height * 7 // 8), slice(width * 5 // 8, width * 7 // 8))
    picture[sign] = (0.9, 0.1, 0.1)
    still = composites.written(tmp_path / "still.png", picture)
    request = edit(path, "paint", keyframes=(Keyframe(place, still),), folder=tmp_path / "work")
    made, outcome = written(request)
    assert numbers(made) == wanted(name)
    assert outcome.frames == len(own) == len(outcome.sureness)
    result = seen(made)
    assert alike(own, result, slice(0, height // 2)) > 25  # of 4:1:1; others over 30
    assert np.abs(result[place][sign] - (0.9, 0.1, 0.1)).mean() < 0.08


@EVERY_MAKE
def test_a_matte_leaves_each_frame_in_its_place(footage, tmp_path, name):
    path = footage(name)
    options = {"method": "screen", "colour": "#00ff00", "mask": "rectangle 0% 0% 100% 50%"}
    made, _ = written(edit(path, "matte", options=options, folder=tmp_path / "work"))
    assert numbers(made) == wanted(name)
    facts = probe(Source(made), GUARD)
    assert facts.alpha
    for picture in straight_shot(facts, range(facts.frames), GUARD):
        assert picture[: facts.height // 3, :, 3].min() > 0.99
        assert not picture[facts.height // 2 + 1 :, :, 3].any()


@EVERY_MAKE
def test_a_motion_begins_with_each_of_them(footage, tmp_path, name):
    """A movie as a still is its first frame."""
    path = footage(name)
    facts = probe(Source(path), GUARD)
    last = composites.written(
        tmp_path / "last.png", paint(77, facts.width, facts.height) / np.float32(255)
    )
    request = RenderRequest(
        key="k",
        kind=Kind.generate,
        model="motion",
        prompt="",
        frames=4,
        rate=PAL,
        width=facts.width,
        height=facts.height,
        folder=tmp_path / "work",
        keyframes=(Keyframe(0, path), Keyframe(3, last)),
    )
    made, outcome = written(request)
    found = list(pictures(Source(made), range(4), GUARD))
    assert outcome.frames == 4
    assert (number_of(found[0]), number_of(found[3])) == (0, 77)
    assert not outcome.warnings or "too little in common" in outcome.warnings[0]


ODD = {
    "422": ("a.mov", Slate(3, width=127, height=71, codec="prores_ks", pixel_format="yuv422p10le")),
    "420": ("a.mkv", Slate(3, width=127, height=71, codec="libvpx-vp9")),
    "444": ("a.mp4", Slate(3, width=127, height=71, pixel_format="yuv444p")),
}


@pytest.mark.parametrize("model", ["looks", "paint", "matte"])
@pytest.mark.parametrize("form", ODD)
def test_odd_sides_are_cropped_to_even_ones_or_refused(tmp_path, form, model):
    name, slate = ODD[form]
    path = make(tmp_path / name, slate)
    still = composites.written(tmp_path / "still.png", paint(1, 127, 71) / np.float32(255))
    more = {
        "looks": {"prompt": "warm"},
        "paint": {"keyframes": (Keyframe(1, still),)},
        "matte": {"options": {"method": "screen", "colour": "#00ff00"}},
    }[model]
    odd = edit(path, model, **more)
    with pytest.raises(EngineRefused, match="127 x 71") as caught:
        models.check(odd)
    assert caught.value.hint
    made, _ = written(replace(odd, width=126, height=70))
    assert numbers(made) == (0, 1, 2)
    facts = probe(Source(made), GUARD)
    assert (facts.width, facts.height) == (126, 70)


@pytest.mark.parametrize("form", ODD)
def test_inside_a_mask_odd_sides_are_no_matter(tmp_path, form):
    name, slate = ODD[form]
    path = make(tmp_path / name, slate)
    options = {"mask": "rectangle 0% 60% 50% 40%"}
    request = edit(path, "looks", prompt="negative", options=options, width=126, height=70)
    made, outcome = written(request)
    assert numbers(made) == (0, 1, 2)
    assert "bit for bit" not in outcome.facts["outside the mask"]  # all of it was scaled


# ---- where painted frames stand


def kept(tmp_path, *frames: int) -> RenderRequest:
    path = make(tmp_path / "a.mp4", Slate(6))
    stills = [
        composites.written(tmp_path / f"{place}.png", paint(frame, 64, 36) / np.float32(255))
        for place, frame in enumerate(frames)
    ]
    keyframes = tuple(Keyframe(*each) for each in zip(frames, stills, strict=True))
    return edit(path, "paint", keyframes=keyframes)


@pytest.mark.parametrize("frames", [(0,), (5,), (0, 5), (5, 0), (4, 5), (0, 1, 2, 3, 4, 5)])
def test_painted_frames_stand_anywhere_in_the_shot(tmp_path, frames):
    made, outcome = written(kept(tmp_path, *frames))
    assert numbers(made) == tuple(range(6))
    assert [outcome.sureness[frame] for frame in frames] == [1.0] * len(frames)


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        ((-1,), "at frame -1; the frames are 0 to 5"),
        ((6,), "at frame 6; the frames are 0 to 5"),
        ((2, 99), "at frame 99"),
        ((3, 3), "Two stills stand at frame 3"),
    ],
)
def test_painted_frames_that_cannot_be_are_refused(tmp_path, frames, words):
    with pytest.raises(EngineRefused, match=words) as caught:
        models.check(kept(tmp_path, *frames))
    assert caught.value.hint
