"""The private methods by name, the refused methods, and the frame around every answer."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from simulator.exchange import Exchange
from simulator.wire import public, trading, wallet

Params = Mapping[str, Any]
Method = Callable[[Exchange, Params], dict[str, Any] | bytes]


def body_of(request_id: Any, method: str, result: dict[str, Any] | bytes) -> bytes:
    """The whole answer to a successful request."""
    head = json.dumps({"id": request_id, "method": method, "code": 0})[:-1].encode()
    if isinstance(result, dict):
        result = json.dumps(result, separators=(",", ":")).encode()
    return head + b', "result": ' + result + b"}"


METHODS: Mapping[str, Method] = {
    "private/user-balance": wallet.user_balance,
    "private/user-balance-history": wallet.balance_history,
    "private/get-positions": wallet.positions,
    "private/get-open-orders": trading.open_orders,
    "private/advanced/get-open-orders": trading.advanced_open_orders,
    "private/get-order-history": trading.order_history,
    "private/advanced/get-order-history": trading.advanced_order_history,
    "private/get-trades": trading.trades,
    "private/get-transactions": trading.transactions,
    "private/get-order-detail": trading.order_detail,
    "private/advanced/get-order-detail": trading.advanced_order_detail,
    "private/get-deposit-history": wallet.deposits,
    "private/get-withdrawal-history": wallet.withdrawals,
    "private/get-accounts": wallet.accounts,
    "private/get-currency-networks": wallet.networks,
    "private/get-fee-rate": wallet.fee_rate,
    "private/get-instrument-fee-rate": wallet.instrument_fee_rate,
    "private/get-subaccount-balances": wallet.subaccount_balances,
    "private/get-account-settings": wallet.account_settings,
    "private/get-deposit-address": wallet.deposit_address,
    "private/get-order-list": public.nothing,
    "private/get-fee-credit-balances": public.nothing,
}
# Methods that trade or move money. They are counted and refused, as for a read-only key.
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
