"""What a menu entry calls. In: its action and its globals. Out: done, and told in the console.

Actions: edit and generate send what is selected and then place what comes back; place places what
is finished; stop ends the scripts that wait.
"""

import importlib
import os
import secrets
import sys
import time
import webbrowser
from typing import Any, Callable, Mapping, MutableMapping, NamedTuple, Optional

from nle_bridge_resolve import say as console
from nle_bridge_resolve.config import Config, library, read_config
from nle_bridge_resolve.daemon import Daemon, DaemonError
from nle_bridge_resolve.host import find_resolve, in_process, now_open, program, sleeper
from nle_bridge_resolve.loop import Run, serve
from nle_bridge_resolve.report import report
from nle_bridge_resolve.starting import Clock, find_daemon, find_or_start, wait_for_daemon
from nle_bridge_resolve.verbs import Verbs

WAIT = 5  # seconds that the daemon may keep a question, where Resolve goes on meanwhile
NO_RESOLVE = (
    "DaVinci Resolve was not found. Start this from Workspace > Scripts, or in Resolve Studio "
    "allow external scripting: Preferences > System > General."
)
NO_PROJECT = "Open a project first."
NOT_RUNNING = "The NLE Bridge daemon does not run: there is nothing to stop."


class Surroundings(NamedTuple):
    """Whatever is outside: a test brings its own."""

    config: Config
    environ: "MutableMapping[str, str]"
    executable: str
    clock: Clock
    say: Callable[[str], None]
    browse: Callable[[str], bool]
    load: Callable[[str], Any] = importlib.import_module


def main(action: str, context: Mapping[str, Any], around: Optional[Surroundings] = None) -> None:
    """`context`: the menu entry's globals, where Resolve left its objects."""
    around = around or here(context)
    try:
        if action == "stop":
            stop(around)
        else:
            run(action, context, around)
    except DaemonError as error:
        around.say(error.message)
        around.say(error.hint)


def stop(around: Surroundings) -> None:
    daemon = find_daemon(around.config)
    if daemon is None:
        around.say(NOT_RUNNING)
        return
    stopped = Verbs(daemon, new_runner()).stop()
    around.say(f"Scripts that were told to stop: {stopped}.")


def run(action: str, context: Mapping[str, Any], around: Surroundings) -> None:
    resolve = find_resolve(context, around.environ, around.load)
    if resolve is None:
        around.say(NO_RESOLVE)
        return
    daemon = find_or_start(around.config, around.environ, around.clock)
    runner, told = new_runner(), program(resolve)
    if action != "place":
        opened = now_open(resolve)
        if opened is None or opened.project is None:
            around.say(NO_PROJECT)
            return
        facts = report(action, resolve, told, opened, around.config, runner)
        show(Verbs(daemon, runner).select(facts), around)

    def find_again() -> Daemon:
        return wait_for_daemon(around.config, around.clock)

    wait = 0 if in_process(around.executable) else WAIT
    once = action == "place"
    serve(Run(resolve, told, runner, once, wait, around.clock, around.say, find_again), daemon)


def show(selected: Mapping[str, Any], around: Surroundings) -> None:
    """The daemon opens its page in the browser; where it cannot, this side tries."""
    around.say(str(selected.get("say") or ""))
    for name in ("left_out", "warnings"):
        for sentence in selected.get(name) or ():
            around.say(str(sentence))
    url = str(selected.get("url") or "")
    if url and not selected.get("opened") and not around.browse(url):
        around.say("Open this page in a browser: " + url)


def browse(url: str) -> bool:
    try:
        return webbrowser.open(url)
    except (webbrowser.Error, OSError):
        return False


def new_runner() -> str:
    return secrets.token_hex(8)


def here(context: Mapping[str, Any]) -> Surroundings:
    return Surroundings(
        config=read_config(library(), os.environ),
        environ=os.environ,
        executable=sys.executable,
        clock=Clock(time.monotonic, sleeper(context, sys.executable)),
        say=console.say,
        browse=browse,
    )
