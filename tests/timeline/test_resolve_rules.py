"""Each rule of Resolve's import can be broken alone, and is found where it is broken."""

import json
import math

import pytest
from opentimelineio import schema

from bridge.timeline.facts import Flavour
from bridge.timeline.flavours import complaints
from bridge.timeline.read import read
from bridge.timeline.resolve_cut import parsed
from bridge.timeline.resolve_rules import RULES, Harm, check
from tests.corpus import corpus_files, needs_corpus
from tests.timeline.making import (
    clip,
    dissolve,
    gap,
    saved,
    span,
    stack,
    timeline,
    track,
    warp,
)
from tests.timeline.test_linear import calls

OURS = {"nle_bridge": {"take": "t1"}}


def small():
    """Four clips and a take at 24 frames per second, all of whose media begins at 01:00:00:00."""
    flag = schema.Marker("m", span(86460, 1))
    media = (86400, 500, 24.0)
    return timeline(
        track(
            clip("a", 86400, media=media),
            dissolve(2, 3),
            clip("b", 86450, media=media, markers=[flag]),
            clip("still", 0, count=48, media=(0, 1, 24.0), url="/media/a.png"),
            clip("fast", 86400, media=media, effects=[warp(2)]),
            name="Video 1",
        ),
        track(gap(24), take(86402, media), gap(72), name="Video 2"),
        track(clip("a", 86400, count=120, media=media), name="Audio 1", kind="Audio"),
        name="small 2",
    )


def large():
    """A nest, mixed media rates and a reversed clip, at 50 frames per second from 10:00:00:00."""
    inside = track(
        clip("leaf", 0, 100, rate=50.0, media=(0, 200, 50.0), url="E:\\in side\\leaf.mxf"),
        name="Video 1",
    )
    mixed = (36000 * 25, 400, 25.0)
    return timeline(
        track(
            stack(inside, source=span(10, 50, 50.0)),
            clip("half", 36000 * 50 + 3, 100, rate=50.0, media=mixed),
            clip("back", 36000 * 50, 60, rate=50.0, media=mixed, effects=[warp(-1.5)]),
            name="Video 1",
        ),
        track(take(1800002, (1800000, 300, 50.0), 50.0), gap(186, 50.0), name="Video 2"),
        track(gap(210, 50.0), name="Audio 1", kind="Audio"),
        name="large 2",
        start=1800000,
        rate=50.0,
    )


def take(start, media, rate=24.0):
    made = clip("take", start, 24, rate=rate, media=media, url="/takes/t1.mov")
    made.metadata.update(OURS)
    made.media_reference.metadata.update(OURS)
    return made


def data_of(made):
    return json.loads(made.to_json_string())


def old_of(made):
    old = data_of(made)
    old["name"] = old["name"].removesuffix(" 2")
    return old


def broken(data, old, exists=lambda _: True):
    return [(one.rule.name, one.place) for one in check(data, old=old, exists=exists)]


def first(data):
    """The first clip on the first track, which may begin with a nest."""
    return next(item for item in rows(data)[0]["children"] if item["OTIO_SCHEMA"] == "Clip.2")


def reference(data):
    return first(data)["media_references"]["DEFAULT_MEDIA"]


def ours(data):
    return next(item for item in rows(data)[1]["children"] if item["OTIO_SCHEMA"] == "Clip.2")


def retimed(data):
    return rows(data)[0]["children"][-1]


def lose(data):
    first(data)["media_references"]["DEFAULT_MEDIA"] = {
        "OTIO_SCHEMA": "MissingReference.1",
        "metadata": {},
        "name": "",
        "available_range": None,
    }


def rekey(data):
    first(data)["media_references"] = {"mine": reference(data)}
    first(data)["active_media_reference_key"] = "mine"


def at_25(data):
    own = first(data)["source_range"]
    for value in (own["start_time"], own["duration"]):
        value["value"] *= 50 / value["rate"]
        value["rate"] = 50.0 if value["rate"] != 50 else 25.0
        value["value"] *= value["rate"] / 50


def long_dissolve(data):
    rows(data)[0]["children"].insert(-1, data_of(dissolve(500, 3)))


def add_marker(data):
    flag = data_of(schema.Marker("late", span(9_000_000, 1)))
    ours(data)["markers"].append(flag)


def add_effect(data):
    ours(data)["effects"].append(data_of(schema.Effect("", "Resolve Effect")))


def set_in(holder, *keys):
    """A change: the value under these keys, the last of which is the new one."""

    def change(data):
        target = holder(data)
        for key in keys[:-2]:
            target = target[key]
        target[keys[-2]] = keys[-1]

    return change


def whole(data):
    return data


def rows(data):
    return data["tracks"]["children"]


NAN_EFFECT = {"OTIO_SCHEMA": "Effect.1", "metadata": {"x": [math.nan]}}
PROVOCATIONS = [
    ("named", set_in(whole, "name", " "), "The timeline"),
    ("start_kept", set_in(whole, "global_start_time", "value", 0.0), "The timeline"),
    ("start_kept", set_in(whole, "global_start_time", None), "The timeline"),
    ("stock_schemas", set_in(first, "effects", [{"OTIO_SCHEMA": "Grade.1"}]), "first"),
    ("stock_schemas", set_in(first, "effects", [{"OTIO_SCHEMA": "Effect.9"}]), "first"),
    ("plain_metadata", set_in(first, "metadata", {"x": {"OTIO_SCHEMA": "Gap.1"}}), "first"),
    ("plain_metadata", set_in(first, "effects", [NAN_EFFECT]), "first"),
    ("decimal_points", set_in(reference, "available_range", "duration", "value", 300), "first"),
    ("references_by_key", rekey, "first"),
    ("references_by_key", set_in(first, "active_media_reference_key", "none"), "first"),
    ("no_placeholders", lose, "first"),
    ("media_ranges", set_in(reference, "available_range", None), "first"),
    ("bare_paths", set_in(reference, "target_url", "file:///media/a.mov"), "first"),
    ("bare_paths", set_in(reference, "target_url", "media/a.mov"), "first"),
    ("on_the_medias_clock", set_in(first, "source_range", "start_time", "value", 7.0), "first"),
    ("inside_media", set_in(first, "source_range", "start_time", "value", 9e6), "first"),
    ("markers_inside", add_marker, "V2:1"),
    ("takes_plain", add_effect, "V2:1"),
    ("retimes_kept", lambda data: retimed(data)["effects"][0].update(time_scalar=0.75), "last"),
    ("transitions_fit", long_dissolve, "V1"),
    ("one_rate", at_25, "V1"),
    ("numbered_tracks", lambda data: rows(data)[1].update(name="AI takes"), "V2"),
    ("unique_tracks", lambda data: rows(data)[1].update(name="Video 1"), "The timeline"),
    ("padded_tracks", lambda data: rows(data)[1]["children"].pop(), "V2"),
]
PLACES = {small: {"first": "V1:1", "last": "V1:4"}, large: {"first": "V1:2", "last": "V1:3"}}


@pytest.mark.parametrize("made", [small, large])
def test_a_timeline_in_resolves_shape_breaks_no_rule(made):
    assert broken(made(), old_of(made())) == []
    assert broken(data_of(made()), None) == []


@pytest.mark.parametrize("made", [small, large])
@pytest.mark.parametrize(("rule", "change", "place"), PROVOCATIONS)
def test_each_rule_is_broken_alone(made, rule, change, place):
    data = data_of(made())
    change(data)
    assert broken(data, old_of(made())) == [(rule, PLACES[made].get(place, place))]


def test_the_rules_that_need_a_word_of_their_own():
    data, old = data_of(small()), old_of(small())
    assert broken({**data, "name": "SMALL"}, old) == [("named_anew", "The timeline")]
    assert broken(data, old, lambda path: path != "/media/a.png") == [("media_there", "V1:3")]


def test_every_rule_has_its_provocation_and_its_source():
    provoked = {rule for rule, *_ in PROVOCATIONS} | {"named_anew", "media_there"}
    assert provoked == {rule.name for rule in RULES}
    for rule in RULES:
        assert rule.source
        assert rule.sentence.endswith(".")
        assert bool(rule.trouble) == (rule.harm is not Harm.unlike)


def test_a_nests_clips_are_looked_at_too():
    data = data_of(large())
    [leaf] = rows(data)[0]["children"][0]["children"][0]["children"]
    leaf["media_references"]["DEFAULT_MEDIA"]["target_url"] = "file:///E:/leaf.mxf"
    assert broken(data, None) == [("bare_paths", "V1:1/V1:1")]


@pytest.mark.parametrize(
    ("scalar", "start", "fits"),
    [(2, 86651, True), (2, 86654, False), (0.5, 86688, True), (-2, 86652, True), (0, 86699, True)],
)
def test_a_retimed_clip_needs_what_it_runs_through(scalar, start, fits):
    """24 record frames of 300 media frames: the length is the record span."""
    one = clip("x", start, media=(86400, 300, 24.0), effects=[warp(scalar)])
    found = broken(timeline(track(one, name="Video 1"), name="n"), None)
    assert found == ([] if fits else [("inside_media", "V1:1")])


def test_a_ramp_says_its_length_in_keys_that_are_not_measured():
    one = clip("x", 86400, 900, media=(86400, 300, 24.0), effects=[schema.TimeEffect()])
    assert broken(timeline(track(one, name="Video 1"), name="n"), None) == []


def test_numbered_files_are_looked_for_by_their_first():
    asked = []
    files = clip("s", 1000, media=(1000, 100, 24.0), url="/seq/a.[1000-1099].exr")
    other = clip("t", 0, media=None)
    other.media_reference = schema.ImageSequenceReference(
        "/seq", "b.", ".exr", 7, 1, 24.0, 4, available_range=span(0, 100)
    )
    made = timeline(track(files, other, name="Video 1"), name="n")
    assert broken(made, None, lambda path: bool(asked.append(path)) or True) == []
    assert asked == ["/seq/a.1000.exr", "/seq/b.0007.exr"]


def test_the_work_grows_with_the_clips():
    def walk(size):
        items = [clip(str(number)) for number in range(size)]
        data = data_of(timeline(track(*items, name="Video 1"), name="n"))
        return calls(lambda: check(data, old=data, exists=lambda _: True))

    assert walk(1000) < 10.5 * walk(100)


@needs_corpus
@pytest.mark.parametrize("file", corpus_files(".otio"), ids=lambda file: file.name)
def test_no_file_is_too_odd_to_be_looked_at(file):
    data = parsed(file.read_bytes())
    if data["OTIO_SCHEMA"].startswith("Timeline"):
        for one in check(data, exists=lambda _: False):
            assert one.sentence.startswith(one.place)


def test_what_stays_broken_is_said_in_a_sentence_to_a_rule(tmp_path):
    lost = [clip(f"c{n}", url=f"/none/{n}.mov") for n in range(5)]
    made = timeline(track(*lost, name="Picture"), name="n")
    path = saved(made, tmp_path)
    [said] = complaints(path, Flavour.resolve)
    assert said == (
        "Resolve imports nothing while media is missing: V1:1 needs /none/0.mov; "
        "V1:2 needs /none/1.mov; V1:3 needs /none/2.mov; and 2 more."
    )
    assert complaints(path, Flavour.premiere) == ()
    late = schema.Marker("late", span(900, 1))
    path = saved(timeline(track(clip("a", markers=[late]))), tmp_path)
    assert complaints(path, Flavour.resolve, lambda _: True) == (
        "Resolve loses something where markers lie outside of their clips: "
        "V1:1 has a marker outside of it (late).",
    )


def test_a_documents_name_is_what_it_goes_by(tmp_path):
    made = small()
    made.name = ""  # as Resolve exports it: the name is the file's
    old = read(saved(made, tmp_path, "reel.otio"))
    for name, said in (("Reel", ["named_anew"]), ("reel 2", [])):
        found = check(data_of(small()) | {"name": name}, old=old, exists=lambda _: True)
        assert [one.rule.name for one in found] == said


def test_two_transitions_may_not_overlap():
    media = (86400, 500, 24.0)
    items = [
        clip("a", 86400, media=media),
        clip("b", 86450, media=media),
        clip("c", 86400, media=media),
    ]
    for reach, said in ((12, []), (13, [("transitions_fit", "V1")])):
        row = track(items[0], dissolve(reach, reach), items[1], dissolve(reach, reach), items[2])
        row.name = "Video 1"
        assert broken(timeline(row, name="n"), None) == said
        del row[:]
