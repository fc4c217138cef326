"""Painted frames from the command line: carried through a shot, or refused in a sentence."""

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

from bridge.media.limits import Guard
from bridge.media.reader import pictures
from bridge.media.slate import numbers, paint
from bridge.source import Source
from tests.cli.conftest import Desk

SIGN = (slice(44, 66), slice(84, 120))  # rows and columns of 72 x 128
MASK = "rectangle 60% 50% 40% 50%"


def still(path: Path, number: int, width: int = 128, height: int = 72) -> Path:
    picture = paint(number, 128, 72)
    picture[SIGN] = (220, 30, 30)
    cv2.imwrite(str(path), cv2.resize(picture, (width, height))[..., ::-1])
    return path


def edited(desk: Desk, *keyframes: object, clip: str = "one"):
    stills = [word for keyframe in keyframes for word in ("--keyframe", keyframe)]
    return desk(
        "edit", desk.folder / "cut.otio", "--clip", clip, "--model", "paint", *stills,
        "--set", f"mask={MASK}", "--json",
    )  # fmt: skip


def test_painted_frames_of_any_shape_are_carried_and_told_of(desk: Desk) -> None:
    """On the first and the last frame; one of another size, one of another shape."""
    first = still(desk.folder / "first.png", 10, 256, 144)
    last = still(desk.folder / "last.png", 29, 144, 96)
    said = edited(desk, f"01:00:00:00={first}", f"01:00:00:19={last}")
    assert said.status == 0, said.err
    (take,) = said.json["takes"]
    media = Path(take["media"])
    assert numbers(media) == tuple(range(10, 30))
    made = [
        frame.to_ndarray(format="rgb24") for frame in pictures(Source(media), range(20), Guard())
    ]
    for picture in made:
        red, green, blue = picture[50:60, 96:108].reshape(-1, 3).mean(axis=0)
        assert red > green + 60 > blue
    lineage = json.loads(media.with_name(media.name + ".json").read_text())["take"]
    assert "bit for bit before encoding" in lineage["notes"]["outside the mask"]
    assert "on 5 frames" in lineage["notes"]["outside the mask, encoded"]
    (shown,) = [
        each for each in desk("takes", "--json").json["takes"] if each["id"] == take["take"]
    ]
    assert shown["notes"] == lineage["notes"]
    assert any("last.png is 144 x 96" in words for words in shown["warnings"])


BAD: dict[str, tuple[str, str, str]] = {
    "before the shot": ("00:59:59:24", "range", "before the timeline's start"),
    "behind the shot": ("01:00:00:20", "range", "outside the shot"),
    "between two frames": ("01:00:00:04.5", "usage", "01:00:00:04.5"),
    "negative": ("-01:00:00:04", "usage", "--keyframe"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_painted_frame_at_an_odd_time_is_refused(desk: Desk, name: str) -> None:
    at, code, words = BAD[name]
    said = edited(desk, f"{at}={still(desk.folder / 'a.png', 12)}")
    assert said.status != 0
    assert f"[{code}]" in said.err
    assert words in said.err
    assert "->" in said.err


def test_two_painted_frames_at_one_time_are_refused(desk: Desk) -> None:
    stills = [still(desk.folder / f"{name}.png", 12) for name in "ab"]
    said = edited(desk, *(f"01:00:00:04={path}" for path in stills))
    assert "[range]" in said.err
    assert "a.png and b.png are for the same frame" in said.err


PUT: dict[str, tuple[Callable[[Path], object], str]] = {
    "words.png": (lambda path: path.write_text("not a picture"), "media_unsupported"),
    "empty.png": (lambda path: path.write_bytes(b""), "media_damaged"),
    "cut.png": (
        lambda path: path.write_bytes(still(path, 12).read_bytes()[:300]),
        "media_damaged",
    ),
    "folder.png": (lambda path: path.mkdir(), "media_forbidden"),
    "gone.png": (lambda path: None, "media_missing"),
}


@pytest.mark.parametrize("name", PUT)
def test_what_is_no_picture_is_refused_by_name(desk: Desk, name: str) -> None:
    put, code = PUT[name]
    put(desk.folder / name)
    said = edited(desk, f"01:00:00:04={desk.folder / name}")
    assert said.status == 1
    assert f"[{code}]" in said.err
    assert name in said.err
    assert "relink" not in said.err.split("->")[1]
