"""Key words: the words in which an exchange says what a key may do, and what they come to."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from exchanges.connection.errors import BadPayload
from exchanges.contracts import Permissions

MOVES = "it may also move money between the account's own wallets"
UNSAID = "key: the answer does not say what it may do"
_MOST_NAMED = 5


def _none(_word: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class KeyWords:
    """Which words allow reading, trading and withdrawing; all in small letters. `others` allow neither.

    Rules stand beside the words, for exchanges that build theirs by one.
    """

    reads: Collection[str] = frozenset()
    trades: Collection[str] = frozenset()
    withdraws: Collection[str] = frozenset()
    others: Collection[str] = frozenset()
    is_reading: Callable[[str], bool] = _none
    is_trading: Callable[[str], bool] = _none

    def understood(self, said: Iterable[str]) -> Permissions:
        """What a key with these words may do: it read its own permissions, so it can read. With a word that is not
        known, whatever is not certain is unknown."""
        words = [word.strip().lower() for word in said if word.strip()]
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


def yes_or_no(said: object) -> bool | None:
    """A flag said as true, 1, "1" or "true" and their opposites; None where it is none of these."""
    return {"true": True, "1": True, "false": False, "0": False}.get(str(said).strip().lower())


def field_in(answer: Any, field: str) -> Any:
    found = answer.get(field) if isinstance(answer, Mapping) else None
    if found is None:
        raise BadPayload(UNSAID)
    return found


def object_in(answer: Any, field: str | None = None) -> Mapping[str, Any]:
    found = answer if field is None else field_in(answer, field)
    if not isinstance(found, Mapping):
        raise BadPayload(UNSAID)
    return found


def flag_at(answer: Mapping[str, Any], field: str) -> bool:
    said = yes_or_no(answer.get(field))
    if said is None:
        raise BadPayload(UNSAID)
    return said


def first_row(answer: Any, field: str) -> Mapping[str, Any]:
    rows = field_in(answer, field)
    return object_in(rows[0] if isinstance(rows, list) and rows else None)


def words_of(said: Any) -> list[str]:
    """The words of a list or of one text with commas."""
    listed = said.split(",") if isinstance(said, str) else said
    words = [str(word) for word in listed if word not in (None, "")] if isinstance(listed, list) else []
    if not words:
        raise BadPayload(UNSAID)
    return words


def any_of(answers: Iterable[bool | None]) -> bool | None:
    found = list(answers)
    if True in found:
        return True
    return None if None in found or not found else False
