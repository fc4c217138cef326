"""Working ahead. In: an iterator. Out: its items, made on a thread while the last are used.

Decoders and encoders release Python's lock, so reading the next pictures costs no time while the
ones before are being written.
"""

import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")


def ahead(items: Iterator[Item], most: int) -> Generator[Item, None, None]:
    """
    The items in order, up to `most` of them made in advance.

    An exception comes out where its item would have; when the consumer stops, so does the thread,
    after the item it is at.
    """
    made: queue.Queue[tuple[Item] | BaseException | None] = queue.Queue(most)
    stop = threading.Event()
    thread = threading.Thread(target=_make, args=(items, made, stop), name="ahead", daemon=True)
    thread.start()
    try:
        while (item := made.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item[0]
    finally:
        stop.set()
        while thread.is_alive():
            _emptied(made)
            thread.join(0.01)


def abreast(
    items: Iterator[Item], make: Callable[[Item], Made], most: int
) -> Generator[Made, None, None]:
    """
    What is made of each item, in order, `most` of them at once on threads of their own.

    Items are taken one at a time, by the thread that asks for the results.
    """
    under_way: deque[Future[Made]] = deque()
    with ThreadPoolExecutor(most, "abreast") as pool, closing(_as_generator(items)) as source:
        try:
            for item in source:
                under_way.append(pool.submit(make, item))
                if len(under_way) > most:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for each in under_way:
                each.cancel()


def _make(
    items: Iterator[Item],
    made: "queue.Queue[tuple[Item] | BaseException | None]",
    stop: threading.Event,
) -> None:
    end: BaseException | None = None
    try:
        with closing(_as_generator(items)) as source:
            for item in source:
                made.put((item,))
                if stop.is_set():
                    break
    # Whatever ends the work ends it for the consumer too, who sees it instead of waiting for ever.
    except BaseException as error:  # noqa: BLE001
        end = error
    made.put(end)


def _as_generator(items: Iterator[Item]) -> Generator[Item, None, None]:
    yield from items


def _emptied(made: "queue.Queue[tuple[Item] | BaseException | None]") -> None:
    try:
        while True:
            made.get_nowait()
    except queue.Empty:
        return
