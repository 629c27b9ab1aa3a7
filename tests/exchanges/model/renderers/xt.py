"""XT: spot account, and the accounts of USDT-M and COIN-M futures on hosts of their own.

Field meanings come from doc.xt.com: Spot (Get currency balances, Get 24h statistics ticker) and Futures (User: Get
Single Coin Balance, Get account's balances, Get Position Information, Get active position information, Get margin call
information. Quote: Get aggregated market information, Get ticker, Get mark price). Orders: _xt_orders.py.
"""

from collections.abc import Callable
from typing import Any

from tests.exchanges.harness import spot, swap
from tests.exchanges.model.abilities import ALL_KINDS, LIMIT_ONLY, Abilities, Book, Wallet
from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Holding, MarketKind, Position
from tests.exchanges.model.arithmetic import dollar_price, margin_in, profit_in
from tests.exchanges.model.renderers import Renderer, first, number, plain
from tests.exchanges.model.renderers._xt_orders import (
    book_orders,
    plan_orders,
    profit_orders,
    spot_orders,
    track_orders,
)
from tests.exchanges.payload_server import Request

MARKETS = [
    spot("BTC/USDT", "btc_usdt"),
    spot("ETH/USDT", "eth_usdt"),
    swap("BTC/USDT:USDT", "btc_usdt", size="0.0001"),
    swap("ETH/USDT:USDT", "eth_usdt", size="0.01"),
    swap("BTC/USD:BTC", "btc_usd", size="10"),
]
LINEAR, INVERSE = MarketKind.LINEAR, MarketKind.INVERSE
HOSTS = {"linear": "/fapi", "inverse": "/dapi"}  # USDT-M and COIN-M have the same paths
KINDS = {"/fapi": LINEAR, "/dapi": INVERSE}


def _contracts(wallet: str) -> Book:
    return Book(
        ALL_KINDS, wallet, hedge=True, distance=True, activation=True, attaches=True, closes_position=True
    )  # fmt: skip


ABILITIES = Abilities(
    wallets=(
        Wallet("spot", locks=True),
        Wallet("linear", assets=("USDT",), locks=True),
        Wallet("inverse", assets=("BTC",), locks=True),
    ),
    books={
        MarketKind.SPOT: Book(LIMIT_ONLY),
        LINEAR: _contracts("linear"),
        INVERSE: _contracts("inverse"),
    },
    always_hedge=True,
)


def respond(account: Account, request: Request) -> Any:
    """The payload of one request. Spot and futures wrap theirs differently."""
    if request.method != "GET":
        return None
    if request.path in SPOT_PATHS:
        return {"rc": 0, "mc": "SUCCESS", "ma": [], "result": SPOT_PATHS[request.path](account, request)}
    kind, answer = KINDS.get(request.path[:5]), FUTURES_PATHS.get(request.path[5:])
    if kind is None or answer is None:
        return None
    return {"returnCode": 0, "msgInfo": "success", "error": None, "result": answer(account, request, kind)}


def _spot_balances(account: Account, _: Request) -> Any:
    """`totalAmount` is frozenAmount + availableAmount."""
    rows = [
        {
            "currency": h.asset.lower(),
            "currencyId": 1,
            "frozenAmount": plain(h.locked),
            "availableAmount": plain(h.free),
            "totalAmount": plain(h.amount),
            "convertBtcAmount": "0",
        }
        for h in account.in_wallet("spot")
    ]
    return {"totalBtcAmount": "0", "assets": rows}


def _spot_tickers(account: Account, _: Request) -> Any:
    names = ("o", "l", "h", "c")
    return [
        {"s": row["id"], "t": CREATED_AT, "cv": "0", "cr": "0", "q": "10", "v": "10"}
        | dict.fromkeys(names, plain(account.prices[row["base"]].last))
        for row in MARKETS
        if row["spot"]
    ]


def _balances(account: Account, _: Request, kind: MarketKind) -> Any:
    return [_balance(account, holding, kind) for holding in account.in_wallet(kind.value)]


def _balance(account: Account, holding: Holding, kind: MarketKind) -> dict[str, Any]:
    """`walletBalance` includes frozen amounts. `totalAmount` is walletBalance and `notProfit`, the open profit."""
    profit = profit_in(account, holding.asset, kind)
    return _simple_balance(account, holding, kind) | {
        "accountId": 900123456789,
        "userId": 10086,
        "underlyingType": 2 if kind is LINEAR else 1,
        "amount": plain(_available(account, holding, kind)),
        "totalAmount": plain(holding.amount + profit),
        "convertBtcAmount": "0",
        "convertUsdtAmount": plain(holding.amount * dollar_price(account, holding.asset)),
        "profit": "0",
        "notProfit": plain(profit),
    }


def _simple_balances(account: Account, _: Request, kind: MarketKind) -> Any:
    return [
        _simple_balance(account, holding, kind) | {"availableBalance": plain(_available(account, holding, kind))}
        for holding in account.in_wallet(kind.value)
    ]


def _simple_balance(account: Account, holding: Holding, kind: MarketKind) -> dict[str, Any]:
    positions = [p for p in account.positions_in(kind) if p.market.settle == holding.asset]
    isolated = sum((p.margin for p in positions if p.is_isolated), ZERO)
    return {
        "coin": holding.asset.lower(),
        "walletBalance": plain(holding.amount),
        "openOrderMarginFrozen": plain(holding.locked),
        "isolatedMargin": plain(isolated),
        "crossedMargin": plain(margin_in(account, holding.asset, kind) - isolated),
        "bonus": "0",
        "coupon": "0",
    }


def _available(account: Account, holding: Holding, kind: MarketKind) -> Any:
    return max(holding.free - margin_in(account, holding.asset, kind), ZERO)


def _positions(account: Account, request: Request, kind: MarketKind) -> Any:
    """Neither price nor open profit: those are in the list of active positions."""
    return _of_symbol(request, [_position(position) for position in account.positions_in(kind)])


def _position(position: Position) -> dict[str, Any]:
    """`positionSize` counts contracts, without a sign."""
    contracts = number(position.market.contracts(position.size))
    return {
        "symbol": position.market.exchange_symbol,
        "contractType": "PERPETUAL",
        "positionType": "ISOLATED" if position.is_isolated else "CROSSED",
        "positionSide": position.direction.value.upper(),
        "positionSize": contracts,
        "closeOrderSize": 0,
        "availableCloseSize": contracts,
        "entryPrice": number(position.entry),
        "isolatedMargin": number(position.margin if position.is_isolated else ZERO),
        "openOrderMarginFrozen": 0,
        "realizedProfit": 0,
        "autoMargin": False,
        "leverage": position.leverage,
    }


def _active_positions(account: Account, request: Request, kind: MarketKind) -> Any:
    more = {"openOrderSize": 0, "profitId": None, "triggerPriceType": None, "welfareAccount": False}
    more |= {"triggerProfitPrice": None, "triggerStopPrice": None}
    rows = [
        _position(p) | _margin_call(p) | more | {"floatingPL": number(p.profit)} for p in account.positions_in(kind)
    ]  # fmt: skip
    return _of_symbol(request, rows)


def _margin_calls(account: Account, request: Request, kind: MarketKind) -> Any:
    return _of_symbol(request, [_position(p) | _margin_call(p) for p in account.positions_in(kind)])


def _margin_call(position: Position) -> dict[str, Any]:
    """`breakPrice` is the liquidation price."""
    return {"breakPrice": number(position.liquidation or ZERO), "calMarkPrice": number(position.mark)}


def _of_symbol(request: Request, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if first(request, "symbol") in ("", row["symbol"])]


def _tickers(account: Account, _: Request, kind: MarketKind) -> Any:
    names = ("c", "h", "l", "o")
    return [
        {"s": row["id"], "t": CREATED_AT, "a": "10", "v": "10", "r": "0"}
        | dict.fromkeys(names, plain(account.prices[row["base"]].last))
        for row in _listed(kind)
    ]


def _aggregated(account: Account, request: Request, kind: MarketKind) -> Any:
    return [
        row | {"i": row["c"], "ap": row["c"], "bp": row["c"], "m": plain(account.prices[market["base"]].mark)}
        for row, market in zip(_tickers(account, request, kind), _listed(kind), strict=True)
    ]


def _mark_prices(account: Account, _: Request, kind: MarketKind) -> Any:
    return [
        {"s": row["id"], "p": plain(account.prices[row["base"]].mark), "t": CREATED_AT} for row in _listed(kind)
    ]  # fmt: skip


def _listed(kind: MarketKind) -> list[dict[str, Any]]:
    return [row for row in MARKETS if row["swap"] and row["inverse"] is (kind is INVERSE)]


SPOT_PATHS: dict[str, Callable[[Account, Request], Any]] = {
    "/v4/balances": _spot_balances,
    "/v4/open-order": spot_orders,
    "/v4/public/ticker/24h": _spot_tickers,
}
FUTURES_PATHS: dict[str, Callable[[Account, Request, MarketKind], Any]] = {
    "/future/user/v1/compat/balance/list": _balances,
    "/future/user/v1/balance/list": _simple_balances,
    "/future/user/v1/position/list": _positions,
    "/future/user/v1/position": _active_positions,
    "/future/user/v1/position/break-list": _margin_calls,
    "/future/trade/v1/order/list": book_orders,
    "/future/trade/v1/order/list-open-order": book_orders,
    "/future/trade/v1/entrust/plan-list": plan_orders,
    "/future/trade/v1/entrust/profit-list": profit_orders,
    "/future/trade/v1/entrust/track-list": track_orders,
    "/future/market/v1/public/q/tickers": _tickers,
    "/future/market/v1/public/q/agg-tickers": _aggregated,
    "/future/market/v1/public/q/mark-price": _mark_prices,
}

RENDERER = Renderer("xt", MARKETS, ABILITIES, respond, hosts=HOSTS)
