"""Valuation: what an account is worth, as the exchange states it and as known prices compute it.

A computed valuation obeys two identities, each amount in one currency:

    net value = cash + open profit          open profit: of all positions, each once
    cash      = gross - borrowed            gross: what is held before debts; borrowed: what is owed

A balance holds no open profit, unless it is marked so. The profit of the positions that settle in such a balance is
part of its total: it is taken out of the cash, so that both identities hold and no profit counts twice.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import chain

from domain.balances import Balance
from domain.money import is_money
from domain.open_profit import open_profit_of, words_of
from domain.positions import Position
from domain.prices import Rates

ZERO = Decimal(0)

# The fields of a valuation that are amounts of its currency.
MONEY_FIELDS = (
    "net_value",
    "computed_value",
    "stated_value",
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


# Prices of two moments, and of two books, differ by less than this share; a balance that is missing rarely does.
LARGEST_SHARE = Decimal("0.005")
# What is less is dust, in money and in coins.
LEAST_GAP, LEAST_GAP_IN_COIN = Decimal(1), Decimal("0.00001")


class ValueOrigin(StrEnum):
    """Where a value comes from."""

    STATED = "stated"  # by the exchange
    COMPUTED = "computed"  # by Stillframe, from quantities and prices


@dataclass(frozen=True, slots=True)
class Valuation:
    """What an account is worth at a moment, in `currency`. None is unknown or not given by this exchange, never zero.

    `net_value` is what everything is worth with debts deducted; `gross` what is held before debts; `borrowed` what is
    owed, as a positive amount. `margin_balance` and `collateral` are what the exchange lends against, never worth.
    `computed_value` is the net value by known prices; it leaves out the `unpriced` assets and the positions that
    `left_out` names with their size. `stated_value` is what the exchange states as equity of its wallets, with the
    other wallets by known prices. `assumed` names the dollar coins that count as one dollar for want of a price.
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
    left_out: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    stated_value: Decimal | None = None

    @property
    def stated(self) -> Decimal | None:
        """What the exchange says the account is worth: as a whole, or by the equity of its wallets."""
        return self.net_value if self.origin is ValueOrigin.STATED else self.stated_value

    @property
    def margin_use(self) -> Decimal | None:
        """Share of the margin balance that is tied up as initial margin; None where there is no margin account."""
        return margin_use_of(self.initial_margin, self.margin_balance)

    @property
    def difference(self) -> Decimal | None:
        """Stated less computed net value: how far the exchange's figure and the known prices are apart."""
        if self.stated is None or self.computed_value is None:
            return None
        return self.stated - self.computed_value

    @property
    def gap(self) -> "ValueGap | None":
        """The difference where it is too large to come of prices alone."""
        if self.stated is None or self.computed_value is None or self.difference is None:
            return None
        share = ZERO
        if larger := max(abs(self.stated), abs(self.computed_value)):
            share = abs(self.difference) / larger
        least = LEAST_GAP if is_money(self.currency) else LEAST_GAP_IN_COIN
        if share <= LARGEST_SHARE or abs(self.difference) <= least:
            return None
        return ValueGap(self.stated, self.computed_value, self.difference, share)


@dataclass(frozen=True, slots=True)
class ValueGap:
    """What the exchange states and what known prices compute, further apart than prices can be.

    `difference` is stated less computed, `share` its size as a fraction of the larger of the two.
    """

    stated: Decimal
    computed: Decimal
    difference: Decimal
    share: Decimal


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


@dataclass(frozen=True, slots=True)
class _Holding:
    """What a balance is worth in the currency of the valuation, debts deducted; `owed` is the debt that it states."""

    balance: Balance
    value: Decimal
    owed: Decimal
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Profit:
    """The open profit of a position; `inside` names the asset whose balance holds it already."""

    value: Decimal
    inside: str | None
    assumed: tuple[str, ...]


def computed_valuation(
    balances: Iterable[Balance],
    positions: Iterable[Position],
    rates: Rates,
    currency: str,
    equities: Sequence[StatedEquity] = (),
) -> Valuation:
    """The valuation of an account by quantities and known prices, with what the exchange states of its wallets.

    Assets without a price are listed as unpriced, positions that cannot be valued as left out. Neither counts as zero.
    An account without anything that can be valued has no net value at all.
    """
    balances = tuple(balances)
    found = [_holding_of(balance, rates, currency) for balance in balances]
    holdings = [holding for holding in found if holding is not None]
    unpriced = tuple(sorted({b.asset for b, holding in zip(balances, found, strict=True) if holding is None}))
    profits, left_out = _open_profits(positions, balances, unpriced, rates, currency)
    worths = _without_profit(holdings, profits)
    gross = sum((value + owed for value, owed in worths), ZERO)
    borrowed = sum((owed for _, owed in worths), ZERO)
    open_profit = sum((profit.value for profit in profits), ZERO)
    is_known = bool(holdings or profits) or not (unpriced or left_out)
    net = gross - borrowed + open_profit if is_known else None
    return Valuation(
        currency=currency,
        origin=ValueOrigin.COMPUTED,
        net_value=net,
        computed_value=net,
        stated_value=_stated_value(equities, holdings, unpriced, rates, currency),
        cash=gross - borrowed if is_known else None,
        gross=gross if is_known else None,
        borrowed=borrowed if is_known else None,
        unrealised_pnl=open_profit if profits else None,
        unpriced=unpriced,
        left_out=left_out,
        assumed=tuple(sorted({*chain(*(h.assumed for h in holdings), *(p.assumed for p in profits))})),
    )


def _holding_of(balance: Balance, rates: Rates, currency: str) -> _Holding | None:
    if not balance.total and not balance.debt:
        return _Holding(balance, ZERO, ZERO)
    rate = rates.find(balance.asset, currency)
    if rate is None:
        return None
    return _Holding(balance, balance.total * rate.value, (balance.debt or ZERO) * rate.value, rate.assumed)


def _open_profits(
    positions: Iterable[Position], balances: Iterable[Balance], unpriced: Collection[str], rates: Rates, currency: str
) -> tuple[tuple[_Profit, ...], tuple[str, ...]]:
    """The profit of each position that can be valued, and the others by name and size.

    The profit inside a balance is in the total already, or unpriced with it: such a position is never left out.
    """
    including = {balance.asset for balance in balances if balance.includes_open_profit}
    profits: list[_Profit] = []
    left_out: list[str] = []
    for position in positions:
        inside = position.settles_in if position.settles_in in including else None
        profit = None if inside in unpriced else open_profit_of(position, rates, currency)
        if profit is not None:
            profits.append(_Profit(profit.value, inside, profit.assumed))
        elif inside is None:
            left_out.append(words_of(position))
    return tuple(profits), tuple(left_out)


def _without_profit(holdings: Iterable[_Holding], profits: Iterable[_Profit]) -> list[tuple[Decimal, Decimal]]:
    """What each balance is worth without open profit, and what is owed of it: the stated debt, or all that is short."""
    inside: dict[str, Decimal] = {}
    for profit in profits:
        if profit.inside is not None:
            inside[profit.inside] = inside.get(profit.inside, ZERO) + profit.value
    worths = []
    for held in holdings:
        taken = inside.pop(held.balance.asset, ZERO) if held.balance.includes_open_profit else ZERO
        value = held.value - taken
        worths.append((value, max(held.owed, -value, ZERO)))
    return worths


def _stated_value(
    equities: Sequence[StatedEquity],
    holdings: Iterable[_Holding],
    unpriced: Collection[str],
    rates: Rates,
    currency: str,
) -> Decimal | None:
    """The stated equities, and by known prices the wallets without one. The open profit is inside the equities.

    An equity in an unpriced asset is left out here, too. None where another one cannot be converted.
    """
    amounts: list[Decimal] = []
    for equity in equities:
        rate = Decimal(1) if not equity.amount else rates.rate(equity.currency, currency)
        if rate is not None:
            amounts.append(equity.amount * rate)
        elif equity.currency not in unpriced:
            return None
    stated = {equity.wallet for equity in equities}
    others = (held.value for held in holdings if held.balance.wallet not in stated)
    return sum(others, sum(amounts, ZERO)) if amounts else None


def compared(stated: Valuation, computed: Valuation) -> Valuation:
    """A stated valuation with the computed net value beside it, for the difference between the two."""
    return replace(stated, computed_value=computed.computed_value)
