"""Working ahead changes nothing but the time."""

import threading
from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.media.ahead import ahead


@given(st.lists(st.none() | st.integers()), st.integers(1, 5))
def test_the_same_items_in_order(items: list[int | None], most: int) -> None:
    assert list(ahead(iter(items), most)) == items


def test_an_error_comes_where_its_item_would_have() -> None:
    def failing() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("three")

    got = ahead(failing(), 1)
    assert [next(got), next(got)] == [1, 2]
    with pytest.raises(ValueError, match="three"):
        next(got)


def test_the_thread_and_the_items_end_with_the_consumer() -> None:
    ended = threading.Event()

    def endless() -> Iterator[int]:
        try:
            yield from count()
        finally:
            ended.set()

    before = threading.active_count()
    got = ahead(endless(), 3)
    assert next(got) == 0
    got.close()
    assert ended.is_set()
    assert threading.active_count() == before
