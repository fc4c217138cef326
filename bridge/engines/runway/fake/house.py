"""The rooms of one fake, and what a script changes in them. In: a `Script`. Out: nothing."""

from dataclasses import dataclass
from datetime import timedelta

from bridge.engines.runway import rows
from bridge.engines.runway.fake.ledger import Ledger
from bridge.engines.runway.fake.scripts import Script, Waiting
from bridge.engines.runway.fake.storage import Storage
from bridge.engines.runway.fake.tasks import Rules, Tasks


@dataclass(frozen=True)
class House:
    """The rooms of one fake."""

    ledger: Ledger
    storage: Storage
    tasks: Tasks
    rules: Rules
    waiting: Waiting
    keys: set[str]  # the good ones
    token: str  # of the doors that only a fake has

    def told(self, script: Script) -> None:
        """Change what a script says."""
        self.waiting.add(script)
        for name in ("speed", "any_words", "any_key", "show_cancelled"):
            if (value := getattr(script, name)) is not None:
                setattr(self.rules, name, value)
        for name in ("url_seconds", "upload_seconds"):
            if (value := getattr(script, name)) is not None:
                setattr(self.storage, name, value)
        if script.credits is not None:
            self.ledger.set_credits(script.credits)
        if script.clock_seconds is not None:
            self.rules.ahead = timedelta(seconds=script.clock_seconds)
        if script.limits is not None:
            self.rules.limits = dict(script.limits)
        if script.prices is not None:
            self.rules.prices = {way: rows.figures(told) for way, told in script.prices.items()}
        if script.keys is not None:
            self.keys.clear()
            self.keys.update(script.keys)
            self.rules.any_key = False
