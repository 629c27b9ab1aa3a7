"""Compares the figures of a model account with the snapshot that Stillframe read."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from domain.balances import Balance
from domain.positions import Position as ShownPosition
from domain.protection import Protection, ProtectionState, protection_of, protection_of_positions
from domain.snapshot import Snapshot
from tests.exchanges.model.account import Account, Holding, MarketKind, Position
from tests.exchanges.model.arithmetic import (
    covered_share_of_holding,
    covered_share_of_position,
    held,
    margin_in,
    profit_in,
    worth_of,
)
from tests.exchanges.model.figures import ABSOLUTE, Comparison
from tests.exchanges.model.order_comparison import compare_orders
from tests.exchanges.model.renderers import Renderer

WORTH_FIGURES = ("net_value", "computed_value", "cash", "gross", "borrowed")


def compare(renderer: Renderer, account: Account, shown: Snapshot) -> Comparison:
    """Every figure of an account."""
    comparison = Comparison(renderer, account, shown)
    _compare_sources(comparison)
    _compare_worth(comparison)
    _compare_balances(comparison)
    _compare_positions(comparison)
    compare_orders(comparison)
    _compare_protection(comparison)
    return comparison


def _compare_sources(comparison: Comparison) -> None:
    """Every source answered, and every row was understood."""
    for source, state in comparison.shown.sources.items():
        if state.carried:
            comparison.differs("source", str(source), "answers", f"failed: {state.error}")
        for row in state.unreadable:
            comparison.differs("source", str(source), "every row is understood", f"{row.error}: {row.raw}")


def _compare_worth(comparison: Comparison) -> None:
    value, worth = comparison.shown.refresh.valuation, worth_of(comparison.account)
    if value is None:
        comparison.differs("worth.net_value", "the account", worth.net_value, "not valued")
        return
    for figure in WORTH_FIGURES:
        model = worth.net_value if figure == "computed_value" else getattr(worth, figure)
        shown = getattr(value, figure)
        # Eight decimals of a coin are less than a tenth of a cent.
        close = shown is not None and abs(shown - model) <= ABSOLUTE
        comparison.check(f"worth.{figure}", "the account", model, model if close else shown)


def _compare_balances(comparison: Comparison) -> None:
    """Compare the totals of each asset over all wallets, since every exchange names wallets differently."""
    shown: dict[str, list[Balance]] = defaultdict(list)
    for balance in comparison.shown.balances:
        if balance.total != 0:
            shown[balance.asset].append(balance)
    model: dict[str, list[Holding]] = defaultdict(list)
    for holding in comparison.account.holdings:
        if _total(comparison, holding) != 0:
            model[holding.asset].append(holding)
    for asset in sorted(shown.keys() | model.keys()):
        totals = sorted(balance.total for balance in shown[asset])
        expected = sorted(_total(comparison, holding) for holding in model[asset])
        comparison.compared["balance.total"] += max(len(expected), 1)
        if totals != expected:
            wallets = {balance.key: str(balance.total) for balance in shown[asset]}
            comparison.differs(
                "balance.total", asset, {h.wallet: str(_total(comparison, h)) for h in model[asset]}, wallets
            )
            continue
        for holding in model[asset]:
            _compare_locked(comparison, holding, [b for b in shown[asset] if b.total == _total(comparison, holding)])


def _total(comparison: Comparison, holding: Holding) -> Decimal:
    """The wallet balance less debts, with open profit only where the exchange states nothing else."""
    abilities = comparison.renderer.abilities
    if not any(wallet.equity_only for wallet in abilities.wallets if wallet.name == holding.wallet):
        return holding.net
    kinds = [kind for kind, book in abilities.books.items() if book.settles_in == holding.wallet]
    return holding.net + profit_in(comparison.account, holding.asset, *kinds)


def _compare_locked(comparison: Comparison, holding: Holding, shown: list[Balance]) -> None:
    """Compare locked amounts. Exchanges lock for orders alone or for margin too. Equal totals are ambiguous."""
    abilities = comparison.renderer.abilities
    if len(shown) != 1 or not any(wallet.locks for wallet in abilities.wallets if wallet.name == holding.wallet):
        return
    kinds = [kind for kind, book in abilities.books.items() if book.settles_in == holding.wallet]
    margin = margin_in(comparison.account, holding.asset, *kinds)
    right = frozenset({holding.locked, holding.locked + margin})
    comparison.check("balance.locked", f"{holding.wallet}/{holding.asset}", right, shown[0].locked)


def _compare_positions(comparison: Comparison) -> None:
    shown = {(p.symbol, str(p.side)): p for p in comparison.shown.positions}
    if len(shown) != len(comparison.shown.positions):
        comparison.differs("position", "all", "one row each", [p.key for p in comparison.shown.positions])
    for position in comparison.account.positions:
        name = f"{position.direction} {position.market.symbol}"
        row = shown.pop((position.market.symbol, str(position.direction)), None)
        comparison.compared["position"] += 1
        if row is None:
            comparison.differs("position", name, position, "missing")
        else:
            _compare_position(comparison, name, position, row)
    for row in shown.values():
        comparison.differs("position", f"{row.side} {row.symbol}", "none", row)


def figures_of_position(position: Position) -> dict[str, Any]:
    """The right value of each figure of a position. Profits are in the quote currency."""
    market = position.market
    to_quote = position.mark if market.kind is MarketKind.INVERSE else 1
    figures: dict[str, Any] = {
        "amount": position.base_amount,
        "entry_price": position.entry,
        "mark_price": position.mark,
        "unrealised_pnl": position.profit * to_quote,
        "leverage": Decimal(position.leverage),
        "margin_mode": "isolated" if position.is_isolated else "cross",
        "liquidation_price": position.liquidation,
    }
    if position.settled is not None:
        figures["session_pnl"] = position.unpaid_profit * to_quote
    if market.in_quote:
        figures["contracts"] = market.contracts(position.size)
    return figures


def tags_of_position(position: Position) -> frozenset[str]:
    """Tags that limit an entry of Renderer.cannot_state to some positions."""
    return frozenset({str(position.market.kind), "isolated" if position.is_isolated else "cross"})


def _compare_position(comparison: Comparison, name: str, position: Position, row: ShownPosition) -> None:
    for figure, model in figures_of_position(position).items():
        shown = getattr(row, figure)
        # The last of the eight decimals of a coin is worth the price times that.
        is_close = figure == "unrealised_pnl" and shown is not None and abs(shown - model) <= ABSOLUTE
        comparison.check(f"position.{figure}", name, model, model if is_close else shown, tags_of_position(position))


def _compare_protection(comparison: Comparison) -> None:
    account, shown = comparison.account, comparison.shown
    by_asset = protection_of(shown)
    for asset in sorted(held(account)):
        share = covered_share_of_holding(account, asset)
        _check_share(comparison, "protection.holding", asset, share, by_asset.get(asset))
    by_key = protection_of_positions(shown)
    keys = {(p.symbol, str(p.side)): p.key for p in shown.positions}
    for position in account.positions:
        key = keys.get((position.market.symbol, str(position.direction)), "")
        name = f"{position.direction} {position.market.symbol}"
        share = covered_share_of_position(account, position)
        _check_share(comparison, "protection.position", name, share, by_key.get(key))


def _check_share(
    comparison: Comparison, figure: str, subject: str, share: Decimal | None, shown: Protection | None
) -> None:
    if share is None:
        state = None if shown is None else shown.state
        comparison.check(figure, subject, frozenset({None, ProtectionState.NOTHING_TO_PROTECT}), state)
        return
    if comparison.renderer.hides_triggers and share < 1:  # an order that is not listed may cover the rest
        share = None
    comparison.check(figure, subject, share, None if shown is None else shown.share)
