"""The error tree. In: what went wrong and with what. Out: one exception a person can act on.

    BridgeError
    ├── InputError                  the caller asked for something that cannot be
    │   ├── UsageError                  a malformed option, time or value
    │   ├── TimelineError
    │   │   ├── TimelineUnreadable      no reader, broken file, unknown format
    │   │   ├── TimelineUnwritable      the target format or folder cannot hold this edit
    │   │   ├── ClipNotFound            a clip reference names nothing
    │   │   ├── ClipAmbiguous           a clip reference names several clips
    │   │   └── ShotRefused             found, but cannot be worked on; the reason is in the detail
    │   ├── RangeError                  empty, overlapping or outside ranges
    │   ├── MediaError
    │   │   ├── MediaMissing            the file is not there
    │   │   ├── MediaForbidden          a path or format this machine will not open
    │   │   ├── MediaUnsupported        no decoder, no video, over the size limits
    │   │   ├── MediaDamaged            decodes short or with errors
    │   │   └── MediaChanged            not the file that was planned with
    │   ├── PlanRefused                 the shot does not fit the engine
    │   ├── BudgetReached               a budget does not hold what this would cost
    │   ├── NotFound                    no such job, take, selection or placement
    │   └── Conflict                    the state changed meanwhile (quote, job, placement)
    ├── EngineError
    │   ├── EngineUnknown               no such engine or model, or its package failed to load
    │   ├── EngineRefused               will not do this: words, options
    │   │   └── SafetyRefused           its moderation said no; never sent again unchanged
    │   ├── EngineBusy                  not now; nothing was started
    │   ├── EngineUnavailable           the service is missing
    │   │   └── AccountBlocked          key, credit or too many refusals: a person must act
    │   ├── EngineFailed                started and did not finish
    │   ├── EngineCancelled             stopped, by us or on the other side
    │   └── EngineUncertain             may have started; never repeated by itself
    ├── DeliveryError                   result and plan disagree
    │   └── FrameCountWrong
    ├── MachineError
    │   ├── DiskFull
    │   ├── DiskRefused                 permission denied or read-only
    │   ├── WorkerDied                  a media child crashed or hit its limits
    │   ├── DatabaseError
    │   ├── PortTaken
    │   ├── DaemonNotRunning
    │   └── DaemonBusy                  another daemon holds the data folder
    ├── Forbidden                       token, host or origin
    └── InternalError                   a fault of ours; the log has the traceback

Every class has a stable `code`, an HTTP `status`, says whether trying again may help (`retryable`)
and carries a default `hint`: what the person should do. On the wire and in the ledger an error is
data (`as_data`, `from_data`), never a pickle.
"""

import errno
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar


class BridgeError(Exception):
    """
    `message` is one plain sentence with the facts in it, `hint` says what to do,
    `detail` holds the same facts for a program (JSON values only).
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False
    default_hint: ClassVar[str] = ""

    def __init__(self, message: str, *, hint: str | None = None, **detail: Any) -> None:
        super().__init__(message)
        self.message = message
        self.hint = self.default_hint if hint is None else hint
        self.detail = detail

    def as_data(self) -> dict[str, Any]:
        """`{code, message, hint, retryable, detail}`: the shape on the wire and in the ledger."""
        return {
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "retryable": self.retryable,
            "detail": self.detail,
        }

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> "BridgeError":
        """The same error again; a code nobody knows any more becomes an `InternalError`."""
        kind = ERRORS_BY_CODE.get(str(data.get("code")), InternalError)
        hint = data.get("hint")
        error = kind(str(data.get("message", "")), hint=None if hint is None else str(hint))
        # not as keywords: a newer version's detail may hold any name, `hint` too
        error.detail = dict(data.get("detail") or {})
        return error


class InputError(BridgeError):
    code = "input"
    status = 422


class UsageError(InputError):
    code = "usage"
    default_hint = "Run the command with --help to see what it accepts."


class TimelineError(InputError):
    code = "timeline"


class TimelineUnreadable(TimelineError):
    code = "timeline_unreadable"
    default_hint = (
        "Export the timeline again as .otio (File > Export > Timeline) and try with that file."
    )


class TimelineUnwritable(TimelineError):
    code = "timeline_unwritable"
    default_hint = "Choose another output file or flavour with -o and --flavour."


class ClipNotFound(TimelineError):
    code = "clip_not_found"
    default_hint = "List the clips with `nle-bridge plan TIMELINE --list`."


class ClipAmbiguous(TimelineError):
    code = "clip_ambiguous"
    default_hint = "Name the one you mean by its place, for example V1:3."


class ShotRefused(TimelineError):
    code = "shot_refused"
    default_hint = "Leave this clip out, or replace it in the editor by a plain clip of its media."


class RangeError(InputError):
    code = "range"
    default_hint = "Give a range inside the timeline, with its end after its start."


class MediaError(InputError):
    code = "media"


class MediaMissing(MediaError):
    code = "media_missing"
    default_hint = "Relink the clip in the editor or mount the drive, then try again."


class MediaForbidden(MediaError):
    code = "media_forbidden"
    default_hint = "Use a plain local file inside an allowed folder."


class MediaUnsupported(MediaError):
    code = "media_unsupported"
    default_hint = "Transcode the media to ProRes or H.264 in a .mov and relink the clip."


class MediaDamaged(MediaError):
    code = "media_damaged"
    default_hint = "Copy the file again from its original; it ends early or does not decode."


class MediaChanged(MediaError):
    code = "media_changed"
    default_hint = "Plan again: the file is not the one the plan was made with."


class PlanRefused(InputError):
    code = "plan_refused"
    default_hint = "Choose another model or a shorter shot."


class BudgetReached(InputError):
    code = "budget_reached"
    status = 402
    default_hint = "Raise the budget in the settings, or do less."


class NotFound(InputError):
    code = "not_found"
    status = 404
    default_hint = "Look it up with `nle-bridge jobs list` or `nle-bridge takes`."


class Conflict(InputError):
    code = "conflict"
    status = 409
    default_hint = "Look at the current state and decide again."


class EngineError(BridgeError):
    code = "engine"
    status = 502


class EngineUnknown(EngineError):
    code = "engine_unknown"
    status = 422
    default_hint = "List the engines with `nle-bridge engines`."


class EngineRefused(EngineError):
    code = "engine_refused"
    status = 422
    default_hint = "Change what is asked for, or choose another model."


class SafetyRefused(EngineRefused):
    code = "safety_refused"
    default_hint = "Change the prompt or the pictures: sending the same again can cost the account."


class EngineBusy(EngineError):
    code = "engine_busy"
    status = 503
    retryable = True
    default_hint = "It is tried again by itself."


class EngineUnavailable(EngineError):
    code = "engine_unavailable"
    status = 503
    default_hint = "Check the engine's key and balance, and that its service is up; then retry."


class AccountBlocked(EngineUnavailable):
    code = "account_blocked"
    default_hint = "Check the engine's key and balance; its work goes on when they are right again."


class EngineFailed(EngineError):
    code = "engine_failed"
    retryable = True
    default_hint = "Retry the shot; if it fails again, change the prompt or the model."


class EngineCancelled(EngineError):
    code = "engine_cancelled"
    status = 409
    default_hint = "Retry the shot when you want it after all."


class EngineUncertain(EngineError):
    code = "engine_uncertain"
    status = 409
    default_hint = (
        "Look at the engine's own history, then decide with `nle-bridge jobs resolve JOB` "
        "and --ran TASK or --did-not-run."
    )


class DeliveryError(BridgeError):
    code = "delivery"
    default_hint = (
        "Retry the shot: what was paid for is used. If that does not help, `nle-bridge jobs retry "
        "JOB --fresh` renders, and costs, all of it anew."
    )


class FrameCountWrong(DeliveryError):
    code = "frame_count_wrong"


class MachineError(BridgeError):
    code = "machine"
    status = 503


class DiskFull(MachineError):
    code = "disk_full"
    status = 507
    retryable = True
    default_hint = "Free some space, then retry: nothing that was finished is lost."


class DiskRefused(MachineError):
    code = "disk_refused"
    default_hint = "Check that the folder exists and may be written."


class WorkerDied(MachineError):
    code = "worker_died"
    retryable = True
    default_hint = "Retry; if it happens again the file is probably damaged or too large."


class DatabaseError(MachineError):
    code = "database"
    retryable = True
    default_hint = "Check the disk and the database setting, then start the daemon again."


class PortTaken(MachineError):
    code = "port_taken"
    default_hint = "Leave --port out to take a free one, or stop the program that holds it."


class DaemonNotRunning(MachineError):
    code = "daemon_not_running"
    default_hint = "Start it with `nle-bridge serve`."


class DaemonBusy(MachineError):
    code = "daemon_busy"
    default_hint = "Use the running daemon, stop it, or choose another --data folder."


class Forbidden(BridgeError):
    code = "forbidden"
    status = 403
    default_hint = "Send the token of the running daemon; it is in runtime.json of the data folder."


class InternalError(BridgeError):
    code = "internal"
    default_hint = "Please report this with the daemon's log."


def _tree(kind: type[BridgeError]) -> Iterator[type[BridgeError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _tree(child)


ERRORS_BY_CODE = {kind.code: kind for kind in _tree(BridgeError)}

# EFBIG is what RLIMIT_FSIZE and FAT's 4 GiB limit answer
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def disk_error(error: OSError, path: Path) -> MachineError:
    """What the system says about writing `path`, in the words of this tree."""
    kind = DiskFull if error.errno in FULL else DiskRefused
    reason = error.strerror or str(error)
    return kind(f"{path} cannot be written: {reason}.", path=str(path))
