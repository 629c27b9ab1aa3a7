"""KuCoin: the wallets of spot, margin, earn and futures, positions, the books of spot and futures, and stop orders.

Sources: www.kucoin.com/docs-new, pages "Get Account List - Spot" (types main, trade, trade_hf), "Get Account - Cross
Margin" and "- Isolated Margin" (total assets, with a separate liability), "Get Account - Futures" (accountEquity =
marginBalance + unrealisedPNL, one account per currency), "Get Position List" (marginMode: CROSS, ISOLATED), "Get Stop
Order List", "Get Account Holding" of earn.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.transfers import TransferKind as K
from exchanges.connection.calls import Call
from exchanges.connection.exact import Garbled, amount, required_amount, text
from exchanges.connection.gateway import Gateway
from exchanges.connection.list_paths import rows_in
from exchanges.connection.rate_limits import Scope, per_window
from exchanges.contracts import Permissions
from exchanges.venues._kucoin_orders import (
    DIRECT_LISTS,
    SPOT_ORDERS,
    ended_row,
    margin_orders,
    order_row,
    swap_orders,
)
from exchanges.venues._shared.account_calls import FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields, BalanceRow
from exchanges.venues._shared.ended_call import EndedCall, newest_first
from exchanges.venues._shared.key_words import (
    KeyWords,
    object_in,
    words_of,
)
from exchanges.venues._shared.ledger_rows import LedgerWords, by_word
from exchanges.venues._shared.order_call import ORDERS
from exchanges.venues._shared.order_rows import flag_in, word_in
from exchanges.venues._shared.position_names import PositionNames
from exchanges.venues._shared.position_rows import PositionRow, amount_or_unknown, price_or_unknown, side_of
from exchanges.venues._shared.transfer_call import (
    deposits,
    ledger,
    withdrawals,
)
from exchanges.venues._shared.venue import Venue
from exchanges.venues._shared.wallet_rows import equity_of_one_row, one_row, summed_rows

_SPOT_ACCOUNTS = frozenset({"main", "trade", "trade_hf"})
_MARGIN_MODES = {True: "cross", False: "isolated"}
_MARGIN = BalanceFields("currency", ("total",), free="available", locked=("hold",), debt=("liability",))
_EARN = BalanceFields("currency", ("holdAmount",))
_FUTURES = BalanceFields(
    "currency", ("marginBalance",), free="availableBalance", locked=("positionMargin", "orderMargin", "frozenFunds")
)
_NO_MARGIN = ('"101030"',)  # margin trading was never enabled
_DATA, _ITEMS = ("data",), ("data", "items")
POSITIONS = (PositionsCall("main", list_at=_DATA, market="swap"),)
# The settlement currencies of contracts. Each has its own account, read by one request.
_SETTLED_IN = ("USDT", "USDC", "XBT", "ETH", "SOL", "XRP", "DOT")


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """Parse a futures position. Its profit is in the settlement currency of the contract."""
    size = required_amount(row, "currentQty")
    is_cross = flag_in(row, "crossMode")
    return PositionRow(
        size=size.copy_abs(),
        side=side_of(row, "positionSide", size),
        entry_price=price_or_unknown(row, "avgEntryPrice"),
        mark_price=price_or_unknown(row, "markPrice"),
        open_profit=amount_or_unknown(row, "unrealisedPnl"),
        realised_profit=amount_or_unknown(row, "realisedPnl"),
        liquidation_price=price_or_unknown(row, "liquidationPrice"),
        leverage=price_or_unknown(row, "leverage", "realLeverage"),
        margin_mode=word_in(row, "marginMode").lower() or (None if is_cross is None else _MARGIN_MODES[is_cross]),
    )


def _spot_balance(row: Mapping[str, Any], _key: str | None) -> BalanceRow | None:
    """Parse a balance of the spot account list. Margin balances come from other lists, because those state the debt."""
    kind, asset, balance = text(row, "type"), text(row, "currency"), amount(row, "balance")
    if kind is not None and kind not in _SPOT_ACCOUNTS:
        return None
    if kind is None or asset is None or balance is None:
        raise Garbled("the type, the currency or the balance is missing")
    return BalanceRow(asset, balance, amount(row, "available"), amount(row, "holds"), wallet=kind)


def _isolated_rows(response: Any) -> Iterator[tuple[str | None, Any]]:
    """The two assets of each isolated pair, each with the name of its pair."""
    for _, pair in rows_in(response, ("data", "assets")):
        assets = [pair.get(name) for name in ("baseAsset", "quoteAsset")] if isinstance(pair, Mapping) else [pair]
        yield from ((text(pair, "symbol") if isinstance(pair, Mapping) else None, asset) for asset in assets)


def _isolated_balance(row: Mapping[str, Any], pair: str | None) -> BalanceRow:
    """An asset of an isolated pair. Each pair is a wallet of its own."""
    return replace(_MARGIN.row_of(row), wallet=f"isolated-{pair}")


def futures_wallets() -> tuple[WalletCall, ...]:
    """The futures accounts, one per settlement currency."""
    return tuple(
        WalletCall(
            "swap" if currency == "USDT" else f"swap-{currency.lower()}",
            {"currency": currency},
            path="account-overview",
            rows=one_row(_DATA),
            fields=_FUTURES,
            equity=equity_of_one_row(_DATA, "currency", "accountEquity"),
            wallet="swap",
            market="swap",
        )
        for currency in _SETTLED_IN
    )


# Otherwise ccxt requests the unified account of a classic account.
_NOT_UNIFIED = {"uta": False}


def ended_swap_calls() -> tuple[EndedCall, ...]:
    """A stop of futures keeps its id when it triggers, and is in the same list."""
    params = {**_NOT_UNIFIED, "type": "swap", "pageSize": 1000}
    return (newest_first("swap", "fetch_closed_orders", None, "swap", params=params, rows=1000, list_at=_ITEMS),)


_LEDGER_ROW: LedgerWords = {
    "TRADE_EXCHANGE": None,
    "RETURNED_FEES": None,
    "DEDUCTION_FEES": None,
    "TRANSFER": K.INTERNAL,
    "SUB_TRANSFER": K.DEPOSIT,
    "SUB_TO_SUB_TRANSFER": K.DEPOSIT,
    "SPOT_EXCHANGE_REBATE": K.REBATE,
    "LIABILITY_INTEREST": K.INTEREST,
}

# Older keys name the withdrawal permission "Transfer". "InnerTransfer" only moves between own accounts.
_KEY_PERMISSIONS = KeyWords(
    reads={"general"},
    trades={"spot", "margin", "futures", "trade", "earn", "innertransfer", "flexibletransfers"},
    withdraws={"transfer", "withdraw", "withdrawal"},
)


def _key_permissions(gateway: Gateway, _key: str) -> Permissions:
    return _KEY_PERMISSIONS.permissions_of(
        words_of(object_in(gateway.request("user/api-key"), "data").get("permission"))
    )


# https://www.kucoin.com/docs-new/rate-limit: an account has pools for spot, futures and management, an address has one.
# In 30 seconds each takes 4,000 of ccxt's costs.
_RATE_LIMITS = (
    per_window(4000, 30, Scope.ACCOUNT, "private"),
    per_window(4000, 30, Scope.ACCOUNT, "futuresPrivate"),
    per_window(4000, 30, Scope.ACCOUNT, "uta"),
    per_window(4000, 30, Scope.ADDRESS),
)

VENUE = Venue(
    open_orders=(
        *SPOT_ORDERS,
        *margin_orders("cross", "MARGIN_TRADE"),
        *margin_orders("isolated", "MARGIN_ISOLATED_TRADE"),
        *swap_orders(),
    ),
    wallets=(
        WalletCall("spot", path="accounts", list_at=_DATA, row=_spot_balance, market="spot"),
        WalletCall(
            "cross",
            {"queryType": "ALL"},
            path="margin/accounts",
            list_at=("data", "accounts"),
            fields=_MARGIN,
            unopened=_NO_MARGIN,
            market="spot",
        ),
        WalletCall(
            "isolated",
            {"queryType": "ALL"},
            path="isolated/accounts",
            rows=_isolated_rows,
            row=_isolated_balance,
            unopened=_NO_MARGIN,
            market="spot",
        ),
        *futures_wallets(),
        WalletCall(
            "earn",
            {"pageSize": 500},
            path="earn/hold-assets",
            rows=summed_rows(_ITEMS, "currency", "holdAmount"),
            fields=_EARN,
        ),
    ),
    positions=POSITIONS,
    position_row=position_row,
    order_names=PositionNames("marginMode"),
    fills=(),
    fills_by_symbol=FillsCall("", list_at=_ITEMS),
    fill_rows=100,
    ended_orders=(
        # The high-frequency engine has its own parameter for the size. No list holds ended stop orders.
        newest_first(
            "spot",
            "fetch_closed_orders",
            ORDERS,
            "spot",
            params={**_NOT_UNIFIED, "hf": True, "limit": 100},
            market="spot",
            each_symbol=True,
            list_at=_ITEMS,
        ),
        *(
            newest_first(
                mode,
                "fetch_closed_orders",
                ORDERS,
                mode,
                params={**_NOT_UNIFIED, "marginMode": mode, "hf": True, "limit": 100},
                market="spot",
                each_symbol=True,
                list_at=_ITEMS,
            )
            for mode in ("cross", "isolated")
        ),
        *ended_swap_calls(),
    ),
    order_by_id={
        "orders:spot": {"uta": False, "hf": True},
        **{
            f"triggers:{list_name}": {"uta": False, "hf": False, "trigger": True}
            for list_name in ("spot", "cross-older", "isolated-older")
        },
        **{
            f"{kind}:{mode}": {"uta": False, "hf": False, "marginMode": mode} | more
            for kind, more in (("orders", {}), ("triggers", {"trigger": True}))
            for mode in ("cross", "isolated")
        },
        "orders:swap": {"uta": False},
        "triggers:swap": {"uta": False},
    },
    transfers=(deposits(), withdrawals(), ledger(K.INTEREST, K.REBATE, longest=timedelta(days=1), fee_within=True)),
    order_row=order_row,
    ended_row=ended_row,
    ledger_row=by_word(_LEDGER_ROW, "bizType"),
    key_permissions=_key_permissions,
    calls=(
        Call("GET", "user/api-key", ("private",), 20),
        Call("GET", "accounts", ("private",), 5),
        Call("GET", "margin/accounts", ("private",), 15),
        Call("GET", "isolated/accounts", ("private",), 15),
        Call("GET", "account-overview", ("futuresPrivate",), 10),
        Call("GET", "earn/hold-assets", ("earn",), 10),
        *(Call("GET", path, ("private",), 2) for path in DIRECT_LISTS),
    ),
    get_reads=(
        r"/api/v1/stop-order",
        r"/api/v3/hf/margin/stop-orders?",
        r"/api/v1/stopOrders",
        r"/api/v3/oco/order/details/\w+",
        r"/api/v3/hf/margin/oco-(orders|order/detail/orderId)",
    ),
    # Every account trades in the fast engine by now, whose calls ccxt makes only on request. Without "uta" ccxt asks
    # for the kind of account before its first call.
    ccxt_options={"hf": True, "uta": False},
    unread_wallets=("lending market", "dual investment", "trading bots", "unified account"),
    rate_limits=_RATE_LIMITS,
)
