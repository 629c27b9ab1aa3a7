"""Kraken: balances with earn variants, spot orders, and margin orders with the positions that they open.

Field meanings come from docs.kraken.com/api (Spot REST): Get Extended Balance, Get Open Positions (with
consolidation=market), Get Open Orders, Add Order (ordertype, price, price2, leverage, close), Get Ticker Information,
and from support.kraken.com: "API: earn asset suffixes", "What are margin positions".
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.exchanges.harness import spot
from tests.exchanges.model.abilities import PLAIN, Abilities, Book, Wallet
from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Kind, MarketKind, Order, Position, Relation, Side
from tests.exchanges.model.renderers import Renderer, plain
from tests.exchanges.payload_server import Request

NAMES = {"BTC": "XXBT", "ETH": "XETH", "USD": "ZUSD"}  # of assets, older ones with a class in front
SHORT_NAMES = {"BTC": "XBT", "ETH": "ETH", "USD": "USD"}
EARNED = {"BTC": "XBT.M", "ETH": "ETH.F", "USD": "USD.M"}  # an asset that earns has a suffix


def _market(base: str) -> dict[str, Any]:
    info = {"altname": f"{SHORT_NAMES[base]}USD", "wsname": f"{SHORT_NAMES[base]}/USD"}
    ids = {"baseId": NAMES[base], "quoteId": "ZUSD"}
    return spot(f"{base}/USD", f"{NAMES[base]}ZUSD", margin=True, altname=info["altname"], info=info, **ids)


MARKETS = [_market("BTC"), _market("ETH")]
KINDS = PLAIN | {Kind.TRAILING_STOP}
ABILITIES = Abilities(
    wallets=(
        Wallet("spot", assets=tuple(NAMES), locks=True),
        Wallet("earn", assets=tuple(EARNED)),
    ),
    books={
        MarketKind.SPOT: Book(KINDS, distance=True, attaches=True, attaches_one=True),
        MarketKind.MARGIN: Book(KINDS, holds_positions=True, isolated=False, reduces=False, distance=True),
    },
)
WORDS = {
    Kind.LIMIT: "limit",
    Kind.STOP: "stop-loss",
    Kind.STOP_LIMIT: "stop-loss-limit",
    Kind.TAKE_PROFIT: "take-profit",
    Kind.TAKE_PROFIT_LIMIT: "take-profit-limit",
    Kind.TRAILING_STOP: "trailing-stop",
}
CANNOT_STATE = {
    "order.reduce_only": "an open order has no such field",
    "position.margin_mode": "a position has no such field",
    "position.liquidation_price": "not stated: margin is held by the whole account",
}


def respond(account: Account, request: Request) -> Any:
    """The payload of one request. Private calls are POST."""
    answer = PATHS.get(request.path)
    return None if answer is None else {"error": [], "result": answer(account, request)}


def _balances(account: Account, _: Request) -> Any:
    """`balance` includes `hold_trade`. A margin position changes no balance until it is closed."""
    names = {"spot": NAMES, "earn": EARNED}
    return {
        names[holding.wallet][holding.asset]: {"balance": plain(holding.amount), "hold_trade": plain(holding.locked)}
        for holding in account.holdings
    }


def _positions(account: Account, _: Request) -> Any:
    """One row a market. A part of some positions was closed already."""
    return [_position(position) for position in account.positions]


def _position(position: Position) -> dict[str, Any]:
    """`cost`, `fee` and `vol` are of the opening. `value` and `net` leave out the closed part."""
    closed = position.size / 4 if position.leverage % 2 else ZERO
    opened = position.size + closed
    cost = opened * position.entry
    return {
        "pair": position.market.exchange_symbol,
        "positions": "1",
        "type": position.direction.opens_by.value,
        "leverage": plain(Decimal(position.leverage).quantize(Decimal("0.00001"))),
        "cost": plain(cost),
        "fee": plain((cost / 500).quantize(Decimal("0.00001"))),
        "vol": plain(opened),
        "vol_closed": plain(closed),
        "margin": plain(cost / position.leverage),
        "value": plain(position.quote_value),
        "net": f"{position.profit:+f}",
    }


def _orders(account: Account, _: Request) -> Any:
    return {"open": {o.id: _order(account, o) for o in account.orders if o.relation is not Relation.ATTACHED}}


def _order(account: Account, order: Order) -> dict[str, Any]:
    """`price` is the average price of fills, `limitprice` the price of a triggered limit order."""
    price = order.limit or ZERO
    filled_at = price if order.filled else ZERO
    trailing = _trailing_prices(account, order) if order.kind is Kind.TRAILING_STOP else {}
    return {
        "refid": None,
        "userref": 0,
        "status": "open",
        "opentm": CREATED_AT / 1000,
        "starttm": 0,
        "expiretm": 0,
        "descr": _description(account, order),
        "vol": plain(order.size),
        "vol_exec": plain(order.filled),
        "cost": plain(order.filled * price),
        "fee": "0.00000",
        "price": plain(filled_at),
        "stopprice": plain(order.trigger or ZERO),
        "limitprice": "0.00000",
        "misc": "partial" if order.filled else "",
        "oflags": "fciq",
        "margin": order.market.has_positions,
    } | ({"trigger": "last"} if order.kind.waits else {}) | trailing  # fmt: skip


def _trailing_prices(account: Account, order: Order) -> dict[str, Any]:
    """The stop price follows the market at the order's distance."""
    last = account.last(order.market)
    distance = order.distance or last * (order.percent or ZERO) / 100
    stop = last - distance if order.side is Side.SELL else last + distance
    return {"stopprice": plain(stop), "limitprice": plain(last)}


def _description(account: Account, order: Order) -> dict[str, Any]:
    """`price` is the trigger of a waiting order or the limit of a resting one. `price2`: the limit after a trigger."""
    leverage = "5:1" if order.market.has_positions else "none"
    pair = order.market.symbol.replace("BTC", "XBT").replace("/", "")
    borrowed = f" with {leverage} leverage" if leverage != "none" else ""
    return {
        "pair": pair,
        "aclass": "forex",
        "type": order.side.value,
        "ordertype": WORDS[order.kind],
        "price": _price(order),
        "price2": plain(order.limit or ZERO) if order.kind.waits else "0",
        "leverage": leverage,
        "order": f"{order.side} {order.size:.8f} {pair} @ {_priced(order)}{borrowed}",
        "close": "".join(f"close position @ {_priced(leg)}" for leg in account.legs(order)),
    }


def _price(order: Order) -> str:
    """A trailing distance has a sign in front."""
    if order.kind is Kind.TRAILING_STOP:
        return f"+{order.percent:.4f}%" if order.percent else f"+{order.distance:.4f}"
    return plain((order.trigger if order.kind.waits else order.limit) or ZERO)


def _priced(order: Order) -> str:
    """An order type with its prices, in words: "stop loss 22000.0 -> limit 21000.0"."""
    kind = WORDS[order.kind].removesuffix("-limit").replace("-", " ")
    limit = f" -> limit {plain(order.limit)}" if order.kind.waits and order.limit else ""
    return f"{kind} {_price(order)}{limit}"


def _tickers(account: Account, _: Request) -> Any:
    return {row["id"]: _ticker(account, row["base"]) for row in MARKETS}


def _ticker(account: Account, coin: str) -> dict[str, Any]:
    last = plain(account.prices[coin].last)
    return {
        "a": [last, "1", "1.000"],
        "b": [last, "1", "1.000"],
        "c": [last, "0.10000000"],
        "v": ["10.0", "20.0"],
        "p": [last, last],
        "t": [10, 20],
        "l": [last, last],
        "h": [last, last],
        "o": last,
    }


PATHS: dict[str, Callable[[Account, Request], Any]] = {
    "/0/private/BalanceEx": _balances,
    "/0/private/OpenPositions": _positions,
    "/0/private/OpenOrders": _orders,
    "/0/public/Ticker": _tickers,
}

RENDERER = Renderer(
    exchange="kraken",
    markets=MARKETS,
    abilities=ABILITIES,
    respond=respond,
    options={"marketsByAltname": {row["altname"]: row for row in MARKETS}},
    cannot_state=CANNOT_STATE,
)
