"""Stop facts: how far a stop is, the share of the holding that it closes, and what is lost if it is hit. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import isnan

import pandas as pd

from domain.closing_orders import closed_by
from domain.cost_basis import BookHolding, cost_basis_of
from domain.markets import MarketType, Side
from domain.orders import Order, reference_price
from domain.positions import Position
from domain.prices import Rates
from domain.protection import ProtectionState, groups_waiting_for_entry, protection_of, protection_of_positions
from domain.snapshot import Snapshot
from pages.open_orders.tabs import Tab, tab_of
from pages.shared.formats import UNKNOWN, amount_text, masked, percent_text, price_text
from pages.shared.tables import spaced
from pages.shared.view import View

Books = Mapping[str, Mapping[str, Sequence[BookHolding]]]  # by account and coin
STOP_COLUMNS = ("away", "share", "covered", "loss")
NOTHING_HELD = "Nothing held"
NOTHING_YET = "Nothing yet"
_NOT_YET = "Not yet"
_ENTRY_OPEN, _INACTIVE = "entry open", "inactive"


@dataclass(frozen=True, slots=True)
class StopFacts:
    """One stop. `away` is the move of the price in its quote currency, `gain` in the display currency. None is unknown.

    `share` is the fraction of the holding or position that it closes, `covered` that of all its stops together.
    `gain` is of the remaining quantity at the price that it executes at, against the average cost. A loss is negative.
    `asleep` says why it protects nothing yet. Such a stop closes nothing, so it has no share and no gain.
    """

    away: Decimal | None
    share: Decimal | None
    covered: Decimal | None
    gain: Decimal | None
    is_held: bool
    asleep: str = ""


class StopFactsOf:
    """Looks up the facts of a stop. Most stops of a long list are never shown."""

    def __init__(self, accounts: Mapping[str, "_Account"]) -> None:
        self._accounts = accounts

    def __call__(self, order: Order) -> StopFacts | None:
        """The facts of one order. None if it is no stop."""
        return self._accounts[order.account].facts(order) if tab_of(order) is Tab.STOPS else None


def stop_facts_of(snapshots: Iterable[Snapshot], currency: str, books: Books) -> StopFactsOf:
    """The facts of every stop."""
    return StopFactsOf({s.account.name: _Account(s, currency, books.get(s.account.name, {})) for s in snapshots})


class _Account:
    """The holdings, positions and costs of one account, looked up by its stops."""

    def __init__(self, snapshot: Snapshot, currency: str, books: Mapping[str, Sequence[BookHolding]]) -> None:
        self.snapshot = snapshot
        self.currency = currency
        self.books = books
        self.rates = Rates(snapshot.prices.values())
        self.protections = protection_of(snapshot)
        self.of_positions = protection_of_positions(snapshot)
        self.held: dict[str, Decimal] = {}
        for balance in snapshot.balances:
            self.held[balance.asset] = self.held.get(balance.asset, Decimal(0)) + balance.total
        self.costs: dict[str, Decimal | None] = {}
        self.waiting = groups_waiting_for_entry(snapshot.orders)
        self.positions: dict[str, list[Position]] = {}
        for position in snapshot.positions:
            self.positions.setdefault(position.symbol, []).append(position)

    def facts(self, order: Order) -> StopFacts:
        """The facts of one stop."""
        market = reference_price(order, self.snapshot.prices.get(order.symbol))
        away = None if market is None or order.price is None else abs(order.price - market)
        is_spot = order.market_type is MarketType.SPOT
        facts = self._of_holding(order, away) if is_spot else self._of_position(order, away)
        asleep = _ENTRY_OPEN if order.group in self.waiting else _INACTIVE if order.is_armed is False else ""
        return replace(facts, share=None, gain=None, asleep=asleep) if asleep else facts

    def _of_holding(self, order: Order, away: Decimal | None) -> StopFacts:
        asset = order.base or ""
        held, protection = self.held.get(asset, Decimal(0)), self.protections.get(asset)
        share = min(order.remaining / held, Decimal(1)) if order.remaining is not None and held > 0 else None
        covered = None if protection is None else protection.share
        return StopFacts(away, share, covered, self._gain(order, self._average_cost(asset)), held > 0)

    def _of_position(self, order: Order, away: Decimal | None) -> StopFacts:
        closed = closed_by(order, self.positions.get(order.symbol, ()))
        if len(closed) != 1:  # with several, which of them it closes is unknown
            return StopFacts(away, None, None, None, is_held=bool(closed))
        position = closed[0]
        rate = self.rates.rate(order.quote, self.currency) if order.quote else None
        is_inverse = position.is_inverse  # gains in its coin, which the price does not scale alike
        entry = None if position.entry_price is None or rate is None or is_inverse else position.entry_price * rate
        protection = self.of_positions.get(position.key)
        covered = None if protection is None else protection.share
        return StopFacts(away, _position_share(order, position), covered, self._gain(order, entry), is_held=True)

    def _average_cost(self, asset: str) -> Decimal | None:
        if asset not in self.costs:
            held, books = self.held.get(asset, Decimal(0)), self.books.get(asset, ())
            basis = cost_basis_of(asset, held, books, self.rates, self.currency)
            self.costs[asset] = basis.average_cost
        return self.costs[asset]

    def _gain(self, order: Order, cost: Decimal | None) -> Decimal | None:
        price = order.limit_price if order.limit_price is not None else order.trigger_price
        rate = self.rates.rate(order.quote, self.currency) if order.quote else None
        if cost is None or price is None or rate is None or order.remaining is None:
            return None
        gain = (price * rate - cost) * order.remaining
        return gain if order.side is Side.SELL else -gain


def _position_share(order: Order, position: Position) -> Decimal | None:
    if order.close_position:
        return Decimal(1)
    if order.close_fraction is not None:
        return order.close_fraction
    if order.remaining is None or not position.amount:
        return None
    return min(order.remaining / position.amount, Decimal(1))


def with_stop_columns(frame: pd.DataFrame, facts: Sequence[StopFacts | None], view: View) -> pd.DataFrame:
    """The list with what is known of each stop, one entry of `facts` a row."""
    gains = [masked(amount_text(f.gain if f else None, view.currency, signed=True), view.hide_amounts) for f in facts]
    return frame.assign(
        away=spaced([price_text(f.away if f else None) for f in facts]),
        share=pd.Series(
            [None if f is None or f.share is None else float(f.share) * 100 for f in facts], dtype="float64"
        ),
        covered=[covered_words(f) for f in facts],
        loss=spaced(gains),
    )


def coins_without_stop(snapshots: Iterable[Snapshot], currency: str) -> Sequence[tuple[str, Decimal | None]]:
    """The held coins that no stop protects, each with its value, the largest first. Those without a price come last."""
    values: dict[str, Decimal | None] = {}
    for snapshot in snapshots:
        rates, protections = Rates(snapshot.prices.values()), protection_of(snapshot)
        for balance in snapshot.balances:
            protection, rate = protections.get(balance.asset), rates.rate(balance.asset, currency)
            if protection is not None and protection.state is ProtectionState.UNPROTECTED:
                value, others = None if rate is None else balance.total * rate, values.get(balance.asset)
                values[balance.asset] = value if others is None else others + (value or 0)
    return sorted(values.items(), key=lambda item: (item[1] is None, -(item[1] or 0), item[0]))


def closed_words(share: float, covered: str) -> str:
    """The part that a stop closes by itself, in per cent, for a card. Without it what `covered_words` says of all."""
    return covered if isnan(share) else f"closes {percent_text(share / 100, decimals=0)}"


def covered_words(facts: StopFacts | None) -> str:
    """The share of the holding that all its stops cover, or why this stop protects nothing yet."""
    if facts is None:
        return UNKNOWN
    if facts.asleep:
        return f"{_NOT_YET}: {facts.asleep}"
    if not facts.is_held:
        return NOTHING_HELD
    if facts.covered == 0:
        return NOTHING_YET
    return UNKNOWN if facts.covered is None else f"{percent_text(facts.covered, decimals=0)} covered"
