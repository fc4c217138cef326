"""Options that several commands share. In: words from the command line. Out: checked values."""

import argparse
import re
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError

from bridge.engines.base import Kind
from bridge.errors import UsageError
from bridge.media.facts import Codec
from bridge.timeline.bundles import is_bundle
from bridge.timeline.facts import Flavour, Mode
from bridge.wire.recipes import RecipeIn

JOB = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")


class Parser(ArgumentParser):
    """A parser whose complaints look like every other error."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        sentence = message[:1].upper() + message[1:]
        raise UsageError(f"{sentence.rstrip('.')}.", hint=f"See `{self.prog} --help`.")


def common() -> ArgumentParser:
    """What every command takes."""
    parser = ArgumentParser(add_help=False)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--data", type=Path, help="data folder; the user's own by default")
    return parser


def work() -> ArgumentParser:
    """What `plan`, `edit` and `generate` take."""
    parser = ArgumentParser(add_help=False, parents=[common()])
    parser.add_argument("timeline", type=local_file, help=".otio, .otioz, .otiod or FCP7 .xml")
    add = parser.add_argument
    add("-p", "--prompt", default="", help="what should change or appear")
    add("--engine", default="local", help="see `nle-bridge engines`")
    add("--model", help="the engine's first that can do it, if left out")
    add("--keyframe", action="append", default=[], metavar="TC=IMAGE", help="still at a time")
    add(
        "--reference",
        action="append",
        default=[],
        type=local_file,
        metavar="IMAGE",
        help="still to match",
    )
    add("--set", action="append", default=[], metavar="FIELD=VALUE", help="option of the model")
    add("--seed", type=int, help="for engines that take one")
    add("--mode", type=Mode, choices=list(Mode), default=Mode.above, help="how the take comes back")
    add("--codec", type=Codec, choices=list(Codec), default=Codec.prores_hq, help="of the take")
    add(
        "--flavour", type=Flavour, choices=list(Flavour), help="whose OTIO; as it came, if left out"
    )
    add("-o", "--out", type=local_file, help="new timeline; beside the old one, if left out")
    return parser


def local_file(text: str) -> Path:
    """A file's absolute path; `UsageError` for what can name none."""
    try:
        path = Path(text).expanduser().absolute()
    except RuntimeError as error:  # the `~` of nobody
        raise UsageError(f"{text!r}: there is no such user.") from error
    if not text or not path.name:
        raise UsageError(f"{text!r} names no file.")
    return path


def job_id(text: str) -> str:
    if not JOB.fullmatch(text):
        raise UsageError(f"{text!r} is no job's id.", hint="List the jobs: `nle-bridge jobs list`.")
    return text


def edits(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--clip",
        action="append",
        default=[],
        metavar="REF",
        help="V1:3, a name, a timecode, IN-OUT, marker:NAME, colour:NAME or all; repeatable",
    )
    parser.add_argument(
        "--handles", type=int, default=0, metavar="N", help="record frames to have on both sides"
    )


def generates(parser: ArgumentParser, *, required: bool) -> None:
    parser.add_argument("--at", required=required, metavar="TC", help="where the new shot begins")
    parser.add_argument(
        "--duration", required=required, type=int, metavar="N", help="its length in record frames"
    )
    parser.add_argument(
        "--camera", action="append", default=[], metavar="MOVE", help="'zoom in 10%% ease-in-out'"
    )


def recipe(kind: Kind, args: Namespace) -> RecipeIn:
    """The recipe as the daemon takes it, all paths absolute; `UsageError` for a malformed value."""
    given = vars(args)
    try:
        return RecipeIn(
            kind=kind,
            prompt=args.prompt,
            engine=args.engine,
            model=args.model,
            keyframes=tuple(_still(pair) for pair in args.keyframe),
            references=tuple(str(path) for path in args.reference),
            camera=tuple(given.get("camera") or ()),
            options=dict(_option(pair) for pair in args.set),
            seed=args.seed,
            at=given.get("at"),
            duration=given.get("duration"),
            handles=given.get("handles") or 0,
            codec=args.codec,
            mode=args.mode,
            flavour=args.flavour,
            out=str(args.out or beside(args.timeline)),
        )
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"{name} is not right: {first['msg']}.") from error


def beside(timeline: Path) -> Path:
    """A free name for the new timeline in the old one's folder: `cut.ai.otio`, `cut.ai-2.otio`."""
    suffix = timeline.suffix if is_bundle(timeline) else ".otio"
    number, free = 1, timeline.with_name(f"{timeline.stem}.ai{suffix}")
    while free.exists():
        number += 1
        free = timeline.with_name(f"{timeline.stem}.ai-{number}{suffix}")
    return free


def _still(pair: str) -> dict[str, str]:
    at, equals, image = pair.partition("=")
    if not equals or not at.strip() or not image:
        raise UsageError(
            f"{pair!r} is not a still.", hint="Write --keyframe 01:00:04:12=still.png."
        )
    return {"at": at.strip(), "image": str(local_file(image))}


def _option(pair: str) -> tuple[str, Any]:
    name, equals, value = pair.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"{pair!r} is not an option.", hint="Write --set strength=0.5.")
    return name.strip(), _value(value.strip())


def _value(text: str) -> bool | int | float | str:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


Commands = argparse._SubParsersAction  # argparse has no public name for it
