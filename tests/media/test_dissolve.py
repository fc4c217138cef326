"""Dissolves change pictures, to the level, and never their number."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import DiskRefused, RangeError, UsageError
from bridge.media.deliver import deliver
from bridge.media.facts import Codec, Delivered, Delivery, Dissolve, Frames, Trim
from bridge.media.limits import Guard
from bridge.media.mix import mixed, trimmed
from bridge.media.slate import Slate, make, numbers
from bridge.source import Source
from tests.media.footage import PAL, order


def delivered(wanted: Delivery) -> Delivered:
    return deliver(wanted, Guard(), lambda _: None)


def flat(path: Path, level: int, frames: int = 12) -> Source:
    """Grey pictures of one level."""

    def paint(_number: int, width: int, height: int, _alpha: bool) -> Any:
        return np.full((height, width, 3), level, np.uint8)

    return Source(make(path, Slate(frames, PAL), paint))


def levels(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        return [float(f.to_ndarray(format="gray").mean()) for f in container.decode(video=0)]


def joined(one: Source, other: Source, out: Path, codec: Codec, dissolve: bool) -> Delivery:
    parts = (Frames(one, tuple(range(8))), Frames(other, tuple(range(8, 12))))
    made = replace(order(one.path, (), out, codec, PAL), parts=parts)
    over = Dissolve(4, Frames(other, (4, 5, 6, 7)))
    return replace(made, dissolves=(over,)) if dissolve else made


@pytest.mark.parametrize("codec", Codec)
def test_the_pictures_go_over_step_by_step(tmp_path: Path, codec: Codec) -> None:
    one, other = flat(tmp_path / "one.mov", 60), flat(tmp_path / "other.mov", 160)
    out = tmp_path / f"out{codec.suffix}"
    assert delivered(joined(one, other, out, codec, dissolve=True)).facts.frames == 12
    found = levels(out)
    low, high = found[0], found[-1]
    assert high - low > 80
    shares = [(level - low) / (high - low) for level in found]
    assert np.allclose(shares, [0] * 4 + [0.2, 0.4, 0.6, 0.8] + [1] * 4, atol=0.02)


@pytest.mark.parametrize("codec", Codec)
def test_into_equal_pictures_it_is_a_hard_cut_to_the_bit(tmp_path: Path, codec: Codec) -> None:
    one = Source(make(tmp_path / "one.mov", Slate(12, PAL)))
    same = Source(make(tmp_path / "same.mov", Slate(12, PAL)))
    hard = delivered(joined(one, same, tmp_path / f"a{codec.suffix}", codec, dissolve=False))
    soft = delivered(joined(one, same, tmp_path / f"b{codec.suffix}", codec, dissolve=True))
    other = Source(make(tmp_path / "other.mov", Slate(12, PAL, first_number=1)))
    unlike = delivered(joined(one, other, tmp_path / f"c{codec.suffix}", codec, dissolve=True))
    assert hard.sha256 == soft.sha256 != unlike.sha256
    assert numbers(soft.path) == tuple(range(12))


def test_alpha_goes_over_too(tmp_path: Path) -> None:
    slate = Slate(12, PAL, codec="prores_ks", pixel_format="yuva444p10le", alpha=True)
    slate = replace(slate, options=(("profile", "4444"),))
    one = Source(make(tmp_path / "one.mov", slate))
    wanted = joined(one, one, tmp_path / "out.mov", Codec.prores_4444, dissolve=True)
    assert delivered(wanted).facts.alpha
    assert numbers(wanted.out) == tuple(range(12))


def test_dissolves_that_cannot_be(tmp_path: Path) -> None:
    one = flat(tmp_path / "one.mov", 60)
    good = joined(one, one, tmp_path / "out.mov", Codec.prores_hq, dissolve=True)
    (over,) = good.dissolves
    out_there = Source(tmp_path / "out.mov")
    for dissolves, kind in (
        ((replace(over, start=9),), UsageError),
        ((replace(over, start=-1),), UsageError),
        ((over, replace(over, start=7)), UsageError),
        ((replace(over, incoming=Frames(one, ())),), UsageError),
        ((replace(over, incoming=Frames(one, (99,))),), RangeError),
        ((replace(over, incoming=Frames(out_there, (1,))),), DiskRefused),
    ):
        with pytest.raises(kind):
            delivered(replace(good, dissolves=dissolves))
    assert not (tmp_path / "out.mov").exists()


def test_trims_move_the_levels_of_their_frames_alone(tmp_path: Path) -> None:
    one = flat(tmp_path / "one.mov", 100)
    wanted = order(one.path, range(12), tmp_path / "out.mov", rate=PAL)
    trims = (Trim(2, ((2560, 0, 0), (5120, 0, 0))), Trim(8, ((-2560, 0, 0),)))
    delivered(replace(wanted, trims=trims))
    found = levels(wanted.out)
    moved = [(level - found[0]) * 219 / 255 for level in found]
    assert np.allclose(moved, [0, 0, 10, 20, 0, 0, 0, 0, -10, 0, 0, 0], atol=1)
    for wrong in ((Trim(11, ((0, 0, 0),) * 2),), trims[::-1], (Trim(3, ()),)):
        with pytest.raises(UsageError):
            delivered(replace(wanted, trims=wrong))


def test_a_part_of_a_level_is_that_share_of_the_pixels() -> None:
    for sixteenths in range(-20, 20):
        found = trimmed(picture(512, "yuv422p10le", 64, 32), (sixteenths * 4, 0, 0))
        shown = np.frombuffer(memoryview(found.planes[0]), np.uint16).reshape(32, -1)[:, :64]
        assert shown.mean() == 512 + Fraction(sixteenths, 16)
        assert np.ptp(shown) <= 1


@pytest.mark.parametrize(("value", "more", "shown"), [(4, -2560, 0), (1020, 2560, 1023)])
def test_levels_end_where_the_format_ends(value: int, more: int, shown: int) -> None:
    found = trimmed(picture(value, "yuva444p10le"), (more, 0, more))
    planes = [np.frombuffer(memoryview(plane), np.uint16)[0] for plane in found.planes]
    assert planes == [shown, value, shown, value]


def picture(value: int, format_: str, width: int = 33, height: int = 5) -> VideoFrame:
    """Every sample is `value`; an odd width, so that lines are padded."""
    frame = VideoFrame(width, height, format_)
    for plane in frame.planes:
        kind = np.uint16 if frame.format.components[0].bits > 8 else np.uint8
        np.frombuffer(memoryview(plane), kind)[:] = value
    return frame


@given(
    one=st.integers(0, 1023),
    other=st.integers(0, 1023),
    share=st.fractions(0, 1, max_denominator=61),
    deep=st.booleans(),
)
def test_the_mixture_is_rounded_exactly(one: int, other: int, share: Fraction, deep: bool) -> None:
    if not deep:
        one, other = one // 4, other // 4
    format_ = "yuva444p10le" if deep else "yuv420p"
    found = mixed(picture(one, format_), picture(other, format_), share)
    exact = one + (other - one) * share
    expected = int(exact + Fraction(1, 2))
    kind = np.uint16 if deep else np.uint8
    for plane in found.planes:
        shown = np.frombuffer(memoryview(plane), kind).reshape(plane.height, -1)
        assert (shown[:, : plane.width] == expected).all()


# Lossless or nearly: what is lost on the way is lost by us.
DEEP = {
    "HEVC 10 bit": (
        "libx265",
        "yuv420p10le",
        ".mkv",
        {"x265-params": "lossless=1:bframes=0:log-level=none"},
    ),
    "ProRes 4444": ("prores_ks", "yuv444p10le", ".mov", {"profile": "4444", "qscale": "1"}),
}


@pytest.mark.parametrize("name", DEEP)
@pytest.mark.parametrize("codec", [Codec.prores_hq, Codec.prores_4444])
def test_ten_bits_survive(tmp_path: Path, name: str, codec: Codec) -> None:
    encoder, format_, suffix, options = DEEP[name]
    source = ramp(tmp_path / f"ramp{suffix}", encoder, format_, options)
    out = tmp_path / "out.mov"
    wanted = order(source, (0, 1), out, codec, PAL)
    delivered(replace(wanted, width=WIDE, height=32))
    assert luma_levels(source) > 700
    assert luma_levels(out) > 700


WIDE = 896


def ramp(path: Path, encoder: str, format_: str, options: dict[str, str]) -> Path:
    """Luma from black to white in steps that eight bits do not have."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream(encoder, rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = WIDE, 32, format_
        for number in range(2):
            frame = picture(512, format_, WIDE, 32)
            line = np.linspace(64, 940, WIDE).round().astype(np.uint16)
            plane = np.frombuffer(memoryview(frame.planes[0]), np.uint16)
            plane.reshape(32, -1)[:, :WIDE] = line
            frame.pts = number
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def luma_levels(path: Path) -> int:
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0)).reformat(format="gray16le")
        return len(np.unique(frame.to_ndarray()[16]))
