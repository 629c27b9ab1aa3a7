"""Gate: classic and unified accounts. Both also have isolated margin and lending, classic ones one wallet per market.

Documentation: www.gate.com/docs/developers/apiv4. Unified: Get unified account information. Spot: List spot accounts.
Margin: Margin account list. Futures: Query futures account, List all positions of a user. Options: List options
account. EarnUni: Query user's lending order list. Account: Get account detail. _gate_orders.py reads rows of orders,
_gate_transfers.py those of transfers.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from domain.sources import SourceKind
from domain.transfers import TransferKind as K
from exchanges.connection.calls import Call
from exchanges.connection.errors import BadPayload, Permanent, UnknownError
from exchanges.connection.exact import amount, quoted, required_amount, text
from exchanges.connection.gateway import Gateway
from exchanges.connection.rate_limits import Scope, per_window
from exchanges.contracts import Permissions
from exchanges.venues import _gate_orders as rows
from exchanges.venues import _gate_transfers as transfers
from exchanges.venues._shared.account_calls import FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import (
    BalanceFields,
    BalanceRow,
    only_row,
    rows_of_pairs,
    stated_equity,
    wallet_of_each,
)
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.key_words import KeyWords, flag_at, object_in
from exchanges.venues._shared.ledger_rows import by_word
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OrderCall
from exchanges.venues._shared.order_rows import word_in
from exchanges.venues._shared.paging import Paging
from exchanges.venues._shared.position_names import PositionNames
from exchanges.venues._shared.position_rows import (
    MARGIN_WORDS,
    PositionFields,
    PositionRow,
    price_or_unknown,
    side_of,
)
from exchanges.venues._shared.row_details import RowDetails
from exchanges.venues._shared.transfer_call import deposits, funding, ledger, withdrawals
from exchanges.venues._shared.venue import Venue

_DATED, _ISOLATED = {"type": "future", "settle": "usdt"}, {"type": "margin", "marginMode": "isolated"}
_SETTLED: dict[str, dict[str, Any]] = {f"swap-{coin}": {"type": "swap", "settle": coin} for coin in ("usdt", "btc")}
_BY_OFFSET = Paging(100, "offset", step=100)


def _open_orders(list_name: str, params: Mapping[str, Any], paging: Paging, kind: SourceKind = ORDERS) -> OrderCall:
    """A list of orders. Every response is a plain list. The row limit of the spot list applies per pair."""
    return OrderCall(kind, list_name, params, limit=100, paging=paging, list_at=())


def _open_calls(list_name: str, params: Mapping[str, Any]) -> tuple[OrderCall, ...]:
    triggers = {**params, "trigger": True}
    return (
        _open_orders(list_name, params, Paging(100, "last_id", "id")),
        _open_orders(list_name, triggers, _BY_OFFSET, TRIGGERS),
    )


def _perpetuals(list_name: str, params: Mapping[str, Any]) -> Iterator[OrderCall]:
    """The lists of one currency of settlement. Its account states the mode of its positions."""
    settle = {"settle": params["settle"]}
    mode = RowDetails("futures account", (), ("in_dual_mode", "position_mode"), settle, seconds=60)
    yield from (replace(call, details=mode) for call in _open_calls(list_name, params))
    yield OrderCall(
        TRIGGERS,
        f"{list_name}-trailing",
        {**settle, "page_size": "100"},
        path="trail orders",
        limit=100,
        paging=Paging(100, "page_num"),
        list_at=("data", "orders"),
        market="swap",
    )


def _ended_calls(list_name: str, params: Mapping[str, Any], *, is_timed: bool) -> Iterator[EndedCall]:
    method, triggers = "fetch_closed_orders", {**params, "trigger": True}
    yield EndedCall(list_name, method, params, (ORDERS,), (list_name,), is_timed=is_timed, list_at=())
    yield EndedCall(
        f"{list_name}-price", method, triggers, (TRIGGERS,), (list_name,), is_timed=False, paging=_BY_OFFSET, list_at=()
    )


_KEY_PERMISSIONS = KeyWords(
    trades={"spot", "margin", "futures", "delivery", "options", "unified", "earn", "loan", "copy", "account", "wallet"}
    | {"custody", "rebate", "sub_account", "subaccount"},
    withdraws={"withdraw", "withdrawal", "withdrawals"},
)


def _key_permissions(gateway: Gateway, key: str) -> Permissions:
    """Read the permissions. The response lists all keys of the account by their first letters, in an older format only
    the requesting one.
    """
    response = gateway.request("main_keys")
    listed = [item for item in (response if isinstance(response, list) else [response]) if isinstance(item, Mapping)]
    own_keys = [item for item in listed if _is_of(key, item.get("key"))] if isinstance(response, list) else listed
    permissions = own_keys[0].get("perms") if len(own_keys) == 1 else None
    if not isinstance(permissions, list):
        raise BadPayload("key: the response does not identify this key")
    rows = [item for item in permissions if isinstance(item, Mapping)]
    return _KEY_PERMISSIONS.permissions_of([str(item.get("name")) for item in rows if not flag_at(item, "read_only")])


def _is_of(key: str, shown: Any) -> bool:
    """True if a masked key ("c5dcfbf1f3a7*****") is this one."""
    letters = str(shown or "").rstrip("*")
    return len(letters) >= 3 and key.startswith(letters)


def _account_kind(gateway: Gateway, _key: str) -> str:
    """An upgraded account states its mode to any key that may read it (Unified: Query mode of the unified account).

    The older portfolio margin account has keys of its own: "1 - Classic mode, 2 - Legacy unified mode" (Account:
    Retrieve user account information).
    """
    mode = _stated(gateway, _MODE, lambda response: text(object_in(response), "mode"))
    if mode in _UNIFIED_MODES:
        return _UNIFIED
    if mode not in (None, _CLASSIC):
        raise BadPayload(f"unified mode: the response names no known mode: {quoted(mode)}")
    key_mode = _stated(gateway, "detail", lambda response: text(object_in(response, "key"), "mode"))
    return _UNIFIED if key_mode == "2" else _CLASSIC


def _stated(gateway: Gateway, path: str, mode: Callable[[Any], str | None]) -> str | None:
    """The mode in the response to a call. None where the key may not read it, or the account lacks it."""
    try:
        return mode(gateway.request(path))
    except (Permanent, UnknownError):
        return None


_CLASSIC, _UNIFIED, _MODE = "classic", "unified", "unified mode"
_UNIFIED_MODES = ("single_currency", "multi_currency", "portfolio")
_SPOT = BalanceFields("currency", ("available", "locked"), free="available", locked=("locked",))
# equity is of cross margin ("currency equity amount (cross)"), net of debts and with its open profit. iso_balance is
# the balance of isolated positions. total_liab includes loans and negative balances.
_EQUITY = BalanceFields(
    None, equity="equity", besides=("iso_balance",), free="available", locked=("freeze", "iso_balance"),
    deducted=("total_liab",),
)  # fmt: skip
_MARGIN = replace(_SPOT, debt=("borrowed", "interest"))
# total excludes the unrealised profit, and includes what orders and positions tie up.
_FUTURES = BalanceFields("currency", ("total",), free="available", locked=("position_margin", "order_margin"))
# equity is the balance and the value of the positions, which are not read.
_OPTIONS = BalanceFields("currency", ("equity",), free="available", locked=("init_margin", "order_margin"))
_PAIRS = rows_of_pairs((), "currency_pair", "base", "quote")
_LENT = BalanceFields("currency", ("amount",), locked=("amount",))
_POSITION = PositionFields(
    size="size", entry=("entry_price",), mark=("mark_price",), profit=("unrealised_pnl",), realised=("realised_pnl",),
    liquidation=("liq_price",), leverage=("leverage", "cross_leverage_limit"),
)  # fmt: skip

_SIDES = {"SINGLE": "net", "DUAL_LONG": "long", "DUAL_SHORT": "short"}


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A row of futures positions. `mode` names the side in hedge mode (dual_long or dual_short).

    In one-way mode a short one has a negative size. No documentation says if the size has a sign in hedge mode, too, so
    without a mode only a negative size is read.

    `pos_margin_mode` states the margin mode. Older rows have it in the leverage, which is 0 for cross margin. In split
    mode a contract has a position of each margin mode on each side (Futures, model Position).
    """
    position, size, word = _POSITION.row_of(row), required_amount(row, "size"), word_in(row, "mode")
    side = side_of({"mode": _SIDES.get(word, word)}, "mode", size)
    by_leverage = "cross" if price_or_unknown(row, "leverage") is None else "isolated"
    mode = MARGIN_WORDS.get(word_in(row, "pos_margin_mode").lower(), by_leverage)
    return replace(position, margin_mode=mode, side=side)


def _contracts_account(row: Mapping[str, Any], key: str | None) -> BalanceRow | None:
    """An account of contracts. `total` is "only applicable to classic contract account", whose margin_mode is 0."""
    return None if amount(row, "margin_mode") else _FUTURES.row_of(row, key)


def _contracts_wallet(name: str, params: Mapping[str, Any], kind: str | None = None) -> WalletCall:
    rows, params = only_row("currency", "total"), {**params, "unifiedAccount": False}  # ccxt would read the unified one
    return WalletCall(name, params, rows=rows, row=_contracts_account, unopened=("USER_NOT_FOUND",), kind=kind)


# https://www.gate.com/docs/developers/apiv4/en/#frequency-limit-rule: 200 requests in 10 seconds on each path.
_RATE_LIMITS = (
    per_window(200, 10, Scope.ACCOUNT, "private", per_path=True),
    per_window(200, 10, Scope.ADDRESS, "public", per_path=True),
)

_CALLS = (
    Call("GET", "main_keys", ("private", "account"), 4 / 3),
    Call("GET", "detail", ("private", "account"), 4 / 3),
    Call("GET", "unified_mode", ("private", "unified"), 4 / 3, name=_MODE),
    Call("GET", "accounts", ("private", "margin"), 4 / 3),
    Call("GET", "uni/lends", ("private", "earn"), 4 / 3),
    Call("GET", "open_orders", ("private", "spot"), 1, name="open orders"),
    Call("GET", "{settle}/accounts", ("private", "futures"), 1, name="futures account"),
    Call("GET", "{settle}/autoorder/v1/trail/list", ("private", "futures"), 1, name="trail orders"),
)
VENUE = Venue(
    open_orders=(
        _open_orders("spot", {"type": "spot"}, Paging(100, "page")),
        _open_orders("spot", {"type": "spot", "trigger": True}, _BY_OFFSET, TRIGGERS),
        # In a unified account ccxt would request the unified account's orders again.
        OrderCall(
            ORDERS,
            "margin",
            {"account": "margin", "limit": "100"},
            path="open orders",
            limit=100,
            paging=Paging(100, "page"),
            list_at=(),
            market="margin",
            orders_in=lambda pair: pair.get("orders") or () if isinstance(pair, Mapping) else (pair,),
        ),
        *(call for name, params in _SETTLED.items() for call in _perpetuals(name, params)),
        *_open_calls("future", _DATED),
    ),
    account_kind=_account_kind,
    wallets=(
        WalletCall(
            "unified",
            {"type": "spot", "unifiedAccount": True},
            list_at=("balances",),
            fields=_EQUITY,
            kind=_UNIFIED,
            equity=stated_equity("USD", "unified_account_total_equity"),
        ),
        WalletCall("spot", {"type": "spot"}, list_at=(), fields=_SPOT, kind=_CLASSIC),
        # A unified account holds what spot, USDT perpetuals and options hold (help center, What Is a Unified Account).
        _contracts_wallet("swap-usdt", _SETTLED["swap-usdt"], _CLASSIC),
        _contracts_wallet("swap-btc", _SETTLED["swap-btc"]),
        _contracts_wallet("future", _DATED),
        replace(
            _contracts_wallet("option", {"type": "option"}, _CLASSIC),
            rows=only_row("currency", "equity"),
            row=_OPTIONS.row_of,
        ),
        WalletCall("isolated", {}, "accounts", rows=_PAIRS, row=wallet_of_each(_MARGIN, "isolated-"), market="margin"),
        WalletCall("lending", {"limit": 100}, "uni/lends", list_at=(), fields=_LENT),
    ),
    unread_wallets=("trading bots", "staking and structured products"),
    positions=(
        # A response holds 100 rows. Without `holding` closed positions are among them.
        *(
            PositionsCall(name, {**params, "holding": "true"}, list_at=(), limit=100)
            for name, params in _SETTLED.items()
        ),
        PositionsCall("future", _DATED, list_at=()),
    ),
    position_row=position_row,
    # Orders and price orders state it in split mode alone, trail orders in every mode (models FuturesOrder,
    # FuturesPriceTriggeredOrder and TrailOrder). In any other mode a side has one position.
    order_names=PositionNames("pos_margin_mode", only=("position_mode", "DUAL_PLUS")),
    fills=(
        FillsCall("spot", {"type": "spot"}, late=999, list_at=()),
        FillsCall("margin", _ISOLATED, late=999, list_at=()),
        *(FillsCall(name, params, late=999, list_at=()) for name, params in _SETTLED.items()),
        FillsCall("delivery", _DATED, late=999, list_at=()),
    ),
    ended_orders=(
        *_ended_calls("spot", {"type": "spot"}, is_timed=True),
        EndedCall("margin", "fetch_closed_orders", _ISOLATED, (ORDERS,), ("margin",), list_at=()),
        *(call for name, params in _SETTLED.items() for call in _ended_calls(name, params, is_timed=True)),
        *_ended_calls("future", _DATED, is_timed=False),
    ),
    order_by_id={"orders": {}, "orders:margin": _ISOLATED, "triggers": {"trigger": True}},
    transfers=(
        deposits(list_at=()),
        withdrawals(list_at=()),
        ledger(K.INTEREST, K.REBATE, params={"type": "spot"}, since="from", until="to", in_seconds=True, list_at=()),
        *(
            funding(f"funding-{coin}", params=_SETTLED[f"swap-{coin}"], until="to", in_seconds=True, list_at=())
            for coin in ("usdt", "btc")
        ),
    ),
    order_row=rows.order_row,
    fill_row=rows.fill_row,
    ended_row=rows.ended_row,
    ledger_row=by_word(transfers.LEDGER_WORDS, "type"),
    transfer_status=transfers.STATUS,
    key_permissions=_key_permissions,
    calls=_CALLS,
    one_way_orders_name_position=True,
    rate_limits=_RATE_LIMITS,
)
