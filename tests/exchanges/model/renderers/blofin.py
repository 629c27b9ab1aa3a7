"""BloFin: futures accounts settled in USDT and in coins, the other accounts, and linear perpetuals.

Field meanings come from docs.blofin.com: GET Balance, GET Futures Account Balance, GET Copy Trading Account Balance,
GET Positions, GET Tickers, GET Mark Price. Contracts that settle in coins are left out: no page tells what one is
worth. Orders: _blofin_orders.py.
"""

from collections.abc import Callable
from typing import Any

from tests.exchanges.harness import swap
from tests.exchanges.model.abilities import PLAIN, Abilities, Book, Wallet
from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Holding, Kind, MarketKind, Position
from tests.exchanges.model.arithmetic import dollar_price, equity_in, margin_in, profit_in
from tests.exchanges.model.renderers import Renderer, first, plain
from tests.exchanges.model.renderers._blofin_orders import AT, algo_orders, book_orders, tpsl_orders
from tests.exchanges.payload_server import Request

MARKETS = [
    swap("BTC/USDT:USDT", "BTC-USDT", size="0.001"),
    swap("ETH/USDT:USDT", "ETH-USDT", size="0.01"),
]
LINEAR = MarketKind.LINEAR
COINS = ("BTC", "ETH", "USDT")
FUTURES = {"USDT-FUTURES": "futures", "COIN-FUTURES": "inverse_contract"}
ABILITIES = Abilities(
    wallets=(
        Wallet("futures", assets=("USDT",), locks=True),
        Wallet("inverse_contract", assets=("BTC", "ETH")),
        Wallet("copy_trading", assets=("USDT",)),
        *(Wallet(name, assets=COINS, locks=name != "earn") for name in ("funding", "spot", "earn")),
    ),
    books={
        LINEAR: Book(
            PLAIN,
            "futures",
            hedge=True,
            attaches=True,
            closes_position=True,
            closing_kinds=frozenset({Kind.STOP_LIMIT, Kind.TAKE_PROFIT_LIMIT}),
            isolated=False,  # no page tells whether the margin of an isolated position leaves the cash balance
        ),
    },
)


def respond(account: Account, request: Request) -> Any:
    """The payload of one request."""
    answer = PATHS.get(request.path) if request.method == "GET" else None
    return None if answer is None else {"code": "0", "msg": "success", "data": answer(account, request)}


def _balances(account: Account, request: Request) -> Any:
    """The accounts of one type, as their balances without open profit."""
    rows = [
        {
            "currency": h.asset,
            "balance": plain(h.amount),
            "available": plain(h.free),
            "frozen": plain(h.locked),
            "bonus": "0",
        }
        for h in account.in_wallet(first(request, "accountType"))
    ]
    return [row for row in rows if first(request, "currency") in ("", row["currency"])]


def _futures_balance(account: Account, request: Request) -> Any:
    return _account_of(account, FUTURES.get(first(request, "productType", "USDT-FUTURES"), ""))


def _copy_trading_balance(account: Account, _: Request) -> Any:
    return _account_of(account, "copy_trading")


def _account_of(account: Account, wallet: str) -> dict[str, Any]:
    kinds = (LINEAR,) if wallet == "futures" else ()
    return {
        "ts": AT,
        "totalEquity": plain(equity_in(account, wallet, *kinds)),
        "isolatedEquity": "0",
        "details": [_detail(account, holding, kinds) for holding in account.in_wallet(wallet)],
    }


def _detail(account: Account, holding: Holding, kinds: tuple[MarketKind, ...]) -> dict[str, Any]:
    """`balance` is cash, `equity` cash with open profit."""
    margin = margin_in(account, holding.asset, *kinds)
    equity = holding.amount + profit_in(account, holding.asset, *kinds)
    available = plain(max(equity - margin - holding.locked, ZERO))
    return {
        "currency": holding.asset,
        "equity": plain(equity),
        "balance": plain(holding.amount),
        "ts": AT,
        "isolatedEquity": "0",
        "available": available,
        "availableEquity": available,
        "frozen": plain(margin + holding.locked),
        "orderFrozen": plain(holding.locked),
        "equityUsd": plain(equity * dollar_price(account, holding.asset)),
        "isolatedUnrealizedPnl": "0",
        "bonus": "0",
    }


def _positions(account: Account, request: Request) -> Any:
    rows = [_position(n, position) for n, position in enumerate(account.positions)]
    return [row for row in rows if first(request, "instId") in ("", row["instId"])]


def _position(position_number: int, position: Position) -> dict[str, Any]:
    """`positions` counts contracts, signed in one-way mode and positive in hedge mode."""
    contracts = position.market.contracts(position.size)
    signed = plain(contracts if position.in_hedge_mode else contracts * position.direction.sign)
    return {
        "positionId": str(5001 + position_number),
        "instId": position.market.exchange_symbol,
        "instType": "SWAP",
        "marginMode": "cross",
        "positionSide": position.direction.value if position.in_hedge_mode else "net",
        "adl": "5",
        "positions": signed,
        "availablePositions": signed,
        "averagePrice": plain(position.entry),
        "markPrice": plain(position.mark),
        "marginRatio": "72.45",
        "liquidationPrice": plain(position.liquidation) if position.liquidation else "",
        "unrealizedPnl": plain(position.profit),
        "unrealizedPnlRatio": "0",
        "initialMargin": plain(position.margin),
        "maintenanceMargin": "0",
        "realizedPnl": "0",
        "createTime": AT,
        "updateTime": AT,
        "leverage": str(position.leverage),
    }


def _tickers(account: Account, request: Request) -> Any:
    rows = [_ticker(account, row) for row in MARKETS]
    return [row for row in rows if first(request, "instId") in ("", row["instId"])]


def _ticker(account: Account, row: dict[str, Any]) -> dict[str, Any]:
    names = ("last", "askPrice", "bidPrice", "high24h", "open24h", "low24h")
    amounts = ("lastSize", "askSize", "bidSize", "volCurrency24h", "vol24h")
    last = plain(account.prices[row["base"]].last)
    return {"instId": row["id"], **dict.fromkeys(names, last), **dict.fromkeys(amounts, "10"), "ts": AT}


def _mark_prices(account: Account, request: Request) -> Any:
    rows = [
        {
            "instId": row["id"],
            "indexPrice": plain(account.prices[row["base"]].last),
            "markPrice": plain(account.prices[row["base"]].mark),
            "ts": str(CREATED_AT),
        }
        for row in MARKETS
    ]
    return [row for row in rows if first(request, "instId") in ("", row["instId"])]


PATHS: dict[str, Callable[[Account, Request], Any]] = {
    "/api/v1/asset/balances": _balances,
    "/api/v1/account/balance": _futures_balance,
    "/api/v1/copytrading/account/balance": _copy_trading_balance,
    "/api/v1/account/positions": _positions,
    "/api/v1/trade/orders-pending": book_orders,
    "/api/v1/trade/orders-tpsl-pending": tpsl_orders,
    "/api/v1/trade/orders-algo-pending": algo_orders,
    "/api/v1/market/tickers": _tickers,
    "/api/v1/market/mark-price": _mark_prices,
}

RENDERER = Renderer("blofin", MARKETS, ABILITIES, respond)
