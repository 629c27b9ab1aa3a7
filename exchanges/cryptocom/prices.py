"""Parsers for Crypto.com's market data: ticker prices, candles, and stated account values of the past."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from domain.candles import Candle
from domain.prices import Price, volume_of
from domain.sources import Success
from exchanges.connection.errors import BadPayload
from exchanges.connection.exact import EXACT, Garbled, amount, informative, informative_price, moment, price, text
from exchanges.connection.markets import Market, Markets
from exchanges.connection.markets_to_price import markets_to_price
from exchanges.connection.payload_rows import read_each, rows_of
from exchanges.contracts import AccountScope
from exchanges.cryptocom.markets import market_named


def normalise_prices(payload: Any, scope: AccountScope, markets: Markets) -> Success[Price]:
    """The prices of the markets in `scope`, from public/get-tickers, which returns all markets.

    Raises BadPayload for a response without any ticker.
    """
    rows = rows_of(payload, "prices")
    if not rows:
        raise BadPayload("prices: the response lists no ticker")
    names = {name: market_named(name, markets) for row in rows if (name := _name(row))}
    kept_names = {market.exchange_symbol for market in markets_to_price(names.values(), scope)}
    kept = [row for row in rows if not (name := _name(row)) or name in kept_names]
    prices, unreadable = read_each(kept, partial(_price, names=names), lambda row: row.symbol)
    return Success(prices, unreadable=unreadable)


def _name(row: Any) -> str | None:
    return text(row, "i") if isinstance(row, Mapping) else None


def _price(row: Mapping[str, Any], names: Mapping[str, Market]) -> Price:
    market = names.get(_name(row) or "")
    if market is None or market.base is None or market.quote is None:
        raise Garbled("the ticker names no instrument")
    last = price(row, "a")  # the last trade ("k" is the ask)
    return Price(
        symbol=market.symbol,
        base=market.base,
        quote=market.quote,
        last=last,
        bid=informative_price(row, "b"),
        ask=informative_price(row, "k"),
        change_24h=informative(row, "c"),
        volume=volume_of(None, informative(row, "v"), last),  # vv is in dollars, even for a market in euros
        is_active=market.is_active,
    )


def normalise_candles(payload: Any, symbol: str, timeframe: str) -> tuple[Candle, ...]:
    """Candles from public/get-candlestick, in their order. Unreadable rows are left out."""

    def candle(row: Mapping[str, Any]) -> Candle:
        at = moment(row, "t")
        prices = [price(row, field) for field in ("o", "h", "l", "c")]
        if at is None or None in prices:
            raise Garbled("a price or the time is missing")
        first, high, low, last = (number for number in prices if number is not None)
        return Candle(symbol, timeframe, at, first, high, low, last, amount(row, "v"))

    return read_each(rows_of(payload, "candles"), candle, lambda c: c.at.isoformat())[0]


def normalise_history(payload: Any) -> tuple[tuple[datetime, Decimal], ...]:
    """Times and cash balances from private/user-balance-history, in their order. Unreadable rows are left out.

    "c" is the account's cash and "i" that of its isolated positions, in responses since 2026.
    """

    def point(row: Mapping[str, Any]) -> tuple[datetime, Decimal]:
        at, cash, isolated = moment(row, "t"), amount(row, "c"), amount(row, "i")
        if at is None or cash is None:
            raise Garbled("the time or the value is missing")
        return at, cash if isolated is None else EXACT.add(cash, isolated)

    return read_each(rows_of(payload, "history"), point, lambda p: p[0].isoformat())[0]
