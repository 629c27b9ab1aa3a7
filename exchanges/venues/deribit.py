"""Deribit: the summary of each currency, positions, and resting, waiting and linked orders.

Documentation: docs.deribit.com, private/get_account_summary, private/get_account_summaries, private/get_positions,
private/get_open_orders_by_currency. Article: Accessing Historical Trades and Orders Using API.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.orders import Contingency, Order, OrderKind, Role, TrailingUnit, TriggerKind
from domain.positions import PositionSide
from domain.transfers import TransferKind as K
from domain.transfers import TransferStatus
from exchanges.connection.exact import EXACT, Garbled, amount, moment, text
from exchanges.connection.list_paths import list_in, rows_in
from exchanges.venues._shared.account_calls import (
    EquityParser,
    FillsCall,
    PositionsCall,
    WalletCall,
    WalletRows,
)
from exchanges.venues._shared.balance_rows import BalanceRow, EquityRow
from exchanges.venues._shared.ended_call import EndedCall, newest_first
from exchanges.venues._shared.full_answers import Keeps
from exchanges.venues._shared.ledger_rows import LedgerRow
from exchanges.venues._shared.order_call import ORDERS, order_list
from exchanges.venues._shared.order_rows import EndedRow, OrderRow, flag_in, id_in, price_in, word_in
from exchanges.venues._shared.position_rows import PositionRow, amount_or_unknown, price_or_unknown
from exchanges.venues._shared.transfer_call import TransferCall
from exchanges.venues._shared.transfer_statuses import statuses
from exchanges.venues._shared.venue import Venue

_KINDS = {
    "LIMIT": OrderKind.LIMIT,
    "MARKET": OrderKind.MARKET,
    "MARKET_LIMIT": OrderKind.LIMIT,
    "STOP_MARKET": OrderKind.STOP,
    "STOP_LIMIT": OrderKind.STOP_LIMIT,
    "TAKE_MARKET": OrderKind.TAKE_PROFIT,
    "TAKE_LIMIT": OrderKind.TAKE_PROFIT_LIMIT,
    "TRAILING_STOP": OrderKind.TRAILING_STOP,
}
_PROFITS = frozenset({OrderKind.TAKE_PROFIT, OrderKind.TAKE_PROFIT_LIMIT})
_TRIGGER_KINDS = {
    "LAST_PRICE": TriggerKind.LAST,
    "MARK_PRICE": TriggerKind.MARK,
    "INDEX_PRICE": TriggerKind.INDEX,
}


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """Parse a row of get_open_orders_by_currency."""
    kind = _KINDS.get(word_in(row, "order_type"), OrderKind.UNKNOWN)
    trails = kind is OrderKind.TRAILING_STOP
    waits = kind not in (OrderKind.LIMIT, OrderKind.MARKET)
    distance = price_in(row, "trigger_offset") if trails else None
    pair, primary = id_in(row, "oco_ref"), id_in(row, "primary_order_id")
    return OrderRow(
        kind=kind,
        role=Role.TAKE_PROFIT if kind in _PROFITS else None,
        client_order_id=id_in(row, "label"),
        group_id=primary or pair,
        contingency=_contingency(row, pair),
        trigger_price=price_in(row, "trigger_price", "stop_price") if waits else None,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "trigger")) if waits else None,
        trailing_distance=distance,
        trailing_unit=None if distance is None else TrailingUnit.PRICE,
        reduce_only=flag_in(row, "reduce_only"),
        post_only=flag_in(row, "post_only"),
    )


def _contingency(row: Mapping[str, Any], pair: str | None) -> Contingency | None:
    if flag_in(row, "is_primary_otoco"):
        return Contingency.OTOCO
    if row.get("oto_order_ids") or flag_in(row, "is_secondary_oto"):
        return Contingency.OTO
    return Contingency.OCO if pair else None


def linked_orders(orders: tuple[Order, ...]) -> tuple[Order, ...]:
    """Link orders to the ones they trigger. Only the entry names its group, so all its orders get that group."""
    groups: dict[str, tuple[str, Contingency | None]] = {}
    for order in orders:
        named = order.raw.get("oto_order_ids")
        ids = [id_in({"id": identity}, "id") for identity in named] if isinstance(named, list) else []
        groups |= {
            identity: (order.order_id, order.contingency) for identity in (order.order_id, *ids) if ids and identity
        }
    return tuple(
        replace(order, group_id=groups[order.order_id][0], contingency=groups[order.order_id][1])
        if order.order_id in groups
        else order
        for order in orders
    )


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """Parse a row of the order history. A book order names the trigger order that placed it."""
    return EndedRow(
        came_of=id_in(row, "trigger_order_id"),
        ended_at=moment(row, "last_update_timestamp"),
        reason=text(row, "cancel_reason"),
    )


# Orders of 30 minutes and trades of 24 hours are recent. Older ones are returned on request alone, then without these.
_OLDER = {"historical": True}


def _ended_calls(code: str) -> Iterator[EndedCall]:
    """Lists of ended orders. Unfilled orders are only included on request."""
    params, list_name = {"code": code, "include_unfilled": True, "include_old": True}, code.lower()
    for name, more, rows in ((list_name, {}, 100), (f"{list_name}-older", _OLDER, 1000)):
        yield newest_first(
            name, "fetch_closed_orders", ORDERS, list_name, params=params | more, rows=rows, list_at=("result",)
        )


def _fills(code: str) -> Iterator[FillsCall]:
    for name, more in ((code.lower(), {}), (f"{code.lower()}-older", _OLDER)):
        params = {"code": code, **more}
        yield FillsCall(name, params, until="end_timestamp", rows=1000, list_at=("result", "trades"))


_CURRENCIES = ("BTC", "ETH", "USDC", "USDT", "SOL")
_SETTLED = ("BTC", "ETH", "USDC", "USDT", "EURR")


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A row of get_positions. Profit is settled into the balance each session: total_profit_loss runs since the trades,
    floating_profit_loss since the last settlement. An option's market value is part of the equity already."""
    size = amount(row, "size")
    side = {"BUY": PositionSide.LONG, "SELL": PositionSide.SHORT}.get(word_in(row, "direction"))
    if size is None or (side is None and size != 0):
        raise Garbled("size or direction is missing")
    is_option = word_in(row, "kind") == "OPTION"
    return PositionRow(
        size=size.copy_abs(),
        side=side or PositionSide.LONG,
        entry_price=price_or_unknown(row, "average_price"),
        mark_price=price_or_unknown(row, "mark_price"),
        open_profit=amount_or_unknown(row, "total_profit_loss", "floating_profit_loss"),
        session_profit=Decimal(0) if is_option else amount_or_unknown(row, "floating_profit_loss"),
        realised_profit=amount_or_unknown(row, "realized_profit_loss"),
        liquidation_price=price_or_unknown(row, "estimated_liquidation_price"),
        leverage=price_or_unknown(row, "leverage"),
    )


def _balance(row: Mapping[str, Any], _key: str | None) -> BalanceRow:
    """A summary of one currency, which is a wallet of its own: equity = balance + futures_session_rpl +
    futures_session_upl + options_value.

    With cross collateral, available funds and margins are sums over all currencies, so they say nothing of this one.
    """
    currency, equity = text(row, "currency"), amount(row, "equity")
    if currency is None or equity is None:
        raise Garbled("currency or equity is missing")
    profit = amount_or_unknown(row, "futures_session_upl", "session_upl")
    is_shared = bool(flag_in(row, "cross_collateral_enabled"))
    return BalanceRow(
        asset=currency,
        wallet_balance=equity if profit is None else EXACT.subtract(equity, profit),
        free=None if is_shared else amount(row, "available_funds"),
        locked=None if is_shared else amount(row, "initial_margin"),
        wallet=currency.lower(),
        includes_open_profit=profit is None,
    )


def _wallet(code: str) -> WalletCall:
    def summaries(response: Any) -> Iterator[tuple[None, Mapping[str, Any]]]:
        summary = list_in(response, ("result",))
        if isinstance(summary, Mapping) and text(summary, "currency") == code:
            yield None, summary

    return WalletCall(code.lower(), {"code": code}, rows=summaries, row=_balance, equity=_equities(summaries))


def _further_summaries(response: Any) -> Iterator[tuple[None, Any]]:
    """The summaries of get_account_summaries in currencies that no other request reads."""
    result = list_in(response, ("result",))
    if isinstance(result, Mapping) and "currency" in result:
        return  # a summary of one currency, which another request reads
    for _, row in rows_in(response, ("result", "summaries")):
        if not isinstance(row, Mapping) or text(row, "currency") not in _WALLETS:
            yield None, row


def _equities(rows: WalletRows) -> EquityParser:
    def equities(response: Any) -> Iterator[EquityRow]:
        for _, row in rows(response):
            currency = text(row, "currency") if isinstance(row, Mapping) else None
            if currency is not None and (equity := amount(row, "equity")) is not None:
                yield EquityRow(currency, equity, currency.lower())

    return equities


_WALLETS = ("BTC", "ETH", "USDC", "USDT", "SOL", "EURR", "PAXG", "STETH")
_FURTHER = WalletCall("further currencies", rows=_further_summaries, row=_balance, equity=_equities(_further_summaries))


def _ledger_row(row: Mapping[str, Any], _own: str) -> LedgerRow | None:
    """A transfer between accounts: "payment" left."""
    size = amount(row, "amount")
    return LedgerRow(K.DEPOSIT, -size if size is not None and text(row, "direction") == "payment" else size)


# "Daily settlements at 8.00 UTC [...] booked to your BTC cash balance", in the contract specifications of futures,
# https://www.deribit.com/docs/contract-specifications/.

# Models DepositState and WithdrawalState. A replaced deposit has another hash, and so another row. "The withdrawal
# amount is deducted only after all checks pass" (private/withdraw). No page says if an interrupted one has left.
_STATUS = statuses(
    "state",
    deposits={"replaced": TransferStatus.FAILED},
    withdrawals={"confirmed": TransferStatus.PENDING, "cancelled": TransferStatus.FAILED},
)

VENUE = Venue(
    settles="daily at 08:00 UTC",
    open_orders=tuple(replace(order_list(code.lower(), code=code), list_at=("result",)) for code in _SETTLED),
    wallets=(*map(_wallet, _WALLETS), _FURTHER),
    positions=(PositionsCall("all", {"code": "any"}, list_at=("result",)),),
    position_row=position_row,
    fills=tuple(call for code in _SETTLED for call in _fills(code)),
    ended_orders=tuple(call for code in _SETTLED for call in _ended_calls(code)),
    transfers=tuple(
        TransferCall(
            f"{name}-{code.lower()}", call, tells, code=code, until=None, keeps=Keeps.NEWEST, list_at=("result", "data")
        )
        for code in _CURRENCIES
        for name, call, tells in (
            ("deposits", "fetch_deposits", frozenset({K.DEPOSIT})),
            ("withdrawals", "fetch_withdrawals", frozenset({K.WITHDRAWAL})),
            ("internal", "fetch_transfers", frozenset[K]()),
        )
    ),
    order_row=order_row,
    link_orders=linked_orders,
    ended_row=ended_row,
    ledger_row=_ledger_row,
    transfer_status=_STATUS,
    amounts_in_units=True,
    tickers_by_base=True,
    triggers_among_orders=True,
)
