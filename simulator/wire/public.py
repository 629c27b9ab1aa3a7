"""The public methods: instruments, tickers, candles, books, trades and valuations."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from simulator.clock import DAY, MINUTE
from simulator.exchange import Exchange
from simulator.instruments import Coin, Instrument
from simulator.settlement import FUNDING_RATE
from simulator.tape import TIMEFRAMES, Day
from simulator.wire.errors import bad_request
from simulator.wire.rows import instrument_row, plain

Params = Mapping[str, Any]
Method = Callable[[Exchange, Params], dict[str, Any]]
_SHARE = Decimal("0.0001")
_MOST_CANDLES = 300
_FEW_CANDLES = 25


def instruments(exchange: Exchange, _params: Params) -> dict[str, Any]:
    """public/get-instruments."""
    return {"data": [instrument_row(book) for book in exchange.instruments]}


def tickers(exchange: Exchange, params: Params) -> dict[str, Any]:
    """public/get-tickers: for one book or all."""
    books = [_book(exchange, params)] if params.get("instrument_name") else list(exchange.instruments)
    return {"data": ticker_rows(exchange, books)}


def ticker_rows(exchange: Exchange, books: list[Instrument]) -> list[dict[str, Any]]:
    """The current tickers of some books."""
    day = exchange.tape.day(exchange.minute)
    indexes = {book.name: index for index, book in enumerate(exchange.instruments)}
    return [_ticker(exchange, book, indexes[book.name], day) for book in books]


def _ticker(exchange: Exchange, book: Instrument, index: int, day: Day) -> dict[str, Any]:
    last = exchange.engine.prices[book.name]
    volume = volume_of(exchange, book, last, day.activity[index])
    price = book.price(last)
    change = (price / book.price(day.first[index]) - 1).quantize(_SHARE)
    return {
        "i": book.name,
        "h": plain(book.price(max(day.high[index], last))),
        "l": plain(book.price(min(day.low[index], last))),
        "a": plain(price),
        "v": plain(volume),
        "vv": plain((volume * price).quantize(Decimal("0.01"))),
        "c": plain(change),
        "b": plain(book.price(max(1, last - book.spread))),
        "k": plain(book.price(last + book.spread)),
        "oi": plain(volume) if book.is_perpetual else "0",
        "t": exchange.at,
    }


def volume_of(exchange: Exchange, book: Instrument, ticks: int, activity: float) -> Decimal:
    """The traded volume for a given activity, in the base currency: invented, in whole lots."""
    coin: Coin = exchange.coin_named[book.base]
    share = 0.5 if book.quote in ("USD", "USDT") else 0.2
    price = ticks * float(book.tick)
    return book.lot * int(coin.turnover / 1440 * share * activity / price / float(book.lot))


def candlestick(exchange: Exchange, params: Params) -> dict[str, Any]:
    """public/get-candlestick: the newest bars that begin in [start_ts, end_ts)."""
    book = _book(exchange, params)
    timeframe = str(params.get("timeframe", "M1"))
    if timeframe not in TIMEFRAMES:
        raise bad_request(f"Invalid timeframe: {timeframe}")
    until = moment(params, "end_ts", exchange.at + MINUTE)
    since = moment(params, "start_ts", 0)
    fallback = _MOST_CANDLES if since else _FEW_CANDLES
    count = max(1, min(number(params, "count", fallback), _MOST_CANDLES))
    index = exchange.instruments.index(book)
    bars = exchange.tape.candles(index, timeframe, since, min(until, exchange.at + MINUTE), count)
    rows = [
        {
            "o": plain(book.price(bar.first)),
            "h": plain(book.price(bar.high)),
            "l": plain(book.price(bar.low)),
            "c": plain(book.price(bar.last)),
            "v": plain(volume_of(exchange, book, bar.last, bar.activity)),
            "t": bar.at,
        }
        for bar in bars
    ]
    return {"interval": timeframe, "data": rows, "instrument_name": book.name}


def order_book(exchange: Exchange, params: Params) -> dict[str, Any]:
    """public/get-book: ten levels on each side, a tick apart."""
    book = _book(exchange, params)
    depth = max(1, min(number(params, "depth", 10), 50))
    last = exchange.engine.prices[book.name]
    size = volume_of(exchange, book, last, 0.05)
    bids = [[plain(book.price(last - book.spread - n)), plain(size + n * book.lot), "1"] for n in range(depth)]
    asks = [[plain(book.price(last + book.spread + n)), plain(size + n * book.lot), "1"] for n in range(depth)]
    row = {"bids": [bid for bid in bids if not bid[0].startswith("-")], "asks": asks, "t": exchange.at}
    return {"depth": depth, "data": [row], "instrument_name": book.name}


def trades(exchange: Exchange, params: Params) -> dict[str, Any]:
    """public/get-trades: one print a minute, at its last price, newest first."""
    book = _book(exchange, params)
    count = max(1, min(number(params, "count", 25), 150))
    index = exchange.instruments.index(book)
    bars = exchange.tape.candles(index, "1m", exchange.at - DAY, exchange.at + MINUTE, count)
    rows = [
        {
            "s": "BUY" if bar.last >= bar.first else "SELL",
            "p": plain(book.price(bar.last)),
            "q": plain(volume_of(exchange, book, bar.last, 0.01)),
            "t": bar.at,
            "tn": str(bar.at * 1_000_000),
            "d": str(4_611_686_018_455_979_970 + bar.at // MINUTE),
            "i": book.name,
        }
        for bar in reversed(bars)
    ]
    return {"data": rows}


def valuations(exchange: Exchange, params: Params) -> dict[str, Any]:
    """public/get-valuations: index, mark and funding rates, hourly for the past, newest first."""
    name = str(params.get("instrument_name", ""))
    kind = str(params.get("valuation_type", "index_price"))
    book_name = name if name in exchange.book_named else f"{name.removesuffix('-INDEX')[:-3]}_USD"
    book = _book(exchange, {"instrument_name": book_name})
    count = max(1, min(number(params, "count", 25), 500))
    index = exchange.instruments.index(book)
    bars = exchange.tape.candles(index, "1h", 0, exchange.at + MINUTE, min(count, _MOST_CANDLES))
    is_rate = kind in ("funding_rate", "funding_hist", "estimated_funding_rate")
    rows = [{"v": plain(FUNDING_RATE if is_rate else book.price(bar.last)), "t": bar.at} for bar in reversed(bars)]
    return {"data": rows, "instrument_name": name}


def risk_parameters(exchange: Exchange, _params: Params) -> dict[str, Any]:
    """public/get-risk-parameters."""
    rows = [{"instrument_name": c.name, "minimum_haircut": c.haircut} for c in exchange.coin_named.values()]
    return {"update_timestamp_ms": exchange.at, "base_currency_config": rows}


def nothing(_exchange: Exchange, _params: Params) -> dict[str, Any]:
    """A method without data here."""
    return {"data": []}


def _book(exchange: Exchange, params: Params) -> Instrument:
    name = str(params.get("instrument_name", ""))
    if name not in exchange.book_named:
        raise bad_request(f"Invalid instrument_name: {name}")
    return exchange.book_named[name]


def number(params: Params, name: str, fallback: int) -> int:
    """A whole number among the parameters."""
    value = params.get(name)
    try:
        return fallback if value is None else int(value)
    except (TypeError, ValueError):
        raise bad_request(f"Invalid {name}") from None


def moment(params: Params, name: str, fallback: int) -> int:
    """A moment among the parameters, in milliseconds. Microseconds and nanoseconds are recognised."""
    value = number(params, name, fallback)
    while value > 100_000_000_000_000:
        value //= 1000
    return value


METHODS: Mapping[str, Method] = {
    "public/get-instruments": instruments,
    "public/get-tickers": tickers,
    "public/get-ticker": tickers,
    "public/get-candlestick": candlestick,
    "public/get-book": order_book,
    "public/get-trades": trades,
    "public/get-valuations": valuations,
    "public/get-risk-parameters": risk_parameters,
    "public/get-expired-settlement-price": nothing,
    "public/get-insurance": nothing,
    "public/get-announcements": nothing,
}
