"""Overview: net worth, open orders, unprotected holdings, and whether the figures can be trusted."""

from pages.components.chart.chart import draw_chart
from pages.components.sheet.sheet import box
from pages.components.table.table import draw_table
from pages.live.recording import live_data, live_html, live_shape
from pages.overview.allocation import show_allocation, show_allocation_switch
from pages.overview.equity import HEIGHT
from pages.overview.equity_parts import curve_notes_html, curve_payload, curve_shape
from pages.overview.gains import load_periods
from pages.overview.holdings import show_holdings
from pages.overview.income import load_incomes
from pages.overview.loading import load_costs_or_none, load_facts
from pages.overview.parts import (
    KINDS,
    headline_html,
    open_position,
    overview_warnings,
    positions_heading_html,
    positions_payload,
    positions_shape,
    profit_html,
)
from pages.overview.signals import show_signals
from pages.overview.summary import show_account_strip, show_attention
from pages.overview.targets import POSITIONS
from pages.shared.charts import Range
from pages.shared.failures import guarded
from pages.shared.frame import show_page
from pages.shared.scene import Scene
from pages.shared.url_controls import show_buttons
from pages.shared.valuing import valuing_html
from pages.shared.widgets import section, show_empty


def show_overview() -> None:
    """The first page."""
    show_page("Overview", KINDS, _show_body, prepare=_prepare, below=_show_below, warnings=overview_warnings)


def _prepare(scene: Scene) -> None:
    load_costs_or_none(scene, load_facts(scene))
    load_periods(scene)
    load_incomes(scene)


def _show_body(scene: Scene) -> None:
    with guarded("Signals and alerts"):
        show_signals(scene)
    with box("first_row", "columns"):
        with box("headline"), guarded("Figures"):
            live_html("headline_figures", scene, headline_html)
        with box("equity_place"), guarded("Net value"):
            _show_equity(scene)
    with guarded("Accounts"):
        show_account_strip(scene)
    with guarded("What needs attention"):
        show_attention(scene)
    with guarded("Holdings"):
        show_holdings(scene)
    with guarded("Positions"):
        _show_positions(scene)
    with section("Profit and funds"):
        live_html("profit_figures", scene, profit_html)
        live_html("valuing", scene, valuing_html)  # at the end, so that it moves nothing
    with guarded("Allocation"):
        show_allocation_switch(scene)


def _show_below(scene: Scene) -> None:
    with guarded("The map"):
        show_allocation(scene)


def _show_positions(scene: Scene) -> None:
    live_shape("positions_shown", scene, positions_shape)
    if positions_shape(scene):
        with box(POSITIONS):
            live_html("positions_heading", scene, positions_heading_html)
            draw_table(live_data("positions", scene, positions_payload), "positions", open_position)


def _show_equity(scene: Scene) -> None:
    range_ = show_buttons("range", "range", "Range", list(Range), Range.MONTH, is_label_shown=False)
    live_shape("curve_shown", scene, curve_shape, range_)
    if not curve_shape(scene, range_):
        show_empty("No data in this range", None, scene.view)
        return
    draw_chart(live_data("equity", scene, curve_payload, range_), "equity", HEIGHT)
    live_html("equity_notes", scene, curve_notes_html, range_)
