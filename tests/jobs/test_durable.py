import sqlite3
from importlib.util import find_spec

import pytest

from bridge.errors import DatabaseError
from bridge.jobs.durable import sqlite_module


@pytest.mark.parametrize(
    ("python", "sqlite"), [((3, 11), (3, 40, 1)), ((3, 12), (3, 42, 0)), ((3, 14), (3, 50, 4))]
)
def test_python_s_own_sqlite_is_used_where_it_will_do(python, sqlite):
    assert sqlite_module(python, sqlite) is sqlite3


@pytest.mark.skipif(find_spec("pysqlite3") is not None, reason="another SQLite is installed")
def test_a_sqlite_that_is_too_old_is_said_before_anything_starts():
    with pytest.raises(DatabaseError) as old:
        sqlite_module((3, 12), (3, 40, 1))
    assert "3.40.1" in old.value.message
    assert "pysqlite3-binary" in old.value.hint
