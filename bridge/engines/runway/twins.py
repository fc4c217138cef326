"""The SDK's types as pydantic can check them. In: an annotation of the SDK. Out: its twin.

The SDK names fields in snake_case and renames them as it sends; a twin has the names of the wire
and no others, and lists where the SDK takes anything that can be walked through.
"""

from functools import cache
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin

from pydantic import ConfigDict
from typing_extensions import TypedDict, is_typeddict

from bridge.engines.runway.catalogue import fields_of, is_list, is_union

PREFIX = "as "  # of the names of twins, which no field has
PLAIN = (str, int, float, bool, type(None))  # all that JSON has; of anything else any is taken


@cache
def twin(annotation: Any) -> Any:
    """The annotation with every object in it closed and named as on the wire."""
    if is_typeddict(annotation):
        return _object(annotation)
    if is_union(annotation):
        return Union[tuple(twin(part) for part in get_args(annotation))]  # noqa: UP007 - a tuple
    if get_origin(annotation) is Literal:
        return annotation
    if is_list(annotation):
        parts = get_args(annotation)
        return list[twin(parts[0])] if parts else list[Any]  # type: ignore[misc]
    return annotation if annotation in PLAIN else Any


def _object(params: Any) -> Any:
    fields = {
        field.name: Required[twin(field.annotation)]
        if field.required
        else NotRequired[twin(field.annotation)]
        for field in fields_of(params).values()
    }
    make: Any = TypedDict  # whose names and fields are known only now
    made = make(PREFIX + params.__name__, fields)
    made.__pydantic_config__ = ConfigDict(extra="forbid")
    return made
