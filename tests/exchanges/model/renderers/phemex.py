"""Phemex: spot wallet, contracts that settle in USDT, and the trading account in BTC with its inverse contract.

Field meanings come from github.com/phemex/phemex-api-docs: Public-Spot-API-en (Query wallets, Query 24 Hours Ticker),
Public-Contract-API-en (Margin mode and leverage, Price/Ratio/Value Scales, Query trading account and positions, Query
trading account and positions with unrealized-pnl, Query 24 Hours Ticker) and Public-Hedged-Perpetual-API (Query Account
Positions, Query Account Positions with unrealized PNL, Subscribe 24 Hours Ticker). Orders: _phemex_orders.py.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.exchanges.harness import spot, swap
from tests.exchanges.model.abilities import ALL_KINDS, PLAIN, Abilities, Book, Wallet
from tests.exchanges.model.account import ZERO, Account, Holding, Kind, MarketKind, Position
from tests.exchanges.model.arithmetic import margin_in
from tests.exchanges.model.renderers import Renderer, first, plain
from tests.exchanges.model.renderers._phemex_orders import NANOSECONDS, NO_SYMBOL, orders, scaled
from tests.exchanges.payload_server import Request

EIGHT: dict[str, Any] = {"priceScale": 8, "valueScale": 8, "ratioScale": 8}
MARKETS = [
    spot("BTC/USDT", "sBTCUSDT", **EIGHT),
    spot("ETH/USDT", "sETHUSDT", **EIGHT),
    swap("BTC/USDT:USDT", "BTCUSDT", **EIGHT),
    swap("ETH/USDT:USDT", "ETHUSDT", **EIGHT),
    swap("BTC/USD:BTC", "BTCUSD", **EIGHT | {"priceScale": 4}),
]
SPOT, LINEAR, INVERSE = MarketKind.SPOT, MarketKind.LINEAR, MarketKind.INVERSE
_CONTRACTS: dict[str, Any] = {
    "percent": False,
    "distance": True,
    "activation": True,
    "closing_kinds": frozenset({Kind.TRAILING_STOP}),
    "trails_whole": True,
    "closes_position": True,
    "listed_by_symbol": True,
}
ABILITIES = Abilities(
    wallets=(
        Wallet("spot", locks=True),
        Wallet("linear", assets=("USDT",), locks=True),
        Wallet("inverse", assets=("BTC",), locks=True),
    ),
    books={
        SPOT: Book(PLAIN, spends=True, listed_by_symbol=True),
        LINEAR: Book(ALL_KINDS, "linear", hedge=True, attaches=True, **_CONTRACTS),
        INVERSE: Book(ALL_KINDS, "inverse", **_CONTRACTS),
    },
)


def respond(account: Account, request: Request) -> Any:
    """The payload of one request. Prices have no code."""
    if request.method != "GET":
        return None
    if request.path in TICKER_PATHS:
        return {"error": None, "id": 0, "result": TICKER_PATHS[request.path](account, request)}
    if request.path in ORDER_PATHS and not first(request, "symbol"):
        return NO_SYMBOL
    answer = PATHS.get(request.path)
    return None if answer is None else {"code": 0, "msg": "", "data": answer(account, request)}


def _spot_wallets(account: Account, request: Request) -> Any:
    rows = [
        {
            "currency": h.asset,
            "balanceEv": scaled(h.amount),
            "lockedTradingBalanceEv": scaled(h.locked),
            "lockedWithdrawEv": 0,
            "lastUpdateTimeNs": NANOSECONDS,
        }
        for h in account.in_wallet("spot")
    ]
    return [row for row in rows if first(request, "currency") in ("", row["currency"])]


def _open_orders(kind: MarketKind) -> Callable[[Account, Request], Any]:
    def answer(account: Account, request: Request) -> Any:
        rows = orders(account, request, kind)
        return rows if kind is SPOT else {"rows": rows}

    return answer


def _holding(account: Account, wallet: str, asset: str) -> Holding:
    return next((h for h in account.in_wallet(wallet) if h.asset == asset), Holding(wallet, asset, ZERO))


def _linear_account(states_profit: bool) -> Callable[[Account, Request], Any]:
    """One trading account. Its balance has no open profit, and its used balance is margin of positions and orders."""

    def answer(account: Account, request: Request) -> Any:
        currency = first(request, "currency")
        holding = _holding(account, "linear", currency)
        used = holding.locked + margin_in(account, currency, LINEAR)
        rows = [_linear_position(p, states_profit) for p in account.positions_in(LINEAR)]
        return {
            "account": {
                "userID": 12345,
                "accountId": 123450001,
                "currency": currency,
                "accountBalanceRv": plain(holding.amount),
                "totalUsedBalanceRv": plain(used),
                "bonusBalanceRv": "0",
            },
            "positions": [row for row in rows if row["currency"] == currency],
        }

    return answer


def _linear_position(position: Position, states_profit: bool) -> dict[str, Any]:
    """A leverage of zero or less is cross margin. `posSide` is Merged in one-way mode."""
    margin, profit = plain(position.margin), plain(position.profit)
    row = _position(position) | {
        "userID": 12345,
        "posSide": position.direction.value.capitalize() if position.in_hedge_mode else "Merged",
        "posMode": "Hedged" if position.in_hedge_mode else "OneWay",
        "leverageRr": plain(_leverage(position)),
        "initMarginReqRr": plain(1 / Decimal(position.leverage)),
        "maintMarginReqRr": "0.01",
        "riskLimitRv": "200000",
        "valueRv": plain(position.entry * position.size),
        "avgEntryPriceRp": plain(position.entry),
        "posCostRv": margin,
        "assignedPosBalanceRv": margin,
        "bankruptCommRv": "0",
        "bankruptPriceRp": "0",
        "positionMarginRv": margin,
        "liquidationPriceRp": plain(position.liquidation or ZERO),
        "deleveragePercentileRr": "0",
        "buyValueToCostRr": "0.1",
        "sellValueToCostRr": "0.1",
        "markPriceRp": plain(position.mark),
        "estimatedOrdLossRv": "0",
        "usedBalanceRv": margin,
        "cumClosedPnlRv": "0",
        "cumFundingFeeRv": "0",
        "cumTransactFeeRv": "0",
        "curTermRealisedPnlRv": "0",
        "term": 1,
        "lastTermEndTimeNs": 0,
        "lastFundingTimeNs": 0,
    }
    if states_profit:
        return row | {"sizeRq": plain(position.size), "unRealisedPnlRv": profit}
    return row | {"size": plain(position.size), "avgEntryPrice": plain(position.entry)}


def _position(position: Position) -> dict[str, Any]:
    return {
        "accountID": 123450001,
        "symbol": position.market.exchange_symbol,
        "currency": position.market.settle,
        "side": position.direction.opens_by.value.capitalize(),
        "positionStatus": "Normal",
        "crossMargin": not position.is_isolated,
        "execSeq": 1,
        "transactTimeNs": NANOSECONDS,
    }


def _leverage(position: Position) -> Decimal:
    return Decimal(position.leverage if position.is_isolated else -position.leverage)


def _inverse_account(states_profit: bool) -> Callable[[Account, Request], Any]:
    def answer(account: Account, request: Request) -> Any:
        currency = first(request, "currency")
        holding = _holding(account, "inverse", currency)
        used = holding.locked + margin_in(account, currency, INVERSE)
        rows = [_inverse_position(p, states_profit) for p in account.positions_in(INVERSE)]
        return {
            "account": {
                "accountId": 123450002,
                "currency": currency,
                "accountBalanceEv": scaled(holding.amount),
                "totalUsedBalanceEv": scaled(used),
                "bonusBalanceEv": 0,
            },
            "positions": [row for row in rows if row["currency"] == currency],
        }

    return answer


def _inverse_position(position: Position, states_profit: bool) -> dict[str, Any]:
    """`size` counts contracts of one dollar. Values have eight digits, prices four."""
    cost, margin = (position.size / position.entry).quantize(Decimal("0.00000001")), scaled(position.margin)
    prices = {
        "avgEntryPrice": position.entry,
        "liquidationPrice": position.liquidation or ZERO,
        "bankruptPrice": ZERO,
        "markPrice": position.mark,
    }
    row = _position(position) | {
        "leverageEr": scaled(_leverage(position)),
        "initMarginReqEr": scaled(1 / Decimal(position.leverage)),
        "maintMarginReqEr": 500000,
        "riskLimitEv": 10000000000,
        "size": int(position.market.contracts(position.size)),
        "valueEv": scaled(cost),
        "posCostEv": margin,
        "assignedPosBalanceEv": margin,
        "bankruptCommEv": 0,
        "positionMarginEv": margin,
        "deleveragePercentileEr": 0,
        "buyValueToCostEr": 1150750,
        "sellValueToCostEr": 1149250,
        "markValueEv": scaled(position.settled_value),
        "estimatedOrdLossEv": 0,
        "usedBalanceEv": margin,
        "takeProfitEp": 0,
        "stopLossEp": 0,
        "realisedPnlEv": 0,
        "cumRealisedPnlEv": 0,
        **{f"{name}Ep": scaled(price, 4) for name, price in prices.items()},
    }
    if states_profit:
        return row | {"unRealisedPnlEv": scaled(position.profit)}
    plain_numbers = {name: float(price) for name, price in prices.items()}
    return row | plain_numbers | {"leverage": float(_leverage(position)), "value": float(cost)}


def _tickers(kind: MarketKind, one: bool) -> Callable[[Account, Request], Any]:
    def answer(account: Account, request: Request) -> Any:
        rows = [_ticker(account, row) for row in MARKETS if _kind_of(row) is kind]
        return next(row for row in rows if row["symbol"] == first(request, "symbol")) if one else rows

    return answer


def _kind_of(row: dict[str, Any]) -> MarketKind:
    return SPOT if row["spot"] else INVERSE if row["inverse"] else LINEAR


def _ticker(account: Account, row: dict[str, Any]) -> dict[str, Any]:
    """Prices of linear contracts are real numbers, all others are scaled."""
    price, kind = account.prices[row["base"]], _kind_of(row)
    prices = dict.fromkeys(("open", "high", "low", "last", "bid", "ask"), price.last)
    if kind is not SPOT:
        prices |= {"index": price.last, "mark": price.mark}
    if kind is LINEAR:
        numbers: dict[str, Any] = {f"{name}Rp": plain(value) for name, value in prices.items()}
        numbers |= {"closeRp": plain(price.last), "indexPriceRp": plain(price.last), "markPriceRp": plain(price.mark)}
        numbers |= {"volumeRq": "10", "turnoverRv": "10", "openInterestRv": "10", "fundingRateRr": "0"}
    else:
        numbers = {f"{name}Ep": scaled(value, int(row["priceScale"])) for name, value in prices.items()}
        numbers |= {"turnoverEv": 10, "volumeEv" if kind is SPOT else "volume": 10}
    return {"symbol": row["id"], "timestamp": NANOSECONDS, **numbers}


ORDER_PATHS = {"/spot/orders": SPOT, "/g-orders/activeList": LINEAR, "/orders/activeList": INVERSE}
PATHS: dict[str, Callable[[Account, Request], Any]] = {
    "/spot/wallets": _spot_wallets,
    "/g-accounts/accountPositions": _linear_account(states_profit=False),
    "/g-accounts/positions": _linear_account(states_profit=True),
    "/accounts/accountPositions": _inverse_account(states_profit=False),
    "/accounts/positions": _inverse_account(states_profit=True),
    **{path: _open_orders(kind) for path, kind in ORDER_PATHS.items()},
}
TICKER_PATHS: dict[str, Callable[[Account, Request], Any]] = {
    "/v1/md/spot/ticker/24hr/all": _tickers(SPOT, one=False),
    "/v1/md/spot/ticker/24hr": _tickers(SPOT, one=True),
    "/md/v2/ticker/24hr/all": _tickers(LINEAR, one=False),
    "/md/v2/ticker/24hr": _tickers(LINEAR, one=True),
    "/v1/md/ticker/24hr/all": _tickers(INVERSE, one=False),
    "/v1/md/ticker/24hr": _tickers(INVERSE, one=True),
}

RENDERER = Renderer("phemex", MARKETS, ABILITIES, respond, refreshes=2)
