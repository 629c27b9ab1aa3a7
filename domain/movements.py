"""Movements: the signed quantity, cash and fee of a fill, in the currency that its profit is in.

A linear fill moves the base asset against the quote currency. The profit is in the quote currency. An inverse fill is
the other way round: it moves quote currency (the contracts) against the coin, and its profit is in the coin.
"""

from dataclasses import dataclass
from decimal import Decimal

from domain.fills import Fill
from domain.lots import ZERO, share_of
from domain.markets import MarketType, Side

_CONTRACTS = frozenset({MarketType.PERPETUAL, MarketType.FUTURE, MarketType.OPTION})


@dataclass(frozen=True, slots=True)
class Movement:
    """The effect of a fill. `quantity` and `cash` are positive if received. `fee` is to be deducted from `cash`."""

    quantity: Decimal
    cash: Decimal
    fee: Decimal | None

    def split(self, quantity: Decimal) -> tuple["Movement", "Movement"]:
        """Split off this quantity. Returns it and the rest, which add up to exactly this movement."""
        if quantity == self.quantity:
            return self, Movement(ZERO, ZERO, ZERO)
        if not quantity:
            return Movement(ZERO, ZERO, ZERO), self
        cash = share_of(self.cash, quantity, self.quantity)
        fee = rest = None
        if self.fee is not None:
            fee = share_of(self.fee, quantity, self.quantity)
            rest = self.fee - fee
        return Movement(quantity, cash, fee), Movement(self.quantity - quantity, self.cash - cash, rest)


def may_go_short(fill: Fill) -> bool:
    """True if the book of a fill may go short: contracts and margin may, spot may not."""
    return is_contract(fill) or fill.market_type is MarketType.MARGIN


def is_contract(fill: Fill) -> bool:
    """True for a fill of a contract. Unified symbols of contracts name the settlement currency after a colon."""
    return fill.market_type in _CONTRACTS or (fill.market_type is MarketType.UNKNOWN and ":" in fill.symbol)


def closes_position(fill: Fill) -> bool:
    """True if a fill of contracts only closed, by the exchange's own word: its flag, else a stated profit."""
    if not is_contract(fill):
        return False
    return bool(fill.realised_pnl) if fill.closes is None else fill.closes


def is_inverse(fill: Fill) -> bool:
    """True for a contract settled in its base coin."""
    settled = fill.symbol.partition(":")[2].partition("-")[0]
    return is_contract(fill) and bool(settled) and settled == fill.base


def is_gain_computable(fill: Fill) -> bool:
    """False for inverse contracts of unknown size, and for options settled in their coin."""
    return not is_inverse(fill) or _notional(fill) is not None


def _notional(fill: Fill) -> Decimal | None:
    """The value of an inverse fill's contracts in the quote currency. It does not depend on the price."""
    if fill.market_type is MarketType.OPTION or not fill.contracts or not fill.contract_size:
        return None
    return fill.contracts * fill.contract_size


def movement_of(fill: Fill, fee_value: Decimal | None) -> Movement:
    """The movement of a fill. A fee in the coin itself changes the quantity (less bought, more sold), not the cash."""
    sign = 1 if fill.side is Side.BUY else -1
    if is_inverse(fill):
        notional = _notional(fill)
        return Movement(sign * (fill.amount if notional is None else notional), sign * fill.amount, fee_value)
    quantity, fee = sign * fill.amount, fee_value
    in_coin = fill.fee_currency is not None and fill.fee_currency == fill.base and not is_contract(fill)
    if fill.fee is not None and in_coin:
        quantity, fee = quantity - fill.fee, ZERO
    return Movement(quantity, -sign * fill.value, fee)


def fee_value_of(fill: Fill, fee_rate: Decimal | None) -> Decimal | None:
    """The fee in the currency of the fill's profit, negative for a rebate. None is unknown.

    `fee_rate` is units of the quote currency for one `fee_currency`, at the time of the fill.
    """
    if fill.fee is None or not fill.fee:
        return fill.fee
    if fill.fee_currency is None:
        return None
    if is_inverse(fill):
        return _fee_in_coin(fill, fee_rate)
    if fill.fee_currency == fill.quote:
        return fill.fee
    if fill.fee_currency == fill.base:
        return fill.fee * fill.price
    return None if fee_rate is None else fill.fee * fee_rate


def _fee_in_coin(fill: Fill, fee_rate: Decimal | None) -> Decimal | None:
    """The fee of an inverse contract, converted to its coin."""
    if fill.fee is None or fill.fee_currency == fill.base:
        return fill.fee
    rate = Decimal(1) if fill.fee_currency == fill.quote else fee_rate
    return None if rate is None or fill.price <= 0 else share_of(fill.fee, rate, fill.price)
