"""Commands that share a data folder: daemons come and go under them, jobs are seen through."""

import threading
import time
from argparse import Namespace
from pathlib import Path

import pytest

from bridge.cli.connect import connected, settings_for
from bridge.cli.work import see_through
from bridge.client import Client
from bridge.daemon.server import Embedded
from bridge.errors import DaemonNotRunning
from bridge.settings import load
from bridge.wire.jobs import JobIn, JobOut
from bridge.wire.recipes import RecipeIn
from bridge.wire.selections import FileSelectionIn
from tests.cli.cuts import small_cut


def begun(client: Client, folder: Path) -> JobOut:
    wanted = FileSelectionIn(timeline=str(folder / "cut.otio"), clips=("one",))
    recipe = RecipeIn(kind="edit", prompt="dusk", out=str(folder / "new.otio"))
    return client.submit(JobIn(selection=client.select(wanted).id, recipe=recipe))


def test_a_job_whose_daemon_ends_is_seen_through_by_the_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small_cut(tmp_path)
    args = Namespace(data=tmp_path / "data", json=True)
    first = Embedded(load({}, data=args.data, port=0))
    first.__enter__()
    with connected(settings_for(args)) as client:
        job = begun(client, tmp_path)
        first.__exit__(None, None, None)
        assert see_through(client, job, args) == 0
    assert job.id in capsys.readouterr().err
    assert (tmp_path / "new.otio").is_file()


def test_where_no_daemon_stays_the_job_is_named(tmp_path: Path) -> None:
    args = Namespace(data=tmp_path / "data", json=True)
    small_cut(tmp_path)
    daemon = Embedded(load({}, data=args.data, port=0))
    daemon.__enter__()
    with connected(settings_for(args)) as client:
        job = begun(client, tmp_path)
        daemon.__exit__(None, None, None)
        with pytest.raises(DaemonNotRunning, match=job.id) as gone:
            see_through(client, job, args, daemons=1)
    assert f"jobs wait {job.id}" in gone.value.hint


def test_a_daemon_that_is_about_to_be_found_is_waited_for(tmp_path: Path) -> None:
    settings = load({}, data=tmp_path / "data", port=0)
    with Embedded(settings) as running:
        hidden = settings.runtime_file.rename(tmp_path / "hidden.json")

        def found() -> None:
            time.sleep(0.5)
            hidden.rename(settings.runtime_file)

        thread = threading.Thread(target=found)
        thread.start()
        with connected(settings) as client:
            assert client.health().instance == running.house.instance
        thread.join()
