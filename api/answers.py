"""Answers: how what is known becomes JSON, and how a question is refused in one line."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from starlette.responses import Response

# What an account holds belongs in no cache between here and the one who asked.
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

LEAST_PACKED = 2000  # bytes; below that compressing costs more than it saves


@dataclass
class Refusal(Exception):
    """A question that is not answered: the status and one line that says why and what to do."""

    status: int
    reason: str
    headers: Mapping[str, str] | None = None


def encoded(payload: object) -> bytes:
    """JSON: decimals as plain strings with the scale they came with, moments in ISO 8601 UTC, durations in seconds."""
    return json.dumps(payload, default=_plain, ensure_ascii=False, separators=(",", ":")).encode()


def packed(payload: object, accepts: str) -> tuple[bytes, Mapping[str, str]]:
    """A payload encoded, compressed for a client that accepts it, and the headers that say so.

    To be called in a thread: the server around us would compress on the event loop, and megabytes take it 70 ms.
    """
    body = encoded(payload)
    if "gzip" not in accepts or len(body) < LEAST_PACKED:
        return body, {"Vary": "Accept-Encoding"}
    return gzip.compress(body, compresslevel=1, mtime=0), {"Vary": "Accept-Encoding", "Content-Encoding": "gzip"}


def answer(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A response around an encoded body."""
    return Response(body, status, {**HEADERS, **(headers or {})}, media_type="application/json")


def refused(refusal: Refusal) -> Response:
    """The response that carries a refusal."""
    return answer(encoded({"error": refusal.reason}), refusal.status, refusal.headers)


def _plain(value: object) -> object:
    match value:
        case Decimal():
            return format(value, "f") if value.is_finite() else None
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case timedelta():
            return round(value.total_seconds(), 3)
        case Mapping():
            return dict(value)
        case frozenset() | set():
            return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form here")
