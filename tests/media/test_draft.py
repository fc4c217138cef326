"""A draft is the same pictures with the same tags as ProRes HQ, as plain samples."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bridge.media.deliver import deliver
from bridge.media.facts import Codec, Colour
from bridge.media.limits import Guard
from bridge.media.probe import probe
from bridge.media.reader import pictures
from bridge.media.slate import numbers
from bridge.source import Source
from tests.media.footage import STEADY, made, order

HD = Colour("bt709", "bt709", "bt709", "tv")


@pytest.mark.parametrize("colour", [HD, Colour("smpte170m", "bt709", "smpte170m", "tv")])
@pytest.mark.parametrize("size", [(640, 360), (250, 142)])
def test_a_draft_is_what_prores_would_be(
    footage: Path, tmp_path: Path, colour: Colour, size: tuple[int, int]
) -> None:
    film, wanted = made(footage, "b_frames.mp4", STEADY["b_frames.mp4"]), (7, 30, 31, 3)
    master = replace(
        order(film, wanted, tmp_path / "master.mov"), width=size[0], height=size[1], colour=colour
    )
    draft = replace(master, out=tmp_path / "draft.mov", draft=True)
    kept, thrown_away = (deliver(each, Guard(), lambda _: None) for each in (master, draft))
    assert (len(kept.sha256), thrown_away.sha256) == (64, "")
    assert thrown_away.facts == probe(Source(draft.out), Guard())
    one, other = (probe(Source(each.out), Guard()) for each in (master, draft))
    assert (one.codec, other.codec) == ("prores", "v210")
    told = ("pixel_format", "width", "height", "rate", "frames")
    assert [getattr(one, name) for name in told] == [getattr(other, name) for name in told]
    assert replace(other.colour, range="tv") == one.colour
    assert tuple(numbers(draft.out)) == wanted
    pairs = zip(_levels(master.out), _levels(draft.out), strict=True)
    assert all(np.abs(one - other).mean() < 1 for one, other in pairs)


def test_only_prores_hq_has_a_draft(footage: Path, tmp_path: Path) -> None:
    film = made(footage, "b_frames.mp4", STEADY["b_frames.mp4"])
    for codec, name in ((Codec.h264, "h264"), (Codec.prores_4444, "prores")):
        out = (tmp_path / codec.value).with_suffix(codec.suffix)
        deliver(replace(order(film, (3, 9), out), codec=codec, draft=True), Guard(), lambda _: None)
        assert probe(Source(out), Guard()).codec == name


def _levels(path: Path) -> list[np.ndarray]:
    found = pictures(Source(path), (0, 1, 2, 3), Guard())
    return [frame.to_ndarray(format="rgb24").astype(np.int16) for frame in found]
