"""The four ways into Resolve, each whole. In: a fake Resolve, a daemon. Out: takes on a timeline.

Everything is real but Resolve and the engine: the scripts as they are shipped, HTTP or the mailbox,
the daemon, its jobs and its media. `bring` is what an editor does with every lane: choose, ask for
takes, and find them on the timeline.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nle_bridge_resolve.config import Config
from nle_bridge_resolve.entry import Surroundings
from nle_bridge_resolve.entry import main as press_python
from nle_bridge_resolve.starting import Clock

from bridge.client import Client
from bridge.daemon.server import Embedded
from bridge.engines.base import Kind
from bridge.engines.registry import Engines
from bridge.hosts.machine import here
from bridge.hosts.resolve.folders import Place, places
from bridge.hosts.resolve.install import lua_entry
from bridge.jobs.service import Jobs
from bridge.media import tasks, worker
from bridge.media.limits import Limits
from bridge.media.room import MediaRoom, Report
from bridge.media.workers import Running
from bridge.pipeline.tools import Tools
from bridge.settings import Settings
from bridge.store.store import Store
from bridge.wire.jobs import JobIn, ResultTakeOut
from bridge.wire.placements import PlacementOut
from bridge.wire.recipes import RecipeIn
from bridge.wire.selections import FileSelectionIn, SelectionOut
from tests.fakes.engine import InstantEngine
from tests.fakes.resolve import FREE, STUDIO, Builder, FakeResolve, Habits, LuaScript, Shot
from tests.fakes.resolve.gate import ScriptKilled

PATIENCE_SECONDS = 60
STATES = ("waiting", "placed", "refused")
SCRIPTS_FOLDER = Path(__file__).parents[2] / "resolve_scripts"


class NearRoom(MediaRoom):
    """The same work in this process: children guard against hostile files, and here are none."""

    def _work(
        self, task: tasks.Task, report: Report, running: Running, out: Path | None
    ) -> tasks.Result:
        return worker.run(task, Limits.of(Settings()), lambda _: None)


def rooms(settings: Settings) -> tuple[Tools, Jobs]:
    engines = Engines({"instant": InstantEngine()})
    tools = Tools(NearRoom(settings), engines, Store(settings.data / "store"))
    return tools, Jobs(settings, tools)


class House:
    """A daemon that can be stopped and started; `client` is of the one that runs."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data=folder / "data", port=0, open_browser=False)
        self.place: Place = places(here(), self.settings.data)[0]
        self.place.mailbox.mkdir(parents=True, exist_ok=True)
        self._running: Embedded | None = None
        self.client: Client

    def start(self) -> None:
        self._running = Embedded(self.settings, rooms=rooms)
        daemon = self._running.__enter__()
        self.client = Client.at(daemon.url, daemon.house.token)

    def stop(self) -> None:
        if self._running is not None:
            self.client.close()
            self._running.__exit__(None, None, None)
            self._running = None

    def restart(self) -> None:
        self.stop()
        self.start()


@dataclass
class Run:
    """One press of a menu entry, in a thread of its own: what it printed and how it ended."""

    name: str
    work: Callable[["Run"], Any]
    said: list[str] = field(default_factory=list)
    failure: BaseException | None = None
    stop: Callable[[], None] = lambda: None

    def begin(self) -> "Run":
        self.thread = threading.Thread(target=self._run, name=self.name)
        self.thread.start()
        return self

    def _run(self) -> None:
        try:
            self.work(self)
        # kept for the thread that waits, which tells a killed script from a fault
        except BaseException as failure:  # noqa: BLE001
            self.failure = failure

    def end(self) -> None:
        """Wait for it; what it did not catch is raised here."""
        self.thread.join(PATIENCE_SECONDS)
        assert not self.thread.is_alive(), f"{self.name} goes on: {self.said}"
        if self.failure is not None and not isinstance(self.failure, ScriptKilled):
            raise self.failure


@dataclass
class Brought:
    """What came back: takes as the job has them, and the timeline where they should lie."""

    cut: Builder
    takes: tuple[ResultTakeOut, ...]
    placements: tuple[PlacementOut, ...] = ()

    def shots_of(self, take: ResultTakeOut) -> list[Shot]:
        media = str(take.media)
        return [shot for shot in self.cut.items() if shot.media and shot.media.path == media]


class Lane:
    """What all lanes have in common; `press` is the script's own."""

    name = ""
    habits = Habits()

    def __init__(self, folder: Path, house: House, **cut: Any) -> None:
        prefs = house.place.prefs[0]
        self.house, self.folder = house, folder
        self.fake = FakeResolve(folder, self.habits, prefs=prefs)
        self.fake.production.name = folder.name
        self.cut = self.fake.new_timeline(**cut)
        self.runs: list[Run] = []

    @property
    def client(self) -> Client:
        return self.house.client

    # ---- what an editor does

    def choose(self, *shots: Shot) -> None:
        self.cut.select(*shots)

    def press(self, action: str) -> Run:
        raise NotImplementedError

    def select(self, action: str = "edit") -> SelectionOut:
        """Press the entry; the selection that the daemon made of it."""
        before = {one.id for one in self.client.selections(500)}
        run = self.press(action)
        fresh = eventually(
            lambda: [one for one in self.client.selections(500) if one.id not in before],
            lambda: f"{run.said} {run.failure}",
        )
        return fresh[0]

    def order(self, selection: SelectionOut, *, new_timeline: bool = False, **recipe: Any) -> str:
        """Start the job and wait until its takes are there."""
        asked = RecipeIn(**{"kind": Kind.edit, "engine": "instant", **recipe})
        job = self.client.submit(
            JobIn(selection=selection.id, recipe=asked, new_timeline=new_timeline)
        )
        ended = self.client.wait(job.id)
        assert ended.status == "done", (ended.error, ended.warnings)
        return job.id

    def settled(self, job: str) -> tuple[PlacementOut, ...]:
        """The job's placements once none of them waits any more."""
        eventually(
            lambda: not self.client.placements(host="resolve", job=job),
            lambda: str([(run.said, run.failure) for run in self.runs]),
        )
        found = [one for state in STATES for one in self.placements(state, job)]
        return tuple(found)

    def placements(self, state: str, job: str) -> tuple[PlacementOut, ...]:
        return self.client.placements(host="resolve", state=state, job=job)

    def bring(self, *shots: Shot, **recipe: Any) -> Brought:
        self.choose(*shots)
        selection = self.select()
        assert len(selection.shots) == len(shots), selection.left_out
        job = self.order(selection, **recipe)
        placements = self.settled(job)
        return Brought(self.cut, self.client.result(job).takes, placements)

    def bring_often(self, shot: Shot, times: int) -> list[ResultTakeOut]:
        """So many takes of one shot, all under way at once."""
        self.choose(shot)
        selection = self.select()
        asked = RecipeIn(kind=Kind.edit, engine="instant")
        jobs = [
            self.client.submit(JobIn(selection=selection.id, recipe=asked)) for _ in range(times)
        ]
        for job in jobs:
            assert self.client.wait(job.id).status == "done"
            self.settled(job.id)
        return [take for job in jobs for take in self.client.result(job.id).takes]

    def left_out(self, *shots: Shot) -> list[str]:
        """Sentences about what cannot be worked on."""
        self.choose(*shots)
        return [one.error.message for one in self.select().left_out]

    def close(self) -> None:
        """Press stop, where anything runs."""
        if any(run.thread.is_alive() for run in self.runs):
            self.press("stop")
        for run in self.runs:
            run.end()


class PythonLane(Lane):
    def press(self, action: str) -> Run:
        def work(run: Run) -> None:
            config = Config(self.house.settings.data, (), "Orange")
            around = Surroundings(
                config=config,
                environ={},
                executable="resolve",  # asks often, waits nowhere
                clock=Clock(time.monotonic, lambda seconds: nap(seconds, stopped)),
                say=run.said.append,
                browse=lambda _: True,
                load=_nothing,
            )
            press_python(action, {"resolve": self.fake.resolve}, around)

        stopped = threading.Event()
        run = Run(f"{self.name} {action}", work)

        def stop() -> None:
            stopped.set()
            self.fake.gate.kill(run.thread)

        run.stop = stop
        self.runs.append(run)
        return run.begin()


class StudioPython(PythonLane):
    name = "python-studio"
    habits = Habits(product=STUDIO, version=(21, 0, 4, 5))


class FreePython(PythonLane):
    """Before 21.0.4, without a selection in the API: the clips are meant by their colour."""

    name = "python-free"
    habits = Habits(product=FREE, version=(20, 3, 2, 9), end_frame="inclusive")

    def choose(self, *shots: Shot) -> None:
        for shot in self.cut.items():
            shot.colour = "Orange" if shot in shots else ""


class FreeLua(Lane):
    name = "lua-free"
    habits = Habits(product=FREE, version=(21, 1, 0, 17), dict_import_works=False)

    def press(self, action: str) -> Run:
        stub = self.folder / f"{action}.lua"
        template = (SCRIPTS_FOLDER / "menu" / "menu.lua").read_text(encoding="utf-8")
        place = replace(self.house.place, library=SCRIPTS_FOLDER)
        stub.write_text(lua_entry(template, place, "Orange", action), encoding="utf-8")
        (self.house.place.mailbox / "exports").mkdir(exist_ok=True)
        script = LuaScript(stub, self.fake, scale=1.0)

        def work(run: Run) -> None:
            run.said = script.printed
            script.run()

        run = Run(f"{self.name} {action}", work)
        run.stop = script.stop
        self.runs.append(run)
        return run.begin()


class OtioFiles(Lane):
    """By hand: Resolve exports the timeline, the command line edits it, Resolve imports it."""

    name = "otio-files"
    habits = Habits(product=FREE, version=(20, 3, 2, 9))

    def export(self) -> Path:
        timeline = self.fake.resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline()
        number = len(list(self.folder.glob("export*.otio")))
        path = self.folder / f"export{number}.otio"
        resolve = self.fake.resolve
        assert timeline.Export(str(path), resolve.EXPORT_OTIO, resolve.EXPORT_NONE)
        return path

    def bring(self, *shots: Shot, **recipe: Any) -> Brought:
        path = self.export()
        chosen = FileSelectionIn(timeline=str(path), clips=[self.place(shot) for shot in shots])
        job = self.order(self.client.select(chosen), **recipe)
        result = self.client.result(job)
        name = f"Cut {len(self.fake.production.cuts) + 1}"
        project = self.fake.resolve.GetProjectManager().GetCurrentProject()
        options = {"timelineName": name, "importSourceClips": True}
        made = project.GetMediaPool().ImportTimelineFromFile(str(result.timeline), options)
        assert made is not None, self.fake.import_refusals
        self.cut = self.fake.timeline(name)
        return Brought(self.cut, result.takes)

    def bring_often(self, shot: Shot, times: int) -> list[ResultTakeOut]:
        """One after the other, each on the timeline of the one before."""
        assert shot.media is not None
        path, taken = shot.media.path, []
        for _ in range(times):
            (original,) = [s for s in self.cut.items(1) if s.media and s.media.path == path]
            taken += self.bring(original).takes
        return taken

    def left_out(self, *shots: Shot) -> list[str]:
        chosen = FileSelectionIn(timeline=str(self.export()), clips=("all",))
        return [one.error.message for one in self.client.select(chosen).left_out]

    def place(self, shot: Shot) -> str:
        number = self.cut.cut.number_of(shot.track)
        on_track = [one for one in self.cut.items(number) if one.kind != "transition"]
        return f"V{number}:{on_track.index(shot) + 1}"


SCRIPTS: Sequence[type[Lane]] = (StudioPython, FreePython, FreeLua)
LANES: Sequence[type[Lane]] = (*SCRIPTS, OtioFiles)


def nap(seconds: float, stopped: threading.Event) -> None:
    """A pause of a script, cut short; a stopped script's next call is its last."""
    stopped.wait(min(seconds, 0.05))


def eventually(look: Callable[[], Any], why: Callable[[], str]) -> Any:
    """What `look` gives, once that is something."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        assert time.monotonic() < end, why()
        time.sleep(0.02)
    return found


def _nothing(name: str) -> Any:
    raise ImportError(name)
