"""Incoming lots: what deposits from one's own other accounts bring along, with its cost and date, and the costs that
the owner stated for others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, localcontext
from typing import Any

from sqlalchemy import Connection

from db.copying import digest_of, json_text
from db.reads.coin_books import CoinBooksState, MovedLots, read_coin_books_state, read_moved_lots, read_moves
from db.reads.rates import read_rates_at
from db.reads.stated_costs import read_coin_deposits, read_stated_costs
from domain.coin_events import has_book
from domain.coin_lots import CoinLot, lots_in, rows_of
from domain.lots import EXACT
from domain.snapshot import Account
from domain.stated_cost import StatedCost
from domain.transfer_matches import Match, matches_of
from domain.transfers import Transfer

# The id of an account and the key of a withdrawal from it.
Withdrawal = tuple[int, str]


@dataclass(frozen=True, slots=True)
class IncomingOf:
    """The lots of one deposit in the base currency of its account, and what identifies them."""

    at: datetime
    lots: Sequence[CoinLot]
    source: Any


class IncomingLots:
    """The lots that the deposits of an account take over."""

    def __init__(
        self, by_deposit: Mapping[str, IncomingOf], deposited_at: Mapping[str, datetime], taken: Mapping[str, Any]
    ) -> None:
        self._by_deposit = by_deposit
        self._deposited_at = deposited_at
        self._taken = taken

    def lots_of(self, key: str) -> tuple[CoinLot, ...]:
        """The lots of a deposit. None if it is no transfer from an own account, or that account is not worked out."""
        incoming = self._by_deposit.get(key)
        return () if incoming is None else tuple(incoming.lots)

    def taken_by(self, key: str) -> Any:
        """The identity of the lots of a deposit. None without any."""
        return self._by_deposit[key].source if key in self._by_deposit else None

    def is_or_was_taken(self, key: str) -> bool:
        """True if a deposit takes lots over, or did when it was counted."""
        return key in self._by_deposit or key in self._taken

    def overtaken_at(self, state: CoinBooksState) -> datetime | None:
        """The earliest counted deposit that took other lots than it does now."""
        if state.counted_at is None:
            return None
        keys = {*self._by_deposit, *state.taken}
        return min(
            (
                at
                for key in keys
                if (at := self._deposited_at.get(key)) is not None and at <= state.counted_at
                if self.taken_by(key) != state.taken.get(key)
            ),
            default=None,
        )


@dataclass(frozen=True, slots=True)
class Deposits:
    """The deposits of an account that may have a known cost, by key: matched with a withdrawal of an own account (its
    account's id and its key), or with a cost that the owner stated. Costs are in `currency`."""

    account: Account
    currency: str
    matches: Mapping[str, tuple[Transfer, Withdrawal]]
    costs: Mapping[str, StatedCost]
    transfers: Mapping[str, Transfer]

    def lots_of(self, connection: Connection, key: str, moved: Mapping[Withdrawal, MovedLots]) -> IncomingOf | None:
        """The lots of a deposit, by the lots that withdrawals took out. A stated cost takes the place of an unknown
        one. None if nothing is known."""
        brought = self._matched(connection, key, moved)
        if key in self.costs and key in self.transfers:
            return self._stated(connection, self.costs[key], self.transfers[key], brought) or brought
        return brought

    def brought_by(self, connection: Connection, key: str, moved: Mapping[Withdrawal, MovedLots]) -> Sequence[CoinLot]:
        """The lots that a deposit brought along from an own account, without any stated cost."""
        brought = self._matched(connection, key, moved)
        return () if brought is None else brought.lots

    def _matched(self, connection: Connection, key: str, moved: Mapping[Withdrawal, MovedLots]) -> IncomingOf | None:
        if key not in self.matches or (name := self.matches[key][1]) not in moved:
            return None
        return self._brought(connection, self.matches[key][0], name, moved[name])

    def _brought(self, connection: Connection, deposit: Transfer, name: Withdrawal, moved: MovedLots) -> IncomingOf:
        lots, rate = lots_in(moved.rows), Decimal(1)
        if moved.currency != self.currency:
            result = self._rate(connection, moved.currency, deposit.at)
            lots, rate = ([_converted(lot, result, deposit.at) for lot in lots], result or Decimal(0))
        digest = digest_of(json_text([moved.rows, moved.currency, self.currency, str(rate)])).hex()
        return IncomingOf(deposit.at, lots, [*name, digest])

    def _stated(
        self, connection: Connection, stated: StatedCost, deposit: Transfer, brought: IncomingOf | None
    ) -> IncomingOf | None:
        rate: Decimal | None = Decimal(1)
        if stated.currency != self.currency:
            rate = self._rate(connection, stated.currency, stated.moment_of(deposit))
        lots = None if rate is None else stated.lots_of(deposit, () if brought is None else brought.lots, rate)
        if lots is None:
            return None
        source = [None if brought is None else brought.source, "stated", digest_of(json_text(rows_of(lots))).hex()]
        return IncomingOf(deposit.at, lots, source)

    def _rate(self, connection: Connection, currency: str, at: datetime) -> Decimal | None:
        rates = read_rates_at(connection, self.account.venue, currency, self.currency, [at])[at]
        return rates.rate(currency, self.currency)


def read_incoming_lots(connection: Connection, account: Account) -> IncomingLots:
    """The lots that the deposits of an account take over, in its base currency."""
    state = read_coin_books_state(connection, account.id)
    taken = {} if state is None else state.taken
    deposits = read_deposits(connection, account, account.base_currency, taken)
    moved = read_moved_lots(connection, (name for _, name in deposits.matches.values()))
    result = {key: deposits.lots_of(connection, key, moved) for key in {**deposits.matches, **deposits.costs}}
    incoming = {key: lots for key, lots in result.items() if lots is not None}
    return IncomingLots(incoming, {key: deposit.at for key, deposit in deposits.transfers.items()}, taken)


def read_deposits(connection: Connection, account: Account, currency: str, more: Iterable[str] = ()) -> Deposits:
    """The deposits that may have a known cost. `transfers` also holds those of `more`."""
    transfers, accounts = read_moves(connection)
    matches = {
        match.deposit.key: (match.deposit, (accounts[match.withdrawal.account].id, match.withdrawal.key))
        for match in set_of(matches_of(transfers))
        if _is_booked(match.deposit, account, currency)
    }
    costs = {stated.key: stated for stated in read_stated_costs(connection, account)}
    personal = read_coin_deposits(connection, account, {*matches, *costs, *more}, currency)
    return Deposits(account, currency, matches, costs, personal)


def set_of(matches: Mapping[Any, Match]) -> Sequence[Match]:
    """Each match once, in a fixed order."""
    return list({(match.deposit.account, match.deposit.key): match for match in matches.values()}.values())


def _is_booked(deposit: Transfer, account: Account, currency: str) -> bool:
    is_own = deposit.account == account.name and deposit.amount > 0
    return is_own and has_book(deposit.asset, currency)


def _converted(lot: CoinLot, rate: Decimal | None, at: datetime) -> CoinLot:
    """A lot with its cost in another currency, at the rate of the deposit's moment. Unknown without a rate.

    From then on the cost counts at the rates of that day.
    """
    if rate is None:
        return replace(lot, cost=None, fees=None, days=())
    with localcontext(EXACT):
        cost = None if lot.cost is None else lot.cost * rate
        converted = replace(lot, cost=cost, fees=None if lot.fees is None else lot.fees * rate, days=())
        return converted.of_day(at)
