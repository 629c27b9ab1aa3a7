"""Bitget's classic account: spot, funding, earn and margin wallets, and futures by margin coin.

Field meanings come from www.bitget.com/api-doc: Spot (Get Account Assets, Get Ticker Information), Common (Funding
Assets, Bot Account), Earn (Get Earn Account Assets), Margin (Get Cross Account Assets, Get Isolated Account Assets),
Futures (Get Account List, Get All Positions, Get All Tickers), UTA (Get Account Settings, which refuses classic
accounts). Futures sizes are in the base coin, also those of coin-margined contracts. Orders: _bitget_orders.py.
"""

from collections.abc import Callable
from typing import Any

from tests.exchanges.harness import spot, swap
from tests.exchanges.model.abilities import ALL_KINDS, LIMIT_ONLY, PLAIN, Abilities, Book, Wallet
from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Holding, MarketKind, Position
from tests.exchanges.model.arithmetic import dollar_price, margin_in, profit_in
from tests.exchanges.model.renderers import Renderer, first, plain
from tests.exchanges.model.renderers._bitget_orders import (
    AT,
    INVERSE,
    LINEAR,
    PRODUCTS,
    margin_orders,
    pending,
    plan_pending,
    spot_orders,
    spot_plan_orders,
)
from tests.exchanges.payload_server import Reply, Request

MARKETS = [
    spot("BTC/USDT", "BTCUSDT", margin=True),
    spot("ETH/USDT", "ETHUSDT", margin=True),
    swap("BTC/USDT:USDT", "BTCUSDT"),
    swap("ETH/USDT:USDT", "ETHUSDT"),
    swap("BTC/USD:BTC", "BTCUSD", coin_sized=True),
]
PAIR = ("ETH", "USDT")  # of the isolated margin account


def contracts(wallet: str) -> Book:
    return Book(
        ALL_KINDS, wallet, hedge=True, activation=True, always_waits=True, attaches=True, closes_position=True
    )  # fmt: skip


ABILITIES = Abilities(
    wallets=(
        Wallet("spot", locks=True),
        Wallet("funding", locks=True),
        Wallet("earn"),
        Wallet("bots", assets=("USDT",), locks=True),
        Wallet("crossed", locks=True, borrows=True),
        Wallet("isolated", assets=PAIR, locks=True, borrows=True),
        Wallet("USDT-FUTURES", assets=("USDT",), locks=True),
        Wallet("COIN-FUTURES", assets=("BTC",), locks=True),
    ),
    books={
        MarketKind.SPOT: Book(PLAIN, spends=True),
        MarketKind.MARGIN: Book(LIMIT_ONLY, symbols=("BTC/USDT",), listed_by_symbol=True),
        LINEAR: contracts("USDT-FUTURES"),
        INVERSE: contracts("COIN-FUTURES"),
    },
)
CANNOT_STATE = {
    "order.reduce_only:trailing_stop": "a trailing plan order in one-way mode has no such field",
}


def respond(account: Account, request: Request) -> Any:
    """The payload of one request."""
    answer = PATHS.get(request.path) if request.method == "GET" else None
    if request.path.startswith("/api/v3/"):
        return Reply('{"code": "40084", "msg": "You are in Classic Account mode", "data": null}', 400)
    return None if answer is None else wrapped(answer(account, request))


def wrapped(data: Any) -> dict[str, Any]:
    return {"code": "00000", "msg": "success", "requestTime": CREATED_AT, "data": data}


def _spot_assets(account: Account, _: Request) -> Any:
    """`locked` is not `frozen`: it belongs to merchants and the like."""
    return [
        {
            "coin": holding.asset,
            "available": plain(holding.free),
            "frozen": plain(holding.locked),
            "locked": "0",
            "limitAvailable": "0",
            "uTime": AT,
        }
        for holding in account.in_wallet("spot")
    ]


def _funding_assets(account: Account, _: Request) -> Any:
    return [
        {
            "coin": holding.asset,
            "available": plain(holding.free),
            "frozen": plain(holding.locked),
            "usdtValue": plain(holding.amount * dollar_price(account, holding.asset)),
        }
        for holding in account.in_wallet("funding")
    ]


def _earn_assets(account: Account, _: Request) -> Any:
    return [{"coin": holding.asset, "amount": plain(holding.amount)} for holding in account.in_wallet("earn")]


def _bot_assets(account: Account, _: Request) -> Any:
    """`equity` is all that bots have, `frozen` what their orders lock."""
    return [
        {
            "coin": holding.asset,
            "available": plain(holding.free),
            "equity": plain(holding.amount),
            "bonus": "0",
            "frozen": plain(holding.locked),
            "usdtValue": plain(holding.amount * dollar_price(account, holding.asset)),
        }
        for holding in account.in_wallet("bots")
    ]


def _crossed_assets(account: Account, _: Request) -> Any:
    return [_margin_row(holding) for holding in account.in_wallet("crossed")]


def _isolated_assets(account: Account, _: Request) -> Any:
    """Two rows a pair."""
    return [{"symbol": "".join(PAIR)} | _margin_row(holding) for holding in account.in_wallet("isolated")]


def _margin_row(holding: Holding) -> dict[str, Any]:
    """`totalAmount` is available + frozen, with borrowed amounts. `net` is without debts."""
    return {
        "coin": holding.asset,
        "totalAmount": plain(holding.amount),
        "available": plain(holding.free),
        "frozen": plain(holding.locked),
        "borrow": plain(holding.borrowed),
        "interest": plain(holding.interest),
        "net": plain(holding.net),
        "coupon": "0",
        "cTime": AT,
        "uTime": AT,
    }


def _futures_accounts(account: Account, request: Request) -> Any:
    return [_futures_account(account, holding) for holding in account.in_wallet(_product(request))]


def _product(request: Request) -> str:
    return first(request, "productType").upper()


def _futures_account(account: Account, holding: Holding) -> dict[str, Any]:
    """`accountEquity` holds open profit."""
    kind = PRODUCTS[holding.wallet]
    profit, margin = profit_in(account, holding.asset, kind), margin_in(account, holding.asset, kind)
    positions = [p for p in account.positions_in(kind) if p.market.settle == holding.asset and p.is_isolated]
    isolated_profit = sum((p.profit for p in positions), ZERO)
    isolated_margin = sum((p.margin for p in positions), ZERO)
    equity, free = holding.amount + profit, holding.free - margin
    dollars = equity * dollar_price(account, holding.asset)
    return {
        "marginCoin": holding.asset,
        "locked": plain(holding.locked),
        "available": plain(free),
        **dict.fromkeys(("crossedMaxAvailable", "isolatedMaxAvailable", "maxTransferOut"), plain(max(free, ZERO))),
        "accountEquity": plain(equity),
        "usdtEquity": plain(dollars),
        "btcEquity": plain(dollars / account.prices["BTC"].last),
        "crossedRiskRate": "0",
        "unrealizedPL": plain(profit),
        "coupon": "0",
        "crossedMargin": plain(margin - isolated_margin),
        "isolatedMargin": plain(isolated_margin),
        "crossedUnrealizedPL": plain(profit - isolated_profit),
        "isolatedUnrealizedPL": plain(isolated_profit),
        "unionTotalMargin": "",
        "unionAvailable": "",
        "unionMm": "",
        "assetList": [],
        "assetMode": "single",
    }


def _positions(account: Account, request: Request) -> Any:
    kind, coin = PRODUCTS.get(_product(request)), first(request, "marginCoin")
    positions = account.positions_in(kind) if kind is not None else ()
    return [_position(position) for position in positions if coin.upper() in ("", position.market.settle)]


def _position(position: Position) -> dict[str, Any]:
    return {
        "marginCoin": position.market.settle,
        "symbol": position.market.exchange_symbol,
        "holdSide": position.direction.value,
        "openDelegateSize": "0",
        "marginSize": plain(position.margin),
        "available": plain(position.size),
        "locked": "0",
        "total": plain(position.size),
        "leverage": str(position.leverage),
        "achievedProfits": "0",
        "openPriceAvg": plain(position.entry),
        "marginMode": "isolated" if position.is_isolated else "crossed",
        "posMode": "hedge_mode" if position.in_hedge_mode else "one_way_mode",
        "unrealizedPL": plain(position.profit),
        "liquidationPrice": plain(position.liquidation or ZERO),
        "keepMarginRate": "0.004",
        "markPrice": plain(position.mark),
        "breakEvenPrice": plain(position.entry),
        **dict.fromkeys(("totalFee", "deductedFee", "takeProfit", "stopLoss", "takeProfitId", "stopLossId"), ""),
        "marginRatio": "0.01",
        "assetMode": "single",
        "autoMargin": "off",
        "cTime": AT,
        "uTime": AT,
    }


def _spot_tickers(account: Account, _: Request) -> Any:
    return [_ticker(account, row) for row in MARKETS if row["spot"]]


def _futures_tickers(account: Account, request: Request) -> Any:
    kind = PRODUCTS.get(_product(request))
    rows = [row for row in MARKETS if row["swap"] and row["inverse"] is (kind is INVERSE) and kind is not None]
    return [_ticker(account, row) | {"markPrice": plain(account.prices[row["base"]].mark)} for row in rows]


def _ticker(account: Account, row: dict[str, Any]) -> dict[str, Any]:
    prices = ("lastPr", "askPr", "bidPr", "high24h", "low24h", "open24h", "openUtc", "open", "indexPrice")
    amounts = ("bidSz", "askSz", "baseVolume", "quoteVolume", "usdtVolume", "holdingAmount")
    return {
        "symbol": row["id"],
        **dict.fromkeys(prices, plain(account.prices[row["base"]].last)),
        **dict.fromkeys(amounts, "10"),
        **dict.fromkeys(("change24h", "changeUtc24h", "fundingRate"), "0"),
        "ts": AT,
    }


PATHS: dict[str, Callable[[Account, Request], Any]] = {
    "/api/v2/spot/account/assets": _spot_assets,
    "/api/v2/account/funding-assets": _funding_assets,
    "/api/v2/account/bot-assets": _bot_assets,
    "/api/v2/earn/account/assets": _earn_assets,
    "/api/v2/margin/crossed/account/assets": _crossed_assets,
    "/api/v2/margin/isolated/account/assets": _isolated_assets,
    "/api/v2/margin/crossed/open-orders": margin_orders,
    "/api/v2/margin/isolated/open-orders": lambda *_: {"orderList": [], "maxId": None, "minId": None},
    "/api/v2/mix/account/accounts": _futures_accounts,
    "/api/v2/mix/position/all-position": _positions,
    "/api/v2/spot/trade/unfilled-orders": spot_orders,
    "/api/v2/spot/trade/current-plan-order": spot_plan_orders,
    "/api/v2/mix/order/orders-pending": pending,
    "/api/v2/mix/order/orders-plan-pending": plan_pending,
    "/api/v2/spot/market/tickers": _spot_tickers,
    "/api/v2/mix/market/tickers": _futures_tickers,
}

# Bitget's support article "Smart Spot Trading Order Features" names OCO and trailing orders of spot. No page of its API
# lists them.
HIDES_TRIGGERS = "OCO and trailing orders of spot"
# Orders on margin are asked for while the margin wallet holds something.
RENDERER = Renderer(
    "bitget", MARKETS, ABILITIES, respond, cannot_state=CANNOT_STATE, hides_triggers=HIDES_TRIGGERS, refreshes=2
)
