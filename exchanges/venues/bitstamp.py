"""Bitstamp: account balances, and a list of orders that states what is left of each beside what it was.

Documentation: bitstamp.net/api. Account balances, Open orders, Order status, User transactions.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.orders import OrderKind
from domain.transfers import TransferKind as K
from exchanges.connection.exact import EXACT, amount
from exchanges.venues._shared.account_calls import FillsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields
from exchanges.venues._shared.full_answers import Keeps
from exchanges.venues._shared.ledger_rows import LedgerRow, LedgerWords, by_word
from exchanges.venues._shared.order_call import order_list
from exchanges.venues._shared.order_rows import EndedRow, OrderRow, price_in, word_in
from exchanges.venues._shared.transfer_call import ALL_KINDS, ledger
from exchanges.venues._shared.venue import Venue
from exchanges.venues._shared.wallet_rows import plain_list


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """What a row of open_orders/all says. A price of a stop, where one is told, makes it a trigger order."""
    whole, left = price_in(row, "amount_at_create"), amount(row, "amount")
    done = EXACT.subtract(whole, left) if whole is not None and left is not None and 0 <= left <= whole else None
    trigger = price_in(row, "stop_price")
    price = price_in(row, "price")
    kind = OrderKind.LIMIT if trigger is None else OrderKind.STOP_LIMIT if price is not None else OrderKind.STOP
    return OrderRow(
        kind=kind if price is not None or trigger is not None else OrderKind.UNKNOWN,
        trigger_price=trigger,
        limit_price=price,
        amount=whole,
        filled=done,
        kind_tells_direction=False,
    )


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """What order_status says: its executions, of which there may be none."""
    return EndedRow(
        status="expired" if word_in(row, "status") == "EXPIRED" else None,
        filled=Decimal(0) if row.get("transactions") == [] else None,
    )


# What a transaction of Bitstamp says beside the currencies that it moved, each under its own name.
_NO_CURRENCIES = frozenset({"id", "type", "fee", "datetime", "order_id", "self_trade"})

_LEDGER_ROW: LedgerWords = {
    "0": K.DEPOSIT,
    "1": K.DEPOSIT,
    "2": None,
    "14": K.DEPOSIT,  # from and to other accounts
    "27": K.INTEREST,  # a reward of staking
    "32": K.REBATE,  # for referring somebody
    "35": K.DEPOSIT,
}


def _ledger_row(row: Mapping[str, Any], own: str) -> LedgerRow | None:
    """What moved stands under the name of its currency, beside zeros under others."""
    said = by_word(_LEDGER_ROW, "type")(row, own)
    if said is None or said.kind is None:
        return said
    names = [name for name in row if name not in _NO_CURRENCIES and "_" not in name]
    moved = [(name, size) for name in names if (size := amount(row, name))]
    if len(moved) != 1:
        return said
    return LedgerRow(said.kind, moved[0][1], moved[0][0].upper(), amount(row, "fee"))


_BALANCE = BalanceFields(asset="currency", wallet_balance=("total",), free="available", locked=("reserved",))

VENUE = Venue(
    open_orders=(replace(order_list(), list_at=()),),
    wallets=(WalletCall("main", rows=plain_list, fields=_BALANCE),),
    fills=(FillsCall("all", {"sort": "asc"}, since="since_timestamp", rows=1000, keeps=Keeps.OLDEST, list_at=()),),
    ended_orders=(),
    order_by_id={"orders": {}},
    # One list of everything, counted from a moment on.
    transfers=(
        ledger(
            *ALL_KINDS - {K.FUNDING},
            params={"sort": "asc"},
            since="since_timestamp",
            until=None,
            in_seconds=True,
            rows=1000,
            keeps=Keeps.OLDEST,
        ),
    ),
    order_row=order_row,
    ended_row=ended_row,
    ledger_row=_ledger_row,
    post_reads=(
        r"/api/v2/(account_balances|balance|open_orders|order_status|user_transactions)(/\w+)?/",
        r"/api/v2/(withdrawal-requests|crypto-transactions)/",
    ),
    unread_wallets=("earn", "positions of perpetuals"),
)
