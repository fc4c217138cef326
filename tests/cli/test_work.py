"""`plan`, `edit` and `generate` as an editor types them, against a real daemon and real media."""

import json
from pathlib import Path

import cv2
import opentimelineio as otio
import pytest

from bridge.cli import options
from bridge.cli.options import beside
from bridge.engines.base import Kind
from bridge.errors import UsageError
from bridge.media.slate import numbers, paint
from bridge.timeline.clips import clips
from bridge.timeline.read import read
from bridge.wire.recipes import RecipeIn
from tests.cli.conftest import Desk

TAKE_FIELDS = {
    "take",
    "clip",
    "media",
    "record_start",
    "frames",
    "rate",
    "source_start",
    "engine",
    "model",
    "credits",
}


def test_an_edit_prints_one_object_and_writes_the_timeline(desk: Desk) -> None:
    said = desk(
        "edit", desk.folder / "cut.otio", "--clip", "one", "--clip", "V1:3",
        "--prompt", "brighter 10%", "--handles", 4, "--json",
    )  # fmt: skip
    assert said.status == 0, said.err
    result = said.json
    assert result["status"] == "done"
    assert result["timeline"] == str(desk.folder / "cut.ai.otio")
    one, two = result["takes"]
    assert set(one) == TAKE_FIELDS
    assert (one["record_start"], one["frames"], one["rate"]) == (0, 20, "25/1")
    assert (two["record_start"], two["source_start"]) == (40, 4)
    assert numbers(Path(one["media"])) == tuple(range(6, 34))
    assert numbers(Path(two["media"])) == tuple(range(46, 74))
    placed = [clip for clip in clips(read(Path(result["timeline"]))) if clip.place[:2] == "V2"]
    assert [clip.record.start for clip in placed] == [0, 40]


def test_delivered_files_lie_beside_the_timeline_with_their_lineage(desk: Desk) -> None:
    out = desk.folder / "new.otio"
    said = desk(
        "edit", desk.folder / "cut.otio", "--clip", "one", "-p", "dusk", "-o", out, "--json"
    )
    (take,) = said.json["takes"]
    media = Path(take["media"])
    assert media.parent == desk.folder / "new takes"
    sidecar = json.loads(media.with_name(media.name + ".json").read_text())
    assert sidecar["prompt"] == "dusk"
    assert sidecar["take"]["source_frames"] == [[10, 1, 20]]
    listed = desk("takes", "--json").json["takes"]
    assert take["take"] in {known["id"] for known in listed}


def test_appended_takes_are_reported_where_they_lie(desk: Desk) -> None:
    words = ("--clip", "V1:1", "--clip", "V1:3", "-p", "dusk", "--mode", "append", "--json")
    said = desk("edit", desk.folder / "cut.otio", *words)
    assert said.status == 0, said.err
    # behind the 185 frames of the cut, one after another
    assert [take["record_start"] for take in said.json["takes"]] == [185, 205]


def test_a_generated_shot_begins_where_it_should(desk: Desk) -> None:
    still = desk.folder / "still.png"
    cv2.imwrite(str(still), paint(7, 160, 90))
    said = desk(
        "generate", desk.folder / "cut.otio", "--at", "01:00:01:00", "--duration", 12,
        "--keyframe", f"01:00:01:00={still}", "--camera", "zoom in 5% ease-in-out", "--json",
    )  # fmt: skip
    assert said.status == 0, said.err
    (take,) = said.json["takes"]
    assert (take["record_start"], take["frames"], take["model"]) == (25, 12, "motion")


def test_a_clip_is_extended_and_its_last_frame_not_shown_twice(desk: Desk) -> None:
    said = desk(
        "extend", desk.folder / "cut.otio", "--clip", "one", "--duration", 6, "--json",
        "--budget", "1.5", "--project", "film",
    )  # fmt: skip
    assert said.status == 0, said.err
    (take,) = said.json["takes"]
    assert (take["record_start"], take["frames"], take["source_start"]) == (20, 6, 1)
    assert numbers(Path(take["media"])) == (29,) * 7


def test_a_gap_is_filled_between_the_clips_beside_it(desk: Desk) -> None:
    document = otio.adapters.read_from_file(str(desk.folder / "cut.otio"))
    document.tracks[0].insert(1, otio.schema.Gap(duration=otio.opentime.RationalTime(5, 25)))
    otio.adapters.write_to_file(document, str(desk.folder / "holes.otio"))
    said = desk("fill", desk.folder / "holes.otio", "--at", "V1@01:00:00:22", "--json")
    assert said.status == 0, said.err
    (take,) = said.json["takes"]
    assert (take["record_start"], take["frames"], take["source_start"]) == (20, 5, 1)


@pytest.mark.parametrize(
    ("words", "record", "frames", "keyframes"),
    [
        (("--extend", "V1:3", "--duration", 9), 60, 9, [(0, 69)]),
        (
            ("--at", "01:00:00:10", "--duration", 10, "--keyframe", "01:00:00:12=@01:00:01:00"),
            10,
            10,
            [(2, 5)],
        ),
    ],
)
def test_new_shots_are_planned_without_being_made(
    words: tuple[object, ...],
    record: int,
    frames: int,
    keyframes: list[tuple[int, int]],
    desk: Desk,
) -> None:
    before = sorted(desk.folder.iterdir())
    plan = desk("plan", desk.folder / "cut.otio", *words, "--json").json
    (shot,) = plan["shots"]
    assert (shot["place"], shot["record_start"], shot["frames"]) == (None, record, frames)
    assert [(key["frame"], key["source_frame"]) for key in shot["keyframes"]] == keyframes
    assert sorted(desk.folder.iterdir()) == before


def test_windows_go_to_the_keyframes_inside_them() -> None:
    made = recipe_of(
        "--keyframe", "01:00:04:12=a.png", "--keyframe", "01:00:00:05=@01:00:09:00",
        "--window", "01:00:00:00-01:00:02:00", "--window", "01:00:04:00-01:00:06:00",
        "--reference", "@V2@01:00:03:00", "--reference", "b.png",
        "--set", 'moderation={"threshold": "low"}', "--set", "parts=[1, 2]", "--set", "ratio=16:9",
    )  # fmt: skip
    assert [(still.at, still.frame_of, still.window) for still in made.keyframes] == [
        ("01:00:04:12", None, "01:00:04:00-01:00:06:00"),
        ("01:00:00:05", "01:00:09:00", "01:00:00:00-01:00:02:00"),
    ]
    assert made.reference_frames == ("V2@01:00:03:00",)
    assert [Path(path).name for path in made.references] == ["b.png"]
    assert made.options == {
        "moderation": {"threshold": "low"},
        "parts": [1, 2],
        "ratio": "16:9",
    }


@pytest.mark.parametrize(
    "words",
    [
        ("--keyframe", "10=a.png", "--window", "20-30"),  # around none
        ("--keyframe", "10=a.png", "--keyframe", "50=b.png", "--window", "0-30"),  # one without
        ("--keyframe", "10=a.png", "--keyframe", "20=b.png", "--window", "0-30"),  # around two
        ("--keyframe", "10=a.png", "--window", "01:00:00:00-01:00:02:00"),  # unlike words
        ("--keyframe", "10=a.png", "--window", "soon"),
        ("--keyframe", "10=@"),
        ("--set", "x={"),
    ],
)
def test_windows_and_values_that_cannot_be_are_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        recipe_of(*words)


def recipe_of(*words: str) -> RecipeIn:
    args = options.work().parse_args(["cut.otio", *words])
    return options.recipe(Kind.edit, args)


def test_a_plan_shows_everything_and_does_nothing(desk: Desk) -> None:
    before = sorted(desk.folder.iterdir())
    said = desk("plan", desk.folder / "cut.otio", "-p", "dusk", "--json")
    plan = said.json
    assert [shot["place"] for shot in plan["shots"]] == ["V1:1", "V1:2", "V1:3"]
    assert [left["place"] for left in plan["left_out"]] == ["V1:4", "V1:6", "V1:5"]
    assert plan["price"] == 0
    assert plan["sent_to"] is None
    assert sorted(desk.folder.iterdir()) == before


def test_clips_are_listed_with_their_places(desk: Desk) -> None:
    listed = desk("plan", desk.folder / "cut.otio", "--list", "--json").json["clips"]
    assert [(clip["place"], clip["timecode"]) for clip in listed][:2] == [
        ("V1:1", "01:00:00:00"),
        ("V1:2", "01:00:00:20"),
    ]


def test_what_cannot_be_worked_on_is_named_and_the_rest_is_done(desk: Desk) -> None:
    said = desk("edit", desk.folder / "cut.otio", "--clip", "all", "-p", "dusk", "--json")
    assert said.status == 0, said.err
    assert [take["record_start"] for take in said.json["takes"]] == [0, 20, 40]
    left_out = [warning for warning in said.json["warnings"] if "is left out" in warning]
    assert [warning.split()[0] for warning in left_out] == ["V1:4", "V1:6", "V1:5"]


BAD = {
    "no such clip": (("--clip", "V9:1"), "clip_not_found", 1),
    "two of one name": (("--clip", "two"), "clip_ambiguous", 1),
    "missing media": (("--clip", "gone"), "media_missing", 1),
    "longer than its media": (("--clip", "long"), "range", 1),
    "made by the editor": (("--clip", "title"), "shot_refused", 1),
    "an empty range": (("--clip", "01:00:00:05-01:00:00:05"), "range", 1),
    "overlapping ranges": (
        ("--clip", "01:00:00:00-01:00:00:10", "--clip", "01:00:00:05-01:00:00:15"),
        "range",
        1,
    ),
    "no clip": ((), "usage", 2),
    "unknown words": (("--clip", "one", "-p", "frobnicate"), "engine_refused", 1),
    "unknown engine": (("--clip", "one", "--engine", "nope"), "engine_unknown", 1),
    "unknown model": (("--clip", "one", "--model", "nope"), "engine_unknown", 1),
    "unknown option": (("--clip", "one", "--set", "nope=1"), "usage", 2),
    "a malformed still": (("--clip", "one", "--keyframe", "x"), "usage", 2),
    "onto its own input": (("--clip", "one", "-o", "cut.otio"), "timeline_unwritable", 1),
    "unknown flag": (("--clip", "one", "--bogus"), "usage", 2),
    "a budget of words": (("--clip", "one", "--budget", "much"), "usage", 2),
    "a still of two kinds": (("--clip", "one", "--keyframe", "01:00:00:01=@"), "usage", 2),
    "negative handles": (("--clip", "one", "--handles", "-1"), "usage", 2),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_a_sentence_a_code_and_a_hint(
    name: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, code, status = BAD[name]
    monkeypatch.chdir(desk.folder)
    said = desk("edit", "cut.otio", "-p", "dusk", *words)
    assert (said.status, f"[{code}]" in said.err) == (status, True), said.err
    assert "->" in said.err
    assert "Traceback" not in said.err
    assert sorted(file.name for file in desk.folder.iterdir()) == ["A.mov", "B.mov", "cut.otio"]


def test_what_is_no_timeline_is_refused_by_name(desk: Desk) -> None:
    for content in ("", "{", "[]", '{"OTIO_SCHEMA": "Timeline.99"}', "\x00\xff", "hello"):
        bad = desk.folder / "bad.otio"
        bad.write_text(content, encoding="latin-1")
        said = desk("edit", bad, "--clip", "one", "-p", "dusk")
        assert (said.status, "[timeline_unreadable]" in said.err) == (1, True), (content, said.err)
    said = desk("edit", desk.folder / "nothing.otio", "--clip", "one", "-p", "dusk")
    assert "[timeline_unreadable]" in said.err


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("cut.otio", "cut.ai.otio"), ("cut.xml", "cut.ai.otio"), ("cut.OTIOZ", "cut.ai.OTIOZ")],
)
def test_the_new_timeline_gets_a_free_name_of_its_kind(
    tmp_path: Path, name: str, wanted: str
) -> None:
    assert beside(tmp_path / name) == tmp_path / wanted
    (tmp_path / wanted).touch()
    assert beside(tmp_path / name) == tmp_path / wanted.replace(".ai", ".ai-2")


def test_the_frames_of_takes_are_written_as_pictures(desk: Desk) -> None:
    made = desk(
        "edit", desk.folder / "cut.otio", "--clip", "one", "-p", "dusk 30%", "--json"
    ).json  # fmt: skip
    said = desk("takes", "--job", made["job"], "--pictures", desk.folder / "frames", "--json").json
    (folder,) = map(Path, said["pictures"])
    assert folder.name == Path(made["takes"][0]["media"]).stem
    assert len(list(folder.glob("*.png"))) == 20
