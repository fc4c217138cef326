"""From the menu to the last take: what is asked, when it ends, and what it survives."""

import pytest
from nle_bridge_resolve import entry
from nle_bridge_resolve.config import Config
from nle_bridge_resolve.entry import Surroundings, main
from nle_bridge_resolve.loop import GONE_SECONDS

from tests.fakes.resolve import Habits
from tests.scripts.py_house import Office, Reply, Watch, served


@pytest.fixture
def script(tmp_path):
    """A menu entry that is pressed; what it said comes back, and the pages that it opened."""
    config = Config(tmp_path / "data", (), "Orange")

    def press(action, here, watch=None, executable="/usr/bin/python3", browses=True):
        watch = watch or Watch()
        pages = []

        def browse(url):
            pages.append(url)
            return browses

        around = Surroundings(config, {}, executable, watch.clock, here.said.append, browse)
        context = {} if here.fake is None else {"resolve": here.here.resolve}
        main(action, context, around)
        return pages

    press.config = config
    return press


def test_edit_reports_and_places_what_comes_back(scene, script, takes):
    here = scene()
    here.cut.select(here.shot)
    here.office.orders = [here.order(), here.order(id="p2", media=takes[1])]
    here.office.answers = [{"say": "One shot is rendering."}, {"say": "One shot is rendering."}]
    with served(here.office, script.config):
        pages = script("edit", here)
    [report] = here.office.reports
    assert (report["action"], report["rung"]) == ("edit", "selected")
    assert {question["runner"] for question in here.office.questions} == {report["runner"]}
    assert [ack["placement"] for ack in here.office.acks] == ["p1", "p2"]
    assert [ack["runner"] for ack in here.office.acks] == [report["runner"]] * 2
    assert here.said == [
        "One shot.",
        "One shot is rendering.",
        "",
        "All finished takes are placed.",
    ]
    assert pages == []
    first = here.office.questions[0]
    assert (first["once"], first["wait"], first["busy"]) == (False, entry.WAIT, "")
    assert (first["project"], first["timeline"]) == ("Film", "Cut")


def test_place_reports_nothing_and_goes_once(scene, script):
    here = scene()
    here.office.orders = [here.order()]
    with served(here.office, script.config):
        script("place", here)
    assert here.office.reports == []
    assert {question["once"] for question in here.office.questions} == {True}
    here.one(track=2)


def test_a_script_inside_resolve_never_keeps_it_waiting(scene, script):
    here = scene()
    with served(here.office, script.config):
        script("place", here, executable="/opt/resolve/bin/resolve")
    assert here.office.questions[0]["wait"] == 0


def test_stop_tells_all_others(scene, script):
    here = scene()
    with served(here.office, script.config):
        script("stop", here)
    assert here.office.stops == 1
    assert here.said == ["Scripts that were told to stop: 2."]
    assert here.fake.calls == []


def test_stop_starts_no_daemon(scene, script):
    here = scene()
    script("stop", here)
    assert here.said == ["The NLE Bridge daemon does not run: there is nothing to stop."]


def test_no_daemon_says_what_to_do(scene, script):
    here = scene()
    script("edit", here)
    assert here.said == ["The NLE Bridge daemon does not run.", "Run: nle-bridge serve"]


def test_no_resolve_and_no_project(scene, script):
    here = scene()
    here.fake.close_project()
    with served(here.office, script.config):
        script("edit", here)
    assert here.said == ["Open a project first."]
    assert here.office.reports == here.office.questions == []


def test_a_page_that_the_daemon_did_not_open_is_opened_here(scene, script):
    here = scene()
    here.office.selected = {
        "opened": False,
        "left_out": ["A title."],
        "warnings": ["It is retimed."],
    }
    with served(here.office, script.config):
        assert script("edit", here) == ["http://127.0.0.1:4747/panel/abc"]
        assert here.said[:3] == ["One shot.", "A title.", "It is retimed."]
        script("edit", here, browses=False)
    assert "Open this page in a browser: http://127.0.0.1:4747/panel/abc" in here.said


def test_a_report_that_is_refused_ends_the_script(scene, script):
    here = scene()

    def refuse(verb):
        if verb == "selections":
            raise Reply(422, "usage", "Nothing is selected.", "Select a clip.")

    here.office.before = refuse
    with served(here.office, script.config):
        script("edit", here)
    assert here.said == ["Nothing is selected.", "Select a clip."]
    assert here.office.questions == []


def test_an_acknowledgement_that_is_refused_is_told_and_all_goes_on(scene, script, takes):
    here = scene()
    here.office.orders = [here.order()]
    tries = []

    def refuse(verb):
        tries.append(verb)
        if verb == "ack" and tries.count("ack") == 1:
            raise Reply(409, "conflict", "Not so.")

    here.office.before = refuse
    with served(here.office, script.config):
        script("place", here)
    assert "Not so." in here.said
    here.one(track=2)
    assert here.readback["adopted"] is True


@pytest.mark.parametrize("verb", ["next", "hold", "ack"])
def test_a_daemon_that_restarts_is_found_again(scene, script, verb):
    """Its first process does not take the token any more; the second is there a minute later."""
    here = scene()
    here.office.orders = [here.order()]
    watch, restarts = Watch(), []
    with served(here.office, script.config) as server:

        def restart(now):
            if now == verb and not restarts:
                restarts.append(now)
                script.config.runtime_file.unlink()
                watch.then[60.0] = lambda: server.write_runtime(script.config)
                raise Reply(401, "forbidden", "The token is missing or wrong.")

        here.office.before = restart
        script("place", here, watch)
    here.one(track=2)
    assert here.state == "placed"
    assert 60 <= watch.time < 65
    assert len({question["runner"] for question in here.office.questions}) == 1


def test_a_daemon_on_another_port_is_found_after_a_while(scene, script):
    here = scene()
    here.office.orders = [here.order()]
    watch, other = Watch(), Office(orders=here.office.orders)
    with served(other, None, "two") as second, served(here.office, script.config) as first:

        def gone(verb):
            if verb == "hold":
                script.config.runtime_file.unlink()
                watch.then[120.0] = lambda: second.write_runtime(script.config)
                raise Reply(401, "forbidden", "Another daemon has this port.")

        here.office.before = gone
        script("place", here, watch)
        assert first.office.acks == []
    assert 120 <= watch.time < 200
    here.office = other
    here.one(track=2)
    assert here.state == "placed"


def test_a_daemon_that_stays_away_ends_the_script(scene, script):
    here = scene()
    watch = Watch()

    def gone(verb):
        script.config.runtime_file.unlink()
        raise Reply(401, "forbidden", "Another daemon has this port.")

    here.office.before = gone
    with served(here.office, script.config):
        script("place", here, watch)
    assert 600 <= watch.time < 610
    assert "did not answer within 600 seconds" in here.said[-2]


@pytest.mark.parametrize("raising", [False, True])
def test_resolve_that_was_quit_ends_the_script(scene, script, raising):
    here = scene()
    watch = Watch()
    here.office.answers = [{"pause": 5.0}] * 3
    watch.then[6.0] = lambda: here.fake.quit(raising=raising)
    with served(here.office, script.config):
        script("place", here, watch)
    assert len(here.office.questions) == 2
    assert watch.time >= 10 + GONE_SECONDS


def test_a_dialog_is_waited_for(scene, script):
    here = scene()
    watch = Watch()
    here.office.answers = [{"pause": 5.0}]
    here.office.orders = [here.order()]

    def opens():
        here.fake.gate.modal_open = True

    def closes():
        here.fake.gate.modal_open = False

    watch.then = {4.0: opens, 40.0: closes}
    with served(here.office, script.config):
        script("place", here, watch)
    here.one(track=2)


def test_a_pool_that_is_not_given_is_said_to_the_daemon(scene, script):
    here = scene()
    here.office.answers = [{}]
    here.fake.fail("Project.GetMediaPool", returns=None)
    with served(here.office, script.config):
        script("place", here)
    assert [bool(question["busy"]) for question in here.office.questions] == [True, False]


@pytest.mark.parametrize("what", ["timeline", "project"])
def test_what_the_editor_opened_meanwhile_releases_the_take(scene, script, what):
    here = scene()
    here.office.orders = [here.order()]

    def click(verb):
        if verb == "next":
            if what == "timeline":
                here.fake.new_timeline("Other")
            else:
                here.fake.open_project("Other")

    here.office.after = click
    with served(here.office, script.config):
        script("place", here)
    [(placement, why)] = here.office.releases
    assert placement == "p1"
    assert "another" in why.lower()
    assert here.office.acks == []
    assert here.ours() == []


def test_no_project_is_open_for_a_while(scene, script):
    here = scene()
    here.office.answers = [{"pause": 1.0}]
    here.fake.close_project()
    with served(here.office, script.config):
        script("place", here)
    question = here.office.questions[0]
    assert [question[name] for name in ("project_id", "timeline_id", "busy")] == ["", "", ""]


def test_what_was_measured_is_not_measured_again(scene, script):
    here = scene(Habits(end_frame="inclusive"))
    here.office.end_frame = "inclusive"
    here.office.orders = [here.order()]
    with served(here.office, script.config):
        script("place", here)
    here.one(track=2)
    assert here.fake.calls.count("MediaPool.AppendToTimeline") == 1
    assert here.readback["end_frame"] == "inclusive"


def test_every_run_has_an_id_of_its_own():
    ids = {entry.new_runner() for _ in range(100)}
    assert len(ids) == 100
    assert {len(one) for one in ids} == {16}


def test_a_kill_is_not_held_up(scene, script):
    here = scene()

    class Broken(Watch):
        def sleep(self, seconds):
            raise KeyboardInterrupt

    here.office.answers = [{"pause": 1.0}]
    with served(here.office, script.config), pytest.raises(KeyboardInterrupt):
        script("place", here, Broken())


def test_errors_of_the_daemon_are_waited_out(scene, script):
    here = scene()
    here.office.orders = [here.order()]
    tries = []

    def fail(verb):
        tries.append(verb)
        if len(tries) < 10:
            raise Reply(500, "internal", "A fault of ours.")

    here.office.before = fail
    with served(here.office, script.config):
        script("place", here)
    assert here.said[0] == "A fault of ours."
    here.one(track=2)


def test_errors_that_stay_end_the_script(scene, script):
    here = scene()

    def fail(verb):
        raise Reply(422, "usage", "This script is too old.", "Install it again.")

    here.office.before = fail
    with served(here.office, script.config):
        script("place", here)
    assert here.said == ["This script is too old."] * 2 + ["Install it again."]
