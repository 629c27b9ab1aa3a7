"""OKX's orders: pending ones with what is attached, and algo orders (conditional, OCO, trigger, trailing, iceberg)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from domain.orders import Contingency, OrderKind, TrailingUnit, TriggerKind
from domain.positions import PositionSide
from domain.transfers import TransferKind as K
from exchanges.connection.calls import Call
from exchanges.connection.exact import EXACT, Garbled, amount, quoted, text
from exchanges.connection.gateway import Gateway
from exchanges.connection.list_paths import list_in
from exchanges.connection.listed_markets import QUOTIENT
from exchanges.connection.rate_limits import Scope, per_window
from exchanges.contracts import Permissions
from exchanges.venues._shared.account_calls import FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields, EquityRow
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.full_answers import Keeps
from exchanges.venues._shared.key_words import KeyWords, first_row, words_of
from exchanges.venues._shared.ledger_rows import LedgerRow
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OrderCall
from exchanges.venues._shared.order_rows import (
    AttachedOrder,
    EndedRow,
    OrderRow,
    attached_order,
    flag_in,
    id_in,
    position_side_in,
    price_in,
    word_in,
)
from exchanges.venues._shared.paging import Paging
from exchanges.venues._shared.position_rows import PositionRow, amount_or_unknown, price_or_unknown
from exchanges.venues._shared.transfer_call import (
    TransferCall,
    deposits,
    funding,
    withdrawals,
)
from exchanges.venues._shared.venue import Venue

_TRIGGER_KINDS = {"LAST": TriggerKind.LAST, "MARK": TriggerKind.MARK, "INDEX": TriggerKind.INDEX}
_BOOK = {
    "MARKET": OrderKind.MARKET,
    "OPTIMAL_LIMIT_IOC": OrderKind.MARKET,
    "LIMIT": OrderKind.LIMIT,
    "POST_ONLY": OrderKind.LIMIT,
    "FOK": OrderKind.LIMIT,
    "IOC": OrderKind.LIMIT,
    "MMP": OrderKind.LIMIT,
    "MMP_AND_POST_ONLY": OrderKind.LIMIT,
    "RPI": OrderKind.LIMIT,
    "ICEBERG": OrderKind.LIMIT,
}


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """What a row of orders-pending or of orders-algo-pending says."""
    return _algo(row) if _is_algo(row) else _book(row)


def _is_algo(row: Mapping[str, Any]) -> bool:
    """Whether it is an algo order: one in the book that was placed by one names it, too."""
    return id_in(row, "algoId") is not None and "actualSz" in row


def _book(row: Mapping[str, Any]) -> OrderRow:
    said = word_in(row, "ordType")
    return OrderRow(
        kind=_BOOK.get(said, OrderKind.UNKNOWN),
        order_id=id_in(row, "ordId"),
        in_quote=_is_in_quote(row),
        on_margin=word_in(row, "instType") == "MARGIN",
        reduce_only=flag_in(row, "reduceOnly"),
        post_only=said in ("POST_ONLY", "MMP_AND_POST_ONLY", "RPI"),
        position_side=position_side_in(row, "posSide"),
        attached=tuple(leg for one in _attachments(row) for leg in _legs(one)),
    )


def _algo(row: Mapping[str, Any]) -> OrderRow:
    said = word_in(row, "ordType")
    common: dict[str, Any] = {
        "on_margin": word_in(row, "instType") == "MARGIN",
        "order_id": id_in(row, "algoId"),
        "book_order_id": id_in(row, "ordId"),
        "amount": price_in(row, "sz"),
        "in_quote": _is_in_quote(row),
        "reduce_only": flag_in(row, "reduceOnly"),
        "close_fraction": price_in(row, "closeFraction"),
        "position_side": position_side_in(row, "posSide"),
    }
    match said:
        case "OCO" | "CONDITIONAL":
            return _conditional(row, common)
        case "TRIGGER":
            at_market = price_in(row, "ordPx", "orderPx") is None
            trigger_kind = _TRIGGER_KINDS.get(word_in(row, "triggerPxType"))
            return OrderRow(
                kind=OrderKind.STOP if at_market else OrderKind.STOP_LIMIT,
                trigger_price=price_in(row, "triggerPx"),
                trigger_kind=trigger_kind,
                limit_price=price_in(row, "ordPx", "orderPx"),
                attached=tuple(leg for one in _attachments(row) for leg in _legs(one)),
                kind_tells_direction=False,
                reference_price=_price_at_creation(row),
                **common,
            )
        case "MOVE_ORDER_STOP":
            return _trailing(row, common)
        case "ICEBERG" | "TWAP":
            return OrderRow(kind=OrderKind.LIMIT, limit_price=price_in(row, "pxLimit"), **common)
    return OrderRow(kind=OrderKind.UNKNOWN, **common)


def _is_in_quote(row: Mapping[str, Any]) -> bool:
    """Whether `sz` counts money. An empty tgtCcy stands for the default: money where spot is bought at market."""
    unit = word_in(row, "tgtCcy")
    if unit or word_in(row, "instType") != "SPOT" or word_in(row, "side") != "BUY":
        return unit == "QUOTE_CCY"
    prices = ("ordPx", "orderPx", "slOrdPx", "tpOrdPx")
    return word_in(row, "ordType") in ("MARKET", "TRIGGER", "CONDITIONAL") and price_in(row, "px", *prices) is None


def _price_at_creation(row: Mapping[str, Any]) -> Decimal | None:
    """`last` is the price when the order was placed. It tells nothing of a trigger that was amended since."""
    return price_in(row, "last") if text(row, "cTime") == text(row, "uTime") else None


def _conditional(row: Mapping[str, Any], common: dict[str, Any]) -> OrderRow:
    """One row with a take profit, a stop or both; with both, one cancels the other."""
    legs = _legs(row)
    group = common["order_id"] if len(legs) > 1 else None
    return OrderRow(legs=legs, group_id=group, contingency=Contingency.OCO if group else None, **common)


def _trailing(row: Mapping[str, Any], common: dict[str, Any]) -> OrderRow:
    ratio, spread = price_in(row, "callbackRatio"), price_in(row, "callbackSpread")
    percent = None if ratio is None else EXACT.multiply(ratio, Decimal(100))
    return OrderRow(
        kind=OrderKind.TRAILING_STOP,
        trigger_price=price_in(row, "moveTriggerPx"),
        trailing_distance=spread if percent is None else percent,
        trailing_unit=TrailingUnit.PRICE if percent is None else TrailingUnit.PERCENT,
        activation_price=price_in(row, "activePx"),
        **common,
    )


def _attachments(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    listed = row.get("attachAlgoOrds")
    found = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    return found or [row]


def _legs(row: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    """The take profit and the stop in a row. A limit of "-1" executes at market."""
    return (
        *attached_order(
            "tp",
            price_in(row, "tpTriggerPx", "tpOrdPx"),
            trigger_kind=_TRIGGER_KINDS.get(word_in(row, "tpTriggerPxType")),
            limit_price=price_in(row, "tpOrdPx"),
            amount=price_in(row, "sz") if "attachAlgoId" in row else None,
        ),
        *attached_order(
            "sl",
            price_in(row, "slTriggerPx"),
            trigger_kind=_TRIGGER_KINDS.get(word_in(row, "slTriggerPxType")),
            limit_price=price_in(row, "slOrdPx"),
            amount=price_in(row, "sz") if "attachAlgoId" in row else None,
        ),
    )


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """What a row of the order history or the algo history says: which leg acted, and what it became in the book."""
    if not _is_algo(row):
        return EndedRow(reason=text(row, "cancelSourceReason"))
    has_failed = word_in(row, "state") == "ORDER_FAILED"
    return EndedRow(
        status="rejected" if has_failed else None,
        book_order_id=id_in(row, "ordId"),
        leg={"TP": "tp", "SL": "sl"}.get(word_in(row, "actualSide")),
        reason=f"could not be placed (code {text(row, 'failCode')})" if has_failed and id_in(row, "failCode") else None,
    )


def _open_algo(part: str, order_type: str) -> OrderCall:
    paging = Paging(100, "after", "algoId")
    return OrderCall(TRIGGERS, part, {"trigger": True, "ordType": order_type}, limit=100, paging=paging)


_KINDS = {"spot": "SPOT", "margin": "MARGIN", "swap": "SWAP", "future": "FUTURES", "option": "OPTION"}

_ALGOS = ("conditional", "oco", "trigger", "move_order_stop", "iceberg", "twap")


def _ended_calls(kind: str) -> Iterator[EndedCall]:
    """Of each kind of market what filled and what was cancelled are two lists, and so they are of each type of algo
    orders, of which no stretch of time can be said."""
    own = {"instType": _KINDS[kind]}
    for word, method in (("filled", "fetch_closed_orders"), ("cancelled", "fetch_canceled_orders")):
        yield EndedCall(f"{kind}-{word}", method, {"type": kind}, (ORDERS,), row=own)
        for algo in _ALGOS:
            yield EndedCall(
                f"{kind}-{algo}-{word}",
                method,
                {"type": kind, "trigger": True, "ordType": algo},
                (TRIGGERS,),
                row=own | {"ordType": algo.upper()},
                is_timed=False,
                paging=Paging(100, "after", "algoId"),
            )


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A row of account/positions. A position on spot margin counts in the currency that it holds."""
    size = amount(row, "pos")
    if size is None:
        raise Garbled("pos is missing")
    side, entry = position_side_in(row, "posSide"), price_or_unknown(row, "avgPx")
    is_in_base = False
    if word_in(row, "instType") == "MARGIN":
        size, side, is_in_base = _margin_position(row, size, entry)
    if side is None:
        side = PositionSide.SHORT if size < 0 else PositionSide.LONG
    return PositionRow(
        size=size.copy_abs(),
        side=side,
        entry_price=entry,
        mark_price=price_or_unknown(row, "markPx"),
        open_profit=amount_or_unknown(row, "upl"),
        realised_profit=amount_or_unknown(row, "realizedPnl"),
        liquidation_price=price_or_unknown(row, "liqPx"),
        leverage=price_or_unknown(row, "lever"),
        margin_mode=text(row, "mgnMode"),
        is_in_base=is_in_base,
    )


def _margin_position(
    row: Mapping[str, Any], size: Decimal, entry: Decimal | None
) -> tuple[Decimal, PositionSide, bool]:
    """`pos` is in posCcy: a long holds the base currency, a short holds the quote currency that its sale brought."""
    base, _, quote = (text(row, "instId") or "").partition("-")
    held = word_in(row, "posCcy")
    if held == base.upper():
        return size, PositionSide.LONG, True
    if held != quote.upper():
        raise Garbled(f"posCcy is neither currency of the market: {quoted(row.get('posCcy'))}")
    owed = amount_or_unknown(row, "liab")
    if owed is not None and owed != 0 and word_in(row, "liabCcy") == base.upper():
        return owed.copy_abs(), PositionSide.SHORT, True
    if entry is None:
        raise Garbled("a short on margin states its size in the quote currency, and no entry price")
    return QUOTIENT.divide(size.copy_abs(), entry), PositionSide.SHORT, True


def _equity(response: Any) -> list[EquityRow]:
    """totalEq: the equity of the trading account in dollars."""
    totals = [amount(row, "totalEq") for row in list_in(response, ("data",)) if isinstance(row, Mapping)]
    return [EquityRow("USD", total) for total in totals if total is not None]


_TRIGGER: Mapping[str, Any] = {"trigger": True}
# eq = cashBal + upl + strategy equity - liab. Equity less open profit is the wallet balance with its debts deducted.
_TRADING = BalanceFields(asset="ccy", equity="eq", open_profit=("upl",), free="availBal", locked=("frozenBal",))
_FUNDING = BalanceFields(asset="ccy", wallet_balance=("bal",), free="availBal", locked=("frozenBal",))

_BILLS: Mapping[str, Any] = {"since": "begin", "until": "end"}


def _bill(row: Mapping[str, Any], _own: str) -> LedgerRow | None:
    kinds = {"1": K.INTERNAL, "6": K.INTERNAL, "7": K.INTEREST, "8": K.FUNDING}
    word = text(row, "type") or ""
    return LedgerRow(kinds[word], amount(row, "balChg")) if word in kinds else None


_KEY_PERMISSIONS = KeyWords(reads={"read_only"}, trades={"trade"}, withdraws={"withdraw"})


def _key_permissions(gateway: Gateway, _key: str) -> Permissions:
    return _KEY_PERMISSIONS.understood(words_of(first_row(gateway.ask("account/config"), "data").get("perm")))


# https://www.okx.com/docs-v5/en/: each path has a limit of its own, which is 20 of ccxt's costs in 2 seconds.
_RATE_LIMITS = (
    per_window(20, 2, Scope.ACCOUNT, "private", per_path=True),
    per_window(20, 2, Scope.ADDRESS, "public", per_path=True),
)

VENUE = Venue(
    open_orders=(
        OrderCall(ORDERS, None, limit=100, paging=Paging(100, "after", "ordId")),
        _open_algo("conditional", "conditional,oco"),
        _open_algo("trigger", "trigger"),
        _open_algo("trailing", "move_order_stop"),
        _open_algo("iceberg", "iceberg"),
        _open_algo("twap", "twap"),
    ),
    wallets=(
        WalletCall("trading", list_at=("data", 0, "details"), fields=_TRADING, equity=_equity),
        WalletCall("funding", {"type": "funding"}, list_at=("data",), fields=_FUNDING),
    ),
    positions=(PositionsCall("all", list_at=("data",)),),
    position_row=position_row,
    fills=tuple(
        FillsCall(kind, {"type": kind}, keeps=Keeps.NEWEST) for kind in ("spot", "margin", "swap", "future", "option")
    ),
    ended_orders=tuple(call for kind in _KINDS for call in _ended_calls(kind)),
    order_by_id={"orders": {}, "triggers": _TRIGGER},
    transfers=(
        deposits(),
        withdrawals(),
        funding(**_BILLS),
        TransferCall("internal", "fetch_transfers", frozenset(), {"type": "1"}, **_BILLS),
        TransferCall("interest", "fetch_transfers", frozenset({K.INTEREST}), {"type": "7"}, **_BILLS),
    ),
    order_row=order_row,
    ended_row=ended_row,
    ledger_row=_bill,
    key_permissions=_key_permissions,
    calls=(Call("GET", "account/config", ("private",), 4),),
    fills_name_position=True,
    rate_limits=_RATE_LIMITS,
)
