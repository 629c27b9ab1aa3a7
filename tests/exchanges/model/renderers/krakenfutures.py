"""Kraken Futures: cash account, single-collateral margin account, multi-collateral account, perpetuals of both.

Field meanings come from docs.kraken.com/api (Futures REST): Get wallets, Get open positions, Get open orders, Send
order, Get tickers. Perpetuals of single collateral are inverse (PI), those of multiple collateral linear (PF).
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from tests.exchanges.harness import swap
from tests.exchanges.model.abilities import PLAIN, Abilities, Book, Wallet
from tests.exchanges.model.account import ZERO, Account, Holding, Kind, MarketKind, Order, Position
from tests.exchanges.model.arithmetic import dollar_price, margin_in, profit_in
from tests.exchanges.model.renderers import Renderer, number
from tests.exchanges.payload_server import Request

MARKETS = [
    swap("BTC/USD:USD", "PF_XBTUSD"),
    swap("ETH/USD:USD", "PF_ETHUSD"),
    swap("BTC/USD:BTC", "PI_XBTUSD"),
]
LINEAR, INVERSE = MarketKind.LINEAR, MarketKind.INVERSE
NAMES = {"BTC": "XBT", "ETH": "ETH", "USD": "USD"}
AT = "2025-11-24T16:00:00.000Z"
ABILITIES = Abilities(
    wallets=(
        Wallet("cash", assets=tuple(NAMES)),
        Wallet("fi_xbtusd", assets=("BTC",)),
        Wallet("flex", assets=("USD",), goes_negative=True),  # losses are settled in dollars
        Wallet("flex", assets=("BTC", "ETH")),
    ),
    books={LINEAR: Book(PLAIN, "flex"), INVERSE: Book(PLAIN, "fi_xbtusd", isolated=False)},
)
WORDS = {
    Kind.LIMIT: "lmt",
    Kind.STOP: "stop",
    Kind.STOP_LIMIT: "stop",
    Kind.TAKE_PROFIT: "take_profit",
    Kind.TAKE_PROFIT_LIMIT: "take_profit",
}
CANNOT_STATE = {
    "position.liquidation_price": "not stated: a margin account is liquidated as a whole",
    "position.leverage:cross": "maxFixedLeverage belongs to isolated positions alone",
}


def respond(account: Account, request: Request) -> Any:
    """The payload of one request."""
    answer = PATHS.get(request.path) if request.method == "GET" else None
    return None if answer is None else {"result": "success", **answer(account, request), "serverTime": AT}


def _accounts(account: Account, _: Request) -> Any:
    cash = {NAMES[h.asset].lower(): number(h.amount) for h in account.in_wallet("cash")}
    margin = {f"fi_{NAMES[h.asset].lower()}usd": _margin_account(account, h) for h in account.in_wallet("fi_xbtusd")}
    return {
        "accounts": {
            "cash": {"type": "cashAccount", "balances": cash},
            **margin,
            "flex": _flex(account),
        }
    }


def _margin_account(account: Account, holding: Holding) -> dict[str, Any]:
    """`balances` holds the coin, and the signed size of each position by its symbol. `pv` is the coin and `pnl`."""
    profit, margin = profit_in(account, holding.asset, INVERSE), margin_in(account, holding.asset, INVERSE)
    sizes = {p.market.exchange_symbol: number(p.size * p.direction.sign) for p in account.positions_in(INVERSE)}
    requirements = {"im": number(margin), "mm": number(margin / 2), "lt": number(margin / 2), "tt": number(margin / 4)}
    return {
        "type": "marginAccount",
        "currency": NAMES[holding.asset].lower(),
        "balances": sizes | {NAMES[holding.asset].lower(): number(holding.amount)},
        "auxiliary": {
            "usd": 0,
            "pv": number(holding.amount + profit),
            "pnl": number(profit),
            "af": number(holding.amount + profit - margin),
            "funding": 0,
        },
        "marginRequirements": requirements,
        "triggerEstimates": dict.fromkeys(requirements, 0),
    }


def _flex(account: Account) -> dict[str, Any]:
    """`portfolioValue` is `balanceValue` and `pnl`, in dollars. Collateral values are after a haircut."""
    holdings = account.in_wallet("flex")
    profit, margin = profit_in(account, "USD", LINEAR), margin_in(account, "USD", LINEAR)
    value = _value(account, holdings)
    collateral = _after_haircut(value)
    return {
        "type": "multiCollateralMarginAccount",
        "currencies": {NAMES[holding.asset]: _currency(account, holding) for holding in holdings},
        "initialMargin": number(margin),
        "initialMarginWithOrders": number(margin),
        "maintenanceMargin": number(margin / 2),
        "balanceValue": number(value),
        "portfolioValue": number(value + profit),
        "collateralValue": number(collateral),
        "pnl": number(profit),
        "unrealizedFunding": 0,
        "totalUnrealized": number(profit),
        "totalUnrealizedAsMargin": number(profit),
        "marginEquity": number(collateral + profit),
        "availableMargin": number(collateral + profit - margin),
    }


def _value(account: Account, holdings: Iterable[Holding]) -> Decimal:
    return sum((h.amount * dollar_price(account, h.asset) for h in holdings), ZERO)


def _after_haircut(value: Decimal) -> Decimal:
    return value * Decimal("0.98")


def _currency(account: Account, holding: Holding) -> dict[str, Any]:
    value = _value(account, [holding])
    return {
        "quantity": number(holding.amount),
        "value": number(value),
        "collateral": number(_after_haircut(value)),
        "available": number(max(holding.amount, ZERO)),
    }


def _positions(account: Account, _: Request) -> Any:
    return {"openPositions": [_position(position) for position in account.positions]}


def _position(position: Position) -> dict[str, Any]:
    """Neither price nor open profit: tickers state the mark price. `maxFixedLeverage` makes a position isolated."""
    row = {
        "side": position.direction.value,
        "symbol": position.market.exchange_symbol,
        "price": number(position.entry),
        "fillTime": AT,
        "size": number(position.size),
        "unrealizedFunding": 0,
    }
    if position.market.kind is INVERSE:
        return row
    return row | {"pnlCurrency": "USD", "maxFixedLeverage": position.leverage if position.is_isolated else None}


def _orders(account: Account, _: Request) -> Any:
    return {"openOrders": [_order(order) for order in account.orders]}


def _order(order: Order) -> dict[str, Any]:
    """`unfilledSize` and `filledSize` make the size. An order without a limit has no `limitPrice`."""
    row = {
        "order_id": order.id,
        "symbol": order.market.exchange_symbol,
        "side": order.side.value,
        "orderType": WORDS[order.kind],
        "unfilledSize": number(order.remaining),
        "receivedTime": AT,
        "status": "partiallyFilled" if order.filled else "untouched",
        "filledSize": number(order.filled),
        "reduceOnly": order.reduce_only,
        "lastUpdateTime": AT,
    }
    waiting = {"stopPrice": number(order.trigger), "triggerSignal": "last"} if order.trigger else {}
    return row | waiting | ({"limitPrice": number(order.limit)} if order.limit else {})


def _tickers(account: Account, _: Request) -> Any:
    return {"tickers": [_ticker(account, row) for row in MARKETS]}


def _ticker(account: Account, row: dict[str, Any]) -> dict[str, Any]:
    price = account.prices[row["base"]]
    amounts = dict.fromkeys(("bidSize", "askSize", "vol24h", "volumeQuote", "openInterest", "lastSize"), 10)
    return amounts | {
        "tag": "perpetual",
        "pair": f"{NAMES[row['base']]}:USD",
        "symbol": row["id"],
        "markPrice": number(price.mark),
        **dict.fromkeys(("bid", "ask", "open24h", "indexPrice", "last"), number(price.last)),
        "lastTime": AT,
        "suspended": False,
        "fundingRate": 0,
        "fundingRatePrediction": 0,
        "postOnly": False,
        "change24h": 0,
    }


PATHS: dict[str, Callable[[Account, Request], Any]] = {
    "/derivatives/api/v3/accounts": _accounts,
    "/derivatives/api/v3/openpositions": _positions,
    "/derivatives/api/v3/openorders": _orders,
    "/derivatives/api/v3/tickers": _tickers,
}

RENDERER = Renderer("krakenfutures", MARKETS, ABILITIES, respond, cannot_state=CANNOT_STATE)
