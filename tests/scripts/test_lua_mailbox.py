"""What leaves the sandbox and what comes back: JSON, frames, answers, and how long is waited."""

import json
import math
import zlib

import pytest
from lupa import luajit21

from bridge.hosts.resolve.mailbox import answer_file, parts_in
from bridge.wire.orders import spellings
from tests.fakes.resolve import LuaScript
from tests.scripts.lua_house import LIB, lua_scene
from tests.scripts.py_house import Reply

SESSION = "0123456789abcdef"
USE = """
local lib, loaded = ..., {}
local function use(name)
  loaded[name] = loaded[name] or assert(loadfile(lib .. "/" .. name .. ".lua"))(use)
  return loaded[name]
end
return use
"""


@pytest.fixture
def scene(tmp_path, film, takes):
    return lambda *habits, **cut: lua_scene(tmp_path, film, takes[0], *habits, **cut)


@pytest.fixture(scope="module")
def lua():
    """Bytes go in and out as they are."""
    return luajit21.LuaRuntime(encoding=None)


@pytest.fixture(scope="module")
def use(lua):
    return lua.execute(USE.encode(), str(LIB).encode())


def written(lua, use, value):
    return use(b"json")[b"encode"](as_lua(lua, use, value))


def as_lua(lua, use, value):
    if isinstance(value, dict):
        rows = {key.encode(): as_lua(lua, use, one) for key, one in value.items()}
        return lua.table_from(rows)
    if isinstance(value, list):
        return use(b"json")[b"list"](lua.table_from([as_lua(lua, use, one) for one in value]))
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        {"empty": [], "object": {}, "inner": [{"a": [1, [2]]}, {"b": {}}]},
        "".join(map(chr, range(0x20))) + '\x7f"\\/ é ß 映画 🎬 \u2028\ufeff\uffff\U0010ffff',
        [0, 1, -7, 86400, 2**40, -(2**31)],
        [0.5, 23.976, 29.97002997, -1e-9, 1e300],
        [True, False],
    ],
)
def test_json_says_what_was_meant(lua, use, value):
    assert json.loads(written(lua, use, value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (86400.0, b"86400"),
        (-0.0, b"0"),
        (2.0**50, b"1125899906842624"),
        (math.nan, b"null"),
        (-math.inf, b"null"),
        (None, b"null"),
        ([], b"[]"),
        ({}, b"{}"),
        ({"b": 1, "a": [1.0]}, b'{"a":[1],"b":1}'),
    ],
)
def test_json_has_one_spelling(lua, use, value, text):
    assert written(lua, use, value) == text


@pytest.mark.parametrize(
    ("broken", "kept"),
    [
        (b"a\xffb", "a\ufffdb"),
        (b"\xc3", "\ufffd"),
        (b"\xc0\xaf", "\ufffd\ufffd"),
        (b"caf\xe9/\xe2\x82", "caf\ufffd/\ufffd\ufffd"),
        (b"\xed\xa0\x80", "\ufffd" * 3),
        (b"\xf4\x90\x80\x80", "\ufffd" * 4),
    ],
)
def test_bytes_that_are_no_text_do_not_break_it(use, broken, kept):
    assert json.loads(use(b"json")[b"encode"](broken)) == kept


@pytest.mark.parametrize("length", [0, 1, 3999, 4000, 4001, 12_000, 50_003])
def test_a_request_is_whole_again_from_its_parts(use, length):
    text = ("{é映🎬\x00\n\\" * length).encode()[:length]
    frames = list(use(b"mailbox")[b"frames"](SESSION.encode(), 7, text).values())
    found = [part for frame in frames for part in parts_in(b'\t["x"] = "' + frame + b'",\n')]
    assert b"".join(part.data for part in found) == text
    assert [part.number for part in found] == list(range(1, max(1, -(-length // 4000)) + 1))
    assert {(part.session, part.seq, part.of) for part in found} == {(SESSION, 7, len(frames))}
    assert max(len(part.data) for part in found) <= 4000


@pytest.mark.parametrize("data", [b"", b"Wikipedia", bytes(range(256)) * 16, b"\xff" * 4000])
def test_the_sum_is_adler32(use, data):
    assert int(use(b"mailbox")[b"adler32"](data), 16) == zlib.adler32(data)


def test_sessions_are_not_shared(use):
    """Even of scripts that start in the same instant."""
    made = {use(b"mailbox")[b"new_session"](lambda: 1_795_000_000.25) for _ in range(2000)}
    assert len(made) == 2000
    assert all(len(one) == 16 and int(one, 16) >= 0 for one in made)


def test_a_long_report_with_all_kinds_of_letters_arrives_part_by_part(scene, film):
    here = scene()
    notes = [f'{number} é 映画 🎬 "\\\n\t' * 40 for number in range(40)]
    for number, note in enumerate(notes):
        here.cut.add_marker(number, "Blue", f"Näme {number}", note)
    here.press("edit")
    [report] = here.office.reports
    assert [marker["note"] for marker in report["markers"]] == notes
    assert here.peer.parts > 8
    assert here.said[0] == "One shot."


def test_nothing_of_a_run_stays_in_the_preferences(scene):
    here = scene()
    here.press("edit")
    assert set(here.fake.prefs.held["NLEBridge"].values()) == {""}
    text = here.fake.prefs.file.read_text(encoding="utf-8")
    assert "NLEB1" not in text
    assert '"Global' in text or "Global = {" in text


def test_without_a_daemon_it_ends_after_fifteen_seconds(scene):
    here = scene()
    here.peer.away = True
    here.press("edit")
    assert 15 <= here.watch.passed < 16
    assert here.said == ["The NLE Bridge daemon does not run. Run: nle-bridge serve"]
    assert set(here.fake.prefs.held["NLEBridge"].values()) == {""}


@pytest.mark.parametrize("verb", ["next", "hold", "release", "ack"])
@pytest.mark.parametrize("seconds", [70.0, 580.0])
def test_a_daemon_that_restarts_gets_the_same_request(scene, verb, seconds):
    """It went with the request in hand, its answer unwritten."""
    here = scene()
    changed = {"project_id": "another"} if verb == "release" else {}
    here.office.orders = [here.order(**changed)]
    gone = []

    def goes(now):
        if now == verb and not gone:
            gone.append(now)
            here.peer.away = True
            here.watch.then[here.watch.passed + seconds] = back
            raise Reply(503, "closing", "It is lost.")

    def back():
        here.peer.away = False

    here.office.before = goes
    here.press("edit")
    assert seconds < here.watch.passed < seconds + 25
    if verb == "release":
        assert [name for name, _ in here.office.releases] == ["p1"]
    else:
        assert here.state == "placed"
        here.one(track=2)
    assert len({session for session, _ in here.peer.asked}) == 1


def test_a_daemon_that_stays_away_ends_the_script(scene):
    here = scene()
    asked = []

    def goes(verb):
        asked.append(verb)
        here.peer.away = len(asked) == 3

    here.office.before = goes
    here.office.answers = [{"pause": 0.5}] * 9
    here.press("place")
    assert 600 <= here.watch.passed < 605
    assert here.said[-1] == "The NLE Bridge daemon does not answer any more. Run: nle-bridge serve"
    assert set(here.fake.prefs.held["NLEBridge"].values()) == {""}


def test_a_request_that_resolve_did_not_save_is_saved_again(scene):
    """A dialog keeps every call from working, that of the preferences too."""
    here = scene()
    here.office.answers = [{"pause": 0.5}, {"pause": 0.5}]
    here.fake.fail("Fusion.SavePrefs", returns=False, after=1)
    here.press("place")
    assert len(here.office.questions) == 3
    assert 20 <= here.watch.passed < 25


@pytest.mark.parametrize(
    "text",
    [
        "return {",
        "return 7",
        "error('no')",
        "return {session='ffffffffffffffff',seq=1,part=9,done=true,ok=true,body={}}",
        "return {session='%s',seq=0,part=9,done=true,ok=true,body={}}",
        "leaked = true print('x') return {}",
    ],
)
def test_what_is_no_answer_to_this_request_is_waited_out(scene, text):
    here = scene()

    look, looks = here.peer.look, []

    def slow():
        looks.append(1)
        if len(looks) < 5 and here.fake.prefs.held.get("NLEBridge"):
            [session] = here.fake.prefs.held["NLEBridge"]
            answer_file(here.mailbox, session).write_text(text.replace("%s", session))
        else:
            look()

    here.peer.look = slow
    here.press("place")
    assert here.said == ["All finished takes are placed."]
    assert len(looks) >= 5


def test_a_refused_report_is_told_and_ends_the_script(scene):
    here = scene()

    def refuse(verb):
        raise Reply(422, "usage", "Nothing is selected.", "Select a clip.")

    here.office.before = refuse
    here.press("edit")
    assert here.said == ["Nothing is selected.", "Select a clip."]
    assert here.office.questions == []
    assert set(here.fake.prefs.held["NLEBridge"].values()) == {""}


def test_a_library_that_is_gone_says_so(scene, tmp_path):
    here = scene()
    entry = here.entry("edit")
    entry.write_text(entry.read_text().replace(str(LIB), str(tmp_path / "gone")))
    script = LuaScript(entry, here.fake)
    script.run()
    assert script.printed == ["NLE Bridge is not here any more. Run: nle-bridge install resolve"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("/a/b.mov", "/a/b.mov", True),
        ("/a/b.mov", "/A/b.mov", False),
        ("C:\\Takes\\b.mov", "c:/takes/B.MOV", True),
        ("/Jo\u0308rg e\u0302\u0301/t1.mov", "/J\u00f6rg \u1ebf/t1.mov", True),  # macOS has both
        ("/\u1112\u1161\u11ab/t1.mov", "/\ud55c/t1.mov", True),
        ("/\u5834\u9762/t1.mov", "/\u60c5\u666f/t1.mov", False),
        ("/J\u00f6rg/t1.mov", "/Jorg/t1.mov", False),
        ("/J\u00f6rg/t1.mov", "/J\u00f6rg/t2.mov", False),
        ("", "", False),
    ],
)
def test_one_file_may_be_spelled_in_two_ways(lua, use, one, other, same):
    paths = use(b"paths")
    told = spellings([other])
    if told:
        paths[b"learn"](lua.table_from({a.encode(): b.encode() for a, b in told.items()}))
    assert paths[b"same_file"](one.encode(), other.encode()) is same


def test_an_export_lies_in_the_mailbox_as_its_folder_is_spelled(use):
    join = use(b"paths")[b"join"]
    assert join(b"C:\\d\\mailbox", b"exports", b"a.otio") == b"C:\\d\\mailbox\\exports\\a.otio"
    assert join(b"/d/mailbox", b"exports", b"a.otio") == b"/d/mailbox/exports/a.otio"
