"""BingX: spot and fund account, linear and inverse perpetuals.

Field meanings come from bingx-api.github.io/docs-v3: Spot (Query Assets, Query Fund Account Assets, 24hr Ticker Price
Change Statistics), USDT-M Perp Futures (Query account data, Query position data, Query position mode, 24hr Ticker,
Mark Price and Funding Rate) and Coin-M Perp Futures (Query Account Assets, Query warehouse, Query 24-Hour Price
Change, Price & Current Funding Rate). Orders: _bingx_orders.py.
"""

from collections.abc import Callable
from typing import Any

from tests.exchanges.harness import spot, swap
from tests.exchanges.model.abilities import ALL_KINDS, PLAIN, Abilities, Book, Wallet
from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Holding, Kind, MarketKind, Position
from tests.exchanges.model.arithmetic import margin_in, profit_in
from tests.exchanges.model.renderers import Renderer, first, number, plain
from tests.exchanges.model.renderers._bingx_orders import inverse_orders, linear_orders, oco_orders, spot_orders
from tests.exchanges.payload_server import Request

MARKETS = [
    spot("BTC/USDT", "BTC-USDT"),
    spot("ETH/USDT", "ETH-USDT"),
    swap("BTC/USDT:USDT", "BTC-USDT"),
    swap("ETH/USDT:USDT", "ETH-USDT"),
    swap("BTC/USD:BTC", "BTC-USD", size="100"),
]
LINEAR, INVERSE = MarketKind.LINEAR, MarketKind.INVERSE
ABILITIES = Abilities(
    wallets=(
        Wallet("spot", locks=True),
        Wallet("fund", locks=True),
        Wallet("linear", assets=("USDT",), locks=True),
        Wallet("inverse", assets=("BTC",), locks=True),
    ),
    books={
        MarketKind.SPOT: Book(PLAIN, oco=(Kind.LIMIT, Kind.STOP_LIMIT), spends=True),
        LINEAR: Book(
            ALL_KINDS, "linear", hedge=True, distance=True, activation=True, attaches=True, closes_position=True
        ),
        INVERSE: Book(PLAIN, "inverse", hedge=True, attaches=True),
    },
)


def respond(account: Account, request: Request) -> Any:
    """The payload of one request."""
    answer = PATHS.get(request.path) if request.method == "GET" else None
    if answer is None:
        return None
    return {"code": 0, "msg": "", "timestamp": CREATED_AT, "data": answer(account, request)}


def _balances(wallet: str) -> Callable[[Account, Request], Any]:
    def answer(account: Account, _: Request) -> Any:
        rows = [{"asset": h.asset, "free": plain(h.free), "locked": plain(h.locked)} for h in account.in_wallet(wallet)]
        return {"balances": rows}

    return answer


def _futures_balances(wallet: str, kind: MarketKind) -> Callable[[Account, Request], Any]:
    """`equity` is balance + unrealizedProfit."""

    def answer(account: Account, _: Request) -> Any:
        return [_futures_balance(account, holding, kind) for holding in account.in_wallet(wallet)]

    return answer


def _futures_balance(account: Account, holding: Holding, kind: MarketKind) -> dict[str, Any]:
    profit, margin = profit_in(account, holding.asset, kind), margin_in(account, holding.asset, kind)
    equity = holding.amount + profit
    available = max((equity if kind is INVERSE else holding.amount) - margin - holding.locked, ZERO)
    return {
        "userId": "116***295",
        "asset": holding.asset,
        "balance": plain(holding.amount),
        "equity": plain(equity),
        "unrealizedProfit": plain(profit),
        "realisedProfit": "0",
        "availableMargin": plain(available),
        "usedMargin": plain(margin),
        "freezedMargin": plain(holding.locked),
        "shortUid": "12345678",
    }


def _positions(kind: MarketKind) -> Callable[[Account, Request], Any]:
    def answer(account: Account, request: Request) -> Any:
        rows = [_position(n, position) for n, position in enumerate(account.positions_in(kind))]
        return [row for row in rows if first(request, "symbol") in ("", row["symbol"])]

    return answer


def _position(position_number: int, position: Position) -> dict[str, Any]:
    """`positionAmt` has no sign. It is in coins, of inverse contracts in contracts."""
    size = position.market.contracts(position.size)
    row = {
        "positionId": str(5001 + position_number),
        "symbol": position.market.exchange_symbol,
        "positionAmt": plain(size),
        "availableAmt": plain(size),
        "positionSide": position.direction.value.upper(),
        "isolated": position.is_isolated,
        "avgPrice": plain(position.entry),
        "initialMargin": plain(position.margin),
        "margin": plain(position.margin + position.profit),
        "leverage": position.leverage,
        "unrealizedProfit": plain(position.profit),
        "realisedProfit": "0",
        "liquidationPrice": number(position.liquidation or ZERO),
        "positionValue": plain(position.settled_value),
        "markPrice": plain(position.mark),
        "riskRate": "0.001",
        "maxMarginReduction": "0",
        "pnlRatio": "0",
        "updateTime": CREATED_AT,
        "onlyOnePosition": not position.in_hedge_mode,
    }
    return row if position.market.kind is INVERSE else row | {"currency": position.market.settle}


def _tickers(kind: MarketKind) -> Callable[[Account, Request], Any]:
    def answer(account: Account, request: Request) -> Any:
        symbol = first(request, "symbol")
        rows = [_ticker(account, row) for row in MARKETS if _kind_of(row) is kind and symbol in ("", row["id"])]
        return rows[0] if symbol and kind is LINEAR else rows

    return answer


def _kind_of(row: dict[str, Any]) -> MarketKind:
    return MarketKind.SPOT if row["spot"] else INVERSE if row["inverse"] else LINEAR


def _ticker(account: Account, row: dict[str, Any]) -> dict[str, Any]:
    """Spot rows hold numbers, those of contracts text, and the size of the last trade too: `lastQty`."""
    last = account.prices[row["base"]].last
    price = number(last) if row["spot"] else plain(last)
    prices = dict.fromkeys(("openPrice", "highPrice", "lowPrice", "lastPrice", "askPrice", "bidPrice"), price)
    names = ("volume", "quoteVolume", "askQty", "bidQty", *(() if row["spot"] else ("lastQty",)))
    amounts = dict.fromkeys(names, 10 if row["spot"] else "10")
    times = {"openTime": CREATED_AT, "closeTime": CREATED_AT}
    return {"symbol": row["id"], **prices, **amounts, **times, "priceChange": "0", "priceChangePercent": "0"}


def _marks(kind: MarketKind) -> Callable[[Account, Request], Any]:
    def answer(account: Account, request: Request) -> Any:
        symbol = first(request, "symbol")
        rows = [
            {
                "symbol": row["id"],
                "markPrice": plain(account.prices[row["base"]].mark),
                "indexPrice": plain(account.prices[row["base"]].last),
                "lastFundingRate": "0.0001",
                "nextFundingTime": CREATED_AT,
            }
            for row in MARKETS
            if _kind_of(row) is kind and symbol in ("", row["id"])
        ]
        return rows[0] if symbol else rows

    return answer


def _position_mode(account: Account, _: Request) -> Any:
    return {"dualSidePosition": "true" if account.hedge_mode else "false"}


def _twap_orders(_: Account, __: Request) -> Any:
    return {"list": [], "total": 0}


PATHS: dict[str, Callable[[Account, Request], Any]] = {
    "/openApi/spot/v1/account/balance": _balances("spot"),
    "/openApi/fund/v1/account/balance": _balances("fund"),
    "/openApi/spot/v1/trade/openOrders": spot_orders,
    "/openApi/spot/v1/oco/openOrderList": oco_orders,
    "/openApi/spot/v1/ticker/24hr": _tickers(MarketKind.SPOT),
    "/openApi/swap/v2/user/balance": _futures_balances("linear", LINEAR),
    "/openApi/swap/v3/user/balance": _futures_balances("linear", LINEAR),
    "/openApi/swap/v2/user/positions": _positions(LINEAR),
    "/openApi/swap/v1/positionSide/dual": _position_mode,
    "/openApi/swap/v2/trade/openOrders": linear_orders,
    "/openApi/swap/v1/twap/openOrders": _twap_orders,
    "/openApi/swap/v2/quote/ticker": _tickers(LINEAR),
    "/openApi/swap/v2/quote/premiumIndex": _marks(LINEAR),
    "/openApi/cswap/v1/user/balance": _futures_balances("inverse", INVERSE),
    "/openApi/cswap/v1/user/positions": _positions(INVERSE),
    "/openApi/cswap/v1/trade/openOrders": inverse_orders,
    "/openApi/cswap/v1/market/ticker": _tickers(INVERSE),
    "/openApi/cswap/v1/market/premiumIndex": _marks(INVERSE),
}

RENDERER = Renderer("bingx", MARKETS, ABILITIES, respond)
