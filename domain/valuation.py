"""Valuation: what an account is worth, as the exchange states it and as known prices compute it."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from domain.balances import Balance
from domain.money import is_money
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
    """What a balance is worth in `currency` by known prices; None when no price is known."""
    if balance.total == 0:
        return Decimal(0)
    rate = rates.rate(balance.asset, currency)
    return None if rate is None else balance.total * rate


def compared(stated: Valuation, computed: Valuation) -> Valuation:
    """A stated valuation with the computed net value beside it, for the difference between the two."""
    return replace(stated, computed_value=computed.computed_value)
