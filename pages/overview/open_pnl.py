"""Open P&L: the gain of coins since they were bought and of positions since entry, and its change of today.

Coins with unknown cost are named.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from domain.cost_basis import CostBasis
from domain.open_pnl import OpenChange, OpenPnl
from pages.overview.targets import HOLDINGS, POSITIONS, section_target
from pages.overview.view import Facts
from pages.shared.formats import MINUS, count_text
from pages.shared.view import View
from pages.shared.widgets_html import Kpi, change_html

MOST_NAMES = 3
OPEN_PNL = "Open P&L"
_COINS_MEAN = "Coins: value of those held less their cost, fees included, over all markets of each coin"
_CHANGE_MEANS = "Open P&L now less that at the start of the day. What was closed since is in realised P&L"


def open_pnl_kpi(
    facts: Facts, costs: Mapping[tuple[str, str], CostBasis] | None, now: OpenPnl, today: OpenChange, view: View
) -> Kpi | None:
    """The open P&L of coins and positions, and how it changed today. None if nothing has any.

    `costs` are None if they could not be read. Then the figure lacks all coins.
    """
    held = {key: basis for key, basis in (costs or {}).items() if basis.quantity or basis.unrealised}
    if costs is not None and not held and now.positions is None:
        return None
    missing = ["coins"] if costs is None else _missing(held)
    why = [*_coin_reasons(held, facts.converted_bases, view), *_position_reasons(facts, now, view)]
    return Kpi(
        OPEN_PNL,
        view.money(now.total, signed=True),
        f"without {_names(missing, MOST_NAMES)}" if missing else "",
        why=".\n".join(why),
        extra=f'<div class="sf-changes">{"".join(_rows(facts, now, view))}{_today_html(today, view)}</div>',
        target=section_target(POSITIONS if facts.positions else HOLDINGS, view),
    )


def _rows(facts: Facts, now: OpenPnl, view: View) -> Iterator[str]:
    """The parts of the figure, a line each. Coins alone need none. The P&L of positions may count from a settlement."""
    if now.positions is None:
        return
    if now.coins is not None:
        yield change_html("coins", view.money(now.coins, signed=True), "", _COINS_MEAN, _ink(now.coins, view))
    since = " since settlement" if facts.settlement_words and facts.settled_profit is None else ""
    label, why = (
        f"{count_text(len(facts.positions), 'position')}{since}",
        ". ".join(_position_reasons(facts, now, view)),
    )
    yield change_html(label, view.money(now.positions, signed=True), "", why, _ink(now.positions, view))


def _ink(amount: Decimal | None, view: View) -> str:
    return {"+": view.inks.gain, MINUS: view.inks.loss}.get(view.money(amount, signed=True)[:1], "")


def has_unknown_costs(costs: Mapping[tuple[str, str], CostBasis]) -> bool:
    """True if the cost of any held coin, or of a part of it, is not known."""
    return bool(_missing({key: basis for key, basis in costs.items() if basis.quantity}))


def _today_html(today: OpenChange, view: View) -> str:
    amount = view.money(today.amount, signed=True)
    why = f"Not known: {today.why}" if today.amount is None else _CHANGE_MEANS
    return change_html(
        "change today" if view.as_of is None else "change that day", amount, "", why, _ink(today.amount, view)
    )


def _position_reasons(facts: Facts, now: OpenPnl, view: View) -> Iterator[str]:
    """What the P&L of positions counts from, and the part that settlements have paid."""
    settled, words = facts.settled_profit, facts.settlement_words
    if now.positions is None:
        return
    if not words:
        yield "Positions: since entry, as the exchange states it for the account, or of all positions"
    elif settled is None:
        yield f"Positions: since {words}, when gains became cash. The table of positions counts from entry"
    else:
        yield f"Positions: since entry, {view.money(settled, signed=True)} of it is in the balances already"
        yield f"{view.money(now.positions - settled, signed=True)} is since {words}"


def _coin_reasons(held: Mapping[tuple[str, str], CostBasis], converted: Sequence[str], view: View) -> Iterator[str]:
    """What the P&L of coins is, and which coins it leaves out."""
    if not held:
        return
    cost = sum((basis.cost for basis in held.values() if basis.cost is not None), Decimal(0))
    yield _COINS_MEAN
    yield f"Cost {view.money(cost)}"
    if words := cost_words(converted, view):
        yield words
    if partly := _partly(held):
        yield f"Cost unknown of a part: {_names(partly, len(partly))}"
    if unknown := _unknown(held):
        yield f"Cost or price unknown: {_names(unknown, len(unknown))}"


def cost_words(converted: Sequence[str], view: View) -> str:
    """The conversion of costs, in words. "" without any."""
    if not converted:
        return ""
    return f"Costs are kept in {', '.join(converted)} and shown in {view.currency}, each at the rate of its own day"


def _partly(held: Mapping[tuple[str, str], CostBasis]) -> Sequence[str]:
    return [asset for (_, asset), basis in held.items() if basis.unrealised is not None and basis.unexplained]


def _unknown(held: Mapping[tuple[str, str], CostBasis]) -> Sequence[str]:
    return [asset for (_, asset), basis in held.items() if basis.unrealised is None]


def _missing(held: Mapping[tuple[str, str], CostBasis]) -> Sequence[str]:
    return [*(f"part of {name}" for name in dict.fromkeys(_partly(held))), *dict.fromkeys(_unknown(held))]


def _names(names: Sequence[str], limit: int) -> str:
    """The first names, and the number of others."""
    unique = list(dict.fromkeys(names))
    more = f" and {len(unique) - limit} more" if len(unique) > limit else ""
    return ", ".join(unique[:limit]) + more
