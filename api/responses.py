"""Responses: records as JSON, and a refusal in one line."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from starlette.responses import Response

# Holdings must not be stored by any cache between the server and the client.
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

LEAST_PACKED = 2000  # in bytes, below this size compressing costs more than it saves


@dataclass
class Refusal(Exception):
    """A refused request: the HTTP status and one line with the reason and the remedy."""

    status: int
    reason: str
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Csv:
    """A file of comma-separated values as a response."""

    name: str  # of the file
    text: str


def encoded(payload: object) -> bytes:
    """Encode as JSON: decimals as plain strings with their original scale, moments in ISO 8601 UTC, durations in
    seconds."""
    return json.dumps(payload, default=_plain, ensure_ascii=False, separators=(",", ":")).encode()


def packed(payload: object, accepts: str) -> tuple[bytes, Mapping[str, str]]:
    """Encode a payload (JSON, a Csv as it is) and compress it if the client accepts that. Returns body and headers.

    Call it in a thread. The surrounding server would compress on the event loop, and megabytes take 70 ms.
    """
    headers = {"Vary": "Accept-Encoding"}
    if isinstance(payload, Csv):
        body = payload.text.encode()
        headers |= {
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{payload.name}"',
        }
    else:
        body = encoded(payload)
    if "gzip" not in accepts or len(body) < LEAST_PACKED:
        return body, headers
    return gzip.compress(body, compresslevel=1, mtime=0), {**headers, "Content-Encoding": "gzip"}


def json_response(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A response around an encoded body, JSON unless a header says otherwise."""
    return Response(body, status, {**HEADERS, **(headers or {})}, media_type="application/json")


def refusal_response(refusal: Refusal) -> Response:
    """The response for a refusal."""
    return json_response(encoded({"error": refusal.reason}), refusal.status, refusal.headers)


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
