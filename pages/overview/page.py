"""Overview: net worth, open orders, unprotected holdings, and whether the figures can be trusted."""

from collections.abc import Sequence
from datetime import timedelta
from html import escape

import streamlit as st

from db.reads.curves import Curve
from db.reads.transfer_filter import TransferFilter
from domain.curve import Point
from domain.income import FLOWS
from domain.sources import ORDER_KINDS, SourceKind
from pages.components.chart.chart import draw_chart
from pages.components.chart.model import payload_of
from pages.overview.changes import load_changes
from pages.overview.curve_notes import curve_notes
from pages.overview.equity import HEIGHT, Mark, equity_chart
from pages.overview.flows import flows_of, marks_of
from pages.overview.gains import knows_any_fill, late_periods, load_costs, load_periods, why_unknown
from pages.overview.holdings import show_holdings
from pages.overview.income import income_kpi, lacking_words, load_incomes
from pages.overview.income import late_periods as late_incomes
from pages.overview.income import why_unknown as why_no_income
from pages.overview.kpis import kpis_of
from pages.overview.realised import realised_kpi
from pages.overview.signals import show_signals
from pages.overview.summary import show_account_strip, show_attention
from pages.overview.tables import POSITIONS, Costs, positions_frame
from pages.overview.unrealised import cost_words
from pages.overview.view import Facts, facts_of, without
from pages.shared.amounts import left_out_names
from pages.shared.charts import Range, since_of
from pages.shared.data_warnings import show_data_warnings
from pages.shared.failures import guarded, load_or
from pages.shared.frame import show_page
from pages.shared.loaders import cached, cached_view, load_first_at
from pages.shared.past import load_curve, load_transfers, load_transits
from pages.shared.scene import Scene
from pages.shared.view import View
from pages.shared.widgets import section, show_empty, show_kpis, show_table
from pages.shared.widgets_html import Kpi

KINDS = (SourceKind.BALANCES, SourceKind.POSITIONS, *ORDER_KINDS, SourceKind.PRICES, SourceKind.FILLS)
POINTS = 300
_NO_MARKS = "Deposits and withdrawals could not be read, so they are not marked."


def show_overview() -> None:
    """The first page."""
    show_page("Overview", KINDS, _show_body, prepare=_prepare)


def _prepare(scene: Scene) -> None:
    load_costs(scene, _load_facts(scene))
    load_periods(scene)
    load_incomes(scene)


def _load_facts(scene: Scene) -> Facts:
    facts = cached_view(facts_of, scene, scene.view.currency)
    return without(facts, [account.name for account in (*scene.unseen, *scene.unread)])


def _show_body(scene: Scene) -> None:
    facts = _load_facts(scene)
    with guarded("Warnings"):
        show_data_warnings(scene, [kind for kind in KINDS if kind is not SourceKind.FILLS or knows_any_fill(scene)])
    costs: Costs = load_or({}, lambda: load_costs(scene, facts))
    with guarded("Signals and alerts"):
        show_signals(scene)
    headline, chart = st.columns([1, 2.6], gap="small")
    figures: Sequence[Kpi] = ()
    with headline, st.container(key="headline"), guarded("Figures"):
        net_value, *figures = _load_figures(scene, facts, costs)
        show_kpis([net_value])
    with guarded("Accounts"):
        show_account_strip(scene, facts)
    with guarded("What needs attention"):
        show_attention(scene, facts)
    with guarded("Holdings"):
        show_holdings(scene, facts, costs, _holdings_words(facts, scene.view))
    if facts.positions:
        with section("Positions", _positions_words(scene, facts)):
            _show_positions(scene, facts)
    with section("Profit and funds"):
        show_kpis(figures)
    # Drawn last, in a space that style.css reserves: the rest of the page does not wait for the curve.
    with chart, st.container(key="equity_place", gap="xsmall"), guarded("Net value"):
        _show_equity(scene)


def _load_figures(scene: Scene, facts: Facts, costs: Costs) -> Sequence[Kpi]:
    """All figures, the net value first."""
    changes = load_or({}, lambda: load_changes(scene, facts.totals))
    periods, incomes = load_or({}, lambda: load_periods(scene)), load_or({}, lambda: load_incomes(scene))
    realised = realised_kpi(periods, scene.view, why_unknown(scene), late_periods(scene))
    income = income_kpi(incomes, scene.view, why_no_income(scene), lacking_words(scene), late_incomes(scene))
    transits = load_or((), lambda: load_transits(scene))
    figures = kpis_of(facts, changes, scene.view, scene.at, costs, transits)
    return [*figures, *(figure for figure in (realised, income) if figure is not None)]


def _show_equity(scene: Scene) -> None:
    chosen = st.segmented_control(
        "Range",
        list(Range),
        default=Range.MONTH,
        key="range",
        bind="query-params",
        label_visibility="collapsed",
        required=True,
    )
    view = scene.view
    unit = _unit(scene)
    curve = _load_range(scene, chosen or Range.MONTH, unit)
    if curve is None or not curve.points:
        show_empty("No data in this range", None, view)
        return
    loaded = load_or(None, lambda: _load_marks(scene, curve.points))
    marks = loaded or ()
    key = (scene.key, scene.past_key, curve.points[0], curve.points[-1], len(curve.points), view.zone.key, unit)
    payload = cached(_curve_payload, (*key, view.hide_amounts, marks), curve, scene, unit, marks)
    draw_chart(payload, "equity", HEIGHT)
    notes = [*curve_notes(curve, view, bool(marks)), *([_NO_MARKS] if loaded is None else [])]
    st.html(f'<div class="sf-note">{escape(" ".join(notes))}&nbsp;</div>')


def _curve_payload(curve: Curve, scene: Scene, unit: str, marks: Sequence[Mark]) -> bytes:
    base_changes = [change.at for change in curve.base_changes]
    return payload_of(equity_chart(curve.points, scene.view.zone, unit, scene.view.hide_amounts, marks, base_changes))


def _unit(scene: Scene) -> str:
    """The currency of the curve: that of the accounts' values if they have one, else the display currency."""
    currencies = {s.refresh.valuation.currency for s in scene.snapshots if s.refresh.valuation is not None}
    return next(iter(currencies)) if len(currencies) == 1 else scene.view.currency


def _load_marks(scene: Scene, points: Sequence[Point]) -> Sequence[Mark]:
    """Deposits and withdrawals within the range."""
    since, as_of = points[0].at, points[-1].at
    begin = since.replace(minute=0, second=0, microsecond=0)  # a range that ends now is queried again once an hour
    until = as_of.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    rows, _ = load_transfers(scene, TransferFilter(begin, until, kinds=FLOWS))
    several, hidden = len(scene.accounts) > 1, scene.view.hide_amounts
    return marks_of(flows_of([row.transfer for row in rows], since, as_of, several=several, hidden=hidden), points)


def _load_range(scene: Scene, chosen: Range, unit: str) -> Curve | None:
    as_of = scene.taken_at
    firsts = [first for s in scene.snapshots if (first := load_first_at(s.account.id)) is not None]
    if as_of is None or not firsts:
        return None
    since = max(since_of(chosen, as_of, min(firsts), scene.view.zone), min(firsts))
    return load_curve(scene, since, as_of, POINTS, unit) if since < as_of else None


def _show_positions(scene: Scene, facts: Facts) -> None:
    hidden = scene.view.hide_amounts
    frame = cached(positions_frame, (scene.key, hidden), facts.positions, hidden)
    order = [name for name in frame.columns if len(scene.accounts) > 1 or name != "Account"]
    show_table(frame, POSITIONS, "positions", order=order, inks=scene.view.inks, alt="Open positions")


def _holdings_words(facts: Facts, view: View) -> str:
    """The coins in no total, and the rate of costs in another currency."""
    unpriced = facts.totals.unpriced
    words = f"{', '.join(unpriced)}: no price is known, so in no total" if unpriced else ""
    return ". ".join(filter(None, [words, cost_words(facts.converted_bases, view)]))


def _positions_words(scene: Scene, facts: Facts) -> str:
    """The positions in no total, and why the profit differs from the figure above."""
    names = left_out_names(facts.totals.left_out, scene.view)
    left_out = f"{', '.join(names)}: cannot be valued, so in no total" if names else ""
    session = "P&L counts from entry, the figure above from the last settlement" if facts.settles_by_session else ""
    return ". ".join(filter(None, [left_out, session]))
