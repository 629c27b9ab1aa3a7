"""Performance: how much was gained, how well, and where it came from."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

import streamlit as st

from db.reads.performance import Performance
from domain.performance import chained
from domain.sources import SourceKind
from pages.performance.calendar import calendar_html
from pages.performance.figures import drawdown_figure, growth_figure, income_figure, waterfall_figure
from pages.performance.view import (
    ATTRIBUTION,
    COINS,
    PERIODS,
    Grouping,
    attribution_frame,
    benchmark_kpis,
    coin_links,
    coins_frame,
    contracts_words,
    kpis_of,
    lines_of,
    periods_frame,
    thinned,
)
from pages.shared.data_warnings import show_data_warnings
from pages.shared.failures import guarded, load_or, load_or_none
from pages.shared.formats import count_text, moment_text
from pages.shared.frame import show_page
from pages.shared.list_filters import show_period
from pages.shared.past import load_fill_symbols
from pages.shared.performance import load_attribution, load_benchmarks, load_daily_income, load_performance
from pages.shared.scene import Scene
from pages.shared.url_choices import show_choice_problem
from pages.shared.widgets import section, show_chart, show_empty, show_kpis, show_table

KINDS = (SourceKind.BALANCES, SourceKind.POSITIONS, SourceKind.PRICES, SourceKind.FILLS, SourceKind.TRANSFERS)
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


def show_performance() -> None:
    """The page."""
    show_page("Performance", KINDS, _show_body)


def _show_body(scene: Scene) -> None:
    with guarded("Warnings"):
        show_data_warnings(scene, KINDS)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        choice = show_period()
    span = choice.span(scene)
    newest = scene.taken_at or scene.at
    until = min(newest, span.until) if span.until is not None else newest
    since = span.since or EARLIEST
    if since >= until:
        show_empty("No data in this period", None, scene.view, "Choose a period that begins earlier.")
        return
    found = load_or_none("The history", lambda: load_performance(scene, since, until))
    if found is not None and not found.span.values:
        show_empty("No data in this period", None, scene.view, "No net value was recorded at its begin or its end.")
    elif found is not None:
        _show_found(scene, found)


def _show_found(scene: Scene, found: Performance) -> None:
    zone = scene.view.zone
    st.html(
        f'<div class="sf-note">{escape(moment_text(found.since, zone))} to {escape(moment_text(found.until, zone))}. '
        f"{escape(found.span.why[:1].upper() + found.span.why[1:])}</div>"
    )
    with guarded("Figures"):
        show_kpis(list(kpis_of(found, scene.view)))
    with section("Beside holding"):
        _show_benchmarks(scene, found)
    with section("Drawdown", "below the highest day so far"):
        show_chart(drawdown_figure(found.days, scene.view.inks), "drawdown", "Drawdown by day in per cent")
    with section("Where it came from"):
        _show_attribution(scene, found)
    with section("Returns"):
        _show_returns(scene, found)
    with section("Calendar"):
        st.html(calendar_html(found.days, scene.view))
    with section("Fees and funding"):
        _show_income(scene, found)


def _show_benchmarks(scene: Scene, found: Performance) -> None:
    benchmarks = load_or_none("Benchmarks", lambda: load_benchmarks(scene, thinned(found.moments)))
    if benchmarks is None:
        return
    show_kpis(list(benchmark_kpis(benchmarks, chained(found.days).fraction)))
    figure = growth_figure(found.moments, found.days, benchmarks, scene.view.zone)
    show_chart(figure, "growth", "Growth since the begin in per cent, beside benchmarks")


def _show_attribution(scene: Scene, found: Performance) -> None:
    explained = load_or_none("The change", lambda: load_attribution(scene, found.since, found.until))
    if explained is None:
        return
    attribution, view, currency = explained.attribution, scene.view, explained.currency or ""
    if attribution is None:
        show_empty("Not known", None, view, f"{explained.why[:1].upper()}{explained.why[1:]}.")
        return
    show_table(
        attribution_frame(attribution, view.hide_amounts), ATTRIBUTION, "attribution",
        order=[column.name for column in ATTRIBUTION], inks=view.inks, alt="Where the change came from",
    )  # fmt: skip
    words = [f"In {currency}.", contracts_words(attribution, currency, view)]
    if attribution.unvalued:
        words.append(f"The rest contains {count_text(attribution.unvalued, 'row')} without a known value.")
    st.html(f'<div class="sf-note">{escape(" ".join(filter(None, words)))}</div>')
    if st.toggle("Waterfall", key="waterfall", bind="query-params"):
        figure = waterfall_figure(lines_of(attribution), view.inks, view.hide_amounts)
        show_chart(figure, "waterfall_chart", "The lines that add up to the change")
    symbols: Sequence[str] = load_or((), lambda: load_fill_symbols(scene))
    days = found.days[0].day, found.days[-1].day
    links = coin_links([effect.asset for effect in attribution.effects], symbols, days, view)
    if attribution.effects:
        show_table(
            coins_frame(attribution, links, view.hide_amounts), COINS, "coins",
            order=[column.name for column in COINS], inks=view.inks, alt="Price effect by coin",
        )  # fmt: skip


def _show_returns(scene: Scene, found: Performance) -> None:
    groupings = list(Grouping)
    show_choice_problem("by", groupings, str(Grouping.DAY))
    by = st.segmented_control(
        "By", groupings, default=Grouping.DAY, key="by", bind="query-params", label_visibility="collapsed",
        required=True,
    )  # fmt: skip
    frame = periods_frame(found.days, by or Grouping.DAY, scene.view.hide_amounts)
    show_table(
        frame, PERIODS, f"periods_{by}", order=list(frame.columns), inks=scene.view.inks, alt="Returns by period"
    )


def _show_income(scene: Scene, found: Performance) -> None:
    loaded = load_or_none("Fees and funding", lambda: load_daily_income(scene, found.since, found.until))
    if loaded is None:
        return
    currency, rows = loaded
    if not rows:
        show_empty("No fees, funding or interest in this period", None, scene.view)
        return
    show_chart(income_figure(rows, currency, scene.view.hide_amounts), "income", f"Fees and funding in {currency}")
    st.html(f'<div class="sf-note">In {escape(currency)}, each at its own time. Negative was paid.</div>')
