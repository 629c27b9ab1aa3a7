"""View of the watchlist: markets and their figures as one table. Pure."""

from collections.abc import Callable, Collection, Sequence

from analysis.presets import PRESETS
from analysis.watchlist import Figure, MarketFigures, Signal, SignalState
from domain.watchlist import ListedMarket, Why
from pages.coin.choices import choices_of_market
from pages.components.table.frames import card_lines_of, with_spare
from pages.components.table.model import Place, Table, TableColumn, TableRows, Tone
from pages.shared.choices import address_of
from pages.shared.formats import UNKNOWN, percent_text, price_text
from pages.shared.signal_words import INDICATORS, preset_text, signal_hint, signals_text, state_text
from pages.shared.view import View

_TONES = {SignalState.BUY: Tone.GAIN, SignalState.SELL: Tone.LOSS, SignalState.UNKNOWN: Tone.DIM}
_WHY_TEXTS = {Why.HELD: "held", Why.ORDERED: "ordered", Why.ADDED: "added"}
_SPARE = ("why", "ema_10", "atr_14", "volume_ratio", "ma_200", "ma_50", "rsi_14")
NOT_READ = Figure(None, "No candles of this market are stored yet")

Rows = Sequence[tuple[ListedMarket, MarketFigures | None]]


def matching(markets: Collection[ListedMarket], search: str) -> tuple[ListedMarket, ...]:
    """The markets whose symbol or venue contains the text."""
    text = search.strip().lower()
    return tuple(market for market in markets if text in market.symbol.lower() or text in market.venue.lower())


def watchlist_table(
    rows: Rows, timeframe: str, view: View, alerts: Sequence[Sequence[str]], *, several_venues: bool
) -> Table:
    """The table. Indicators are those of `timeframe`. `alerts` are the names of rules that are on for each market.

    A row leads to the page of its coin, with its market.
    """
    markets = [market for market, _ in rows]
    columns = [
        TableColumn("market", "Market", [m.symbol for m in markets], is_number=False, place=Place.TITLE),
        _venue_column(markets, several_venues),
        _price_column(rows),
        _change_column(rows),
        _week_column(rows),
        _signal_column(rows),
        _alert_column(alerts),
        _order_column(markets),
        *_indicator_columns(rows, timeframe),
        *(_preset_column(rows, name) for name in PRESETS),
        TableColumn(
            "why", "On the list", [", ".join(_WHY_TEXTS[why] for why in m.whys) for m in markets], is_number=False
        ),
    ]
    columns = list(with_spare(columns, _SPARE))
    keys = [f"{market.venue}\n{market.symbol}" for market in markets]
    links = [address_of("coin", view, choices_of_market(m.base, (m.venue, m.symbol))) for m in markets]
    inks = {"gain": view.inks.gain, "loss": view.inks.loss}
    return Table("watchlist", "Watched markets", columns, TableRows(keys, links), "market", "No market", inks=inks)


def _venue_column(markets: Sequence[ListedMarket], is_shown: bool) -> TableColumn:
    return TableColumn("venue", "Exchange", [m.venue for m in markets], is_number=False, is_shown=is_shown)


def _price_column(rows: Rows) -> TableColumn:
    """The price of the newest refresh, else the newest close."""
    figures = [_price_of(market, figures) for market, figures in rows]
    hints = [
        figure.reason or ("" if market.price is not None and market.price.best is not None else "The newest close")
        for figure, (market, _) in zip(figures, rows, strict=True)
    ]
    return _column("price", "Price", figures, price_text, hints=hints, place=Place.LEAD)


def _price_of(market: ListedMarket, figures: MarketFigures | None) -> Figure:
    best = None if market.price is None else market.price.best
    if best is not None:
        return Figure(float(best))
    return NOT_READ if figures is None else figures.close


def _change_column(rows: Rows) -> TableColumn:
    """The change that the exchange states, else that of the hourly closes."""
    changes = []
    for market, figures in rows:
        stated = None if market.price is None else market.price.change_24h
        computed = NOT_READ if figures is None else figures.change_24h
        changes.append(computed if stated is None else Figure(float(stated)))
    tones = [_tone(change.value) for change in changes]
    return _column("change", "24 h", changes, _change_text, tones=tones, place=Place.FIGURE)


def _change_text(value: float) -> str:
    return percent_text(value, signed=True, decimals=2)


def _tone(value: float | None) -> Tone:
    return Tone.DIM if value is None else Tone.GAIN if value > 0 else Tone.LOSS if value < 0 else Tone.PLAIN


def _week_column(rows: Rows) -> TableColumn:
    lines = [None if figures is None else figures.sparkline for _, figures in rows]
    texts = ["" if line and len(line) > 1 else UNKNOWN for line in lines]
    hints = ["" if text == "" else "No hourly candles of 7 days are stored yet" for text in texts]
    moves = [line[-1] / line[0] - 1 if line and line[0] else None for line in lines]
    return TableColumn("week", "7 days", texts, sort=moves, lines=lines, hints=hints, is_number=False)


def _indicator_columns(rows: Rows, timeframe: str) -> list[TableColumn]:
    return [
        _column(
            words.name,
            words.label,
            [_indicator(figures, timeframe, words.name) for _, figures in rows],
            words.write,
            note=words.note,
        )
        for words in INDICATORS
    ]


def _indicator(figures: MarketFigures | None, timeframe: str, name: str) -> Figure:
    return NOT_READ if figures is None else figures.indicators[timeframe][name]


def _signal_column(rows: Rows) -> TableColumn:
    """All presets in one word: those that fire, else how many are unknown."""
    texts = [signals_text(() if figures is None else figures.signals) for _, figures in rows]
    tones = [Tone.PLAIN if _fires(figures) else Tone.DIM for _, figures in rows]
    ranks = [0.0 if figures is None else -sum(signal.fires for signal in figures.signals) for _, figures in rows]
    hints = [_states_text(() if figures is None else figures.signals) for _, figures in rows]
    note = "Presets that hold at the newest close. Columns shows each of them"
    return TableColumn(
        "signals", "Signals", texts, ranks, tones, hints=hints, help=note, place=Place.NOTE, is_number=False,
        card_lines=card_lines_of(texts),
    )  # fmt: skip


def _alert_column(alerts: Sequence[Sequence[str]]) -> TableColumn:
    """How many rules are on for each market, and their names."""
    return TableColumn(
        "alerts",
        "Alerts",
        [str(len(names)) if names else UNKNOWN for names in alerts],
        [float(len(names)) for names in alerts],
        [Tone.PLAIN if names else Tone.DIM for names in alerts],
        hints=[", ".join(names) or "No rule is on for this market" for names in alerts],
        help="Rules that are on for the market",
    )


def _states_text(signals: Sequence[Signal]) -> str:
    """The state of each preset, for those that touch the cell."""
    return ", ".join(f"{preset_text(signal.preset)}: {state_text(signal.state)}" for signal in signals)


def _fires(figures: MarketFigures | None) -> bool:
    return figures is not None and any(signal.fires for signal in figures.signals)


def _preset_column(rows: Rows, name: str) -> TableColumn:
    signals = [_signal(figures, name) for _, figures in rows]
    preset = PRESETS[name]
    return TableColumn(
        name,
        f"{preset.style.capitalize()} {preset.risk.value[:4]}.",
        [state_text(signal.state) for signal in signals],
        tones=[_TONES.get(signal.state, Tone.PLAIN) for signal in signals],
        hints=[signal_hint(signal) for signal in signals],
        help=f"{preset_text(name)}, buys when {preset.buy}, sells when {preset.sell}",
        is_number=False,
        is_shown=False,
    )


def _signal(figures: MarketFigures | None, name: str) -> Signal:
    if figures is None:
        return Signal(name, SignalState.UNKNOWN, NOT_READ.reason)
    return next(signal for signal in figures.signals if signal.preset == name)


def _order_column(markets: Sequence[ListedMarket]) -> TableColumn:
    texts = [UNKNOWN if market.distance is None else _change_text(float(market.distance)) for market in markets]
    return TableColumn(
        "nearest",
        "To order",
        texts,
        sort=[None if market.distance is None else float(abs(market.distance)) for market in markets],
        hints=[_order_hint(market) for market in markets],
        help="Move of the price until the nearest own open order acts",
    )


def _order_hint(market: ListedMarket) -> str:
    order = market.nearest
    if order is None:
        return "A price is unknown" if Why.ORDERED in market.whys else "No open order"
    role = order.role.value.replace("_", " ")
    return f"{order.account}: {order.side.value} {role} at {price_text(order.price)}"


def _column(
    key: str,
    label: str,
    figures: Sequence[Figure],
    write: Callable[[float], str],
    *,
    hints: Sequence[str] = (),
    tones: Sequence[Tone] = (),
    note: str = "",
    place: Place = Place.NONE,
) -> TableColumn:
    return TableColumn(
        key,
        label,
        [UNKNOWN if figure.value is None else write(figure.value) for figure in figures],
        sort=[figure.value for figure in figures],
        tones=tones or [Tone.DIM if figure.value is None else Tone.PLAIN for figure in figures],
        hints=hints or [figure.reason for figure in figures],
        help=note,
        place=place,
    )
