"""The key to the account. In: settings, a key file, a keyring, the environment. Out: a `Secret`.

Order: the file that the settings, `RUNWAY_KEY_FILE` or a service manager's `$CREDENTIALS_DIRECTORY`
name; the system's keyring; the file that `nle-bridge key runway` writes; the environment, last,
where it is taken away so that no child inherits it.
"""

import os
import stat
from collections.abc import Callable, MutableMapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Protocol, TypeVar

import keyring

from bridge.errors import AccountBlocked, UsageError, disk_error
from bridge.secrets import Secret

SERVICE, USER = "nle-bridge", "runway"
VARIABLE = "RUNWAYML_API_SECRET"
FILE_VARIABLE = "RUNWAY_KEY_FILE"
CREDENTIALS = "CREDENTIALS_DIRECTORY"
# Others keep keys in plain files, or forget them: keyring picks those by itself where there are no
# better ones (keyring 25.7, headless Linux).
TRUSTED = frozenset(
    {
        "keyring.backends.macOS.Keyring",
        "keyring.backends.Windows.WinVaultKeyring",
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
    }
)
KEYRING_SECONDS = 10  # a locked keyring may ask a screen that nobody looks at
LONGEST = 4096
Found = TypeVar("Found")
HINT = "Give one with `nle-bridge key runway`, or name a file with it: key_file in settings.toml."


class Keyring(Protocol):
    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


def system_keyring() -> Keyring | None:
    """This machine's keyring, if it is one that keeps keys safe."""
    found = keyring.get_keyring()
    kind = type(found)
    return found if f"{kind.__module__}.{kind.__qualname__}" in TRUSTED else None


# What was taken out of the environment of this process; another instance finds it here
_taken: dict[str, Secret] = {}


@dataclass(frozen=True)
class Keys:
    """Where this machine's key may be; `folder` is the engine's own."""

    folder: Path
    key_file: Path | None = None
    use_keyring: bool = True
    environ: MutableMapping[str, str] = field(default_factory=lambda: os.environ)
    keyring: Callable[[], Keyring | None] = system_keyring
    keyring_seconds: float = KEYRING_SECONDS

    @property
    def own_file(self) -> Path:
        return self.folder / "key"

    def take_environment(self) -> None:
        """Take the key out of the environment, before any child is started."""
        value = self.environ.pop(VARIABLE, None)
        secret = _word(value or "")
        if secret is not None:
            _taken[VARIABLE] = secret

    def find(self) -> Secret:
        """`AccountBlocked` where there is no key, or one that others could read."""
        self.take_environment()
        named = self._named_file()
        if named is not None:
            return _read(named)
        kept = self._in_keyring()
        if kept:
            return _checked(kept, "the keyring")
        if self.own_file.exists():
            return _read(self.own_file)
        if VARIABLE in _taken:
            return _taken[VARIABLE]
        raise AccountBlocked("There is no key for Runway.", hint=HINT, reason="key")

    def store(self, value: str) -> str:
        """Keep a key; says where. Written, then read back."""
        secret = _word(value)
        if secret is None:
            raise UsageError("A key is one word of plain letters; this is not.")
        ring = self.keyring() if self.use_keyring else None
        if ring is not None and self._kept(ring, secret):
            self.own_file.unlink(missing_ok=True)
            return "this system's keyring"
        self._write(secret)
        return f"{self.own_file}, which only you can read: this system has no keyring to trust"

    def forget(self) -> bool:
        """Remove the key that `store` kept; False where there was none."""
        found = self.own_file.exists()
        self.own_file.unlink(missing_ok=True)
        ring = self.keyring() if self.use_keyring else None
        if ring is None or not self._asked(ring):
            return found
        self._within_time(lambda: ring.delete_password(SERVICE, USER))
        return True

    def _named_file(self) -> Path | None:
        if self.key_file is not None:
            return self.key_file
        if self.environ.get(FILE_VARIABLE):
            return Path(self.environ[FILE_VARIABLE])
        folder = self.environ.get(CREDENTIALS)
        given = Path(folder) / "runway" if folder else None
        return given if given is not None and given.exists() else None

    def _in_keyring(self) -> str | None:
        ring = self.keyring() if self.use_keyring else None
        return None if ring is None else self._asked(ring)

    def _kept(self, ring: Keyring, secret: Secret) -> bool:
        """Some keyrings take a key and keep nothing."""
        self._within_time(lambda: ring.set_password(SERVICE, USER, secret.reveal()))
        return self._asked(ring) == secret.reveal()

    def _asked(self, ring: Keyring) -> str | None:
        return self._within_time(lambda: ring.get_password(SERVICE, USER))

    def _within_time(self, ask: Callable[[], Found]) -> Found | None:
        """None where the keyring fails, or does not answer in time."""
        answer: Future[Found] = Future()
        Thread(target=_ask, args=(ask, answer), name="keyring", daemon=True).start()
        try:
            failed = answer.exception(self.keyring_seconds) is not None
        except TimeoutError:
            return None
        return None if failed else answer.result()

    def _write(self, secret: Secret) -> None:
        part = self.own_file.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            part.unlink(missing_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with os.fdopen(os.open(part, flags, 0o600), "w", encoding="ascii") as file:
                file.write(secret.reveal() + "\n")
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.own_file)
        except OSError as error:
            raise disk_error(error, self.own_file) from error


def forget_environment() -> None:
    """Forget what was taken out of the environment: for those who set it anew."""
    _taken.clear()


def _ask(ask: Callable[[], Found], answer: "Future[Found]") -> None:
    """Keyrings raise what their back ends raise: it is handed over."""
    try:
        answer.set_result(ask())
    except BaseException as error:  # noqa: BLE001 - to the one who waits
        answer.set_exception(error)


def _read(file: Path) -> Secret:
    try:
        # a pipe in the file's place would wait for a writer
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as opened:
            _check_mode(file, os.fstat(opened.fileno()))
            data = opened.read(LONGEST + 1)
    except OSError as error:
        raise AccountBlocked(
            f"The key file {file} cannot be read: {error.strerror}.", hint=HINT, reason="key"
        ) from error
    return _checked(data.decode("ascii", "replace"), str(file))


def _check_mode(file: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise AccountBlocked(f"The key file {file} is not a plain file.", hint=HINT, reason="key")
    if os.name == "posix" and status.st_mode & 0o077:
        raise AccountBlocked(
            f"The key file {file} can be read by others than you.",
            hint=f"Run: chmod 600 {file}",
            reason="key",
        )


def _checked(value: str, where: str) -> Secret:
    secret = _word(value)
    if secret is None:
        raise AccountBlocked(
            f"{where} holds no key: that is one word of plain letters.", hint=HINT, reason="key"
        )
    return secret


def _word(value: str) -> Secret | None:
    """A key is one word: anything else would break the header that it goes into."""
    word = value.strip()
    good = 0 < len(word) <= LONGEST and word.isascii() and word.isprintable() and " " not in word
    return Secret(word) if good else None
