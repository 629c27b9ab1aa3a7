"""Binance: spot, margin, funding, earn, USD-M and COIN-M futures.

Documentation: developers.binance.com/docs. Spot: Account Information, Order lists, Trailing stop FAQ. Margin: Query
Cross Margin Account Details, Query Isolated Margin Account Info. Wallet: Funding Wallet. Simple Earn: Get Locked
Product Position. Futures: Account Information V3, Position Information V3, Symbol Configuration, New Algo Order.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.orders import Contingency, Order, OrderKind, OrderStatus, Role, TrailingUnit, TriggerKind
from domain.transfers import TransferKind as K
from exchanges.connection.calls import Call
from exchanges.connection.exact import EXACT
from exchanges.connection.gateway import Gateway
from exchanges.connection.list_paths import rows_in
from exchanges.contracts import Permissions
from exchanges.venues._shared.account_calls import FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import (
    BalanceFields,
    equity_of_rows,
    rows_of_pairs,
    stated_equity,
    sums_by_asset,
    wallet_of_each,
)
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.entry_lists import with_entries
from exchanges.venues._shared.key_words import MOVES, any_of, flag_at, object_in, yes_or_no
from exchanges.venues._shared.ledger_rows import LedgerWords, by_word
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, OrderCall
from exchanges.venues._shared.order_rows import OrderRow, flag_in, id_in, position_side_in, price_in, word_in
from exchanges.venues._shared.parameters import INVERSE, LINEAR
from exchanges.venues._shared.position_rows import PositionFields, PositionRow, amount_or_unknown
from exchanges.venues._shared.row_details import RowDetails
from exchanges.venues._shared.transfer_call import deposits, ledger, withdrawals
from exchanges.venues._shared.venue import Venue

# Spot says STOP_LOSS where futures say STOP_MARKET. STOP and TAKE_PROFIT have a limit on futures, none on spot.
_SPOT = {
    "LIMIT": OrderKind.LIMIT,
    "LIMIT_MAKER": OrderKind.LIMIT,
    "MARKET": OrderKind.MARKET,
    "STOP_LOSS": OrderKind.STOP,
    "STOP_LOSS_LIMIT": OrderKind.STOP_LIMIT,
    "TAKE_PROFIT": OrderKind.TAKE_PROFIT,
    "TAKE_PROFIT_LIMIT": OrderKind.TAKE_PROFIT_LIMIT,
}
_FUTURES = {
    "LIMIT": OrderKind.LIMIT,
    "MARKET": OrderKind.MARKET,
    "STOP": OrderKind.STOP_LIMIT,
    "STOP_MARKET": OrderKind.STOP,
    "TAKE_PROFIT": OrderKind.TAKE_PROFIT_LIMIT,
    "TAKE_PROFIT_MARKET": OrderKind.TAKE_PROFIT,
    "TRAILING_STOP_MARKET": OrderKind.TRAILING_STOP,
}
# STOP_LOSS names its purpose, STOP and STOP_MARKET do not. Orders that buy may as well be entries on a breakout.
_ROLES = {
    "STOP_LOSS": Role.STOP_LOSS,
    "STOP_LOSS_LIMIT": Role.STOP_LOSS,
    "TAKE_PROFIT": Role.TAKE_PROFIT,
    "TAKE_PROFIT_LIMIT": Role.TAKE_PROFIT,
    "TAKE_PROFIT_MARKET": Role.TAKE_PROFIT,
}
_TRIGGER_KINDS = {"CONTRACT_PRICE": TriggerKind.LAST, "MARK_PRICE": TriggerKind.MARK}
_BIP = Decimal("0.01")
# The status of an order whose list waits for another of its orders to fill.
_PENDING_NEW = "PENDING_NEW"


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """What a row of openOrders, openAlgoOrders or of portfolio margin's conditional orders says."""
    return _futures(row) if "positionSide" in row or "algoId" in row or "reduceOnly" in row else _spot(row)


def _role(row: Mapping[str, Any], word: str) -> Role | None:
    return _ROLES.get(word) if word_in(row, "side") == "SELL" else None


def _spot(row: Mapping[str, Any]) -> OrderRow:
    said, list_id = word_in(row, "type"), id_in(row, "orderListId")
    trails = price_in(row, "trailingDelta")
    return OrderRow(
        kind=OrderKind.TRAILING_STOP if trails is not None else _SPOT.get(said, OrderKind.UNKNOWN),
        role=_role(row, said),
        status=OrderStatus.PENDING if word_in(row, "status") == _PENDING_NEW else None,
        group_id=list_id,
        contingency=Contingency.UNKNOWN if list_id else None,  # the list says which one, its orders do not
        trigger_price=None if trails is not None else price_in(row, "stopPrice"),
        trigger_kind=TriggerKind.LAST if said in _ROLES else None,
        limit_price=price_in(row, "price"),
        trailing_distance=None if trails is None else EXACT.multiply(trails, _BIP),  # in hundredths of a per cent
        trailing_unit=None if trails is None else TrailingUnit.PERCENT,
        activation_price=price_in(row, "stopPrice") if trails is not None else None,
        post_only=said == "LIMIT_MAKER",
    )


def _futures(row: Mapping[str, Any]) -> OrderRow:
    # Once it is in the book, `type` says what it became there and `origType` what it was.
    said = next((word for f in ("orderType", "strategyType", "origType", "type") if (word := word_in(row, f))), "")
    kind = _FUTURES.get(said, OrderKind.UNKNOWN)
    trails = price_in(row, "callbackRate", "priceRate") if kind is OrderKind.TRAILING_STOP else None
    trigger = price_in(row, "triggerPrice", "stopPrice")
    waits = trigger is not None or trails is not None
    closes = flag_in(row, "closePosition")
    return OrderRow(
        kind=kind,
        role=_role(row, said),
        book_order_id=id_in(row, "actualOrderId"),
        trigger_price=trigger,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "workingType")) if waits else None,
        limit_price=price_in(row, "price", "limitPrice"),
        trailing_distance=trails,
        trailing_unit=None if trails is None else TrailingUnit.PERCENT,
        activation_price=price_in(row, "activatePrice", "activationPrice") if trails is not None else None,
        amount=None if closes else price_in(row, "origQty", "quantity"),
        reduce_only=flag_in(row, "reduceOnly"),
        post_only=word_in(row, "timeInForce") == "GTX",
        close_position=closes,
        position_side=position_side_in(row, "positionSide"),
    )


def _waits_for_entry(order: Order) -> bool:
    return order.raw.get("status") == _PENDING_NEW


def _open_orders(part: str, params: Mapping[str, Any]) -> OrderCall:
    """A list of orders. Every such response is a plain list."""
    kind = TRIGGERS if "trigger" in params else ORDERS
    return OrderCall(kind, part, params, list_at=())


_TRIGGER: dict[str, Any] = {"trigger": True}
SPOT_ORDERS = _open_orders("spot", {"type": "spot"})
# Requested by market. Other orders of the market than those on isolated margin are not sent.
_ISOLATED: dict[str, Any] = {"type": "margin", "marginMode": "isolated"}
_ISOLATED_ORDERS = replace(_open_orders("isolated", _ISOLATED), each_symbol=True, market="spot", wallets="isolated-")
LINEAR_ORDERS = (_open_orders("linear", LINEAR), _open_orders("linear", LINEAR | _TRIGGER))
INVERSE_ORDERS = (_open_orders("inverse", INVERSE), _open_orders("inverse", INVERSE | _TRIGGER))


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
    rows = rows_in(response, ("rows",))
    yield from sums_by_asset(("rows",), "asset", "amount")(response)
    if len(rows) < int(response.get("total") or 0):
        yield None, {"missing": f"{len(rows)} of {response['total']} positions were sent"}


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
    # Flexible products stand in the spot wallet under LD names. Locked ones stand here alone.
    WalletCall("earn", {"size": 100}, path="simple-earn/locked/position", rows=_locked_earn_rows,
               fields=BalanceFields(asset=None, wallet_balance=("amount",), locked=("amount",))),
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
LINEAR_POSITIONS = PositionsCall("linear", LINEAR, list_at=(), details=_SYMBOL_CONFIG)
INVERSE_POSITIONS = PositionsCall("inverse", INVERSE, list_at=())
CALLS = (
    Call("GET", "account/apiRestrictions", ("sapi",), 0.1),
    Call("GET", "simple-earn/locked/position", ("sapi",), 15),
    Call("GET", "symbolConfig", ("fapiPrivate",), 5),
)


def _ended_call(part: str, params: Mapping[str, Any], days: float, rows: int = 1000) -> EndedCall:
    is_algo = "trigger" in params
    return EndedCall(
        f"{part}-algo" if is_algo else part,
        "fetch_orders",
        params,
        (TRIGGERS if is_algo else ORDERS,),
        (part,),
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


def ended_calls(part: str) -> tuple[EndedCall, ...]:
    """The lists of ended orders of one part of the exchange: "spot", "margin", "linear" or "inverse"."""
    return tuple(call for call in _ALL_ENDED if part in call.parts)


_MOVED = ("TRANSFER", "INTERNAL_TRANSFER", "STRATEGY_UMFUTURES_TRANSFER", "COIN_SWAP_DEPOSIT", "COIN_SWAP_WITHDRAW")
FUTURES_LEDGER: LedgerWords = {
    **dict.fromkeys(("FUNDING_FEE", "SPECIAL_FUNDING_FEE"), K.FUNDING),
    **dict.fromkeys(_MOVED, K.INTERNAL),
    **dict.fromkeys(("COMMISSION_REBATE", "API_REBATE", "FEE_RETURN", "REFERRAL_KICKBACK"), K.REBATE),
    "BFUSD_REWARD": K.INTEREST,
    **dict.fromkeys(("REALIZED_PNL", "COMMISSION", "INSURANCE_CLEAR"), None),
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
    said = object_in(gateway.ask("account/apiRestrictions"))
    trades = [yes_or_no(said.get(name)) for name in _TRADES if name in said]
    moves = any(yes_or_no(said.get(name)) for name in _MOVES)
    withdraws = flag_at(said, "enableWithdrawals")
    return Permissions(yes_or_no(said.get("enableReading")), any_of(trades), withdraws, MOVES if moves else "")


DEPOSITS = deposits(list_at=())
WITHDRAWALS = withdrawals(until="endTime", list_at=())  # ccxt sends no end under its own name of the parameter

VENUE = Venue(
    # Conditional orders of futures live behind an API of their own since December 2025; those of spot in the book's.
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
    order_row=order_row,
    link_orders=with_entries(_waits_for_entry),
    position_row=position_row,
    asset_name=asset_name,
    ledger_row=by_word(FUTURES_LEDGER, "incomeType"),
    key_permissions=_key_permissions,
    calls=CALLS,
    post_reads=(r"/sapi/v1/asset/get-funding-asset", r"/sapi/v3/asset/getUserAsset"),
    # ccxt would read the leverage brackets of all markets first, for figures that are not read here.
    ccxt_options={"leverageBrackets": {}},
    fills_name_position=True,
    order_ids_per_symbol=True,
)
