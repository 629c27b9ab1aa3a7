"""Binance: spot, cross and isolated margin, funding, locked earn, USD-M and COIN-M futures.

Field meanings come from developers.binance.com/docs: binance-spot-api-docs (Account information, Current open orders,
Order lists, Trailing stop FAQ, 24hr ticker), margin_trading (Query Cross Margin Account Details, Query Margin Account's
Open Orders, Query Isolated Margin Account Info), wallet (Funding Wallet), simple_earn (Get Locked Product Position),
derivatives/usds-margined-futures and derivatives/coin-margined-futures (Account Information V3, Futures Account
Balance, Position Information, Symbol Configuration, Notional and Leverage Brackets, Current All Open Orders, Current
All Algo Open Orders, New Algo Order).
"""

import json
from collections.abc import Callable
from typing import Any

from tests.exchanges.harness import spot, swap
from tests.exchanges.model.abilities import ALL_KINDS, PLAIN, Abilities, Book, Wallet
from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Holding, Kind, MarketKind
from tests.exchanges.model.renderers import Renderer, first, plain
from tests.exchanges.model.renderers._binance_futures import (
    INVERSE,
    LINEAR,
    brackets,
    futures_account,
    futures_balance,
    positions,
    symbol_config,
)
from tests.exchanges.model.renderers._binance_orders import algo_orders, futures_orders, spot_orders
from tests.exchanges.payload_server import Reply, Request

MARKETS = [
    spot("BTC/USDT", "BTCUSDT", margin=True),
    spot("ETH/USDT", "ETHUSDT", margin=True),
    swap("BTC/USDT:USDT", "BTCUSDT"),
    swap("ETH/USDT:USDT", "ETHUSDT"),
    swap("BTC/USD:BTC", "BTCUSD_PERP", size="100"),
]
OCO = (Kind.LIMIT, Kind.STOP_LIMIT)
ABILITIES = Abilities(
    wallets=(
        Wallet("spot", locks=True),
        Wallet("margin", locks=True, borrows=True),
        Wallet("isolated BTCUSDT", assets=("BTC", "USDT"), locks=True, borrows=True),
        Wallet("funding", locks=True),
        Wallet("locked earn"),
        Wallet("linear", assets=("USDT",)),
        Wallet("inverse", assets=("BTC",)),
    ),
    books={
        MarketKind.SPOT: Book(ALL_KINDS, oco=OCO, attaches=True),
        MarketKind.MARGIN: Book(PLAIN, oco=OCO, symbols=("ETH/USDT",)),
        MarketKind.LINEAR: Book(ALL_KINDS, "linear", hedge=True, activation=True, closes_position=True),
        MarketKind.INVERSE: Book(ALL_KINDS, "inverse", hedge=True, activation=True, closes_position=True),
    },
    ids_per_symbol=True,
)


def respond(account: Account, request: Request) -> Any:
    """The payload of one request. Signed requests look like any other."""
    answer = PATHS.get((request.method, request.path))
    return None if answer is None else answer(account, request)


def _spot_account(account: Account, _: Request) -> Any:
    rows = [{"asset": h.asset, "free": plain(h.free), "locked": plain(h.locked)} for h in account.in_wallet("spot")]
    return {
        "accountType": "SPOT",
        "canTrade": True,
        "updateTime": CREATED_AT,
        "balances": rows,
        "permissions": ["SPOT"],
    }


def _margin_account(account: Account, _: Request) -> Any:
    """`netAsset` is free + locked − borrowed − interest."""
    rows = [
        {
            "asset": h.asset,
            "borrowed": plain(h.borrowed),
            "free": plain(h.free),
            "interest": plain(h.interest),
            "locked": plain(h.locked),
            "netAsset": plain(h.net),
        }
        for h in account.in_wallet("margin")
    ]
    return {"borrowEnabled": True, "tradeEnabled": True, "transferEnabled": True, "userAssets": rows}


def _isolated_account(account: Account, _: Request) -> Any:
    """Each market has an account of its own. Without any the exchange answers with an error."""
    held = {h.asset: h for h in account.in_wallet("isolated BTCUSDT")}
    if not held:
        return Reply(json.dumps({"code": -11001, "msg": "Isolated margin account does not exist."}), 400)
    sides = {
        name: _isolated_side(held.get(asset, Holding("isolated BTCUSDT", asset, ZERO)))
        for name, asset in (("baseAsset", "BTC"), ("quoteAsset", "USDT"))
    }
    state = {"isolatedCreated": True, "enabled": True, "marginLevel": "1.85", "indexPrice": "1", "tradeEnabled": True}
    return {"assets": [{**sides, "symbol": "BTCUSDT", **state}]}


def _isolated_side(holding: Holding) -> dict[str, Any]:
    return {
        "asset": holding.asset,
        "borrowEnabled": True,
        "borrowed": plain(holding.borrowed),
        "free": plain(holding.free),
        "interest": plain(holding.interest),
        "locked": plain(holding.locked),
        "netAsset": plain(holding.net),
        "netAssetOfBtc": "0",
        "repayEnabled": True,
        "totalAsset": plain(holding.amount),
    }


def _locked_earn(account: Account, request: Request) -> Any:
    """`amount` is locked and belongs to no other wallet. A page has 10 rows unless `size` says more."""
    holdings = account.in_wallet("locked earn")
    rows = [
        {
            "positionId": str(123 + n),
            "projectId": f"{h.asset}*90",
            "asset": h.asset,
            "amount": plain(h.amount),
            "purchaseTime": CREATED_AT,
            "duration": "90",
            "rewardAsset": h.asset,
            "rewardAmt": "0.1",
            "status": "HOLDING",
        }
        for n, h in enumerate(holdings)
    ]
    return {"rows": rows[: int(first(request, "size", "10"))], "total": len(rows)}


def _funding_account(account: Account, _: Request) -> Any:
    return [
        {"asset": h.asset, "free": plain(h.free), "locked": plain(h.locked), "freeze": "0", "withdrawing": "0"}
        for h in account.in_wallet("funding")
    ]


def _tickers(*kinds: MarketKind) -> Callable[[Account, Request], Any]:
    """24 h tickers. `symbols` is a JSON list."""

    def answer(account: Account, request: Request) -> Any:
        rows = [row for row in MARKETS if _kind_of(row) in kinds]
        if first(request, "symbols"):
            rows = [row for row in rows if row["id"] in json.loads(first(request, "symbols"))]
        return [_ticker(account, row) for row in rows]

    return answer


def _kind_of(row: dict[str, Any]) -> MarketKind:
    return MarketKind.SPOT if row["spot"] else INVERSE if row["inverse"] else LINEAR


def _ticker(account: Account, row: dict[str, Any]) -> dict[str, Any]:
    """Spot rows hold the best bid and ask, those of contracts do not."""
    last = plain(account.prices[row["base"]].last)
    names = ["lastPrice", "openPrice", "highPrice", "lowPrice", "weightedAvgPrice"]
    amounts = ["lastQty", "volume", "quoteVolume" if _kind_of(row) is not INVERSE else "baseVolume"]
    if row["spot"]:
        names += ["prevClosePrice", "bidPrice", "askPrice"]
        amounts += ["bidQty", "askQty"]
    changes = dict.fromkeys(("priceChange", "priceChangePercent"), "0.000")
    times = {"openTime": CREATED_AT, "closeTime": CREATED_AT, "firstId": 1, "lastId": 10, "count": 10}
    return {"symbol": row["id"], **dict.fromkeys(names, last), **dict.fromkeys(amounts, "10"), **changes, **times}


PATHS: dict[tuple[str, str], Callable[[Account, Request], Any]] = {
    ("GET", "/api/v3/account"): _spot_account,
    ("GET", "/sapi/v1/margin/account"): _margin_account,
    ("GET", "/sapi/v1/margin/isolated/account"): _isolated_account,
    ("GET", "/sapi/v1/simple-earn/locked/position"): _locked_earn,
    ("POST", "/sapi/v1/asset/get-funding-asset"): _funding_account,
    ("GET", "/fapi/v2/account"): futures_account("linear", LINEAR),
    ("GET", "/fapi/v3/account"): futures_account("linear", LINEAR),
    ("GET", "/dapi/v1/account"): futures_account("inverse", INVERSE),
    ("GET", "/fapi/v2/balance"): futures_balance("linear", LINEAR),
    ("GET", "/fapi/v3/balance"): futures_balance("linear", LINEAR),
    ("GET", "/dapi/v1/balance"): futures_balance("inverse", INVERSE),
    ("GET", "/fapi/v2/positionRisk"): positions(LINEAR, states_settings=True),
    ("GET", "/fapi/v3/positionRisk"): positions(LINEAR, states_settings=False),
    ("GET", "/dapi/v1/positionRisk"): positions(INVERSE, states_settings=True),
    ("GET", "/fapi/v1/symbolConfig"): symbol_config,
    ("GET", "/fapi/v1/leverageBracket"): brackets("BTCUSDT", "ETHUSDT"),
    ("GET", "/dapi/v1/leverageBracket"): brackets("BTCUSD_PERP"),
    ("GET", "/dapi/v2/leverageBracket"): brackets("BTCUSD_PERP"),
    ("GET", "/api/v3/openOrders"): spot_orders(MarketKind.SPOT),
    ("GET", "/sapi/v1/margin/openOrders"): spot_orders(MarketKind.MARGIN),
    ("GET", "/fapi/v1/openOrders"): futures_orders(LINEAR),
    ("GET", "/dapi/v1/openOrders"): futures_orders(INVERSE),
    ("GET", "/fapi/v1/openAlgoOrders"): algo_orders(LINEAR),
    ("GET", "/dapi/v1/openAlgoOrders"): algo_orders(INVERSE),
    ("GET", "/api/v3/ticker/24hr"): _tickers(MarketKind.SPOT),
    ("GET", "/fapi/v1/ticker/24hr"): _tickers(LINEAR),
    ("GET", "/dapi/v1/ticker/24hr"): _tickers(INVERSE),
}

RENDERER = Renderer(exchange="binance", markets=MARKETS, abilities=ABILITIES, respond=respond)
