"""Binance: spot, margin, funding, earn, USD-M and COIN-M futures.

Documentation: developers.binance.com/docs. Spot: Account Information, Order lists, Trailing stop FAQ. Margin: Query
Cross Margin Account Details, Query Isolated Margin Account Info. Wallet: Funding Wallet. Simple Earn: Get Locked
Product Position. Futures: Account Information V3, Position Information V3, Symbol Configuration, New Algo Order.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from domain.sources import SourceKind
from domain.transfers import TransferKind as K
from domain.transfers import TransferStatus
from exchanges.connection.calls import Call
from exchanges.connection.errors import Permanent
from exchanges.connection.gateway import Gateway
from exchanges.connection.list_paths import rows_in
from exchanges.connection.rate_limits import Scope, per_window
from exchanges.connection.refusals import ErrorCodes
from exchanges.contracts import Permissions
from exchanges.venues import _binance_orders as rows
from exchanges.venues._shared.account_calls import FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import (
    BalanceFields,
    rows_of_pairs,
    stated_equity,
    wallet_of_each,
)
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.entry_lists import with_entries
from exchanges.venues._shared.key_words import MOVES, any_of, flag_at, object_in, yes_or_no
from exchanges.venues._shared.ledger_rows import LedgerWords, by_word
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OrderCall
from exchanges.venues._shared.parameters import INVERSE, LINEAR
from exchanges.venues._shared.position_rows import PositionFields, PositionRow, amount_or_unknown
from exchanges.venues._shared.row_details import RowDetails
from exchanges.venues._shared.transfer_call import deposits, ledger, withdrawals
from exchanges.venues._shared.transfer_statuses import statuses
from exchanges.venues._shared.venue import Venue
from exchanges.venues._shared.wallet_rows import equity_of_rows

# A list of all symbols weighs 80 on spot and 40 on futures. Per second 100 and 40 are allowed.
_COSTLY = 30.0


def _open_orders(list_name: str, params: Mapping[str, Any], every: float | None = None) -> OrderCall:
    """A list of orders. Every such response is a plain list."""
    kind = TRIGGERS if "trigger" in params else ORDERS
    return OrderCall(kind, list_name, params, list_at=(), every=every)


_TRIGGER: dict[str, Any] = {"trigger": True}
SPOT_ORDERS = _open_orders("spot", {"type": "spot"}, _COSTLY)
# Requested by market. Other orders of the market than those on isolated margin are not sent.
_ISOLATED: dict[str, Any] = {"type": "margin", "marginMode": "isolated"}
_ISOLATED_ORDERS = replace(_open_orders("isolated", _ISOLATED), each_symbol=True, market="spot", wallets="isolated-")
LINEAR_ORDERS = (_open_orders("linear", LINEAR, _COSTLY), _open_orders("linear", LINEAR | _TRIGGER, _COSTLY))
INVERSE_ORDERS = (_open_orders("inverse", INVERSE), _open_orders("inverse", INVERSE | _TRIGGER, _COSTLY))


def asset_name(asset: str) -> str:
    """The coin of a flexible earn balance: LDBTC holds BTC. LDO is a coin of its own."""
    return asset[2:] if asset.startswith("LD") and len(asset) > 2 and asset != "LDO" else asset


_ON_HOLD = ("locked", "freeze", "withdrawing")
_FREE_AND_LOCKED = BalanceFields(asset="asset", wallet_balance=("free", "locked"), free="free", locked=("locked",))
_FUNDING = BalanceFields(asset="asset", wallet_balance=("free", *_ON_HOLD), free="free", locked=_ON_HOLD)
# netAsset = free + locked - borrowed - interest
_MARGIN = replace(_FREE_AND_LOCKED, debt=("borrowed", "interest"))
# marginBalance = walletBalance + unrealizedProfit. initialMargin belongs to positions and to orders.
_FUTURES_ASSET = BalanceFields(
    asset="asset", wallet_balance=("walletBalance",), free="availableBalance", locked=("initialMargin",)
)


_PAIRS = rows_of_pairs(("assets",), "symbol", "baseAsset", "quoteAsset")


def _locked_earn_rows(response: Any) -> Iterator[tuple[str | None, Any]]:
    positions = rows_in(response, ("rows",))
    yield from positions
    if len(positions) < int(response.get("total") or 0):
        yield None, {"missing": f"{len(positions)} of {response['total']} positions were sent"}


_NO_MARGIN = ('"code":-3003', '"code":-11001')  # no such margin account exists
_MARGIN_EQUITY = stated_equity("BTC", "totalNetAssetOfBtc")
_FUTURES_EQUITY = equity_of_rows(("assets",), "asset", "marginBalance")
SPOT_WALLET = WalletCall("spot", {"type": "spot"}, list_at=("balances",), fields=_FREE_AND_LOCKED)
LINEAR_WALLET = WalletCall("linear", LINEAR, list_at=("assets",), fields=_FUTURES_ASSET, equity=_FUTURES_EQUITY)
INVERSE_WALLET = WalletCall("inverse", INVERSE, list_at=("assets",), fields=_FUTURES_ASSET, equity=_FUTURES_EQUITY)
_WALLETS = (
    SPOT_WALLET,
    WalletCall("margin", {"type": "margin"}, list_at=("userAssets",), fields=_MARGIN, equity=_MARGIN_EQUITY,
               unopened=_NO_MARGIN),
    WalletCall("isolated", _ISOLATED, rows=_PAIRS, row=wallet_of_each(_MARGIN, "isolated-"),
               unopened=_NO_MARGIN),
    WalletCall("funding", {"type": "funding"}, list_at=(), fields=_FUNDING),
    LINEAR_WALLET,
    INVERSE_WALLET,
    # Flexible products are in the spot wallet under LD names. Locked ones are in this list only.
    WalletCall("earn", {"size": 100}, market="spot", path="simple-earn/locked/position", rows=_locked_earn_rows,
               adds_up="positionId",
               fields=BalanceFields("asset", ("amount",), locked=("amount",))),
)  # fmt: skip


# positionAmt is negative when short, and counts contracts on COIN-M.
_POSITION = PositionFields(
    size="positionAmt", side="positionSide", entry=("entryPrice",), mark=("markPrice",), profit=("unRealizedProfit",),
    liquidation=("liquidationPrice",), leverage=("leverage",), mode="marginType",
)  # fmt: skip


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A row of positionRisk. An isolated position has a wallet of its own."""
    position, wallet = _POSITION.row_of(row), amount_or_unknown(row, "isolatedWallet")
    if position.margin_mode is not None or wallet is None:
        return position
    return replace(position, margin_mode="isolated" if wallet else "cross")


_SYMBOL_CONFIG = RowDetails("symbolConfig", join=("symbol",), fields=("leverage", "marginType"), seconds=60)
LINEAR_POSITIONS = PositionsCall("linear", LINEAR, list_at=(), details=(_SYMBOL_CONFIG,))
INVERSE_POSITIONS = PositionsCall("inverse", INVERSE, list_at=())
CALLS = (
    Call("GET", "account/apiRestrictions", ("sapi",), 0.1),
    Call("GET", "simple-earn/locked/position", ("sapi",), 15),
    Call("GET", "symbolConfig", ("fapiPrivate",), 5),
)


def _ended_call(list_name: str, params: Mapping[str, Any], days: float, rows: int = 1000) -> EndedCall:
    is_algo = "trigger" in params
    return EndedCall(
        f"{list_name}-algo" if is_algo else list_name,
        "fetch_orders",
        params,
        (TRIGGERS if is_algo else ORDERS,),
        (list_name,),
        each_symbol=True,
        days=days,
        rows=rows,
        list_at=(),
    )


_ALL_ENDED = (
    _ended_call("spot", {"type": "spot"}, days=1),
    _ended_call("margin", {"type": "margin"}, days=1, rows=500),
    _ended_call("isolated", _ISOLATED, days=1, rows=500),
    _ended_call("linear", LINEAR, days=7),
    _ended_call("linear", LINEAR | _TRIGGER, days=7),
    _ended_call("inverse", INVERSE, days=7, rows=100),
    _ended_call("inverse", INVERSE | _TRIGGER, days=7),
)


def ended_calls(list_name: str) -> tuple[EndedCall, ...]:
    """The lists of ended orders of one part of the exchange: "spot", "margin", "linear" or "inverse"."""
    return tuple(call for call in _ALL_ENDED if list_name in call.parts)


_MOVED = ("TRANSFER", "INTERNAL_TRANSFER", "STRATEGY_UMFUTURES_TRANSFER", "COIN_SWAP_DEPOSIT", "COIN_SWAP_WITHDRAW")
FUTURES_LEDGER: LedgerWords = {
    **dict.fromkeys(("FUNDING_FEE", "SPECIAL_FUNDING_FEE"), K.FUNDING),
    **dict.fromkeys(_MOVED, K.INTERNAL),
    **dict.fromkeys(("COMMISSION_REBATE", "API_REBATE", "FEE_RETURN", "REFERRAL_KICKBACK"), K.REBATE),
    "BFUSD_REWARD": K.INTEREST,
    # Account Trade List states realizedPnl and commission of each fill, and nothing of these two.
    **dict.fromkeys(("REALIZED_PNL", "COMMISSION"), None),
    **dict.fromkeys(("INSURANCE_CLEAR", "AUTO_EXCHANGE"), K.OTHER),
}

_TRADES = (
    "enableSpotAndMarginTrading",
    "enableMargin",
    "enableFutures",
    "enableVanillaOptions",
    "enablePortfolioMarginTrading",
    "enableFixApiTrade",
)

_MOVES = ("enableInternalTransfer", "permitsUniversalTransfer")


def _key_permissions(gateway: Gateway, _key: str) -> Permissions:
    restrictions = object_in(gateway.request("account/apiRestrictions"))
    trades = [yes_or_no(restrictions.get(name)) for name in _TRADES if name in restrictions]
    moves = any(yes_or_no(restrictions.get(name)) for name in _MOVES)
    withdraws = flag_at(restrictions, "enableWithdrawals")
    return Permissions(yes_or_no(restrictions.get("enableReading")), any_of(trades), withdraws, MOVES if moves else "")


# https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code
_ERROR_CODES: ErrorCodes = {
    "-1021": (
        Permanent,
        "the exchange refuses the time of the request, which is outside its receive window (recvWindow, 5 s by "
        "default) or more than 1 s ahead: set this computer's clock",
    ),
    "-4166": (
        Permanent,
        "the exchange searches no further back than its own limit: older fills cannot be read",
    ),
}

# https://developers.binance.com/docs/binance-spot-api-docs/rest-api/limits: weights a minute and address. One of ccxt's
# costs is a weight of 5 on spot and of 10 on /sapi, and of 1 on futures.
_RATE_LIMITS = (
    per_window(2400, 60, Scope.ADDRESS, "fapi", budget="fapi.binance.com"),
    per_window(2400, 60, Scope.ADDRESS, "dapi", budget="dapi.binance.com"),
    per_window(12_000, 60, Scope.ADDRESS, "sapi", ccxt_cost=10, budget="api.binance.com/sapi"),
    per_window(6000, 60, Scope.ADDRESS, "private", "public", ccxt_cost=5, budget="api.binance.com"),
)
DEPOSITS = deposits(list_at=())
WITHDRAWALS = withdrawals(until="endTime", list_at=())  # ccxt sends no end under its own name of the parameter

# Deposit History, status: 7 is a wrong deposit, 8 waits for the user to confirm.
_STATUS = statuses("status", deposits={"7": TransferStatus.FAILED, "8": TransferStatus.PENDING}, withdrawals={})

VENUE = Venue(
    # Conditional orders of futures have a separate API since December 2025. Those of spot are in the order book's list.
    open_orders=(
        SPOT_ORDERS,
        _open_orders("margin", {"type": "margin"}),
        _ISOLATED_ORDERS,
        *LINEAR_ORDERS,
        *INVERSE_ORDERS,
    ),
    wallets=_WALLETS,
    unread_wallets=(
        "options",
        "trading bots",
        "copy trading",
        "on-chain yields",
        "dual investment",
        "crypto loans",
        "portfolio margin",
    ),
    positions=(LINEAR_POSITIONS, INVERSE_POSITIONS),
    fills_by_symbol=FillsCall("", list_at=()),
    ended_orders=_ALL_ENDED,
    order_by_id={"orders": {}, "orders:margin": {"type": "margin"}, "orders:isolated": _ISOLATED, "triggers": _TRIGGER},
    transfers=(
        DEPOSITS,
        WITHDRAWALS,
        ledger(K.FUNDING, K.REBATE, name="ledger-linear", params=LINEAR, rows=1000, list_at=()),
        ledger(K.FUNDING, K.REBATE, name="ledger-inverse", params=INVERSE, rows=1000, list_at=()),
    ),
    order_row=rows.order_row,
    link_orders=with_entries(rows.waits_for_entry),
    position_row=position_row,
    asset_name=asset_name,
    ledger_row=by_word(FUTURES_LEDGER, "incomeType"),
    transfer_status=_STATUS,
    key_permissions=_key_permissions,
    calls=CALLS,
    post_reads=(r"/sapi/v1/asset/get-funding-asset", r"/sapi/v3/asset/getUserAsset"),
    # ccxt would read the leverage brackets of all markets first, for figures that are not read here.
    ccxt_options={"leverageBrackets": {}},
    fills_name_position=True,
    order_ids_per_symbol=True,
    error_codes=_ERROR_CODES,
    every={SourceKind.PRICES: 15.0},
    rate_limits=_RATE_LIMITS,
)
