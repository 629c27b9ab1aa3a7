"""Crypto.com's instruments: from ccxt's markets, or read off their names where they are not known."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from domain.markets import MarketType
from exchanges.connection.coin_units import TICK_SIZE, amount_step
from exchanges.connection.markets import Market, Markets

# Quote currencies in a name without separator ("BTCUSD-PERP"), longest first.
_QUOTES = ("USDT", "USDC", "USD", "EUR", "BTC")
_TYPES = {
    "spot": MarketType.SPOT,
    "swap": MarketType.PERPETUAL,
    "future": MarketType.FUTURE,
    "option": MarketType.OPTION,
}
# ccxt's spelling (its commonCurrencies), so that balances, orders and prices use the same names.
_COMMON = {"USD_STABLE_COIN": "USDC", "XBT": "BTC", "BCHSV": "BSV"}
_DATED = re.compile(r"(?P<pair>[A-Z0-9]+)-(?P<date>\d{6})(?P<more>.*)", re.ASCII)


# "SOL.staked" is staked "SOL" (REST API, private/staking/stake: instrument_name and underlying_inst_name).
_STAKED = ".staked"


def asset_named(name: str) -> str:
    """The usual code of an asset that Crypto.com calls `name`. Staked coins are the coin."""
    coin = name.removesuffix(_STAKED) or name
    return _COMMON.get(coin.upper(), coin)


def markets_of(listed: Iterable[Mapping[str, Any]]) -> Markets:
    """The records of ccxt's fetch_markets. Unreadable markets are left out and read from their names later."""
    markets = {}
    for market in listed:
        name, symbol = market.get("id"), market.get("symbol")
        if isinstance(name, str) and isinstance(symbol, str):
            kind = _TYPES.get(str(market.get("type")), MarketType.UNKNOWN)
            is_active = market.get("active") is not False
            markets[name] = Market(
                name, symbol, market.get("base"), market.get("quote"), kind, is_active=is_active,
                amount_step=amount_step(market, TICK_SIZE),
            )  # fmt: skip
    return markets


def market_named(name: str, markets: Markets) -> Market:
    """The market of an instrument. An unlisted one is read from its name.

    "BTC_USD" is a spot pair, "BTCUSD-PERP" a perpetual, "BTCUSD-260626" a dated future. They get ccxt's symbols, so
    names stay the same if the markets cannot be loaded. Any other name stays as it is, with the coins that it plainly
    names ("BTCUSD").
    """
    return markets.get(name) or _read_off(name)


@lru_cache(maxsize=4096)
def _read_off(name: str) -> Market:
    if name.count("_") == 1 and all(parts := name.split("_")):
        base, quote = (asset_named(asset) for asset in parts)
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
    base_name, quote_name = _pair(name) or (None, None)
    return Market(name, name, base_name, quote_name, MarketType.UNKNOWN)


def _pair(joined: str) -> tuple[str, str] | None:
    """Base and quote of a name without separator. None if they are not plain."""
    for quote in _QUOTES:
        base = joined.removesuffix(quote)
        if base != joined and base.isalnum():
            return asset_named(base), quote
    return None
