"""HTX: spot, isolated and cross margin, further accounts of the spot API, linear and inverse contracts.

Documentation: www.htx.com/en-us/opend/newApiPages. Spot: Get all Accounts of the Current User, Get Account Balance of a
Specific Account. Margin: Get the Balance of Margin Loan Account (isolated and cross). Linear contracts (v5): Query
Account Balance, Query Positions. Coin-margined swaps: Query User's Account Information, Query User's Position
Information.
The rows of orders are read in _htx_orders.py.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.sources import SourceKind
from domain.transfers import TransferKind as K
from exchanges.connection.calls import Call
from exchanges.connection.exact import text
from exchanges.connection.gateway import Gateway
from exchanges.connection.list_paths import ListPath, rows_in
from exchanges.contracts import Permissions
from exchanges.venues import _htx_orders as rows
from exchanges.venues._shared.account_calls import EachWallet, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields, wallet_of_each
from exchanges.venues._shared.candle_rows import CandleRows
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.key_words import KeyWords, field_in, words_of
from exchanges.venues._shared.ledger_rows import LedgerWords, by_word
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OrderCall
from exchanges.venues._shared.paging import Paging
from exchanges.venues._shared.parameters import INVERSE, LINEAR
from exchanges.venues._shared.position_names import PositionNames
from exchanges.venues._shared.position_rows import PositionFields, PositionRow, amount_or_unknown
from exchanges.venues._shared.transfer_call import TransferCall, deposits, ledger, withdrawals
from exchanges.venues._shared.venue import Venue
from exchanges.venues._shared.wallet_rows import equity_of_rows

_DATA, _ORDERS_AT = ("data",), ("data", "orders")
_TRIGGER: dict[str, Any] = {"trigger": True}
_LISTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("trigger", _TRIGGER),
    ("tpsl", {"stopLossTakeProfit": True}),
    ("trailing", {"trailing": True}),
)
# A take profit, a stop and both in one order are three types of linear contracts.
_LINEAR_LISTS = (*_LISTS, ("tp", {"takeProfit": True}), ("sl", {"stopLoss": True}))


def _linear() -> Iterator[OrderCall]:
    paging = Paging(50, "from", "id")
    yield OrderCall(ORDERS, "linear", LINEAR, limit=50, paging=paging, list_at=_DATA)
    for name, params in _LINEAR_LISTS:
        yield OrderCall(TRIGGERS, f"linear-{name}", LINEAR | params, limit=50, paging=paging, list_at=_DATA)


def _inverse() -> Iterator[OrderCall]:
    common: dict[str, Any] = {
        "each_symbol": True,
        "market": "inverse",
        "limit": 50,
        "paging": Paging(50, "page_index"),
        "list_at": _ORDERS_AT,
    }
    yield OrderCall(ORDERS, "inverse", INVERSE, **common)
    for name, params in _LISTS:
        yield OrderCall(TRIGGERS, f"inverse-{name}", INVERSE | params, **common)


def _ended_linear(list_name: str, kind: SourceKind, **params: Any) -> tuple[EndedCall, ...]:
    """Orders on cross and on isolated margin are lists of their own."""
    return tuple(
        EndedCall(
            f"{list_name}-{mode}",
            "fetch_orders",
            {"marginMode": mode, **params},
            (kind,),
            (list_name,),
            market="linear",
            row={"margin_mode": mode.upper()},
            each_symbol=True,
            days=2,
            rows=50,
            list_at=_DATA,
        )
        for mode in ("cross", "isolated")
    )


def _ended_inverse(kind: SourceKind, list_name: str, **params: Any) -> EndedCall:
    return EndedCall(
        list_name,
        "fetch_orders",
        params,
        (kind,),
        (list_name,),
        market="inverse",
        each_symbol=True,
        named=None if kind is ORDERS else "contract_code",
        days=2,
        rows=50,
        is_timed=kind is ORDERS,
        paging=None if kind is ORDERS else Paging(50, "page_index"),
        list_at=_DATA if kind is ORDERS else _ORDERS_AT,
    )


# A withdrawal states its fee. Trading fees are in the fills.
_LEDGER_ROW: LedgerWords = {
    **dict.fromkeys(("trade", "etf", "transact-fee", "fee-deduction", "liquidation"), None),
    **dict.fromkeys(("deposit", "withdraw", "withdraw-fee"), None),
    "transfer": K.INTERNAL,
    "credit": K.LOAN,
    "interest": K.INTEREST,
    "rebate": K.REBATE,
}

_KEY_PERMISSIONS = KeyWords(reads={"readonly"}, trades={"trade"}, withdraws={"withdraw"})


def _key_permissions(gateway: Gateway, key: str) -> Permissions:
    uid = field_in(gateway.request("v2/user/uid"), "data")
    keys = field_in(gateway.request("v2/user/api-key", {"uid": uid, "accessKey": key}), "data")
    listed = keys if isinstance(keys, list) else []
    own_keys = [item for item in listed if isinstance(item, Mapping) and item.get("accessKey") == key]
    return _KEY_PERMISSIONS.permissions_of(words_of(own_keys[0].get("permission") if own_keys else None))


def _by_currency(list_at: ListPath, market: str | None = None) -> Callable[[Any], list[tuple[str | None, Any]]]:
    """A reader of accounts whose rows state one type of balance each: one row for each currency, by type.

    With `market` the rows at `list_at` are accounts, each of a market that this field names.
    """

    def read(response: Any) -> list[tuple[str | None, Any]]:
        wallet_rows: dict[tuple[str | None, str], dict[str, Any]] = {}
        accounts = [row for _, row in rows_in(response, list_at)] if market else [{"list": response}]
        for account in accounts:
            name = text(account, market) if market else None
            for _, listed in rows_in(account, ("list", *(() if market else list_at))):
                row = listed if isinstance(listed, Mapping) else {}
                currency = text(row, "currency") or ""
                wallet_rows.setdefault((name, currency), {"currency": currency})[str(row.get("type"))] = row.get(
                    "balance"
                )
        return [(name, row) for (name, _), row in wallet_rows.items()]

    return read


def _further_account(row: Mapping[str, Any]) -> str | None:
    """Accounts of the spot API that no other wallet reads. Points are no coins."""
    kind, subtype = text(row, "type") or "", text(row, "subtype")
    if kind in ("spot", "margin", "super-margin", "point"):
        return None
    return f"{kind}-{subtype}" if subtype else kind


# Each amount is a row of its own, if there is any. Loans and interest are negative ones.
_SPOT = BalanceFields(
    "currency", ("trade", "frozen", "lock", "bank"), free="trade", locked=("frozen", "lock"), debt=("loan", "interest"),
    optional=("trade", "frozen", "lock", "bank", "loan", "interest"),
)  # fmt: skip
# equity holds the open profit.
_LINEAR = BalanceFields(
    "currency", equity="equity", open_profit=("profit_unreal",), free="available", locked=("initial_margin",)
)
# margin_balance = margin_static + profit_unreal
_INVERSE = BalanceFields(
    "symbol", equity="margin_balance", open_profit=("profit_unreal",), free="margin_available",
    locked=("margin_position", "margin_frozen"),
)  # fmt: skip
_POSITION = PositionFields(
    size="volume", side="direction", entry=("open_avg_price", "cost_open"), mark=("mark_price", "last_price"),
    profit=("profit", "profit_unreal"), liquidation=("liquidation_price", "liq_px"), leverage=("lever_rate",),
    mode="margin_mode",
)  # fmt: skip


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """Inverse contracts settle by session: `profit` runs since the opening, `profit_unreal` since the settlement. Both
    are at `last_price`, as the documented example shows: (1 / cost_hold - 1 / last_price) * face = profit_unreal."""
    position = _POSITION.row_of(row)
    is_settled = amount_or_unknown(row, "profit") is not None
    return replace(position, session_profit=amount_or_unknown(row, "profit_unreal")) if is_settled else position


_ACCOUNTS = "v1/account/accounts"
_BALANCE = "v1/account/accounts/{account-id}/balance"
_CROSS, _ISOLATED = "v1/cross-margin/accounts/balance", "v1/margin/accounts/balance"
_COIN_SWAPS = "swap-api/v1/swap_account_info"
_NO_ACCOUNT = ("account-get-accounts-inexistent-error", "base-not-found")


def _by_id(transfers: Callable[..., TransferCall], name: str) -> TransferCall:
    """A list without times, which goes on from the id of its last row. ccxt requests the newest rows first ("next")."""
    paging = Paging(100, "from", "id")
    return replace(
        transfers(until=None, counted="data", paging=paging, longest=timedelta(days=7300), list_at=_DATA), name=name
    )


VENUE = Venue(
    open_orders=(
        OrderCall(ORDERS, "spot", {"type": "spot"}, limit=500, list_at=_DATA),
        rows.SPOT_ALGO,
        *_linear(),
        *_inverse(),
    ),
    wallets=(
        WalletCall("spot", {"type": "spot"}, rows=_by_currency(("data", "list")), fields=_SPOT),
        WalletCall(
            "linear",
            LINEAR,
            list_at=("data", "details"),
            fields=_LINEAR,
            equity=equity_of_rows(("data", "details"), "currency", "equity"),
        ),
        # ccxt's option for linear contracts wins over the parameter for inverse ones.
        WalletCall(
            "inverse",
            {},
            _COIN_SWAPS,
            _DATA,
            fields=_INVERSE,
            market="inverse",
            equity=equity_of_rows(_DATA, "symbol", "margin_balance"),
        ),
        WalletCall("cross", {}, _CROSS, rows=_by_currency(("data", "list")), fields=_SPOT, unopened=_NO_ACCOUNT),
        WalletCall(
            "isolated",
            {},
            _ISOLATED,
            rows=_by_currency(_DATA, "symbol"),
            row=wallet_of_each(_SPOT, "isolated-"),
            unopened=_NO_ACCOUNT,
        ),
        WalletCall(
            "further",
            {},
            _BALANCE,
            rows=_by_currency(("data", "list")),
            fields=_SPOT,
            wallet_list=EachWallet(_ACCOUNTS, _DATA, "id", "account-id", _further_account),
        ),
    ),
    unread_wallets=("coin-margined dated futures",),
    positions=(PositionsCall("linear", LINEAR, list_at=_DATA), PositionsCall("inverse", INVERSE, list_at=_DATA)),
    position_row=position_row,
    order_names=PositionNames("margin_mode"),
    fills=(),
    ended_orders=(
        EndedCall(
            "spot", "fetch_orders", {"type": "spot"}, (ORDERS,), ("spot",), each_symbol=True, days=2, list_at=_DATA
        ),
        *rows.ended_algo_calls(),
        *_ended_linear("linear", ORDERS),
        *(call for name, params in _LINEAR_LISTS for call in _ended_linear(f"linear-{name}", TRIGGERS, **params)),
        _ended_inverse(ORDERS, "inverse"),
        *(
            _ended_inverse(TRIGGERS, f"inverse-{name}", **params, create_date=7, page_size=50)
            for name, params in _LISTS
        ),
    ),
    order_by_id={
        "orders": {},
        **{f"triggers:linear-{name}": params for name, params in _LINEAR_LISTS},
        "triggers": None,
    },
    transfers=(
        _by_id(deposits, "deposits-all"),
        _by_id(withdrawals, "withdrawals-all"),
        ledger(K.INTEREST, K.REBATE, rows=500, list_at=_DATA),
    ),
    order_row=rows.order_row,
    fill_row=rows.fill_row,
    ended_row=rows.ended_row,
    ledger_row=by_word(_LEDGER_ROW, "transferType"),
    key_permissions=_key_permissions,
    calls=(
        Call("GET", "v2/user/uid", ("spot", "private"), 1),
        Call("GET", "v2/user/api-key", ("spot", "private"), 1),
        *(Call("GET", path, ("spot", "private"), 0.2) for path in (_ACCOUNTS, _BALANCE, _CROSS, _ISOLATED)),
        *(Call("GET", path, ("spot", "private"), 1) for path in (rows.ALGO_ORDERS, rows.ALGO_HISTORY)),
        Call("POST", _COIN_SWAPS, ("contract", "private"), 1),
    ),
    # With a limit, the endpoint of contracts ignores the range.
    candle_rows=CandleRows(linear=None, inverse=None),
    # ccxt refuses to name a network before it has loaded all currencies.
    ccxt_options={"networkNamesByChainIds": {"": ""}},
    post_reads=(
        r"/(linear-swap-api|swap-api|api)/v[13]/(swap_|contract_)(cross_)?"
        r"(openorders|order_info|order_detail|position_info|account_info|account_position_info|balance_valuation)",
        r"/(linear-swap-api|swap-api|api)/v[13]/(swap_|contract_)(cross_)?"
        r"(trigger|tpsl|track)_(openorders|hisorders)",
        r"/(linear-swap-api|swap-api|api)/v[13]/(swap_|contract_)(cross_)?"
        r"(hisorders|hisorders_exact|matchresults|matchresults_exact|financial_record|financial_record_exact)",
    ),
    get_reads=(r"/v1/query/deposit-withdraw", r"/(linear-)?swap-ex/market/detail/batch_merged"),
    fills_name_position=True,
)
