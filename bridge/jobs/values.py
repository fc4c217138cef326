"""Frozen values in the database. In: a plan or a stage's result. Out: JSON values, and back."""

from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from bridge.errors import InternalError

T = TypeVar("T")


def to_json(value: Any) -> Any:
    """JSON values of a frozen dataclass, nested ones, paths, fractions and decimals included."""
    return _adapter(type(value)).dump_python(value, mode="json")


def from_json(kind: type[T], data: Any) -> T:
    """The value again; `InternalError` where another version of the program wrote it otherwise."""
    try:
        value: T = _adapter(kind).validate_python(data)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InternalError(
            f"A kept {kind.__name__} cannot be read: {where}: {first['msg']}.",
            hint="It was written by another version: start the work again.",
        ) from error
    return value


# Building one takes some 60 ms for a plan: it is done once, and only where it is needed.
_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]
