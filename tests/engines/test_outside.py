"""Outside of a mask: the shot's own samples go to the encoder, and what that does is told after."""

import re

import numpy as np
import pytest

from bridge.engines.base import Keyframe
from bridge.engines.local.mask.encoded import ENCODED
from bridge.engines.local.mask.masking import OUTSIDE
from bridge.engines.local.pictures import shot
from bridge.media.facts import Colour
from bridge.media.reader import pictures
from bridge.media.slate import Slate, make, paint
from bridge.source import Source
from tests.engines import composites
from tests.engines.requested import GUARD, edit, paired, samples, sent, thinned, written

WIDTH, HEIGHT, FRAMES = 98, 54, 3
MASK = "rectangle 20% 30% 43% 41%"
INSIDE = np.zeros((HEIGHT, WIDTH), bool)
INSIDE[17:38, 20:61] = True  # wholly
OUTER = np.ones((HEIGHT, WIDTH), bool)
OUTER[16:39, 19:62] = False  # not at all
SIZE = {"width": WIDTH, "height": HEIGHT}
HD = ("bt709", "bt709", "bt709")
FORMS = {
    "8 bit 4:2:0": ("a.mp4", Slate(FRAMES, **SIZE)),
    "10 bit 4:2:2": ("a.mov", Slate(FRAMES, **SIZE, codec="prores_ks", pixel_format="yuv422p10le")),
    "10 bit 4:2:0": ("a.mp4", Slate(FRAMES, **SIZE, pixel_format="yuv420p10le")),
    "8 bit 4:4:4": ("a.mp4", Slate(FRAMES, **SIZE, pixel_format="yuv444p")),
    "full range": (
        "a.mp4",
        Slate(FRAMES, **SIZE, pixel_format="yuvj420p", colour=Colour(*HD, "pc")),
    ),
}
EVERY_FORM = pytest.mark.parametrize("form", FORMS)


@pytest.fixture
def filmed(tmp_path, form):
    name, slate = FORMS[form]
    return make(tmp_path / name, slate)


def edits(folder, frame=1):
    """Each changes all of the picture, and a lot; the first painted frame, and others with it."""
    negative = composites.written(folder / "still.png", 1 - paint(1, WIDTH, HEIGHT) / 255)
    return {
        "looks": [{"prompt": "negative"}, {"prompt": "dusk, grain, blur"}],
        "paint": [{"keyframes": (Keyframe(frame, negative),)}],
    }


@EVERY_FORM
@pytest.mark.parametrize("model", ["looks", "paint"])
@pytest.mark.parametrize("mask", [MASK, f"{MASK} invert", f"{MASK} soft 8%"])
def test_every_sample_outside_is_the_shots(tmp_path, filmed, model, mask):
    inside, outer = (OUTER, INSIDE) if "invert" in mask else (INSIDE, OUTER)
    for more in edits(tmp_path)[model]:
        made = sent(edit(filmed, model, options={"mask": mask}, **more))
        for old, new in zip(made.before, made.after, strict=True):
            pairs = paired(old, new)
            if "soft" not in mask:
                for before, after in pairs:
                    own = thinned(outer, before.shape)
                    assert np.array_equal(after[own], before[own])
            else:
                assert np.array_equal(pairs[0][1][:8], pairs[0][0][:8])
            assert (pairs[0][1] != pairs[0][0])[inside].mean() > 0.8
        assert "bit for bit" in made.notes.facts[OUTSIDE]


@EVERY_FORM
def test_outside_of_a_mattes_mask_there_is_nothing_and_inside_the_shots_colours(tmp_path, filmed):
    options = {"mask": MASK, "method": "screen", "colour": "#00ff00", "despill": 0.0}
    made = sent(edit(filmed, "matte", options=options))
    for own, matte in zip(shot(made.facts, range(FRAMES), GUARD), made.after, strict=True):
        assert not matte[OUTER][:, 3].any()
        whole = INSIDE & (matte[:, :, 3] == 1)
        assert whole.sum() > 0.7 * INSIDE.sum()
        assert np.array_equal(matte[whole][:, :3], own[whole])
    assert "bit for bit" not in made.notes.facts[OUTSIDE]


def test_a_soft_mask_makes_a_matte_soft(tmp_path):
    name, slate = FORMS["10 bit 4:2:2"]
    path = make(tmp_path / name, slate)
    options = {"mask": f"{MASK} soft 20%", "method": "screen", "colour": "#00ff00"}
    for matte in sent(edit(path, "matte", options=options)).after:
        row = matte[27, :, 3]
        assert ((row > 0.1) & (row < 0.9)).sum() > 6
        assert not row[:8].any()


# ---- and stated after


@pytest.mark.parametrize("frames", [1, 3, 9])
@pytest.mark.parametrize("model", ["looks", "paint"])
def test_what_encoding_changed_outside_is_told(tmp_path, frames, model):
    name, slate = FORMS["10 bit 4:2:2"]
    path = make(tmp_path / name, Slate(**vars(slate) | {"frames": frames}))
    more = edits(tmp_path, frames // 2)[model][0]
    request = edit(path, model, options={"mask": MASK}, **more)
    result, outcome = written(request)
    said = re.fullmatch(
        r"(\d+) apart at most, PSNR (\d+\.\d) dB, on (\d) frames of the result, codes of 0 to 1023",
        outcome.facts[ENCODED],
    )
    assert int(said[3]) == min(frames, 5)
    places = sorted({(frames - 1) * step // 4 for step in range(5)})
    both = (pictures(Source(each), places, GUARD) for each in (path, result))
    misses = [
        after[thinned(OUTER, before.shape)].astype(int) - before[thinned(OUTER, before.shape)]
        for own, new in zip(*both, strict=True)
        for before, after in zip(samples(own), samples(new), strict=True)
    ]
    miss = np.concatenate(misses)
    assert int(said[1]) == np.abs(miss).max()
    assert float(said[2]) == pytest.approx(10 * np.log10(1023**2 / np.mean(miss**2)), abs=0.06)
    assert float(said[2]) > 45


def test_a_mask_by_colour_is_found_again(tmp_path):
    """The ball of the slate is yellow."""
    name, slate = FORMS["10 bit 4:2:2"]
    path = make(tmp_path / name, slate)
    options = {"mask": "colour #fac828 15%"}
    _, outcome = written(edit(path, "looks", prompt="negative", options=options))
    apart, psnr = re.match(r"(\d+) apart at most, PSNR ([\d.]+)", outcome.facts[ENCODED]).groups()
    assert int(apart) < 300
    assert float(psnr) > 40


def test_of_fewer_samples_of_colour_the_scaling_is_told_with_it(tmp_path):
    name, slate = FORMS["8 bit 4:2:0"]
    path = make(tmp_path / name, slate)
    result, outcome = written(edit(path, "looks", prompt="negative", options={"mask": MASK}))
    largest = 0
    for own, new in zip(
        *(pictures(Source(each), range(FRAMES), GUARD) for each in (path, result)), strict=True
    ):
        luma = samples(new)[0][OUTER].astype(int) - 4 * samples(own)[0][OUTER].astype(int)
        largest = max(largest, int(np.abs(luma).max()))
    said = outcome.facts[ENCODED]
    assert largest <= int(said.split()[0]) < 400
    assert "codes of 0 to 1023" in said


@pytest.mark.parametrize(
    "more",
    [
        {"prompt": "negative", "width": 64, "height": 36, "options": {"mask": MASK}},
        {"prompt": "negative", "options": {"mask": "rectangle 0% 0% 100% 100%"}},
        {"prompt": "negative"},
    ],
    ids=["scaled", "all inside", "no mask"],
)
def test_nothing_is_told_where_nothing_could_be_compared(tmp_path, more):
    name, slate = FORMS["10 bit 4:2:2"]
    _, outcome = written(edit(make(tmp_path / name, slate), "looks", **more))
    assert ENCODED not in outcome.facts
    assert "bit for bit" not in outcome.facts.get(OUTSIDE, "") or "0 of" in outcome.facts[OUTSIDE]


def test_a_form_that_cannot_be_kept_is_not_said_to_be(tmp_path):
    slate = Slate(FRAMES, **SIZE, codec="rawvideo", pixel_format="yuv411p")
    path = make(tmp_path / "old.avi", Slate(**vars(slate) | {"width": 96}))
    _, outcome = written(edit(path, "looks", prompt="dusk", options={"mask": MASK}))
    assert "bit for bit" not in outcome.facts[OUTSIDE]
    assert "apart at most" in outcome.facts[ENCODED]
