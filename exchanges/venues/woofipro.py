"""WOOFi Pro: perpetuals of the Orderly network, whose algo orders are those of WOO X in other letters.

Sources: orderly.network/docs, pages "Get current holding", "Get all positions info" (unsettled_pnl is what the holding
does not have yet: position_qty * mark_price - cost_position), "Get algo orders", "Formulas and Definitions".
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.markets import Side
from domain.orders import OrderKind, OrderStatus
from domain.positions import PositionSide
from exchanges.connection.calls import Call
from exchanges.connection.exact import EXACT, amount, moment, required_amount
from exchanges.venues import woo
from exchanges.venues._shared.account_calls import PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OrderCall
from exchanges.venues._shared.order_rows import OrderRow, flag_in, price_in, word_in
from exchanges.venues._shared.paging import Paging
from exchanges.venues._shared.position_rows import PositionRow, amount_or_unknown, price_or_unknown
from exchanges.venues._shared.venue import Venue

_BOOK = {"MARKET": OrderKind.MARKET, "LIMIT": OrderKind.LIMIT, "POST_ONLY": OrderKind.LIMIT, "IOC": OrderKind.LIMIT,
         "FOK": OrderKind.LIMIT, "ASK": OrderKind.LIMIT, "BID": OrderKind.LIMIT}  # fmt: skip
_ROWS = ("data", "rows")
_SIDES = {"BUY": Side.BUY, "SELL": Side.SELL}


def order_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> OrderRow:
    """A row of /v1/orders or /v1/algo/orders."""
    if "algo_type" not in row:
        word = word_in(row, "type")
        return OrderRow(
            kind=_BOOK.get(word, OrderKind.UNKNOWN),
            limit_price=price_in(row, "price"),
            reduce_only=flag_in(row, "reduce_only"),
            post_only=word == "POST_ONLY",
        )
    algo = woo.order_row(_in_camel_case(row), unified)
    status = OrderStatus.PENDING if word_in(row, "algo_status") == "NEW" else None
    return replace(
        algo,
        status=status,
        side=algo.side or _SIDES.get(word_in(row, "side")),
        amount=price_in(row, "quantity"),
        filled=amount(row, "total_executed_quantity"),
        created_at=moment(row, "created_time"),
    )


def _in_camel_case(value: Any) -> Any:
    """The same row with the names of fields as WOO X has them."""
    if isinstance(value, list):
        return [_in_camel_case(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {_camel_case(name): _in_camel_case(field) for name, field in value.items()}


def _camel_case(name: str) -> str:
    first, *words = name.split("_")
    return first + "".join(map(str.capitalize, words))


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A row of the positions, in coins."""
    size = required_amount(row, "position_qty")
    entry, mark = price_or_unknown(row, "average_open_price"), price_or_unknown(row, "mark_price")
    return PositionRow(
        size=size.copy_abs(),
        side=PositionSide.SHORT if size < 0 else PositionSide.LONG,
        entry_price=entry,
        mark_price=mark,
        open_profit=None if entry is None or mark is None else EXACT.multiply(size, EXACT.subtract(mark, entry)),
        session_profit=amount_or_unknown(row, "unsettled_pnl"),
        liquidation_price=price_or_unknown(row, "est_liq_price"),
        leverage=price_or_unknown(row, "leverage"),
    )


_HOLDING = BalanceFields("token", ("holding",), locked=("frozen",))

VENUE = Venue(
    open_orders=(
        OrderCall(ORDERS, "linear", limit=500, paging=Paging(500, "page"), list_at=_ROWS),
        # ccxt would request plain stops alone: take profits and stops of positions are of other types.
        OrderCall(
            TRIGGERS,
            "linear",
            {"status": "INCOMPLETE", "size": 500},
            market="linear",
            paging=Paging(500, "page"),
            list_at=_ROWS,
            path="algo/orders",
            is_direct=True,
        ),
    ),
    wallets=(WalletCall("main", list_at=("data", "holding"), fields=_HOLDING),),
    positions=(PositionsCall("main", list_at=_ROWS),),
    order_row=order_row,
    position_row=position_row,
    calls=(Call("GET", "algo/orders", ("v1", "private"), 1),),
)
