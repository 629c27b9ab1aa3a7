"""OKX: trading account, funding account, savings and on-chain earn.

Documentation: www.okx.com/docs-v5/en. Trading Account: Get balance, Get positions. Funding Account: Get balance.
Financial Product: Get saving balance, Active orders (on-chain earn). The rows of orders are read in _okx_orders.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.positions import PositionSide
from domain.transfers import TransferKind as K
from domain.transfers import TransferStatus
from exchanges.connection.calls import Call
from exchanges.connection.exact import Garbled, amount, quoted, text
from exchanges.connection.gateway import Gateway
from exchanges.connection.list_paths import rows_in
from exchanges.connection.listed_markets import QUOTIENT
from exchanges.connection.rate_limits import Scope, per_window
from exchanges.contracts import Permissions
from exchanges.venues import _okx_orders as rows
from exchanges.venues._shared.account_calls import FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields, stated_equity
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.full_answers import Keeps
from exchanges.venues._shared.key_words import KeyWords, first_row, words_of
from exchanges.venues._shared.ledger_rows import LedgerRow
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OrderCall
from exchanges.venues._shared.order_rows import word_in
from exchanges.venues._shared.paging import Paging
from exchanges.venues._shared.position_names import PositionNames
from exchanges.venues._shared.position_rows import (
    PositionFields,
    PositionRow,
    amount_or_unknown,
    price_or_unknown,
    profit_since,
)
from exchanges.venues._shared.transfer_call import (
    TransferCall,
    deposits,
    funding,
    withdrawals,
)
from exchanges.venues._shared.transfer_statuses import statuses
from exchanges.venues._shared.venue import Venue

_DATA = ("data",)
_TRIGGER: dict[str, Any] = {"trigger": True}


def _open_algo(list_name: str, order_type: str) -> OrderCall:
    paging = Paging(100, "after", "algoId")
    return OrderCall(TRIGGERS, list_name, _TRIGGER | {"ordType": order_type}, limit=100, paging=paging, list_at=_DATA)


_KINDS = {"spot": "SPOT", "margin": "MARGIN", "swap": "SWAP", "future": "FUTURES", "option": "OPTION"}

_ALGOS = ("conditional", "oco", "trigger", "move_order_stop", "iceberg", "twap")


def _ended_calls(kind: str) -> Iterator[EndedCall]:
    """Lists of ended orders. Each market type has one for filled and one for cancelled orders.

    So has each type of algo order, without a time range.
    """
    type_params = {"instType": _KINDS[kind]}
    for word, method in (("filled", "fetch_closed_orders"), ("cancelled", "fetch_canceled_orders")):
        yield EndedCall(f"{kind}-{word}", method, {"type": kind}, (ORDERS,), row=type_params, list_at=_DATA)
        for algo in _ALGOS:
            yield EndedCall(
                f"{kind}-{algo}-{word}",
                method,
                _TRIGGER | {"type": kind, "ordType": algo},
                (TRIGGERS,),
                row=type_params | {"ordType": algo.upper()},
                is_timed=False,
                paging=Paging(100, "after", "algoId"),
                list_at=_DATA,
            )


_POSITION = PositionFields(
    size="pos", side="posSide", entry=("avgPx",), mark=("markPx",), profit=("upl",), realised=("realizedPnl",),
    liquidation=("liqPx",), leverage=("lever",), mode="mgnMode",
)  # fmt: skip


def position_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> PositionRow:
    """A row of account/positions. A position on spot margin counts in the currency that it holds."""
    position, market_type = _POSITION.row_of(row), word_in(row, "instType")
    if market_type not in _KINDS.values():
        raise Garbled(f"instType is no type of market: {quoted(row.get('instType'))}")
    if market_type == "FUTURES":
        return _settled_daily(row, unified, position)
    if market_type != "MARGIN":
        return position
    size, side = _margin_position(row, position.size, position.entry_price)
    profit, mark = position.open_profit, position.mark_price
    if word_in(row, "ccy") == _currencies(row)[0]:  # margin in the base currency: the profit is in it, too
        profit = None if profit is None or mark is None else profit * mark
    return replace(position, size=size, side=side, open_profit=profit, is_in_base=True)


def _settled_daily(row: Mapping[str, Any], unified: Mapping[str, Any], position: PositionRow) -> PositionRow:
    """A position in expiry futures. On cross margin the wallet is paid its profit every day.

    `avgPx` is then the last settlement price, `upl` counts from there, and `nonSettleAvgPx` is the entry price (help
    center, Introduction to settlement mechanism).
    """
    entry, settle = price_or_unknown(row, "nonSettleAvgPx"), str(unified.get("symbol")).partition(":")[2]
    if entry is None or entry == position.entry_price:
        return position
    is_inverse = settle.partition("-")[0] == _currencies(row)[0]
    contract = {"contractSize": unified.get("contractSize"), "inverse": is_inverse}
    since_entry = profit_since(entry, position.mark_price, position.size, position.side, contract)
    return replace(position, entry_price=entry, open_profit=since_entry, session_profit=position.open_profit)


def _currencies(row: Mapping[str, Any]) -> tuple[str, str]:
    base, _, quote = word_in(row, "instId").partition("-")
    return base, quote


def _margin_position(row: Mapping[str, Any], size: Decimal, entry: Decimal | None) -> tuple[Decimal, PositionSide]:
    """`pos` is in posCcy: a long holds the base currency, a short holds the quote currency that its sale brought."""
    (base, quote), held = _currencies(row), word_in(row, "posCcy")
    if held == base:
        return size, PositionSide.LONG
    if held != quote:
        raise Garbled(f"posCcy is neither currency of the market: {quoted(row.get('posCcy'))}")
    owed = amount_or_unknown(row, "liab")
    if owed is not None and owed != 0 and word_in(row, "liabCcy") == base:
        return owed.copy_abs(), PositionSide.SHORT
    if entry is None:
        raise Garbled("a short on margin states its size in the quote currency, and no entry price")
    return QUOTIENT.divide(size, entry), PositionSide.SHORT


def _staked_rows(response: Any) -> Iterator[tuple[str | None, Any]]:
    """The invested amounts of each staking order, possibly in several currencies."""
    for _, row in rows_in(response, _DATA):
        order, invested = text(row, "ordId"), row.get("investData")
        yield from ((None, {**investment, "id": f"{order} {investment.get('ccy')}"}) for investment in invested or ())


# eq = cashBal + upl + strategy equity - liab, where liab holds interest, too.
_TRADING = BalanceFields(
    "ccy", equity="eq", open_profit=("upl",), free="availBal", locked=("frozenBal",), deducted=("liab",)
)
_FUNDING = BalanceFields("ccy", ("bal",), free="availBal", locked=("frozenBal",))
_EARN = BalanceFields("ccy", ("amt",), locked=("amt",))
_SAVINGS, _STAKING = "finance/savings/balance", "finance/staking-defi/orders-active"
_BILLS: Mapping[str, Any] = {"since": "begin", "until": "end", "list_at": _DATA}


def _bill(row: Mapping[str, Any], _own: str) -> LedgerRow | None:
    kinds = {"1": K.INTERNAL, "6": K.INTERNAL, "7": K.INTEREST, "8": K.FUNDING}
    word = text(row, "type") or ""
    return LedgerRow(kinds[word], amount(row, "balChg")) if word in kinds else None


# Get deposit history and Get withdrawal history, state. 1 is "deposit credited". No deposit of the others is credited.
_STATUS = statuses(
    "state",
    deposits={"1": TransferStatus.DONE, **dict.fromkeys(("11", "13", "14", "17"), TransferStatus.PENDING)},
    withdrawals=dict.fromkeys(("17", "19"), TransferStatus.PENDING),
)
_KEY_PERMISSIONS = KeyWords(reads={"read_only"}, trades={"trade"}, withdraws={"withdraw"})


def _key_permissions(gateway: Gateway, _key: str) -> Permissions:
    return _KEY_PERMISSIONS.permissions_of(words_of(first_row(gateway.request("account/config"), "data").get("perm")))


# https://www.okx.com/docs-v5/en/: each path has its own limit of 20 units of ccxt's cost in 2 seconds.
_RATE_LIMITS = (
    per_window(20, 2, Scope.ACCOUNT, "private", per_path=True),
    per_window(20, 2, Scope.ADDRESS, "public", per_path=True),
)

VENUE = Venue(
    open_orders=(
        OrderCall(ORDERS, None, limit=100, paging=Paging(100, "after", "ordId"), list_at=_DATA),
        _open_algo("conditional", "conditional,oco"),
        _open_algo("trigger", "trigger"),
        _open_algo("trailing", "move_order_stop"),
        _open_algo("iceberg", "iceberg"),
        _open_algo("twap", "twap"),
    ),
    wallets=(
        WalletCall(
            "trading",
            list_at=("data", 0, "details"),
            fields=_TRADING,
            equity=stated_equity("USD", "data", 0, "totalEq"),
        ),
        WalletCall("funding", {"type": "funding"}, list_at=_DATA, fields=_FUNDING),
        WalletCall("savings", {}, _SAVINGS, _DATA, fields=_EARN),
        WalletCall("staking", {}, _STAKING, rows=_staked_rows, fields=_EARN, adds_up="id"),
    ),
    unread_wallets=("copy trading", "structured products", "crypto loans"),
    positions=(PositionsCall("all", list_at=_DATA),),
    position_row=position_row,
    order_names=PositionNames("tdMode"),
    fills=tuple(
        FillsCall(kind, {"type": kind}, keeps=Keeps.NEWEST, list_at=_DATA)
        for kind in ("spot", "margin", "swap", "future", "option")
    ),
    ended_orders=tuple(call for kind in _KINDS for call in _ended_calls(kind)),
    order_by_id={"orders": {}, "triggers": _TRIGGER},
    transfers=(
        deposits(list_at=_DATA),
        withdrawals(list_at=_DATA),
        funding(**_BILLS),
        TransferCall("internal", "fetch_transfers", frozenset(), {"type": "1"}, **_BILLS),
        TransferCall("interest", "fetch_transfers", frozenset({K.INTEREST}), {"type": "7"}, **_BILLS),
    ),
    order_row=rows.order_row,
    ended_row=rows.ended_row,
    ledger_row=_bill,
    transfer_status=_STATUS,
    key_permissions=_key_permissions,
    calls=(
        Call("GET", "account/config", ("private",), 4),
        Call("GET", _SAVINGS, ("private",), 5 / 3),
        Call("GET", _STAKING, ("private",), 3),
    ),
    # "Options value = total positions x mark price x contract multiplier x contract value" (help center, Calculation of
    # option's profit and loss). ccxt's size is the contract value (`ctVal`) alone.
    size_multiplier="ctMult",
    fills_name_position=True,
    rate_limits=_RATE_LIMITS,
)
