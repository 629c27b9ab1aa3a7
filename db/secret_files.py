"""Secrets in files, as Docker, Kubernetes and systemd provide them. A changed file is read again."""

import stat
from contextlib import suppress
from pathlib import Path
from threading import Lock

PREFIX = "file:"


class SecretUnreadable(Exception):
    """A secret file cannot be used. The message says why, with the remedy, and never shows its content."""


def read_secret_file(path: Path) -> str:
    """The secret in a file, without the blanks around it and without a byte order mark. Raises SecretUnreadable."""
    try:
        # A pipe would block for ever, or be empty for the second process that reads it.
        if not stat.S_ISREG(path.stat().st_mode):
            raise SecretUnreadable(
                f"{path} is no regular file: a pipe or directory cannot be read again; write the secret to a file "
                "and run chmod 600 on it"
            )
        secret = path.read_bytes().decode("utf-8-sig").strip()
    except FileNotFoundError:
        raise SecretUnreadable(f"there is no file {path}; create it or correct the path") from None
    except OSError as error:
        raise SecretUnreadable(f"cannot read {path} ({error.strerror}); let this user read it") from None
    except UnicodeDecodeError:
        raise SecretUnreadable(f"cannot read {path} (not text); save it as UTF-8 text") from None
    if not secret:
        raise SecretUnreadable(f"{path} is empty; put the secret into it")
    return secret


class SecretText:
    """A secret as a text, or as a file with the present text. Thread-safe.

    A file that can no longer be read keeps its last text, so that a rotation never leaves a moment without a secret.
    """

    def __init__(self, value: str) -> None:
        """`value` is the secret, or "file:/path". Raises SecretUnreadable."""
        self.path = Path(value.removeprefix(PREFIX)).expanduser() if value.startswith(PREFIX) else None
        self._lock = Lock()
        self._state = state_of(self.path)
        self._text = value if self.path is None else read_secret_file(self.path)

    def text(self) -> str:
        """The present secret."""
        with self._lock:
            if self.path is not None and (state := state_of(self.path)) not in (None, self._state):
                with suppress(SecretUnreadable):
                    self._text, self._state = read_secret_file(self.path), state
            return self._text

    def __repr__(self) -> str:
        return f"SecretText({'file' if self.path else 'text'})"


def state_of(path: Path | None) -> tuple[int, int, int] | None:
    """A value that differs after each change of a file. None if there is no such file."""
    if path is None:
        return None
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
