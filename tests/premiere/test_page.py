"""The panel's own surface: the line that says how things are, buttons, the daemon's page."""

import pytest

from tests.premiere.office import until
from tests.scripts.py_house import Reply

PAGE = "http://127.0.0.1:4747/panel/abc"
NOTHING_SELECTED = {"opened": False}


def pressed(made, button, **config):
    # an order that waits for another sequence keeps the panel from ending
    made.office.answers = [{"say": "Nothing waits.", "pause": 0.1} for _ in range(5000)]
    panel = made.open(**config)
    until(lambda: panel.said, lambda: "")
    panel.press(button)
    return panel


def test_the_page_is_shown_in_the_panel(scene):
    made = scene()
    made.office.selected = NOTHING_SELECTED
    panel = pressed(made, "edit")
    until(lambda: "One shot." in panel.said, lambda: str(panel.said))
    assert [report["page"] for report in made.office.reports] == ["none"]
    assert (panel.state["visits"], panel.state["opened"]) == ([PAGE], [])
    panel.press("edit")
    until(lambda: len(made.office.reports) == 2, lambda: str(panel.said))
    assert panel.state["visits"] == [PAGE], "what was typed into the page stays"


@pytest.mark.parametrize("webview", ["fails", "refused", "silent"])
def test_where_there_is_no_webview_the_browser_shows_the_page(scene, webview):
    made = scene(webview=webview, patience=0.5 if webview == "silent" else 1)
    made.office.selected = NOTHING_SELECTED
    panel = pressed(made, "edit")
    until(lambda: panel.state["opened"], lambda: str(panel.said))
    assert (panel.state["opened"], panel.state["page"]) == ([PAGE], 0)
    panel.press("generate")
    until(lambda: len(made.office.reports) == 2, lambda: str(panel.said))
    assert [report["page"] for report in made.office.reports] == ["none", "browser"]
    assert [report["action"] for report in made.office.reports] == ["edit", "generate"]


def test_where_nothing_opens_the_page_the_address_is_told(scene):
    made = scene(webview="refused", opensBrowser=False)
    made.office.selected = NOTHING_SELECTED
    panel = pressed(made, "edit")
    told = f"Open this page in a browser within a minute: {PAGE}"
    until(lambda: told in panel.said, lambda: str(panel.said))
    assert panel.state["dot"] == ["heed"]


@pytest.mark.parametrize("browser", [True, False])
def test_the_page_may_be_opened_in_the_browser(scene, browser):
    made = scene()
    made.office.browser = browser
    panel = pressed(made, "browser")
    until(lambda: "The page is open in your browser." in panel.said, lambda: str(panel.said))
    assert made.office.opened == [{"selection": None}]
    assert len(panel.state["opened"]) == (0 if browser else 1)


def test_what_the_daemon_says_is_shown(scene):
    made = scene()
    hint = Reply(400, "usage", "The report is not right.", "Run: nle-bridge install premiere")
    made.office.before = lambda verb: raised(hint) if verb == "selections" else None
    panel = pressed(made, "edit")
    told = "The report is not right. Run: nle-bridge install premiere."
    until(lambda: told in panel.said, lambda: str(panel.said))


def test_without_a_sequence_nothing_is_asked(scene):
    made = scene()
    made.premiere.do("close")
    panel = pressed(made, "edit")
    until(lambda: "Open a project and a sequence first." in panel.said, lambda: str(panel.said))
    assert made.office.reports == []


def test_a_panel_that_was_not_installed_says_what_to_run(scene):
    made = scene()
    panel = made.open(key="")
    told = "This panel has no key yet. Run: nle-bridge install premiere, then restart Premiere."
    until(lambda: told in panel.said, lambda: str(panel.said))
    assert panel.state["asked"] == []


def test_a_wrong_key_is_told(scene):
    made = scene()
    panel = made.open(key="another")
    until(lambda: panel.said, lambda: "")
    assert "does not know this panel's key. Run: nle-bridge install premiere" in panel.said[0]


def test_a_stopped_panel_goes_on_when_its_connection_is_checked(scene):
    made = scene()
    panel = made.open()
    until(panel.ended.is_set, lambda: str(panel.said))
    questions = len(made.office.questions)
    panel.press("check")
    until(lambda: len(made.office.questions) > questions, lambda: str(panel.said))
    first, last = (made.office.questions[n]["runner"] for n in (0, -1))
    assert first != last


def test_placing_now_is_a_run_of_its_own(scene):
    made = scene()
    panel = pressed(made, "place")
    until(lambda: any(q["once"] for q in made.office.questions), lambda: str(panel.said))
    runners = {(q["runner"], q["once"]) for q in made.office.questions}
    assert len(runners) == len({runner for runner, _ in runners}) == 2


def test_the_diagnostics_are_copied(scene):
    made = scene()
    panel = pressed(made, "copy", version="9.9.9")
    until(lambda: panel.state["copied"], lambda: str(panel.said))
    copied = panel.state["copied"]
    for words in ("Adobe Premiere Pro 26.3.0", "panel 9.9.9", f"port {made.port}", "project Film"):
        assert words in copied
    assert "a token" not in copied, "a key is passed on to nobody"


def raised(error):
    raise error
