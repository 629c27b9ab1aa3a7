"""KPIs: the figures at the top of the Overview. Unknown ones say why on hover."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from domain.change import NetValueChange, periods_of
from domain.holdings import Totals
from domain.prices import assumed_words
from domain.spans import Transit, with_known_transit
from domain.valuation import ValueOrigin
from pages.overview.protection_kpi import protection_kpi
from pages.overview.targets import HOLDINGS, POSITIONS, period_target, section_target, target_of
from pages.overview.view import Facts
from pages.shared.amounts import left_out_names
from pages.shared.formats import (
    DOWN,
    MASK,
    UNKNOWN,
    UP,
    age_text,
    change_text,
    moment_text,
    percent_text,
)
from pages.shared.period import first_value_words
from pages.shared.states import source_name
from pages.shared.view import View
from pages.shared.widgets_html import Kpi, age_html, period_html

# Smaller differences are rounding, by the exchange or by us.
LEAST_DIFFERENCE = Decimal("0.000001")
ESTIMATED = "≈ "


def kpis_of(
    facts: Facts,
    changes: Mapping[str, NetValueChange],
    view: View,
    at: datetime,
    transits: Sequence[Transit] = (),
) -> Iterator[Kpi]:
    """All figures, without those that these accounts do not have. `transits` are under way now."""
    yield _net_value(facts, changes, view, at, transits)
    totals = facts.totals
    if totals.cash is not None:
        yield Kpi(
            "Balances",
            view.money(totals.cash),
            why="All coins and money together, loans deducted, without the open profit of positions: as the exchange "
            "states it, else at known prices",
            target=target_of("transfers", view),
        )
    if totals.gross is not None:
        borrowed = f"borrowed {view.money(totals.borrowed)}" if totals.borrowed else ""
        yield Kpi(
            "Gross value",
            view.money(totals.gross),
            note=borrowed,
            why="Everything held, loans and short balances not deducted",
            target=section_target(HOLDINGS, view),
        )
    if totals.margin_use is not None:
        yield Kpi(
            "Margin use",
            percent_text(totals.margin_use, decimals=1),
            note=f"of {view.money(totals.margin_balance)} margin",
            why="Initial margin as a share of the margin balance",
            target=section_target(POSITIONS if facts.positions else HOLDINGS, view),
        )
    yield replace(_orders(facts, at), target=target_of("open_orders", view, tab="all"))
    yield replace(protection_kpi(facts, at), target=target_of("open_orders", view, tab="stops"))


def _net_value(
    facts: Facts,
    changes: Mapping[str, NetValueChange],
    view: View,
    at: datetime,
    transits: Sequence[Transit],
) -> Kpi:
    """The net value, with what is between own accounts."""
    totals = facts.totals
    begins = periods_of(at, view.zone)
    rows = "".join(
        period_html(
            name,
            view.money(change.amount, signed=True),
            f"{ESTIMATED if change.is_estimated else ''}{change_text(change.fraction)}",
            _when(change, begins.get(name), view),
            _ink(change, view),
            period_target("performance", view, name),
        )
        for name, change in changes.items()
    )
    doubts, assumed = _doubt_words(facts), assumed_words(totals.assumed)
    return Kpi(
        "Net value",
        view.money(with_known_transit(totals.net_value, transits)),
        note=" · ".join(filter(None, [_transit_note(transits, view), doubts, assumed])),
        warns=bool(doubts),
        why=". ".join(filter(None, [origin_words(facts, view), _transit_why(transits, view)])),
        wide=True,
        target=target_of("performance", view),
        extra=f'<div class="sf-periods">{rows}</div>',
        aside=_carried_html(facts, at, is_now=view.as_of is None),
    )


def _transit_note(transits: Sequence[Transit], view: View) -> str:
    """The amounts under way, as in "with 1 BTC in transit". "" without any."""
    counted = [transit.withdrawal for transit in transits if transit.value is not None]
    amounts = [MASK if view.hide_amounts else f"{-sent.amount:f} {sent.asset}" for sent in counted]
    return f"with {', '.join(amounts)} in transit" if amounts else ""


def _transit_why(transits: Sequence[Transit], view: View) -> str:
    words = []
    if any(transit.value is not None for transit in transits):
        words.append(
            "In transit: withdrawn from an own account and not credited yet, counted at the value that it had then, "
            "for a day at most"
        )
    unknown = [transit.withdrawal for transit in transits if transit.value is None]
    if unknown:
        words.append(f"Without {', '.join(sent.asset for sent in unknown)} in transit, whose value is not known yet")
    return ". ".join(words)


def _doubt_words(facts: Facts) -> str:
    """Why the net value may be wrong or incomplete at this moment."""
    missing = [*facts.totals.missing]
    if count := len(facts.totals.left_out):
        missing.append("1 position" if count == 1 else f"{count} positions")
    words = [f"without {', '.join(missing)}"] if missing else []
    if facts.worth_gap is not None:
        share = percent_text(facts.worth_gap, decimals=1)
        words.append(f"the exchange and Stillframe differ by {share}, see Status")
    return ", ".join(words)


def origin_words(facts: Facts, view: View) -> str:
    """The origin of the net value, and the difference between stated and computed value."""
    totals = facts.totals
    if totals.net_value is None:
        if totals.unconverted:
            return f"No price of {', '.join(totals.unconverted)} in {totals.currency} is known"
        return "Not known yet: balances were not seen"
    if totals.missing:
        return f"Without {', '.join(totals.missing)}, whose worth is not known yet"
    words = [_stated_words(totals, view)]
    if totals.left_out:
        words.append(f"In no total: {', '.join(left_out_names(totals.left_out, view))}")
    if totals.assumed:
        words.append(f"No price is known, so {assumed_words(totals.assumed)}")
    return ". ".join(words)


def _stated_words(totals: Totals, view: View) -> str:
    """The origin of the value shown, the other value, and their difference."""
    is_stated = ValueOrigin.STATED in totals.origins
    if totals.stated_value is None or totals.computed_value is None:
        unstated = "Computed from quantities and prices. The exchange states no value"
        return "Stated by the exchange" if is_stated else unstated
    difference = totals.stated_value - totals.computed_value
    stated_less_computed = view.money(difference if abs(difference) >= LEAST_DIFFERENCE else Decimal(0), signed=True)
    if is_stated:
        words = f"Stated by the exchange. Computed from known prices: {view.money(totals.computed_value)}"
    else:
        words = f"Computed from quantities and known prices. Stated by the exchange: {view.money(totals.stated_value)}"
    return f"{words}. Difference: {stated_less_computed}"


def _carried_html(facts: Facts, at: datetime, *, is_now: bool) -> str:
    """The age of the net value, if any of it was carried forward. Nothing follows the age, which the browser counts."""
    if not facts.worth_carried or facts.worth_as_of is None:
        return ""
    return f'<span class="warn"> · not updated for {age_html(facts.worth_as_of, at, is_now)}</span>'


def _orders(facts: Facts, at: datetime) -> Kpi:
    summary = facts.orders
    note = f"{summary.normal:,} resting · {summary.trigger:,} conditional"
    if facts.accounts_unknown:
        names = ", ".join(facts.accounts_unknown)
        count = f"at least {summary.count}" if summary.count else UNKNOWN
        return Kpi("Open orders", count, f"without {names}", why=f"{note}; {names}: not seen yet", warns=True)
    if facts.orders_unseen:
        names = " and ".join(source_name(source).lower() for source in facts.orders_unseen)
        count = f"at least {summary.count}" if summary.count else UNKNOWN
        return Kpi("Open orders", count, f"{names}: not seen yet", why=f"{note}; {names} never answered", warns=True)
    if facts.orders_not_understood:
        words = f"{facts.orders_not_understood} not understood"
        return Kpi(
            "Open orders", f"at least {summary.count}", words, why=f"{note}; Status shows the reason", warns=True
        )
    if facts.orders_hidden:
        names = ", ".join(facts.orders_hidden)
        count = f"at least {summary.count}" if summary.count else UNKNOWN
        return Kpi("Open orders", count, "some not readable", why=f"{note}; {names}: see Status", warns=True)
    if facts.orders_carried:
        names = ", ".join(f"{source_name(s).lower()} {age_text(at - as_of)} old" for s, as_of in facts.orders_carried)
        oldest = age_text(at - min(as_of for _, as_of in facts.orders_carried))
        words = f"not updated, {oldest} old"
        return Kpi("Open orders", str(summary.count), words, why=f"{note}; not updated: {names}", warns=True)
    return Kpi(
        "Open orders", str(summary.count), note, why="Normal orders rest in the book, trigger orders wait for a price"
    )


def _when(change: NetValueChange, begin: datetime | None, view: View) -> str:
    """The period of a change that begins at `begin`, and what it counts."""
    if change.since is None:
        return change.why
    begin = begin or change.since
    words = [f"since {moment_text(begin, view.zone)}"]
    if first := first_value_words(begin, change.since, view.zone):
        words.append(first)
    if change.flows is None:
        words.append("deposits and withdrawals included, because they cannot be read on every account")
    elif change.flows:
        words.append(f"without {view.money(change.flows, signed=True)} of deposits and withdrawals")
    words.append(f"time-weighted return {change_text(change.fraction)}")
    if change.is_estimated:
        words[-1] += ", estimated: no value was recorded near some deposit or withdrawal"
    if change.money_weighted is not None:
        words.append(f"money-weighted {change_text(Decimal(str(change.money_weighted)))}")
    if change.in_transit:
        words.append(f"with {MASK if view.hide_amounts else change.in_transit}, still under way")
    return ", ".join(words)


def _ink(change: NetValueChange, view: View) -> str:
    return {UP: view.inks.gain, DOWN: view.inks.loss}.get(change_text(change.fraction)[0], "")
