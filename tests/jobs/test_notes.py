import asyncio

import pytest

from bridge.errors import Conflict
from bridge.jobs.database import open_database
from bridge.jobs.desk import Desk
from bridge.jobs.notes import Notebook, NoteLedger


@pytest.fixture
def ledger(tmp_path):
    database = open_database("", tmp_path / "jobs.db")
    yield NoteLedger(database)
    database.close()


@pytest.fixture
def desk():
    desk = Desk()
    yield desk
    desk.close()


def test_between_intent_and_handle_it_is_sending_and_acts_wait(ledger, desk):
    async def walk():
        notebook, acts = Notebook("a", ledger, desk), []
        notebook.when_named(lambda: acts.append("before"))
        assert acts == ["before"]
        await notebook.write("intent:a-0", {"engine": "fake"})
        notebook.when_named(lambda: acts.append("named"))
        assert (notebook.sending, acts) == (True, ["before"])
        assert await notebook.unnamed() == ("intent:a-0",)
        await notebook.write("handle:a-0", {"key": "a-0"})
        assert (notebook.sending, acts) == (False, ["before", "named"])
        assert await notebook.unnamed() == ()
        assert await notebook.handles() == ({"key": "a-0"},)

    asyncio.run(walk())


def test_an_intent_of_an_earlier_run_is_not_taken_back(ledger, desk):
    """It may have been sent before that run was cut short."""

    async def walk():
        earlier = Notebook("a", ledger, desk)
        await earlier.write("intent:a-1", {})
        later = Notebook("a", ledger, desk)
        await later.write("intent:a-0", {})
        await later.withdraw()
        assert await later.unnamed() == ("intent:a-1",)
        await earlier.withdraw()
        assert await later.unnamed() == ()

    asyncio.run(walk())


def test_two_runs_of_one_attempt_do_not_both_send(ledger, desk):
    async def walk():
        first, second = Notebook("a", ledger, desk), Notebook("a", ledger, desk)
        for notebook in (first, second):
            assert await notebook.read("intent:a-0") is None
        await first.write("intent:a-0", {"engine": "fake"})
        with pytest.raises(Conflict):
            await second.write("intent:a-0", {"engine": "fake"})
        assert (first.sending, second.sending) == (True, False)

    asyncio.run(walk())
