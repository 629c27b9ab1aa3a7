"""Private methods about the account: balances, positions, transfers, fees and settings."""

from collections.abc import Mapping
from typing import Any

from simulator.clock import DAY, HOUR
from simulator.exchange import Exchange, Transfer
from simulator.wire.errors import bad_request
from simulator.wire.public import moment, number
from simulator.wire.rows import (
    ACCOUNT_ID,
    USER_ID,
    balance_row,
    deposit_row,
    network_row,
    position_row,
    withdrawal_row,
)

Params = Mapping[str, Any]
_HISTORY = {"H1": (HOUR, 120), "D1": (DAY, 30)}


def user_balance(exchange: Exchange, _params: Params) -> dict[str, Any]:
    """private/user-balance."""
    return {"data": [balance_row(exchange.valuer.worth())]}


def balance_history(exchange: Exchange, params: Params) -> dict[str, Any]:
    """private/user-balance-history: the cash balance at the end of each hour or day, oldest first."""
    timeframe = str(params.get("timeframe", "H1"))
    if timeframe not in _HISTORY:
        raise bad_request(f"Invalid timeframe: {timeframe}")
    step, limit = _HISTORY[timeframe]
    until = moment(params, "end_time", exchange.at)
    count = max(1, min(number(params, "limit", limit), limit))
    points = [(at, cash) for at, cash in exchange.cash_by_hour if at % step == 0 and at <= until]
    rows = [{"t": at, "c": f"{cash:f}"} for at, cash in points[-count:]]
    return {"instrument_name": "USD", "data": rows}


def positions(exchange: Exchange, params: Params) -> dict[str, Any]:
    """private/get-positions."""
    instrument = params.get("instrument_name")
    rows = [
        position_row(position, exchange.price(name))
        for name, position in exchange.engine.booker.positions.items()
        if position.quantity and instrument in (None, name)
    ]
    return {"data": rows}


def deposits(exchange: Exchange, params: Params) -> dict[str, Any]:
    """private/get-deposit-history, newest first."""
    return {"deposit_list": [deposit_row(transfer) for transfer in _transfers(exchange, params, 1)]}


def withdrawals(exchange: Exchange, params: Params) -> dict[str, Any]:
    """private/get-withdrawal-history, newest first."""
    return {"withdrawal_list": [withdrawal_row(transfer) for transfer in _transfers(exchange, params, -1)]}


def _transfers(exchange: Exchange, params: Params, sign: int) -> list[Transfer]:
    until = moment(params, "end_ts", exchange.at)
    since = moment(params, "start_ts", until - 90 * DAY)
    page, size = number(params, "page", 0), max(1, min(number(params, "page_size", 20), 200))
    currency = params.get("currency")
    transfers = [
        transfer
        for transfer in reversed(exchange.transfers)
        if transfer.amount * sign > 0 and since <= transfer.at <= until and currency in (None, transfer.asset)
    ]
    return transfers[page * size : (page + 1) * size]


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


def account_settings(_exchange: Exchange, _params: Params) -> bytes:
    """private/get-account-settings. No other result is a list."""
    return b'[{"leverage":20,"stp_id":0,"stp_scope":"M","stp_inst":"M"}]'


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
