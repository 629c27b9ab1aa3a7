"""Key words: an exchange's names for permissions, and their meaning."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from exchanges.connection.errors import BadPayload
from exchanges.contracts import Permissions

MOVES = "it may also move money between the account's own wallets"
UNSAID = "key: the response does not state its permissions"
_MOST_NAMED = 5


def _none(_word: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class KeyWords:
    """The words for reading, trading and withdrawing, in lower case. `others` allow neither.

    `is_reading` and `is_trading` are rules for exchanges with composed words.
    """

    reads: Collection[str] = frozenset()
    trades: Collection[str] = frozenset()
    withdraws: Collection[str] = frozenset()
    others: Collection[str] = frozenset()
    is_reading: Callable[[str], bool] = _none
    is_trading: Callable[[str], bool] = _none

    def permissions_of(self, permissions: Iterable[str]) -> Permissions:
        """The permissions of a key with these words. It can read, because it read its own permissions.

        An unknown word makes every permission unknown that no other word grants.
        """
        words = [word.strip().lower() for word in permissions if word.strip()]
        unknown = [word for word in words if not self._knows(word)]
        otherwise = None if unknown else False
        trades = any(word in self.trades or self.is_trading(word) for word in words)
        withdraws = any(word in self.withdraws for word in words)
        named = ", ".join(word[:30] for word in unknown[:_MOST_NAMED])
        note = f"what these permissions allow is not known here: {named}" if unknown else ""
        return Permissions(True, trades or otherwise, withdraws or otherwise, note)

    def _knows(self, word: str) -> bool:
        listed = (self.reads, self.trades, self.withdraws, self.others)
        return any(word in words for words in listed) or self.is_reading(word) or self.is_trading(word)


def yes_or_no(value: object) -> bool | None:
    """A flag stated as true, 1, "1" or "true", or as their opposites. None for anything else."""
    return {"true": True, "1": True, "false": False, "0": False}.get(str(value).strip().lower())


def field_in(answer: Any, field: str) -> Any:
    value = answer.get(field) if isinstance(answer, Mapping) else None
    if value is None:
        raise BadPayload(UNSAID)
    return value


def object_in(answer: Any, field: str | None = None) -> Mapping[str, Any]:
    value = answer if field is None else field_in(answer, field)
    if not isinstance(value, Mapping):
        raise BadPayload(UNSAID)
    return value


def flag_at(answer: Mapping[str, Any], field: str) -> bool:
    flag = yes_or_no(answer.get(field))
    if flag is None:
        raise BadPayload(UNSAID)
    return flag


def first_row(answer: Any, field: str) -> Mapping[str, Any]:
    rows = field_in(answer, field)
    return object_in(rows[0] if isinstance(rows, list) and rows else None)


def words_of(value: Any) -> list[str]:
    """The words of a list or of one text with commas."""
    listed = value.split(",") if isinstance(value, str) else value
    words = [str(word) for word in listed if word not in (None, "")] if isinstance(listed, list) else []
    if not words:
        raise BadPayload(UNSAID)
    return words


def any_of(answers: Iterable[bool | None]) -> bool | None:
    flags = list(answers)
    if True in flags:
        return True
    return None if None in flags or not flags else False
