"""The OpenAPI contract, tried with made-up requests: no crash, no undocumented answer, no lie."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.wire.jobs import JobIn
from bridge.wire.recipes import RecipeIn
from bridge.wire.selections import FileSelectionIn
from tests.daemon.house import Running, timeline

# Well-formed requests that name files and jobs which are not there are answered with 4xx: that says
# nothing against the schema
LEFT_OUT = "positive_data_acceptance"


def tried(daemon: Running, folder: Path, *options: str, config: str = "") -> None:
    """Run schemathesis; its report is the message where it finds something."""
    (folder / "schemathesis.toml").write_text(config)
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{daemon.url}/openapi.json"),
        *("--header", f"Authorization: Bearer {daemon.token}"),
        *("--workers", "2"),
        *("--max-examples", "12", "--seed", "1", "--no-color", "--request-timeout", "20"),
        *("--exclude-checks", LEFT_OUT, "--generation-database", "none", *options),
    ]
    # where Hypothesis keeps its table of letters, which takes it seconds to make
    variables = os.environ | {"HYPOTHESIS_STORAGE_DIRECTORY": str(Path(".hypothesis").absolute())}
    ended = subprocess.run(
        command, cwd=folder, env=variables, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout
    assert " passed" in ended.stdout


@contextmanager
def letting_go(daemon: Running) -> Iterator[None]:
    """Who asks with patience is answered at once as after it, like when the daemon ends."""
    closing = daemon.daemon.server.app.state.closing
    closing.set()
    try:
        yield
    finally:
        closing.clear()


def test_contract(daemon: Running, tmp_path: Path) -> None:
    with letting_go(daemon):
        tried(daemon, tmp_path, "--phases", "examples,coverage,fuzzing")


def test_contract_with_things_that_are_there(daemon: Running, tmp_path: Path) -> None:
    with daemon.client() as client:
        chosen = FileSelectionIn(timeline=str(timeline(tmp_path)), clips=("all",))
        selection = client.select(chosen).id
        job = client.submit(JobIn(selection=selection, recipe=RecipeIn(engine="fake"))).id
        daemon.jobs.finish(job)
        take, placement = client.takes(job=job)[0].id, client.placements(job=job)[0].id
    known = {"job": job, "selection": selection, "take": take, "placement": placement}
    lines = [f'"path.{name}" = "{value}"' for name, value in known.items()]
    first = f'"path.name" = "{take}"', '"path.number" = 0', '"query.wait" = 0'
    config = "\n".join(["[parameters]", *lines, *first])
    only = r"\{(job|selection|take|placement)\}|media|events"
    options = ("--phases", "fuzzing", "--include-path-regex", only)
    tried(daemon, tmp_path, *options, config=config)
