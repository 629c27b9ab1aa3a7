"""KuCoin futures, as kucoin.py and kucoinfutures.py serve them.

Field meanings come from www.kucoin.com/docs-new: Get Account - Futures, Get Position List, Get Position Mode, Get Order
List, Get Stop Order List, Add Order (Futures), Get All Tickers (Futures), Get All Symbols
(Futures).
"""

from decimal import Decimal
from typing import Any

from tests.exchanges.harness import swap
from tests.exchanges.model.abilities import PLAIN, Abilities, Book, Wallet
from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Direction, Holding, MarketKind, Order, Position
from tests.exchanges.model.arithmetic import margin_in, profit_in
from tests.exchanges.model.renderers import first, number, plain
from tests.exchanges.payload_server import Request

FUTURES_MARKETS = [
    swap("BTC/USDT:USDT", "XBTUSDTM", size="0.001"),
    swap("ETH/USDT:USDT", "ETHUSDTM", size="0.01"),
    swap("BTC/USD:BTC", "XBTUSDM"),
]
LINEAR, INVERSE = MarketKind.LINEAR, MarketKind.INVERSE
CODES = {"BTC": "XBT"}
FUTURES_WALLET = Wallet("futures", assets=("BTC", "USDT"), locks=True)
FUTURES_BOOK = Book(PLAIN, "futures", hedge=True, closes_position=True)
FUTURES_ABILITIES = Abilities((FUTURES_WALLET,), {LINEAR: FUTURES_BOOK, INVERSE: FUTURES_BOOK})


def overview(account: Account, request: Request) -> Any:
    """One currency. `accountEquity` is marginBalance + unrealisedPNL, and `availableBalance` holds open profit too."""
    code = first(request, "currency", "XBT")
    asset = next((asset for asset, other in CODES.items() if other == code), code)
    holding = next((h for h in account.in_wallet("futures") if h.asset == asset), Holding("futures", asset, ZERO))
    profit, margin = profit_in(account, asset, LINEAR, INVERSE), margin_in(account, asset, LINEAR, INVERSE)
    return {
        "accountEquity": number(holding.amount + profit),
        "unrealisedPNL": number(profit),
        "marginBalance": number(holding.amount),
        "positionMargin": number(margin),
        "orderMargin": number(holding.locked),
        "frozenFunds": 0,
        "availableBalance": number(holding.amount + profit - margin - holding.locked),
        "currency": code,
        "riskRatio": 0,
        "maxWithdrawAmount": 0,
    }


def positions(account: Account, request: Request) -> Any:
    settle = first(request, "currency")
    rows = [_position(n, position) for n, position in enumerate(account.positions)]
    return [row for row in rows if settle in ("", row["settleCurrency"])]


# Fields without a figure of the account.
_SAME_IN_EACH_POSITION: dict[str, Any] = {
    "delevPercentage": 0.1,
    "currentComm": 0,
    "realisedGrossCost": 0,
    "realisedCost": 0,
    "isOpen": True,
    "realisedGrossPnl": 0,
    "realisedPnl": 0,
    "unrealisedPnlPcnt": 0,
    "bankruptPrice": 0,
    "maintMarginReq": 0.004,
}


def _position(number_of: int, position: Position) -> dict[str, Any]:
    """`currentQty` counts lots and is negative when short. Profit and margin are in the settlement currency."""
    sign, value = position.direction.sign, position.settled_value
    profit, margin = position.profit, position.margin
    is_inverse = position.market.kind is INVERSE
    row = {
        "id": str(5001 + number_of),
        "symbol": position.market.exchange_symbol,
        "crossMode": not position.is_isolated,
        "openingTimestamp": CREATED_AT,
        "currentTimestamp": CREATED_AT,
        "currentQty": number(position.market.contracts(position.size) * sign),
        "currentCost": number((value - profit * sign) * (-sign if is_inverse else sign)),
        "unrealisedCost": number((value - profit * sign) * (-sign if is_inverse else sign)),
        "markPrice": number(position.mark),
        "markValue": number(value * (-sign if is_inverse else sign)),
        "posCost": number((value - profit * sign) * (-sign if is_inverse else sign)),
        "posInit": number(margin),
        "posMargin": number(margin),
        "unrealisedPnl": number(profit),
        "unrealisedRoePcnt": number((profit / margin).quantize(Decimal("0.0001"))),
        "avgEntryPrice": number(position.entry),
        "liquidationPrice": number(position.liquidation or ZERO),
        "settleCurrency": CODES.get(position.market.settle, position.market.settle),
        "isInverse": is_inverse,
        "marginMode": "ISOLATED" if position.is_isolated else "CROSS",
        "positionSide": position_side(position.direction if position.in_hedge_mode else None),
        "leverage": position.leverage,
        "maintMargin": number(margin),
        **_SAME_IN_EACH_POSITION,
    }
    return row | ({"realLeverage": position.leverage, "autoDeposit": False} if position.is_isolated else {})


def position_side(direction: Direction | None) -> str:
    return "BOTH" if direction is None else direction.value.upper()


def orders(account: Account, request: Request) -> Any:
    contracts = account.orders_in(LINEAR, INVERSE)
    return page([_order(order) for order in contracts if not order.kind.waits], request)


def stop_orders(account: Account, request: Request) -> Any:
    contracts = account.orders_in(LINEAR, INVERSE)
    return page([_order(order) for order in contracts if order.kind.waits], request)


# Fields without a figure of the account.
_SAME_IN_EACH_ORDER: dict[str, Any] = {
    "stp": "",
    "stopTriggered": False,
    "timeInForce": "GTC",
    "postOnly": False,
    "hidden": False,
    "iceberg": False,
    "leverage": "5",
    "forceHold": False,
    "visibleSize": 0,
    "remark": None,
    "tags": "",
    "isActive": True,
    "cancelExist": False,
    "endAt": None,
    "status": "open",
}


def _order(order: Order) -> dict[str, Any]:
    """`size` and `filledSize` count lots. A stop acts when the price goes up or down to `stopPrice`."""
    lots, filled = order.market.contracts(order.size), order.market.contracts(order.filled)
    waits = order.kind.waits
    direction = "up" if order.acts_when_price_rises else "down"
    return {
        "id": order.id,
        "symbol": order.market.exchange_symbol,
        "type": "limit" if order.kind.has_limit else "market",
        "side": order.side.value,
        "price": plain(order.limit) if order.limit else None,
        "size": number(lots),
        "value": plain(order.size * (order.limit or ZERO)),
        "dealValue": plain(order.filled * (order.limit or ZERO)),
        "dealSize": number(filled),
        "stop": direction if waits else "",
        "stopPriceType": "TP" if waits else "",
        "stopPrice": plain(order.trigger) if order.trigger else None,
        "closeOrder": order.close_position,
        "clientOid": f"client{order.id}",
        "createdAt": CREATED_AT,
        "updatedAt": CREATED_AT,
        "orderTime": CREATED_AT * 1_000_000,
        "settleCurrency": CODES.get(order.market.settle, order.market.settle),
        "positionSide": position_side(order.position_side),
        "avgDealPrice": plain(order.limit if order.filled and order.limit else ZERO),
        "filledSize": number(filled),
        "filledValue": plain(order.filled * (order.limit or ZERO)),
        "reduceOnly": order.reduce_only,
        "marginMode": "ISOLATED" if order.is_isolated else "CROSS",
        **_SAME_IN_EACH_ORDER,
    }


def futures_tickers(account: Account, _: Request) -> Any:
    return [
        {
            "sequence": 1,
            "symbol": row["id"],
            "side": "buy",
            "size": 1,
            "tradeId": "1",
            "price": last,
            "bestBidPrice": last,
            "bestBidSize": 10,
            "bestAskPrice": last,
            "bestAskSize": 10,
            "ts": CREATED_AT * 1_000_000,
        }
        for row in FUTURES_MARKETS
        for last in [plain(account.prices[row["base"]].last)]
    ]


def contracts(account: Account, _: Request) -> Any:
    """Every contract with its prices. The multiplier of an inverse contract is -1: a lot is one dollar."""
    return [
        {
            "symbol": row["id"],
            "rootSymbol": CODES.get(row["settle"], row["settle"]),
            "type": "FFWCSX",
            "baseCurrency": CODES.get(row["base"], row["base"]),
            "quoteCurrency": row["quote"],
            "settleCurrency": CODES.get(row["settle"], row["settle"]),
            "lotSize": 1,
            "multiplier": -1 if row["inverse"] else float(row["contractSize"]),
            "isInverse": row["inverse"],
            "isQuanto": False,
            "status": "Open",
            "markPrice": number(account.prices[row["base"]].mark),
            "indexPrice": number(account.prices[row["base"]].last),
            "lastTradePrice": number(account.prices[row["base"]].last),
            "volumeOf24h": 10,
            "turnoverOf24h": 10,
        }
        for row in FUTURES_MARKETS
    ]


def page(rows: list[dict[str, Any]], request: Request, most: int = 1000) -> dict[str, Any]:
    """One page of rows, by default 50."""
    size, current = min(int(first(request, "pageSize", "50")), most), int(first(request, "currentPage", "1"))
    return {
        "currentPage": current,
        "pageSize": size,
        "totalNum": len(rows),
        "totalPage": -(-len(rows) // size),
        "items": rows[(current - 1) * size : current * size],
    }
