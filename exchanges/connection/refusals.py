"""Refusals: translates error responses and ccxt's exceptions into our errors with plain words."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from exchanges.connection.errors import (
    BadPayload,
    ExchangeError,
    NotKnown,
    Permanent,
    RateLimited,
    Temporary,
    UnknownError,
)
from exchanges.connection.session import OverDeadline, TooLong
from logs.redaction import forms_of, hidden_at, places_of

_LONGEST = 200  # maximum length of a quoted message
# Signatures look like this. They are never repeated.
_SIGNATURE = re.compile(r"\b[0-9a-fA-F]{40,}\b")

KEY_REFUSED = (
    "the exchange refuses the key: check api_key and api_secret, and that the key is allowed to read (see the key's "
    "settings on the exchange)"
)
ACCESS_REFUSED = "the exchange refuses access"
ADDRESS_REFUSED = "the exchange refuses this computer's IP address: add it to the addresses the key allows"
CLOCK_WRONG = "the exchange refuses the time of the request: set this computer's clock"
NOT_SERVED_HERE = "the exchange does not serve this place: run Stillframe where the exchange serves you"
OUT_OF_ORDER = (
    "the exchange received a later request first (nonce): if this persists, another program uses this key, or this "
    "computer's clock was set back"
)
REQUEST_REFUSED = "the exchange rejects the form of Stillframe's request"
NO_SUCH = "the exchange has nothing at this address (HTTP 404)"
ASKS_PAUSE = "the exchange asks for a pause: too many requests"

# An exchange's own error codes. HTTP status and code can disagree, and the code is more precise.
ErrorCodes = Mapping[str, tuple[type[ExchangeError], str]]

# ccxt's error classes by name, nearest ancestor first.
_CCXT: Mapping[str, tuple[type[ExchangeError], str]] = {
    "PermissionDenied": (Permanent, KEY_REFUSED),
    "AuthenticationError": (Permanent, KEY_REFUSED),
    "InvalidNonce": (Permanent, CLOCK_WRONG),
    "RateLimitExceeded": (RateLimited, ASKS_PAUSE),
    "DDoSProtection": (RateLimited, ASKS_PAUSE),
    "OnMaintenance": (Temporary, "the exchange is under maintenance"),
    "RequestTimeout": (Temporary, "the exchange ran out of time"),
    "NetworkError": (Temporary, "the exchange is not available"),
    "OperationFailed": (Temporary, "the exchange could not complete the request"),
    "BadRequest": (Permanent, REQUEST_REFUSED),
    "ArgumentsRequired": (Permanent, REQUEST_REFUSED),
    "OrderNotFound": (NotKnown, "the exchange does not know the requested item"),
    "NotSupported": (Permanent, "the exchange does not offer this"),
    "RestrictedLocation": (Permanent, NOT_SERVED_HERE),
    "ManualInteractionNeeded": (Permanent, "the exchange wants something done on its own pages first"),
}


def none_if_refused_with(codes: Iterable[str], request: Callable[[], Any]) -> Any:
    """The response to a request. None where the exchange refuses it with one of these codes, without blanks."""
    try:
        return request()
    except Exception as error:
        words = "".join(str(error).split())
        if any(code in words for code in codes):
            return None
        raise


def is_refusal_of_key(error: Exception) -> bool:
    """True if the exchange refused the key's permission for the request."""
    return any(words in str(error) for words in (KEY_REFUSED, ACCESS_REFUSED))


class Secrets:
    """Values that must never be repeated. The repr shows none of them."""

    def __init__(self, secrets: Iterable[str | None]) -> None:
        self._forms = forms_of(secret for secret in secrets if secret)

    def __repr__(self) -> str:
        return "Secrets(…)"

    def scrub(self, message: object) -> str:
        """Text on one short line, without secrets or signatures."""
        line = " ".join(str(message).split())
        line = hidden_at(line, sorted(span for form in self._forms for span in places_of(form, line)), "…")
        line = _SIGNATURE.sub("…", line)
        return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"


@dataclass(frozen=True, slots=True)
class Reply:
    """A raw response: HTTP status, headers, parsed payload (None: not JSON) and text."""

    status: int
    headers: Mapping[str, str]
    payload: Any
    text: str


class LibraryError(Exception):
    """A library's error message without the request object."""


def bare(error: BaseException, secrets: Secrets) -> LibraryError:
    """A library's error as a cause that can be shown: its name and words, none of its objects."""
    return LibraryError(f"{type(error).__name__}: {secrets.scrub(error)}")


def network_error(error: requests.RequestException) -> ExchangeError:
    """Translate a failure to send or to read."""
    if isinstance(error, OverDeadline | requests.ReadTimeout):
        return Temporary("no response in time")
    if isinstance(error, requests.Timeout):
        return Temporary("no connection in time")
    if isinstance(error, TooLong):
        return BadPayload("the response is far too long")
    if isinstance(error, requests.exceptions.SSLError):
        return Temporary("no secure connection: the exchange's certificate does not hold")
    if isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return Temporary("the connection broke in the middle of the response")
    if isinstance(error, requests.ConnectionError):
        return Temporary(f"no connection: {_why(error)}")
    return Temporary("the request failed")


def _why(error: requests.ConnectionError) -> str:
    message = str(error)
    if "Name or service not known" in message or "NameResolution" in message or "getaddrinfo" in message:
        return "the exchange's name cannot be resolved"
    if "refused" in message:
        return "refused"
    if "reset" in message or "aborted" in message or "RemoteDisconnected" in message:
        return "the exchange hung up"
    return "the exchange cannot be reached"


def refusal(codes: ErrorCodes, always_states_code: bool, reply: Reply, secrets: Secrets) -> ExchangeError | None:
    """The error stated by a response, or None.

    `codes` maps the venue's error codes. With `always_states_code` a response without a code is an error, and so is
    every unmapped code except 0. Without it ccxt interprets unmapped responses.
    """
    code = _code_in(reply)
    if code in codes:
        error, words = codes[code]
        return _error(error, f"{words} ({code})", reply)
    if (error_by_status := _by_status(reply)) is not None:
        return error_by_status
    if not always_states_code:
        return None
    if code not in ("", "0"):
        message = secrets.scrub(reply.payload.get("message") or "no message")
        return BadPayload(f"the exchange responds with an unknown code {secrets.scrub(code)[:20]}: {message}")
    return _shapeless(reply)


def _code_in(reply: Reply) -> str:
    """The code that a response states, "" without one."""
    code = reply.payload.get("code") if isinstance(reply.payload, dict) else None
    return "" if code is None else str(code).strip()


def _shapeless(reply: Reply) -> ExchangeError | None:
    if reply.payload is None:
        kind = "a web page" if "<" in reply.text[:200] else "something"
        return BadPayload(f"the exchange sent {kind} that is not JSON")
    if not isinstance(reply.payload, dict) or reply.payload.get("code") is None:
        return BadPayload("the exchange's response states no code")
    return None


def _by_status(reply: Reply) -> ExchangeError | None:
    if reply.status in (429, 418):
        return _error(RateLimited, f"{ASKS_PAUSE} (HTTP {reply.status})", reply)
    if reply.status >= 500:
        return Temporary(f"the exchange reports a fault of its own (HTTP {reply.status})")
    if reply.status == 408:
        return Temporary("the exchange ran out of time (HTTP 408)")
    if reply.status == 451:
        return Permanent(f"{NOT_SERVED_HERE} (HTTP 451)")
    if reply.status in (401, 403):
        return Permanent(f"{ACCESS_REFUSED} (HTTP {reply.status}): check the key and this computer's address")
    if 300 <= reply.status < 400:
        return BadPayload(f"the exchange redirects elsewhere (HTTP {reply.status}), which is not followed")
    if reply.status >= 400 and reply.payload is None:
        return BadPayload(f"the exchange responds with HTTP {reply.status} without a reason")
    if reply.status >= 400 and _says_all_is_well(reply.payload):
        return BadPayload(f"the exchange responds with HTTP {reply.status} with a success code")
    return None


def _says_all_is_well(payload: Any) -> bool:
    return isinstance(payload, dict) and str(payload.get("code")) == "0"


def _error(error: type[ExchangeError], words: str, reply: Reply) -> ExchangeError:
    return RateLimited(words, _retry_after(reply.headers)) if error is RateLimited else error(words)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header, given as seconds or as a date. At most an hour."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(3600.0, float(value))
    try:
        return min(3600.0, max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()))
    except (TypeError, ValueError):
        return None


def library_error(error: Exception, secrets: Secrets) -> ExchangeError:
    """Translate an error raised inside ccxt by its nearest known class."""
    for ancestor in type(error).__mro__:
        if ancestor.__name__ == "InvalidNonce" and "nonce" in str(error).lower():
            # Nonces must increase. Two parallel requests arrived in the wrong order, so the clock is not at fault.
            translated: ExchangeError = Temporary(OUT_OF_ORDER)
            break
        if (translation := _CCXT.get(ancestor.__name__)) is not None:
            kind, words = translation
            translated = kind(words)
            break
    else:
        is_stated = any(ancestor.__name__ == "ExchangeError" for ancestor in type(error).__mro__)
        words = f"the response cannot be understood ({type(error).__name__})"
        translated = UnknownError(words) if is_stated else BadPayload(words)
    translated.__cause__ = bare(error, secrets)
    return translated
