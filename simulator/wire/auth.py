"""Authentication: key, signature and nonce of a private request."""

import hashlib
import hmac
import json
from typing import Any

from simulator.wire.errors import Refusal, bad_nonce, bad_request, unauthorized

NONCE_WINDOW = 60_000  # milliseconds
_LEVELS = 3


def signed_text(params: Any, level: int = 0) -> str:
    """The parameters as text for the signature: keys and values joined, keys sorted, lists joined, None as "null".

    Nested objects are expanded three levels deep.
    """
    if level >= _LEVELS or not isinstance(params, dict):
        return _text(params)
    text = ""
    for key in sorted(params):
        value = params[key]
        text += key
        if isinstance(value, list):
            text += "".join(signed_text(item, level + 1) for item in value)
        else:
            text += _text(value)
    return text


def _text(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def signature(secret: str, method: str, request_id: Any, api_key: str, params: Any, nonce: Any) -> str:
    """The hexadecimal HMAC-SHA256 that a request must carry."""
    text = f"{method}{_text(request_id)}{api_key}{signed_text(params)}{_text(nonce)}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def request_of(raw: bytes) -> dict[str, Any]:
    """The JSON of a private request. Raises a Refusal for anything else."""
    try:
        body = json.loads(raw)
    except ValueError:
        raise Refusal(40003, 400, "INVALID_REQUEST") from None
    if not isinstance(body, dict):
        raise Refusal(40003, 400, "INVALID_REQUEST")
    return body


def verify(body: dict[str, Any], method: str, api_key: str, secret: str, now: int) -> dict[str, Any]:
    """The parameters of a request. Raises a Refusal unless it is signed with this account's secret.

    `now` is the wall clock in milliseconds.
    """
    params = body.get("params", {})
    if body.get("method") != method:
        raise bad_request("method differs from the path")
    if not isinstance(params, dict):
        raise bad_request("params is not an object")
    if body.get("api_key") != api_key:
        raise unauthorized()
    try:
        nonce = int(body["nonce"])
    except (KeyError, TypeError, ValueError):
        raise bad_request("nonce is missing") from None
    if abs(nonce - now) > NONCE_WINDOW:
        raise bad_nonce()
    expected = signature(secret, method, body.get("id"), api_key, params, body["nonce"])
    if not hmac.compare_digest(str(body.get("sig", "")).encode(), expected.encode()):
        raise unauthorized()
    return params
