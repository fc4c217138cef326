"""`demo`: the whole walk on footage of its own.

In: a folder. Out: a clip, a timeline with an edited and a generated take, and a contact sheet.
"""

import asyncio
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path

from bridge.cli.connect import embedded, settings_for
from bridge.cli.options import Commands, common
from bridge.cli.output import DONE, err, out, print_json
from bridge.cli.work import follow
from bridge.client import Client
from bridge.engines.base import Kind
from bridge.errors import BridgeError
from bridge.frames import Rate
from bridge.media.room import MediaRoom
from bridge.media.scenery import harbour
from bridge.media.slate import Slate, make
from bridge.settings import Settings
from bridge.source import Source
from bridge.wire.jobs import JobIn, ResultOut, ResultTakeOut
from bridge.wire.recipes import RecipeIn, StillIn
from bridge.wire.selections import FileSelectionIn, PushedClipIn, PushedSelectionIn

RATE = Rate.of("24000/1001")
CLIP_FRAMES = 96
HEAD = 24  # source frames before the part that is in the edit
SHOT_FRAMES = 48
SIZE = (960, 540)
HOUR = 86_400  # frame number of 01:00:00:00 at 23.976
STILLS = (40, 46)  # source frames that become keyframes of a new shot, at an eighth of their speed
SHOWN = (0, 16, 32, 47)  # record frames of the contact sheet


@dataclass(frozen=True)
class Scene:
    """What the demo starts from."""

    clip: Path
    stills: tuple[Path, Path]


def add(commands: "Commands[ArgumentParser]") -> None:
    parser = commands.add_parser("demo", parents=[common()], help="the whole walk on its own clip")
    parser.add_argument("--folder", type=Path, default=Path("nle-bridge-demo"))
    parser.add_argument("--prompt", default="dusk", help="what the edit should do")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    folder = args.folder.expanduser().absolute()
    folder.mkdir(parents=True, exist_ok=True)
    settings = settings_for(Namespace(data=args.data or folder / "data"))
    shown = not args.json
    scene = asyncio.run(_scene(folder, settings))
    _say(
        shown, f"Made {scene.clip.name}: {CLIP_FRAMES} frames at 23.976, a boat crossing a harbour."
    )
    with embedded(settings) as client:
        _say(shown, "Daemon started; pushing a selection, as an editor's panel would.")
        edit = _edited(client, scene, folder, args.prompt, shown=shown)
        whole = _generated(client, scene, folder, edit, shown=shown)
    sheet = asyncio.run(_contact_sheet(folder, settings, scene, edit.takes[0], whole.takes[0]))
    takes = [str(take.media) for take in (*edit.takes, *whole.takes)]
    found = {"timeline": str(whole.timeline), "takes": takes, "contact_sheet": str(sheet)}
    if args.json:
        print_json(found)
    else:
        out.print(f"New timeline:  {found['timeline']}")
        for take in takes:
            out.print(f"Take:          {take}")
        out.print(f"Before/after:  {sheet}")
    return DONE


def _say(shown: bool, words: str) -> None:
    if shown:
        err.print(words)


async def _scene(folder: Path, settings: Settings) -> Scene:
    clip = folder / "harbour.mov"
    footage = Slate(CLIP_FRAMES, RATE, *SIZE, b_frames=2, start_timecode=HOUR, sound=True)
    await asyncio.to_thread(make, clip, footage, harbour)
    room = MediaRoom(settings)
    try:
        stills = (
            await room.still(Source(clip), STILLS[0], folder / "still_a.png"),
            await room.still(Source(clip), STILLS[1], folder / "still_b.png"),
        )
    finally:
        await room.close()
    return Scene(clip, stills)


def _edited(client: Client, scene: Scene, folder: Path, prompt: str, *, shown: bool) -> ResultOut:
    pushed = PushedSelectionIn(
        host="other",
        name="harbour cut",
        rate=str(RATE),
        start_frame=HOUR,
        clips=(
            PushedClipIn(
                name="harbour",
                media=str(scene.clip),
                record_start=0,
                frames=SHOT_FRAMES,
                source_start=HEAD,
                rate=str(RATE),
            ),
        ),
    )
    recipe = RecipeIn(kind=Kind.edit, prompt=prompt, out=str(folder / "harbour cut.edited.otio"))
    return _result(client, client.select(pushed).id, recipe, shown=shown)


def _generated(
    client: Client, scene: Scene, folder: Path, edit: ResultOut, *, shown: bool
) -> ResultOut:
    selection = client.select(FileSelectionIn(timeline=str(edit.timeline)))
    last = SHOT_FRAMES + SHOT_FRAMES - 1
    recipe = RecipeIn(
        kind=Kind.generate,
        at=str(SHOT_FRAMES),
        duration=SHOT_FRAMES,
        keyframes=(
            StillIn(at=str(SHOT_FRAMES), image=str(scene.stills[0])),
            StillIn(at=str(last), image=str(scene.stills[1])),
        ),
        camera=("zoom in 6% ease-in-out",),
        out=str(folder / "harbour cut.otio"),
    )
    return _result(client, selection.id, recipe, shown=shown)


def _result(client: Client, selection: str, recipe: RecipeIn, *, shown: bool) -> ResultOut:
    job = follow(client, client.submit(JobIn(selection=selection, recipe=recipe)), shown=shown)
    errors = [error for error in (job.error, *(shot.error for shot in job.shots)) if error]
    if errors:
        raise BridgeError.from_data(errors[0].model_dump(mode="json"))
    return client.result(job.id)


async def _contact_sheet(
    folder: Path, settings: Settings, scene: Scene, edit: ResultTakeOut, new: ResultTakeOut
) -> Path:
    rows = (
        ("before", tuple((Source(scene.clip), HEAD + frame) for frame in SHOWN)),
        ("after", tuple((Source(Path(edit.media)), edit.source_start + frame) for frame in SHOWN)),
        (
            "generated",
            tuple((Source(Path(new.media)), new.source_start + frame) for frame in SHOWN),
        ),
    )
    room = MediaRoom(settings)
    try:
        return await room.sheet(rows, folder / "before_after.png")
    finally:
        await room.close()
