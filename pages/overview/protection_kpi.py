"""Protection KPI: how much of the coins and positions stops protect, and why it is unknown. Pure."""

from collections.abc import Sequence
from datetime import datetime

from domain.protection import ProtectionState
from pages.overview.view import Facts
from pages.shared.formats import UNKNOWN, age_text, count_text, percent_text
from pages.shared.states import source_name
from pages.shared.widgets_html import Kpi

LABEL = "Protected by stops"
MOST_NAMES = 3
_CASH = "Cash and dollar coins need no stop and do not count"
_CAREFUL = "Nothing is called unprotected while orders are missing, old or not understood"


def protection_kpi(facts: Facts, at: datetime) -> Kpi:
    """The share of the coins that stops cover, and the number of positions that stops cover in full."""
    positions = _positions_words(facts)
    if not facts.balances_known:
        note = " · ".join(filter(None, ["unknown: balances not seen yet", positions]))
        return Kpi(LABEL, UNKNOWN, note, why="Balances were not seen yet", warns=True)
    if not facts.protectable and not facts.accounts_unknown:
        return _of_positions_alone(facts, at)
    if facts.protected is None and (reason := _reason(facts, at)):
        note = " · ".join(filter(None, [f"unknown: {reason}", positions]))
        return Kpi(LABEL, UNKNOWN, note, why=f"{_CAREFUL}. {_CASH}", warns=True)
    if facts.protected is None:
        note = " · ".join(filter(None, ["unknown: no price of these coins", positions]))
        return Kpi(LABEL, UNKNOWN, note, why="Without a price the share of the value is unknown", warns=True)
    note = " · ".join(filter(None, ["of coins held, by value", positions]))
    unpriced = [h.asset for h in facts.holdings if h.value is None]
    missing = f". Without {', '.join(dict.fromkeys(unpriced))}: no price is known" if unpriced else ""
    return Kpi(LABEL, percent_text(facts.protected, decimals=0), note, why=f"{_CASH}{missing}")


def _of_positions_alone(facts: Facts, at: datetime) -> Kpi:
    """The figure of accounts without a coin to protect."""
    if not facts.positions:
        return Kpi(LABEL, UNKNOWN, "nothing to protect", why="No holding or position of these accounts needs a stop")
    full, unknown = _counts(facts)
    note = "positions in full" if len(facts.positions) > 1 else "position in full"
    if unknown:
        note = f"{note}, {unknown} unknown: {_reason(facts, at)}"
    why = f"Stops would close all of {full} of {count_text(len(facts.positions), 'position')}"
    return Kpi(LABEL, f"{full} of {len(facts.positions)}", note, why=why, warns=bool(unknown))


def _positions_words(facts: Facts) -> str:
    """The protected positions beside the coins: "positions: 1 of 2 in full". "" without positions."""
    if not facts.positions:
        return ""
    full, unknown = _counts(facts)
    words = f"positions: {full} of {len(facts.positions)} in full"
    return f"{words}, {unknown} unknown" if unknown else words


def _counts(facts: Facts) -> tuple[int, int]:
    """The number of positions that are protected in full, and of those with unknown protection."""
    states = [None if held.protection is None else held.protection.state for held in facts.positions]
    return (
        sum(state is ProtectionState.PROTECTED for state in states),
        sum(state in (None, ProtectionState.UNKNOWN) for state in states),
    )


def _reason(facts: Facts, at: datetime) -> str:
    """Why the protection is unknown. "" if no order and no account is in doubt."""
    if facts.accounts_unknown:
        return f"no data of {', '.join(facts.accounts_unknown)}"
    if facts.orders_unseen:
        return f"{_named([source_name(source) for source in facts.orders_unseen])} not seen yet"
    if facts.orders_not_understood:
        return f"{count_text(facts.orders_not_understood, 'order')} not understood"
    if facts.orders_hidden:
        return "some orders not readable"
    if facts.orders_carried:
        return ", ".join(f"{source_name(s).lower()} {age_text(at - as_of)} old" for s, as_of in facts.orders_carried)
    names = dict.fromkeys(
        [h.asset for h in facts.holdings if h.protection and h.protection.state is ProtectionState.UNKNOWN]
        + [h.position.symbol for h in facts.positions if h.protection and h.protection.state is ProtectionState.UNKNOWN]
    )
    if not names:
        return ""
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return f"effect of an order on {', '.join([*names][:MOST_NAMES])}{more} not known"


def _named(names: Sequence[str]) -> str:
    return " and ".join(name.lower() for name in names)
