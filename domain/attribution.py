"""Attribution: where the change of net value over a period came from, line by line.

    change = price of coins + contracts + funding + interest + rebates + fees + flows + other + rest

Each line is computed by itself from what was recorded, none as a difference, and no amount is in two lines. The rest is
what no line explains: movements that no exchange lists, and amounts without a value. It is shown and never spread.

The price effect of a coin has two parts. Coins of known cost: what was realised and the change of the open gain, both
before fees. Coins of unknown cost, and money other than the base currency: quantity x move of the price. Both say how
much the coin would have gained with its quantity, so their sum does not depend on which costs are known.

    1 BTC held at 100, sold at 120, cost 90       realised 30, open gain from 10 to 0: 20
    1 BTC of unknown cost held at 100, then 120   1 x 20: 20
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from enum import StrEnum

from domain.lots import EXACT, ZERO, share_of


class Line(StrEnum):
    """Where a part of the change came from."""

    PRICES = "prices"  # of coins and of money other than the base currency
    CONTRACTS = "contracts"  # realised and open profit of positions, before fees
    FUNDING = "funding"
    INTEREST = "interest"
    REBATES = "rebates"
    FEES = "fees"
    FLOWS = "flows"  # deposits less withdrawals
    OTHER = "other"  # movements of a kind that the exchange does not explain


@dataclass(frozen=True, slots=True)
class Holding:
    """One asset at the begin or the end of a period, over all wallets of an account.

    `price` is in the base currency, None if unknown. `known` is the quantity whose cost is known, and `cost` what it
    cost, fees apart.
    """

    quantity: Decimal = ZERO
    price: Decimal | None = None
    known: Decimal = ZERO
    cost: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Movement:
    """What one event of the period did to an asset, in the order of time.

    `quantity` is signed. `value` is the worth of all of it in the base currency at that moment, never negative, None if
    unknown. `known` and `cost` are how the quantity of known cost and its cost (fees apart) changed.
    """

    quantity: Decimal
    value: Decimal | None
    known: Decimal = ZERO
    cost: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class PriceEffect:
    """What the prices of one asset did to net value. None where a price at the begin or the end is unknown."""

    asset: str
    known: Decimal | None  # of the coins of known cost: realised and change of the open gain
    unknown: Decimal | None  # of the others: quantity x move of the price

    @property
    def total(self) -> Decimal | None:
        """Both parts together."""
        return None if self.known is None or self.unknown is None else self.known + self.unknown


@dataclass(frozen=True, slots=True)
class Attribution:
    """The lines of a change, the price effects by asset, and what no line explains."""

    change: Decimal
    lines: Mapping[Line, Decimal]
    effects: Sequence[PriceEffect] = field(default=())

    @property
    def rest(self) -> Decimal:
        """What no line explains."""
        with localcontext(EXACT):
            return self.change - sum(self.lines.values(), ZERO)


def price_effect(asset: str, begin: Holding, end: Holding, movements: Iterable[Movement]) -> PriceEffect:
    """The price effect of one asset. A movement without a value moves at the price before it: the rest shows it."""
    with localcontext(EXACT):
        known = ZERO
        unknown = ZERO
        price = begin.price
        others = begin.quantity - begin.known  # of unknown cost
        for movement in movements:
            price, step = _moved(price, movement, others)
            unknown += step
            others += movement.quantity - movement.known
            known += movement.cost - _value_of(movement, price)
        open_before, open_after = _open_gain(begin), _open_gain(end)
        if open_before is None or open_after is None:
            return PriceEffect(asset, None, None)
        if others:
            if price is None or end.price is None:
                return PriceEffect(asset, known + open_after - open_before, None)
            unknown += others * (end.price - price)
        return PriceEffect(asset, known + open_after - open_before, unknown)


def _moved(price: Decimal | None, movement: Movement, others: Decimal) -> tuple[Decimal | None, Decimal]:
    """The price at a movement, and what the coins of unknown cost gained since the price before it."""
    if movement.value is None or not movement.quantity:
        return price, ZERO
    there = share_of(movement.value, Decimal(1), abs(movement.quantity))
    return there, ZERO if price is None else others * (there - price)


def _value_of(movement: Movement, price: Decimal | None) -> Decimal:
    """The value of the part of known cost, signed like it. Without any price it moves at its cost."""
    if not movement.known:
        return ZERO
    if movement.value is not None and movement.known == movement.quantity:
        return movement.value if movement.quantity > 0 else -movement.value
    return movement.cost if price is None else movement.known * price


def _open_gain(holding: Holding) -> Decimal | None:
    """What the coins of known cost are worth beyond it."""
    if not holding.known:
        return ZERO
    return None if holding.price is None else holding.known * holding.price - holding.cost


def attribution_of(change: Decimal, effects: Sequence[PriceEffect], lines: Mapping[Line, Decimal]) -> Attribution:
    """The attribution of a change. Effects that are unknown stay in the rest."""
    with localcontext(EXACT):
        prices = sum((effect.total for effect in effects if effect.total is not None), ZERO)
        return Attribution(change, {Line.PRICES: prices, **lines}, effects)
