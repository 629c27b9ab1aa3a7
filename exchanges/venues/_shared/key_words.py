"""Key words: the words in which an exchange says what a key may do, and what they come to."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from exchanges.contracts import Permissions

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
