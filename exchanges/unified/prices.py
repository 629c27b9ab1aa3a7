"""Prices and candles as ccxt unifies them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from domain.candles import Candle
from domain.prices import Price, volume_of
from domain.sources import Success
from exchanges.connection.exact import Garbled, amount, informative, informative_price, moment, price, text
from exchanges.connection.listed_markets import Listed
from exchanges.connection.markets import Market
from exchanges.connection.payload_rows import read_each
from exchanges.unified.order_lists import type_name

_HUNDREDTH = Decimal("0.01")


def normalise_unified_prices(tickers: Iterable[Any], listed: Listed, mark_field: str | None = None) -> Success[Price]:
    """The prices in ccxt's tickers. `mark_field` is the exchange's own field of the mark price, where ccxt drops it."""
    parse = partial(_price, listed=listed, mark_field=mark_field)
    prices, unreadable = read_each(tickers, parse, lambda row: row.symbol)
    return Success(prices, unreadable=unreadable)


def _price(row: Mapping[str, Any], listed: Listed, mark_field: str | None) -> Price:
    symbol = text(row, "symbol")
    market = listed.named(symbol) if symbol is not None else None
    if market is None or market.base is None or market.quote is None:
        raise Garbled("the ticker names no market")
    info = row.get("info")
    mark = informative_price(row, "markPrice")
    if mark is None and mark_field is not None and isinstance(info, Mapping):
        mark = informative_price(info, mark_field)
    last, change = price(row, "last"), informative(row, "percentage")
    return Price(
        symbol=market.symbol,
        base=market.base,
        quote=market.quote,
        last=last,
        bid=informative_price(row, "bid"),
        ask=informative_price(row, "ask"),
        mark=mark,
        change_24h=None if change is None else change * _HUNDREDTH,
        volume=volume_of(informative(row, "quoteVolume"), informative(row, "baseVolume"), last),
        is_active=market.is_active,
    )


def normalise_unified_candles(rows: Iterable[Any], symbol: str, timeframe: str) -> tuple[Candle, ...]:
    """Candles of ccxt's fetch_ohlcv, in their order. Unreadable rows are left out."""

    def candle(row: Mapping[str, Any]) -> Candle:
        at = moment(row, "0")
        prices = [price(row, field) for field in ("1", "2", "3", "4")]
        if at is None or None in prices:
            raise Garbled("a price or the time is missing")
        first, high, low, last = (number for number in prices if number is not None)
        return Candle(symbol, timeframe, at, first, high, low, last, amount(row, "5"))

    named = [{str(index): value for index, value in enumerate(row)} for row in rows if isinstance(row, list)]
    return read_each(named, candle, lambda c: c.at.isoformat())[0]


def requested_together(markets: Iterable[Market], by_base: bool = False) -> list[list[Market]]:
    """The markets of one request: ccxt wants one type of market, and one base currency where `by_base`."""
    groups: dict[tuple[object, ...], list[Market]] = {}
    for market in markets:
        key = (market.market_type, type_name(market), market.base if by_base else None)
        groups.setdefault(key, []).append(market)
    return list(groups.values())
