"""Transfer calls: the requests that together read what entered and left an account other than by trading."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from domain.income import EARNED
from domain.transfers import TransferKind
from exchanges.connection.list_paths import ListPath
from exchanges.venues._shared.full_answers import Keeps
from exchanges.venues._shared.paging import Paging

DEPOSITS_AND_WITHDRAWALS = frozenset({TransferKind.DEPOSIT, TransferKind.WITHDRAWAL})
ALL_KINDS = frozenset(EARNED) - {TransferKind.FEE} | DEPOSITS_AND_WITHDRAWALS
_LONGEST = timedelta(days=7)
# The exchange's own row -> ccxt's fields of a deposit or withdrawal, the currency as the exchange names it. Raises
# Garbled.
TransferRow = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class TransferCall:
    """One list: its name, the ccxt call that reads it, the kinds it holds, and how a time range is requested.

    `until` and `since` are the parameters for the ends of the range, in milliseconds or with `in_seconds` in seconds.
    `until` None: no end can be sent. `since` None: ccxt sends the beginning. A response holds `rows` at most and keeps
    the oldest or newest of more. `code` is the currency of the list, where the exchange requires one. With `fee_within`
    an amount is stated after its fee. `counted` names the list in the response, where ccxt drops some of its rows.
    A list with `paging` takes no range: it is read from its newest row back to the beginning. `path` names a listed
    call to request instead of `call`. Then `row` makes a row of ccxt's from each of its rows.
    """

    name: str
    call: str
    kinds: frozenset[TransferKind]
    params: Mapping[str, Any] = field(default_factory=dict)
    code: str | None = None
    until: str | None = "until"
    since: str | None = None
    in_seconds: bool = False
    rows: int | None = None
    longest: timedelta = _LONGEST
    keeps: Keeps | None = None
    early: int = 0  # milliseconds before the beginning, where the exchange excludes the beginning itself
    fee_within: bool = False
    counted: str | None = None
    list_at: ListPath | None = None
    paging: Paging | None = None
    path: str | None = None
    row: TransferRow | None = None

    def range_params(self, begin: int, last: int) -> dict[str, Any]:
        """The parameters for a time range, both ends in milliseconds."""
        params, unit = dict(self.params), 1000 if self.in_seconds else 1
        if self.until is not None:
            params[self.until] = last // unit
        if self.since is not None:
            params[self.since] = begin // unit
        return params


def deposits(**values: Any) -> TransferCall:
    """The list of deposits."""
    return TransferCall("deposits", "fetch_deposits", frozenset({TransferKind.DEPOSIT}), **values)


def withdrawals(**values: Any) -> TransferCall:
    """The list of withdrawals."""
    return TransferCall("withdrawals", "fetch_withdrawals", frozenset({TransferKind.WITHDRAWAL}), **values)


def movements(**values: Any) -> TransferCall:
    """One list of deposits and withdrawals."""
    return TransferCall("movements", "fetch_deposits_withdrawals", DEPOSITS_AND_WITHDRAWALS, **values)


def ledger(*kinds: TransferKind, name: str = "ledger", **values: Any) -> TransferCall:
    """A ledger that holds these kinds."""
    return TransferCall(name, "fetch_ledger", frozenset(kinds), **values)


def funding(name: str = "funding", **values: Any) -> TransferCall:
    """The list of funding payments."""
    return TransferCall(name, "fetch_funding_history", frozenset({TransferKind.FUNDING}), **values)
