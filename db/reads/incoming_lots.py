"""Incoming lots: what deposits from one's own other accounts bring along, with its cost and date, and the costs that
the owner stated for others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, localcontext
from typing import Any

from sqlalchemy import Connection

from db.copying import digest_of, json_text
from db.reads.coin_books import CoinBooksState, MovedLots, read_coin_books_state, read_moved_lots, read_moves
from db.reads.rates import read_rates_at
from db.reads.stated_costs import read_deposits, read_stated_costs
from domain.coin_books import CoinEvent
from domain.coin_events import has_book
from domain.coin_lots import CoinLot, lots_in, rows_of
from domain.lots import EXACT
from domain.snapshot import Account
from domain.stated_cost import StatedCost
from domain.transfer_matches import Match, matches_of
from domain.transfers import Transfer


@dataclass(frozen=True, slots=True)
class _Incoming:
    """The lots of one deposit in the base currency of its account, and what identifies them."""

    at: datetime
    lots: Sequence[CoinLot]
    source: Any


class IncomingLots:
    """The lots that the deposits of an account take over."""

    def __init__(
        self, by_deposit: Mapping[str, _Incoming], deposited_at: Mapping[str, datetime], taken: Mapping[str, Any]
    ) -> None:
        self._by_deposit = by_deposit
        self._deposited_at = deposited_at
        self._taken = taken

    def lots_of(self, event: CoinEvent) -> tuple[CoinLot, ...]:
        """The lots of a deposit. None if it is no transfer from an own account, or that account is not worked out."""
        incoming = self._by_deposit.get(event.key)
        return () if incoming is None else tuple(incoming.lots)

    def taken_by(self, key: str) -> Any:
        """What identifies the lots of a deposit. None without any."""
        return self._by_deposit[key].source if key in self._by_deposit else None

    def is_or_was_taken(self, key: str) -> bool:
        """Whether a deposit takes lots over, or did when it was counted."""
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


def read_incoming_lots(connection: Connection, account: Account, currency: str | None = None) -> IncomingLots:
    """The lots that withdrawals of other accounts took out, for the deposits of this account that they became.

    A stated cost takes the place of an unknown one. Costs are in `currency`, by default the account's base currency.
    """
    currency = currency or account.base_currency
    transfers, accounts = read_moves(connection)
    matches = [match for match in set_of(matches_of(transfers)) if _is_booked(match.deposit, account, currency)]
    names = {match.deposit.key: (accounts[match.withdrawal.account].id, match.withdrawal.key) for match in matches}
    moved = read_moved_lots(connection, names.values())
    incoming = {
        match.deposit.key: _incoming(connection, account, currency, match, name, moved[name])
        for match in matches
        if (name := names[match.deposit.key]) in moved
    }
    state = read_coin_books_state(connection, account.id)
    taken = {} if state is None else state.taken
    costs = read_stated_costs(connection, account)
    keys = {*incoming, *taken, *(stated.key for stated in costs)}
    deposits = read_deposits(connection, account, keys, currency)
    for stated in costs:
        if stated.key in deposits:
            incoming |= _stated(connection, account, currency, stated, deposits[stated.key], incoming.get(stated.key))
    return IncomingLots(incoming, {key: deposit.at for key, deposit in deposits.items()}, taken)


def _stated(
    connection: Connection,
    account: Account,
    currency: str,
    stated: StatedCost,
    deposit: Transfer,
    brought: _Incoming | None,
) -> Mapping[str, _Incoming]:
    """The lots of a deposit by its stated cost, under its key. Nothing if that cost does not apply."""
    at, rate = stated.moment_of(deposit), Decimal(1)
    if stated.currency != currency:
        rates = read_rates_at(connection, account.venue, stated.currency, currency, [at])[at]
        found = rates.rate(stated.currency, currency)
        if found is None:
            return {}
        rate = found
    lots = stated.lots_of(deposit, () if brought is None else brought.lots, rate)
    if lots is None:
        return {}
    source = [None if brought is None else brought.source, "stated", digest_of(json_text(rows_of(lots))).hex()]
    return {stated.key: _Incoming(deposit.at, lots, source)}


def set_of(matches: Mapping[Any, Match]) -> Sequence[Match]:
    """Each match once, in a fixed order."""
    return list({(match.deposit.account, match.deposit.key): match for match in matches.values()}.values())


def _is_booked(deposit: Transfer, account: Account, currency: str) -> bool:
    is_own = deposit.account == account.name and deposit.amount > 0
    return is_own and has_book(deposit.asset, currency)


def _incoming(
    connection: Connection, account: Account, currency: str, match: Match, name: tuple[int, str], moved: MovedLots
) -> _Incoming:
    lots, rate = lots_in(moved.rows), Decimal(1)
    at = match.deposit.at
    if moved.currency != currency:
        rates = read_rates_at(connection, account.venue, moved.currency, currency, [at])[at]
        found = rates.rate(moved.currency, currency)
        lots, rate = ([_converted(lot, found) for lot in lots], found or Decimal(0))
    digest = digest_of(json_text([moved.rows, moved.currency, currency, str(rate)])).hex()
    return _Incoming(at, lots, [*name, digest])


def _converted(lot: CoinLot, rate: Decimal | None) -> CoinLot:
    """A lot with its cost in another currency, at the rate of the deposit's moment. Unknown without a rate."""
    if rate is None:
        return replace(lot, cost=None, fees=None)
    with localcontext(EXACT):
        cost = None if lot.cost is None else lot.cost * rate
        return replace(lot, cost=cost, fees=None if lot.fees is None else lot.fees * rate)
