"""Coinbase (Advanced Trade): accounts and vaults, the account of US futures, orders and the brackets on them.

Documentation: docs.cdp.coinbase.com. Coinbase App, track APIs: Accounts (wallets, fiat accounts and vaults). Advanced
Trade, futures: Get US Derivatives Balance Summary, List US Derivatives Positions; orders: List Orders. The help page
"Futures terms and definitions" states that the dollars of the futures account hold no profit of futures.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from domain.orders import Contingency, OrderKind, TriggerDirection, TriggerKind
from exchanges.connection.calls import Call
from exchanges.connection.exact import EXACT, Garbled, amount, text
from exchanges.connection.gateway import Gateway
from exchanges.contracts import Permissions
from exchanges.venues._shared.account_calls import FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceRow
from exchanges.venues._shared.ended_call import newest_first
from exchanges.venues._shared.full_answers import Keeps
from exchanges.venues._shared.key_words import flag_at, object_in
from exchanges.venues._shared.order_call import ORDERS, OrderCall
from exchanges.venues._shared.order_rows import (
    AttachedOrder,
    EndedRow,
    OrderRow,
    attached_order,
    flag_in,
    id_in,
    price_in,
    word_in,
)
from exchanges.venues._shared.paging import Paging
from exchanges.venues._shared.position_rows import PositionFields
from exchanges.venues._shared.venue import Venue
from exchanges.venues._shared.wallet_rows import one_row

_DIRECTIONS = {
    "STOP_DIRECTION_STOP_UP": TriggerDirection.RISES,
    "STOP_DIRECTION_STOP_DOWN": TriggerDirection.FALLS,
}
_BRACKET = "trigger_bracket"
# ccxt calls both cancelled.
_ENDINGS = {"EXPIRED": "expired", "FAILED": "rejected"}
_ACTED = {"STOP_TRIGGERED": "sl", "STOP_PENDING": "tp"}


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """What a row of orders/historical/batch says."""
    name, said = _configuration(row, "order_configuration")
    common: dict[str, Any] = {
        "order_id": id_in(row, "order_id"),
        "amount": price_in(said, "base_size"),
        "in_quote": price_in(said, "quote_size") is not None,
        "reduce_only": flag_in(row, "reduce_only"),
        "post_only": flag_in(said, "post_only"),
    }
    if name.startswith(_BRACKET):
        return _bracket(row, said, common)
    parent, limit = id_in(row, "originating_order_id"), price_in(said, "limit_price")
    common |= {
        "limit_price": limit,
        "group_id": parent,
        "contingency": Contingency.ATTACHED if parent else None,
        "attached": _attached(row),
    }
    if not name.startswith("stop_limit"):
        # Of configurations that are new there, the type and the limit tell enough.
        is_limit = name.startswith(("limit_", "sor_limit", "twap_limit", "scaled_limit")) or limit is not None
        kind = OrderKind.LIMIT if is_limit else OrderKind.MARKET if name.startswith("market_") else OrderKind.UNKNOWN
        return OrderRow(kind=kind, **common)
    direction = _DIRECTIONS.get(word_in(said, "stop_direction"))
    # A stop that waits for a better price is what other exchanges call a take profit.
    against = TriggerDirection.FALLS if word_in(row, "side") == "SELL" else TriggerDirection.RISES
    is_stop = direction in (None, against)
    return OrderRow(
        kind=OrderKind.STOP_LIMIT if is_stop else OrderKind.TAKE_PROFIT_LIMIT,
        trigger_price=price_in(said, "stop_price"),
        trigger_kind=TriggerKind.LAST,
        trigger_direction=direction,
        **common,
    )


def _configuration(row: Mapping[str, Any], field: str) -> tuple[str, Mapping[str, Any]]:
    """The name of an order's configuration ("limit_limit_gtc") and what stands in it."""
    said = row.get(field)
    if isinstance(said, Mapping):
        for name, values in said.items():
            if isinstance(values, Mapping):
                return str(name), values
    return "", {}


def _bracket(row: Mapping[str, Any], said: Mapping[str, Any], common: dict[str, Any]) -> OrderRow:
    """One row that is two orders: a limit that rests in the book, and a stop that takes its place."""
    own, whole, done = common["order_id"], common["amount"], amount(row, "filled_size")
    left = EXACT.subtract(whole, done) if whole is not None and done is not None and done <= whole else whole
    parent = id_in(row, "originating_order_id")
    legs = _sides(said, left)
    kind = None if legs else OrderKind.UNKNOWN
    return OrderRow(kind=kind, legs=legs, group_id=parent or own, contingency=Contingency.OCO, **common)


def _attached(row: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    """Both sides of the bracket that comes into force once this order fills."""
    name, said = _configuration(row, "attached_order_configuration")
    return _sides(said, None) if name.startswith(_BRACKET) else ()


def _sides(said: Mapping[str, Any], left: Decimal | None) -> tuple[AttachedOrder, ...]:
    """The limit that takes the profit, and the stop, which takes what is left to fill."""
    profit, stop = price_in(said, "limit_price"), price_in(said, "stop_trigger_price")
    limit = attached_order("tp", profit, limit_price=profit, kind=OrderKind.LIMIT)
    return (
        *(replace(one, trigger_price=None) for one in limit),
        *attached_order("sl", stop, trigger_kind=TriggerKind.LAST, amount=left),
    )


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """What a row says of its end. Of a bracket the stop acted once it triggered, and the limit while it was waiting."""
    said, name = word_in(row, "status"), _configuration(row, "order_configuration")[0]
    return EndedRow(
        status=_ENDINGS.get(said),
        leg=_ACTED.get(word_in(row, "trigger_status")) if name.startswith(_BRACKET) else None,
        ended_at=_moment(row, "last_fill_time") if said == "FILLED" else _moment(row, "last_update_time"),
        reason=text(row, "reject_message") or text(row, "cancel_message"),
    )


def _moment(row: Mapping[str, Any], field: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text(row, field) or "")
    except ValueError:
        return None
    return None if at.tzinfo is None else at.astimezone(UTC)


def _account(row: Mapping[str, Any], _key: str | None) -> BalanceRow:
    """A row of accounts. A vault is a wallet of its own."""
    money = row.get("balance")
    currency, balance = (
        (text(money, "currency"), _value(row, "balance")) if isinstance(money, Mapping) else (None, None)
    )
    if currency is None or balance is None:
        raise Garbled("the currency or the balance is missing")
    return BalanceRow(currency, balance, wallet="vault" if word_in(row, "type") == "VAULT" else None)


def _futures(row: Mapping[str, Any], _key: str | None) -> BalanceRow:
    """The summary of US futures. `total_usd_balance` would count the dollars of the spot account once more."""
    balance = _value(row, "cfm_usd_balance")
    if balance is None:
        raise Garbled("cfm_usd_balance is missing")
    return BalanceRow("USD", balance, locked=_value(row, "initial_margin"))


def _value(row: Mapping[str, Any], field: str) -> Decimal | None:
    """An amount of money, which is an object of an amount and its currency."""
    money = row.get(field)
    return amount(money, "amount" if "amount" in money else "value") if isinstance(money, Mapping) else None


def _next_page(response: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The accounts after the last of this page. The cursor is missing or null on the last page."""
    pagination = response.get("pagination")
    after = text(pagination, "next_starting_after") if isinstance(pagination, Mapping) else None
    return None if after is None else {"starting_after": after}


_POSITION = PositionFields(
    size="number_of_contracts", side="side", entry=("avg_entry_price",), mark=("current_price",),
    profit=("unrealized_pnl",),
)  # fmt: skip


_SUMMARY = "brokerage/cfm/balance_summary"


def asset_name(asset: str) -> str:
    """Staked ether is ether."""
    return "ETH" if asset == "ETH2" else asset


def _key_permissions(gateway: Gateway, _key: str) -> Permissions:
    said = object_in(gateway.ask("brokerage/key_permissions"))
    view, trade, transfer = (flag_at(said, name) for name in ("can_view", "can_trade", "can_transfer"))
    return Permissions(view, trade, transfer, "")


VENUE = Venue(
    # ccxt puts the cursor into the first row; its own way through the pages wants a time to begin at.
    open_orders=(
        OrderCall(ORDERS, None, limit=100, paging=Paging(100, "cursor", "cursor", first=True), list_at=("orders",)),
    ),
    wallets=(
        WalletCall(
            "main", {"limit": 250}, path="accounts", list_at=("data",), row=_account, next_page=_next_page, adds_up="id"
        ),
        WalletCall(
            "futures", path=_SUMMARY, rows=one_row(("balance_summary",)), row=_futures, unless="data", market="swap"
        ),
    ),
    positions=(PositionsCall("main", list_at=("positions",), market="swap"),),
    position_row=_POSITION.row_of,
    asset_name=asset_name,
    fills=(FillsCall("all", rows=100, keeps=Keeps.NEWEST, list_at=("fills",)),),
    ended_orders=(newest_first("all", "fetch_orders", list_at=("orders",)),),
    transfers=(),
    order_row=order_row,
    ended_row=ended_row,
    key_permissions=_key_permissions,
    calls=(
        Call("GET", "brokerage/key_permissions", ("v3", "private"), 1),
        Call("GET", _SUMMARY, ("v3", "private"), 1),
        Call("GET", "accounts", ("v2", "private"), 10.6),
    ),
    get_reads=(r"/api/v3/brokerage/orders/historical/batch",),
    triggers_among_orders=True,
    unread_wallets=("positions of perpetual futures outside of the US",),
)
