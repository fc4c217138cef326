"""An engine that takes nothing until a person has acted. In: what happens to a job. Out: its error.

A command does not wait for the person who reads it. Its own daemon ends with it, so its job is
cancelled; a job of a daemon that goes on waits there.
"""

from bridge.cli.connect import OwnDaemon
from bridge.client import Client
from bridge.errors import AccountBlocked, BridgeError
from bridge.jobs.facts import PAUSED_NOTE
from bridge.wire.events import EventOut
from bridge.wire.jobs import JobOut


def check_paused(client: Client, job: JobOut, event: EventOut) -> None:
    """Raise what the job's engine waits for, where the event says that the job waits for it."""
    if not str(event.data.get("note") or "").startswith(PAUSED_NOTE):
        return
    error = _why(client, job.engine)
    if error is None:  # an old event: it goes on by now
        return
    if isinstance(client, OwnDaemon):
        client.cancel(job.id)
        raise error
    raise AccountBlocked(
        f"{error.message} The job {job.id} waits.",
        hint=f"{error.hint} Then see it through with `nle-bridge jobs wait {job.id}`.",
        job=job.id,
    )


def _why(client: Client, engine: str) -> BridgeError | None:
    for known in client.engines():
        if known.name == engine and known.paused is not None:
            return BridgeError.from_data(known.paused.model_dump(mode="json"))
    return None
