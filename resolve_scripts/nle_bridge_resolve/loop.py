"""Asks for takes and places them, until the daemon says stop. In: a `Run`. Out: takes in place."""

from typing import TYPE_CHECKING, Any, Callable, Dict, NamedTuple, Optional

from nle_bridge_resolve.daemon import Daemon, DaemonError, DaemonGone
from nle_bridge_resolve.desk import Measured
from nle_bridge_resolve.host import NOTHING_OPEN, Opened, Program, now_open
from nle_bridge_resolve.orders import order_from
from nle_bridge_resolve.starting import Clock
from nle_bridge_resolve.verbs import Verbs
from nle_bridge_resolve.work import Bench, work

if TYPE_CHECKING:
    from fusionscript import Resolve

GONE_SECONDS = 60  # without a project manager: Resolve was quit
MOST_TROUBLES = 10  # answers in a row that are errors
PAUSE = 1.0  # seconds, where the daemon says nothing of it
LONGEST_PAUSE = 20.0  # the daemon takes who is silent for longer for gone


class Run(NamedTuple):
    """One run of the script."""

    resolve: "Resolve"
    program: Program
    runner: str
    once: bool  # what waits now, and no more
    wait: int  # seconds that the daemon may keep a question
    clock: Clock
    say: Callable[[str], None]
    find_again: Callable[[], Daemon]  # waits for it; `DaemonGone` where it does not come back


def serve(run: Run, daemon: Daemon) -> None:
    """Until stop, until Resolve is quit, until the daemon stays away: `DaemonGone`."""
    measured = Measured()
    verbs = Verbs(daemon, run.runner)
    run = run._replace(say=changes(run.say))
    troubles = 0
    while True:
        opened = wait_for_resolve(run)
        if opened is None:
            return
        try:
            answer = verbs.next(question(run, opened))
            if turn(run, verbs, measured, answer):
                return
            troubles = 0
        except DaemonGone:
            verbs = Verbs(run.find_again(), run.runner)
        except DaemonError as error:
            troubles += 1
            if troubles == MOST_TROUBLES:
                raise
            run.say(error.message)
            run.clock.sleep(PAUSE)


def turn(run: Run, verbs: Verbs, measured: Measured, answer: Dict[str, Any]) -> bool:
    """Does what one answer says; whether that was to stop."""
    run.say(str(answer.get("say") or ""))
    if answer.get("stop"):
        return True
    pause = float(answer.get("pause") or 0)
    if answer.get("placement"):
        measured.end_frame = measured.end_frame or str(answer.get("end_frame") or "")
        bench = Bench(run.resolve, run.program, verbs, measured, run.say)
        settled = settle(bench, answer["placement"])
        pause = 0 if settled else max(pause, PAUSE)
    if pause > 0:
        run.clock.sleep(min(pause, LONGEST_PAUSE))
    return False


def settle(bench: Bench, placement: Dict[str, Any]) -> bool:
    """
    Looks anew at what is open: the answer may have taken a while. An acknowledgement that the
    daemon does not take is told; it offers the take again, or it does not.
    """
    opened = now_open(bench.resolve) or NOTHING_OPEN
    try:
        return work(bench, order_from(placement), opened)
    except DaemonGone:
        raise
    except DaemonError as error:
        bench.say(error.message)
        return False


def changes(say: Callable[[str], None]) -> Callable[[str], None]:
    """Says a sentence once, however often it comes in a row."""
    last = [""]

    def said(sentence: str) -> None:
        if sentence != last[0]:
            say(sentence)
        last[0] = sentence

    return said


def question(run: Run, opened: Opened) -> Dict[str, Any]:
    return {
        "runner": run.runner,
        "lane": "python",
        "product": run.program.product,
        "version": run.program.version,
        "project_id": opened.project_id,
        "project": opened.project_name,
        "timeline_id": opened.timeline_id,
        "timeline": opened.timeline_name,
        "busy": opened.busy,
        "once": run.once,
        "wait": run.wait,
    }


def wait_for_resolve(run: Run) -> Optional[Opened]:
    """None where it gave no project manager for a minute; a dialog keeps it silent, too."""
    until = run.clock.now() + GONE_SECONDS
    while True:
        opened = now_open(run.resolve)
        if opened is not None:
            return opened
        if run.clock.now() >= until:
            return None
        run.clock.sleep(PAUSE)
