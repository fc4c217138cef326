"""What a script asks the daemon. In: one verb's values. Out: the answer as it came."""

import urllib.parse
from typing import Any, Dict

from nle_bridge_resolve.daemon import Daemon


class Verbs:
    """One run of a script, which the daemon knows by `runner`."""

    def __init__(self, daemon: Daemon, runner: str) -> None:
        self._daemon = daemon
        self.runner = runner

    def select(self, report: Dict[str, Any]) -> Dict[str, Any]:
        return self._daemon.post("/v1/hosts/resolve/selections", report)

    def next(self, question: Dict[str, Any]) -> Dict[str, Any]:
        return self._daemon.post("/v1/hosts/resolve/next", question, wait=question["wait"])

    def hold(self, placement: str) -> bool:
        """False: somebody else places it, or it was placed."""
        answer = self._daemon.post(_of(placement, "hold"), {"runner": self.runner})
        return answer.get("held") is True

    def release(self, placement: str, why: str) -> None:
        self._daemon.post(_of(placement, "release"), {"runner": self.runner, "why": why})

    def ack(self, placement: str, state: str, readback: Dict[str, Any]) -> None:
        """`state` is placed or refused."""
        body = {"state": state, "readback": readback, "runner": self.runner}
        self._daemon.post(_of(placement, "ack"), body)

    def stop(self) -> int:
        """How many scripts were told to stop."""
        return int(self._daemon.post("/v1/hosts/resolve/stop", {}).get("stopped") or 0)


def _of(placement: str, verb: str) -> str:
    return "/v1/placements/{}/{}".format(urllib.parse.quote(placement, safe=""), verb)
