"""Painted frames are carried through a shot, and nothing else in it changes."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from av.video.reformatter import VideoReformatter

from bridge.engines.base import Footage, Keyframe, Kind, RenderRequest
from bridge.engines.local.look.planar import frame_of
from bridge.engines.local.notes import Notes
from bridge.engines.local.pictures import Made, facts_of, shot, to_picture
from bridge.engines.local.render import work
from bridge.frames import Rate
from bridge.media.limits import Guard
from bridge.media.slate import make
from tests.contracts.engine_contract import master
from tests.engines.pictures import psnr
from tests.engines.scenes import Cut, Scene, night

WIDTH, HEIGHT, FRAMES = 256, 144, 13
RATE = Rate.of(25)
SCENE = Scene(2, "B", WIDTH, HEIGHT, middle=6)


@dataclass(frozen=True)
class Shot:
    folder: Path
    footage: Footage

    @property
    def sources(self) -> list[np.ndarray]:
        """As they are decoded."""
        facts = facts_of(self.footage, Guard())
        return list(shot(facts, range(facts.frames), Guard()))

    def shown(self, made: Made) -> np.ndarray:
        if isinstance(made, np.ndarray):
            return made
        return to_picture(made, facts_of(self.footage, Guard()).colour, VideoReformatter())

    def held(self, picture: np.ndarray) -> np.ndarray:
        """As the shot's samples can hold it, of which two pixels share one of colour."""
        form = {"format": "yuv422p10le", "dst_colorspace": 1, "dst_color_range": 1}
        return self.shown(VideoReformatter().reformat(frame_of(picture), **form))

    def still(self, frame: int, picture: np.ndarray, name: str = "", bits: int = 16) -> Keyframe:
        path = self.folder / (name or f"{frame}.png")
        whole = np.rint(picture * (2**bits - 1)).astype(np.uint16 if bits == 16 else np.uint8)
        order = [2, 1, 0, 3][: picture.shape[2]]
        cv2.imwrite(str(path), np.ascontiguousarray(whole[..., order]))
        return Keyframe(frame, path)

    def painted(self, *stills: Keyframe, guard: Guard | None = None, **more):
        """The pictures, and what was noted."""
        request = RenderRequest(
            key="paint",
            kind=Kind.edit,
            model="paint",
            prompt="",
            frames=more.pop("frames", self.footage.frames),
            rate=RATE,
            width=self.footage.width,
            height=self.footage.height,
            folder=self.folder / "work",
            footage=self.footage,
            keyframes=stills,
            **more,
        )
        notes = Notes()
        made = [self.shown(each) for each in work(request, guard or Guard(), notes).pictures]
        assert len(made) == len(notes.sureness) == self.footage.frames
        return made, notes


def shot_of(folder: Path, scene, numbers=range(FRAMES)) -> Shot:
    def painter(place: int, width: int, height: int, alpha: bool = False) -> np.ndarray:
        return np.rint(scene.frame(numbers[place]) * 255).astype(np.uint8)

    path = make(folder / "shot.mov", master(len(numbers), RATE, WIDTH, HEIGHT), painter)
    return Shot(folder, Footage(path, len(numbers), RATE, WIDTH, HEIGHT))


@pytest.fixture(scope="module")
def filmed(tmp_path_factory) -> Shot:
    return shot_of(tmp_path_factory.mktemp("shot"), SCENE)


def signed(picture: np.ndarray) -> np.ndarray:
    """With a red sign in the middle of the ground's free part."""
    made = picture.copy()
    made[20:50, 150:200] = (0.9, 0.1, 0.1)
    return made


@pytest.mark.parametrize(
    ("frames", "quality"),
    [((0,), "best"), ((12,), "fast"), ((5,), "best"), ((0, 12), "fast"), ((1, 4, 11), "best")],
)
def test_paint_goes_where_it_was_painted_on(filmed, frames, quality):
    stills = [filmed.still(frame, SCENE.frame(frame, edited=True)) for frame in frames]
    made, _ = filmed.painted(*stills, options={"quality": quality})
    plain, wanted = zip(
        *(map(filmed.held, (SCENE.frame(t), SCENE.frame(t, True))) for t in range(FRAMES)),
        strict=True,
    )
    held = wanted[frames[0]] - plain[frames[0]]
    rest = [frame for frame in range(FRAMES) if frame not in frames]
    ours, hold, none = (
        np.mean([psnr(picture(t), wanted[t]) for t in rest])
        for picture in (
            lambda t: made[t],
            lambda t: np.clip(plain[t] + held, 0, 1),
            lambda t: plain[t],
        )
    )
    assert ours > max(hold, none) + 3


def test_the_painted_frame_is_the_painted_picture(filmed):
    painted = np.rint(SCENE.frame(5, edited=True) * 65535) / 65535
    made, notes = filmed.painted(filmed.still(5, painted))
    assert psnr(made[5], painted) > 90
    assert notes.sureness[5] == 1
    assert min(notes.sureness) > 0.5


def test_what_nobody_painted_stays_bit_for_bit(filmed):
    sources = filmed.sources
    made, _ = filmed.painted(filmed.still(6, signed(sources[6])))
    for frame in (0, 5, 7, 12):
        changed = np.abs(made[frame] - sources[frame]).max(axis=2) > 0
        assert 1000 < changed.sum() < 3000
        assert not changed[80:].any()


@pytest.mark.parametrize("bits", [8, 16])
def test_a_frame_that_was_only_saved_changes_nothing(filmed, bits):
    sources = filmed.sources
    made, notes = filmed.painted(filmed.still(6, sources[6], bits=bits))
    for frame in range(FRAMES):
        assert frame == 6 or np.array_equal(made[frame], sources[frame])
    assert notes.sureness == [1.0] * FRAMES


def test_where_a_still_is_transparent_the_shot_shows(filmed):
    sources = filmed.sources
    layer = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    layer[20:50, 150:200] = (0.9, 0.1, 0.1, 1)
    over, _ = filmed.painted(filmed.still(6, layer))
    whole, _ = filmed.painted(filmed.still(6, signed(sources[6]), "whole.png"))
    assert np.array_equal(over[6][60:], sources[6][60:])
    assert min(psnr(one, other) for one, other in zip(over, whole, strict=True)) > 45


def test_half_transparent_paint_is_half_there(filmed):
    layer = np.full((HEIGHT, WIDTH, 4), 0.5, np.float32)
    layer[..., 3] = 128 / 255
    made, _ = filmed.painted(filmed.still(6, layer))
    assert psnr(made[6], filmed.sources[6] * (127 / 255) + 0.5 * (128 / 255)) > 60


def test_a_relight_is_found_as_a_grade(filmed):
    sources = filmed.sources
    made, notes = filmed.painted(filmed.still(3, night(sources[3])))
    assert min(psnr(made[t], night(sources[t])) for t in range(FRAMES)) > 40
    assert min(notes.sureness) > 0.9


def test_a_cut_stops_it(tmp_path):
    other = Scene(3, "C", WIDTH, HEIGHT, middle=6)
    filmed = shot_of(tmp_path, Cut(SCENE, other, 8))
    sources = filmed.sources
    made, notes = filmed.painted(filmed.still(4, signed(sources[4])))
    assert all(np.array_equal(made[t], sources[t]) for t in range(8, FRAMES))
    assert notes.sureness[8:] == [0.0] * 5
    assert notes.sureness[4] == 1
    assert notes.warnings == [
        "Frames 8 to 12 lie behind a cut and have no painted frame: they stay as they were.",
    ]


def test_painted_frames_on_both_sides_of_a_cut_do_not_mix(tmp_path):
    other = Scene(3, "C", WIDTH, HEIGHT, middle=6)
    filmed = shot_of(tmp_path, Cut(SCENE, other, 8))
    sources = filmed.sources
    alone, _ = filmed.painted(filmed.still(4, signed(sources[4])))
    both, notes = filmed.painted(
        filmed.still(4, signed(sources[4])), filmed.still(10, night(sources[10]))
    )
    assert all(np.array_equal(alone[t], both[t]) for t in range(8))
    assert psnr(both[8], night(sources[8])) > 35
    assert notes.warnings == []


def test_what_cannot_be_followed_is_unsure(filmed, tmp_path):
    jumping = shot_of(tmp_path, SCENE, [0, 1, 2, 3, 3, 3, 60, 61, 62, 63, 64, 65])
    made, notes = jumping.painted(jumping.still(0, SCENE.frame(0, edited=True)))
    assert min(notes.sureness[6:]) < min(notes.sureness[:6])
    assert len(made) == 12


@pytest.mark.parametrize(
    ("size", "words"),
    [((128, 72), "it was scaled to 256 x 144."), ((256, 200), "it was scaled and cropped to")],
)
def test_another_size_is_fitted_and_said(filmed, size, words):
    picture = cv2.resize(signed(filmed.sources[6]), size)
    made, notes = filmed.painted(filmed.still(6, picture, f"{size[1]}.png"))
    assert made[6].shape == (HEIGHT, WIDTH, 3)
    assert words in notes.warnings[0]


def test_the_same_request_gives_the_same_pictures(filmed):
    stills = [filmed.still(t, SCENE.frame(t, edited=True)) for t in (2, 9)]
    one, other = (filmed.painted(*stills)[0] for _ in range(2))
    assert all(np.array_equal(*pair) for pair in zip(one, other, strict=True))


def test_tracks_that_were_kept_are_taken_and_give_the_same_pictures(filmed, tmp_path):
    stills = [filmed.still(t, SCENE.frame(t, edited=True)) for t in (2, 9)]
    plain, _ = filmed.painted(*stills)
    first, _ = filmed.painted(*stills, kept=tmp_path)
    files = {path: path.stat().st_ino for path in tmp_path.glob("*/*")}
    assert len(files) == 4  # both ways from each of them
    stills[0] = filmed.still(2, signed(SCENE.frame(2)), "another.png")
    other, _ = filmed.painted(*stills, kept=tmp_path)
    assert {path: path.stat().st_ino for path in tmp_path.glob("*/*")} == files
    anew, _ = filmed.painted(*stills)
    assert all(np.array_equal(*pair) for pair in zip(plain, first, strict=True))
    assert all(np.array_equal(*pair) for pair in zip(anew, other, strict=True))


def test_a_few_frames_alone_look_as_they_will(filmed, tmp_path):
    few = [0, 4, 8, 12]
    still = filmed.still(4, signed(filmed.sources[4]), "sign.png")
    whole, _ = filmed.painted(still)
    part = shot_of(tmp_path, SCENE, few)
    made, _ = part.painted(still, frames=FRAMES, only=tuple(few))
    assert all(psnr(made[place], whole[t]) > 30 for place, t in enumerate(few))


def test_a_preview_without_any_painted_frame_says_so(filmed, tmp_path):
    part = shot_of(tmp_path, SCENE, [0, 6])
    still = filmed.still(4, signed(filmed.sources[4]), "sign.png")
    made, notes = part.painted(still, frames=FRAMES, only=(0, 6))
    assert all(np.array_equal(*pair) for pair in zip(made, part.sources, strict=True))
    assert notes.sureness == [0.0, 0.0]
    assert notes.warnings == ["No painted frame is among the frames of this preview."]


def test_it_says_that_it_works_and_can_be_stopped_at_any_time(filmed):
    beats = []

    class Stopped(BaseException):
        pass

    def beat() -> None:
        beats.append(1)
        if len(beats) == limit:
            raise Stopped

    limit = 0
    still = filmed.still(12, signed(filmed.sources[12]))
    filmed.painted(still, guard=Guard(beat=beat))
    count = len(beats)
    assert count > 4 * FRAMES
    for each in (FRAMES, 2 * FRAMES, count - 2):
        limit = each
        beats.clear()
        with pytest.raises(Stopped):
            filmed.painted(still, guard=Guard(beat=beat))
    assert list((filmed.folder / "work").iterdir()) == []
