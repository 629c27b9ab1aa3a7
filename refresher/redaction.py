"""Redaction: no secret leaves this process in a log line, not even inside a traceback or a library's message."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

HIDDEN = "***"
# A shorter word (the demo's "demo") would black out half of every line, and no exchange gives out such keys.
LEAST_LENGTH = 6

_SECRET_NAME = re.compile(
    r"(api[_-]?key|secret|pass(word|phrase)|token|authorization|signature|\bsig\b|credential)", re.IGNORECASE
)
_URL_PASSWORD = re.compile(r"(?P<start>[a-z][a-z0-9+.-]*://[^\s/:@]*):[^\s/@]+@", re.IGNORECASE)


class Redactor:
    """A log processor that blacks out known secrets, passwords in addresses, and fields named like secrets."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # The longest first, so that a secret that contains another leaves no remainder.
        known = sorted({s for s in secrets if len(s) >= LEAST_LENGTH}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def text(self, value: str) -> str:
        """A text without secrets."""
        if self._known is not None:
            value = self._known.sub(HIDDEN, value)
        return _URL_PASSWORD.sub(rf"\g<start>:{HIDDEN}@", value)

    def __call__(self, logger: object, method: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """A log event without secrets, whatever its fields hold."""
        return {key: self._field(key, value) for key, value in event.items()}

    def _field(self, key: object, value: Any) -> Any:
        if isinstance(key, str) and _SECRET_NAME.search(key):
            return HIDDEN
        return self._value(value)

    def _value(self, value: Any) -> Any:
        match value:
            case str():
                return self.text(value)
            case None | bool() | int() | float():
                return value
            case Mapping():
                return {key: self._field(key, inner) for key, inner in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._value(inner) for inner in value]
            case _:
                return self.text(str(value))
