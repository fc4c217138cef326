"""What the local models accept and refuse, before any file is opened."""

from dataclasses import replace
from pathlib import Path

import pytest

from bridge.engines.base import Keyframe, Kind, RenderRequest
from bridge.engines.local import models
from bridge.engines.local.look.vocabulary import LookStep
from bridge.engines.local.models import check, look_plan, moves_of
from bridge.engines.local.options import LooksOptions
from bridge.errors import EngineRefused, EngineUnknown
from bridge.frames import Rate

NOWHERE = Path("/nowhere")
LOOKS = RenderRequest(
    key="a",
    kind=Kind.edit,
    model="looks",
    prompt="make it dusk",
    frames=48,
    rate=Rate.of(24),
    width=1920,
    height=1080,
    folder=NOWHERE,
)
MOTION = replace(
    LOOKS,
    kind=Kind.generate,
    model="motion",
    prompt="",
    keyframes=(Keyframe(0, NOWHERE / "a.png"), Keyframe(47, NOWHERE / "b.png")),
)
STILL = (NOWHERE / "reference.png",)


@pytest.mark.parametrize(
    "request_",
    [
        LOOKS,
        replace(LOOKS, options={"strength": 0.5}),
        replace(LOOKS, prompt="match the reference", references=STILL),
        replace(LOOKS, prompt="", references=STILL, options={"match": 0.5}),
        MOTION,
        replace(MOTION, options={"easing": "ease-in-out"}, camera=("pan left 5%",)),
        replace(MOTION, prompt="Hold."),
        replace(MOTION, prompt="zoom in 10% and pan left 5%"),
    ],
)
def test_what_is_accepted_without_a_word(request_):
    assert check(request_) == ()


@pytest.mark.parametrize(
    ("request_", "warning"),
    [
        (replace(LOOKS, references=STILL), "not used"),
        (replace(LOOKS, options={"strength": 0}), "strength 0"),
        (replace(LOOKS, prompt="dusk 0%"), "strength 0"),
        (replace(MOTION, keyframes=MOTION.keyframes[:1]), "held"),
    ],
)
def test_what_is_accepted_with_a_warning(request_, warning):
    (said,) = check(request_)
    assert warning in said


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (replace(LOOKS, prompt=""), "no look"),
        (replace(LOOKS, prompt="please"), "no look"),
        (replace(LOOKS, prompt="remove the boom"), "boom"),
        (replace(LOOKS, prompt="match the reference"), "no reference"),
        (replace(LOOKS, options={"match": 1}), "no reference"),
        (replace(LOOKS, references=STILL * 2), "takes 1 reference still and a mask"),
        (replace(LOOKS, keyframes=MOTION.keyframes), "takes no stills"),
        (replace(LOOKS, camera=("zoom in 10%",)), "takes no camera words"),
        (replace(LOOKS, kind=Kind.generate), "edit, not generate"),
        (replace(LOOKS, options={"strength": 2}), "strength"),
        (replace(LOOKS, options={"strength": float("nan")}), "strength"),
        (replace(LOOKS, options={"colour": 1}), "colour"),
        (replace(LOOKS, frames=0), "0 frames"),
        (replace(LOOKS, width=0), "0 x 1080"),
        (replace(MOTION, keyframes=()), "no still"),
        (replace(MOTION, keyframes=(), camera=("zoom in 10%",)), "need a still"),
        (replace(MOTION, keyframes=(Keyframe(48, STILL[0]),)), "frame 48"),
        (replace(MOTION, keyframes=(Keyframe(-1, STILL[0]),)), "frame -1"),
        (replace(MOTION, keyframes=(Keyframe(3, STILL[0]),) * 2), "Two stills stand at frame 3"),
        (replace(MOTION, camera=("fly away",)), "fly away"),
        (replace(MOTION, prompt="a dog on a beach"), "dog"),
        (replace(MOTION, kind=Kind.edit), "generate, not edit"),
        (replace(MOTION, options={"easing": "bouncy"}), "easing"),
    ],
)
def test_what_is_refused_and_why(request_, reason):
    with pytest.raises(EngineRefused, match=reason):
        check(request_)


def test_a_model_that_is_not_there():
    with pytest.raises(EngineUnknown, match="emotion"):
        check(replace(LOOKS, model="emotion"))


def test_edits_take_no_stills_so_that_a_plan_can_say_so():
    assert models.LOOKS.limits.keyframes == 0
    assert not models.LOOKS.limits.camera
    assert models.MOTION.limits.keyframes > 1
    assert models.MOTION.limits.camera


@pytest.mark.parametrize(
    ("prompt", "options", "looks", "match"),
    [
        ("dusk 50%, match", {}, [("dusk", 0.5)], 1.0),
        ("dusk 50%, match 40%", {"strength": 0.5}, [("dusk", 0.25)], 0.2),
        ("match 40%", {"match": 0.9}, [], 0.9),
        ("fog", {"match": 0.9, "strength": 0.5}, [("fog", 0.375)], 0.45),
        ("fog 100%", {}, [("fog", 1.0)], None),
    ],
)
def test_options_scale_the_words(prompt, options, looks, match):
    steps, matched = look_plan(prompt, LooksOptions(**options))
    assert steps == tuple(LookStep(*look) for look in looks)
    assert (matched and matched.strength) == match


def test_moves_come_from_camera_words_and_prompt_together():
    request = replace(MOTION, camera=("tilt up 2%",), prompt="Zoom in 10%, pan left 5%.")
    assert [move.move for move in moves_of(request)] == ["tilt", "zoom", "pan"]
