"""What is learnt while pictures are made. In: sentences, facts. Out: a part of the result."""

from dataclasses import dataclass, field


@dataclass
class Notes:
    """Filled while the pictures are taken; whole when the last one was."""

    warnings: list[str] = field(default_factory=list[str])  # for the editor
    facts: dict[str, str] = field(default_factory=dict[str, str])  # for the lineage
    # of each picture in order, 0 to 1: how far it is what was asked for; none: nothing to doubt
    sureness: list[float] = field(default_factory=list[float])

    def say(self, sentence: str) -> None:
        """A sentence for the editor, once."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def fact(self, name: str, value: str) -> None:
        self.facts[name] = value

    def sure(self, of_one: float) -> None:
        """How sure the next picture is."""
        self.sureness.append(of_one)
