"""FCP7 XML: Premiere's true source times, hostile files, edits that leave the rest as it was."""

from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bridge.errors import TimelineUnreadable, TimelineUnwritable
from bridge.frames import FrameRange, Rate
from bridge.timeline.clips import clips
from bridge.timeline.facts import Flavour, Mode, Retime
from bridge.timeline.read import read
from bridge.timeline.reinsert import reinsert
from bridge.timeline.write import write
from tests.timeline.making import clip, placement, saved, source_frames, timeline, track, warp

RATE = "<rate><timebase>25</timebase><ntsc>FALSE</ntsc></rate>"
R25 = Rate.of(25)
TICKS = 254_016_000_000


def item(name, start, end, into, *, number=1, extra="", file=""):
    file = file or (
        f'<file id="file-{number}"><name>{name}</name>'
        f"<pathurl>file://localhost/C%3a/m%20{number}.mov</pathurl>{RATE}<duration>5000</duration>"
        f"<timecode>{RATE}<frame>0</frame><displayformat>NDF</displayformat></timecode>"
        "<media><video/></media></file>"
    )
    return (
        f'<clipitem id="{name}"><name>{name}</name><enabled>TRUE</enabled>'
        f"<duration>5000</duration>{RATE}"
        f"<start>{start}</start><end>{end}</end><in>{into}</in><out>{into + end - start}</out>"
        f"{extra}{file}</clipitem>"
    )


def sequence(*tracks, head="", seq_id="s1"):
    rows = "".join(f"<track>{row}<enabled>TRUE</enabled></track>" for row in tracks)
    return (
        f'<sequence id="{seq_id}" MZ.X="1"><name>cut</name><duration>500</duration>{RATE}'
        f"<timecode>{RATE}<frame>90000</frame><displayformat>NDF</displayformat></timecode>{head}"
        f"<media><video>{rows}</video><audio/></media></sequence>"
    )


def document(tmp_path, text, doctype="<!DOCTYPE xmeml>", name="cut.xml"):
    path = tmp_path / name
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{doctype}<xmeml version="4">{text}</xmeml>'
    )
    return path


def remap(speed, *keys, varies=0, reverse="FALSE"):
    frames = "".join(
        f"<keyframe><when>{when}</when><value>{value}</value><{mark}>TRUE</{mark}></keyframe>"
        for (when, value), mark in zip(keys, ("speedkfin", "speedkfout"), strict=False)
    )

    def parameter(name, value, more=""):
        names = f"<parameterid>{name}</parameterid><name>{name}</name>"
        return f"<parameter>{names}<value>{value}</value>{more}</parameter>"

    return (
        "<filter><effect><name>Time Remap</name><effectid>timeremap</effectid>"
        + parameter("variablespeed", varies)
        + parameter("speed", speed)
        + parameter("reverse", reverse)
        + (parameter("graphdict", 0, frames) if keys else "")
        + "</effect></filter>"
    )


def ticks(frames):
    return f"<pproTicksIn>{frames * TICKS // 25}</pproTicksIn><pproTicksOut>0</pproTicksOut>"


def test_facts_of_premieres_xml(tmp_path):
    found = read(document(tmp_path, sequence(item("a", 10, 40, 100))))
    facts = found.facts
    assert (facts.name, facts.rate, facts.start_frame) == ("cut", R25, 90000)
    assert (facts.flavour, facts.drop, facts.frames) == (Flavour.premiere, False, 40)
    [one] = clips(found)
    assert (one.record, source_frames(one, R25, 0)) == (FrameRange(10, 30), [100])
    assert str(one.source.path) == "C:/m 1.mov"


def test_edges_in_transitions(tmp_path):
    """-1: the edge is the transition's cut point, and `in` counts from the transition's start."""
    change = (
        "<transitionitem><start>35</start><end>45</end><alignment>center</alignment>"
        f"{RATE}<effect><name>Cross Dissolve</name></effect></transitionitem>"
    )
    a = item("a", 0, 40, 100).replace("<end>40</end>", "<end>-1</end>")
    b = item("b", 35, 90, 200, number=2).replace("<start>35</start>", "<start>-1</start>")
    first, second = clips(read(document(tmp_path, sequence(a + change + b))))
    assert (first.record, first.transitions.tail) == (FrameRange(0, 40), 5)
    assert (second.record, second.transitions.head) == (FrameRange(40, 50), 5)
    assert source_frames(second, R25, 0) == [205]


def test_a_retimed_clips_source_is_where_the_ticks_say(tmp_path):
    effect = remap("500.012", (20, 100), (177, 885))
    a = item("a", 0, 158, 20, extra=ticks(100) + effect)
    [one] = clips(read(document(tmp_path, sequence(a))))
    assert (one.speed, one.retime) == (5, Retime.constant)
    assert source_frames(one, R25, 0, 1) == [100, 105]
    b = item("b", 0, 50, 40, extra=ticks(20) + remap("50"))
    [two] = clips(read(document(tmp_path, sequence(b))))
    assert (two.speed, source_frames(two, R25, 0, 2)) == (Fraction(1, 2), [20, 21])


@pytest.mark.parametrize(
    "extra",
    [
        ticks(100) + remap("100", varies=1),
        ticks(100) + remap("100", reverse="TRUE"),
        ticks(100) + remap("-100"),
        ticks(100) + remap("words"),
        remap("200"),
    ],
)
def test_retimes_whose_source_is_not_known_are_refused(tmp_path, extra):
    [one] = clips(read(document(tmp_path, sequence(item("a", 0, 50, 20, extra=extra)))))
    assert one.refusal.reason == "ramp"


def test_resolves_empty_remap_is_none(tmp_path):
    [one] = clips(read(document(tmp_path, sequence(item("a", 0, 50, 20, extra=remap("0"))))))
    assert (one.refusal, one.speed, source_frames(one, R25, 0)) == (None, 1, [20])


def test_a_held_frame(tmp_path):
    extra = ticks(77) + remap("0")
    [one] = clips(read(document(tmp_path, sequence(item("a", 0, 50, 0, extra=extra)))))
    assert one.retime is Retime.freeze


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE xmeml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE xmeml SYSTEM "http://evil/x.dtd">',
        '<!DOCTYPE xmeml PUBLIC "x" "file:///etc/passwd">',
    ],
)
def test_entities_are_refused(tmp_path, doctype):
    with pytest.raises(TimelineUnreadable, match="entities"):
        read(document(tmp_path, sequence(item("a", 0, 9, 0)), doctype))


def nested(depth, uses):
    """Sequences that hold `uses` clips each of the one below."""
    text = sequence(item("leaf", 0, 9, 0), seq_id="n0")
    for level in range(1, depth):
        inner = text if level == 1 else ""
        first = item(f"i{level}", 0, 9, 0, file=inner or f'<sequence id="n{level - 1}"/>')
        rest = "".join(
            item(f"j{level}{n}", 9 * n, 9 * n + 9, 0, file=f'<sequence id="n{level - 1}"/>')
            for n in range(1, uses)
        )
        text = (
            sequence(first + rest, seq_id=f"n{level}")
            if level == 1
            else text + sequence(first + rest, seq_id=f"n{level}")
        )
    return text


def test_sequences_that_multiply_are_refused(tmp_path):
    with pytest.raises(TimelineUnreadable, match="items"):
        read(document(tmp_path, nested(30, 3)))


def test_a_sequence_in_itself_is_refused(tmp_path):
    loop = sequence(item("a", 0, 9, 0, file='<sequence id="s1"/>'))
    with pytest.raises(TimelineUnreadable, match="itself"):
        read(document(tmp_path, loop))


@pytest.mark.parametrize(
    "text",
    [
        "",
        sequence('<clipitem id="x"><name>x</name></clipitem>'),
        sequence(item("a", 0, 9, 0).replace("<start>0", "<start>one")),
        sequence(item("a", 0, 9, 0)).replace("<timebase>25", "<timebase>0"),
        sequence(item("a", 0, 9, 0, file="<file/>")),
        sequence(item("a", 0, 9, 0, file=" ")),
        "<bin><a></b></bin>",
    ],
)
def test_broken_xml_is_refused_in_a_sentence_or_by_clip(tmp_path, text):
    path = document(tmp_path, text)
    try:
        found = clips(read(path))
    except TimelineUnreadable as error:
        said = error.message
        found = ()
    else:
        said = ""
    assert said or found
    assert "\n" not in said
    assert all((one.refusal is None) == (one.source is not None) for one in found)


def test_an_empty_sequence_is_an_empty_timeline(tmp_path):
    assert clips(read(document(tmp_path, "<sequence/>"))) == ()


def test_a_clip_without_a_file_is_refused_alone(tmp_path):
    multiclip = item("multi", 0, 9, 0, file="<multiclip><name>cams</name></multiclip>")
    found = clips(read(document(tmp_path, sequence(multiclip + item("a", 9, 20, 0)))))
    assert [one.refusal and one.refusal.reason for one in found] == ["missing_media", None]


def test_other_encodings_are_refused(tmp_path):
    path = tmp_path / "x.xml"
    path.write_bytes('<?xml version="1.0" encoding="UTF-16"?><xmeml/>'.encode("utf-16"))
    with pytest.raises(TimelineUnreadable, match="UTF-8"):
        read(path)


def test_other_xml_is_named(tmp_path):
    path = tmp_path / "x.xml"
    path.write_text("<fcpxml version='1.9'/>")
    with pytest.raises(TimelineUnreadable, match="fcpxml"):
        read(path)


def elements(path):
    return ElementTree.fromstring(path.read_text())


def edited(path, mode, *places):
    found = read(path)
    chosen = [one for one in clips(found) if one.place in places]
    return reinsert(found, [placement(one, found.facts) for one in chosen], mode)


def test_takes_are_put_into_the_editors_own_xml(tmp_path):
    """Links, filters and labels that the adapter does not write stay as they were."""
    extra = (
        "<link><linkclipref>z</linkclipref></link><labels><label2>Iris</label2></labels>"
        + remap("0")
    )
    path = document(
        tmp_path,
        sequence(
            item("a", 0, 30, 5, extra=extra) + item("b", 30, 60, 7, number=2), item("t", 0, 9, 0)
        ),
    )
    out = write(edited(path, Mode.above, "V1:2"), tmp_path / "out.xml", Flavour.resolve)
    before, after = (elements(p).findall(".//video/track") for p in (path, out))
    assert [ElementTree.tostring(t) for t in (after[0], after[2])] == [
        ElementTree.tostring(t) for t in before
    ]
    found = {one.place: one for one in clips(read(out))}
    assert found["V2:1"].record == FrameRange(30, 30)
    assert source_frames(found["V2:1"], R25, 0) == [2]
    assert found["V2:1"].source.path == Path("/takes/a b.mov")
    assert after[1].findtext(".//pathurl") == "file:///takes/a%20b.mov"
    assert out.read_text().startswith('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>')


def test_an_appended_take_lies_behind_the_end(tmp_path):
    path = document(tmp_path, sequence(item("a", 0, 30, 5), item("t", 0, 50, 0)))
    out = write(edited(path, Mode.append, "V1:1"), tmp_path / "out.xml", Flavour.premiere)
    assert {one.place: one.record for one in clips(read(out))} == {
        "V1:1": FrameRange(0, 30),
        "V1:2": FrameRange(50, 30),
        "V2:1": FrameRange(0, 50),
    }


def test_an_untouched_xml_is_written_as_it_was(tmp_path):
    path = document(tmp_path, sequence(item("a", 0, 30, 5, extra=remap("0"))))
    out = write(read(path), tmp_path / "out.xml", Flavour.premiere)
    assert out.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("mode", [Mode.take, Mode.replace])
def test_what_the_format_cannot_hold_is_refused(tmp_path, mode):
    path = document(tmp_path, sequence(item("a", 0, 30, 5)))
    with pytest.raises(TimelineUnwritable):
        write(edited(path, mode, "V1:1"), tmp_path / "out.xml", Flavour.premiere)
    assert not (tmp_path / "out.xml").exists()


def test_xml_from_otio_is_kept_only_where_it_reads_back_equal(tmp_path):
    plain = saved(timeline(track(clip("a", start=5), clip("b"))), tmp_path)
    out = write(read(plain), tmp_path / "out.xml", Flavour.premiere)
    assert [one.record for one in clips(read(out))] == [FrameRange(0, 24), FrameRange(24, 24)]
    fast = saved(timeline(track(clip("fast", effects=[warp(2)]))), tmp_path, "fast.otio")
    with pytest.raises(TimelineUnwritable, match="fast"):
        write(read(fast), tmp_path / "fast.xml", Flavour.premiere)


def test_an_xml_retime_becomes_otios_own(tmp_path):
    extra = ticks(100) + remap("200")
    path = document(tmp_path, sequence(item("a", 0, 50, 50, extra=extra)))
    out = write(read(path), tmp_path / "out.otio", Flavour.resolve)
    [one] = clips(read(out, None))
    assert one.speed == 2
