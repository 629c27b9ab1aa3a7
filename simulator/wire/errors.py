"""The exchange's error answers: each with its own code and an HTTP status."""

from typing import Any


class Refusal(Exception):
    """An error answer. HTTP status and code can disagree, as on the exchange."""

    def __init__(self, code: int, status: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.message = message

    def body(self, request_id: Any, method: str) -> dict[str, Any]:
        """The answer's JSON."""
        return {"id": request_id, "method": method, "code": self.code, "message": self.message}


def unauthorized(message: str = "Authentication failure") -> Refusal:
    """A wrong key or signature, or a key that may not do this."""
    return Refusal(40101, 401, message)


def bad_nonce() -> Refusal:
    """The nonce differs by more than 60 seconds from the exchange's clock."""
    return Refusal(40102, 400, "Nonce value differs by more than 60 seconds")


def bad_request(message: str) -> Refusal:
    """A parameter is missing or wrong."""
    return Refusal(40004, 400, message)


def bad_dates(message: str) -> Refusal:
    """A forbidden time window."""
    return Refusal(40005, 400, message)


def unknown_method() -> Refusal:
    """No such method."""
    return Refusal(40401, 404, "NOT_FOUND")


def unknown_order() -> Refusal:
    """No such order."""
    return Refusal(40401, 200, "NOT_FOUND")


def too_many() -> Refusal:
    """A rate limit is exceeded."""
    return Refusal(42901, 429, "TOO_MANY_REQUESTS")


def broken(status: int = 500) -> Refusal:
    """An internal error."""
    return Refusal(50001, status, "ERR_INTERNAL")
