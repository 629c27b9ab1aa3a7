"""Worth, order roles and stop coverage of a model account, computed without the domain package."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from tests.exchanges.model.account import (
    DOLLARS,
    ZERO,
    Account,
    Direction,
    MarketKind,
    Order,
    Position,
    Relation,
    Side,
)

ENTRY, TAKE_PROFIT, STOP_LOSS, EXIT, UNKNOWN = "entry", "take_profit", "stop_loss", "exit", "unknown"
ANY_ROLE = frozenset({ENTRY, TAKE_PROFIT, STOP_LOSS, EXIT, UNKNOWN})


@dataclass(frozen=True, slots=True)
class Worth:
    """The worth of an account in USD. Balances are net of the debt of the same asset in the same wallet."""

    net_value: Decimal
    cash: Decimal  # all wallet balances less debts
    gross: Decimal  # everything held, before debts
    borrowed: Decimal  # debts, with balances below zero
    open_profit: Decimal


def dollar_price(account: Account, asset: str) -> Decimal:
    return Decimal(1) if asset in DOLLARS else account.prices[asset].last


def worth_of(account: Account) -> Worth:
    """Wallet balances at their prices, less debts, plus the open profit outside them."""
    prices = [(holding, dollar_price(account, holding.asset)) for holding in account.holdings]
    gross = sum((max(holding.amount, ZERO) * price for holding, price in prices), ZERO)
    borrowed = sum(((holding.debt + max(-holding.amount, ZERO)) * price for holding, price in prices), ZERO)
    profit = sum((p.unpaid_profit * dollar_price(account, p.market.settle) for p in account.positions), ZERO)
    cash = gross - borrowed
    return Worth(
        net_value=cash + profit,
        cash=cash,
        gross=gross,
        borrowed=borrowed,
        open_profit=profit,
    )


def equity_in(account: Account, wallet: str, *kinds: MarketKind) -> Decimal:
    """The worth of one wallet in USD, open profit of these markets included: a total that exchanges state."""
    values = sum((h.net * dollar_price(account, h.asset) for h in account.in_wallet(wallet)), ZERO)
    profits = [
        p.unpaid_profit * dollar_price(account, p.market.settle) for kind in kinds for p in account.positions_in(kind)
    ]
    return values + sum(profits, ZERO)


def profit_in(account: Account, asset: str, *kinds: MarketKind) -> Decimal:
    """Open profit settled in an asset and not paid yet, in that asset."""
    return sum(
        (p.unpaid_profit for kind in kinds for p in account.positions_in(kind) if p.market.settle == asset), ZERO
    )


def margin_in(account: Account, asset: str, *kinds: MarketKind) -> Decimal:
    """Initial margin of positions settled in an asset, in that asset."""
    return sum((p.margin for kind in kinds for p in account.positions_in(kind) if p.market.settle == asset), ZERO)


def roles_of(order: Order) -> frozenset[str]:
    """The right roles of an order: one where the order itself decides, else every harmless one.

    A closing order is a stop loss when it acts on an adverse move, and a take profit when it acts on a favourable one.
    In hedge mode the position side and the order's side say whether it closes.
    """
    if order.relation is Relation.PARENT:
        return frozenset({ENTRY})
    if order.relation in (Relation.OCO, Relation.ATTACHED):
        return frozenset({STOP_LOSS if order.kind.is_stop else TAKE_PROFIT})
    if order.market.has_positions:
        return _contract_roles(order)
    if order.side is Side.SELL:
        return _closing_roles(order) if order.kind.waits else frozenset({UNKNOWN, TAKE_PROFIT, EXIT})
    return frozenset({ENTRY, UNKNOWN}) if not order.kind.is_take_profit else frozenset({ENTRY, UNKNOWN, TAKE_PROFIT})


def _contract_roles(order: Order) -> frozenset[str]:
    if order.closes is not None:
        return _closing_roles(order)
    if order.position_side is not None:
        return frozenset({ENTRY})
    return ANY_ROLE if order.kind.waits else frozenset({ENTRY, UNKNOWN})


def _closing_roles(order: Order) -> frozenset[str]:
    if order.kind.is_stop:
        return frozenset({STOP_LOSS})
    return frozenset({TAKE_PROFIT}) if order.kind.is_take_profit else frozenset({EXIT, TAKE_PROFIT})


def is_active_stop(order: Order) -> bool:
    """True if an order sells, or buys back, on an adverse move that could happen now."""
    return order.kind.is_stop and order.activation is None and order.relation is not Relation.ATTACHED


def held(account: Account) -> dict[str, Decimal]:
    """The amount of each asset over all wallets, less its debt."""
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for holding in account.holdings:
        amounts[holding.asset] += holding.net
    return dict(amounts)


def covered_share_of_holding(account: Account, asset: str) -> Decimal | None:
    """The share of an asset covered by SELL stops on its spot and margin books. None: nothing to protect."""
    amount = held(account).get(asset, ZERO)
    if amount <= 0 or asset in DOLLARS:
        return None
    stops = [
        order.remaining
        for order in account.orders_in(MarketKind.SPOT, MarketKind.MARGIN)
        if order.market.base == asset and not order.market.has_positions
        if order.side is Side.SELL and is_active_stop(order)
    ]
    return min(sum(stops, ZERO) / amount, Decimal(1))


def covered_share_of_position(account: Account, position: Position) -> Decimal:
    """The share of a position covered by stops on its market, in units of its size."""
    covered = ZERO
    for order in account.orders:
        if order.market != position.market or not is_active_stop(order) or not _reduces(order, position):
            continue
        covered += position.size if order.close_position else order.remaining
    return min(covered / position.size, Decimal(1))


def _reduces(order: Order, position: Position) -> bool:
    if order.position_side is not None:
        return order.closes is position.direction
    return order.side is position.direction.closes_by


def position_closed_by(account: Account, order: Order) -> Position | None:
    """The position that a closing order reduces."""
    direction: Direction | None = order.closes
    return next((p for p in account.positions if p.market == order.market and p.direction is direction), None)
