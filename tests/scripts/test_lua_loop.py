"""From the menu to the last take, in Lua: what is asked, when it ends, and what it survives."""

import pytest

from tests.fakes.resolve import Habits, LuaScript
from tests.scripts.lua_house import lua_scene
from tests.scripts.py_house import Reply


@pytest.fixture
def scene(tmp_path, film, takes):
    return lambda *habits, **cut: lua_scene(tmp_path, film, takes[0], *habits, **cut)


def test_edit_reports_and_places_what_comes_back(scene, takes):
    here = scene()
    here.cut.select(here.shot)
    here.office.orders = [here.order(), here.order(id="p2", media=takes[1])]
    here.office.answers = [{"say": "One shot is rendering."}, {"say": "One shot is rendering."}]
    here.press("edit")
    [report] = here.office.reports
    assert (report["action"], report["rung"]) == ("edit", "selected")
    assert {question["runner"] for question in here.office.questions} == {report["runner"]}
    assert [ack["placement"] for ack in here.office.acks] == ["p1", "p2"]
    assert [ack["runner"] for ack in here.office.acks] == [report["runner"]] * 2
    assert here.said == ["One shot.", "One shot is rendering.", "All finished takes are placed."]
    first = here.office.questions[0]
    assert (first["once"], first["busy"]) == (False, "")
    assert 0 < first["wait"] < 15
    assert (first["project"], first["timeline"]) == ("Film", "Cut")


def test_place_reports_nothing_and_goes_once(scene):
    """Its first question is not kept: without an answer it would think that no daemon runs."""
    here = scene()
    here.office.orders = [here.order()]
    here.press("place")
    assert here.office.reports == []
    assert {question["once"] for question in here.office.questions} == {True}
    first, second = (question["wait"] for question in here.office.questions)
    assert first == 0 < second < 15
    here.one(track=2)


def test_stop_tells_all_others(scene):
    here = scene()
    here.press("stop")
    assert here.office.stops == 1
    assert here.said == ["Scripts that were told to stop: 2."]
    assert [name for name in here.fake.calls if not name.startswith("Fusion.")] == []


def test_no_project(scene):
    here = scene()
    here.fake.close_project()
    here.press("edit")
    assert here.said == ["Open a project first."]
    assert here.office.reports == here.office.questions == []


@pytest.mark.parametrize("missing", ["resolve", "bmd", "fusion"])
def test_without_resolve_it_says_so(scene, missing):
    here = scene()
    gone = here.fake.folder / "gone.lua"
    others = "fu, app = nil, nil" if missing != "bmd" else ""
    gone.write_text(f'{missing} = nil {others} dofile("{here.entry("edit")}")', encoding="ascii")
    if missing == "fusion":
        here.fake.fail("Resolve.Fusion", returns=None)
    script = LuaScript(gone, here.fake)
    script.run()
    assert script.printed == ["DaVinci Resolve was not found. Start this from Workspace > Scripts."]


def test_resolve_is_found_through_its_application(scene):
    """Where the menu gives no `resolve`, as on some older builds."""
    here = scene()
    here.office.orders = [here.order()]
    entry = here.entry("place")
    entry.write_text("resolve = nil\n" + entry.read_text())
    here.entry = lambda action: entry
    here.press("place")
    here.one(track=2)


def test_a_page_that_is_not_open_is_named(scene):
    here = scene()
    told = {"opened": False, "left_out": ["A title."], "warnings": ["It is retimed."]}
    here.office.selected = told
    here.press("edit")
    address = "Open this page in a browser: http://127.0.0.1:4747/panel/abc"
    assert here.said[:4] == ["One shot.", "A title.", "It is retimed.", address]


def test_an_answer_that_is_refused_is_told_and_all_goes_on(scene):
    here = scene()
    here.office.orders = [here.order()]
    tries = []

    def refuse(verb):
        tries.append(verb)
        if verb == "ack" and tries.count("ack") == 1:
            raise Reply(409, "conflict", "Not so.")

    here.office.before = refuse
    here.press("place")
    assert "Not so." in here.said
    here.one(track=2)
    assert here.readback["adopted"] is True


@pytest.mark.parametrize("raising", [False, True])
def test_resolve_that_was_quit_ends_the_script(scene, raising):
    here = scene()
    here.office.answers = [{"pause": 5.0}] * 9
    here.watch.then[6.0] = lambda: here.fake.quit(raising=raising)
    here.press("place")
    assert 60 < here.watch.passed < 75
    assert len(here.office.questions) == 2


def test_a_dialog_is_waited_for(scene):
    here = scene()
    here.office.answers = [{"pause": 5.0}]
    here.office.orders = [here.order()]
    gate = here.fake.gate
    here.watch.then = {
        4.0: lambda: setattr(gate, "modal_open", True),
        40.0: lambda: setattr(gate, "modal_open", False),
    }
    here.press("place")
    here.one(track=2)


def test_a_pool_that_is_not_given_is_said_to_the_daemon(scene):
    here = scene()
    here.office.answers = [{}]
    here.fake.fail("Project.GetMediaPool", returns=None)
    here.press("place")
    assert [bool(question["busy"]) for question in here.office.questions] == [True, False]


@pytest.mark.parametrize("what", ["timeline", "project"])
def test_what_the_editor_opened_meanwhile_releases_the_take(scene, what):
    here = scene()
    here.office.orders = [here.order()]

    def click(verb):
        if verb == "next":
            if what == "timeline":
                here.fake.new_timeline("Other")
            else:
                here.fake.open_project("Other")

    here.office.after = click
    here.press("place")
    [(placement, why)] = here.office.releases
    assert placement == "p1"
    assert "another" in why.lower()
    assert here.office.acks == []
    assert here.ours() == []


def test_no_project_is_open_for_a_while(scene):
    here = scene()
    here.office.answers = [{"pause": 1.0}]
    here.fake.close_project()
    here.press("place")
    question = here.office.questions[0]
    assert [question[name] for name in ("project_id", "timeline_id", "busy")] == ["", "", ""]


def test_what_was_measured_is_not_measured_again(scene):
    here = scene(Habits(version=(21, 1, 0, 17), end_frame="inclusive"))
    here.office.end_frame = "inclusive"
    here.office.orders = [here.order()]
    here.press("place")
    here.one(track=2)
    assert here.fake.calls.count("MediaPool.AppendToTimeline") == 1
    assert here.readback["end_frame"] == "inclusive"


def test_a_way_of_placing_that_it_does_not_know_is_refused(scene):
    here = scene()
    here.office.orders = [here.order() | {"mode": "sideways"}]
    here.press("place")
    assert here.state == "refused"
    assert "nle-bridge install resolve" in here.readback["reason"]
    assert here.readback["found"] == {}


def test_a_fault_of_its_own_is_told_and_leaves_no_preference(scene):
    here = scene()
    here.office.orders = [here.order() | {"frames": "many"}]
    here.press("place")
    assert "append.lua" in here.said[-1] or "tracks.lua" in here.said[-1]
    assert set(here.fake.prefs.held["NLEBridge"].values()) == {""}
    assert here.ours() == []


@pytest.mark.parametrize("errors", [9, 10])
def test_questions_that_are_refused_are_asked_again_for_a_while(scene, errors):
    here = scene()
    here.office.orders = [here.order()]
    asked = []

    def refuse(verb):
        asked.append(verb)
        if len(asked) <= errors:
            raise Reply(500, "internal", "The daemon failed.")

    here.office.before = refuse
    here.press("place")
    assert len(here.office.acks) == (1 if errors == 9 else 0)
    assert here.said.count("The daemon failed.") == (1 if errors == 9 else 2)


class Opening(list):
    """The list of calls; a dialog opens at the first of a name, is closed half a minute on."""

    def __init__(self, here, name):
        super().__init__()
        self.here, self.name = here, name

    def append(self, name):
        super().append(name)
        if name == self.name and self.count(name) == 1:
            gate, watch = self.here.fake.gate, self.here.watch
            gate.modal_open = True
            watch.then[watch.passed + 30] = lambda: setattr(gate, "modal_open", False)


@pytest.mark.parametrize(
    "name",
    [
        "MediaPool.AddSubFolder",
        "MediaPool.ImportMedia",
        "Timeline.AddTrack",
        "TimelineItem.AddMarker",
    ],
)
def test_a_dialog_in_the_middle_of_the_work_refuses_no_take(scene, name):
    """The daemon hears nothing until it is closed: preferences are not saved meanwhile."""
    here = scene()
    here.office.orders = [here.order()]
    here.fake.gate.calls = Opening(here, name)
    here.press("place")
    assert here.watch.passed > 30
    refused = [ack for ack in here.office.acks if ack["state"] == "refused"]
    assert refused == []
    assert len(here.office.acks) + len(here.office.releases) == 1
