"""MEXC: spot account and the contract account, linear and inverse perpetuals.

Field meanings come from mexcdevelop.github.io/apidocs: spot_v3_en (Account Information, Current Open Orders, 24hr
Ticker Price Change Statistics) and contract_v1_en (Get all informations of user's asset, Get the user's current holding
position, Get contract trend data, Get contract fair price), and from www.mexc.com/api-docs/futures. Orders:
_mexc_orders.py.
"""

from collections.abc import Callable
from typing import Any

from tests.exchanges.harness import spot, swap
from tests.exchanges.model.abilities import ALL_KINDS, LIMIT_ONLY, Abilities, Book, Wallet
from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Direction, Holding, MarketKind, Order, Position
from tests.exchanges.model.arithmetic import margin_in, profit_in
from tests.exchanges.model.renderers import Renderer, first, number, plain
from tests.exchanges.model.renderers._mexc_orders import open_orders, plan_orders, stop_orders, trailing_orders
from tests.exchanges.payload_server import Reply, Request

MARKETS = [
    spot("BTC/USDT", "BTCUSDT"),
    spot("ETH/USDT", "ETHUSDT"),
    swap("BTC/USDT:USDT", "BTC_USDT", size="0.0001"),
    swap("ETH/USDT:USDT", "ETH_USDT", size="0.01"),
    swap("BTC/USD:BTC", "BTC_USD", size="100"),
]
LINEAR, INVERSE = MarketKind.LINEAR, MarketKind.INVERSE
_CONTRACTS = Book(
    ALL_KINDS, "swap", hedge=True, distance=True, activation=True, attaches=True, closes_position=True
)  # fmt: skip
ABILITIES = Abilities(
    wallets=(Wallet("spot", locks=True), Wallet("swap", assets=("BTC", "USDT"), locks=True)),
    books={MarketKind.SPOT: Book(LIMIT_ONLY, listed_by_symbol=True), LINEAR: _CONTRACTS, INVERSE: _CONTRACTS},
)


def respond(account: Account, request: Request) -> Any:
    """The payload of one request. Contracts wrap theirs."""
    if request.method != "GET":
        return None
    if request.path in SPOT_PATHS:
        return SPOT_PATHS[request.path](account, request)
    answer = CONTRACT_PATHS.get(request.path)
    if request.path.startswith("/api/v1/contract/fair_price/"):
        answer = _fair_price
    return None if answer is None else {"success": True, "code": 0, "data": answer(account, request)}


def _spot_account(account: Account, _: Request) -> Any:
    rows = [{"asset": h.asset, "free": plain(h.free), "locked": plain(h.locked)} for h in account.in_wallet("spot")]
    return {
        "canTrade": True,
        "canWithdraw": True,
        "canDeposit": True,
        "updateTime": None,
        "accountType": "SPOT",
        "balances": rows,
        "permissions": ["SPOT"],
    }


def _spot_orders(account: Account, request: Request) -> Any:
    """A symbol is mandatory."""
    symbol = first(request, "symbol")
    if not symbol:
        return Reply('{"code": 700004, "msg": "Mandatory parameter \'symbol\' was not sent."}', 400)
    return [_spot_order(o) for o in account.orders_in(MarketKind.SPOT) if o.market.exchange_symbol == symbol]


def _spot_order(order: Order) -> dict[str, Any]:
    price = order.limit or ZERO
    return {
        "symbol": order.market.exchange_symbol,
        "orderId": f"C02__{order.id}",
        "orderListId": -1,
        "clientOrderId": "",
        "price": plain(price),
        "origQty": plain(order.size),
        "executedQty": plain(order.filled),
        "cummulativeQuoteQty": plain(order.filled * price),
        "status": "PARTIALLY_FILLED" if order.filled else "NEW",
        "timeInForce": None,
        "type": "LIMIT",
        "side": order.side.value.upper(),
        "stopPrice": None,
        "icebergQty": None,
        "time": CREATED_AT,
        "updateTime": None,
        "isWorking": True,
        "origQuoteOrderQty": plain(order.size * price),
    }


def _assets(account: Account, _: Request) -> Any:
    return [_asset(account, holding) for holding in account.in_wallet("swap")]


def _asset(account: Account, holding: Holding) -> dict[str, Any]:
    """`equity` is cashBalance + unrealized. Position margin and frozen balance are part of cashBalance."""
    profit = profit_in(account, holding.asset, LINEAR, INVERSE)
    margin = margin_in(account, holding.asset, LINEAR, INVERSE)
    free = holding.free - margin
    return {
        "currency": holding.asset,
        "positionMargin": number(margin),
        "availableBalance": number(free),
        "cashBalance": number(holding.amount),
        "frozenBalance": number(holding.locked),
        "equity": number(holding.amount + profit),
        "unrealized": number(profit),
        "bonus": 0,
        "availableCash": number(free),
        "availableOpen": number(free),
        "debtAmount": 0,
        "contributeMarginAmount": 0,
    }


def _positions(account: Account, request: Request) -> Any:
    symbol = first(request, "symbol")
    rows = [_position(n, position) for n, position in enumerate(account.positions)]
    return [row for row in rows if symbol in ("", row["symbol"])]


def _position(position_number: int, position: Position) -> dict[str, Any]:
    """`holdVol` counts contracts. Neither a price nor open profit is stated here: the fair price is in the tickers."""
    return {
        "positionId": 5001 + position_number,
        "symbol": position.market.exchange_symbol,
        "positionType": 1 if position.direction is Direction.LONG else 2,
        "openType": 1 if position.is_isolated else 2,
        "state": 1,
        "holdVol": number(position.market.contracts(position.size)),
        "frozenVol": 0,
        "closeVol": 0,
        "holdAvgPrice": number(position.entry),
        "openAvgPrice": number(position.entry),
        "closeAvgPrice": 0,
        "liquidatePrice": number(position.liquidation or ZERO),
        "oim": number(position.margin),
        "im": number(position.margin),
        "holdFee": 0,
        "realised": 0,
        "adlLevel": 1,
        "leverage": position.leverage,
        "createTime": CREATED_AT,
        "updateTime": CREATED_AT,
        "autoAddIm": False,
    }


def _contract_tickers(account: Account, request: Request) -> Any:
    symbol = first(request, "symbol")
    rows = [_contract_ticker(account, row) for row in MARKETS if row["swap"]]
    return next(row for row in rows if row["symbol"] == symbol) if symbol else rows


def _contract_ticker(account: Account, row: dict[str, Any]) -> dict[str, Any]:
    price = account.prices[row["base"]]
    names = ("lastPrice", "bid1", "ask1", "lower24Price", "high24Price", "indexPrice", "maxBidPrice", "minAskPrice")
    amounts = {"volume24": 10, "amount24": 10, "holdVol": 10, "riseFallRate": 0, "riseFallValue": 0, "fundingRate": 0}
    prices = dict.fromkeys(names, number(price.last)) | {"fairPrice": number(price.mark)}
    return {"symbol": row["id"], **prices, **amounts, "timestamp": CREATED_AT}


def _fair_price(account: Account, request: Request) -> Any:
    symbol = request.path.rpartition("/")[2]
    row = next(row for row in MARKETS if row["id"] == symbol)
    return {"symbol": symbol, "fairPrice": number(account.prices[row["base"]].mark), "timestamp": CREATED_AT}


def _position_mode(account: Account, _: Request) -> Any:
    return 1 if account.hedge_mode else 2


def _spot_tickers(account: Account, request: Request) -> Any:
    symbol = first(request, "symbol")
    rows = [_spot_ticker(account, row) for row in MARKETS if row["spot"]]
    return next(row for row in rows if row["symbol"] == symbol) if symbol else rows


def _spot_ticker(account: Account, row: dict[str, Any]) -> dict[str, Any]:
    names = ("prevClosePrice", "lastPrice", "bidPrice", "askPrice", "openPrice", "highPrice", "lowPrice")
    return {
        "symbol": row["id"],
        **dict.fromkeys(names, plain(account.prices[row["base"]].last)),
        **dict.fromkeys(("bidQty", "askQty", "volume", "quoteVolume"), "10"),
        "priceChange": "0",
        "priceChangePercent": "0",
        "openTime": CREATED_AT,
        "closeTime": CREATED_AT,
        "count": None,
    }


SPOT_PATHS: dict[str, Callable[[Account, Request], Any]] = {
    "/api/v3/account": _spot_account,
    "/api/v3/openOrders": _spot_orders,
    "/api/v3/ticker/24hr": _spot_tickers,
}
CONTRACT_PATHS: dict[str, Callable[[Account, Request], Any]] = {
    "/api/v1/private/account/assets": _assets,
    "/api/v1/private/position/open_positions": _positions,
    "/api/v1/private/position/position_mode": _position_mode,
    "/api/v1/private/order/list/open_orders": open_orders,
    "/api/v1/private/planorder/list/orders": plan_orders,
    "/api/v1/private/stoporder/list/orders": stop_orders,
    "/api/v1/private/stoporder/open_orders": stop_orders,
    "/api/v1/private/trackorder/list/orders": trailing_orders,
    "/api/v1/contract/ticker": _contract_tickers,
}

RENDERER = Renderer("mexc", MARKETS, ABILITIES, respond, refreshes=2)
