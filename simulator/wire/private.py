"""The private methods that only read: balances, positions, orders, trades, transfers, and who the account is."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from simulator.clock import DAY, HOUR
from simulator.exchange import Exchange
from simulator.orders import Order
from simulator.wire.errors import bad_dates, bad_request, unknown_order
from simulator.wire.public import moment, nothing, number
from simulator.wire.rows import (
    ACCOUNT_ID,
    USER_ID,
    balance_row,
    deposit_row,
    encoded_order,
    entry_row,
    network_row,
    order_row,
    position_row,
    trade_row,
    withdrawal_row,
)

T = TypeVar("T")
Params = Mapping[str, Any]
Method = Callable[[Exchange, Params], dict[str, Any] | bytes]
_MOST_ROWS = 100
_LONGEST = 7 * DAY
_HISTORY = {"H1": (HOUR, 120), "D1": (DAY, 30)}


def user_balance(exchange: Exchange, _params: Params) -> dict[str, Any]:
    """private/user-balance."""
    return {"data": [balance_row(exchange.valuer.worth())]}


def balance_history(exchange: Exchange, params: Params) -> dict[str, Any]:
    """private/user-balance-history: the cash balance at the end of each hour or day, oldest first."""
    timeframe = str(params.get("timeframe", "H1"))
    if timeframe not in _HISTORY:
        raise bad_request(f"Invalid timeframe: {timeframe}")
    step, most = _HISTORY[timeframe]
    until = moment(params, "end_time", exchange.at)
    count = max(1, min(number(params, "limit", most), most))
    points = [(at, cash) for at, cash in exchange.cash_by_hour if at % step == 0 and at <= until]
    rows = [{"t": at, "c": f"{cash:f}"} for at, cash in points[-count:]]
    return {"instrument_name": "USD", "data": rows}


def positions(exchange: Exchange, params: Params) -> dict[str, Any]:
    """private/get-positions."""
    wanted = params.get("instrument_name")
    rows = [
        position_row(position, exchange.price(name))
        for name, position in exchange.engine.booker.positions.items()
        if position.quantity and wanted in (None, name)
    ]
    return {"data": rows}


def open_orders(exchange: Exchange, params: Params) -> bytes:
    """private/get-open-orders: all of them at once, whatever page is asked for."""
    return _encoded(exchange, params, is_advanced=False)


def advanced_open_orders(exchange: Exchange, params: Params) -> bytes:
    """private/advanced/get-open-orders: conditional orders and the legs of groups."""
    return _encoded(exchange, params, is_advanced=True)


def _encoded(exchange: Exchange, params: Params, *, is_advanced: bool) -> bytes:
    wanted = params.get("instrument_name")
    rows = b",".join(
        order.encoded or encoded_order(order)
        for order in exchange.engine.open.values()
        if order.is_advanced is is_advanced and wanted in (None, order.ticket.instrument.name)
    )
    return b'{"data":[' + rows + b"]}"


def order_history(exchange: Exchange, params: Params) -> dict[str, Any]:
    """private/get-order-history: ended orders by when they ended, newest first."""
    return _ended(exchange, params, is_advanced=False)


def advanced_order_history(exchange: Exchange, params: Params) -> dict[str, Any]:
    """private/advanced/get-order-history."""
    return _ended(exchange, params, is_advanced=True)


def _ended(exchange: Exchange, params: Params, *, is_advanced: bool) -> dict[str, Any]:
    def fits(order: Order) -> bool:
        return order.is_advanced is is_advanced

    orders = _window(
        exchange, params, exchange.engine.ended, lambda order: order.updated,
        lambda order: order.ticket.instrument.name, fits,
    )  # fmt: skip
    return {"data": [order_row(order) for order in orders]}


def trades(exchange: Exchange, params: Params) -> dict[str, Any]:
    """private/get-trades, newest first."""
    found = _window(
        exchange, params, exchange.engine.booker.trades, lambda trade: trade.at_ns // 1_000_000,
        lambda trade: trade.instrument.name,
    )  # fmt: skip
    return {"data": [trade_row(trade) for trade in found]}


def transactions(exchange: Exchange, params: Params) -> dict[str, Any]:
    """private/get-transactions, newest first."""
    kind = params.get("journal_type")
    found = _window(
        exchange, params, exchange.ledger.entries, lambda entry: entry.at_ns // 1_000_000, lambda entry: entry.name,
        lambda entry: kind in (None, entry.kind),
    )  # fmt: skip
    return {"data": [entry_row(entry) for entry in found]}


def _window(
    exchange: Exchange,
    params: Params,
    records: Sequence[T],
    at: Callable[[T], int],
    name: Callable[[T], str],
    fits: Callable[[T], bool] = lambda _record: True,
) -> list[T]:
    """The newest records of a time window of 7 days at most, 100 at most; `page` is ignored."""
    until = moment(params, "end_time", exchange.at)
    since = moment(params, "start_time", until - DAY)
    if until - since > _LONGEST:
        raise bad_dates("The time window is longer than 7 days")
    most = max(1, min(number(params, "limit", _MOST_ROWS), _MOST_ROWS))
    wanted = params.get("instrument_name")
    found: list[T] = []
    for record in reversed(records):
        if at(record) < since or len(found) == most:
            break
        if at(record) <= until and wanted in (None, name(record)) and fits(record):
            found.append(record)
    return found


def order_detail(exchange: Exchange, params: Params) -> dict[str, Any]:
    """private/get-order-detail."""
    return order_row(_one(exchange, params, is_advanced=False))


def advanced_order_detail(exchange: Exchange, params: Params) -> dict[str, Any]:
    """private/advanced/get-order-detail."""
    return order_row(_one(exchange, params, is_advanced=True))


def _one(exchange: Exchange, params: Params, *, is_advanced: bool) -> Order:
    order_id, client_oid = params.get("order_id"), params.get("client_oid")
    if order_id is None and client_oid is None:
        raise bad_request("order_id or client_oid is missing")
    candidates: Iterable[Order] = exchange.engine.by_id.get(str(order_id), ())
    if order_id is None:
        candidates = (o for orders in exchange.engine.by_id.values() for o in orders if o.client_oid == client_oid)
    for order in candidates:
        if order.is_advanced is is_advanced:
            return order
    raise unknown_order()


def deposits(exchange: Exchange, params: Params) -> dict[str, Any]:
    """private/get-deposit-history, newest first."""
    return {"deposit_list": [deposit_row(transfer) for transfer in _transfers(exchange, params, 1)]}


def withdrawals(exchange: Exchange, params: Params) -> dict[str, Any]:
    """private/get-withdrawal-history, newest first."""
    return {"withdrawal_list": [withdrawal_row(transfer) for transfer in _transfers(exchange, params, -1)]}


def _transfers(exchange: Exchange, params: Params, sign: int) -> list[Any]:
    until = moment(params, "end_ts", exchange.at)
    since = moment(params, "start_ts", until - 90 * DAY)
    page, size = number(params, "page", 0), max(1, min(number(params, "page_size", 20), 200))
    wanted = params.get("currency")
    found = [
        transfer
        for transfer in reversed(exchange.transfers)
        if transfer.amount * sign > 0 and since <= transfer.at <= until and wanted in (None, transfer.asset)
    ]
    return found[page * size : (page + 1) * size]


def accounts(exchange: Exchange, _params: Params) -> dict[str, Any]:
    """private/get-accounts: one master account, no sub-account."""
    opened = exchange.tape.start
    master = {
        "uuid": ACCOUNT_ID,
        "master_account_uuid": USER_ID,
        "margin_account_uuid": USER_ID,
        "label": "Main Account",
        "enabled": True,
        "tradable": True,
        "name": "",
        "email": "demo@example.com",
        "mobile_number": "",
        "country_code": "",
        "address": "",
        "margin_access": "DEFAULT",
        "derivatives_access": "DEFAULT",
        "create_time": opened,
        "update_time": opened,
        "two_fa_enabled": True,
        "kyc_level": "ADVANCED",
        "suspended": False,
        "terminated": False,
    }
    return {"master_account": master, "sub_account_list": []}


def networks(exchange: Exchange, _params: Params) -> dict[str, Any]:
    """private/get-currency-networks."""
    coins = {coin.name: network_row(coin) for coin in exchange.coin_named.values() if coin.name not in ("USD", "EUR")}
    return {"update_time": exchange.at, "currency_map": coins}


def fee_rate(_exchange: Exchange, _params: Params) -> dict[str, Any]:
    """private/get-fee-rate, in hundredths of a percent."""
    return {
        "spot_tier": "3",
        "deriv_tier": "3",
        "effective_spot_maker_rate_bps": "2.5",
        "effective_spot_taker_rate_bps": "4",
        "effective_deriv_maker_rate_bps": "2.5",
        "effective_deriv_taker_rate_bps": "4",
    }


def instrument_fee_rate(_exchange: Exchange, params: Params) -> dict[str, Any]:
    """private/get-instrument-fee-rate."""
    return {
        "instrument_name": params.get("instrument_name"),
        "effective_maker_rate_bps": "2.5",
        "effective_taker_rate_bps": "4",
    }


def subaccount_balances(exchange: Exchange, _params: Params) -> dict[str, Any]:
    """private/get-subaccount-balances."""
    return {"data": [{"account": ACCOUNT_ID} | balance_row(exchange.valuer.worth())]}


def account_settings(_exchange: Exchange, _params: Params) -> dict[str, Any]:
    """private/get-account-settings."""
    return {"leverage": 20, "stp_id": 0, "stp_scope": "M", "stp_inst": "M"}


def deposit_address(exchange: Exchange, params: Params) -> dict[str, Any]:
    """private/get-deposit-address."""
    coin = str(params.get("currency", ""))
    if coin not in exchange.coin_named:
        raise bad_request(f"Invalid currency: {coin}")
    row = {
        "currency": coin,
        "create_time": exchange.tape.start,
        "id": "12345",
        "address": f"0x{int.from_bytes(coin.encode()):040x}",
        "status": "1",
        "network": coin,
    }
    return {"deposit_address_list": [row]}


def body_of(request_id: Any, method: str, result: dict[str, Any] | bytes) -> bytes:
    """The whole answer to a successful request."""
    head = json.dumps({"id": request_id, "method": method, "code": 0})[:-1].encode()
    if isinstance(result, dict):
        result = json.dumps(result, separators=(",", ":"), default=_number).encode()
    return head + b', "result": ' + result + b"}"


def _number(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    raise TypeError(type(value).__name__)


METHODS: Mapping[str, Method] = {
    "private/user-balance": user_balance,
    "private/user-balance-history": balance_history,
    "private/get-positions": positions,
    "private/get-open-orders": open_orders,
    "private/advanced/get-open-orders": advanced_open_orders,
    "private/get-order-history": order_history,
    "private/advanced/get-order-history": advanced_order_history,
    "private/get-trades": trades,
    "private/get-transactions": transactions,
    "private/get-order-detail": order_detail,
    "private/advanced/get-order-detail": advanced_order_detail,
    "private/get-deposit-history": deposits,
    "private/get-withdrawal-history": withdrawals,
    "private/get-accounts": accounts,
    "private/get-currency-networks": networks,
    "private/get-fee-rate": fee_rate,
    "private/get-instrument-fee-rate": instrument_fee_rate,
    "private/get-subaccount-balances": subaccount_balances,
    "private/get-account-settings": account_settings,
    "private/get-deposit-address": deposit_address,
    "private/get-order-list": nothing,
    "private/get-fee-credit-balances": nothing,
}
# What trades or moves money. Nothing here does: a request is counted, and refused like one of a read-only key.
REFUSED = frozenset(
    {
        "private/create-order",
        "private/advanced/create-order",
        "private/amend-order",
        "private/create-order-list",
        "private/cancel-order",
        "private/advanced/cancel-order",
        "private/cancel-order-list",
        "private/cancel-all-orders",
        "private/advanced/cancel-all-orders",
        "private/advanced/create-oco",
        "private/advanced/create-oto",
        "private/advanced/create-otoco",
        "private/advanced/cancel-oco",
        "private/advanced/cancel-oto",
        "private/advanced/cancel-otoco",
        "private/close-position",
        "private/change-account-leverage",
        "private/create-withdrawal",
        "private/create-subaccount-transfer",
        "private/create-isolated-margin-transfer",
        "private/change-isolated-margin-leverage",
        "private/convert-collateral",
        "private/set-cancel-on-disconnect",
        "private/fiat/fiat-create-withdraw",
        "private/staking/stake",
        "private/staking/unstake",
        "private/staking/convert",
        "private/get-trigger-orders",
    }
)
