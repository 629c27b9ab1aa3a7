"""Gate's orders: the books of spot, margin, perpetuals and futures, and price-triggered orders of each."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.markets import Side
from domain.orders import Contingency, OrderKind, Role, TriggerDirection, TriggerKind
from domain.positions import PositionSide
from domain.transfers import TransferKind as K
from exchanges.connection.calls import Call
from exchanges.connection.errors import BadPayload
from exchanges.connection.exact import Garbled, amount, text
from exchanges.connection.gateway import Gateway
from exchanges.connection.rate_limits import Scope, per_window
from exchanges.contracts import Permissions
from exchanges.venues._shared.account_calls import SPOT_WALLET, FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.execution_sides import closes_by
from exchanges.venues._shared.key_words import (
    KeyWords,
    flag_at,
)
from exchanges.venues._shared.ledger_rows import LedgerWords, by_word
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OrderCall
from exchanges.venues._shared.order_rows import EndedRow, OrderRow, flag_in, id_in, position_side_in, price_in, word_in
from exchanges.venues._shared.paging import Paging
from exchanges.venues._shared.transfer_call import (
    deposits,
    funding,
    ledger,
    withdrawals,
)
from exchanges.venues._shared.venue import Venue

_TRIGGER_KINDS = {"0": TriggerKind.LAST, "1": TriggerKind.MARK, "2": TriggerKind.INDEX}
_DIRECTIONS = {
    "1": TriggerDirection.RISES,
    "2": TriggerDirection.FALLS,
    ">=": TriggerDirection.RISES,
    "<=": TriggerDirection.FALLS,
}
_CLOSED = {"LONG": PositionSide.LONG, "SHORT": PositionSide.SHORT}


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """What a row of the open orders or of the price orders says."""
    trigger = row.get("trigger")
    if isinstance(trigger, Mapping):
        put = row.get("put") if "put" in row else row.get("initial")
        return _triggered(row, trigger, put if isinstance(put, Mapping) else {})
    return _book(row)


def fill_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Mapping[str, Any]:
    """An execution of contracts does not name its position, but tells how much of it closed one."""
    return {"closes": closes_by(row, "close_size", "size")}


def _book(row: Mapping[str, Any]) -> OrderRow:
    if "contract" not in row:
        at_market = word_in(row, "type") == "MARKET"
        return OrderRow(
            kind=OrderKind.MARKET if at_market else OrderKind.LIMIT,
            in_quote=at_market and word_in(row, "side") == "BUY",
            post_only=word_in(row, "time_in_force") == "POC",
        )
    return OrderRow(
        kind=OrderKind.LIMIT if price_in(row, "price") is not None else OrderKind.MARKET,
        side=_signed(amount(row, "size")),
        post_only=word_in(row, "tif") == "POC",
    )


def _triggered(row: Mapping[str, Any], trigger: Mapping[str, Any], put: Mapping[str, Any]) -> OrderRow:
    closed, closes_all, side = _closes(row, put)
    direction = _DIRECTIONS.get(word_in(trigger, "rule"))
    at_market = word_in(put, "type") == "MARKET" if "type" in put else price_in(put, "price") is None
    is_contract = "contract" in put
    parent = id_in(row, "me_order_id") if "ORDER" in _named(row) else None
    kind = _kind(at_market, direction, side)
    return OrderRow(
        kind=kind,
        # Only what closes a position is a take profit or a stop: others may as well be entries.
        role=_role(kind) if closed is not None else None,
        side=side,
        book_order_id=id_in(row, "trade_id") or id_in(row, "fired_order_id"),
        group_id=parent,
        contingency=Contingency.ATTACHED if parent or closed is not None else None,
        trigger_price=price_in(trigger, "price"),
        trigger_kind=_TRIGGER_KINDS.get(word_in(trigger, "price_type")) if is_contract else TriggerKind.LAST,
        trigger_direction=direction,
        limit_price=price_in(put, "price"),
        in_quote=not is_contract and at_market and side is Side.BUY,
        reduce_only=True if closed is not None else _first_flag(put, "is_reduce_only", "reduce_only"),
        post_only=word_in(put, "tif") == "POC" or word_in(put, "time_in_force") == "POC",
        close_position=True if closes_all else None,
        position_side=closed,
    )


def _closes(row: Mapping[str, Any], put: Mapping[str, Any]) -> tuple[PositionSide | None, bool, Side | None]:
    """Which position a price order closes, whether the whole of it, and its side. A size of 0 has no sign to tell the
    side by: then the position does."""
    size = amount(put, "size")
    named = next((side for word, side in _CLOSED.items() if f"CLOSE-{word}" in _named(row)), None)
    named = named or position_side_in({"side": word_in(put, "auto_size").removeprefix("CLOSE_")}, "side")
    if named is not None:
        return named, size == 0, Side.SELL if named is PositionSide.LONG else Side.BUY
    if "contract" in put:
        return None, False, _signed(size)
    return None, False, {"BUY": Side.BUY, "SELL": Side.SELL}.get(word_in(put, "side"))


def _signed(size: Decimal | None) -> Side:
    """The side of contracts, which only the sign of their number tells (ccxt takes any other for a sale)."""
    if not size:
        raise Garbled("the side cannot be told: the size has no sign")
    return Side.BUY if size > 0 else Side.SELL


def _named(row: Mapping[str, Any]) -> str:
    return word_in(row, "order_type")


def _kind(at_market: bool, direction: TriggerDirection | None, side: Side | None) -> OrderKind:
    against = TriggerDirection.FALLS if side is Side.SELL else TriggerDirection.RISES
    if direction in (None, against):
        return OrderKind.STOP if at_market else OrderKind.STOP_LIMIT
    return OrderKind.TAKE_PROFIT if at_market else OrderKind.TAKE_PROFIT_LIMIT


def _role(kind: OrderKind) -> Role:
    return Role.STOP_LOSS if kind in (OrderKind.STOP, OrderKind.STOP_LIMIT) else Role.TAKE_PROFIT


def _first_flag(row: Mapping[str, Any], *fields: str) -> bool | None:
    return next((flag for field in fields if (flag := flag_in(row, field)) is not None), None)


# Why an order is over, where the exchange itself ended it.
_ENDED_BY_EXCHANGE = {
    "LIQUIDATED": "the account was liquidated",
    "LIQUIDATE_CANCELLED": "the account was liquidated",
    "IOC": "it was not filled at once",
    "FOK": "it could not be filled whole",
    "POC": "it would have executed at once",
    "AUTO_DELEVERAGED": "the position was deleveraged",
    "REDUCE_ONLY": "it would have increased the position",
    "REDUCE_OUT": "it was left out for others that reduce the position",
    "POSITION_CLOSED": "the position was closed",
    "STP": "it would have traded with another of the same account",
    "SMALL": "what was left was too little",
    "DEPTH_NOT_ENOUGH": "the book was too thin",
    "TRADER_NOT_ENOUGH": "nobody was there to trade with",
}


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """What a row of finished orders says: ccxt takes one that failed or expired for cancelled."""
    said = word_in(row, "finish_as") or word_in(row, "status")
    if isinstance(row.get("trigger"), Mapping):
        word = {"FAILED": "rejected", "EXPIRED": "expired"}.get(said)
        return EndedRow(word, reason=text(row, "reason") if word else None)
    reason = _ENDED_BY_EXCHANGE.get(said)
    return EndedRow("canceled" if reason else None, reason=reason)


def _open_calls(part: str, **params: Any) -> tuple[OrderCall, ...]:
    return (
        OrderCall(ORDERS, part, params, limit=100, paging=Paging(100, "last_id", "id")),
        OrderCall(TRIGGERS, part, params | {"trigger": True}, limit=100, paging=Paging(100, "offset", step=100)),
    )


def _ended_calls(part: str, *, is_timed: bool, **params: Any) -> tuple[EndedCall, ...]:
    return (
        EndedCall(part, "fetch_closed_orders", params, (ORDERS,), (part,), is_timed=is_timed),
        EndedCall(
            f"{part}-price",
            "fetch_closed_orders",
            {**params, "trigger": True},
            (TRIGGERS,),
            (part,),
            is_timed=False,
            paging=Paging(100, "offset", step=100),
        ),
    )


_TRIGGER: Mapping[str, Any] = {"trigger": True}

_LEDGER_ROW: LedgerWords = {
    "deposit": None,
    "withdraw": None,
    "new_order": None,
    "order_fill": None,
    "order_fee": None,
    "referral_fee": K.REBATE,
    "interest": K.INTEREST,
    "profit": K.INTEREST,
    "lend": K.INTERNAL,
    "redeem": K.INTERNAL,
}

_KEY_PERMISSIONS = KeyWords(
    trades={"spot", "margin", "futures", "delivery", "options", "unified", "earn", "loan", "copy", "account", "wallet"}
    | {"custody", "rebate", "sub_account", "subaccount"},
    withdraws={"withdraw", "withdrawal", "withdrawals"},
)


def _key_permissions(gateway: Gateway, key: str) -> Permissions:
    """All keys of the account are told, each by its first letters; an older answer tells the one that asks."""
    said = gateway.ask("main_keys")
    listed = [one for one in (said if isinstance(said, list) else [said]) if isinstance(one, Mapping)]
    mine = [one for one in listed if _is_of(key, one.get("key"))] if isinstance(said, list) else listed
    found = mine[0].get("perms") if len(mine) == 1 else None
    if not isinstance(found, list):
        raise BadPayload("key: the answer does not tell this key from others")
    rows = [one for one in found if isinstance(one, Mapping)]
    return _KEY_PERMISSIONS.understood([str(one.get("name")) for one in rows if not flag_at(one, "read_only")])


def _is_of(key: str, shown: Any) -> bool:
    """Whether a key that is shown in part ("c5dcfbf1f3a7*****") is this one."""
    letters = str(shown or "").rstrip("*")
    return len(letters) >= 3 and key.startswith(letters)


_SETTLED: tuple[tuple[str, dict[str, Any]], ...] = tuple(
    (f"swap-{coin}", {"type": "swap", "settle": coin}) for coin in ("usdt", "btc")
)


# https://www.gate.com/docs/developers/apiv4/en/#frequency-limit-rule: 200 requests in 10 seconds on each path.
_RATE_LIMITS = (
    per_window(200, 10, Scope.ACCOUNT, "private", per_path=True),
    per_window(200, 10, Scope.ADDRESS, "public", per_path=True),
)

VENUE = Venue(
    open_orders=(
        # The limit is one for each pair.
        OrderCall(ORDERS, "spot", {"type": "spot"}, limit=100, paging=Paging(100, "page")),
        OrderCall(
            TRIGGERS, "spot", {"type": "spot", "trigger": True}, limit=100, paging=Paging(100, "offset", step=100)
        ),
        OrderCall(
            ORDERS, "margin", {"type": "margin", "marginMode": "isolated"}, limit=100, paging=Paging(100, "page")
        ),
        *_open_calls("swap-usdt", type="swap", settle="usdt"),
        *_open_calls("swap-btc", type="swap", settle="btc"),
        *_open_calls("future", type="future", settle="usdt"),
    ),
    wallets=(SPOT_WALLET, *(WalletCall(name, params) for name, params in _SETTLED)),
    positions=tuple(PositionsCall(name, params) for name, params in _SETTLED),
    fills=(
        FillsCall("spot", {"type": "spot"}, late=999),
        FillsCall("margin", {"type": "margin", "marginMode": "isolated"}, late=999),
        *(FillsCall(name, params, late=999) for name, params in _SETTLED),
        FillsCall("delivery", {"type": "future", "settle": "usdt"}, late=999),
    ),
    ended_orders=(
        *_ended_calls("spot", is_timed=True, type="spot"),
        EndedCall(
            "margin", "fetch_closed_orders", {"type": "margin", "marginMode": "isolated"}, (ORDERS,), ("margin",)
        ),
        *_ended_calls("swap-usdt", is_timed=True, type="swap", settle="usdt"),
        *_ended_calls("swap-btc", is_timed=True, type="swap", settle="btc"),
        *_ended_calls("future", is_timed=False, type="future", settle="usdt"),
    ),
    order_by_id={
        "orders": {},
        "orders:margin": {"type": "margin", "marginMode": "isolated"},
        "triggers": _TRIGGER,
    },
    transfers=(
        deposits(),
        withdrawals(),
        ledger(K.INTEREST, K.REBATE, params={"type": "spot"}, since="from", until="to", in_seconds=True),
        *(
            funding(f"funding-{coin}", params={"type": "swap", "settle": coin}, until="to", in_seconds=True)
            for coin in ("usdt", "btc")
        ),
    ),
    order_row=order_row,
    fill_row=fill_row,
    ended_row=ended_row,
    ledger_row=by_word(_LEDGER_ROW, "type"),
    key_permissions=_key_permissions,
    calls=(Call("GET", "main_keys", ("private", "account"), 4 / 3),),
    one_way_orders_name_position=True,
    unread_triggers="trailing orders of perpetuals",
    rate_limits=_RATE_LIMITS,
)
