"""Page cursor: the last row of a page of fills or transfers, used in links and API responses."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Cursor:
    """Time, key and account of a row, because rows of two accounts may share time and key."""

    at: datetime
    key: str
    account_id: int

    def encode(self) -> str:
        """The cursor as one word of a URL."""
        return f"{self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}~{self.account_id}~{self.key}"

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        """The cursor that `encode` wrote. Raises ValueError."""
        at, account_id, key = text.split("~", 2)
        if not key.isprintable():
            raise ValueError("a cursor names the key of a row, which is printable")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError(f"{at} does not say its zone")
        try:
            return cls(moment.astimezone(UTC), key, _account_id(account_id))
        except OverflowError as error:
            raise ValueError(f"{at} is out of range") from error


def cursor_parameters(cursor: Cursor | None) -> dict[str, object]:
    """The SQL parameters :at, :key and :account_id. All are NULL without a cursor."""
    if cursor is None:
        return {"at": None, "key": None, "account_id": None}
    return {"at": cursor.at, "key": cursor.key, "account_id": cursor.account_id}


class HasCursor(Protocol):
    """A row that knows its cursor."""

    @property
    def cursor(self) -> Cursor: ...


def _account_id(text: str) -> int:
    number = int(text)
    if not 0 <= number < 2**31:
        raise ValueError(f"{text} is the number of no account")
    return number
