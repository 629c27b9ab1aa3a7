"""Valuation: the value of an account, as the exchange states it and as computed from known prices."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from domain.balances import Balance
from domain.lots import ZERO
from domain.money import is_money
from domain.prices import Rates

# The fields of a Valuation that are amounts in its currency.
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


# The largest share that stated and computed value may differ by. Prices of two moments or books differ by less. A
# missing balance usually makes a larger difference.
LARGEST_SHARE = Decimal("0.005")
# Smaller differences are dust, in money and in coins.
LEAST_GAP, LEAST_GAP_IN_COIN = Decimal(1), Decimal("0.00001")


class ValueOrigin(StrEnum):
    """The origin of a value."""

    STATED = "stated"  # by the exchange
    COMPUTED = "computed"  # by Stillframe, from quantities and prices


@dataclass(frozen=True, slots=True)
class Valuation:
    """The value of an account at a moment, in `currency`. None is unknown or not stated by this exchange, never zero.

    `net_value` is the value of everything, less debts. `gross` is the value before debts, and `borrowed` the debts as a
    positive amount. `margin_balance` and `collateral` are the amounts that the exchange lends against, not values.
    `computed_value` is the net value by known prices, without the assets in `unpriced` and the positions in `left_out`
    (name and size). `stated_value` is the equity that the exchange states for its wallets, plus the computed value of
    wallets without one. `assumed` names dollar coins without a price, counted as one dollar.
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
        """The value by the exchange: the stated net value, else the one from its stated equities."""
        return self.net_value if self.origin is ValueOrigin.STATED else self.stated_value

    @property
    def margin_use(self) -> Decimal | None:
        """Initial margin as a fraction of the margin balance. None without a margin account."""
        return margin_use_of(self.initial_margin, self.margin_balance)

    @property
    def difference(self) -> Decimal | None:
        """Stated less computed net value."""
        if self.stated is None or self.computed_value is None:
            return None
        return self.stated - self.computed_value

    @property
    def gap(self) -> "ValueGap | None":
        """The difference, if it is too large to result from prices alone."""
        if self.stated is None or self.computed_value is None or self.difference is None:
            return None
        share = ZERO
        if larger := max(abs(self.stated), abs(self.computed_value)):
            share = abs(self.difference) / larger
        dust = LEAST_GAP if is_money(self.currency) else LEAST_GAP_IN_COIN
        if share <= LARGEST_SHARE or abs(self.difference) <= dust:
            return None
        return ValueGap(self.stated, self.computed_value, self.difference, share)


@dataclass(frozen=True, slots=True)
class ValueGap:
    """Stated and computed net value that differ by more than prices can explain.

    `difference` is stated less computed, `share` its size as a fraction of the larger of the two.
    """

    stated: Decimal
    computed: Decimal
    difference: Decimal
    share: Decimal


@dataclass(frozen=True, slots=True)
class StatedEquity:
    """The equity that the exchange states for one wallet: wallet balance plus open profit less debt.

    `currency` is the asset or the money that it is stated in. It is shown beside the computed value.
    """

    wallet: str
    currency: str
    amount: Decimal


def margin_use_of(initial_margin: Decimal | None, margin_balance: Decimal | None) -> Decimal | None:
    """Initial margin as a fraction of the margin balance. None without a margin account."""
    if initial_margin is None or not margin_balance or margin_balance < 0:
        return None
    return initial_margin / margin_balance


def value_of(balance: Balance, rates: Rates, currency: str) -> Decimal | None:
    """The value of a balance in `currency` by known prices. None without a price."""
    if balance.total == 0:
        return Decimal(0)
    rate = rates.rate(balance.asset, currency)
    return None if rate is None else balance.total * rate


def compared(stated: Valuation, computed: Valuation) -> Valuation:
    """The stated valuation with the computed net value added, so that the two can be compared."""
    return replace(stated, computed_value=computed.computed_value)
