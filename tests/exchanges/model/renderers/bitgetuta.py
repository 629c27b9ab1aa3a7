"""Bitget's unified account: one wallet for spot, margin and futures, and the funding wallet.

Field meanings come from www.bitget.com/api-doc/uta: Account (Get Account Assets, Get Account Funding Assets), Trade
(Place Order, Get Open Orders, Get Position Info), Strategy (Place Strategy Order, Unfilled Strategy Orders), Market
(Get Tickers). Futures sizes are in the base coin, also those of coin-margined contracts. A market buy of spot names
money to spend. The support article "Smart Spot Trading Order Features" describes the two orders of an OCO.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tests.exchanges.model.abilities import PLAIN, Abilities, Book, Wallet
from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Kind, MarketKind, Order, Position, Relation
from tests.exchanges.model.arithmetic import dollar_price, equity_in, margin_in, profit_in
from tests.exchanges.model.renderers import Renderer, first, plain
from tests.exchanges.model.renderers.bitget import MARKETS, wrapped
from tests.exchanges.payload_server import Request

LINEAR, INVERSE = MarketKind.LINEAR, MarketKind.INVERSE
AT = str(CREATED_AT)
CATEGORIES = {
    MarketKind.SPOT: "SPOT",
    MarketKind.MARGIN: "MARGIN",
    LINEAR: "USDT-FUTURES",
    INVERSE: "COIN-FUTURES",
}
_CONTRACTS = Book(PLAIN, "unified", hedge=True, attaches=True, closes_position=True)
ABILITIES = Abilities(
    wallets=(Wallet("unified", locks=True, borrows=True, goes_negative=True), Wallet("funding", locks=True)),
    books={
        MarketKind.SPOT: Book(PLAIN, oco=(Kind.LIMIT, Kind.STOP_LIMIT), always_spends=True),
        MarketKind.MARGIN: Book(PLAIN, symbols=("BTC/USDT",), always_spends=True),
        LINEAR: _CONTRACTS,
        INVERSE: _CONTRACTS,
    },
)


def respond(account: Account, request: Request) -> Any:
    """The payload of one request."""
    answer = PATHS.get(request.path) if request.method == "GET" else None
    return None if answer is None else wrapped(answer(account, request))


def _assets(account: Account, _: Request) -> Any:
    """Totals are in USD. Equity is the balance less debts, with open profit."""
    equity = equity_in(account, "unified", LINEAR, INVERSE)
    coins = ("BTC", "USDT")
    profit = sum((profit_in(account, coin, LINEAR, INVERSE) * dollar_price(account, coin) for coin in coins), ZERO)
    margin = sum((margin_in(account, coin, LINEAR, INVERSE) * dollar_price(account, coin) for coin in coins), ZERO)
    bitcoin = account.prices["BTC"].last
    return {
        "accountEquity": plain(equity),
        "usdtEquity": plain(equity),
        "btcEquity": plain(equity / bitcoin),
        "unrealisedPnl": plain(profit),
        "usdtUnrealisedPnl": plain(profit),
        "btcUnrealizedPnl": plain(profit / bitcoin),
        "effEquity": plain(equity),
        "mmr": plain(margin / 2),
        "imr": plain(margin),
        "mgnRatio": "0",
        "positionMgnRatio": "0",
        "assets": [
            {
                "coin": holding.asset,
                "equity": plain(holding.net + profit_in(account, holding.asset, LINEAR, INVERSE)),
                "usdValue": plain(
                    (holding.net + profit_in(account, holding.asset, LINEAR, INVERSE))
                    * dollar_price(account, holding.asset)
                ),
                "balance": plain(holding.amount),
                "available": plain(max(holding.free, ZERO)),
                "debt": plain(holding.debt),
                "locked": plain(holding.locked),
            }
            for holding in account.in_wallet("unified")
        ],
    }


def _funding_assets(account: Account, _: Request) -> Any:
    return [
        {
            "coin": holding.asset,
            "available": plain(holding.free),
            "frozen": plain(holding.locked),
            "balance": plain(holding.amount),
        }
        for holding in account.in_wallet("funding")
    ]


def _positions(account: Account, request: Request) -> Any:
    category = first(request, "category").upper()
    return {"list": [_position(p) for p in account.positions if CATEGORIES[p.market.kind] == category]}


def _position(position: Position) -> dict[str, Any]:
    return {
        "category": CATEGORIES[position.market.kind],
        "symbol": position.market.exchange_symbol,
        "marginCoin": position.market.settle,
        "holdMode": "hedge_mode" if position.in_hedge_mode else "one_way_mode",
        "posSide": position.direction.value,
        "marginMode": "isolated" if position.is_isolated else "crossed",
        "positionBalance": plain(position.margin),
        "available": plain(position.size),
        "frozen": "0",
        "total": plain(position.size),
        "leverage": str(position.leverage),
        "curRealisedPnl": "0",
        "avgPrice": plain(position.entry),
        "positionStatus": "normal",
        "unrealisedPnl": plain(position.profit),
        "liquidationPrice": plain(position.liquidation or ZERO),
        "mmr": "0.004",
        "profitRate": "0",
        "markPrice": plain(position.mark),
        "breakEvenPrice": plain(position.entry),
        "totalFunding": "0",
        "openFeeTotal": "0",
        "closeFeeTotal": "0",
        "createdTime": AT,
        "updatedTime": AT,
    }


def _in_category(account: Account, request: Request) -> list[Order]:
    category = first(request, "category").upper()
    orders = [order for order in account.orders if order.relation not in (Relation.ATTACHED, Relation.OCO)]
    return [order for order in orders if CATEGORIES[order.market.kind] == category]


def _orders(account: Account, request: Request) -> Any:
    """The first page is whole: there are fewer than a hundred."""
    rows = [_order(account, order) for order in _in_category(account, request) if not order.kind.waits]
    return {"list": [] if first(request, "cursor") else rows, "cursor": rows[-1]["orderId"] if rows else None}


def _common(order: Order) -> dict[str, Any]:
    """In hedge mode closing a long is "sell" with posSide "long"."""
    return {
        "orderId": order.id,
        "clientOid": f"client-{order.id}",
        "category": CATEGORIES[order.market.kind],
        "symbol": order.market.exchange_symbol,
        "side": order.side.value,
        "qty": plain(order.size),
        "createdTime": AT,
        "updatedTime": AT,
    }


def _order(account: Account, order: Order) -> dict[str, Any]:
    attached = {leg.kind: plain(leg.trigger or ZERO) for leg in account.legs(order)}
    price = order.limit or ZERO
    return _common(order) | {
        "orderType": "limit",
        "price": plain(price),
        "amount": "0",
        "cumExecQty": plain(order.filled),
        "cumExecValue": plain(order.filled * price),
        "avgPrice": plain(price if order.filled else ZERO),
        "timeInForce": "gtc",
        "orderStatus": "partially_filled" if order.filled else "live",
        "posSide": order.position_side.value if order.position_side else "",
        "holdMode": "hedge_mode" if order.position_side else "one_way_mode",
        "delegateType": "normal",
        "reduceOnly": "YES" if order.reduce_only else "NO",
        "marginMode": "isolated" if order.is_isolated else "crossed",
        "stpMode": "none",
        "feeDetail": [{"feeCoin": "", "fee": ""}],
        **_legs(attached.get(Kind.TAKE_PROFIT), attached.get(Kind.STOP), {}),
    }


def _legs(take_profit: str | None, stop: str | None, limits: Mapping[str, str]) -> dict[str, Any]:
    """A leg without a limit executes at market."""
    row: dict[str, Any] = {}
    for name, price in (("tp", take_profit), ("sl", stop)):
        limit = limits.get(name, "")
        row |= {
            f"{name}TriggerBy": "market" if price else "",
            f"{name}OrderType": "" if not price else "limit" if limit else "market",
            f"{name}LimitPrice": limit,
        }
    return row | {"takeProfit": take_profit or "", "stopLoss": stop or ""}


def _strategy_orders(account: Account, request: Request) -> Any:
    """A closing order is a take profit or stop loss of one position side. Other orders have a trigger price."""
    wanted = first(request, "type")
    rows = [_strategy_order(order) for order in _in_category(account, request) if order.kind.waits]
    category = first(request, "category").upper()
    stops = [o for o in account.orders if o.relation is Relation.OCO and o.kind.waits]
    rows += [_pair(account, stop) for stop in stops if CATEGORIES[stop.market.kind] == category]
    return [row for row in rows if wanted in ("", row["type"])]


def _pair(account: Account, stop: Order) -> dict[str, Any]:
    """An OCO is one order: a limit that takes a profit, and a stop with its price and type of execution."""
    target = next(leg for leg in account.legs(stop) if not leg.kind.waits)
    pair = {
        "ocoLimitPrice": plain(target.limit or ZERO),
        "ocoTriggerPrice": plain(stop.trigger or ZERO),
        "ocoOrderType": "limit" if stop.limit else "market",
        "ocoOrderPrice": plain(stop.limit) if stop.limit else "",
    }
    return _common(stop) | {"orderId": stop.group, "type": "oco", "status": "pending", "posSide": "", "ocoParams": pair}


def _strategy_order(order: Order) -> dict[str, Any]:
    row = _common(order) | {"status": "pending"}
    if order.closes is None:
        return row | _legs(None, None, {}) | _trigger(order)
    trigger, limit = plain(order.trigger or ZERO), plain(order.limit) if order.limit else ""
    take_profit, stop = (None, trigger) if order.kind.is_stop else (trigger, None)
    nothing = dict.fromkeys(("triggerBy", "triggerPrice", "triggerOrderType", "triggerOrderPrice"), "")
    return row | {
        "type": "tpsl",
        "qty": "0" if order.close_position else plain(order.size),
        "posSide": order.closes.value,
        **_legs(take_profit, stop, {"sl" if order.kind.is_stop else "tp": limit}),
        **nothing,
    }


def _trigger(order: Order) -> dict[str, Any]:
    return {
        "type": "trigger",
        "posSide": order.position_side.value if order.position_side else "",
        "triggerBy": "market",
        "triggerPrice": plain(order.trigger or ZERO),
        "triggerOrderType": "limit" if order.limit else "market",
        "triggerOrderPrice": plain(order.limit) if order.limit else "",
    }


def _tickers(account: Account, request: Request) -> Any:
    category, symbol = first(request, "category").upper(), first(request, "symbol")
    rows = [row for row in MARKETS if category == _category(row) and symbol in ("", row["id"])]
    return [_ticker(account, row) for row in rows]


def _category(row: Mapping[str, Any]) -> str:
    return "SPOT" if row["spot"] else "COIN-FUTURES" if row["inverse"] else "USDT-FUTURES"


def _ticker(account: Account, row: Mapping[str, Any]) -> dict[str, Any]:
    price = account.prices[row["base"]]
    names = ("lastPrice", "openPrice24h", "highPrice24h", "lowPrice24h", "ask1Price", "bid1Price")
    amounts = ("bid1Size", "ask1Size", "volume24h", "turnover24h")
    ticker = {"category": _category(row), "symbol": row["id"], "ts": AT, "price24hPcnt": "0"}
    ticker |= dict.fromkeys(names, plain(price.last)) | dict.fromkeys(amounts, "10")
    if row["spot"]:
        return ticker
    more = {"indexPrice": plain(price.last), "markPrice": plain(price.mark), "fundingRate": "0", "openInterest": "10"}
    return ticker | more | dict.fromkeys(("deliveryStartTime", "deliveryTime", "deliveryStatus"), "")


PATHS: dict[str, Callable[[Account, Request], Any]] = {
    "/api/v3/account/assets": _assets,
    "/api/v3/account/funding-assets": _funding_assets,
    "/api/v3/position/current-position": _positions,
    "/api/v3/trade/unfilled-orders": _orders,
    "/api/v3/trade/unfilled-strategy-orders": _strategy_orders,
    "/api/v3/market/tickers": _tickers,
}

RENDERER = Renderer("bitget", MARKETS, ABILITIES, respond, options={"uta": True}, name="bitgetuta")
