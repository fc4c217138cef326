"""Working ahead changes nothing but the time."""

import threading
from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.media.ahead import abreast, ahead


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


@given(st.lists(st.integers()), st.integers(1, 4))
def test_abreast_gives_what_was_made_in_order(items: list[int], most: int) -> None:
    assert list(abreast(iter(items), str, most)) == [str(item) for item in items]


def test_abreast_makes_several_at_once() -> None:
    together = threading.Barrier(2, timeout=20)

    def make(item: int) -> int:
        together.wait()
        return item

    assert list(abreast(iter(range(4)), make, 2)) == [0, 1, 2, 3]


def test_abreast_takes_no_more_items_than_it_makes() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for item in count():
            taken.append(item)
            yield item

    got = abreast(items(), str, 2)
    assert next(got) == "0"
    got.close()
    assert len(taken) <= 3


def test_abreast_raises_what_making_raised_where_it_would_have_come() -> None:
    got = abreast(iter([1, 0, 2]), lambda item: 2 // item, 2)
    assert next(got) == 2
    with pytest.raises(ZeroDivisionError):
        next(got)
