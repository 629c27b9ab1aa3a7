"""Binance's orders: spot lists, and the book and algo orders of USD-M and COIN-M futures."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.orders import Contingency, OrderKind, Role, TrailingUnit, TriggerKind
from domain.transfers import TransferKind as K
from exchanges.connection.calls import Call
from exchanges.connection.errors import Permanent
from exchanges.connection.exact import EXACT
from exchanges.connection.gateway import Gateway
from exchanges.connection.rate_limits import Scope, per_window
from exchanges.connection.refusals import ErrorCodes
from exchanges.contracts import Permissions
from exchanges.venues._shared.account_calls import (
    INVERSE_POSITIONS,
    INVERSE_WALLET,
    LINEAR_POSITIONS,
    LINEAR_WALLET,
    SPOT_WALLET,
    WalletCall,
)
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.key_words import (
    MOVES,
    any_of,
    flag_at,
    object_in,
    yes_or_no,
)
from exchanges.venues._shared.ledger_rows import LedgerWords, by_word
from exchanges.venues._shared.order_call import ORDERS, TRIGGERS, order_list, trigger_list
from exchanges.venues._shared.order_rows import OrderRow, flag_in, id_in, position_side_in, price_in, word_in
from exchanges.venues._shared.parameters import INVERSE, LINEAR
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
# STOP_LOSS names its purpose; STOP and STOP_MARKET do not: bought, they may as well be entries on a breakout.
_ROLES = {
    "STOP_LOSS": Role.STOP_LOSS,
    "STOP_LOSS_LIMIT": Role.STOP_LOSS,
    "TAKE_PROFIT": Role.TAKE_PROFIT,
    "TAKE_PROFIT_LIMIT": Role.TAKE_PROFIT,
    "TAKE_PROFIT_MARKET": Role.TAKE_PROFIT,
}
_TRIGGER_KINDS = {"CONTRACT_PRICE": TriggerKind.LAST, "MARK_PRICE": TriggerKind.MARK}
_BIP = Decimal("0.01")


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """What a row of openOrders, openAlgoOrders or of portfolio margin's conditional orders says."""
    return _futures(row) if "positionSide" in row or "algoId" in row or "reduceOnly" in row else _spot(row)


def _spot(row: Mapping[str, Any]) -> OrderRow:
    said, list_id = word_in(row, "type"), id_in(row, "orderListId")
    trails = price_in(row, "trailingDelta")
    return OrderRow(
        kind=OrderKind.TRAILING_STOP if trails is not None else _SPOT.get(said, OrderKind.UNKNOWN),
        role=_ROLES.get(said),
        group_id=list_id,
        contingency=Contingency.UNKNOWN if list_id else None,  # the list says which one, its orders do not
        trigger_price=price_in(row, "stopPrice"),
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
        role=_ROLES.get(said) if kind is not OrderKind.TRAILING_STOP else None,
        book_order_id=id_in(row, "actualOrderId"),
        trigger_price=trigger,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "workingType")) if waits else None,
        limit_price=price_in(row, "price", "limitPrice"),
        trailing_distance=trails,
        trailing_unit=None if trails is None else TrailingUnit.PERCENT,
        activation_price=price_in(row, "activatePrice", "activationPrice") if trails is not None else None,
        amount=None if closes else _quantity(row),
        reduce_only=flag_in(row, "reduceOnly"),
        post_only=word_in(row, "timeInForce") == "GTX",
        close_position=closes,
        position_side=position_side_in(row, "positionSide"),
    )


def _quantity(row: Mapping[str, Any]) -> Decimal | None:
    return price_in(row, "origQty", "quantity")


LINEAR_ORDERS = (order_list("linear", **LINEAR), trigger_list("linear", **LINEAR))

INVERSE_ORDERS = (order_list("inverse", **INVERSE), trigger_list("inverse", **INVERSE))


def _ended_call(
    name: str, params: Mapping[str, Any], *, days: float, algo: bool = False, rows: int = 1000
) -> EndedCall:
    kind = TRIGGERS if algo else ORDERS
    given = {**params, "trigger": True} if algo else params
    label = f"{name}-algo" if algo else name
    return EndedCall(label, "fetch_orders", given, (kind,), (name,), each_symbol=True, days=days, rows=rows)


_ALL_ENDED = (
    _ended_call("spot", {"type": "spot"}, days=1),
    _ended_call("margin", {"type": "margin"}, days=1, rows=500),
    _ended_call("linear", LINEAR, days=7),
    _ended_call("linear", LINEAR, days=7, algo=True),
    _ended_call("inverse", INVERSE, days=7, rows=100),
    _ended_call("inverse", INVERSE, days=7, algo=True),
)


def ended_calls(part: str) -> tuple[EndedCall, ...]:
    """The lists of ended orders of one part of the exchange: "spot", "margin", "linear" or "inverse"."""
    return tuple(call for call in _ALL_ENDED if part in call.parts)


_TRIGGER: Mapping[str, Any] = {"trigger": True}

FUTURES_LEDGER: LedgerWords = {
    "FUNDING_FEE": K.FUNDING,
    "SPECIAL_FUNDING_FEE": K.FUNDING,
    "TRANSFER": K.INTERNAL,
    "INTERNAL_TRANSFER": K.INTERNAL,
    "STRATEGY_UMFUTURES_TRANSFER": K.INTERNAL,
    "COIN_SWAP_DEPOSIT": K.INTERNAL,
    "COIN_SWAP_WITHDRAW": K.INTERNAL,
    "COMMISSION_REBATE": K.REBATE,
    "API_REBATE": K.REBATE,
    "FEE_RETURN": K.REBATE,
    "REFERRAL_KICKBACK": K.REBATE,
    "BFUSD_REWARD": K.INTEREST,
    "REALIZED_PNL": None,
    "COMMISSION": None,
    "INSURANCE_CLEAR": None,
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

VENUE = Venue(
    # Conditional orders of futures live behind an API of their own since December 2025; those of spot in the book's.
    open_orders=(order_list("spot", type="spot"), order_list("margin", type="margin"), *LINEAR_ORDERS, *INVERSE_ORDERS),
    wallets=(
        SPOT_WALLET,
        WalletCall("margin", {"type": "margin"}),
        WalletCall("funding", {"type": "funding"}),
        LINEAR_WALLET,
        INVERSE_WALLET,
    ),
    positions=(LINEAR_POSITIONS, INVERSE_POSITIONS),
    ended_orders=_ALL_ENDED,
    order_by_id={"orders": {}, "orders:margin": {"type": "margin"}, "triggers": _TRIGGER},
    # ccxt lets the stretch of withdrawals end where it likes, unless it is told in the exchange's own word.
    transfers=(
        deposits(),
        withdrawals(until="endTime"),
        ledger(K.FUNDING, K.REBATE, name="ledger-linear", params=LINEAR, rows=1000),
        ledger(K.FUNDING, K.REBATE, name="ledger-inverse", params=INVERSE, rows=1000),
    ),
    order_row=order_row,
    ledger_row=by_word(FUTURES_LEDGER, "incomeType"),
    key_permissions=_key_permissions,
    calls=(Call("GET", "account/apiRestrictions", ("sapi",), 0.1),),
    post_reads=(r"/sapi/v1/asset/get-funding-asset", r"/sapi/v3/asset/getUserAsset"),
    fills_name_position=True,
    error_codes=_ERROR_CODES,
    rate_limits=_RATE_LIMITS,
)
