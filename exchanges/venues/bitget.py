"""Bitget: classic accounts (spot, margin, futures, funding, bots, earn) and unified accounts.

Documentation: www.bitget.com/api-doc. Classic: spot/account Get Account Assets, margin/cross and margin/isolated Get
Account Assets, contract/account Get Account List, contract/position Get All Positions, common/account Get Funding
Assets and Get Bot Account Assets, earn/account Get Earn Assets. Unified (uta): account Get Account Assets, trade
Get Position. The rows of orders are read in _bitget_orders.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from domain.sources import SourceKind
from domain.transfers import TransferKind as K
from exchanges.connection.calls import Call
from exchanges.connection.exact import text
from exchanges.connection.gateway import Gateway
from exchanges.connection.list_paths import ListPath, rows_in
from exchanges.connection.rate_limits import Scope, per_window
from exchanges.contracts import Permissions
from exchanges.venues import _bitget_orders as rows
from exchanges.venues._shared.account_calls import FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields, BalanceRow, stated_equity
from exchanges.venues._shared.candle_rows import CandleRows
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.key_words import KeyWords, object_in, words_of
from exchanges.venues._shared.ledger_rows import LedgerWords, by_word
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OrderCall
from exchanges.venues._shared.paging import Paging
from exchanges.venues._shared.parameters import CLASSIC
from exchanges.venues._shared.position_names import PositionNames
from exchanges.venues._shared.position_rows import PositionFields, PositionRow
from exchanges.venues._shared.transfer_call import deposits, ledger, withdrawals
from exchanges.venues._shared.venue import Venue
from exchanges.venues._shared.wallet_rows import equity_of_rows

_DATA = ("data",)
_ORDER_LIST, _ENTRUSTED, _LIST = ("data", "orderList"), ("data", "entrustedList"), ("data", "list")
_PLANS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("plan", {"trigger": True, "planType": "normal_plan"}),
    ("tpsl", {"trigger": True, "planType": "profit_loss"}),
    ("trailing", {"trailing": True, "planType": "track_plan"}),
)
_PRODUCTS = {"usdt": "USDT-FUTURES", "usdc": "USDC-FUTURES", "coin": "COIN-FUTURES"}
# Parts of a unified account. Without a symbol ccxt requires the kind of product, also for spot.
_PARTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("spot", {"uta": True, "type": "spot", "productType": "SPOT"}),
    ("margin", {"uta": True, "type": "spot", "productType": "SPOT", "marginMode": "cross"}),
    *((name, {"uta": True, "type": "swap", "productType": product}) for name, product in _PRODUCTS.items()),
)
_SPOT: dict[str, Any] = CLASSIC | {"type": "spot"}
_WAITS = {"trigger": True}


def _futures_params(product: str) -> dict[str, Any]:
    return CLASSIC | {"type": "swap", "productType": product}


def _open(kind: SourceKind, list_name: str, list_at: ListPath, params: Mapping[str, Any], **more: Any) -> OrderCall:
    paging = Paging(100, "idLessThan", "orderId")
    return OrderCall(kind, list_name, params, limit=100, paging=paging, list_at=list_at, **more)


def _open_in_margin(mode: str, wallets: str) -> OrderCall:
    params = _SPOT | {"marginMode": mode}
    return _open(ORDERS, mode, _ORDER_LIST, params, each_symbol=True, market="spot", wallets=wallets)


def _open_futures(list_name: str, product: str) -> tuple[OrderCall, ...]:
    base = _futures_params(product)
    plans = (_open(TRIGGERS, f"{list_name}-{name}", _ENTRUSTED, base | extra) for name, extra in _PLANS)
    return _open(ORDERS, list_name, _ENTRUSTED, base), *plans


def _open_unified(list_name: str, params: Mapping[str, Any]) -> tuple[OrderCall, ...]:
    return (
        OrderCall(ORDERS, list_name, params, limit=100, paging=Paging(100, "cursor", "orderId"), list_at=_LIST),
        OrderCall(TRIGGERS, list_name, {**params, "trigger": True}, limit=100, list_at=_DATA),
    )


def _ended(kind: SourceKind, list_name: str, list_at: ListPath, params: Any, name: str = "", **more: Any) -> EndedCall:
    method = "fetch_canceled_and_closed_orders"
    return EndedCall(name or list_name, method, params, (kind,), (list_name,), days=30, list_at=list_at, **more)


def _ended_futures(list_name: str, product: str) -> tuple[EndedCall, ...]:
    base = _futures_params(product)
    plans = (_ended(TRIGGERS, f"{list_name}-{name}", _ENTRUSTED, base | extra) for name, extra in _PLANS)
    return _ended(ORDERS, list_name, _ENTRUSTED, base), *plans


def _ended_unified(list_name: str, params: Mapping[str, Any]) -> tuple[EndedCall, ...]:
    return (
        _ended(ORDERS, list_name, _LIST, params, f"unified-{list_name}"),
        _ended(TRIGGERS, list_name, _LIST, {**params, "trigger": True}, f"unified-{list_name}-plan"),
    )


_LEDGER_ROW: LedgerWords = {
    **dict.fromkeys(
        ("contract_settle_fee", "CONTRACT_MAIN_SETTLE_FEE_USER_IN", "CONTRACT_MAIN_SETTLE_FEE_USER_OUT"), K.FUNDING
    ),
    **dict.fromkeys(("INTEREST_SETTLEMENT_OUT", "INTEREST_REPAYMENT"), K.INTEREST),
    **dict.fromkeys(("BORROW", "REPAYMENT"), K.LOAN),
    **dict.fromkeys(("deposit", "withdraw"), None),
}

_KEY_PERMISSIONS = KeyWords(
    reads={"readonly", "read-only", "read_only"},
    trades={"trade", "transfer", "stow", "coow", "cpow", "smow", "wtow"},
    withdraws={"withdraw", "wwow"},
    is_reading=lambda word: len(word) == 4 and word.endswith("r"),  # "stor" reads what "stow" writes
)


def _key_permissions(gateway: Gateway, _key: str) -> Permissions:
    account = object_in(gateway.request("v2/spot/account/info"), "data")
    return _KEY_PERMISSIONS.permissions_of(words_of(account.get("authorities")))


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A row of all-position, or of a unified account's current-position."""
    return (_UNIFIED_POSITION if "posSide" in row else _POSITION).row_of(row)


_POSITION = PositionFields(
    size="total", side="holdSide", entry=("openPriceAvg",), mark=("markPrice",), profit=("unrealizedPL",),
    realised=("achievedProfits",), liquidation=("liquidationPrice",), leverage=("leverage",), mode="marginMode",
)  # fmt: skip
_UNIFIED_POSITION = PositionFields(
    size="total", side="posSide", entry=("avgPrice",), mark=("markPrice",), profit=("unrealisedPnl",),
    realised=("curRealisedPnl",), liquidation=("liquidationPrice",), leverage=("leverage",), mode="marginMode",
)  # fmt: skip

_SPOT_ASSET = BalanceFields("coin", ("available", "frozen", "locked"), free="available", locked=("frozen", "locked"))
_FUNDING = BalanceFields("coin", ("available", "frozen"), free="available", locked=("frozen",))
# net = totalAmount - borrow - interest
_MARGIN = BalanceFields("coin", ("totalAmount",), free="available", locked=("frozen",), debt=("borrow", "interest"))
# accountEquity holds the open profit. Margins of both modes belong to positions, `locked` to orders.
_FUTURES = BalanceFields(
    "marginCoin", equity="accountEquity", open_profit=("unrealizedPL",), free="available",
    locked=("locked", "crossedMargin", "isolatedMargin"),
)  # fmt: skip
_UNION_ASSET = BalanceFields("coin", ("balance",), free="available")
# No list of this account states the positions of bots, so their equity is the balance.
_BOTS = BalanceFields("coin", ("equity",), free="available", locked=("frozen",))
_FUTURES_EQUITY = equity_of_rows(_DATA, "marginCoin", "accountEquity")
_UNIFIED_ASSET = BalanceFields("coin", ("balance",), free="available", locked=("locked",), debt=("debt",))
_EARN = BalanceFields("coin", ("amount",), locked=("amount",))


def _futures_rows(response: Any) -> Iterator[tuple[str | None, Any]]:
    """The accounts, and the other coins in the account of USDT contracts.

    They are margin in multi-asset mode ("union"), which is of USDT contracts alone, and stay there in single-asset mode
    (help center, Introduction to USDT-M Futures in Multi-Asset Mode). `accountEquity` is in the margin coin alone. It
    may be negative while those coins cover it, as the documented example of Get Single Account shows.
    """
    accounts = rows_in(response, _DATA)
    own = {text(row, "marginCoin") for _, row in accounts if isinstance(row, Mapping)}
    for key, row in accounts:
        yield key, row
        listed = row.get("assetList") if isinstance(row, Mapping) and text(row, "marginCoin") == "USDT" else None
        for asset in listed or ():
            if not isinstance(asset, Mapping) or text(asset, "coin") not in own:
                yield None, asset


def _futures_row(row: Mapping[str, Any], _key: str | None) -> BalanceRow:
    return (_FUTURES if "marginCoin" in row else _UNION_ASSET).row_of(row)


def _isolated_row(row: Mapping[str, Any], _key: str | None) -> BalanceRow:
    return replace(_MARGIN.row_of(row), wallet=f"isolated-{text(row, 'symbol')}")


_FUNDS, _BOT_FUNDS, _EARN_FUNDS = "v2/account/funding-assets", "v2/account/bot-assets", "v2/earn/account/assets"
_ALL_POSITIONS = "v2/mix/position/all-position"
_ASSETS, _UNIFIED_FUNDS = "v3/account/assets", "v3/account/funding-assets"
_CALLS = tuple(
    Call("GET", path, ("private", group), cost)
    for path, group, cost in (
        ("v2/spot/account/info", "spot", 20), (_FUNDS, "spot", 2), (_BOT_FUNDS, "spot", 2), (_EARN_FUNDS, "earn", 2),
        (_ALL_POSITIONS, "mix", 4), (_ASSETS, "uta", 1), (_UNIFIED_FUNDS, "uta", 1),
    )
)  # fmt: skip
_UNIFIED_FUNDING = BalanceFields("coin", ("balance",), free="available", locked=("frozen",))
_UNIFIED_EQUITY = stated_equity("USD", "data", "accountEquity")
_UNIFIED_WALLETS = (
    WalletCall("unified", {}, _ASSETS, ("data", "assets"), fields=_UNIFIED_ASSET, equity=_UNIFIED_EQUITY),
    WalletCall("funding", {}, _UNIFIED_FUNDS, _DATA, fields=_UNIFIED_FUNDING),
)

# https://www.bitget.com/api-doc/common/intro: each path has its own limit of 20 units of ccxt's cost per second.
_RATE_LIMITS = (
    per_window(20, 1, Scope.ACCOUNT, "private", per_path=True),
    per_window(20, 1, Scope.ADDRESS, "public", per_path=True),
)
_CLASSIC_ACCOUNT = Venue(
    open_orders=(
        _open(ORDERS, "spot", _DATA, _SPOT),
        _open(TRIGGERS, "spot", _ORDER_LIST, _SPOT | _WAITS),
        _open(TRIGGERS, "spot-tpsl", _DATA, _SPOT | {"tpslType": "tpsl"}),
        _open_in_margin("cross", "margin"),
        _open_in_margin("isolated", "isolated-"),
        *(call for name, product in _PRODUCTS.items() for call in _open_futures(name, product)),
    ),
    wallets=(
        WalletCall("spot", _SPOT, list_at=_DATA, fields=_SPOT_ASSET),
        *(
            WalletCall(
                name,
                _futures_params(product),
                list_at=_DATA,
                rows=_futures_rows,
                row=_futures_row,
                equity=_FUTURES_EQUITY,
            )
            for name, product in _PRODUCTS.items()
        ),
        WalletCall("margin", _SPOT | {"marginMode": "cross"}, list_at=_DATA, fields=_MARGIN),
        WalletCall("isolated", _SPOT | {"marginMode": "isolated"}, list_at=_DATA, row=_isolated_row),
        WalletCall("funding", path=_FUNDS, list_at=_DATA, fields=_FUNDING),
        WalletCall("bots", path=_BOT_FUNDS, list_at=_DATA, fields=_BOTS),
        WalletCall("earn", path=_EARN_FUNDS, list_at=_DATA, fields=_EARN),
    ),
    # OCO and trailing orders of spot are placed in Bitget's own forms. The lists of spot document normal, TP/SL and
    # plan orders, those of margin limit and market orders.
    unread_triggers="OCO and trailing orders of spot, trigger orders on margin",
    unread_wallets=("copy trading", "crypto loans"),
    # ccxt would request coin-margined positions with the margin coin USDT.
    positions=tuple(
        PositionsCall(name, {"productType": product}, _ALL_POSITIONS, list_at=_DATA, market="swap")
        for name, product in _PRODUCTS.items()
    ),
    position_row=position_row,
    order_names=PositionNames("marginMode"),
    ended_orders=(
        _ended(ORDERS, "spot", _DATA, _SPOT),
        # ccxt drops the end of the range there, unless it has the exchange's own name.
        _ended(TRIGGERS, "spot", _ORDER_LIST, _SPOT | _WAITS, "spot-plan", each_symbol=True, until="endTime"),
        _ended(TRIGGERS, "spot-tpsl", _DATA, _SPOT | {"tpslType": "tpsl"}),
        *(call for name, product in _PRODUCTS.items() for call in _ended_futures(name, product)),
    ),
    order_by_id={"orders": CLASSIC, "triggers": None},
    transfers=(
        deposits(list_at=_DATA),
        withdrawals(list_at=_DATA),
        ledger(K.INTEREST, K.REBATE, params={"type": "spot"}, fee_within=True),
        *(
            ledger(K.FUNDING, name=f"ledger-{name}", params={"type": "swap", "productType": product}, fee_within=True)
            for name, product in _PRODUCTS.items()
        ),
    ),
    order_row=rows.order_row,
    fill_row=rows.fill_row,
    ended_row=rows.ended_row,
    ledger_row=by_word(_LEDGER_ROW, "businessType", "type"),
    candle_rows=CandleRows(200, 200, 200),  # Get History Candle Data fills its rows from the end of the range
    key_permissions=_key_permissions,
    calls=_CALLS,
    inverse_in_base=True,
    rate_limits=_RATE_LIMITS,
)

VENUE = replace(
    _CLASSIC_ACCOUNT,
    # Accounts whose options are {"uta": true}.
    unified_account=replace(
        _CLASSIC_ACCOUNT,
        open_orders=tuple(call for market, params in _PARTS for call in _open_unified(market, params)),
        wallets=_UNIFIED_WALLETS,
        unread_triggers=None,
        unread_wallets=("earn", "trading bots", "copy trading", "crypto loans"),
        positions=tuple(
            PositionsCall(market, params, list_at=_LIST) for market, params in _PARTS if market in _PRODUCTS
        ),
        # Get Fill History names no symbol, so one list holds the fills of all markets. ccxt takes a row for one of spot
        # if it is asked for a market of spot, and the row's category tells contracts.
        fills=(FillsCall("all", {"uta": True}, list_at=_LIST, through="spot"),),
        ended_orders=tuple(call for market, params in _PARTS for call in _ended_unified(market, params)),
        order_by_id={"orders": {"uta": True}, "triggers": None},
        candle_rows=CandleRows(100, 100, 100),
    ),
)
