"""Ladder: the orders of one symbol above and below its market price, each rung as long as its orders are worth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from pages.open_orders.table import OrderTable
from pages.shared.charts import new_figure
from pages.shared.formats import MASK, UNKNOWN, money_text, percent_text, quantity_text
from pages.shared.theme import INK, Inks

MOST_RUNGS = 30  # more than these could not be told apart: neighbours share one
_RUNG_HEIGHT, _LEAST_HEIGHT, _FRAME_HEIGHT = 23, 150, 84
_ROOM_FOR_NAMES = 1.7  # of the longest bar


@dataclass(frozen=True, slots=True)
class Rung:
    """Orders of one side at one price, or at neighbouring prices where there are too many to tell apart."""

    lowest: float
    highest: float
    is_buy: bool
    is_trigger: bool
    orders: int
    value: float  # of those orders that could be valued
    name: str
    distance: float | None  # from the market, a signed fraction


def ladder_of(
    table: OrderTable, rows: npt.NDArray[np.int64], symbol: str, inks: Inks, *, hide_amounts: bool
) -> go.Figure:
    """The ladder of one symbol. Rungs stand evenly, whatever the gaps between prices, so that no far order flattens
    the rest; the market is the line between those below and those above it. Hidden amounts are not drawn either: then
    all bars are of one length."""
    rungs = rungs_of(table, rows, symbol)
    if hide_amounts:
        rungs = tuple(replace(rung, value=1.0) for rung in rungs)
    market = table.markets.get(symbol)
    figure = new_figure(
        max(_LEAST_HEIGHT, _RUNG_HEIGHT * len(rungs)) + _FRAME_HEIGHT,
        bargap=0.28,
        barmode="overlay",
        hovermode="closest",
        showlegend=True,
    )
    for part in _parts(rungs):
        figure.add_trace(_bars(rungs, part, inks, table.currency, hide_amounts))
    if market is not None:
        _draw_market(figure, market, sum(rung.highest <= float(market) for rung in rungs) - 0.5)
    figure.update_yaxes(
        tickvals=list(range(len(rungs))),
        ticktext=[_price_words(rung) for rung in rungs],
        range=[-0.9, len(rungs) - 0.1],
        side="left",
        showgrid=False,
    )
    longest = max((rung.value for rung in rungs), default=0) or 1
    figure.update_xaxes(
        showticklabels=not hide_amounts, showgrid=True, range=[0, longest * _ROOM_FOR_NAMES], tickformat="~s", nticks=5
    )
    return figure


def rungs_of(table: OrderTable, rows: npt.NDArray[np.int64], symbol: str) -> tuple[Rung, ...]:
    """The rungs of one symbol, from the lowest price up."""
    here = rows[(table.texts["symbol"].to_numpy() == symbol)[rows] & np.isfinite(table.prices[rows])]
    market = table.markets.get(symbol)
    steps = _steps(table.prices[here], None if market is None else float(market))
    found: dict[tuple[int, bool, bool], list[int]] = {}
    for row, step in zip(here, steps, strict=True):
        found.setdefault((int(step), bool(table.buys[row]), bool(table.triggers[row])), []).append(int(row))
    rungs = [_rung(table, members, side, trigger, market) for (_, side, trigger), members in found.items()]
    return tuple(sorted(rungs, key=lambda rung: (rung.lowest, rung.highest)))


def symbols_by_nearness(table: OrderTable, rows: npt.NDArray[np.int64]) -> Sequence[str]:
    """The symbols of these rows that have a price to draw, the one with the nearest order first."""
    drawable = rows[np.isfinite(table.prices[rows])]
    return list(dict.fromkeys(table.texts["symbol"].iloc[drawable]))


def _steps(prices: npt.NDArray[np.float64], market: float | None) -> npt.NDArray[np.int64]:
    """A number for each price: its own while there are few, else its neighbourhood's on its side of the market."""
    distinct, numbers = np.unique(prices, return_inverse=True)
    if len(distinct) <= MOST_RUNGS:
        return np.asarray(numbers, dtype=np.int64)
    split = len(distinct) // 2 if market is None else int(np.searchsorted(distinct, market))
    share = max(1, min(MOST_RUNGS - 1, round(MOST_RUNGS * split / len(distinct))))
    sides = (*np.array_split(distinct[:split], share), *np.array_split(distinct[split:], MOST_RUNGS - share))
    sizes = [len(part) for part in sides]
    return np.asarray(np.repeat(np.arange(len(sizes)), sizes)[numbers], dtype=np.int64)


def _rung(table: OrderTable, members: Sequence[int], is_buy: bool, is_trigger: bool, market: Decimal | None) -> Rung:
    prices = table.prices[list(members)]
    kind = str(table.texts["type"].iat[members[0]]).partition(",")[0]
    role = str(table.texts["role"].iat[members[0]])
    name = kind if role == UNKNOWN else role
    return Rung(
        lowest=float(prices.min()),
        highest=float(prices.max()),
        is_buy=is_buy,
        is_trigger=is_trigger,
        orders=len(members),
        value=float(sum(value for row in members if (value := table.values[row]) is not None)),
        name=name if len(members) == 1 else f"{len(members)} orders",
        distance=None if not market else float(prices.mean()) / float(market) - 1,
    )


def _parts(rungs: Sequence[Rung]) -> Iterator[list[int]]:
    """The numbers of the rungs that are drawn alike: buying and selling, resting and waiting."""
    for kind in ((True, False), (True, True), (False, False), (False, True)):
        part = [n for n, rung in enumerate(rungs) if (rung.is_buy, rung.is_trigger) == kind]
        if part:
            yield part


def _bars(rungs: Sequence[Rung], part: Sequence[int], inks: Inks, currency: str, hide_amounts: bool) -> go.Bar:
    drawn = [rungs[n] for n in part]
    first = drawn[0]
    ink = inks.gain if first.is_buy else inks.loss
    side = "Buy" if first.is_buy else "Sell"
    worth = [MASK if hide_amounts else money_text(rung.value, currency) for rung in drawn]
    away = [percent_text(rung.distance, signed=True) for rung in drawn]
    return go.Bar(
        name=f"{side} trigger" if first.is_trigger else side,
        orientation="h",
        y=list(part),
        x=[rung.value for rung in drawn],
        marker={
            "color": ink,
            "line": {"color": ink, "width": 1},
            "pattern": {"shape": "/" if first.is_trigger else "", "size": 5, "solidity": 0.3, "fillmode": "replace"},
        },
        text=[f"{rung.name}  {distance}" for rung, distance in zip(drawn, away, strict=True)],
        textposition="outside",
        constraintext="none",
        textfont={"size": 11, "color": INK},
        cliponaxis=False,
        customdata=[
            [side, _price_words(rung), rung.name, *words] for rung, *words in zip(drawn, worth, away, strict=True)
        ],
        hovertemplate="<b>%{customdata[0]} at %{customdata[1]}</b>  %{customdata[4]}<br>"
        "%{customdata[2]}<br>%{customdata[3]}<extra></extra>",
    )


def _price_words(rung: Rung) -> str:
    lowest, highest = (quantity_text(Decimal(f"{price:.12g}")) for price in (rung.lowest, rung.highest))
    return lowest if lowest == highest else f"{lowest} – {highest}"


def _draw_market(figure: go.Figure, market: Decimal, at: float) -> None:
    figure.add_hline(
        y=at,
        line={"color": INK, "width": 1.5, "dash": "dot"},
        annotation={
            "text": f"market <b>{quantity_text(market)}</b>",
            "font": {"size": 11, "color": INK},
            "xanchor": "right",
            "x": 1,
            "yanchor": "bottom",
            "showarrow": False,
        },
    )
