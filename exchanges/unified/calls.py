"""Which calls read the wallets, the positions and the fills of an exchange, where one call of ccxt's is not all."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from exchanges.connection.reading_paths import SPOKEN_BY
from exchanges.unified.features import told
from exchanges.venues._shared.full_answers import Keeps
from exchanges.venues._shared.order_call import INVERSE, LINEAR


@dataclass(frozen=True, slots=True)
class Part:
    """One of several calls: what it is called, and what is said with it.

    A wallet whose answer holds the field `unless` is another one, which is asked for itself.

    Of fills also how a stretch of time is said where ccxt does not know (`until` is the parameter for its end, in ISO
    8601 with `in_words`; `since` one for its beginning, in seconds), how many `rows` one answer holds at most and which
    of more it `keeps`, and how many milliseconds `early` to begin, where the exchange leaves out what happened at the
    beginning itself, or `late` to end, where it takes whole seconds.
    """

    name: str
    params: Mapping[str, Any] = field(default_factory=dict)
    unless: str | None = None
    until: str = "until"
    in_words: bool = False
    since: str | None = None
    rows: int | None = None
    keeps: Keeps | None = None
    early: int = 0
    late: int = 0


_SPOT = Part("spot", {"type": "spot"})
_SWAP = Part("swap", {"type": "swap"})
_LINEAR, _INVERSE = Part("linear", LINEAR), Part("inverse", INVERSE)
_BITGET = tuple(
    Part(name, {"type": "swap", "productType": product})
    for name, product in (("usdt", "USDT-FUTURES"), ("usdc", "USDC-FUTURES"), ("coin", "COIN-FUTURES"))
)
_SETTLED = tuple(Part(f"swap-{coin}", {"type": "swap", "settle": coin}) for coin in ("usdt", "btc"))
_CODES = tuple(Part(code.lower(), {"code": code}) for code in ("BTC", "ETH", "USDC", "USDT", "SOL"))

# The first wallet must answer. Of the others, one that the exchange refuses for good is told as unreadable.
WALLETS: Mapping[str, tuple[Part, ...]] = {
    "binance": (_SPOT, Part("margin", {"type": "margin"}), Part("funding", {"type": "funding"}), _LINEAR, _INVERSE),
    "binanceusdm": (_LINEAR,),
    "binancecoinm": (_INVERSE,),
    "binanceus": (_SPOT,),
    "bybit": (Part("trading"), Part("funding", {"type": "funding"})),
    "okx": (Part("trading"), Part("funding", {"type": "funding"})),
    "bitget": (_SPOT, *_BITGET),
    "gate": (_SPOT, *_SETTLED),
    "htx": (_SPOT, _LINEAR, _INVERSE),
    "kucoin": (Part("trade", {"type": "trade"}), Part("main", {"type": "main"}), _SWAP),
    "kucoinfutures": (_SWAP,),
    "mexc": (_SPOT, _SWAP),
    "bingx": (_SPOT, _LINEAR, _INVERSE),
    # A unified account has the spot wallet alone, and ccxt answers with it whatever is asked for.
    "hyperliquid": (Part("swap", {"type": "swap"}, unless="balances"), _SPOT),
    "xt": (_SPOT, _LINEAR, _INVERSE),
    "phemex": (_SPOT, Part("swap-usdt", {"type": "swap", "code": "USDT"}), Part("swap-btc", {"type": "swap"})),
    "deribit": _CODES,
}

POSITIONS: Mapping[str, tuple[Part, ...]] = {
    "binance": (_LINEAR, _INVERSE),
    "binanceusdm": (_LINEAR,),
    "binancecoinm": (_INVERSE,),
    "bybit": (
        Part("linear-usdt", LINEAR | {"settleCoin": "USDT"}),
        Part("linear-usdc", LINEAR | {"settleCoin": "USDC"}),
        Part("inverse", INVERSE | {"settleCoin": ""}),
    ),
    "bitget": _BITGET,
    "gate": _SETTLED,
    "htx": (_LINEAR, _INVERSE),
    "bingx": (_LINEAR, _INVERSE),
    "xt": (_LINEAR, _INVERSE),
    "deribit": (Part("all", {"code": "any"}),),
}

# None where an exchange wants a symbol, although ccxt's features may say otherwise.
FILLS: Mapping[str, tuple[Part, ...]] = {
    "bybit": (_SPOT, _LINEAR, _INVERSE, Part("option", {"type": "option"})),
    "okx": tuple(
        Part(kind, {"type": kind}, keeps=Keeps.NEWEST) for kind in ("spot", "margin", "swap", "future", "option")
    ),
    "htx": (),
    "kucoin": (),
    "kucoinfutures": (_SWAP,),
    # An account of "margin" is the isolated one.
    "gate": tuple(
        Part(name, params, late=999)
        for name, params in (
            ("spot", {"type": "spot"}),
            ("margin", {"type": "margin", "marginMode": "isolated"}),
            ("swap-usdt", {"type": "swap", "settle": "usdt"}),
            ("swap-btc", {"type": "swap", "settle": "btc"}),
            ("delivery", {"type": "future", "settle": "usdt"}),
        )
    ),
    "phemex": (),
    "xt": tuple(replace(part, until="endTime") for part in (_SPOT, _LINEAR, _INVERSE)),
    "coinbase": (Part("all", rows=100, keeps=Keeps.NEWEST),),
    "kraken": (Part("all", rows=50, keeps=Keeps.NEWEST, early=1000),),
    # The hundred executions before a moment.
    "krakenfutures": (Part("all", until="lastFillTime", in_words=True, rows=100, keeps=Keeps.NEWEST),),
    "hyperliquid": (Part("all", rows=2000, keeps=Keeps.OLDEST),),
    "deribit": tuple(
        Part(code.lower(), {"code": code}, until="end_timestamp", rows=1000)
        for code in ("BTC", "ETH", "USDC", "USDT", "EURR")
    ),
    "woo": (Part("all", {"size": 500}, rows=500),),
    "blofin": (Part("all"),),
    "backpack": (Part("all"),),
    "bitfinex": (Part("all", until="end", rows=2500, keeps=Keeps.NEWEST),),
    "bitstamp": (Part("all", {"sort": "asc"}, since="since_timestamp", rows=1000, keeps=Keeps.OLDEST),),
}

# How a stretch is said where fills are asked by symbol.
BY_SYMBOL: Mapping[str, Part] = {"phemex": Part("", until="end")}

# Where executions of inverse contracts are told of single orders alone.
INVERSE_FILLS_UNREAD = frozenset({"bingx"})

# Rows that one answer about fills holds at most, where ccxt's features say more or nothing.
FILL_ROWS: Mapping[str, int] = {"kucoin": 100}


def parts_of(table: Mapping[str, tuple[Part, ...]], exchange: str) -> tuple[Part, ...] | None:
    """What is declared for an exchange, or for the one it speaks like; None where nothing is."""
    return table.get(exchange, table.get(SPOKEN_BY.get(exchange, "")))


def rows_at_most(exchange: str) -> int | None:
    """Rows that one answer about fills holds, where it is declared."""
    return FILL_ROWS.get(exchange, FILL_ROWS.get(SPOKEN_BY.get(exchange, "")))


def fill_parts(exchange: str, features: Mapping[str, Any]) -> tuple[Part, ...]:
    """The calls that tell fills of several markets at once; none where each wants a symbol."""
    declared = parts_of(FILLS, exchange)
    if declared is not None:
        return declared
    said = told(features, "fetchMyTrades")
    if any(feature.get("symbolRequired") for _, _, feature in said):
        return ()
    return tuple(Part(part, params) for part, params, _ in said) or (Part("all"),)
