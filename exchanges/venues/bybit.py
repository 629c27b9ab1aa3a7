"""Bybit (v5): unified trading account, funding, earn, and the orders of every category.

Documentation: bybit-exchange.github.io/docs/v5. Account: Get Wallet Balance. Asset: Get All Coins Balance. Earn: Get
Staked Position, Fixed Saving (Get Position Info). Position: Get Position Info. Trade: Get Open & Closed Orders. Enums:
stopOrderType, triggerDirection.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.positions import PositionSide
from domain.sources import SourceKind
from domain.transfers import TransferKind as K
from domain.transfers import TransferStatus
from exchanges.connection.calls import Call
from exchanges.connection.exact import EXACT, Garbled, amount, text
from exchanges.connection.gateway import Gateway
from exchanges.connection.rate_limits import Scope, per_window
from exchanges.contracts import Permissions
from exchanges.venues import _bybit_orders as rows
from exchanges.venues._shared.account_calls import FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields, stated_equity
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.key_words import MOVES, flag_at, object_in
from exchanges.venues._shared.ledger_rows import LedgerRow, LedgerWords, by_word
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OrderCall
from exchanges.venues._shared.order_rows import (
    id_in,
    word_in,
)
from exchanges.venues._shared.paging import Paging
from exchanges.venues._shared.parameters import INVERSE, LINEAR
from exchanges.venues._shared.position_rows import PositionFields, PositionRow, price_or_unknown
from exchanges.venues._shared.row_details import RowDetails
from exchanges.venues._shared.transfer_call import deposits, ledger, withdrawals
from exchanges.venues._shared.transfer_statuses import statuses
from exchanges.venues._shared.venue import Venue

_ROWS = ("result", "list")
_SPOT, _OPTION = {"type": "spot"}, {"type": "option"}
_SPOT_KINDS = {"spot-tpsl": "tpslOrder", "spot-oco": "OcoOrder", "spot-bidirectional": "BidirectionalTpslOrder"}


def _open_call(kind: SourceKind, list_name: str, **params: Any) -> OrderCall:
    paging = Paging(50, "cursor", "nextPageCursor", first=True)
    return OrderCall(kind, list_name, params, limit=50, paging=paging, list_at=_ROWS)


def _open_calls(list_name: str, **params: Any) -> tuple[OrderCall, OrderCall]:
    """The book and the triggers of one contract type. A position states the distance of its trailing stop."""
    triggers = _open_call(TRIGGERS, list_name, **params, trigger=True)
    positions = {"category": params["subType"], "settleCoin": params["settleCoin"], "limit": "200"}
    distances = RowDetails(
        "v5/position/list", ("symbol", "positionIdx"), ("trailingStop",), positions, list_at=_ROWS, wants=_trails
    )
    return _open_call(ORDERS, list_name, **params, orderFilter="Order"), replace(triggers, details=distances)


def _trails(row: Mapping[str, Any]) -> bool:
    return word_in(row, "stopOrderType") == "TRAILINGSTOP"


def _ended_calls(name: str, parts: tuple[str, ...], **params: Any) -> EndedCall:
    """One list per category holds all orders. A trigger keeps its id in the book."""
    return EndedCall(name, "fetch_canceled_and_closed_orders", params, parts=parts, rows=50, list_at=_ROWS)


# Enums, type(uta-translog): DELIVERY is of futures and options. Deliveries of futures are executions, too (execType
# Delivery and Settle, createType CreateBySettle), and so count as fills. No page says so of options.
_LEDGER_ROW: LedgerWords = {
    **dict.fromkeys(("TRANSFER_IN", "TRANSFER_OUT"), K.INTERNAL),
    **dict.fromkeys(("TRADE", "LIQUIDATION", "ADL", "DELIVERY"), None),
    # Converted coins, and coins sold to repay a loan. No list of executions holds them.
    **dict.fromkeys(("CURRENCY_BUY", "CURRENCY_SELL"), K.OTHER),
    "INTEREST": K.INTEREST,
    **dict.fromkeys(("LOANS_BORROW_FUNDS", "BORROWED_AMOUNT_INS_LOAN", "INSTITUTION_LOAN_IN"), K.LOAN),
    **dict.fromkeys(("PRINCIPLE_REPAYMENT_INS_LOAN", "AUTO_PRINCIPLE_REPAYMENT_INS_LOAN"), K.LOAN),
    **dict.fromkeys(("INSTITUTION_PAYBACK_PRINCIPAL_OUT", "INSTITUTION_LIQ_PRINCIPAL_OUT"), K.LOAN),
    "FEE_REFUND": K.REBATE,
}


def _ledger_row(row: Mapping[str, Any], address: str) -> LedgerRow | None:
    """Parse a settlement: either funding, or the session profit of USDC contracts, which the fills state too."""
    if text(row, "type") != "SETTLEMENT":
        return by_word(_LEDGER_ROW, "type")(row, address)
    paid = amount(row, "funding")
    return LedgerRow(K.FUNDING, paid) if paid else LedgerRow(K.SETTLEMENT)


# Enums, depositStatus and withdrawStatus. 7 and 70013 are rollbacks without an outcome, still credited: unknown.
_STATUS = statuses(
    "status",
    deposits={
        "10011": TransferStatus.PENDING,
        "10012": TransferStatus.DONE,
        "70011": TransferStatus.FAILED,
        "70012": TransferStatus.DONE,
    },
    withdrawals={"MoreInformationRequired": TransferStatus.PENDING},
)

_INTERNAL = "v5/asset/deposit/query-internal-record"
_INTERNAL_STATUSES = {"1": "pending", "2": "ok", "3": "failed"}


def _internal_deposit(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row of Get Internal Deposit Records, off chain. Its time is in seconds, and its id is unique in this list."""
    own_id, seconds = id_in(row, "id"), amount(row, "createdTime")
    if own_id is None or seconds is None:
        raise Garbled("id or createdTime is missing")
    return {
        "id": f"internal-{own_id}",
        "txid": id_in(row, "txID"),
        "type": "deposit",
        "currency": text(row, "coin"),
        "amount": text(row, "amount"),
        "timestamp": int(seconds if seconds > _LATEST_SECOND else seconds * 1000),
        "status": _INTERNAL_STATUSES.get(text(row, "status") or ""),
    }


_LATEST_SECOND = 100_000_000_000  # as seconds in the year 5138, as milliseconds in 1973
_FUND = "v5/asset/transfer/query-account-coins-balance"
_FIXED = "v5/earn/fixed-term/position"
_COSTS = {
    "v5/user/query-api": 5, "v5/account/info": 5, "v5/account/wallet-balance": 1, _FUND: 25, "v5/earn/position": 5,
    _FIXED: 5, "v5/position/list": 5, _INTERNAL: 5,
}  # fmt: skip


def _key_permissions(gateway: Gateway, _key: str) -> Permissions:
    key_info = object_in(gateway.request("v5/user/query-api"), "result")
    if flag_at(key_info, "readOnly"):
        return Permissions(True, False, False, "")
    lists = object_in(key_info, "permissions")
    wallet = [str(word).lower() for word in lists.get("Wallet") or ()]
    trades = any(words for name, words in lists.items() if name not in ("Wallet", "Affiliate"))
    moves = any("transfer" in word for word in wallet)
    return Permissions(True, trades, "withdraw" in wallet, MOVES if moves else "")


# https://bybit-exchange.github.io/docs/v5/rate-limit: each path has its own limit of 50 units of ccxt's cost per
# second. An address has 600 requests in 5 seconds.
_RATE_LIMITS = (
    per_window(50, 1, Scope.ACCOUNT, "private", per_path=True),
    per_window(600, 5, Scope.ADDRESS, "public", ccxt_cost=0.2),
)
# equity = walletBalance - spotBorrow + unrealisedPnl + the value of options. borrowAmount also includes derivatives
# losses beyond the wallet balance. The balance is negative then.
_TRADING = BalanceFields(
    asset="coin",
    wallet_balance=("walletBalance",),
    locked=("locked", "totalPositionIM", "totalOrderIM"),
    debt=("spotBorrow",),
)
_FUNDING = BalanceFields(asset="coin", wallet_balance=("walletBalance",), free="transferBalance")
_EARN = BalanceFields("coin", ("amount",), locked=("amount",))
_POSITION = PositionFields(
    size="size", side="side", entry=("avgPrice",), mark=("markPrice",), profit=("unrealisedPnl",),
    realised=("curRealisedPnl",), liquidation=("liqPrice",), leverage=("leverage",), mode="marginMode",
    modes={"regular_margin": "cross", "portfolio_margin": "cross", "isolated_margin": "isolated"},
)  # fmt: skip
# The margin mode is a setting of the account. tradeMode is always 0 on unified accounts.
_MARGIN_MODE = RowDetails("v5/account/info", (), ("marginMode",), list_at=("result",), seconds=60)


def position_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> PositionRow:
    """A row of /v5/position/list. The wallet has paid for an option, and does not hold its value.

    USDC contracts are settled into the wallet every few hours. `avgPrice` stays the entry, and `sessionAvgPrice` is the
    mark price of the last settlement. No documentation says from which of them `unrealisedPnl` counts.
    """
    position = _POSITION.row_of(row)
    session_average = price_or_unknown(row, "sessionAvgPrice")
    if session_average is not None:
        since_entry, since_settlement = (_gained(position, price) for price in (position.entry_price, session_average))
        return replace(position, open_profit=since_entry, session_profit=since_settlement)
    is_option = str(unified.get("symbol")).endswith(("-C", "-P"))
    if not is_option or position.mark_price is None:
        return position
    value = position.size * position.mark_price * (1 if position.side is PositionSide.LONG else -1)
    return replace(position, session_profit=value)


def _gained(position: PositionRow, price: Decimal | None) -> Decimal | None:
    """The profit of a linear contract since a price."""
    if price is None or position.mark_price is None:
        return None
    size = position.size if position.side is PositionSide.LONG else EXACT.minus(position.size)
    return EXACT.multiply(size, EXACT.subtract(position.mark_price, price))


def _positions_call(name: str, params: Mapping[str, Any]) -> PositionsCall:
    return PositionsCall(name, params, list_at=_ROWS, limit=200, details=(_MARGIN_MODE,))


# Get Trade History returns options on BTC alone, unless a request names another coin.
_OPTION_COINS = ("BTC", "ETH", "SOL", "XRP", "MNT", "DOGE")


def _fills(name: str, params: Mapping[str, Any]) -> FillsCall:
    """Executions of every type. ccxt would ask for execType=Trade, and so leave out liquidations and deliveries."""
    return FillsCall(name, {**params, "execType": None}, list_at=_ROWS)


VENUE = Venue(
    open_orders=(
        _open_call(ORDERS, "spot", **_SPOT, orderFilter="Order"),
        _open_call(TRIGGERS, "spot", **_SPOT, trigger=True),
        *(_open_call(TRIGGERS, name, **_SPOT, orderFilter=kind) for name, kind in _SPOT_KINDS.items()),
        *_open_calls("linear-usdt", **LINEAR, settleCoin="USDT"),
        *_open_calls("linear-usdc", **LINEAR, settleCoin="USDC"),
        # ccxt adds USDT as the default settlement coin. An empty one requests all inverse contracts.
        *_open_calls("inverse", **INVERSE, settleCoin=""),
        _open_call(ORDERS, "option", **_OPTION),
    ),
    wallets=(
        WalletCall(
            "trading",
            {"accountType": "UNIFIED"},
            "v5/account/wallet-balance",
            list_at=(*_ROWS, 0, "coin"),
            fields=_TRADING,
            equity=stated_equity("USD", *_ROWS, 0, "totalEquity"),
        ),
        WalletCall("funding", {"accountType": "FUND"}, _FUND, list_at=("result", "balance"), fields=_FUNDING),
        WalletCall(
            "earn",
            {"category": "FlexibleSaving"},
            "v5/earn/position",
            list_at=_ROWS,
            adds_up="productId",
            fields=_EARN,
        ),
        WalletCall("fixed-savings", {}, _FIXED, list_at=_ROWS, adds_up="positionId", fields=_EARN),
    ),
    unread_wallets=(
        "on-chain earn",
        "structured products",
        "tokenised assets",
        "trading bots",
        "copy trading",
        "crypto loans",
    ),
    positions=(
        _positions_call("linear-usdt", LINEAR | {"settleCoin": "USDT"}),
        _positions_call("linear-usdc", LINEAR | {"settleCoin": "USDC"}),
        _positions_call("inverse", INVERSE | {"settleCoin": ""}),
        _positions_call("option", _OPTION),
    ),
    position_row=position_row,
    fills=(
        _fills("spot", _SPOT),
        _fills("linear-all", LINEAR),
        _fills("inverse-all", INVERSE),
        *(_fills(f"option-{coin.lower()}", _OPTION | {"baseCoin": coin}) for coin in _OPTION_COINS),
    ),
    ended_orders=(
        _ended_calls("spot", ("spot", *_SPOT_KINDS), **_SPOT),
        _ended_calls("linear", ("linear-usdt", "linear-usdc"), **LINEAR),
        _ended_calls("inverse", ("inverse",), **INVERSE),
        _ended_calls("option", ("option",), **_OPTION),
    ),
    # ccxt requires an acknowledgement that an old order may not be found.
    order_by_id={
        "orders": {"acknowledged": True},
        "triggers": {"acknowledged": True, "trigger": True},
        **{f"triggers:{name}": {"acknowledged": True, "orderFilter": kind} for name, kind in _SPOT_KINDS.items()},
    },
    transfers=(
        deposits(rows=50, list_at=("result", "rows")),
        replace(
            deposits(
                path=_INTERNAL,
                row=_internal_deposit,
                since="startTime",
                until="endTime",
                rows=50,
                params={"limit": 50},
                list_at=("result", "rows"),
            ),
            name="deposits-internal",
        ),
        # Get Withdrawal Records returns those on a chain alone, unless a request asks for all.
        replace(withdrawals(params={"withdrawType": 2}, rows=50, list_at=("result", "rows")), name="withdrawals-all"),
        ledger(K.FUNDING, K.INTEREST, K.REBATE, until="endTime", rows=50, fee_within=True, list_at=_ROWS),
    ),
    order_row=rows.order_row,
    fill_row=rows.fill_row,
    ended_row=rows.ended_row,
    ledger_row=_ledger_row,
    transfer_status=_STATUS,
    key_permissions=_key_permissions,
    calls=tuple(Call("GET", path, ("private",), cost) for path, cost in _COSTS.items()),
    rate_limits=_RATE_LIMITS,
)
