"""Crypto.com's instruments: from ccxt's markets, or read off their names where they are not known."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from domain.markets import MarketType
from exchanges.connection.markets import Market, Markets

# What stands behind a coin in an undivided name ("BTCUSD-PERP"), longest first.
_QUOTES = ("USDT", "USDC", "USD", "EUR", "BTC")
_TYPES = {
    "spot": MarketType.SPOT,
    "swap": MarketType.PERPETUAL,
    "future": MarketType.FUTURE,
    "option": MarketType.OPTION,
}
# As ccxt spells them (its commonCurrencies), so that balances, orders and prices name one coin alike.
_COMMON = {"USD_STABLE_COIN": "USDC", "XBT": "BTC", "BCHSV": "BSV"}
_DATED = re.compile(r"(?P<pair>[A-Z0-9]+)-(?P<date>\d{6})(?P<more>.*)", re.ASCII)


def asset_named(name: str) -> str:
    """The usual code of an asset that Crypto.com calls `name`."""
    return _COMMON.get(name.upper(), name)


def markets_of(listed: Iterable[Mapping[str, Any]]) -> Markets:
    """Our records of what ccxt's fetch_markets returned; a market that is not understood is left to its name."""
    markets = {}
    for market in listed:
        name, symbol = market.get("id"), market.get("symbol")
        if isinstance(name, str) and isinstance(symbol, str):
            kind = _TYPES.get(str(market.get("type")), MarketType.UNKNOWN)
            is_active = market.get("active") is not False
            markets[name] = Market(name, symbol, market.get("base"), market.get("quote"), kind, is_active=is_active)
    return markets


def market_named(name: str, markets: Markets) -> Market:
    """The market of an instrument; one that is not listed is read off its name.

    "BTC_USD" is a spot pair, "BTCUSD-PERP" a perpetual, "BTCUSD-260626" a dated future: they get the symbol that ccxt
    would give them, so that a failure to load the markets renames nothing. Whatever else keeps the exchange's own
    name, with the coins that the name plainly tells ("BTCUSD").
    """
    return markets.get(name) or _read_off(name)


@lru_cache(maxsize=4096)
def _read_off(name: str) -> Market:
    if name.count("_") == 1 and all(part := name.split("_")):
        base, quote = (asset_named(asset) for asset in part)
        return Market(name, f"{base}/{quote}", base, quote, MarketType.SPOT)
    if name.endswith("-PERP") and (pair := _pair(name.removesuffix("-PERP"))):
        base, quote = pair
        return Market(name, f"{base}/{quote}:{quote}", base, quote, MarketType.PERPETUAL)
    if (dated := _DATED.fullmatch(name)) and (pair := _pair(dated["pair"])):
        base, quote = pair
        if not dated["more"]:
            return Market(name, f"{base}/{quote}:{quote}-{dated['date']}", base, quote, MarketType.FUTURE)
        kind = MarketType.OPTION if dated["more"].startswith("-") else MarketType.FUTURE
        return Market(name, name, base, quote, kind)
    own, other = _pair(name) or (None, None)
    return Market(name, name, own, other, MarketType.UNKNOWN)


def _pair(joined: str) -> tuple[str, str] | None:
    """Base and quote of an undivided name, None where it does not plainly tell them."""
    for quote in _QUOTES:
        base = joined.removesuffix(quote)
        if base != joined and base.isalnum():
            return asset_named(base), quote
    return None
