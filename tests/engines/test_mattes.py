"""Mattes of whole shots against composites whose alpha is known, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from bridge.engines.local import models
from bridge.engines.local.notes import Notes
from bridge.engines.local.render import work
from bridge.errors import EngineRefused
from bridge.media.facts import Codec
from bridge.media.limits import Guard
from bridge.media.slate import Slate, make
from tests.engines.composites import RATE, Composite, done, overlap, written

AROUND = "rectangle 22% 20% 60% 62%"


def judged(scene: Composite, made: list[np.ndarray]) -> tuple[float, float]:
    """The least overlap with the truth, and the mean difference of alpha."""
    alphas = [(picture[:, :, 3], scene.alpha(frame)) for frame, picture in enumerate(made)]
    least = min(overlap(found, true) for found, true in alphas)
    return least, float(np.mean([np.abs(found - true).mean() for found, true in alphas]))


@pytest.mark.parametrize(
    "scene",
    [Composite("screen"), Composite("screen", seed=4, green=(0.1, 0.25, 0.75), step=-4)],
    ids=["green", "blue"],
)
def test_what_stands_before_a_screen(tmp_path, scene):
    made, notes = done(scene.request(tmp_path))
    least, apart = judged(scene, made)
    assert len(made) == scene.frames
    assert least > 0.98
    assert apart < 0.003
    assert not notes.warnings


@pytest.mark.parametrize(
    "scene", [Composite(), Composite(seed=5, pan=2.0, step=4)], ids=["still camera", "pan"]
)
def test_what_stands_before_a_clean_plate(tmp_path, scene):
    wide = replace(scene, pan=scene.pan).back(scene.frames // 2)
    plate = written(tmp_path / "plate.png", wide)
    made, notes = done(scene.request(tmp_path, references=(plate,)))
    least, apart = judged(scene, made)
    assert least > 0.97
    assert apart < 0.004
    assert bool(notes.warnings) is bool(scene.pan)  # a plate from the middle has other edges


@pytest.mark.parametrize(
    ("scene", "mask"),
    [
        (Composite(pan=1.0), f"{AROUND} follow from 50%"),
        (Composite(seed=6, step=3), "polygon 15% 20%, 62% 20%, 62% 80%, 15% 80%"),
    ],
    ids=["middle", "start"],
)
def test_what_a_mask_is_drawn_around(tmp_path, scene, mask):
    made, notes = done(scene.request(tmp_path, prompt="cut out", options={"mask": mask}))
    least, apart = judged(scene, made)
    assert least > 0.95
    assert apart < 0.01
    assert not notes.warnings


def test_the_edge_shows_nothing_of_what_was_behind(tmp_path):
    """Over another ground it looks as if it had stood there."""
    scene = Composite("screen", frames=3)
    made, _ = done(scene.request(tmp_path))
    grey = np.float32([0.5, 0.5, 0.5])
    for frame, picture in enumerate(made):
        share, true = picture[:, :, 3:], scene.alpha(frame)[:, :, None]
        laid = picture[:, :, :3] * share + grey * (1 - share)
        wanted = scene.front(frame) * true + grey * (1 - true)
        edge = (true[:, :, 0] > 0) & (true[:, :, 0] < 1)
        assert np.abs(laid - wanted)[edge].mean() < 0.03
        # colours go on where nothing is to be seen: scalers and editors reach over the edge
        near = scene.front(frame)[edge].mean(axis=0)
        outside = picture[:, :, :3][true[:, :, 0] == 0].mean(axis=0)
        assert np.abs(outside - near).max() < 0.15


def test_a_mask_keeps_what_lies_outside_out(tmp_path):
    scene = Composite("screen", frames=2)
    made, _ = done(scene.request(tmp_path, prompt="green screen", options={"mask": AROUND}))
    free, _ = done(scene.request(tmp_path))
    assert all((picture[:, : 256 * 22 // 100 - 1, 3] == 0).all() for picture in made)
    assert np.array_equal(made[0][60:80, 100:110], free[0][60:80, 100:110])


def test_a_shot_without_a_screen_is_refused(tmp_path):
    scene = Composite("screen", frames=2, green=(0.4, 0.42, 0.4))
    with pytest.raises(EngineRefused, match="no screen") as caught:
        done(scene.request(tmp_path, prompt="green screen"))
    assert "clean plate" in caught.value.hint


def test_where_nothing_stands_out_nothing_is_cut(tmp_path):
    scene = Composite("screen", frames=2)
    with pytest.raises(EngineRefused, match="told from what lies around") as caught:
        done(scene.request(tmp_path, options={"mask": "rectangle 75% 5% 20% 20%"}))
    assert caught.value.hint


def test_behind_a_cut_there_is_nothing(tmp_path):
    first, other = Composite(frames=8), Composite("screen", seed=30, frames=8, step=-3)
    request = first.request(tmp_path, options={"mask": "rectangle 15% 20% 45% 62%"})

    def paint(frame: int, _width: int, _height: int, _alpha: bool) -> np.ndarray:
        shown = first if frame < 4 else other
        return (shown.picture(frame) * 255).astype(np.uint8)

    slate = Slate(8, RATE, 256, 144, codec="prores_ks", pixel_format="yuv422p10le")
    make(request.footage.path, slate, paint)
    made, notes = done(request)
    assert overlap(made[3][:, :, 3], first.alpha(3)) > 0.95
    assert all(not picture[:, :, 3].any() for picture in made[4:])
    assert "On 4 frames, the first of them frame 4" in notes.warnings[0]


def test_the_result_is_prores_4444_and_the_same_each_time(tmp_path):
    scene = Composite(frames=3)
    request = scene.request(tmp_path, options={"mask": AROUND})
    assert work(request, Guard(), Notes()).codec is Codec.prores_4444
    one, other = done(request)[0], done(request)[0]
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_of_a_preview_only_those_frames_are_made(tmp_path):
    scene = Composite(frames=9)
    request = scene.request(tmp_path, options={"mask": "rectangle 15% 20% 45% 62% follow"})
    few = replace(scene, frames=3, step=scene.step * 4)  # frames 0, 4 and 8 of it
    request = replace(request, footage=few.footage(tmp_path / "few"), only=(0, 4, 8))
    made, _ = done(request)
    assert len(made) == 3
    assert overlap(made[2][:, :, 3], few.alpha(2)) > 0.9


@pytest.mark.parametrize(
    ("prompt", "options", "stills", "words"),
    [
        ("make it dusk", {}, 0, "is not made by the words"),
        ("clean plate", {}, 0, "no reference"),
        ("cut out", {}, 0, "where it is"),
        ("cut out", {"mask": "colour #102030"}, 0, "colour does not say"),
        ("", {"colour": "green"}, 0, "no colour"),
        ("", {"colour": "#808890"}, 0, "no hue"),
        ("", {"mask": "picture"}, 0, "no reference still"),
        ("", {}, 2, "takes 1 reference"),
        ("", {"mask": "rectangle 0% 0% 10% 10% follow from frame 99"}, 0, "frames are 0 to"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, prompt, options, stills, words):
    scene = Composite(frames=2)
    still = written(tmp_path / "still.png", scene.back(0))
    request = scene.request(tmp_path, prompt=prompt, options=options, references=(still,) * stills)
    with pytest.raises(EngineRefused, match=words) as caught:
        models.check(request)
    assert caught.value.hint


def test_what_is_not_used_is_told(tmp_path):
    scene = Composite(frames=2)
    still = written(tmp_path / "still.png", scene.back(0))
    options = {"method": "cut", "mask": AROUND, "colour": "#00ff00"}
    said = models.check(scene.request(tmp_path, options=options, references=(still,)))
    assert len(said) == 2
