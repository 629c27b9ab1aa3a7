"""KuCoin: main, trade, cross and isolated margin accounts, spot and margin orders, and the futures account.

Field meanings come from www.kucoin.com/docs-new: Get Account List - Spot, Get Account - Cross Margin, Get Account -
Isolated Margin, Get Account Holding, Get Open Orders (Spot, Margin), Get Symbols With Open Order, Add Stop Order, Get
Stop Orders List (Spot, by trade type; Margin), Get OCO Order List, Get OCO Order Detail By OrderId (Spot, Margin), Get
All Tickers (Spot), Get Account Mode. The older page Get Account List - Spot/Margin/trade_hf (www.kucoin.com/docs) names
the account trade_hf. Futures: _kucoin_futures.py.
"""

from collections.abc import Callable, Iterable
from typing import Any

from tests.exchanges.harness import spot
from tests.exchanges.model.abilities import PLAIN, Abilities, Book, Wallet
from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Holding, Kind, MarketKind
from tests.exchanges.model.arithmetic import dollar_price
from tests.exchanges.model.renderers import Renderer, first, plain
from tests.exchanges.model.renderers._kucoin_futures import (
    FUTURES_ABILITIES,
    FUTURES_MARKETS,
    FUTURES_WALLET,
    contracts,
    futures_tickers,
    orders,
    overview,
    page,
    positions,
)
from tests.exchanges.model.renderers._kucoin_futures import (
    stop_orders as futures_stop_orders,
)
from tests.exchanges.model.renderers._kucoin_spot_orders import (
    oco_details,
    oco_orders,
    open_orders,
    open_symbols,
    stop_orders,
)
from tests.exchanges.payload_server import Request

SPOT_MARKETS = [spot("BTC/USDT", "BTC-USDT", margin=True), spot("ETH/USDT", "ETH-USDT", margin=True)]
SPOT_WALLETS = ("main", "trade", "trade_hf")
ABILITIES = Abilities(
    wallets=(
        *(Wallet(name, locks=True) for name in SPOT_WALLETS),
        Wallet("margin", locks=True, borrows=True),
        Wallet("isolated", assets=("BTC", "USDT"), locks=True, borrows=True),  # the pair BTC-USDT
        Wallet("earn"),
        FUTURES_WALLET,
    ),
    books={
        MarketKind.SPOT: Book(PLAIN, oco=(Kind.LIMIT, Kind.STOP_LIMIT), spends=True),
        MarketKind.MARGIN: Book(PLAIN, oco=(Kind.LIMIT, Kind.STOP_LIMIT), spends=True, symbols=("ETH/USDT",)),
        **FUTURES_ABILITIES.books,
    },
)


def respond(account: Account, request: Request) -> Any:
    """The payload of one request."""
    answer = PATHS.get(request.path) if request.method == "GET" else None
    if request.method == "GET" and request.path.startswith("/api/v3/oco/order/details/"):
        answer = oco_details
    return None if answer is None else {"code": "200000", "data": answer(account, request)}


def _mode(_: Account, __: Request) -> Any:
    return {"selfAccountMode": "CLASSIC", "unifiedSubAccount": [], "classicSubAccount": []}


def _accounts(account: Account, request: Request) -> Any:
    """`balance` is available + holds."""
    kind, currency = first(request, "type"), first(request, "currency")
    rows = [
        {
            "id": f"{name}-{holding.asset}",
            "currency": holding.asset,
            "type": name,
            "balance": plain(holding.amount),
            "available": plain(holding.free),
            "holds": plain(holding.locked),
        }
        for name in SPOT_WALLETS
        for holding in account.in_wallet(name)
    ]
    return [row for row in rows if kind in ("", row["type"]) and currency in ("", row["currency"])]


def _cross_margin(account: Account, _: Request) -> Any:
    holdings = account.in_wallet("margin")
    return _totals(account, holdings) | {
        "debtRatio": "0",
        "status": "EFFECTIVE",
        "accounts": [_margin_row(holding) for holding in holdings],
    }


def _isolated_margin(account: Account, _: Request) -> Any:
    holdings = {h.asset: h for h in account.in_wallet("isolated")}
    sides = [holdings.get(asset, Holding("isolated", asset, ZERO)) for asset in ("BTC", "USDT")]
    base, quote = (_margin_row(holding) for holding in sides)
    row = {"symbol": "BTC-USDT", "status": "EFFECTIVE", "debtRatio": "0", "baseAsset": base, "quoteAsset": quote}
    return _totals(account, sides) | {"timestamp": CREATED_AT, "assets": [row]}


def _totals(account: Account, holdings: Iterable[Holding]) -> dict[str, Any]:
    """Assets before debts, and debts, in USDT."""
    prices = {holding: dollar_price(account, holding.asset) for holding in holdings}
    return {
        "totalAssetOfQuoteCurrency": plain(sum((h.amount * price for h, price in prices.items()), ZERO)),
        "totalLiabilityOfQuoteCurrency": plain(sum((h.debt * price for h, price in prices.items()), ZERO)),
    }


def _margin_row(holding: Holding) -> dict[str, Any]:
    """`total` is available + hold with borrowed coins in it. `liability` is principal and interest."""
    return {
        "currency": holding.asset,
        "total": plain(holding.amount),
        "available": plain(holding.free),
        "hold": plain(holding.locked),
        "liability": plain(holding.debt),
        "liabilityPrincipal": plain(holding.borrowed),
        "liabilityInterest": plain(holding.interest),
        "maxBorrowSize": "0",
        "borrowEnabled": True,
        "transferInEnabled": True,
    }


def _earn(account: Account, request: Request) -> Any:
    """Savings and staking products. `holdAmount` is the held amount of a product."""
    rows = [
        {
            "orderId": f"earn-{holding.asset}",
            "productId": "2152",
            "productCategory": "DEMAND",
            "productType": "DEMAND",
            "currency": holding.asset,
            "incomeCurrency": holding.asset,
            "returnRate": "0.02",
            "holdAmount": plain(holding.amount),
            "redeemedAmount": "0",
            "redeemingAmount": "0",
            "lockStartTime": CREATED_AT,
            "lockEndTime": None,
            "purchaseTime": CREATED_AT,
            "redeemPeriod": 0,
            "status": "LOCKED",
            "earlyRedeemSupported": 0,
        }
        for holding in account.in_wallet("earn")
    ]
    return page(rows, request, 500)


def _orders(account: Account, request: Request) -> Any:
    """Futures and the older spot engine share this path on different hosts. The older engine has no orders."""
    return page([], request) if first(request, "tradeType") else orders(account, request)


def _tickers(account: Account, _: Request) -> Any:
    fees = {"takerFeeRate": "0.001", "makerFeeRate": "0.001", "takerCoefficient": "1", "makerCoefficient": "1"}
    changes = {"changeRate": "0", "changePrice": "0", "vol": "10", "volValue": "10"}
    names = ("buy", "sell", "high", "low", "last", "averagePrice")
    rows = [
        {"symbol": row["id"], "symbolName": row["id"], "bestBidSize": "1", "bestAskSize": "1", **fees, **changes}
        | dict.fromkeys(names, plain(account.prices[row["base"]].last))
        for row in SPOT_MARKETS
    ]
    return {"time": CREATED_AT, "ticker": rows}


PATHS: dict[str, Callable[[Account, Request], Any]] = {
    "/api/ua/v1/account/mode": _mode,
    "/api/v1/accounts": _accounts,
    "/api/v3/margin/accounts": _cross_margin,
    "/api/v3/isolated/accounts": _isolated_margin,
    "/api/v1/account-overview": overview,
    "/api/v1/earn/hold-assets": _earn,
    "/api/v1/positions": positions,
    "/api/v1/hf/orders/active": open_orders(MarketKind.SPOT),
    "/api/v1/hf/orders/active/symbols": open_symbols(MarketKind.SPOT),
    "/api/v3/hf/margin/orders/active": open_orders(MarketKind.MARGIN),
    "/api/v3/hf/margin/order/active/symbols": open_symbols(MarketKind.MARGIN),
    "/api/v1/stop-order": stop_orders,
    "/api/v3/hf/margin/stop-orders": stop_orders,
    "/api/v3/oco/orders": oco_orders(MarketKind.SPOT),
    "/api/v3/hf/margin/oco-orders": oco_orders(MarketKind.MARGIN),
    "/api/v3/hf/margin/oco-order/detail/orderId": oco_details,
    "/api/v1/orders": _orders,
    "/api/v1/stopOrders": futures_stop_orders,
    "/api/v1/market/allTickers": _tickers,
    "/api/v1/allTickers": futures_tickers,
    "/api/v1/contracts/active": contracts,
}

RENDERER = Renderer("kucoin", SPOT_MARKETS + FUTURES_MARKETS, ABILITIES, respond, refreshes=2)
