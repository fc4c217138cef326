"""The local models, and what they refuse. Pure: words and numbers only, no file is opened."""

from collections.abc import Sequence
from typing import cast

from bridge.engines.base import Kind, Limits, Model, RenderRequest
from bridge.engines.forms import Alpha
from bridge.engines.local.easings import easings
from bridge.engines.local.look import grade_words, strengths, vocabulary
from bridge.engines.local.look.vocabulary import LookStep
from bridge.engines.local.mask import mask_words, matte_words
from bridge.engines.local.move import camera
from bridge.engines.local.move.camera import Move
from bridge.engines.local.options import (
    LooksOptions,
    MatteOptions,
    MotionOptions,
    PaintOptions,
)
from bridge.errors import EngineRefused, EngineUnknown

MOST_STILLS = 1000
SAY_NOTHING = frozenset({"", "hold", "in between", "in-between", "between", "inbetween", "morph"})

LOOKS = Model(
    name="looks",
    kinds=frozenset({Kind.edit}),
    limits=Limits(references=2, concurrency=2),  # to match, and a mask
    options=LooksOptions,
    words=vocabulary.words(),
    strengths=vocabulary.strengths(),
    summary="Looks by name, and the colours of a reference still; exact, free, on this machine",
    alpha=Alpha.kept,
    sparse=True,
)
PAINT = Model(
    name="paint",
    kinds=frozenset({Kind.edit}),
    limits=Limits(keyframes=MOST_STILLS, min_keyframes=1, references=1, concurrency=2),
    options=PaintOptions,
    summary="Painted or graded frames, carried through the shot; free, on this machine",
    alpha=Alpha.kept,
    sparse=True,
)
MOTION = Model(
    name="motion",
    kinds=frozenset({Kind.generate}),
    limits=Limits(keyframes=MOST_STILLS, references=1, camera=True, concurrency=2),  # a matte
    options=MotionOptions,
    words={
        "zoom in 10%": "the view closes in; out, it opens",
        "dolly in 10%": "as zoom",
        "pan left 5%": "the view moves sideways, by part of the picture's width",
        "tilt up 5%": "the view moves up or down, by part of the picture's height",
        "roll cw 3deg": "the picture turns; ccw the other way",
        "ease-in-out": "after a move: how it gathers and loses speed",
    },
    summary="Moves through stills, and camera moves over one, deep where a matte is its reference "
    "still (white is near); free, on this machine",
    sparse=True,
)
MATTE = Model(
    name="matte",
    kinds=frozenset({Kind.edit}),
    limits=Limits(references=2, concurrency=2),  # a clean plate, and a mask
    options=MatteOptions,
    words=matte_words.WORDS,
    summary="The foreground alone, as ProRes 4444 with alpha; free, on this machine",
    alpha=Alpha.made,
    sparse=True,
)
MODELS = (LOOKS, PAINT, MOTION, MATTE)


def model_named(name: str) -> Model:
    for model in MODELS:
        if model.name == name:
            return model
    known = ", ".join(model.name for model in MODELS)
    raise EngineUnknown(f"The local engine has no model {name!r}.", hint=f"It has {known}.")


def check(request: RenderRequest) -> tuple[str, ...]:
    """Refuse what cannot be honoured; warnings as sentences. Files are not looked at."""
    model = model_named(request.model)
    _check_shape(request, model)
    options = model.checked(request.options)
    request = mask_words.parted(request, model).request
    if model is LOOKS:
        return _check_looks(request, cast("LooksOptions", options))
    if model is PAINT:
        return _check_paint(request)
    if model is MATTE:
        return matte_words.check(request, cast("MatteOptions", options))
    return _check_motion(request, cast("MotionOptions", options))


def look_plan(prompt: str, options: LooksOptions) -> tuple[tuple[LookStep, ...], LookStep | None]:
    """The looks in order with their final strengths, and the colour match, which comes first."""
    steps = [step.scaled(options.strength) for step in vocabulary.parse(prompt)]
    asked = [step for step in steps if step.look == vocabulary.MATCH]
    matched = asked[-1] if asked else None
    if options.match is not None or (options.grade and matched is None):
        whole = 1.0 if options.match is None else options.match
        matched = LookStep(vocabulary.MATCH, whole * options.strength)
    return tuple(step for step in steps if step.look != vocabulary.MATCH), matched


def moves_of(request: RenderRequest) -> tuple[Move, ...]:
    """The camera's moves from the camera words, and from a prompt that consists of such words."""
    return camera.parse_all([*request.camera, *_prompt_moves(request.prompt)])


def _prompt_moves(prompt: str) -> Sequence[str]:
    words = " ".join(prompt.casefold().split()).strip(".! ")
    return () if words in SAY_NOTHING else (words,)


def _check_shape(request: RenderRequest, model: Model) -> None:
    if request.kind not in model.kinds:
        kinds = " and ".join(sorted(model.kinds))
        raise EngineRefused(f"{model.name} does {kinds}, not {request.kind}.")
    if request.frames < 1 or request.width < 1 or request.height < 1:
        raise EngineRefused(
            f"{request.frames} frames of {request.width} x {request.height} cannot be made."
        )
    if request.width % 2:
        raise EngineRefused(
            f"Pictures of {request.width} x {request.height} cannot be written: "
            "ProRes needs an even width.",
            hint="Ask for one column less; the shot is cropped to it.",
        )
    for what, given, limit in (
        ("stills", len(request.keyframes), model.limits.keyframes),
        ("references", len(request.references), model.limits.references),
        ("camera words", len(request.camera), MOST_STILLS if model.limits.camera else 0),
    ):
        if given > limit:
            raise EngineRefused(f"{model.name} takes {limit or 'no'} {what}, and got {given}.")


def _check_looks(request: RenderRequest, options: LooksOptions) -> tuple[str, ...]:
    steps, matched = look_plan(request.prompt, options)
    over = strengths.parse(options.over)
    if options.grade:
        grade_words.parse(options.grade)
    if not steps and matched is None:
        known = f"It knows: {', '.join(vocabulary.LOOKS)}."
        raise EngineRefused("The prompt names no look.", hint=known)
    if matched is not None and not (request.references or options.grade):
        raise EngineRefused(
            "A colour match needs a still to match to, and there is no reference.",
            hint="Give the still as a reference.",
        )
    if request.references and options.grade:
        return ("The reference still is not used: the numbers of the grade are.",)
    if request.references and matched is None:
        return ('The reference still is not used: say "match" to take on its colours.',)
    used = [*steps, *([matched] if matched else [])]
    if over.nothing or all(step.nothing for step in used):
        return ("At strength 0 the shot comes back as it is.",)
    return ()


def _check_paint(request: RenderRequest) -> tuple[str, ...]:
    _check_stills(request)
    words = " ".join(request.prompt.casefold().split()).strip(".! ")
    if words in SAY_NOTHING:
        return ()
    raise EngineRefused(
        "Painted frames are carried through the shot as they are; the words say nothing to that.",
        hint="Leave the prompt empty, or leave the painted frames out to have a look by its name.",
    )


def _check_motion(request: RenderRequest, options: MotionOptions) -> tuple[str, ...]:
    moves = moves_of(request)
    if not request.keyframes:
        what = "Camera words need a still to move over." if moves else "There is no still."
        raise EngineRefused(what, hint="Give at least one keyframe: TIMECODE=IMAGE.")
    _check_stills(request)
    easings(options, len(request.keyframes) - 1)
    if request.references and len(request.keyframes) > 1:
        raise EngineRefused(
            "A matte parts one still into near and far, and there are several stills.",
            hint="Leave the matte out, or move over a single still.",
        )
    if len(request.keyframes) == 1 and not moves:
        unused = " The matte is not used." if request.references else ""
        return (f"One still and no camera move: the still is held.{unused}",)
    return ()


def _check_stills(request: RenderRequest) -> None:
    """Each inside, no two on one frame."""
    frames = [keyframe.frame for keyframe in request.keyframes]
    outside = [frame for frame in frames if not 0 <= frame < request.frames]
    if outside:
        raise EngineRefused(
            f"A still stands at frame {outside[0]}; the frames are 0 to {request.frames - 1}."
        )
    if len(set(frames)) != len(frames):
        twice = next(frame for frame in frames if frames.count(frame) > 1)
        raise EngineRefused(f"Two stills stand at frame {twice}.", hint="Leave one of them out.")
