"""Valuation: what an account is worth, as the exchange states it and as known prices compute it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from domain.balances import Balance
from domain.positions import Position
from domain.prices import Rates

# The fields of a valuation that are amounts of its currency.
MONEY_FIELDS = (
    "net_value",
    "computed_value",
    "cash",
    "gross",
    "borrowed",
    "unrealised_pnl",
    "margin_balance",
    "collateral",
    "available",
    "initial_margin",
    "maintenance_margin",
)


class ValueOrigin(StrEnum):
    """Where a value comes from."""

    STATED = "stated"  # by the exchange
    COMPUTED = "computed"  # by Stillframe, from quantities and prices


@dataclass(frozen=True, slots=True)
class Valuation:
    """What an account is worth at a moment, in `currency`. None is unknown or not given by this exchange, never zero.

    `net_value` is what everything is worth with loans deducted; `gross` the sum of positive market values; `borrowed`
    the sum of negative ones, as a positive amount. `margin_balance` and `collateral` are what the exchange lends
    against, never worth. `computed_value` is the net value by known prices, to be compared with a stated one; it
    leaves out the `unpriced` assets.
    """

    currency: str
    origin: ValueOrigin
    net_value: Decimal | None
    computed_value: Decimal | None = None
    cash: Decimal | None = None
    gross: Decimal | None = None
    borrowed: Decimal | None = None
    unrealised_pnl: Decimal | None = None
    margin_balance: Decimal | None = None
    collateral: Decimal | None = None
    available: Decimal | None = None
    initial_margin: Decimal | None = None
    maintenance_margin: Decimal | None = None
    unpriced: tuple[str, ...] = ()

    @property
    def margin_use(self) -> Decimal | None:
        """Share of the margin balance that is tied up as initial margin; None where there is no margin account."""
        return margin_use_of(self.initial_margin, self.margin_balance)

    @property
    def difference(self) -> Decimal | None:
        """Stated less computed net value: how far the exchange's figure and the known prices are apart."""
        if self.origin is ValueOrigin.COMPUTED or self.net_value is None or self.computed_value is None:
            return None
        return self.net_value - self.computed_value


@dataclass(frozen=True, slots=True)
class StatedEquity:
    """What the exchange states as the equity of one wallet: wallet balance plus open profit less debt.

    `currency` is the asset or the money in which it is stated. It stands beside the computed value and replaces none.
    """

    wallet: str
    currency: str
    amount: Decimal


def margin_use_of(initial_margin: Decimal | None, margin_balance: Decimal | None) -> Decimal | None:
    """Share of a margin balance that is tied up as initial margin; None where there is no margin account."""
    if initial_margin is None or not margin_balance or margin_balance < 0:
        return None
    return initial_margin / margin_balance


def value_of(balance: Balance, rates: Rates, currency: str) -> Decimal | None:
    """What a balance is worth in `currency` by known prices; None when no price is known (Lesson 13)."""
    if balance.total == 0:
        return Decimal(0)
    rate = rates.rate(balance.asset, currency)
    return None if rate is None else balance.total * rate


def computed_valuation(
    balances: Iterable[Balance], positions: Iterable[Position], rates: Rates, currency: str
) -> Valuation:
    """The valuation of an account whose exchange states none: quantities at known prices, open profit added.

    Assets without a price are listed as unpriced and left out of the totals, never counted as zero. An account of
    which nothing could be priced, or whose open profit is unknown, has no net value at all.
    """
    positions = tuple(positions)
    values: list[Decimal] = []
    unpriced: list[str] = []
    for balance in balances:
        value = value_of(balance, rates, currency)
        if value is None:
            unpriced.append(balance.asset)
        else:
            values.append(value)
    profit = _open_profit(positions, rates, currency)
    cash = sum(values, Decimal(0))
    known = bool(values) or not unpriced
    known = known and (profit is not None or not positions)
    net = cash + (profit or Decimal(0)) if known else None
    return Valuation(
        currency=currency,
        origin=ValueOrigin.COMPUTED,
        net_value=net,
        computed_value=net,
        cash=cash if known else None,
        gross=sum((v for v in values if v > 0), Decimal(0)) if known else None,
        borrowed=-sum((v for v in values if v < 0), Decimal(0)) if known else None,
        unrealised_pnl=profit,
        unpriced=tuple(sorted(set(unpriced))),
    )


def compared(stated: Valuation, computed: Valuation) -> Valuation:
    """A stated valuation with the computed net value beside it, for the difference between the two."""
    return replace(stated, computed_value=computed.computed_value)


def _open_profit(positions: Iterable[Position], rates: Rates, currency: str) -> Decimal | None:
    """Profit of all positions that is not in the cash yet; None when there is no position or one of them is unknown.

    An exchange that settles by session has paid the rest into cash already: only the running session's counts.
    """
    profits: list[Decimal] = []
    for position in positions:
        rate = rates.rate(position.quote, currency) if position.quote else None
        unsettled = position.unrealised_pnl if position.session_pnl is None else position.session_pnl
        if unsettled is None or rate is None:
            return None
        profits.append(unsettled * rate)
    return sum(profits, Decimal(0)) if profits else None
