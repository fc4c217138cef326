"""The rules of the house. In: a file's place and text. Out: what is against them, in sentences.

Every check is a function of `(place, text)` alone, so that a test can hand it what must fail.
Places are relative to the repository: `bridge/media/probe.py`.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter

from bridge import errors

LAYERS = (  # lowest first; modules sharing a line may not import one another
    {""},  # bridge/__init__.py, which has the version
    {"errors"},
    {"frames", "settings", "secrets"},
    {"source"},
    {"timeline", "media", "store"},
    {"engines"},
    {"pipeline", "hosts"},
    {"jobs"},
    {"wire"},
    {"daemon", "client"},
    {"cli", "mcp_server", "__main__"},
)
STRANGERS = {("engines", "timeline"), ("engines", "store")}  # an engine sees files, never the edit
STAGES = ("selection", "plan", "extract", "render", "collect", "conform", "reinsert")

# A server of its own, for tests and for studios
FAKE_RUNWAY = "bridge/engines/runway/fake/"
# Foreign libraries and the only rooms that know them
HOMES = {
    "opentimelineio": ("bridge/timeline/", "otio_adapters/"),
    "otio_fcp_adapter": ("bridge/timeline/",),
    "av": ("bridge/media/", "bridge/engines/"),
    "cv2": ("bridge/media/", "bridge/engines/"),
    "numpy": ("bridge/media/", "bridge/engines/"),
    "dbos": ("bridge/jobs/",),
    "sqlalchemy": ("bridge/jobs/",),
    "fastapi": ("bridge/daemon/", FAKE_RUNWAY),
    "starlette": ("bridge/daemon/", FAKE_RUNWAY),
    "uvicorn": ("bridge/daemon/", FAKE_RUNWAY),
    "runwayml": ("bridge/engines/runway/",),
    "rich": ("bridge/cli/",),
}
# Resolve's own modules, found only inside Resolve
HOST_MODULES = {"DaVinciResolveScript", "fusionscript", "BlackmagicFusion"}
OLDEST_RESOLVE_PYTHON = (3, 7)  # the oldest grammar that every `ast` still knows

# Where anything at all may be caught: three walls, some with more than one brick
WALLS = {
    # a stage, or what ends it: whatever it raises becomes data
    "bridge/jobs/runner.py:Runner.run",
    "bridge/jobs/asking.py:asked",
    "bridge/jobs/walk.py:Walk._ending",
    # a request
    "bridge/daemon/guard.py:Guard._http",
    "bridge/daemon/guard.py:Guard._websocket",
    "bridge/daemon/mailbox.py:Mailman._done",
    # plug-in loading
    "bridge/engines/registry.py:Engines._load",
}
# Where it is not caught but handed over: to the thread that waits for it and raises it there
CARRIERS = {
    "bridge/daemon/server.py:Embedded._run",
    "bridge/media/ahead.py:_make",
    "bridge/engines/runway/keys.py:_ask",
}
WIDE = {"Exception", "BaseException"}

LONGEST_FILE = 400  # lines
LONGEST_FUNCTION = 60
ROOMS_OF_TIME = ("bridge/frames.py", "bridge/timeline/", "bridge/pipeline/", "bridge/source.py")
TIME_NAME = re.compile(
    r"(.*_)?(seconds?|time|duration|starts?|ends?|frames?|positions?|fps|rate|handles?|timecode)"
)
# OTIO's own values, as the file writes them, on their way to being whole: the one border of floats
FLOAT_BORDER = {
    "bridge/timeline/times.py:media_start",
    "bridge/timeline/read.py:_rate",
    "bridge/timeline/read.py:_item_rate",
    "bridge/timeline/sources.py:start",
}

Check = Callable[[str, str], list[str]]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@lru_cache(1024)
def parsed(text: str) -> ast.Module:
    return ast.parse(text)


def module_name(place: str) -> str:
    """`bridge/media/__init__.py` -> `bridge.media`."""
    return place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imported(place: str, text: str) -> Iterator[str]:
    """Every dotted name that is imported anywhere in the file, lazily or for types only, too."""
    for node in ast.walk(parsed(text)):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                base = _absolute(place, module, level)
                yield from (f"{base}.{alias.name}" for alias in names)
            case ast.Call(args=[ast.Constant(value=str(name)), *_]) if _imports(node.func):
                yield name


def _imports(function: ast.expr) -> bool:
    return ast.unparse(function).split(".")[-1] in ("import_module", "__import__")


def _absolute(place: str, module: str | None, level: int) -> str:
    if not level:
        return module or ""
    package = place.removesuffix(".py").split("/")[:-level]
    return ".".join([*package, *([module] if module else [])])


def room(name: str) -> str:
    """`bridge.media.probe.probe` -> `media`; a name in `bridge` itself belongs to its root."""
    parts = name.split(".")
    known = set[str]().union(*LAYERS)
    if len(parts) < 2 or (parts[1] not in known and parts[1].startswith("__")):
        return ""
    return parts[1]


def layer(name: str) -> int | None:
    return next((number for number, rooms in enumerate(LAYERS) if name in rooms), None)


# ---- one file at a time


def imports_point_down(place: str, text: str) -> list[str]:
    if not place.startswith("bridge/"):
        return []
    own = room(module_name(place))
    if layer(own) is None:
        return [f"{place} is in no layer."]
    faults = []
    for name in imported(place, text):
        other = room(name) if name.split(".")[0] == "bridge" else None
        if other is None or other == own:
            continue
        if (own, other) in STRANGERS:
            faults.append(f"{place} imports {name}: {own} and {other} are strangers.")
        elif (layer(other) or 0) >= (layer(own) or 0) or layer(other) is None:
            faults.append(f"{place} imports {name}, which does not stand lower.")
    return faults


def imports_are_absolute(place: str, text: str) -> list[str]:
    return [
        f"{place}:{node.lineno} has a relative import."
        for node in ast.walk(parsed(text))
        if isinstance(node, ast.ImportFrom) and node.level
    ]


def libraries_stay_at_home(place: str, text: str) -> list[str]:
    tops = {name.split(".")[0] for name in imported(place, text)}
    return [
        f"{place} imports {top}, which lives in {' and '.join(HOMES[top])}."
        for top in sorted(tops & set(HOMES))
        if not place.startswith(HOMES[top])
    ]


def adapters_stand_alone(place: str, text: str) -> list[str]:
    """OTIO runs an adapter under a name of its own, beside whatever else is installed there."""
    if not place.startswith("otio_adapters/"):
        return []
    known = {"opentimelineio", "otio_adapters", *sys.stdlib_module_names}
    strangers = {name.split(".")[0] for name in imported(place, text)} - known
    faults = [f"{place} imports {name}." for name in sorted(strangers)]
    if "__future__.annotations" in imported(place, text) and "dataclass" in text:
        # dataclasses look their module up in sys.modules, where OTIO does not put it
        faults.append(f"{place} has a dataclass under postponed annotations.")
    return faults


def scripts_stand_alone(place: str, text: str) -> list[str]:
    """Resolve's own Python runs these: an old one, with nothing installed."""
    if not place.startswith("resolve_scripts/"):
        return []
    try:
        ast.parse(text, feature_version=OLDEST_RESOLVE_PYTHON)
    except SyntaxError as error:
        return [f"{place}:{error.lineno} is too new for Resolve's Python: {error.msg}."]
    known = {"nle_bridge_resolve", *HOST_MODULES, *sys.stdlib_module_names}
    strangers = {name.split(".")[0] for name in imported(place, text)} - known
    return [f"{place} imports {name}." for name in sorted(strangers)]


def has_docstring(place: str, text: str) -> list[str]:
    return [] if ast.get_docstring(parsed(text)) else [f"{place} does not say what it is for."]


def is_short(place: str, text: str) -> list[str]:
    lines = len(text.splitlines())
    faults = [f"{place} has {lines} lines."] if lines > LONGEST_FILE else []
    for name, node in functions(parsed(text)):
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > LONGEST_FUNCTION:
            faults.append(f"{place}:{name} has {length} lines.")
    return faults


def functions(node: ast.AST, above: str = "") -> Iterator[tuple[str, Function]]:
    """All functions with their names: `Runner.run`, and `load.inner` for one inside another."""
    for child in ast.iter_child_nodes(node):
        named = isinstance(child, Function | ast.ClassDef)
        name = f"{above}{child.name}" if named else above
        if isinstance(child, Function):
            yield name, child
        yield from functions(child, f"{name}." if named else above)


def catches_by_name(place: str, text: str) -> list[str]:
    """Wide excepts stand only in the walls; cleaning up and raising again is no catching."""
    faults = []
    for where, node in _inside_functions(parsed(text)):
        wide = (isinstance(node, ast.ExceptHandler) and _is_wide(node.type)) or (
            isinstance(node, ast.Call)
            and ast.unparse(node.func).split(".")[-1] == "suppress"
            and any(map(_is_wide, node.args))
        )
        again = isinstance(node, ast.ExceptHandler) and ast.unparse(node.body[-1]) == "raise"
        if wide and not again and f"{place}:{where}" not in WALLS | CARRIERS:
            faults.append(f"{place}:{where} catches everything.")
    return faults


def _is_wide(kind: ast.expr | None) -> bool:
    if isinstance(kind, ast.Tuple):
        return any(map(_is_wide, kind.elts))
    return kind is None or ast.unparse(kind).split(".")[-1] in WIDE


def _inside_functions(node: ast.AST, where: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Every node with the name of the function or class around it."""
    for child in ast.iter_child_nodes(node):
        named = isinstance(child, Function | ast.ClassDef)
        name = ".".join(filter(None, (where, child.name))) if named else where
        yield name, child
        yield from _inside_functions(child, name)


def errors_are_from_the_tree(place: str, text: str) -> list[str]:
    if place == "bridge/errors.py" or not place.startswith("bridge/"):
        return []
    tree = {kind.__name__ for kind in errors.ERRORS_BY_CODE.values()}
    return [
        f"{place} has an error of its own: {node.name}."
        for node in ast.walk(parsed(text))
        if isinstance(node, ast.ClassDef)
        and tree & {ast.unparse(base).split(".")[-1] for base in node.bases}
    ]


def no_float_carries_a_time(place: str, text: str) -> list[str]:
    if not place.startswith(ROOMS_OF_TIME):
        return []
    return [
        f"{place}:{line} has the time {name} as a float."
        for name, kind, line in _annotated(parsed(text))
        if TIME_NAME.fullmatch(name)
        and re.search(r"\bfloat\b", kind)
        and f"{place}:{name}" not in FLOAT_BORDER
    ]


def _annotated(tree: ast.Module) -> Iterator[tuple[str, str, int]]:
    for node in ast.walk(tree):
        match node:
            case ast.arg(arg=name, annotation=ast.expr() as kind):
                yield name, ast.unparse(kind), node.lineno
            case ast.AnnAssign(target=target, annotation=kind):
                yield ast.unparse(target).split(".")[-1], ast.unparse(kind), node.lineno
            case ast.FunctionDef(name=name, returns=ast.expr() as kind):
                yield name, ast.unparse(kind), node.lineno
            case ast.AsyncFunctionDef(name=name, returns=ast.expr() as kind):
                yield name, ast.unparse(kind), node.lineno


CHECKS: tuple[Check, ...] = (
    imports_point_down,
    imports_are_absolute,
    libraries_stay_at_home,
    adapters_stand_alone,
    scripts_stand_alone,
    has_docstring,
    is_short,
    catches_by_name,
    errors_are_from_the_tree,
    no_float_carries_a_time,
)


# ---- all files together


def graph(texts: dict[str, str]) -> dict[str, set[str]]:
    """Which module imports which; `texts` holds each file's text under its place."""
    modules = {module_name(place) for place in texts}
    found: dict[str, set[str]] = {}
    for place, text in texts.items():
        own = module_name(place)
        targets = {_module(name, modules) for name in imported(place, text)}
        found[own] = {target for target in targets if target is not None} - {own}
    return found


def _module(name: str, modules: set[str]) -> str | None:
    """The longest part of a dotted name that is a module: the rest are names in it."""
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name or None


def cycle(edges: dict[str, set[str]]) -> list[str]:
    """One circle of modules, if there is one."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def stages_in_order(edges: dict[str, set[str]]) -> list[str]:
    """Each stage reaches, through whatever helpers, only stages before it."""
    faults = []
    for number, stage in enumerate(STAGES):
        reached = _reached(f"bridge.pipeline.{stage}", edges)
        faults += [
            f"{stage} reaches {later}, which comes after it."
            for later in STAGES[number + 1 :]
            if f"bridge.pipeline.{later}" in reached
        ]
    return faults


def _reached(start: str, edges: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        for target in edges.get(ahead.pop(), set()) - seen:
            seen.add(target)
            ahead.append(target)
    return seen
