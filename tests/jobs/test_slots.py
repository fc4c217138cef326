import asyncio
import time
from collections import Counter

import pytest

from bridge.errors import DatabaseError
from bridge.jobs.database import open_database
from bridge.jobs.desk import Desk
from bridge.jobs.session_locks import SessionLocks, lock_number
from bridge.jobs.slots import LocalSlots, SharedSlots


class Busy:
    def __init__(self) -> None:
        self.now, self.most, self.order = Counter(), Counter(), []

    async def work(self, slots, name: str, count: int, number: int = 0) -> None:
        async with slots.turn(name, count):
            self.order.append(number)
            self.now[name] += 1
            self.most[name] = max(self.most[name], self.now[name])
            await asyncio.sleep(0.005)
            self.now[name] -= 1


def test_as_many_as_fit_and_in_the_order_of_asking():
    busy, slots = Busy(), LocalSlots()

    async def walk():
        await asyncio.gather(*(busy.work(slots, "one", 1, number) for number in range(5)))
        await asyncio.gather(*(busy.work(slots, "three", 3) for _ in range(9)))
        await busy.work(slots, "nothing", 0)

    asyncio.run(walk())
    assert busy.order[:5] == [0, 1, 2, 3, 4]
    assert busy.most == {"one": 1, "three": 3, "nothing": 1}


def test_a_cancelled_or_failed_turn_is_given_back():
    async def fail(slots):
        async with slots.turn("one", 1):
            raise KeyError

    async def walk():
        busy, slots = Busy(), LocalSlots()
        with pytest.raises(KeyError):
            await fail(slots)
        first = asyncio.create_task(busy.work(slots, "one", 1))
        waiting = asyncio.create_task(busy.work(slots, "one", 1))
        await asyncio.sleep(0)
        waiting.cancel()
        await first
        await asyncio.wait_for(busy.work(slots, "one", 1), 5)

    asyncio.run(walk())


def test_turns_of_a_shared_database_count_over_all_machines(postgres, tmp_path):
    url = postgres.database()
    machines = [open_database(url, tmp_path / "unused") for _ in range(2)]
    locks = [SessionLocks(machine.engine) for machine in machines]
    desk, busy = Desk(), Busy()

    async def walk():
        for lock in locks:
            lock.open()
        slots = [SharedSlots(lock, desk) for lock in locks]
        work = [busy.work(slots[number % 2], "model", 2) for number in range(6)]
        work += [busy.work(slots[number % 2], "other", 1) for number in range(2)]
        await asyncio.wait_for(asyncio.gather(*work), 30)

    asyncio.run(walk())
    desk.close()
    for lock, machine in zip(locks, machines, strict=True):
        lock.close()
        machine.close()
    assert busy.most == {"model": 2, "other": 1}


def taken_soon(locks: SessionLocks, name: str) -> bool:
    """The server lets go of a closed session's locks in its own time."""
    for _ in range(100):
        if locks.take(name):
            return True
        time.sleep(0.05)
    return False


def test_locks_are_held_by_one_and_end_with_its_session(postgres, tmp_path):
    url = postgres.database()
    databases = [open_database(url, tmp_path / "unused") for _ in range(2)]
    dead, alive = (SessionLocks(database.engine) for database in databases)
    with pytest.raises(DatabaseError):
        dead.take("a")
    dead.open()
    alive.open()
    assert dead.take("a")
    assert not dead.take("a")
    assert not alive.take("a")
    assert alive.take("b")
    alive.give_back("b")
    assert dead.take("b")
    dead.close()
    assert taken_soon(alive, "a")
    assert taken_soon(alive, "b")
    alive.close()
    for database in databases:
        database.close()


def test_names_of_locks_are_64_bit_and_differ():
    numbers = {lock_number(f"slot:model:{number}") for number in range(100)} | {
        lock_number("\ud800")
    }
    assert len(numbers) == 101
    assert all(-(2**63) <= number < 2**63 for number in numbers)
