"""Downloads under way. In: a folder and a name. Out: what of it lies there, and what became of it.

NAME.part     what has come so far
NAME.tag      of which object that is: the storage's own strong tag
NAME.damaged  what nobody can decode, kept for a look
NAME.mp4      whole and verified; or .mov, .wav, ...
"""

from dataclasses import dataclass
from pathlib import Path

from bridge.engines.runway import containers

UNDER_WAY = frozenset({".part", ".tag", ".damaged"})


@dataclass(frozen=True)
class Part:
    folder: Path
    name: str

    @property
    def path(self) -> Path:
        return self.folder / f"{self.name}.part"

    @property
    def _tag_file(self) -> Path:
        return self.folder / f"{self.name}.tag"

    def finished(self) -> Path | None:
        """The file that was verified before it got its name."""
        found = (path for path in self.folder.glob(f"{self.name}.*"))
        return next((path for path in found if path.suffix not in UNDER_WAY), None)

    def begun(self) -> tuple[int, str] | None:
        """So many bytes of the object with this tag; None where nobody knows of which."""
        try:
            size, tag = self.path.stat().st_size, self._tag_file.read_text()
        except OSError:
            return None
        return (size, tag) if size and tag else None

    def begin(self, tag: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        # a weak tag does not say that the bytes are the same (RFC 9110, 13.1.5)
        strong = tag if tag.startswith('"') and tag.isascii() and tag.isprintable() else ""
        self._tag_file.write_text(strong)

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)
        self._tag_file.unlink(missing_ok=True)

    def finish(self) -> Path:
        """Give it the name that it keeps, with the ending of what it is."""
        return self._named(containers.ending(self.path))

    def set_aside(self) -> Path:
        """For a look."""
        return self._named(".damaged")

    def _named(self, ending: str) -> Path:
        self._tag_file.unlink(missing_ok=True)
        return self.path.replace(self.folder / f"{self.name}{ending}")
