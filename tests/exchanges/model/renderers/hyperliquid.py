"""Hyperliquid: spot and perpetual balances in USDC, perpetual positions, orders with their children.

Field meanings come from hyperliquid.gitbook.io/hyperliquid-docs: Info endpoint (Retrieve a user's open orders with
additional frontend info, Query a user's abstraction state), Perpetuals (Retrieve user's perpetuals account summary,
Retrieve perpetuals asset contexts), Spot (Retrieve a user's token balances, Retrieve spot asset contexts), Exchange
endpoint (Place an order: trigger orders and grouping), and Take profit and stop loss orders (TP/SL).
"""

import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from tests.exchanges.harness import spot, swap
from tests.exchanges.model.abilities import PLAIN, Abilities, Book, Wallet
from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Kind, MarketKind, Order, Position, Relation, Side
from tests.exchanges.model.renderers import Renderer, plain
from tests.exchanges.payload_server import Reply, Request

MARKETS = [
    swap("BTC/USDC:USDC", "0", baseName="BTC"),
    swap("ETH/USDC:USDC", "1", baseName="ETH"),
    spot("HYPE/USDC", "@107"),
    spot("PURR/USDC", "PURR/USDC"),
]
LINEAR = MarketKind.LINEAR
ABILITIES = Abilities(
    wallets=(
        Wallet("spot", assets=("HYPE", "PURR", "USDC"), locks=True),
        Wallet("perp", assets=("USDC",), goes_negative=True),
    ),
    books={
        MarketKind.SPOT: Book(PLAIN),
        LINEAR: Book(PLAIN, "perp", attaches=True, closes_position=True),
    },
)
WORDS = {
    Kind.LIMIT: "Limit",
    Kind.STOP: "Stop Market",
    Kind.STOP_LIMIT: "Stop Limit",
    Kind.TAKE_PROFIT: "Take Profit Market",
    Kind.TAKE_PROFIT_LIMIT: "Take Profit Limit",
}


def respond(account: Account, request: Request) -> Any:
    """The payload of one request: its body names the question."""
    if request.method != "POST" or request.path != "/info":
        return None
    answer = QUESTIONS.get(json.loads(request.body)["type"])
    return None if answer is None else answer(account)


def _abstraction(_: Account) -> Reply:
    """Spot and perpetual balances are apart."""
    return Reply('"disabled"')


def _spot_state(account: Account) -> Any:
    return {
        "balances": [
            {
                "coin": holding.asset,
                "token": number,
                "hold": plain(holding.locked),
                "total": plain(holding.amount),
                "entryNtl": "0.0",
            }
            for number, holding in enumerate(account.in_wallet("spot"))
        ]
    }


def _perp_state(account: Account) -> Any:
    """Account values hold open profit."""
    isolated = [position for position in account.positions if position.is_isolated]
    cross = [position for position in account.positions if not position.is_isolated]
    balance = sum((holding.amount for holding in account.in_wallet("perp")), ZERO)
    free = balance - sum((position.margin for position in isolated), ZERO)
    summary = _summary(free, cross)
    withdrawable = max(Decimal(summary["accountValue"]) - Decimal(summary["totalMarginUsed"]), ZERO)
    return {
        "marginSummary": _summary(balance, account.positions),
        "crossMarginSummary": summary,
        "crossMaintenanceMarginUsed": "0.0",
        "withdrawable": plain(withdrawable),
        "assetPositions": [_position(position) for position in account.positions],
        "time": CREATED_AT,
    }


def _summary(balance: Decimal, positions: Iterable[Position]) -> dict[str, str]:
    """`accountValue` is `totalRawUsd` and the signed value of positions: the balance and their open profit."""
    positions = tuple(positions)
    signed = sum((p.quote_value * p.direction.sign for p in positions), ZERO)
    value = balance + sum((p.profit for p in positions), ZERO)
    return {
        "accountValue": plain(value),
        "totalNtlPos": plain(sum((p.quote_value for p in positions), ZERO)),
        "totalRawUsd": plain(value - signed),
        "totalMarginUsed": plain(sum((p.margin for p in positions), ZERO)),
    }


def _position(position: Position) -> dict[str, Any]:
    """`szi` has a sign. `positionValue` is at the mark price. No field states the mark price."""
    leverage: dict[str, Any] = {"type": "cross", "value": position.leverage}
    if position.is_isolated:
        raw = position.margin + position.profit - position.quote_value * position.direction.sign
        leverage = {"type": "isolated", "value": position.leverage, "rawUsd": plain(raw)}
    return {
        "type": "oneWay",
        "position": {
            "coin": position.market.base,
            "szi": plain(position.size * position.direction.sign),
            "leverage": leverage,
            "entryPx": plain(position.entry),
            "positionValue": plain(position.quote_value),
            "unrealizedPnl": plain(position.profit),
            "returnOnEquity": plain(position.profit / position.margin),
            "liquidationPx": plain(position.liquidation) if position.liquidation else None,
            "marginUsed": plain(position.margin),
            "maxLeverage": 50,
            "cumFunding": {"allTime": "0.0", "sinceOpen": "0.0", "sinceChange": "0.0"},
        },
    }


def _orders(account: Account) -> Any:
    return [_order(account, order) for order in account.orders if order.relation is not Relation.ATTACHED]


def _order(account: Account, order: Order) -> dict[str, Any]:
    """`sz` is what remains. A take profit or stop of the whole position has no size. Children wait for their parent."""
    is_attached = order.relation is Relation.ATTACHED
    return {
        "coin": order.market.base if order.market.is_contract else order.market.exchange_symbol,
        "side": "B" if order.side is Side.BUY else "A",
        "limitPx": plain(_limit(order)),
        "sz": "0.0" if order.close_position else plain(order.remaining),
        "oid": int(order.id),
        "timestamp": CREATED_AT,
        "triggerCondition": _condition(order),
        "isTrigger": order.kind.waits,
        "triggerPx": plain(order.trigger) if order.trigger else "0.0",
        "children": [] if is_attached else [_order(account, leg) for leg in account.legs(order)],
        "isPositionTpsl": order.close_position,
        "reduceOnly": order.reduce_only or order.close_position or is_attached,
        "orderType": WORDS[order.kind],
        "origSz": "0.0" if order.close_position else plain(order.size),
        "tif": None if order.kind.waits else "Gtc",
        "cloid": None,
    }


def _limit(order: Order) -> Decimal:
    """An order that executes at market has the worst price that it takes, ten percent beyond its trigger."""
    if order.limit is not None:
        return order.limit
    worst = Decimal("1.1") if order.side is Side.BUY else Decimal("0.9")
    return ((order.trigger or ZERO) * worst).quantize(Decimal("0.1"))


def _condition(order: Order) -> str:
    if order.trigger is None:
        return "N/A"
    return f"Price {'above' if order.acts_when_price_rises else 'below'} {order.trigger:f}"


def listed(account: Account) -> list[dict[str, Any]]:
    """The markets with their asset contexts. The middle of the book stands for the last trade."""
    return [row | {"info": _context(account, row)} for row in MARKETS]


def _context(account: Account, row: dict[str, Any]) -> dict[str, Any]:
    price = account.prices[row["base"]]
    context = {
        "prevDayPx": plain(price.last),
        "dayNtlVlm": "1000000.0",
        "midPx": plain(price.last),
        "markPx": plain(price.mark),
    }
    if row["spot"]:
        return context | {"name": row["id"], "coin": row["id"], "circulatingSupply": "1000000.0"}
    more = {"funding": "0.0", "openInterest": "10.0", "premium": "0.0", "oraclePx": plain(price.last)}
    impact = {"impactPxs": [plain(price.last)] * 2, "dayBaseVlm": "10.0"}
    return context | more | impact | {"name": row["base"], "szDecimals": 5, "maxLeverage": 50}


QUESTIONS: dict[str, Callable[[Account], Any]] = {
    "userAbstraction": _abstraction,
    "clearinghouseState": _perp_state,
    "spotClearinghouseState": _spot_state,
    "frontendOpenOrders": _orders,
    "userVaultEquities": lambda _: [],
    "delegatorSummary": lambda _: dict.fromkeys(("delegated", "undelegated", "totalPendingWithdrawal"), "0.0"),
}

RENDERER = Renderer("hyperliquid", MARKETS, ABILITIES, respond, listed=listed)
