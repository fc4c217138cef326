"""The options that several commands share. In: words from the command line. Out: checked values."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bridge.engines.base import Kind
from bridge.errors import UsageError
from bridge.media.facts import Codec
from bridge.timeline.facts import Flavour, Mode

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Data = Annotated[Path | None, typer.Option(help="Data folder; the user's own by default.")]
Timeline = Annotated[Path, typer.Argument(help="Timeline file (.otio, .otioz, .xml).")]
Clips = Annotated[
    list[str],
    typer.Option(
        "--clip",
        metavar="REF",
        help="V1:3, a name, a timecode, IN-OUT, marker:NAME, colour:NAME or all; repeatable.",
    ),
]
Prompt = Annotated[str, typer.Option("--prompt", "-p", help="What should change or appear.")]
Keyframes = Annotated[
    list[str],
    typer.Option("--keyframe", metavar="TC=IMAGE", help="A still at a record time; repeatable."),
]
References = Annotated[
    list[Path], typer.Option("--reference", metavar="IMAGE", help="A reference still; repeatable.")
]
Camera = Annotated[
    list[str],
    typer.Option(metavar="MOVE", help="Camera move: 'zoom in 10% ease-in-out'; repeatable."),
]
Engine = Annotated[str, typer.Option(help="See `nle-bridge engines`.")]
ModelName = Annotated[str | None, typer.Option("--model", help="The engine's default if left out.")]
Sets = Annotated[
    list[str],
    typer.Option("--set", metavar="FIELD=VALUE", help="An option of the model; repeatable."),
]
Seed = Annotated[int | None, typer.Option(help="For engines that take one.")]
HandleFrames = Annotated[
    int, typer.Option("--handles", help="Record frames to have on both sides of the shot.")
]
CodecName = Annotated[Codec, typer.Option("--codec", help="What the take is delivered as.")]
ModeName = Annotated[Mode, typer.Option("--mode", help="How the take comes back.")]
FlavourName = Annotated[
    Flavour | None, typer.Option("--flavour", help="Whose OTIO to write; as it came in if left out.")
]
Out = Annotated[
    Path | None, typer.Option("-o", "--out", help="The new timeline; beside the old if left out.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before spending credits.")]


def recipe(kind: Kind, timeline: Path, **given: Any) -> dict[str, Any]:
    """The recipe as the daemon takes it, all paths absolute; `UsageError` for a malformed pair."""
    out = (given.pop("out") or beside(timeline)).absolute()
    return given | {
        "kind": kind,
        "keyframes": [_still(pair) for pair in given["keyframes"]],
        "references": [str(path.absolute()) for path in given["references"]],
        "options": dict(_option(pair) for pair in given["options"]),
        "out": str(out),
    }


def beside(timeline: Path) -> Path:
    """A free name for the new timeline in the old one's folder: `cut.ai.otio`, `cut.ai-2.otio`."""
    suffix = timeline.suffix if timeline.suffix == ".otioz" else ".otio"
    number, free = 1, timeline.with_name(f"{timeline.stem}.ai{suffix}")
    while free.exists():
        number += 1
        free = timeline.with_name(f"{timeline.stem}.ai-{number}{suffix}")
    return free


def _still(pair: str) -> dict[str, str]:
    at, equals, image = pair.partition("=")
    if not equals or not at or not image:
        raise UsageError(f"{pair!r} is not a still.", hint="Write --keyframe 01:00:04:12=still.png.")
    return {"at": at.strip(), "image": str(Path(image).expanduser().absolute())}


def _option(pair: str) -> tuple[str, Any]:
    name, equals, value = pair.partition("=")
    if not equals or not name:
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
