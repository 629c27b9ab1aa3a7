"""Ladder: the orders of one symbol above and below its market price, each level as long as it is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from pages.open_orders.table import OrderTable
from pages.shared.charts import new_figure
from pages.shared.formats import MASK, UNKNOWN, money_text, quantity_text
from pages.shared.theme import INK, Inks

MOST_LEVELS = 60  # more than these could not be told apart: neighbours are drawn as one
NAMED_LEVELS = 18
HEIGHT = 420


@dataclass(frozen=True, slots=True)
class Level:
    """Orders of one side at one price, or at neighbouring prices where there are too many to tell apart."""

    price: float
    is_buy: bool
    is_trigger: bool
    orders: int
    value: float  # of those orders that could be valued
    name: str


def ladder_of(
    table: OrderTable, rows: npt.NDArray[np.int64], symbol: str, inks: Inks, *, hide_amounts: bool
) -> go.Figure:
    """The ladder of one symbol: bars from the left, as long as the level is worth, and the market as a line."""
    levels = levels_of(table, rows, symbol)
    market = table.markets.get(symbol)
    figure = new_figure(HEIGHT, bargap=0, barmode="overlay", hovermode="closest", showlegend=True)
    width = _thickness(levels, market)
    for is_buy, is_trigger in ((True, False), (True, True), (False, False), (False, True)):
        part = [level for level in levels if (level.is_buy, level.is_trigger) == (is_buy, is_trigger)]
        if part:
            figure.add_trace(_bars(part, inks, width, table.currency, hide_amounts))
    if market is not None:
        _draw_market(figure, market)
    figure.update_yaxes(title=None, tickformat=",", side="right", nticks=9)
    figure.update_xaxes(
        title=None, showticklabels=not hide_amounts, showgrid=True, rangemode="tozero", tickformat="~s", nticks=5
    )
    return figure


def levels_of(table: OrderTable, rows: npt.NDArray[np.int64], symbol: str) -> tuple[Level, ...]:
    """The levels of one symbol, from the lowest price up."""
    here = rows[(table.texts["symbol"].to_numpy() == symbol)[rows] & np.isfinite(table.prices[rows])]
    if not len(here):
        return ()
    prices = table.prices[here]
    steps = _steps(prices)
    found: dict[tuple[int, bool, bool], list[int]] = {}
    for row, step in zip(here, steps, strict=True):
        found.setdefault((int(step), bool(table.buys[row]), bool(table.triggers[row])), []).append(int(row))
    levels = [_level(table, members, is_buy, is_trigger) for (_, is_buy, is_trigger), members in found.items()]
    return tuple(sorted(levels, key=lambda level: level.price))


def symbols_by_nearness(table: OrderTable, rows: npt.NDArray[np.int64]) -> Sequence[str]:
    """The symbols of these rows that have a price to draw, the one with the nearest order first."""
    drawable = rows[np.isfinite(table.prices[rows])]
    return list(dict.fromkeys(table.texts["symbol"].iloc[drawable]))


def _steps(prices: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """A number for each price: its own while there are few different ones, else that of its stretch of prices."""
    distinct, numbers = np.unique(prices, return_inverse=True)
    if len(distinct) <= MOST_LEVELS:
        return np.asarray(numbers, dtype=np.int64)
    edges = np.linspace(prices.min(), prices.max(), MOST_LEVELS + 1)
    return np.asarray(np.clip(np.digitize(prices, edges) - 1, 0, MOST_LEVELS - 1), dtype=np.int64)


def _level(table: OrderTable, members: Sequence[int], is_buy: bool, is_trigger: bool) -> Level:
    kind = str(table.texts["type"].iat[members[0]]).partition(",")[0]
    role = str(table.texts["role"].iat[members[0]])
    name = f"{len(members)} orders" if len(members) > 1 else kind if role in (UNKNOWN, kind) else f"{kind} · {role}"
    return Level(
        price=float(np.mean(table.prices[list(members)])),
        is_buy=is_buy,
        is_trigger=is_trigger,
        orders=len(members),
        value=float(sum(value for row in members if (value := table.values[row]) is not None)),
        name=name,
    )


def _thickness(levels: Sequence[Level], market: Decimal | None) -> float:
    """How thick a bar is, in units of price: a hundredth of what is drawn, so that it is seen and hides no other."""
    prices = [level.price for level in levels] + ([float(market)] if market is not None else [])
    span = max(prices, default=0) - min(prices, default=0)
    return span / 70 if span else max(prices, default=1) / 100 or 1


def _bars(levels: Sequence[Level], inks: Inks, width: float, currency: str, hide_amounts: bool) -> go.Bar:
    first = levels[0]
    ink = inks.gain if first.is_buy else inks.loss
    side = "Buy" if first.is_buy else "Sell"
    worth = [MASK if hide_amounts else money_text(level.value, currency) for level in levels]
    prices = [quantity_text(Decimal(f"{level.price:.10g}")) for level in levels]
    return go.Bar(
        name=f"{side} trigger" if first.is_trigger else side,
        orientation="h",
        y=[level.price for level in levels],
        x=[level.value for level in levels],
        width=width,
        marker={
            "color": ink,
            "line": {"color": ink, "width": 1},
            "pattern": {"shape": "/" if first.is_trigger else "", "size": 5, "solidity": 0.35, "fillmode": "replace"},
        },
        text=[level.name if len(levels) <= NAMED_LEVELS else "" for level in levels],
        textposition="outside",
        textfont={"size": 10, "color": INK},
        cliponaxis=False,
        customdata=[[side, *row] for row in zip([v.name for v in levels], prices, worth, strict=True)],
        hovertemplate="%{customdata[0]} at %{customdata[2]}<br>%{customdata[1]}<br>%{customdata[3]}<extra></extra>",
    )


def _draw_market(figure: go.Figure, market: Decimal) -> None:
    figure.add_hline(
        y=float(market),
        line={"color": INK, "width": 1.5, "dash": "dot"},
        annotation={
            "text": f"market {quantity_text(market)}",
            "font": {"size": 11, "color": INK},
            "xanchor": "right",
            "x": 1,
            "yanchor": "bottom",
            "showarrow": False,
        },
    )
