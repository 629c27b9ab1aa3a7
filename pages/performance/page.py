"""Performance: how much was gained, how well, and where it came from."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Any

from db.reads.attribution import Explained
from db.reads.performance import Performance
from domain.attribution import Attribution
from domain.performance import chained
from domain.periods import closing_of
from domain.sources import SourceKind
from pages.components.chart.chart import draw_chart
from pages.components.chart.model import Chart, payload_of
from pages.components.controls.controls import draw_controls
from pages.components.controls.model import payload_of as payload_of_controls
from pages.components.sheet.sheet import draw_html, fold
from pages.live.recording import live_shape
from pages.performance.corrections import (
    CORRECTIONS,
    IN_UTC,
    ON_A_DESK,
    corrected_words,
    corrections_by_day,
    corrections_frame,
)
from pages.performance.drill_down import Bounds, bounds_of, coin_links, line_links, rows_of_coins
from pages.performance.figures import (
    DRAWDOWN_HEIGHT,
    GROWTH_HEIGHT,
    INCOME_HEIGHT,
    drawdown_chart,
    growth_chart,
    income_chart,
)
from pages.performance.options import NAMES, Options, option_controls, options_of_url, show_waterfall_switch
from pages.performance.returns import make_returns_and_calendar, show_returns_and_calendar
from pages.performance.view import (
    ATTRIBUTION,
    COINS,
    assumed_rows_words,
    attribution_frame,
    benchmark_kpis,
    coins_frame,
    contracts_words,
    kpis_of,
    lines_of,
    period_words,
)
from pages.performance.waterfall import waterfall_html
from pages.shared.coins import load_coins
from pages.shared.failures import guarded, load_or, load_or_none
from pages.shared.formats import count_text
from pages.shared.frame import show_page
from pages.shared.list_filters import choose_in_list, period_controls, period_of_url
from pages.shared.loaders import cached
from pages.shared.navigation import lead_to
from pages.shared.past import fingerprint, load_fill_symbols, short_key
from pages.shared.performance import (
    begin_loading,
    load_attribution,
    load_benchmarks,
    load_daily_income,
    load_performance,
    load_recorded_periods,
    thinned,
)
from pages.shared.scene import Scene
from pages.shared.valuing import valuing_html
from pages.shared.view import EARLIEST
from pages.shared.widgets import section, show_empty, show_kpis, show_table

KINDS = (SourceKind.BALANCES, SourceKind.POSITIONS, SourceKind.PRICES, SourceKind.FILLS, SourceKind.TRANSFERS)
# Figures of days and months need no refresh of their own.
DRAWN_EVERY = timedelta(minutes=5)


def show_performance() -> None:
    """The page."""
    show_page("Performance", KINDS, _show_body)


def slot_shape(scene: Scene) -> str:
    """The span of time that the page was drawn in. In the next one its script runs."""
    return str(int((scene.taken_at or scene.at).timestamp() // DRAWN_EVERY.total_seconds()))


def _show_body(scene: Scene) -> None:
    live_shape("slot", scene, slot_shape)
    choice, options = period_of_url(), options_of_url()
    payload = payload_of_controls([*period_controls(choice), *option_controls(options)])
    draw_controls(payload, "performance_controls", choose_in_list(NAMES))
    span = choice.span(scene)
    newest = scene.taken_at or scene.at
    until = min(newest, closing_of(span.until)) if span.until is not None else newest
    since = span.since or EARLIEST
    if since > until:
        show_empty("No data in this period", None, scene.view, "Choose a period that begins earlier.")
        return
    result = load_or_none("The history", lambda: _loaded(scene, since, until, options))
    if result is not None and not result.span.values:
        show_empty("No data in this period", None, scene.view, "No net value was recorded at its begin or its end.")
    elif result is not None:
        _show_found(scene, result, options, bounds_of(choice.period, span, result))


def _loaded(scene: Scene, since: datetime, until: datetime, options: Options) -> Performance:
    begin_loading(scene, since, until, options.basket)
    return load_performance(scene, since, until)


def _show_found(scene: Scene, found: Performance, options: Options, bounds: Bounds) -> None:
    view, key = scene.view, _key(scene, found)
    draw_html(f'<div class="sf-note">{escape(period_words(found, view.zone))}</div>')
    draw_html(valuing_html(scene))  # with the figures, which are drawn anew every five minutes
    with guarded("Figures"):
        show_kpis(cached(kpis_of, (key, options.risk_free), found, view, options.risk_free))
    with section("Beside holding"):
        _show_benchmarks(scene, found, options)
    with section("Drawdown", "below the highest day so far"):
        _draw("drawdown", DRAWDOWN_HEIGHT, key, drawdown_chart, found.days, view.zone, view.inks)
    # Where the change came from takes longest to read.
    load_or(None, lambda: make_returns_and_calendar(scene, found, key))
    with section("Where it came from"):
        _show_attribution(scene, found, bounds)
    show_returns_and_calendar(scene, found, key)
    _show_corrections(scene, found)
    with section("Fees and funding"):
        _show_income(scene, found)


def _key(scene: Scene, found: Performance) -> str:
    """Identifies what is drawn: the refreshes, the history, the period and the choices of the viewer."""
    return short_key(fingerprint(scene), found.since, found.until, scene.view)


def _show_benchmarks(scene: Scene, found: Performance, options: Options) -> None:
    benchmarks = load_or_none("Benchmarks", lambda: load_benchmarks(scene, thinned(found.moments), options.basket))
    if benchmarks is None:
        return
    show_kpis(list(benchmark_kpis(benchmarks, chained(found.days).fraction)))
    arguments = found.moments, found.days, benchmarks, scene.view.zone
    key = short_key(_key(scene, found), benchmarks)  # candles may arrive later, without a new refresh
    _draw("growth", GROWTH_HEIGHT, key, growth_chart, *arguments)


def _draw(name: str, height: int, key: Any, make: Callable[..., Chart], *arguments: Any) -> None:
    """Draw a chart, made once per `key`."""
    draw_chart(cached(_payload, (key, name), make, arguments), name, height)


def _payload(make: Callable[..., Chart], arguments: Sequence[Any]) -> bytes:
    return payload_of(make(*arguments))


def _show_attribution(scene: Scene, found: Performance, bounds: Bounds) -> None:
    explained = load_or_none("The change", lambda: load_attribution(scene, found.moments))
    if explained is None:
        return
    attribution, currency, view = explained.attribution, explained.currency or "", scene.view
    if attribution is None:
        show_empty("Not known", None, view, f"{explained.why[:1].upper()}{explained.why[1:]}.")
        return
    _show_lines(scene, found, explained, attribution, bounds)
    if show_waterfall_switch():
        draw_html(waterfall_html(lines_of(attribution), currency, view.inks, view.hide_amounts))
    if attribution.effects:
        _show_coins(scene, found, attribution, bounds, currency)


def _show_lines(
    scene: Scene, found: Performance, explained: Explained, attribution: Attribution, bounds: Bounds
) -> None:
    """The lines that add up to the change of net value."""
    view, currency = scene.view, explained.currency or ""
    links = line_links(attribution, bounds, view)
    key = (short_key(_key(scene, found), attribution), "explained", *bounds)
    frame = cached(attribution_frame, key, attribution, links, currency, view.hide_amounts)
    show_table(
        frame, ATTRIBUTION, "attribution", order=[column.name for column in ATTRIBUTION], inks=view.inks,
        alt="Where the change came from", frame_key=key,
    )  # fmt: skip
    by_day = "Each day's amounts are converted at the rate of that day." if explained.is_by_day else ""
    words = [f"In {currency}.", by_day, contracts_words(attribution, currency, view)]
    if attribution.unvalued:
        words.append(f"The rest contains {count_text(attribution.unvalued, 'row')} without a known value.")
    words.append(assumed_rows_words(attribution.assumed))
    draw_html(f'<div class="sf-note">{escape(" ".join(filter(None, words)))}</div>')


def _show_coins(scene: Scene, found: Performance, attribution: Attribution, bounds: Bounds, currency: str) -> None:
    """The effect of the prices of each coin, with links to its page and its fills."""
    view = scene.view
    symbols: Sequence[str] = load_or((), lambda: load_fill_symbols(scene))
    known = load_coins(scene)
    # Without a database there are no links.
    key = (short_key(_key(scene, found), attribution), "coins", *bounds, bool(symbols), known)

    def open_coin(coin: str) -> None:
        if coin in known:
            lead_to("coin", {"coin": coin})

    links = coin_links([effect.asset for effect in attribution.effects], symbols, bounds, view)
    frame = cached(coins_frame, key, attribution, links, currency, view.hide_amounts)
    show_table(
        frame, COINS, "coins", order=[column.name for column in COINS], inks=view.inks, alt="Price effect by coin",
        frame_key=key, rows=rows_of_coins(frame["Coin"], known, view), on_open=open_coin,
    )  # fmt: skip


def _show_corrections(scene: Scene, found: Performance) -> None:
    """Later changes of months and years that were over. Draws nothing without one."""
    periods = load_or((), lambda: load_recorded_periods(scene, found.begin, found.until))
    corrected = [period for period in periods if period.corrections]
    if not corrected:
        return
    names = {account.id: account.name for account in scene.accounts}
    with section("Corrections", "of months and years that were over, by the day when they came to be known"):
        for of_day in corrections_by_day(corrected, scene.view):
            with fold(f"corrections_{of_day.day}", of_day.words(scene.view)):
                for words in corrected_words(of_day.periods, names, scene.view):
                    draw_html(f'<div class="sf-note">{escape(words)}</div>')
                show_table(
                    corrections_frame(of_day.periods, names, scene.view), CORRECTIONS,
                    f"corrections_of_{of_day.day}", order=ON_A_DESK,
                    inks=scene.view.inks, alt=f"Corrections of {of_day.day}",
                )  # fmt: skip
        draw_html(f'<div class="sf-note">{escape(IN_UTC)}</div>')


def _show_income(scene: Scene, found: Performance) -> None:
    loaded = load_or_none("Fees and funding", lambda: load_daily_income(scene, found.since, found.until))
    if loaded is None:
        return
    currency, rows = loaded
    if not rows:
        show_empty("No fees, funding or interest in this period", None, scene.view)
        return
    arguments = rows, currency, scene.view.zone, scene.view.hide_amounts
    _draw("income", INCOME_HEIGHT, _key(scene, found), income_chart, *arguments)
    assumed = assumed_rows_words(sum(row.assumed for row in rows))
    whose = "Trade fees are those of Trades, transfer fees those of Cash flow."
    words = f"In {currency}, each at its own time. Negative was paid. {whose} {assumed}".strip()
    draw_html(f'<div class="sf-note">{escape(words)}</div>')
