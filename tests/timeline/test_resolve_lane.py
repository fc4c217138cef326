"""From Resolve's export to a file that Resolve imports: every real one, in every mode.

Read back without the bridge: plain JSON, bare OTIO and the rules.
"""

import json
from dataclasses import replace

import pytest
from opentimelineio import adapters, schema

from bridge.errors import RangeError, ShotRefused
from bridge.timeline.clips import clips
from bridge.timeline.facts import Flavour, Mode
from bridge.timeline.flavours import complaints
from bridge.timeline.read import read
from bridge.timeline.reinsert import reinsert
from bridge.timeline.resolve_rules import check
from bridge.timeline.write import save, write
from tests.corpus import corpus_files, needs_corpus
from tests.timeline.making import (
    clip,
    difference,
    dissolve,
    flavoured,
    gap,
    placement,
    saved,
    span,
    stack,
    timeline,
    track,
    tree,
)

EXPORTS = [
    file
    for file in corpus_files(".otio", ".json")
    if file.parent.name.startswith("resolve")
    and tree(file)["OTIO_SCHEMA"].startswith("Timeline")  # AYON's are clips alone
]
# What an export itself breaks and stays as it is: a track that ends early is somebody's wish, and
# neither was refused by Resolve. Where takes make the timeline longer, all tracks are padded.
SHORT_ALREADY = {"effects.otio", "mut_speedramp.otio"}


def ident(file):
    return f"{file.parent.name}/{file.name}"


def taken(file, mode, head):
    """A take of each clip that the mode allows, and the document they are to go into."""
    document = read(file)
    found = []
    for one in clips(document):
        if one.refusal and mode is not Mode.above:
            continue
        made = placement(one, document.facts, head=head)
        if mode is Mode.take:  # whose media lies on the clip's own clock, as conform writes it
            start = int(one.source_in * document.facts.rate.fps)
            made = replace(made, media_start_frame=start - made.source_start)
        try:
            reinsert(read(file), [made], mode)
        except (ShotRefused, RangeError):
            continue
        found.append(made)
    return document, found


def frames_of(item):
    return item["source_range"]["duration"]["value"]


def laid_out(data):
    """Every take in the JSON by its id: the record frames it lies on, by sums alone."""
    found = {}
    for row in data["tracks"]["children"]:
        position = 0
        for item in row["children"]:
            if item["OTIO_SCHEMA"].startswith("Transition"):
                continue
            media = item.get("media_references", {}).get(item.get("active_media_reference_key"))
            take = media and media["metadata"].get("nle_bridge", {}).get("take")
            if take and row["kind"] == "Video":
                assert take not in found
                found[take] = (position, position + frames_of(item))
            position += frames_of(item)
    return found


def is_ours(row):
    return row["metadata"].get("nle_bridge", {}).get("role") == "takes"


def without_titles(data):
    """What an unedited timeline becomes where Resolve must be able to import it."""
    for row in data["tracks"]["children"]:
        row["children"] = [
            plain_gap(item, data["global_start_time"]["rate"]) if is_title(item) else item
            for item in row["children"]
        ]
    return data


def is_title(item):
    media = item.get("media_references", {}).get("DEFAULT_MEDIA", {})
    return media.get("OTIO_SCHEMA") == "MissingReference.1" and not media["available_range"]


def plain_gap(item, rate):
    return json.loads(gap(frames_of(item), rate).to_json_string())


@needs_corpus
@pytest.mark.parametrize("head", [0, 7])
@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("file", EXPORTS, ids=ident)
def test_every_export_takes_its_takes_and_breaks_no_rule(file, mode, head, tmp_path):
    document, placements = taken(file, mode, head)
    if not placements:
        assert mode is not Mode.above  # the only one that every clip takes
        return
    edited = save(reinsert(document, placements, mode), tmp_path / "new cut.otio", Flavour.resolve)
    data = tree(tmp_path / "new cut.otio")
    lying = {place.take: (place.record.start, place.record.end) for place in edited.placed}
    assert laid_out(data) == lying
    if mode is not Mode.append:
        assert lying == {one.take: (one.record.start, one.record.end) for one in placements}
    bare = adapters.read_from_file(str(tmp_path / "new cut.otio"))
    for subject in (data, bare):
        found = check(subject, old=read(file), exists=lambda _: True)
        short = file.name in SHORT_ALREADY and mode is not Mode.append
        assert {one.rule.name for one in found} == ({"padded_tracks"} if short else set())


@needs_corpus
@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("file", EXPORTS, ids=ident)
def test_all_that_was_there_is_there(file, mode, tmp_path):
    write(read(file), tmp_path / "plain.otio", Flavour.resolve)
    plain = tree(tmp_path / "plain.otio")
    before = file.read_bytes()
    document, placements = taken(file, mode, 0)
    write(reinsert(document, placements, mode), tmp_path / "new.otio", Flavour.resolve)
    assert file.read_bytes() == before
    data = tree(tmp_path / "new.otio")
    assert {**data, "tracks": 0, "name": 0} == {**plain, "tracks": 0, "name": 0}
    old_rows = (without_titles(plain) if placements else plain)["tracks"]["children"]
    new_rows = [row for row in data["tracks"]["children"] if not is_ours(row)]
    for old, new in zip(old_rows, new_rows, strict=True):
        assert difference({**old, "children": 0}, {**new, "children": 0}) == ""
        if mode is Mode.append:
            new["children"] = new["children"][: len(old["children"])]
        for was, now in zip(old["children"], new["children"], strict=True):
            assert difference(was, as_it_was(was, now)) == ""


def as_it_was(was, now):
    """The original out of a clip that a take was put on or in the place of."""
    kept = now["metadata"].get("nle_bridge", {}).get("original")
    if kept:
        return json.loads(kept)
    references = now.get("media_references", {})
    if "take 01" not in references:
        return now
    del references["take 01"]
    return {**now, "active_media_reference_key": was["active_media_reference_key"]}


@needs_corpus
def test_the_corpus_has_what_is_said_of_it():
    assert len(EXPORTS) > 20
    titles = {file.name for file in EXPORTS if '"name": "Text+"' in file.read_text()}
    assert "torture_ref.otio" in titles


# ---- made ones


def title(name="Text+", count=24):
    made = clip(name, 0, count, media=None)
    made.media_reference = schema.MissingReference()
    return made


def of_resolve(*tracks, **more):
    return flavoured(timeline(*tracks, name="", **more), "Resolve_OTIO")


def brought_in(path, *refs, out="new.otio", flavour=Flavour.resolve, mode=Mode.above):
    """The JSON of the timeline with a take of each named clip, and the document that was saved."""
    document = read(path)
    wanted = [placement(one, document.facts) for one in clips(document) if one.place in refs]
    done = save(reinsert(document, wanted, mode), path.parent / out, flavour)
    return tree(path.parent / out), done


def schemas(data, row):
    children = data["tracks"]["children"][row]["children"]
    return [(item["OTIO_SCHEMA"].partition(".")[0], item["name"]) for item in children]


def test_a_title_becomes_a_gap_and_is_named(tmp_path):
    path = saved(
        of_resolve(
            track(clip("a", count=72), name="Video 1"),
            track(title("Big"), clip("b", count=48), name="Video 2"),
        ),
        tmp_path,
    )
    data, done = brought_in(path, "V1:1")
    assert schemas(data, 2) == [("Gap", ""), ("Clip", "b")]
    assert frames_of(data["tracks"]["children"][2]["children"][0]) == 24
    assert done.warnings == (
        "Title V2:1 'Big' cannot be imported by Resolve and is left out of the new timeline; "
        "the old one still has it.",
    )
    assert [one.place for one in done.placed] == ["V2:1"]
    assert complaints(path.with_name("new.otio"), Flavour.resolve, lambda _: True) == ()


def test_a_titles_transitions_go_with_it_and_places_move_up(tmp_path):
    items = [title("One"), dissolve(3, 3), clip("a"), clip("b"), dissolve(2, 2), title("Two")]
    path = saved(of_resolve(track(*items, name="Video 1")), tmp_path)
    data, done = brought_in(path, "V1:2", mode=Mode.replace)
    assert schemas(data, 0) == [("Gap", ""), ("Clip", "a dusk"), ("Clip", "b"), ("Gap", "")]
    assert [one.place for one in done.placed] == ["V1:1"]
    assert done.warnings[-1].startswith("Titles V1:1 'One', V1:4 'Two' cannot be imported")


def test_a_nests_title_is_left_out_there(tmp_path):
    inside = track(clip("x"), title("Deep", 30), name="Video 1")
    nest = stack(inside, name="Compound", source=span(0, 54))
    path = saved(of_resolve(track(clip("a"), nest, name="Video 1")), tmp_path)
    data, done = brought_in(path, "V1:1")
    kept = data["tracks"]["children"][0]["children"][1]["children"][0]["children"]
    assert [(one["OTIO_SCHEMA"], frames_of(one)) for one in kept] == [("Clip.2", 24), ("Gap.1", 30)]
    assert "Title V1:2/V1:2 'Deep'" in done.warnings[0]


@pytest.mark.parametrize("flavour", [Flavour.otio, Flavour.premiere])
def test_other_editors_keep_their_titles(tmp_path, flavour):
    path = saved(of_resolve(track(clip("a"), title(), name="Video 1")), tmp_path)
    data, done = brought_in(path, "V1:1", flavour=flavour)
    assert schemas(data, 0) == [("Clip", "a"), ("Clip", "Text+")]
    assert done.warnings == ()


def test_nothing_is_left_out_where_nothing_was_put_in(tmp_path):
    row = track(clip("a", url="rel/a.mov"), title(), clip("b", media=None), name="x")
    path = saved(of_resolve(row), tmp_path)
    data, done = brought_in(path)
    assert difference(tree(path), data) == ""
    assert done.warnings == ()
    said = complaints(path.with_name("new.otio"), Flavour.resolve, lambda _: True)
    assert [one.partition(":")[0] for one in said] == [
        "Resolve imports nothing while a timeline holds titles",
        "Resolve imports nothing while media does not say how long it is",
        "Resolve imports nothing while media is not named by a whole plain path",
    ]


def test_another_editors_timeline_comes_in_resolves_shape(tmp_path):
    path = saved(
        timeline(
            track(
                clip("url", url="file:///media/a%20b.mov"),
                clip("windows", url="file:///E:/day%201/b.mov"),
                clip("share", url="file://server/hd/c.mov"),
                clip("beside", url="media/d.mov"),
                clip("silent", url="media/d.mov", media=None),
                clip("web", url="https://example.com/e.mov"),
                clip("zero", 5, media=(86400, 500, 24.0), url="/media/f.mov"),
                name="Picture",
            ),
            track(clip("offline", media=None), gap(144)),
            track(clip("s", count=168), kind="Audio"),
            name="reel",
        ),
        tmp_path,
    )
    made = read(path)
    made.timeline.tracks[1][0].media_reference = schema.MissingReference()
    path = saved(made.timeline, tmp_path, "reel.otio")
    data, done = brought_in(path, "V1:1")
    items = data["tracks"]["children"][0]["children"]
    media = [item["media_references"]["DEFAULT_MEDIA"] for item in items]
    assert [one["target_url"] for one in media] == [
        "/media/a b.mov",
        "E:\\day 1\\b.mov",
        "\\\\server\\hd\\c.mov",
        f"{tmp_path}/media/d.mov",
        f"{tmp_path}/media/d.mov",
        "https://example.com/e.mov",
        "/media/f.mov",
    ]
    assert media[4]["available_range"] == media[3]["available_range"]
    assert items[6]["source_range"]["start_time"]["value"] == 86405
    names = [row["name"] for row in data["tracks"]["children"]]
    assert names == ["Video 1", "Video 2", "Video 3", "Audio 1"]
    assert data["name"] == "new"
    assert "Clip without media V2:1 'offline' cannot be imported" in done.warnings[0]
    found = check(data, exists=lambda _: True)
    assert [(one.rule.name, one.place) for one in found] == [("bare_paths", "V1:6")]


def test_a_new_timeline_never_has_the_old_ones_name(tmp_path):
    (tmp_path / "out").mkdir()
    path = saved(of_resolve(track(clip("a"), name="Video 1")), tmp_path, "Reel.otio")
    data, _ = brought_in(path, "V1:1", out="out/reel.otio")
    assert data["name"] == "reel 2"
    again, _ = brought_in(tmp_path / "out/reel.otio", "V1:1", out="three.otio")
    assert again["name"] == "three"


def test_tracks_that_a_take_made_too_short_are_padded(tmp_path):
    path = saved(
        of_resolve(
            track(clip("a", count=48), name="Video 1"),
            track(name="Video 2"),
            track(clip("s", count=48), name="Audio 1", kind="Audio"),
        ),
        tmp_path,
    )
    data, _ = brought_in(path, "V1:1", mode=Mode.append)
    lengths = [sum(map(frames_of, row["children"])) for row in data["tracks"]["children"]]
    assert lengths == [96, 96, 96]


def test_a_replaced_clips_markers_lie_in_the_take(tmp_path):
    flag = schema.Marker("m", span(105, 2))
    path = saved(of_resolve(track(clip("a", 100, markers=[flag]), name="Video 1")), tmp_path)
    data, _ = brought_in(path, "V1:1", mode=Mode.replace)
    [new] = data["tracks"]["children"][0]["children"]
    at = new["markers"][0]["marked_range"]["start_time"]["value"]
    assert at - new["source_range"]["start_time"]["value"] == 5
    assert check(data, exists=lambda _: True) == ()
