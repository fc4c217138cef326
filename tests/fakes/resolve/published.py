"""Resolve's API as published. In: the installed stubs. Out: who has which method, taking how much.

The stubs are those of 21.0.0. They mark optional parameters as `Optional` without a default, and
leave some that are optional unmarked; `OPTIONAL_IN_FACT` names these. What came later is in
`LATER`, what was never documented in `UNDOCUMENTED`, each with its source.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

Version = tuple[int, ...]

LATER: Mapping[str, Version] = {
    "Timeline.GetSelectedClips": (21, 0, 4),  # README of 24 July 2026
    "MediaPoolItem.GetTimeline": (21, 0, 4),
    "TimelineItem.GetType": (21, 1),  # measured by danielbaldwin47/resolve-mcp, 21-1-api-gap-map
    "TimelineItem.GetSpeed": (21, 1),
    "TimelineItem.SetSpeed": (21, 1),
    "TimelineItem.GetProperties": (21, 1),
    "TimelineItem.SetProperties": (21, 1),
    "TimelineItem.GetFades": (21, 1),
    "TimelineItem.SetFades": (21, 1),
}
UNDOCUMENTED = {  # Fusion's own scripting guide, and saadk408/davinci-resolve-lua-mcp (21.1)
    "Fusion.GetPrefs",
    "Fusion.SetPrefs",
    "Fusion.SavePrefs",
    "Fusion.GetResolve",
}
OPTIONAL_IN_FACT = {
    "subframe_precision",  # GetStart() and its kin are called without it everywhere
    "importOptions",  # "and optional importOptions dict"
    "subTrackType",  # "Optional argument subTrackType"
    "newTrackOptions",  # "Optional newTrackOptions"
    "exportSubtype",  # ignored but for AAF and EDL
    "Timeline.DeleteClips.Bool",  # "Second argument is optional"
}
OTIO_SINCE: Version = (18, 5)
STUDIO_ONLY = "Studio and AI Scripting APIs"


@dataclass(frozen=True)
class Signature:
    least: int  # arguments
    most: int  # arguments; many where any number is taken
    studio: bool

    MANY = 99


@cache
def methods() -> Mapping[str, tuple[Signature, ...]]:
    """'Timeline.AddMarker' and its signatures, overloads one after another."""
    found: dict[str, tuple[Signature, ...]] = {}
    for owner in _classes():
        for node in owner.body:
            if isinstance(node, ast.FunctionDef):
                name = f"{owner.name}.{node.name}"
                found[name] = (*found.get(name, ()), _signature(node, name))
    return found


@cache
def constants() -> Mapping[str, float]:
    """
    Resolve's constants by name. Their values are the fake's own, but `EXPORT_AAF` is 0.0 as in
    Resolve: they are to be tested against None.
    """
    [resolve] = [owner for owner in _classes() if owner.name == "Resolve"]
    names = [name for node in resolve.body for name in _assigned(node)]
    exports = [name for name in names if name.startswith("EXPORT_")]
    others = [name for name in names if name not in exports]
    return {name: float(value) for value, name in enumerate([*exports, *others])}


def known(name: str, version: Version) -> bool:
    """Whether Resolve of that version has the method, 'Timeline.GetSelectedClips' for example."""
    if name in LATER:
        return version >= LATER[name]
    return name in methods() or name in UNDOCUMENTED


def names_of(owner: str, version: Version) -> set[str]:
    """Of the methods that a kind of object has in that version."""
    every = {*methods(), *LATER, *UNDOCUMENTED}
    owned = (name.split(".") for name in every if known(name, version))
    return {method for kind, method in owned if kind == owner}


def studio_only(name: str) -> bool:
    return any(signature.studio for signature in methods().get(name, ()))


@cache
def _classes() -> tuple[ast.ClassDef, ...]:
    stub = distribution("fusionscript-stubs").locate_file("fusionscript-stubs/fusionscript.pyi")
    tree = ast.parse(Path(str(stub)).read_text(encoding="utf-8"))
    return tuple(node for node in tree.body if isinstance(node, ast.ClassDef))


def _signature(node: ast.FunctionDef, name: str) -> Signature:
    parameters = node.args.args[1:]
    least = len(parameters) - len(node.args.defaults)
    while least and _optional(parameters[least - 1], name):
        least -= 1
    most = Signature.MANY if node.args.vararg else len(parameters)
    return Signature(least, most, STUDIO_ONLY in (ast.get_docstring(node) or ""))


def _optional(parameter: ast.arg, name: str) -> bool:
    marked = parameter.annotation is not None and "Optional[" in ast.unparse(parameter.annotation)
    return marked or bool({parameter.arg, f"{name}.{parameter.arg}"} & OPTIONAL_IN_FACT)


def _assigned(node: ast.stmt) -> list[str]:
    targets: list[ast.expr] = [node.target] if isinstance(node, ast.AnnAssign) else []
    targets += node.targets if isinstance(node, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]
