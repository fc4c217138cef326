"""Options that several commands share. In: words from the command line. Out: checked values."""

import argparse
import re
from argparse import ArgumentParser, Namespace
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import ValidationError

from bridge.cli.values import credit_sum, local_file, option, references, still, windowed
from bridge.engines.base import Kind
from bridge.errors import UsageError
from bridge.media.facts import Codec
from bridge.timeline.bundles import is_bundle
from bridge.timeline.facts import Flavour, Mode
from bridge.wire.recipes import RecipeIn

JOB = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
Word = TypeVar("Word", bound=StrEnum)


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
    """What `plan`, `edit`, `generate`, `extend` and `fill` take."""
    parser = ArgumentParser(add_help=False, parents=[common()])
    parser.add_argument("timeline", type=local_file, help=".otio, .otioz, .otiod or FCP7 .xml")
    add = parser.add_argument
    add("-p", "--prompt", default="", help="what should change or appear")
    add("--engine", default="local", help="see `nle-bridge engines`")
    add("--model", help="the engine's first that can do it, if left out")
    add(
        "--keyframe",
        action="append",
        default=[],
        metavar="TC=IMAGE",
        help="still at a time; TC=@TC takes it from the timeline at another time",
    )
    add(
        "--window",
        action="append",
        default=[],
        metavar="IN-OUT",
        help="where the keyframe inside it works; one for each keyframe",
    )
    add(
        "--reference",
        action="append",
        default=[],
        metavar="IMAGE",
        help="still to match; @TC takes it from the timeline",
    )
    add(
        "--set",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help="option of the model; VALUE may be JSON",
    )
    add("--seed", type=int, help="for engines that take one")
    add("--mode", **one_of(Mode), default=Mode.above, help="how the take comes back")
    add("--codec", **one_of(Codec), default=Codec.prores_hq, help="of the take")
    add("--flavour", **one_of(Flavour), help="whose OTIO; as it came, if left out")
    add("-o", "--out", type=local_file, help="new timeline; beside the old one, if left out")
    return parser


def one_of(kind: type[Word]) -> dict[str, Any]:
    """For an option that takes one of these words; argparse alone would not name them."""

    def word(text: str) -> Word:
        try:
            return kind(text)
        except ValueError as error:
            known = ", ".join(kind)
            raise UsageError(f"{text[:80]!r} is not known.", hint=f"Known are {known}.") from error

    return {"type": word, "choices": list(kind)}


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
    _duration(parser, required=required)
    _camera(parser)


def extends(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--clip", dest="extend", required=True, metavar="REF", help="the clip that it goes on from"
    )
    _duration(parser, required=True)
    _camera(parser)


def fills(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--at", dest="fill", required=True, metavar="TC", help="in the gap; V2@TC names the track"
    )
    _camera(parser)


def new_shots(parser: ArgumentParser) -> None:
    """For `plan`: what a new shot goes on from."""
    parser.add_argument("--extend", metavar="REF", help="plan a shot that goes on from this clip")
    parser.add_argument("--fill", metavar="TC", help="plan a shot that fills the gap there")


def terms(parser: ArgumentParser) -> None:
    """On what terms work is started."""
    add = parser.add_argument
    add("-y", "--yes", action="store_true", help="spend without asking")
    add("--budget", type=credit_sum, metavar="N", help="credits that this job may spend at most")
    add("--project", metavar="NAME", help="whose budget pays, and whose spending is counted")


def _duration(parser: ArgumentParser, *, required: bool) -> None:
    parser.add_argument(
        "--duration", required=required, type=int, metavar="N", help="its length in record frames"
    )


def _camera(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--camera", action="append", default=[], metavar="MOVE", help="'zoom in 10%% ease-in-out'"
    )


def recipe(kind: Kind, args: Namespace) -> RecipeIn:
    """The recipe as the daemon takes it, all paths absolute; `UsageError` for a malformed value."""
    given = vars(args)
    files, moments = references(args.reference)
    try:
        return RecipeIn(
            kind=kind,
            prompt=args.prompt,
            engine=args.engine,
            model=args.model,
            keyframes=windowed([still(pair) for pair in args.keyframe], args.window),
            references=files,
            reference_frames=moments,
            camera=tuple(given.get("camera") or ()),
            options=dict(option(pair) for pair in args.set),
            seed=args.seed,
            at=given.get("at"),
            extend=given.get("extend"),
            fill=given.get("fill"),
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


Commands = argparse._SubParsersAction  # argparse has no public name for it
