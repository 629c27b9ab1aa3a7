"""Records: what the fills, transfers and coin books of an account add up to (db/reads/attribution_sums.py)."""

from dataclasses import dataclass
from decimal import Decimal

from domain.attribution import Moved
from domain.lots import ZERO
from domain.transfers import TransferKind


@dataclass(frozen=True, slots=True)
class CoinSums:
    """The effect of events on one coin.

    Deposits and withdrawals count in `moved` with their gain only. Their quantity belongs to the moment when they were
    credited, less the known part that the books moved: `flow_known`, with its value.
    """

    moved: Moved
    flow_known: Decimal = ZERO
    flow_known_value: Decimal = ZERO
    flow_unvalued_known: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class KnownCost:
    """The quantity of known cost at a moment, and what it cost, fees apart."""

    quantity: Decimal = ZERO
    cost: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class FillSums:
    """The fills of one market that paid fees in one currency. A sum with `unvalued` is of fills without a value.

    `quantity` and `cash` are what the base and the quote changed by, `value` what the base was worth. `gains` are those
    of contracts in the currency that they are paid in, `gain_value` in the base currency of the account. `moved` is
    what contracts changed a position by, `stated_value` the gains as the exchange states them, in the base currency.
    """

    symbol: str
    base: str | None
    quote: str | None
    fee_currency: str | None
    is_contract: bool
    quantity: Decimal
    cash: Decimal
    value: Decimal
    unvalued_quantity: Decimal
    unvalued_cash: Decimal
    fee: Decimal
    unvalued_fee: Decimal
    fee_value: Decimal
    gains: Decimal
    gain_value: Decimal
    unvalued_gains: Decimal
    unvalued: int  # fills of which a value, a fee or a gain is unknown
    assumed: int  # fills for which a dollar coin counted as one dollar
    moved: Decimal = ZERO
    stated_value: Decimal = ZERO
    unexplained: int = 0  # fills that closed what the book of the market does not hold

    @property
    def settles_in(self) -> str | None:
        """The currency that gains of contracts are paid in."""
        settled = self.symbol.partition(":")[2].partition("-")[0]
        return self.base if settled and settled == self.base else self.quote


@dataclass(frozen=True, slots=True)
class TransferSums:
    """The transfers of one kind, asset and fee currency. Deposits and withdrawals, and what changes no net value, count
    with their fees only.
    """

    kind: TransferKind
    asset: str
    fee_currency: str | None
    amount: Decimal
    value: Decimal
    unvalued_amount: Decimal
    fee: Decimal
    unvalued_fee: Decimal
    fee_value: Decimal
    unvalued: int
    assumed: int
