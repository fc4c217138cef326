"""Shots that have alpha of their own: paint leaves it, a matte is multiplied by it."""

import cv2
import numpy as np
import pytest

from bridge.engines.base import Keyframe
from bridge.engines.local.pictures import straight_shot
from bridge.media.probe import probe
from bridge.media.slate import Slate, make
from bridge.source import Source
from tests.engines import composites
from tests.engines.pictures import psnr, texture
from tests.engines.requested import GUARD, edit, paired, sent, written

WIDTH, HEIGHT, FRAMES = 160, 96, 5
SIGN = (slice(50, 70), slice(60, 100))  # rows and columns, over clear, half and opaque parts
RED = np.float32([0.8, 0.1, 0.1])
GREEN = np.float32([0.15, 0.6, 0.2])
FORMS = {
    "ProRes 4444": ("a.mov", "prores_ks", "yuva444p10le"),
    "PNG": ("a.mov", "png", "rgba"),
    "8 bit": ("a.mkv", "ffv1", "yuva420p"),
    "RGB": ("a.avi", "utvideo", "gbrap"),
}
EVERY_FORM = pytest.mark.parametrize("form", FORMS)
PRORES = pytest.mark.parametrize("form", ["ProRes 4444"])


def alpha_at(number: int) -> np.ndarray:
    """Clear on the left, opaque on the right, every level between, and it moves."""
    ramp = np.clip((np.arange(WIDTH) - 40 - number) / 80, 0, 1)
    return np.broadcast_to(np.rint(ramp * 255) / 255, (HEIGHT, WIDTH))


def coloured(number: int) -> np.ndarray:
    return np.roll(texture(3, WIDTH, HEIGHT, 3), number, axis=1)


def before_green(number: int) -> np.ndarray:
    picture = np.broadcast_to(GREEN, (HEIGHT, WIDTH, 3)).copy()
    picture[30:80, 70 + number : 130 + number] = (0.8, 0.5, 0.4)
    return picture


def shot(folder, form, picture_at=coloured):
    name, codec, pixel_format = FORMS[form]

    def painter(number: int, _width: int, _height: int, _alpha: bool) -> np.ndarray:
        both = np.dstack([picture_at(number), alpha_at(number)])
        return np.rint(both * 255).astype(np.uint8)

    slate = Slate(
        FRAMES, width=WIDTH, height=HEIGHT, codec=codec, pixel_format=pixel_format, alpha=True
    )
    return make(folder / name, slate, painter)


def seen(path) -> list[np.ndarray]:
    facts = probe(Source(path), GUARD)
    assert facts.alpha
    return list(straight_shot(facts, range(facts.frames), GUARD))


def still(folder, picture):
    return Keyframe(2, composites.written(folder / "still.png", picture))


def signed(picture: np.ndarray) -> np.ndarray:
    made = picture[:, :, :3].copy()
    made[SIGN] = RED
    return made


@EVERY_FORM
def test_alpha_is_read_as_it_is(tmp_path, form):
    for number, picture in enumerate(seen(shot(tmp_path, form))):
        assert np.abs(picture[:, :, 3] - alpha_at(number)).max() < 1.1 / 255  # of what wrote it
        assert (picture[:, :, 3][:, -10:] == 1).all()
        assert psnr(picture[:, :, :3], coloured(number)) > 28


@EVERY_FORM
@pytest.mark.parametrize(
    "options", [{}, {"mask": "rectangle 30% 40% 50% 50%"}], ids=["all", "mask"]
)
def test_paint_leaves_it_and_is_there_under_it(tmp_path, form, options):
    path = shot(tmp_path, form)
    own = seen(path)
    made, outcome = written(
        edit(path, "paint", keyframes=(still(tmp_path, signed(own[2])),), options=options)
    )
    assert outcome.frames == FRAMES
    for frame, (before, after) in enumerate(zip(own, seen(made), strict=True)):
        # the scaler brings 8 bits to 10 by 1.5 levels wrong in the middle (FFmpeg 8)
        assert np.abs(after[:, :, 3] - before[:, :, 3]).max() < 1.6 / 1023
        assert np.array_equal(after[:, :, 3] == 1, before[:, :, 3] == 1)
        left = 60 + frame - 2
        sign = after[54:66, left + 6 : left + 34, :3]
        assert np.abs(sign - RED).mean() < 0.05
        assert psnr(after[:40, :, :3], before[:40, :, :3]) > 38


@PRORES
@pytest.mark.parametrize("mask", [None, "rectangle 30% 40% 50% 50%"])
def test_samples_that_nobody_paints_are_the_shots(tmp_path, form, mask):
    path = shot(tmp_path, form)
    options = {} if mask is None else {"mask": mask}
    painted = signed(seen(path)[2]) if mask is None else 1 - coloured(2)
    made = sent(edit(path, "paint", keyframes=(still(tmp_path, painted),), options=options))
    outside = np.ones((HEIGHT, WIDTH), bool)
    outside[slice(20, None) if mask is None else slice(38, 87), 46:130] = False
    for frame, (old, new) in enumerate(zip(made.before, made.after, strict=True)):
        if mask is None and frame == 2:
            continue  # the painted picture itself, as it was saved
        pairs = paired(old, new)
        assert np.array_equal(*pairs[3])
        for before, after in pairs[:3]:
            assert np.array_equal(after[outside], before[outside])
        assert not np.array_equal(*pairs[0])
    if mask is not None:
        assert "bit for bit" in made.notes.facts["outside the mask"]


@PRORES
@pytest.mark.parametrize("covers", [True, False], ids=["over it", "in it"])
def test_a_frame_that_was_saved_with_its_alpha_and_painted_on(tmp_path, form, covers):
    """Whether what was added is opaque, or as transparent as the shot is there."""
    path = shot(tmp_path, form)
    own = seen(path)
    picture = np.dstack([signed(own[2]), own[2][:, :, 3]])
    if covers:
        picture[(*SIGN, 3)] = 1
    made, _ = written(edit(path, "paint", keyframes=(saved(tmp_path / "still.png", picture),)))
    after = seen(made)[2]
    assert np.abs(after[54:66, 66:94, :3] - RED).mean() < 0.05
    rest = np.abs(after[:, :, :3] - own[2][:, :, :3])
    rest[45:75, 55:105] = 0
    assert rest.max() < 0.05


@PRORES
def test_a_layer_that_is_half_there_covers_half_of_what_is_opaque(tmp_path, form):
    path = shot(tmp_path, form)
    layer = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    layer[50:70, 135:155] = (*RED, 0.5)
    made, _ = written(
        edit(path, "paint", keyframes=(saved(tmp_path / "layer.png", layer),)),
    )
    before, after = seen(path)[2], seen(made)[2]
    inside = (slice(54, 66), slice(139, 151), slice(3))
    assert np.abs(after[inside] - (before[inside] + RED) / 2).mean() < 0.03


def saved(path, picture: np.ndarray) -> Keyframe:
    deep = np.rint(picture[..., [2, 1, 0, 3]] * 65535).astype(np.uint16)
    assert cv2.imwrite(str(path), deep)
    return Keyframe(2, path)


# ---- mattes


@EVERY_FORM
@pytest.mark.parametrize("method", ["screen", "plate", "cut"])
def test_a_matte_is_multiplied_by_it(tmp_path, form, method):
    path = shot(tmp_path, form, before_green)
    plate = composites.written(tmp_path / "plate.png", np.broadcast_to(GREEN, (HEIGHT, WIDTH, 3)))
    options = {
        "screen": {"method": "screen", "colour": "#26993a"},
        "plate": {"method": "plate"},
        "cut": {"method": "cut", "mask": "rectangle 42% 26% 42% 62%"},
    }[method]
    references = (plate,) if method == "plate" else ()
    made = sent(edit(path, "matte", options=options, references=references))
    for number, (own, matte) in enumerate(zip(seen(path), made.after, strict=True)):
        body = np.zeros((HEIGHT, WIDTH), bool)
        body[34:76, 74 + number : 126 + number] = True
        assert np.abs(matte[body][:, 3] - own[body][:, 3]).max() < 1e-6
        assert np.abs(matte[body][:, :3] - (0.8, 0.5, 0.4)).mean() < 0.05  # straight
        around = np.ones((HEIGHT, WIDTH), bool)
        around[26:84, 64 + number : 136 + number] = False
        assert matte[around][:, 3].max() < 0.05
        assert not matte[:, : 40 + number, 3].any()


@PRORES
def test_a_soft_matte_brings_nothing_back(tmp_path, form):
    path = shot(tmp_path, form, before_green)
    options = {"method": "screen", "colour": "#26993a", "soft": 0.1}
    made = sent(edit(path, "matte", options=options))
    for own, matte in zip(seen(path), made.after, strict=True):
        assert (matte[:, :, 3] <= own[:, :, 3] + 1e-6).all()
        assert ((matte[:, :, 3] > 0.1) & (matte[:, :, 3] < 0.9) & (own[:, :, 3] == 1)).sum() > 100


# ---- looks


@PRORES
def test_a_masked_look_keeps_it_and_claims_no_more_than_it_holds(tmp_path, form):
    path = shot(tmp_path, form)
    options = {"mask": "rectangle 30% 40% 50% 50%"}
    made, outcome = written(edit(path, "looks", prompt="negative", options=options))
    for before, after in zip(seen(path), seen(made), strict=True):
        assert np.abs(after[:, :, 3] - before[:, :, 3]).max() < 2.2 / 1023
        assert psnr(after[:36, :, :3], before[:36, :, :3]) > 38
    assert "apart at most" in outcome.facts["outside the mask, encoded"]
