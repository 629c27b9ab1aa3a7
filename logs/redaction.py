"""Redaction: no secret leaves this process in a log line, not even in a traceback or a library's message."""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from itertools import permutations
from typing import Any
from urllib.parse import quote, quote_plus

HIDDEN = "***"
# Shorter secrets (a passphrase) are hidden only as whole words. A single letter would hide half of every line.
LEAST_LENGTH, SHORTEST = 6, 3

_SECRET_NAME = re.compile(
    r"(api[_-]?key|secret|pass(word|phrase)|token|authorization|signature|\bsig\b|credential)", re.IGNORECASE
)
_ESCAPED = re.compile("%[0-9A-F]{2}")
_URL_PASSWORD = re.compile(r"(?P<start>[a-z][a-z0-9+.-]*://[^\s/:@]*):[^\s/@]+@", re.IGNORECASE)
# URL parameters that sign a request or give access to an account.
_QUERY_SECRET = re.compile(
    r"(?P<name>[?&](sign|sig|signature|token|secret|passphrase|api_?key|access_?key(_?id)?)=)[^&\s\"']+", re.IGNORECASE
)


def forms_of(secrets: Iterable[str]) -> tuple[str, ...]:
    """Every encoding of the secrets of one owner: plain, on one line, URL-encoded, JSON, Base64, and Base64 of name and
    password. The longest comes first."""
    plain = [secret for secret in dict.fromkeys(secrets) if secret]
    forms = {form for secret in plain for form in _spellings(secret) if form}
    for credential in (*plain, *(":".join(pair) for pair in permutations(plain, 2))):
        if len(credential) >= LEAST_LENGTH:
            forms |= {encode(credential.encode()).decode().rstrip("=") for encode in (b64encode, urlsafe_b64encode)}
    return tuple(sorted(forms, key=len, reverse=True))


def _spellings(secret: str) -> Iterator[str]:
    yield from (secret, " ".join(secret.split()), repr(secret)[1:-1])
    for text in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield from (text, _ESCAPED.sub(lambda code: code[0].lower(), text))
    for text in (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
        yield from (text, text.replace("/", "\\/"))  # as PHP writes it


def places_of(form: str, text: str) -> Iterator[tuple[int, int]]:
    """The begin and end of each place where a form stands in a text."""
    at = text.find(form)
    while at >= 0:
        yield at, at + len(form)
        at = text.find(form, at + 1)


def hidden_at(value: str, places: Iterable[tuple[int, int]], hidden: str) -> str:
    """A text with these places hidden, each from its begin to its end, in order. Those that overlap are one."""
    pieces: list[str] = []
    end = 0
    for begin, until in places:
        if begin >= end:
            pieces += (value[end:begin], hidden)
        end = max(end, until)
    return "".join((*pieces, value[end:]))


class Redactor:
    """A log processor that hides known secrets, passwords in addresses, and fields named like secrets.

    A line costs the same with one account and with a thousand: forms are looked up by their first characters.
    """

    def __init__(self, secrets: Iterable[tuple[str, ...]]) -> None:
        """`secrets` are grouped by owner. Name and password of different owners never make a pair."""
        forms = sorted({form for owner in secrets for form in forms_of(owner)}, key=len, reverse=True)
        self._by_start: dict[str, list[str]] = {}  # the longest first
        for form in forms:
            if len(form) >= LEAST_LENGTH:
                self._by_start.setdefault(form[:LEAST_LENGTH], []).append(form)
        words = [re.escape(form) for form in forms if SHORTEST <= len(form) < LEAST_LENGTH]
        self._words = re.compile(rf"(?<!\w)({'|'.join(words)})(?!\w)") if words else None

    def text(self, value: str) -> str:
        """A text without secrets."""
        value = hidden_at(value, self._places(value), HIDDEN) if self._by_start else value
        if self._words is not None:
            value = self._words.sub(HIDDEN, value)
        value = _QUERY_SECRET.sub(rf"\g<name>{HIDDEN}", value)
        return _URL_PASSWORD.sub(rf"\g<start>:{HIDDEN}@", value)

    def _places(self, value: str) -> Iterator[tuple[int, int]]:
        """The places of forms, the longest at each begin."""
        for at in range(len(value) - LEAST_LENGTH + 1):
            forms = self._by_start.get(value[at : at + LEAST_LENGTH], ())
            form = next((form for form in forms if value.startswith(form, at)), None)
            if form is not None:
                yield at, at + len(form)

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
