"""Edits inside of a mask: what lies outside goes to the encoder as it came, bit for bit."""

from dataclasses import replace

import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from bridge.engines.base import Keyframe
from bridge.engines.local import models
from bridge.engines.local.notes import Notes
from bridge.engines.local.pictures import facts_of, straight
from bridge.engines.local.render import work
from bridge.errors import EngineRefused
from bridge.media.facts import Codec
from bridge.media.limits import Guard
from bridge.media.reader import pictures
from bridge.media.slate import Slate, make
from tests.engines.composites import RATE, Composite, written

LEFT = "rectangle 0% 0% 50% 100%"  # 128 columns of 256


def luma(frame: VideoFrame) -> np.ndarray:
    plane = frame.planes[0]
    return np.frombuffer(memoryview(plane), np.uint16).reshape(plane.height, -1)[:, : plane.width]


def frames(request) -> tuple[list[VideoFrame], list[VideoFrame], Notes]:
    """As they were decoded, and as they go to the encoder."""
    models.check(request)
    facts, notes = facts_of(request.footage, Guard()), Notes()
    before = list(pictures(facts.source, range(facts.frames), Guard(), facts))
    after = list(work(request, Guard(), notes).pictures)
    return before, after, notes


@pytest.mark.parametrize(
    ("prompt", "mask", "outside"),
    [
        ("negative", LEFT, slice(128, None)),
        ("dusk, grain, blur", f"{LEFT} soft 10%", slice(160, None)),
        ("black and white", f"{LEFT} invert", slice(0, 128)),
        ("vivid", "colour #ff00ff 5%", slice(None)),
    ],
)
def test_a_look_stays_inside(tmp_path, prompt, mask, outside):
    scene = Composite(frames=3)
    request = scene.request(tmp_path, "looks", prompt=prompt, options={"mask": mask})
    before, after, notes = frames(request)
    for old, new in zip(before, after, strict=True):
        assert new.format.name == old.format.name
        assert np.array_equal(luma(new)[:, outside], luma(old)[:, outside])
        changed = (luma(new) != luma(old)).any()
        assert changed == ("colour" not in mask)
    assert "bit for bit" in notes.facts["outside the mask"]


def test_at_strength_0_nothing_is_touched(tmp_path):
    options = {"mask": LEFT, "strength": 0.0}
    request = Composite(frames=2).request(tmp_path, "looks", prompt="dusk", options=options)
    before, after, _ = frames(request)
    for old, new in zip(before, after, strict=True):
        assert np.array_equal(luma(new), luma(old))


@pytest.mark.parametrize("scene", [Composite(pan=1.0), Composite(seed=7, step=-5)], ids=str)
def test_a_look_follows_the_object(tmp_path, scene):
    still = written(tmp_path / "mask.png", scene.alpha(0))
    request = scene.request(
        tmp_path,
        "looks",
        prompt="negative",
        options={"mask": "picture follow"},
        references=(still,),
    )
    before, after, _ = frames(request)
    for number, (old, new) in enumerate(zip(before, after, strict=True)):
        changed = luma(new) != luma(old)
        inside = scene.alpha(number) > 0.5
        assert changed[inside].mean() > 0.9
        assert changed[~inside].mean() < 0.03


def test_a_painted_frame_stays_inside(tmp_path):
    scene = Composite(frames=3)
    painted = written(tmp_path / "painted.png", 1 - scene.picture(1))
    request = scene.request(
        tmp_path, "paint", options={"mask": LEFT}, keyframes=(Keyframe(1, painted),)
    )
    before, after, notes = frames(request)
    for old, new in zip(before, after, strict=True):
        assert np.array_equal(luma(new)[:, 128:], luma(old)[:, 128:])
        apart = luma(new)[:, :127].astype(int) - luma(old)[:, :127]
        assert np.abs(apart).mean() > 0.1 * 1023
    assert "bit for bit" in notes.facts["outside the mask"]


def test_which_still_is_which(tmp_path):
    """The one to match comes first, the mask last; alone it is the mask."""
    scene = Composite(frames=2)
    red = written(tmp_path / "red.png", scene.picture(0) * np.float32([1, 0.3, 0.3]))
    mask = written(tmp_path / "mask.png", np.float32(np.arange(256) < 128) * np.ones((144, 1)))
    request = scene.request(
        tmp_path, "looks", prompt="match", options={"mask": "picture"}, references=(red, mask)
    )
    before, after, _ = frames(request)
    assert np.array_equal(luma(after[0])[:, 128:], luma(before[0])[:, 128:])
    assert (luma(after[0])[:, :127] != luma(before[0])[:, :127]).mean() > 0.5
    with pytest.raises(EngineRefused, match="no reference"):
        models.check(replace(request, references=(mask,)))
    with pytest.raises(EngineRefused, match="takes 1 reference still"):
        models.check(replace(request, options={}, references=(red, mask)))


@pytest.mark.parametrize(
    ("prompt", "same"), [("negative", False), ("blur", False), ("dusk 0%", True)]
)
def test_a_shots_own_alpha_stays(tmp_path, prompt, same):
    scene = Composite(frames=2)
    request = scene.request(tmp_path, "looks", prompt=prompt)
    slate = Slate(2, RATE, 256, 144, codec="prores_ks", pixel_format="yuva444p10le", alpha=True)
    make(request.footage.path, slate)
    facts = facts_of(request.footage, Guard())
    made = work(request, Guard(), Notes())
    assert made.codec is Codec.prores_4444
    scaler = VideoReformatter()
    for frame, made_ in zip(pictures(facts.source, range(2), Guard()), made.pictures, strict=True):
        old, new = (straight(each, facts.colour, scaler) for each in (frame, made_))
        assert new.shape == old.shape
        assert np.array_equal(new[:, :, 3], old[:, :, 3])
        assert np.array_equal(new, old) is same


def test_opaque_looks_stay_what_they_were(tmp_path):
    request = Composite(frames=1).request(tmp_path, "looks", prompt="dusk")
    assert work(request, Guard(), Notes()).codec is Codec.prores_hq
