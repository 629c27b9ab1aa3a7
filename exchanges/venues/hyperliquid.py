"""Hyperliquid: perpetual and spot balances, positions, and resting and waiting orders in one list.

Documentation: hyperliquid.gitbook.io/hyperliquid-docs. Trading: Account abstraction modes. API, Info endpoint: Query a
user's abstraction state, Retrieve user's perpetuals account summary, Retrieve a user's token balances, Retrieve a
user's vault deposits, Query a user's staking summary.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.markets import Side
from domain.orders import OrderKind, Role, TriggerDirection, TriggerKind
from domain.positions import PositionSide
from domain.sources import SourceKind
from domain.transfers import TransferKind as K
from exchanges.connection.calls import Call
from exchanges.connection.errors import BadPayload
from exchanges.connection.exact import EXACT, Garbled, amount, quoted, required_amount, text
from exchanges.connection.gateway import Gateway
from exchanges.connection.list_paths import list_in
from exchanges.connection.listed_markets import QUOTIENT
from exchanges.connection.rate_limits import Scope, per_window
from exchanges.venues._shared.account_calls import SPOT_WALLET, FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceRow, EquityRow, only_row
from exchanges.venues._shared.ended_call import newest_first
from exchanges.venues._shared.full_answers import Keeps
from exchanges.venues._shared.ledger_rows import LedgerRow
from exchanges.venues._shared.order_call import order_list
from exchanges.venues._shared.order_rows import AttachedOrder, EndedRow, OrderRow, flag_in, id_in, price_in, word_in
from exchanges.venues._shared.position_rows import PositionRow, amount_or_unknown, price_or_unknown
from exchanges.venues._shared.transfer_call import funding, ledger
from exchanges.venues._shared.venue import Venue

_KINDS = {
    "LIMIT": OrderKind.LIMIT,
    "MARKET": OrderKind.MARKET,
    "STOP MARKET": OrderKind.STOP,
    "STOP LIMIT": OrderKind.STOP_LIMIT,
    "TAKE PROFIT MARKET": OrderKind.TAKE_PROFIT,
    "TAKE PROFIT LIMIT": OrderKind.TAKE_PROFIT_LIMIT,
}
_PROFITS = frozenset({OrderKind.TAKE_PROFIT, OrderKind.TAKE_PROFIT_LIMIT})
_ENDINGS = {"triggered": "triggered", "scheduledCancel": "canceled"}
_PLAIN = frozenset({"", "canceled", "rejected"})
_LIMITED = frozenset({OrderKind.LIMIT, OrderKind.STOP_LIMIT, OrderKind.TAKE_PROFIT_LIMIT})


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """Parse a row of frontendOpenOrders."""
    kind, waits = _KINDS.get(word_in(row, "orderType"), OrderKind.UNKNOWN), bool(flag_in(row, "isTrigger"))
    whole_position = flag_in(row, "isPositionTpsl") if waits else None
    side = {"B": Side.BUY, "A": Side.SELL}.get(word_in(row, "side"))
    if side is None:
        raise Garbled(f"side is neither B (bid) nor A (ask): {quoted(row.get('side'))}")
    if waits and kind is OrderKind.UNKNOWN:
        raise Garbled(f"orderType is no type of trigger: {quoted(row.get('orderType'))}")
    return OrderRow(
        kind=kind,
        side=side,
        role=_role(kind, bool(whole_position)),
        trigger_price=price_in(row, "triggerPx") if waits else None,
        # "TP and SL orders are triggered when the mark price reaches the trigger price."
        trigger_kind=TriggerKind.MARK if waits else None,
        trigger_direction=_direction(row) if waits else None,
        limit_price=price_in(row, "limitPx") if kind in _LIMITED else None,
        amount=price_in(row, "origSz"),
        reduce_only=flag_in(row, "reduceOnly"),
        close_position=True if whole_position else None,
        attached=_children(row),
    )


def _role(kind: OrderKind, of_position: bool) -> Role | None:
    """A take profit names its purpose. A stop may open a position on a breakout, unless it belongs to a position."""
    if kind in _PROFITS:
        return Role.TAKE_PROFIT
    return Role.STOP_LOSS if of_position else None


def _direction(row: Mapping[str, Any]) -> TriggerDirection | None:
    condition = word_in(row, "triggerCondition")
    if condition.startswith("PRICE ABOVE"):
        return TriggerDirection.RISES
    return TriggerDirection.FALLS if condition.startswith("PRICE BELOW") else None


def _children(row: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    """The attached orders, placed once this order fills. Each has its own id already."""
    listed = row.get("children")
    children: list[AttachedOrder] = []
    for child in listed if isinstance(listed, list) else ():
        kind = _KINDS.get(word_in(child, "orderType"), OrderKind.UNKNOWN) if isinstance(child, Mapping) else None
        if kind is None or kind is OrderKind.UNKNOWN:
            raise Garbled("a child order without a known orderType")
        leg = "tp" if kind in _PROFITS else "sl"
        children.append(
            AttachedOrder(
                leg if all(known_child.leg != leg for known_child in children) else f"{leg}{len(children)}",
                Role.TAKE_PROFIT if kind in _PROFITS else Role.STOP_LOSS,
                price_in(child, "triggerPx"),
                TriggerKind.MARK,
                price_in(child, "limitPx") if kind in _LIMITED else None,
                price_in(child, "origSz", "sz"),
                kind,
                id_in(child, "oid"),
                reduce_only=flag_in(child, "reduceOnly"),
            )
        )
    return tuple(children)


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """Parse a row of historicalOrders. A trigger keeps its id in the book, and ccxt calls it open after it acted."""
    state, order = text(row, "status") or "", row.get("order")
    return EndedRow(
        status=_ENDINGS.get(state),
        filled=_executed(order) if state == "filled" and isinstance(order, Mapping) else None,
        reason=state if state not in _PLAIN and state.endswith(("Canceled", "Rejected", "Cancel")) else None,
    )


def _executed(order: Mapping[str, Any]) -> Decimal | None:
    size, left = price_in(order, "origSz"), amount(order, "sz")
    return EXACT.subtract(size, left) if size is not None and left is not None and 0 <= left <= size else None


def fill_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row of userFills. `fee` holds the builder's fee already, which ccxt would add once more."""
    return {"fee": {"cost": row.get("fee"), "currency": row.get("feeToken") or "USDC"}}


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A row of assetPositions: `szi` is negative for a short, `positionValue` is the size at the mark price."""
    position = row.get("position")
    size = amount(position, "szi") if isinstance(position, Mapping) else None
    if size is None or not isinstance(position, Mapping):
        raise Garbled("szi is missing")
    stated = position.get("leverage")
    leverage = stated if isinstance(stated, Mapping) else {}
    value = price_or_unknown(position, "positionValue")
    return PositionRow(
        size=size.copy_abs(),
        side=PositionSide.SHORT if size < 0 else PositionSide.LONG,
        entry_price=price_or_unknown(position, "entryPx"),
        mark_price=QUOTIENT.divide(value, size.copy_abs()) if value and size else None,
        open_profit=amount_or_unknown(position, "unrealizedPnl"),
        liquidation_price=price_or_unknown(position, "liquidationPx"),
        leverage=price_or_unknown(leverage, "value"),
        margin_mode=text(leverage, "type"),
    )


def _perpetual_wallet(response: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """clearinghouseState. accountValue holds the open profit of all positions, cross and isolated."""
    summary = list_in(response, ("marginSummary",))
    rows = response.get("assetPositions")
    positions = [row["position"] for row in rows if isinstance(row.get("position"), Mapping)] if rows else rows
    profits = None if positions is None else [amount(position, "unrealizedPnl") for position in positions]
    if isinstance(summary, Mapping):
        yield "USDC", {**summary, "withdrawable": response.get("withdrawable"), "profits": profits}


def _perpetual_balance(row: Mapping[str, Any], _key: str | None) -> BalanceRow:
    equity, profits = amount(row, "accountValue"), row["profits"]
    if equity is None:
        raise Garbled("accountValue is missing")
    is_known = profits is not None and None not in profits
    wallet_balance = EXACT.subtract(equity, sum(profits, _ZERO)) if is_known else equity
    locked = amount_or_unknown(row, "totalMarginUsed")
    return BalanceRow(
        "USDC", wallet_balance, amount_or_unknown(row, "withdrawable"), locked, includes_open_profit=not is_known
    )


def _perpetual_equity(response: Any) -> Iterator[EquityRow]:
    summary = list_in(response, ("marginSummary",))
    equity = amount(summary, "accountValue") if isinstance(summary, Mapping) else None
    if equity is not None:
        yield EquityRow("USDC", equity)


_APART, _UNIFIED = "apart", "unified"
_KINDS_OF_ACCOUNT = {
    **dict.fromkeys(("disabled", "default", "dexAbstraction"), _APART),
    **dict.fromkeys(("unifiedAccount", "portfolioMargin"), _UNIFIED),
}
_PERPETUALS = WalletCall(
    "swap", {"type": "swap"}, rows=_perpetual_wallet, row=_perpetual_balance, equity=_perpetual_equity, kind=_APART
)
# A unified balance is the collateral of all perpetuals, at its value with their open profit. The unified account ratio
# divides the maintenance margin by it.
_SPOT = replace(SPOT_WALLET, list_at=("balances",), with_profit={_UNIFIED: frozenset({"USDC"})})
_ZERO = Decimal(0)
_STAKED = ("delegated", "undelegated", "totalPendingWithdrawal")
_ASKS: dict[str, Any] = {"path": "info", "address": "user", "seconds": 60}  # each weighs ten times a state


def _vault(row: Mapping[str, Any], _key: str | None) -> BalanceRow:
    """A deposit in a vault. Its equity is in dollars."""
    return BalanceRow("USDC", required_amount(row, "equity"))


def _staked(row: Mapping[str, Any], _key: str | None) -> BalanceRow:
    total = sum((required_amount(row, name) for name in _STAKED), _ZERO)
    return BalanceRow("HYPE", total, _ZERO, total)


# Neither is part of the perpetual or spot state.
_VAULTS = WalletCall(
    "vaults", {"type": "userVaultEquities"}, list_at=(), row=_vault, adds_up="vaultAddress", market="swap", **_ASKS
)
_STAKING = WalletCall(
    "staking", {"type": "delegatorSummary"}, rows=only_row(*_STAKED), row=_staked, market="spot", **_ASKS
)


def _account_kind(gateway: Gateway, address: str) -> str:
    """Unified accounts and portfolio margin state all balances in the spot state. Their perpetual state has no meaning
    but for its positions. A server that does not know the question has only separate balances."""
    response = gateway.request("info", {"type": "userAbstraction", "user": address})
    if not isinstance(response, str):
        return _APART
    mode = response.strip('"')
    if mode not in _KINDS_OF_ACCOUNT:
        raise BadPayload(f"userAbstraction: the response names no known mode: {quoted(mode)}")
    return _KINDS_OF_ACCOUNT[mode]


_INWARD: Mapping[str, tuple[K, str]] = {"deposit": (K.DEPOSIT, "usdc"), "rewardsClaim": (K.REBATE, "amount")}

_OUTWARD: Mapping[str, tuple[K, str]] = {"withdraw": (K.WITHDRAWAL, "usdc")}
# Transfers between wallets that are all read.
_BETWEEN = frozenset({"accountClassTransfer", "cStakingTransfer"})
_OF_VAULTS = frozenset({"vaultDeposit", "vaultWithdraw", "vaultCreate", "vaultDistribution"})


def _ledger_row(row: Mapping[str, Any], address: str) -> LedgerRow | None:
    """Parse a ledger row. The amount is in `delta`, without a sign. `address` is the wallet's address."""
    delta = row.get("delta")
    if not isinstance(delta, Mapping):
        return None
    word, asset, fee = text(delta, "type") or "", text(delta, "token") or "USDC", amount(delta, "fee")
    if word in _BETWEEN | _OF_VAULTS or word == "liquidation":  # a liquidation is part of a fill
        return LedgerRow(None)
    if word in _INWARD:
        kind, field = _INWARD[word]
        return LedgerRow(kind, amount(delta, field), asset, fee)
    if word in _OUTWARD:
        kind, field = _OUTWARD[word]
        return _out(kind, amount(delta, field), asset, fee)
    if word in ("internalTransfer", "subAccountTransfer", "spotTransfer", "send"):
        size = amount(delta, "amount") if "token" in delta else amount(delta, "usdc")
        user, destination = ((text(delta, name) or "").lower() for name in ("user", "destination"))
        if word == "send" and user == destination:
            return LedgerRow(None)  # between spot and perpetuals, by sourceDex and destinationDex
        if destination == address.lower():
            return LedgerRow(K.DEPOSIT, size, asset, _ZERO)  # the fee is the sender's
        return _out(K.WITHDRAWAL, size, asset, fee)
    return None


def _out(kind: K, size: Decimal | None, asset: str, fee: Decimal | None) -> LedgerRow:
    return LedgerRow(kind, None if size is None else -abs(size), asset, fee)


# https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/rate-limits-and-user-limits: a weight of 1,200 per
# minute and address. Account states weigh 2, most other requests 20 (10 units of ccxt's cost).
_RATE_LIMITS = (per_window(1200, 60, Scope.ADDRESS, ccxt_cost=2),)

VENUE = Venue(
    open_orders=(replace(order_list(every=15.0), list_at=()),),
    wallets=(_PERPETUALS, _SPOT, _VAULTS, _STAKING),
    account_kind=_account_kind,
    calls=(Call("POST", "info", ("public",), 10),),
    # ccxt would read only the spot state of a unified account, but both states under portfolio margin.
    ccxt_options={"enableUnifiedMargin": False},
    positions=(PositionsCall("main", list_at=("assetPositions",)),),
    position_row=position_row,
    fill_row=fill_row,
    fills=(FillsCall("all", rows=2000, keeps=Keeps.OLDEST, list_at=()),),
    ended_orders=(newest_first("all", "fetch_orders", rows=2000, list_at=()),),
    transfers=(
        ledger(K.DEPOSIT, K.WITHDRAWAL, K.INTEREST, K.REBATE, rows=500, list_at=()),
        funding(rows=500, list_at=()),
    ),
    order_row=order_row,
    ended_row=ended_row,
    ledger_row=_ledger_row,
    post_reads=(r"/info",),
    is_keyless=True,
    triggers_among_orders=True,
    every={SourceKind.BALANCES: 15.0},
    unread_wallets=("perpetuals that others have listed",),
    rate_limits=_RATE_LIMITS,
)
