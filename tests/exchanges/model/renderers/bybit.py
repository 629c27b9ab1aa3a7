"""Bybit: a unified trading account with its funding wallet, flexible savings, spot, linear and inverse.

Field meanings come from bybit-exchange.github.io/docs/v5: Account (Get Wallet Balance, Get Account Info), Asset (Get
All Coins Balance), Earn (Get Staked Position), Position (Get Position Info, Set Trading Stop), Trade (Place Order, Get
Open & Closed Orders), Enums (stopOrderType, orderStatus, triggerDirection), Market (Get Tickers), User (Get
API Key Information).
"""

from collections.abc import Callable
from typing import Any

from tests.exchanges.harness import spot, swap
from tests.exchanges.model.abilities import ALL_KINDS, PLAIN, Abilities, Book, Wallet
from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Holding, Kind, MarketKind, Order, Position
from tests.exchanges.model.arithmetic import dollar_price, equity_in, margin_in, profit_in
from tests.exchanges.model.renderers import Renderer, first, plain
from tests.exchanges.model.renderers._bybit_orders import AT, CATEGORIES, index, orders
from tests.exchanges.payload_server import Request

MARKETS = [
    spot("BTC/USDT", "BTCUSDT"),
    spot("ETH/USDT", "ETHUSDT"),
    swap("BTC/USDT:USDT", "BTCUSDT"),
    swap("ETH/USDT:USDT", "ETHUSDT"),
    swap("BTC/USD:BTC", "BTCUSD"),
]
LINEAR, INVERSE = MarketKind.LINEAR, MarketKind.INVERSE
# Cross margin is a setting of the account. A trailing stop belongs to a position, and closes all of it.
_CONTRACTS: dict[str, Any] = {
    "activation": True,
    "settles_in": "unified",
    "percent": False,
    "distance": True,
    "closing_kinds": frozenset({Kind.TRAILING_STOP}),
    "trails_whole": True,
    "attaches": True,
    "closes_position": True,
    "isolated": False,
}
ABILITIES = Abilities(
    wallets=(
        Wallet("unified", locks=True, borrows=True, interest=False, goes_negative=True),
        Wallet("funding"),
        Wallet("flexible savings"),
    ),
    books={
        MarketKind.SPOT: Book(PLAIN, attaches=True, spends=True),
        LINEAR: Book(ALL_KINDS, hedge=True, **_CONTRACTS),
        INVERSE: Book(ALL_KINDS, **_CONTRACTS),
    },
)


def respond(account: Account, request: Request) -> Any:
    """The payload of one request."""
    answer = PATHS.get(request.path) if request.method == "GET" else None
    if answer is None:
        return None
    return {"retCode": 0, "retMsg": "OK", "result": answer(account, request), "retExtInfo": {}, "time": CREATED_AT}


def _key(_: Account, __: Request) -> Any:
    return {"readOnly": 1, "uta": 1, "unified": 0, "permissions": {"Wallet": []}, "userID": 1}


def _account_info(_: Account, __: Request) -> Any:
    return {"marginMode": "REGULAR_MARGIN", "unifiedMarginStatus": 5, "updatedTime": AT}


def _wallet_balance(account: Account, request: Request) -> Any:
    if first(request, "accountType") != "UNIFIED":
        return {"list": []}
    coins = [_coin(account, holding) for holding in account.in_wallet("unified")]
    wallets = [h.amount * dollar_price(account, h.asset) for h in account.in_wallet("unified")]
    profit = sum((p.profit * dollar_price(account, p.market.settle) for p in account.positions), ZERO)
    return {
        "list": [
            {
                "accountType": "UNIFIED",
                "totalEquity": plain(equity_in(account, "unified", LINEAR, INVERSE)),
                "totalWalletBalance": plain(sum(wallets, ZERO)),
                "totalPerpUPL": plain(profit),
                "totalMarginBalance": "0",
                "totalInitialMargin": "0",
                "totalMaintenanceMargin": "0",
                "totalAvailableBalance": "0",
                "coin": coins,
            }
        ]
    }


def _coin(account: Account, holding: Holding) -> dict[str, Any]:
    """`equity` is walletBalance − spotBorrow + unrealisedPnl. `borrowAmount` holds what spot borrowed and, once more,
    what derivatives lost beyond the wallet balance."""
    profit = profit_in(account, holding.asset, LINEAR, INVERSE)
    equity = holding.net + profit
    return {
        "coin": holding.asset,
        "equity": plain(equity),
        "usdValue": plain(equity * dollar_price(account, holding.asset)),
        "walletBalance": plain(holding.amount),
        "locked": plain(holding.locked),
        "borrowAmount": plain(holding.borrowed + max(-holding.amount, ZERO)),
        "spotBorrow": plain(holding.borrowed),
        "accruedInterest": "0",
        "unrealisedPnl": plain(profit),
        "cumRealisedPnl": "0",
        "totalOrderIM": "0",
        "totalPositionIM": plain(margin_in(account, holding.asset, LINEAR, INVERSE)),
        "totalPositionMM": "0",
        "availableToWithdraw": "",
        "bonus": "0",
        "spotHedgingQty": "0",
        "marginCollateral": True,
        "collateralSwitch": True,
    }


def _funding_balance(account: Account, request: Request) -> Any:
    rows = [
        {"coin": h.asset, "transferBalance": plain(h.amount), "walletBalance": plain(h.amount), "bonus": ""}
        for h in account.in_wallet("funding")
    ]
    kind = first(request, "accountType")
    return {"memberId": "", "accountType": kind, "balance": rows if kind == "FUND" else []}


def _earn(account: Account, request: Request) -> Any:
    """`amount` is the staked total."""
    saved = account.in_wallet("flexible savings") if first(request, "category") == "FlexibleSaving" else ()
    return {
        "list": [
            {"coin": h.asset, "productId": str(n), "amount": plain(h.amount), "totalPnl": "", "claimableYield": "0"}
            for n, h in enumerate(saved, 430)
        ]
    }


def _positions(account: Account, request: Request) -> Any:
    category, settle = first(request, "category"), first(request, "settleCoin")
    rows = [
        _position(account, position)
        for position in account.positions
        if CATEGORIES[position.market.kind] == category and settle in ("", position.market.settle)
    ]
    return {"list": rows, "nextPageCursor": "", "category": category}


def _position(account: Account, position: Position) -> dict[str, Any]:
    """`size` is in base units, of inverse contracts in dollars. Stops of the whole position stand here as well."""
    hung = {o.kind: o for o in account.orders if o.close_position and _belongs(o, position)}
    triggers = {kind: plain(order.trigger or ZERO) for kind, order in hung.items()}
    trailing = hung.get(Kind.TRAILING_STOP)
    return {
        "positionIdx": index(position.direction if position.in_hedge_mode else None),
        "symbol": position.market.exchange_symbol,
        "side": position.direction.opens_by.value.capitalize(),
        "size": plain(position.size),
        "avgPrice": plain(position.entry),
        "markPrice": plain(position.mark),
        "positionValue": plain(position.settled_value),
        "tradeMode": 0,
        "positionStatus": "Normal",
        "autoAddMargin": 0,
        "leverage": str(position.leverage),
        "liqPrice": plain(position.liquidation) if position.liquidation else "",
        "bustPrice": "",
        "positionBalance": "0",
        "positionIM": plain(position.margin),
        "positionMM": "0",
        "tpslMode": "Full",
        "takeProfit": triggers.get(Kind.TAKE_PROFIT, ""),
        "stopLoss": triggers.get(Kind.STOP, ""),
        "trailingStop": plain(trailing.distance or ZERO) if trailing else "0",
        "unrealisedPnl": plain(position.profit),
        "curRealisedPnl": "0",
        "cumRealisedPnl": "0",
        "sessionAvgPrice": "",
        "isReduceOnly": False,
        "seq": 1,
        "createdTime": AT,
        "updatedTime": AT,
    }


def _belongs(order: Order, position: Position) -> bool:
    return order.market == position.market and order.closes is position.direction


def _tickers(account: Account, request: Request) -> Any:
    category = first(request, "category")
    rows = [
        row for row in MARKETS if category == ("spot" if row["spot"] else "inverse" if row["inverse"] else "linear")
    ]
    return {"category": category, "list": [_ticker(account, row) for row in rows]}


def _ticker(account: Account, row: dict[str, Any]) -> dict[str, Any]:
    price = account.prices[row["base"]]
    prices = dict.fromkeys(("lastPrice", "bid1Price", "ask1Price", "prevPrice24h"), plain(price.last))
    marks = {"markPrice": plain(price.mark), "indexPrice": plain(price.last)} if row["swap"] else {}
    return {"symbol": row["id"], **prices, **marks, "price24hPcnt": "0", "turnover24h": "10", "volume24h": "10"}


PATHS: dict[str, Callable[[Account, Request], Any]] = {
    "/v5/user/query-api": _key,
    "/v5/account/info": _account_info,
    "/v5/account/wallet-balance": _wallet_balance,
    "/v5/asset/transfer/query-account-coins-balance": _funding_balance,
    "/v5/earn/position": _earn,
    "/v5/earn/fixed-term/position": lambda *_: {"list": []},
    "/v5/position/list": _positions,
    "/v5/order/realtime": orders,
    "/v5/market/tickers": _tickers,
}

RENDERER = Renderer(exchange="bybit", markets=MARKETS, abilities=ABILITIES, respond=respond)
