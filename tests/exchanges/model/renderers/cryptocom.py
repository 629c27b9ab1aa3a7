"""Crypto.com Exchange: one account in USD for spot, margin and perpetuals, settled by session.

Field meanings come from exchange-docs.crypto.com/exchange/v1: private/user-balance, private/get-positions,
private/get-open-orders, private/advanced/get-open-orders, private/get-account-settings, public/get-tickers,
public/get-valuations. The net value of the account is total_cash_balance and total_session_unrealized_pnl.
"""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.exchanges.harness import spot, swap
from tests.exchanges.model.abilities import PLAIN, Abilities, Book, Wallet
from tests.exchanges.model.account import (
    CREATED_AT,
    ZERO,
    Account,
    Holding,
    Kind,
    MarketKind,
    Order,
    Position,
    Relation,
)
from tests.exchanges.model.arithmetic import dollar_price, margin_in, worth_of
from tests.exchanges.model.renderers import Renderer, first, plain
from tests.exchanges.payload_server import Request

MARKETS = [
    spot("BTC/USD", "BTC_USD"),
    spot("ETH/USD", "ETH_USD"),
    swap("BTC/USD:USD", "BTCUSD-PERP"),
    swap("ETH/USD:USD", "ETHUSD-PERP"),
]
LINEAR = MarketKind.LINEAR
ABILITIES = Abilities(
    wallets=(Wallet("account", assets=("BTC", "ETH", "USD", "USDT"), locks=True, goes_negative=True),),
    books={
        MarketKind.SPOT: Book(PLAIN, oco=(Kind.LIMIT, Kind.STOP), attaches=True),
        LINEAR: Book(PLAIN, "account", isolated=False, reduces=False, by_session=True),
    },
)
TYPES = {
    Kind.LIMIT: "LIMIT",
    Kind.STOP: "STOP_LOSS",
    Kind.STOP_LIMIT: "STOP_LIMIT",
    Kind.TAKE_PROFIT: "TAKE_PROFIT",
    Kind.TAKE_PROFIT_LIMIT: "TAKE_PROFIT_LIMIT",
}
LENT_SHARE = Decimal("0.95")  # the share of a coin's value that counts as collateral
BASE = "/exchange/v1/"


def respond(account: Account, request: Request) -> Any:
    """The payload of one request: private ones are POST with JSON, public ones GET."""
    method = request.path.removeprefix(BASE)
    expected = "POST" if method.startswith("private/") else "GET"
    answer = METHODS.get(method) if request.method == expected else None
    if answer is None:
        return None
    return {"id": 1, "method": method, "code": 0, "result": answer(account, request)}


def _user_balance(account: Account, _: Request) -> Any:
    """Cash is the sum of the market values, collateral that of the collateral amounts."""
    holdings, worth = account.in_wallet("account"), worth_of(account)
    collateral = sum((_collateral(account, holding) for holding in holdings), ZERO)
    initial_margin = margin_in(account, "USD", LINEAR)
    margin_balance = collateral + worth.open_profit
    row = {
        "instrument_name": "USD",
        "total_available_balance": plain(margin_balance - initial_margin),
        "total_margin_balance": plain(margin_balance),
        "total_initial_margin": plain(initial_margin),
        "total_position_im": plain(initial_margin),
        "total_haircut": "0",
        "total_maintenance_margin": plain(initial_margin / 2),
        "total_position_cost": plain(sum((p.size * p.entry for p in account.positions), ZERO)),
        "total_cash_balance": plain(worth.cash),
        "total_collateral_value": plain(collateral),
        "total_session_unrealized_pnl": plain(worth.open_profit),
        "total_session_realized_pnl": "0.00000000",
        "is_liquidating": False,
        "total_effective_leverage": "1.0",
        "position_limit": "3000000.00000000",
        "used_position_limit": "0",
        "position_balances": [_balance(account, holding) for holding in holdings],
    }
    return {"data": [row]}


def _balance(account: Account, holding: Holding) -> dict[str, Any]:
    """`quantity` is negative where coins are owed."""
    return {
        "instrument_name": holding.asset,
        "quantity": plain(holding.amount),
        "market_value": plain(holding.amount * dollar_price(account, holding.asset)),
        "collateral_eligible": "true",
        "haircut": "0" if holding.asset == "USD" else "0.5",
        "collateral_amount": plain(_collateral(account, holding)),
        "max_withdrawal_balance": plain(max(holding.free, ZERO)),
        "reserved_qty": plain(holding.locked),
    }


def _collateral(account: Account, holding: Holding) -> Decimal:
    value = holding.amount * dollar_price(account, holding.asset)
    return value if holding.asset == "USD" or value < 0 else value * LENT_SHARE


def _positions(account: Account, _: Request) -> Any:
    return {"data": [_position(position) for position in account.positions]}


def _position(position: Position) -> dict[str, Any]:
    """`open_position_pnl` runs since the position was opened, `session_pnl` since profit was last settled."""
    cost = position.size * position.entry * position.direction.sign
    return {
        "account_id": "858dbc8b-22fd-49fa-bff4-d342d98a8acb",
        "quantity": plain(position.size * position.direction.sign),
        "cost": plain(cost),
        "open_position_pnl": plain(position.profit),
        "open_pos_cost": plain(cost),
        "session_pnl": plain(position.unpaid_profit),
        "update_timestamp_ms": CREATED_AT,
        "instrument_name": position.market.exchange_symbol,
        "type": "PERPETUAL_SWAP",
        **_isolation(position),
    }


def _isolation(row: Position | Order) -> dict[str, str]:
    """The fields of isolated margin, which rows of cross margin lack. Each market has one position."""
    if not row.is_isolated:
        return {}
    number = [market["id"] for market in MARKETS].index(row.market.exchange_symbol)
    return {"isolation_id": str(19848526 + number), "isolation_type": "ISOLATED_MARGIN"}


def _open_orders(account: Account, request: Request) -> Any:
    """Normal orders alone."""
    resting = [order for order in account.orders if not order.kind.waits and order.relation is None]
    return _of_instrument(request, [_order(order) for order in resting])


def _advanced_orders(account: Account, request: Request) -> Any:
    """Conditional orders, and all legs of groups."""
    listed = [order for order in account.orders if order.kind.waits or order.relation is not None]
    return _of_instrument(request, [_advanced_order(account, order) for order in listed])


def _of_instrument(request: Request, rows: list[dict[str, Any]]) -> Any:
    instrument = json.loads(request.body)["params"].get("instrument_name", "")
    return {"data": [row for row in rows if instrument in ("", row["instrument_name"])]}


def _order(order: Order) -> dict[str, Any]:
    price = order.limit or ZERO
    row = {
        "account_id": "52e7c00f-1324-5a6z-bfgt-de445bde21a5",
        "order_id": order.id,
        "client_oid": f"client{order.id}",
        "order_type": TYPES[order.kind],
        "time_in_force": "GOOD_TILL_CANCEL",
        "side": order.side.value.upper(),
        "exec_inst": [],
        "quantity": plain(order.size),
        "order_value": plain(order.size * price),
        "maker_fee_rate": "0.000250",
        "taker_fee_rate": "0.000400",
        "avg_price": plain(price if order.filled else ZERO),
        "cumulative_quantity": plain(order.filled),
        "cumulative_value": plain(order.filled * price),
        "cumulative_fee": "0.000000",
        "status": "ACTIVE",
        "update_user_id": "fd797356-55db-48c2-a44d-157aabf702e8",
        "order_date": "2025-11-24",
        "instrument_name": order.market.exchange_symbol,
        "fee_instrument_name": order.market.quote,
        "create_time": CREATED_AT,
        "create_time_ns": str(CREATED_AT * 1_000_000),
        "update_time": CREATED_AT,
        **_isolation(order),
    }
    return row | ({"limit_price": plain(price)} if order.kind.has_limit else {})


def _advanced_order(account: Account, order: Order) -> dict[str, Any]:
    """Legs of a group share a list id, and those of one entry have one order id as well."""
    row = _order(order) | {"exchange_order_id": "0"}
    if order.kind.waits:
        row |= {"ref_price": plain(order.trigger or ZERO), "ref_price_type": "LAST_PRICE", "status": "PENDING"}
    if order.group is None:
        return row
    legs = [other for other in account.orders if other.group == order.group]
    row |= {
        "list_id": int(order.group) + 6_000_000,
        "leg_id": legs.index(order) + 1,
        "contingency_type": "OCO" if order.relation is Relation.OCO else "OTOCO",
    }
    if order.relation is Relation.ATTACHED:
        row |= {"order_id": legs[1].id, "client_oid": f"client{legs[1].id}"}
    return row


def _settings(_: Account, __: Request) -> Any:
    return [{"leverage": 20, "stp_id": 100, "stp_scope": "S", "stp_inst": "M"}]


def _tickers(account: Account, request: Request) -> Any:
    rows = [_ticker(account, row) for row in MARKETS]
    return {"data": [row for row in rows if first(request, "instrument_name") in ("", row["i"])]}


def _ticker(account: Account, row: dict[str, Any]) -> dict[str, Any]:
    """`a` is the last trade, `b` the bid and `k` the ask."""
    prices = dict.fromkeys(("h", "l", "a", "b", "k"), plain(account.prices[row["base"]].last))
    return {"i": row["id"], **prices, "v": "10", "vv": "10", "oi": "10", "c": "0", "t": CREATED_AT}


def _valuations(account: Account, request: Request) -> Any:
    instrument = first(request, "instrument_name")
    row = next(row for row in MARKETS if row["id"] == instrument)
    price = account.prices[row["base"]]
    value = price.mark if first(request, "valuation_type") == "mark_price" else price.last
    return {"data": [{"v": plain(value), "t": CREATED_AT}], "instrument_name": instrument}


METHODS: dict[str, Callable[[Account, Request], Any]] = {
    "private/user-balance": _user_balance,
    "private/get-positions": _positions,
    "private/get-open-orders": _open_orders,
    "private/advanced/get-open-orders": _advanced_orders,
    "private/get-account-settings": _settings,
    "public/get-tickers": _tickers,
    "public/get-valuations": _valuations,
}
CANNOT_STATE = {
    "position.leverage": "a position has no leverage of its own: the account has a setting",
    "position.liquidation_price": "a position has no liquidation price: the account has one margin",
}

RENDERER = Renderer("cryptocom", MARKETS, ABILITIES, respond, cannot_state=CANNOT_STATE)
