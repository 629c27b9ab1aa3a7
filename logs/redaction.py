"""Redaction: no secret leaves this process in a log line, not even in a traceback or a library's message."""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from itertools import permutations
from typing import Any
from urllib.parse import quote, quote_plus

HIDDEN = "***"
# Shorter secrets (a passphrase) are hidden only as whole words. A single letter would hide half of every line.
LEAST_LENGTH, SHORTEST = 6, 3

_SECRET_NAME = re.compile(
    r"(api[_-]?key|secret|pass(word|phrase)|token|authorization|signature|\bsig\b|credential)", re.IGNORECASE
)
_URL_PASSWORD = re.compile(r"(?P<start>[a-z][a-z0-9+.-]*://[^\s/:@]*):[^\s/@]+@", re.IGNORECASE)
# URL parameters that sign a request or give access to an account.
_QUERY_SECRET = re.compile(
    r"(?P<name>[?&](sign|sig|signature|token|secret|passphrase|api_?key|access_?key(_?id)?)=)[^&\s\"']+", re.IGNORECASE
)


def forms_of(secrets: Iterable[str]) -> tuple[str, ...]:
    """Every encoding of the secrets: plain, URL-encoded, JSON, Base64, and Base64 of name and password.

    The longest comes first, so that a form that contains another leaves no rest.
    """
    plain = [secret for secret in dict.fromkeys(secrets) if secret]
    forms = set(plain)
    for secret in plain:
        forms |= {
            quote(secret, safe=""),
            quote(secret),
            quote_plus(secret),
            json.dumps(secret)[1:-1],
            repr(secret)[1:-1],
        }
    for credential in (*plain, *(":".join(pair) for pair in permutations(plain, 2))):
        if len(credential) >= LEAST_LENGTH:
            forms |= {encode(credential.encode()).decode().rstrip("=") for encode in (b64encode, urlsafe_b64encode)}
    return tuple(sorted(forms, key=len, reverse=True))


class Redactor:
    """A log processor that hides known secrets, passwords in addresses, and fields named like secrets."""

    def __init__(self, secrets: Iterable[str]) -> None:
        patterns = [_pattern_of(form) for form in forms_of(secrets) if len(form) >= SHORTEST]
        self._known = re.compile("|".join(patterns)) if patterns else None

    def text(self, value: str) -> str:
        """A text without secrets."""
        if self._known is not None:
            value = self._known.sub(HIDDEN, value)
        value = _QUERY_SECRET.sub(rf"\g<name>{HIDDEN}", value)
        return _URL_PASSWORD.sub(rf"\g<start>:{HIDDEN}@", value)

    def __call__(self, logger: object, method: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """A log event without secrets, for any field values."""
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


def _pattern_of(form: str) -> str:
    return re.escape(form) if len(form) >= LEAST_LENGTH else rf"(?<!\w){re.escape(form)}(?!\w)"
