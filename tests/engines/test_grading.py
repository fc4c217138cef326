"""Looks over whole shots: what is untouched, what changes over time, what several shots share."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from bridge.engines.base import Footage, Kind, RenderRequest
from bridge.engines.local import models
from bridge.engines.local.look.grading import graded
from bridge.engines.local.look.looks import Place, apply
from bridge.engines.local.look.planar import levels_of
from bridge.engines.local.notes import Notes
from bridge.engines.local.options import LooksOptions
from bridge.engines.local.pictures import HD, facts_of, shot, to_frame, to_picture
from bridge.errors import EngineRefused
from bridge.frames import Rate
from bridge.media.encode import Fit
from bridge.media.facts import Codec, Delivery
from bridge.media.limits import Guard
from bridge.media.probe import probe
from bridge.media.reader import pictures
from bridge.media.slate import Slate, make
from bridge.source import Source
from tests.engines.pictures import texture

GUARD = Guard()
FRAMES = 5
FORMS = {
    "8 bit": Slate(FRAMES, width=96, height=54, codec="libx264", pixel_format="yuv420p"),
    "10 bit": Slate(FRAMES, width=96, height=54, codec="prores_ks", pixel_format="yuv422p10le"),
    "444": Slate(FRAMES, width=98, height=50, codec="libx264", pixel_format="yuv444p10le"),
    "interlaced": Slate(FRAMES, width=96, height=64, codec="mpeg2video", interlaced=True),
    "variable": Slate(FRAMES, width=96, height=54, times=(0, 3000, 9000, 12000, 20000)),
}
EVERY_FORM = pytest.mark.parametrize("form", FORMS)


@pytest.fixture(scope="module")
def footage(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shots")
    suffix = {"10 bit": ".mov", "interlaced": ".mkv"}
    return {
        name: make(folder / f"{name}{suffix.get(name, '.mp4')}", slate)
        for name, slate in FORMS.items()
    }


def asked(path, prompt, **more):
    facts = probe(Source(path), GUARD)
    size = facts.width, facts.height
    rate = Rate.of(24)
    return RenderRequest(
        key="k",
        kind=Kind.edit,
        model="looks",
        prompt=prompt,
        frames=facts.frames,
        rate=rate,
        width=size[0],
        height=size[1],
        folder=path.parent,
        footage=Footage(path, facts.frames, rate, *size),
        **more,
    )


def made(request, mask_of=None, notes=None):
    """What goes to the encoder, as frames, and those that were decoded."""
    facts = facts_of(request.footage, GUARD)
    given = [to_frame(each) for each in graded(request, facts, GUARD, notes or Notes(), mask_of)]
    return given, list(pictures(facts.source, range(facts.frames), GUARD, facts)), facts


def seen(frames, colour):
    """Pictures of the frames as they are encoded."""
    return [
        to_picture(encoded(frame, colour), colour, VideoReformatter())
        if frame.format.is_rgb
        else to_picture(frame, colour, VideoReformatter())
        for frame in frames
    ]


def encoded(frame, colour):
    out, size = Path("unused.mov"), (frame.width, frame.height)
    order = Delivery((), out, Codec.prores_hq, Rate.of(24), *size, colour=colour)
    return Fit(order, "yuv422p10le")(frame)


def same(one: VideoFrame, other: VideoFrame) -> bool:
    return one.format.name == other.format.name and all(
        bytes(left) == bytes(right) for left, right in zip(one.planes, other.planes, strict=True)
    )


@EVERY_FORM
@pytest.mark.parametrize(
    ("prompt", "options"),
    [("dusk 0%", {}), ("blur, grain", {"strength": 0}), ("night", {"over": "0% at start"})],
)
def test_at_strength_0_the_decoded_frames_themselves_come_back(footage, form, prompt, options):
    given, decoded, _ = made(asked(footage[form], prompt, options=options))
    assert len(given) == len(decoded)
    assert all(same(one, other) for one, other in zip(given, decoded, strict=True))


@EVERY_FORM
@pytest.mark.parametrize("prompt", ["night", "blur and dusk"])
def test_outside_of_a_mask_every_sample_is_the_sources(footage, form, prompt):
    request = asked(footage[form], prompt)
    mask = np.zeros((request.height, request.width), np.float32)
    mask[10:31, 21:60] = 1
    mask[31:34, 21:60] = 0.5
    given, decoded, _ = made(request, lambda number, picture: mask)
    for one, other in zip(given, decoded, strict=True):
        deep = other.format.components[0].bits > 8
        wide = levels_of(other) if deep else [bytes_of(plane) * 4 for plane in other.planes]
        luma = levels_of(one)
        assert np.array_equal(luma[0][mask == 0], wide[0][mask == 0])
        assert (luma[0][mask == 1] != wide[0][mask == 1]).mean() > 0.9
        for new, old in zip(luma[1:], wide[1:], strict=True):
            rows, columns = (full // part for full, part in zip(mask.shape, new.shape, strict=True))
            inside = mask[: new.shape[0] * rows, : new.shape[1] * columns]
            inside = inside.reshape(new.shape[0], rows, new.shape[1], columns).min(axis=(1, 3))
            assert np.array_equal(new[inside == 0], old[inside == 0])


def bytes_of(plane):
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, -1)
    return rows[:, : plane.width].astype(np.uint16)


def test_a_look_comes_and_goes_as_its_words_say(footage):
    request = asked(footage["10 bit"], "dark from 0% to 100%")
    given, decoded, facts = made(request)
    ratios = light_of(given, facts) / light_of(decoded, facts)
    assert same(given[0], decoded[0])
    assert list(ratios) == sorted(ratios, reverse=True)
    turned = replace(request, prompt="dark", options={"over": "100% at start, 0% at middle"})
    given, decoded, facts = made(turned)
    assert not same(given[0], decoded[0])
    assert all(same(one, other) for one, other in zip(given[2:], decoded[2:], strict=True))


def light_of(frames, facts):
    return np.array([picture.mean() for picture in seen(frames, facts.colour)])


def test_a_preview_has_the_strengths_of_its_frames_in_the_shot(footage):
    whole = asked(footage["10 bit"], "dark from 0% to 100%")
    alone = replace(whole, frames=9, only=(0, 2, 4, 6, 8))
    one, _, _ = made(whole)
    other, _, _ = made(alone)
    assert all(same(left, right) for left, right in zip(one, other, strict=True))


@pytest.mark.parametrize(
    ("prompt", "size", "codec", "form"),
    [
        ("dusk", (1280, 720), "prores_ks", "yuv422p10le"),
        ("dusk, warm from 0% to 50%", (1280, 720), "prores_ks", "yuv422p10le"),
        ("dusk from 20% to 100%", (1280, 720), "prores_ks", "yuv422p10le"),
        ("vivid, grain from 0% to 50%", (1280, 720), "prores_ks", "yuv422p10le"),
        ("dusk, sharpen", (1280, 720), "prores_ks", "yuv422p10le"),
        ("warm", (1281, 721), "libx264", "yuv444p10le"),
    ],
)
def test_frames_that_go_through_a_table_are_what_floats_give(tmp_path, prompt, size, codec, form):
    large = Slate(FRAMES, Rate.of(24), *size, codec, form)
    request = asked(make(tmp_path / "large.mov", large), prompt)
    given, _, facts = made(request)
    steps, _ = models.look_plan(prompt, LooksOptions())
    for number, picture in enumerate(shot(facts, range(FRAMES), GUARD)):
        now = [step.at(Fraction(number, FRAMES - 1)) for step in steps]
        exact = apply(now, picture, Place(number))
        (one,), (other,) = seen(given[number : number + 1], HD), seen([to_frame(exact)], HD)
        assert np.abs(one - other).mean() < 0.5 / 1023


@pytest.mark.parametrize("prompt", ["grain", "vignette 50%, grain"])
@pytest.mark.parametrize(("form", "range_"), [("yuv420p", None), ("yuvj420p", "pc")])
def test_looks_over_small_frames_of_any_range_are_what_floats_give(tmp_path, prompt, form, range_):
    small = Slate(FRAMES, Rate.of(24), 320, 180, "libx264", form)
    request = asked(make(tmp_path / "small.mp4", small), prompt)
    given, _, facts = made(request)
    assert facts.colour.range == range_
    colour = replace(facts.colour, range="tv")  # of what is encoded
    steps, _ = models.look_plan(prompt, LooksOptions())
    for number, picture in enumerate(shot(facts, range(FRAMES), GUARD)):
        exact = apply(steps, picture, Place(number))
        one, other = seen([given[number], to_frame(exact)], colour)
        assert np.abs(one - other).mean() < 2 / 1023  # colour is resampled at edges


def test_the_numbers_of_a_match_give_another_shot_the_same_grade(footage, tmp_path):
    reference = tmp_path / "reference.png"
    cv2.imwrite(str(reference), (texture(4)[..., ::-1] * (90, 160, 250)).astype(np.uint8))
    notes = Notes()
    request = asked(footage["10 bit"], "match", references=(reference,))
    first, _, _ = made(request, notes=notes)
    given = replace(request, prompt="", references=(), options={"grade": notes.facts["grade"]})
    assert models.check(given) == ()
    again_notes = Notes()
    again, decoded, _ = made(given, notes=again_notes)
    assert all(same(one, other) for one, other in zip(first, again, strict=True))
    assert not same(again[0], decoded[0])
    assert again_notes.facts == notes.facts


def test_a_shot_may_be_the_reference(footage):
    """A shot that is matched to itself stays what it is."""
    path = footage["10 bit"]
    given, decoded, facts = made(asked(path, "match", references=(path,)))
    one, other = seen(given, facts.colour), seen(decoded, facts.colour)
    assert np.abs(np.array(one) - np.array(other)).mean() < 0.004  # colour is resampled at edges


@pytest.mark.parametrize(
    "options", [{"over": "sometimes"}, {"over": "50% at 60%, 10% at 20%"}, {"grade": "1 2 3"}]
)
def test_nonsense_in_the_options_is_refused_before_any_frame_is_read(footage, options):
    with pytest.raises(EngineRefused):
        models.check(asked(footage["8 bit"], "dusk", options=options))
