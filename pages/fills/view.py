"""View: the frames, figures and texts of Fills. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import pandas as pd

from db.reads.fill_totals import FillTotals
from db.reads.fills import FillRow
from domain.prices import Rates
from domain.worth import total_worth
from pages.fills.words import (
    LIQUIDITIES,
    fee_word,
    order_link,
    realised_by_market_word,
    realised_note,
    realised_word,
)
from pages.shared.amounts import fees_of, past_amount_of, realised_of
from pages.shared.formats import UNKNOWN, amount_text, masked, quantity_text, time_word, utc_text
from pages.shared.tables import account_first, spaced
from pages.shared.view import View
from pages.shared.widgets_html import Kpi

# A phone shows the first four or five without scrolling.
COLUMNS = (
    "time", "symbol", "side", "position", "realised", "value", "price", "quantity", "fee", "liquidity",
    "realised_by_market", "note", "order", "fill_id", "account", "utc", "deal", "when", "result",
)  # fmt: skip
# Optional columns. They are shown only if a fill of the page has a value for them.
_SOMETIMES = frozenset({"position", "realised_by_market", "note"})


def fills_frame(rows: Sequence[FillRow], view: View, at: datetime, several: bool) -> pd.DataFrame:
    """The fills as shown on screen. With `several` accounts the account is the first column."""
    fills = [row.fill for row in rows]
    hidden = view.hide_amounts
    columns: Mapping[str, Sequence[str | None]] = {
        "time": [time_word(fill.at, view.zone, at) for fill in fills],
        "account": [fill.account for fill in fills],
        "symbol": [fill.symbol for fill in fills],
        "side": [fill.side.value.capitalize() for fill in fills],
        "position": ["" if fill.position_side is None else fill.position_side.value.capitalize() for fill in fills],
        "price": spaced([quantity_text(fill.price) for fill in fills]),
        "quantity": _amounts([quantity_text(fill.amount) for fill in fills], hidden),
        "value": _amounts([amount_text(fill.value, fill.quote) for fill in fills], hidden),
        "realised": _amounts([realised_word(row) for row in rows], hidden),
        "realised_by_market": _amounts([realised_by_market_word(row) for row in rows], hidden),
        "note": [realised_note(row, hidden=hidden) for row in rows],
        "fee": _amounts([fee_word(fill) for fill in fills], hidden),
        "liquidity": [LIQUIDITIES[fill.liquidity] for fill in fills],
        "order": [order_link(fill, view) for fill in fills],
        "fill_id": [fill.key for fill in fills],
        "utc": [utc_text(fill.at) for fill in fills],
        "deal": [f"{fill.side.value.capitalize()} {view.quantity(fill.amount)}" for fill in fills],
        "when": [f"{time_word(fill.at, view.zone, at)} at {quantity_text(fill.price)}" for fill in fills],
        "result": [_result(row, hidden) for row in rows],
    }
    order = account_first(COLUMNS, several)
    shown = [name for name in order if name not in _SOMETIMES or any(map(str.strip, columns[name]))]  # type: ignore[arg-type]
    return pd.DataFrame({name: pd.Series(list(columns[name]), dtype="str") for name in shown})


def _result(row: FillRow, hidden: bool) -> str:
    """The second figure of a card: the realised profit, or the value of a fill that only bought or opened."""
    realised = realised_word(row)
    name, word = ("Value", amount_text(row.fill.value, row.fill.quote)) if realised == UNKNOWN else ("P&L", realised)
    return f"{name} {masked(word, hidden) if any(map(str.isdigit, word)) else word}"


def _amounts(texts: Sequence[str], hidden: bool) -> Sequence[str]:
    if not hidden:
        return spaced(texts)
    return [masked(text, hidden) if any(map(str.isdigit, text)) else text for text in texts]


def totals_kpis(totals: FillTotals, _: Rates, view: View) -> Iterator[Kpi]:
    """Totals of all fills of the filter, including those on other pages."""
    yield Kpi(
        "Fills", f"{totals.fills:,}", "all that match the filters", why="Executions, whatever page of them is shown"
    )
    bought = {quote: quote_totals.bought for quote, quote_totals in totals.by_quote.items()}
    sold = {quote: quote_totals.sold for quote, quote_totals in totals.by_quote.items()}
    figures = {
        "Bought": past_amount_of("Bought", total_worth(bought, totals.bought_worths, view.currency), view),
        "Sold": past_amount_of("Sold", total_worth(sold, totals.sold_worths, view.currency), view),
        "Trade fees": fees_of(totals, view),
        "Realised after fees": realised_of(totals, view),
    }
    for label, figure in figures.items():
        note = " · ".join(filter(None, [figure.note, figure.assumed]))
        yield Kpi(label, figure.value, note, why=figure.why, warns=figure.warns)


_OF_FILL = (
    "account", "exchange", "at", "symbol", "exchange_symbol", "market_type", "side", "price", "amount", "base", "value",
    "quote", "fee", "fee_currency", "liquidity", "contracts", "contract_size", "position_side", "order_id", "key",
)  # fmt: skip
# The results over all coins that it moved, then in its own market alone.
_RESULTS = (
    "fee_value", "realised", "realised_currency", "realised_before_fees", "unexplained", "realised_by_market",
    "realised_before_fees_by_market", "unexplained_by_market", "held_after", "cost_after",
)  # fmt: skip
_COIN = ("held_after", "known_after", "cost_after", "is_assumed")
EXPORTED = (*_OF_FILL, *_RESULTS, *(f"coin_{name}" for name in _COIN), "realised_stated_by_exchange")


def exported_values(row: FillRow) -> Sequence[object]:
    """The values of a fill in each column of the export, with every digit."""
    fill: list[object] = [getattr(row.fill, name) for name in _OF_FILL]
    results: list[object] = [getattr(row, name) for name in _RESULTS]
    coin = [None if row.coin is None else getattr(row.coin, name) for name in _COIN]
    return [*fill, *results, *coin, row.fill.realised_pnl]
