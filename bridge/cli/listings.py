"""`takes` and `engines`: what there is. In: filters. Out: lists."""

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from bridge.cli.connect import connected, settings_for
from bridge.cli.options import Commands, common
from bridge.cli.output import DONE, out, print_json, print_table
from bridge.cli.values import local_file
from bridge.media.room import MediaRoom
from bridge.settings import Settings
from bridge.source import Source
from bridge.wire.engines import EngineOut
from bridge.wire.takes import TakeOut


def add(commands: "Commands[ArgumentParser]") -> None:
    takes = commands.add_parser("takes", parents=[common()], help="takes and their lineage")
    takes.add_argument("--clip", help="only those of this clip, by name")
    takes.add_argument("--timeline", help="only those of this timeline, by name")
    takes.add_argument("--job", help="only those of this job")
    takes.add_argument(
        "--pictures",
        metavar="FOLDER",
        type=local_file,
        help="write their frames there, too, as numbered PNG of 16 bits, with alpha",
    )
    takes.set_defaults(run=run_takes)
    engines = commands.add_parser(
        "engines", parents=[common()], help="engines, models, their words and options"
    )
    engines.add_argument(
        "--resume", metavar="NAME", help="let that engine's paused work go on: its key is right"
    )
    engines.set_defaults(run=run_engines)


def run_takes(args: Namespace) -> int:
    with connected(settings_for(args)) as client:
        found = client.takes(clip=args.clip, timeline=args.timeline, job=args.job)
    written = args.pictures and asyncio.run(_pictures(found, args.pictures, settings_for(args)))
    if args.json:
        told = {"takes": [take.model_dump(mode="json") for take in found]}
        print_json(told if written is None else told | {"pictures": list(map(str, written))})
        return DONE
    rows = [(t.id, t.clip, t.number, t.frames, f"{t.engine}/{t.model}", t.media) for t in found]
    print_table(("take", "clip", "number", "frames", "made by", "file"), rows)
    return DONE


async def _pictures(takes: Sequence[TakeOut], folder: Path, settings: Settings) -> list[Path]:
    """A folder for each take, named as its file is."""
    room = MediaRoom(settings)
    try:
        written: list[Path] = []
        for take in takes:
            media = Path(take.media)
            written.append(folder / media.stem)
            await room.numbered(Source(media), written[-1])
        return written
    finally:
        await room.close()


def run_engines(args: Namespace) -> int:
    with connected(settings_for(args)) as client:
        found = client.engines() if args.resume is None else (client.resume(args.resume),)
    if args.json:
        print_json({"engines": [engine.model_dump(mode="json") for engine in found]})
    elif args.resume is not None:
        out.print(f"{args.resume} takes new work.")
    else:
        _show(found)
    return DONE


def _show(engines: Sequence[EngineOut]) -> None:
    for engine in engines:
        if engine.error is not None:
            out.print(f"{engine.name}: {engine.error.message}")
        if engine.paused is not None:
            out.print(f"{engine.name} is paused: {engine.paused.message}")
            out.print(f"  -> {engine.paused.hint}")
        for model in engine.models:
            out.print(f"{engine.name}/{model.name}  {', '.join(model.kinds)}  {model.summary}")
            for word, meaning in model.words.items():
                out.print(f"    {word}: {meaning}")
            for name, option in model.options.get("properties", {}).items():
                out.print(f"    --set {name}=...: {option.get('description', '')}")
