"""Empty: why the list of open orders is empty or incomplete. Each reason looks different."""

from db.reads.ended_counts import NO_ENDINGS, EndingCounts
from domain.sources import ORDER_KINDS
from pages.components.sheet.sheet import draw_button, draw_html
from pages.live.recording import live_html
from pages.open_orders.filter import FilteredRows, OrderFilter
from pages.open_orders.history_counts import number_words
from pages.open_orders.history_lines import history_filter
from pages.open_orders.tab_choice import show_tab
from pages.open_orders.tabs import LABELS, Tab
from pages.open_orders.view import hidden_orders
from pages.shared.data_warnings import sentence
from pages.shared.failures import load_or
from pages.shared.order_history import load_ending_counts
from pages.shared.period import Span
from pages.shared.scene import Scene
from pages.shared.states import remedy_of
from pages.shared.widgets import empty_html, failed_html
from pages.shared.widgets_html import state_html


def show_no_orders(scene: Scene) -> None:
    """Explain an empty list."""
    live_html("no_orders", scene, no_orders_html)


def no_orders_html(scene: Scene) -> str:
    """Why the list is empty: known to be empty, never seen, or failed."""
    lights = scene.lights(ORDER_KINDS)
    failing = [light.state for light in lights if light.state.as_of is None and light.state.error]
    if failing:
        state = failing[0]
        words = f"{sentence(state.error or '')} {remedy_of(state, scene.is_now)}"
        return failed_html("Open orders could not be loaded", words, state.failing_since, scene.view)
    if scene.unread and not scene.snapshots:
        return failed_html("Open orders could not be read", "The database did not answer in time.", None, scene.view)
    if any(not light.state.is_complete for light in lights):
        return state_html("never", "Open orders have not been seen yet", "It appears with the first refresh.")
    as_of = min((light.state.as_of for light in lights if light.state.as_of is not None), default=None)
    hidden = ". ".join(sentence(line).rstrip(".") for line in hidden_orders(scene))
    title = "No open orders that can be read" if hidden else "No open orders"
    hints = [f"{hidden}."] * bool(hidden) + ["Orders appear here as soon as the exchange lists them."] * scene.is_now
    return empty_html(title, as_of, scene.view, " ".join(hints))


def show_no_match(total: int, chosen: FilteredRows, scene: Scene) -> None:
    """Say that no order of the tab exists or matches the filters, and where the others are."""
    orders = f"{total:,} open order{'s' if total != 1 else ''}"
    title, hint = "No open order matches the filters", f"Clear the filters to see {orders}."
    if others := chosen.counts[Tab.ALL]:
        label = LABELS[chosen.tab].lower()
        title, hint = f"No {label}", f"All shows {others:,} of {orders}."
    ended = ended_matches(chosen.order_filter, scene)
    if ended.total:
        hint = f"Ended orders that match: {number_words(ended.total, ended)}. {hint}"
    elif ended.is_partial:
        hint = f"None of the newest ended orders matches. {hint}"
    draw_html(f'<div class="sf-empty empty"><b>{title}</b>{hint}</div>')
    if ended.total or ended.is_partial:
        label = "Show them in History" if ended.total else "Search older ones in History"
        draw_button(label, "show_history", lambda: show_tab(Tab.HISTORY))


def ended_matches(order_filter: OrderFilter, scene: Scene) -> EndingCounts:
    """The ended orders of all time that a search finds. None without a search."""
    if not order_filter.search:
        return NO_ENDINGS
    return load_or(NO_ENDINGS, lambda: load_ending_counts(scene, history_filter(order_filter, Span())))
