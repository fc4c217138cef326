"""The Lua host: the sandbox of free Resolve 21.1, and how values pass in and out."""

import threading
import time

import pytest

from tests.fakes.resolve import LuaScript, NotModelled, ScriptKilled, opened, reel
from tests.fakes.resolve.lua_host import LuaError


@pytest.fixture
def here(tmp_path):
    return opened(tmp_path)


def script(here, text, **more):
    path = here.fake.folder / "script.lua"
    path.write_text(text, encoding="utf-8")
    return LuaScript(path, here.fake, more)


def run(here, text, **more):
    return script(here, text, **more).run()


@pytest.mark.parametrize(
    "name",
    ["io", "os.execute", "os.remove", "os.rename", "os.exit", "require", "package", "ffi", "debug",
     "UIManager", "arg", "bmd.readfile", "bmd.writefile", "bmd.readdir", "python", "jit",
     "fusion.UIManager"],
)  # fmt: skip
def test_what_the_sandbox_has_not(here, name):
    assert run(here, f"return {name} == nil") is True


@pytest.mark.parametrize(
    "name",
    ["loadfile", "dofile", "loadstring", "setfenv", "pcall", "bit", "bmd.wait", "bmd.gettime",
     "bmd.fileexists", "os.getenv", "os.clock", "os.date", "os.time", "os.tmpname", "resolve",
     "fusion", "fu", "app", "string", "table", "math"],
)  # fmt: skip
def test_what_the_sandbox_has(here, name):
    assert run(here, f"return {name} ~= nil") is True


def test_other_files_are_read_and_print_is_not_seen(here, tmp_path, capsys):
    (tmp_path / "in.lua").write_text('return {seq = 3, body = {"a", "b"}}')
    one = script(
        here, 'print("read", true, nil) return loadfile(where)()', where=f"{tmp_path}/in.lua"
    )
    assert one.run() == {"seq": 3, "body": ["a", "b"]}
    assert one.printed == ["read\ttrue\tnil"]
    assert capsys.readouterr().out == ""
    assert run(
        here, 'return {bmd.fileexists(where), bmd.fileexists("/no")}', where=str(tmp_path)
    ) == [
        True,
        False,
    ]


def test_lists_are_tables_from_1_and_none_is_nil(here, tmp_path):
    here.cut.put(reel(tmp_path / "film.mov"), record=24, frames=48)
    found = run(
        here,
        """
        local project = resolve:GetProjectManager():GetCurrentProject()
        local timeline = project:GetCurrentTimeline()
        local items = timeline:GetItemListInTrack("video", 1)
        timeline:AddMarker(3, "Red", "n", "", 1, "mine")
        local marks = timeline:GetMarkerByCustomData("mine")
        return {
            count = #items, first = items[1]:GetStart(), none = items[2] == nil,
            version = resolve:GetVersion()[1], marker = marks[3].color,
            selected = project:GetMediaPool():GetSelectedClips() == nil,
            property = items[1]:GetMediaPoolItem():GetClipProperty("Frames"),
            unknown = timeline.GetSelectedItems == nil, constant = resolve.EXPORT_OTIO ~= nil,
        }
        """,
    )
    assert found == {
        "count": 1, "first": 86424, "none": True, "version": 21, "marker": "Red", "selected": True,
        "property": "100", "unknown": True, "constant": True,
    }  # fmt: skip


def test_tables_pass_in_as_lists_and_dicts_and_whole_numbers_as_ints(here, tmp_path):
    append = """
        local project = resolve:GetProjectManager():GetCurrentProject()
        local pool = project:GetMediaPool()
        local media = pool:ImportMedia({film})[1]
        local row = {mediaPoolItem = media, startFrame = 0, endFrame = 48 / 2,
            mediaType = 1, trackIndex = 1, recordFrame = 86400 + shift}
        local made = pool:AppendToTimeline({row})
        return made and #made
    """
    film = reel(tmp_path / "film.mov")
    assert run(here, append, film=film, shift=0.5) is None
    assert run(here, append, film=film, shift=24) == 1
    assert [(s.start, s.duration) for s in here.cut.items()] == [(86424, 24)]


def test_preferences_are_a_way_out(here, tmp_path):
    run(
        here,
        """
        fusion:SetPrefs("NLEBridge.0123abc", "NLEB1:0123abc:1\\n\\"END\\"")
        """,
    )
    assert not (tmp_path / "Fusion.prefs").exists()
    assert run(here, 'fusion:SavePrefs() return fusion:GetPrefs("NLEBridge.0123abc")')
    text = (tmp_path / "Fusion.prefs").read_text(encoding="utf-8")
    assert '\tNLEBridge = {\n\t\t["0123abc"] = "NLEB1:0123abc:1\\n\\"END\\"",\n' in text
    assert text.startswith("{\n\tGlobal = {\n")
    run(here, 'fusion:SetPrefs({["NLEBridge.0123abc"] = ""}) fusion:SavePrefs()')
    assert "END" not in (tmp_path / "Fusion.prefs").read_text(encoding="utf-8")


def test_methods_are_called_with_a_colon(here):
    with pytest.raises(TypeError, match="colon"):
        run(here, "return resolve.GetProductName()")
    with pytest.raises(AttributeError, match="cannot be set"):
        run(here, "resolve.mine = 1")


def test_a_missing_method_is_an_error_that_can_be_caught(here):
    assert run(here, "return (pcall(function() return resolve:Nothing() end))") is False
    with pytest.raises(LuaError, match="Nothing"):
        run(here, "resolve:Nothing()")


def test_a_method_that_the_fake_has_not_cannot_be_caught(here):
    with pytest.raises(NotModelled, match="LoadLayoutPreset"):
        run(here, 'pcall(function() resolve:LoadLayoutPreset("a") end)')


def test_a_killed_script_ends_even_if_it_catches_everything(here):
    here.fake.kill_after(2)
    one = script(
        here,
        """
        for _ = 1, 20000 do
            pcall(function() resolve:GetProductName() print("called") end)
        end
        """,
    )
    with pytest.raises(ScriptKilled):
        one.run()
    assert one.printed == ["called"]


def test_waits_are_short_and_the_clock_goes_on(here):
    began = time.monotonic()
    passed = run(here, "local t = bmd.gettime() bmd.wait(30) return bmd.gettime() - t")
    assert 30 <= passed < 40
    assert time.monotonic() - began < 10


def test_a_script_is_stopped_at_its_next_wait(here):
    one = script(here, "while true do bmd.wait(0.05) end")
    ended = []

    def keep():
        with pytest.raises(ScriptKilled):
            one.run()
        ended.append(True)

    thread = threading.Thread(target=keep)
    thread.start()
    deadline = time.monotonic() + 10
    while one.waits < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    one.stop()
    thread.join(10)
    assert ended == [True]
    assert one.waits >= 3
    assert resolve_answers(here)


def resolve_answers(here):
    """To another script: only the stopped one is dead."""
    return here.resolve.GetProductName() == "DaVinci Resolve"
