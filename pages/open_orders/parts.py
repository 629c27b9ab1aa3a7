"""Parts: the sections of the open orders as the script draws them and as the stream renews them."""

from collections.abc import Mapping
from html import escape

from domain.sources import ORDER_KINDS, SourceKind
from pages.components.table.windows import WINDOWS_FROM
from pages.open_orders.counters import assumed_in, counters
from pages.open_orders.endings import ended_symbols
from pages.open_orders.filter import FilteredRows, OrderFilter, counts_of, filtered_rows
from pages.open_orders.history_counts import ended_words
from pages.open_orders.history_period import HistoryPeriod
from pages.open_orders.ladder import ladder_html, symbols_by_nearness
from pages.open_orders.listed import Listed
from pages.open_orders.loading import load_stop_facts, load_table
from pages.open_orders.recent import load_recent
from pages.open_orders.stop_facts import coins_without_stop
from pages.open_orders.tabs import PURPOSES, Tab
from pages.open_orders.view import seen_words
from pages.shared.badge import Kinds
from pages.shared.choices import address_of
from pages.shared.data_warnings import warnings_html
from pages.shared.failures import load_or
from pages.shared.loaders import cached_view
from pages.shared.scene import Scene
from pages.shared.widgets_html import kpis_html

MOST_COINS = 8
LONG = 1000  # from this number of rows an order is found more quickly by its id


def chosen_rows(scene: Scene, order_filter: OrderFilter, tab: Tab) -> FilteredRows:
    """The rows of the newest table that match."""
    return filtered_rows(load_table(scene), order_filter, tab)


def order_warnings(scene: Scene, kinds: Kinds) -> str:
    """The bands of the page. History says itself what it lacks."""
    return warnings_html(scene, [kind for kind in kinds if kind is not SourceKind.ENDINGS])


def has_stops(scene: Scene) -> bool:
    """True if the tab of stops lists any order."""
    return bool((load_table(scene).facts.tabs == PURPOSES.index(Tab.STOPS)).any())


def listed_symbols(scene: Scene) -> tuple[str, ...]:
    """The symbols of open and of recently ended orders, by name."""
    recent = load_or((), lambda: load_recent(scene))
    return tuple(sorted({*load_table(scene).symbols, *ended_symbols(recent)}))


def tab_words(
    scene: Scene, order_filter: OrderFilter, period: HistoryPeriod, listed: str | None = None
) -> Mapping[Tab, str]:
    """The number of matching orders of each tab: digits, and a few plain words. `period` is that of History.

    `listed` are the words of a History on screen. Its rows stay as they are, and so does its number.
    """
    counts = chosen_rows(scene, order_filter, Tab.ALL).counts
    words = {of: f"{count:,}" for of, count in counts.items()}
    return {**words, Tab.HISTORY: ended_words(scene, order_filter, period) if listed is None else listed}


def controls_shape(scene: Scene, order_filter: OrderFilter, tab: Tab) -> str:
    """The controls of the page as a text: what tabs, filters, tools and the ladder offer."""
    table, chosen = load_table(scene), chosen_rows(scene, order_filter, tab)
    if not len(table):
        return "no orders"
    offered = (
        listed_symbols(scene),
        len(chosen.rows) > LONG,
        len(chosen.rows) > WINDOWS_FROM,
        bool(len(chosen.rows)),
        sorted(ladder_symbols(scene, order_filter, tab)),
    )
    return repr(offered)


def ladder_symbols(scene: Scene, order_filter: OrderFilter, tab: Tab) -> tuple[str, ...]:
    """The symbols of the ladder: the nearest first, the others by name."""
    table, chosen = load_table(scene), chosen_rows(scene, order_filter, tab)
    symbols = table.once(("symbols", chosen.name), lambda: symbols_by_nearness(table, chosen.rows))
    return (*symbols[:1], *sorted(symbols))


def counters_html(scene: Scene, order_filter: OrderFilter, tab: Tab) -> str:
    """The figures of the matching orders."""
    table, chosen = load_table(scene), chosen_rows(scene, order_filter, tab)
    counts = table.once(("counts", chosen.name), lambda: counts_of(table, chosen.rows))
    assumed = cached_view(assumed_in, scene, scene.view.currency)
    return kpis_html(counters(counts, scene, len(table), assumed))


def ladder_of_symbol_html(scene: Scene, order_filter: OrderFilter, tab: Tab, symbol: str) -> str:
    """The prices of one symbol, with all its matching orders of any tab. "" as symbol: of the nearest order."""
    table, view = load_table(scene), scene.view
    shown = symbol or next(iter(ladder_symbols(scene, order_filter, tab)), "")
    if not shown:
        return ""
    rows = filtered_rows(table, order_filter).rows
    ladder = table.once(
        ("ladder", order_filter, shown, view.gains, view.hide_amounts),
        lambda: ladder_html(table, rows, shown, view.inks, hide_amounts=view.hide_amounts),
    )
    return ladder if symbol else f'<p class="sf-note">{escape(shown)}, the nearest to its market</p>{ladder}'


def without_stop_html(scene: Scene) -> str:
    """The coins that no stop protects, with their values, the largest first. Each leads to its page. "" without any."""
    coins = cached_view(coins_without_stop, scene, scene.view.currency)
    if not coins:
        return ""
    shown = [(coin, "(no price)" if value is None else scene.view.money(value)) for coin, value in coins[:MOST_COINS]]
    addresses = [escape(address_of("coin", scene.view, {"coin": coin})) for coin, _ in shown]
    links = [f'<a class="sf-link" href="{address}">' for address in addresses]
    texts = [f"{link}{escape(coin)} {value}</a>" for link, (coin, value) in zip(links, shown, strict=True)]
    more = f" and {len(coins) - MOST_COINS} more" if len(coins) > MOST_COINS else ""
    return f'<p class="sf-note"><b>No stop</b>: {", ".join(texts)}{more}</p>'


def listed_of(scene: Scene, order_filter: OrderFilter, tab: Tab) -> Listed:
    """The list of the matching orders."""
    facts = load_stop_facts(scene) if tab is Tab.STOPS else None
    ages, several = seen_words(scene.lights(ORDER_KINDS), scene), len(scene.accounts) > 1
    return Listed(load_table(scene), chosen_rows(scene, order_filter, tab), facts, ages, scene.view, several)


def list_payload(scene: Scene, order_filter: OrderFilter, tab: Tab) -> bytes:
    """All rows of the list."""
    return listed_of(scene, order_filter, tab).payload()
