"""Coin units: the smallest amount of each coin that can be sold, by the amount steps of an exchange's spot markets."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from domain.markets import MarketType
from exchanges.connection.markets import Market

# ccxt's constants of `precisionMode`: the number of decimals, or the step itself. Significant digits give no step.
DECIMAL_PLACES, TICK_SIZE = 2, 4


def amount_step(listed: Mapping[str, Any], mode: int) -> Decimal | None:
    """The step of amounts in a market as ccxt lists it. None if the exchange states none that can be read."""
    precision = listed.get("precision")
    stated = precision.get("amount") if isinstance(precision, Mapping) else None
    if stated is None or isinstance(stated, bool):
        return None
    try:
        number = Decimal(str(stated))
    except InvalidOperation:
        return None
    if mode == DECIMAL_PLACES and number == number.to_integral_value() and abs(number) <= 30:
        return Decimal(1).scaleb(-int(number))
    return number if mode == TICK_SIZE and number.is_finite() and number > 0 else None


def units_of_listed(listed: Iterable[Mapping[str, Any]], mode: int) -> Mapping[str, Decimal]:
    """The unit of each coin that has an open spot market, from markets as ccxt lists them."""
    return _smallest(
        (str(market.get("base")), amount_step(market, mode))
        for market in listed
        if market.get("type") == "spot" and market.get("base") and market.get("active") is not False
    )


def units_of(markets: Iterable[Market]) -> Mapping[str, Decimal]:
    """As `units_of_listed`, from our records."""
    return _smallest(
        (market.base, market.amount_step)
        for market in markets
        if market.market_type is MarketType.SPOT and market.base is not None and market.is_active
    )


def _smallest(steps: Iterable[tuple[str, Decimal | None]]) -> Mapping[str, Decimal]:
    units: dict[str, Decimal] = {}
    for coin, step in steps:
        if step is not None:
            units[coin] = min(step, units.get(coin, step))
    return units
