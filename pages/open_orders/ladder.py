"""Ladder: the orders of one symbol above and below its market price, each rung as long as its orders are worth."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from html import escape

import numpy as np
import numpy.typing as npt

from pages.open_orders.table import OrderTable
from pages.open_orders.words import role_word, type_words
from pages.shared.formats import MASK, UNKNOWN, money_text, percent_text, quantity_text
from pages.shared.theme import Inks

MOST_RUNGS = 30  # beyond this number, neighbouring prices share a rung


@dataclass(frozen=True, slots=True)
class Rung:
    """Orders of one side at one price. If there are too many prices, neighbouring prices share a rung."""

    lowest: float
    highest: float
    is_buy: bool
    is_trigger: bool
    orders: int
    value: float  # orders with a known value
    name: str
    distance: float | None  # from the market, a signed fraction. The mean of its orders


def ladder_html(table: OrderTable, rows: npt.NDArray[np.int64], symbol: str, inks: Inks, *, hide_amounts: bool) -> str:
    """The ladder of one symbol, from the highest price down.

    Rungs are evenly spaced whatever the gaps between prices, so one far order does not flatten the rest. The market
    line separates the rungs below from those above. Hidden amounts are not drawn: then all bars have the same length.
    """
    rungs = rungs_of(table, rows, symbol)
    if hide_amounts:
        rungs = tuple(replace(rung, value=1.0) for rung in rungs)
    longest = max((rung.value for rung in rungs), default=0) or 1.0
    market = table.markets.get(symbol)
    html = []
    for rung in reversed(rungs):
        if market is not None and rung.lowest < float(market):
            html.append(_market_html(market))
            market = None
        worth = MASK if hide_amounts else money_text(rung.value, table.currency)
        html.append(_rung_html(rung, rung.value / longest, worth, inks))
    if market is not None:
        html.append(_market_html(market))
    return f'<div class="sf-ladder" role="img" aria-label="Orders around the market">{"".join(html)}</div>'


def rungs_of(table: OrderTable, rows: npt.NDArray[np.int64], symbol: str) -> tuple[Rung, ...]:
    """The rungs of one symbol, from the lowest price up."""
    here = rows[(table.column("symbol")[rows] == symbol) & np.isfinite(table.prices[rows])]
    market = table.markets.get(symbol)
    steps = _steps(table.prices[here], None if market is None else float(market))
    by_rung: dict[tuple[int, bool, bool], list[int]] = {}
    for row, step in zip(here, steps, strict=True):
        by_rung.setdefault((int(step), bool(table.facts.buys[row]), bool(table.facts.triggers[row])), []).append(
            int(row)
        )
    rungs = [_rung(table, members, side, trigger) for (_, side, trigger), members in by_rung.items()]
    return tuple(sorted(rungs, key=lambda rung: (rung.lowest, rung.highest)))


def symbols_by_nearness(table: OrderTable, rows: npt.NDArray[np.int64]) -> Sequence[str]:
    """The symbols of these rows that have a market price, the one with the nearest order first."""
    drawable = rows[np.isfinite(table.prices[rows])]
    return list(dict.fromkeys(table.column("symbol")[drawable]))


def _steps(prices: npt.NDArray[np.float64], market: float | None) -> npt.NDArray[np.int64]:
    """A rung number for each price.

    Few prices get one each, many share one with their neighbours on the same market side.
    """
    distinct, numbers = np.unique(prices, return_inverse=True)
    if len(distinct) <= MOST_RUNGS:
        return np.asarray(numbers, dtype=np.int64)
    split = len(distinct) // 2 if market is None else int(np.searchsorted(distinct, market))
    share = max(1, min(MOST_RUNGS - 1, round(MOST_RUNGS * split / len(distinct))))
    sides = (*np.array_split(distinct[:split], share), *np.array_split(distinct[split:], MOST_RUNGS - share))
    sizes = [len(prices_of_side) for prices_of_side in sides]
    return np.asarray(np.repeat(np.arange(len(sizes)), sizes)[numbers], dtype=np.int64)


def _rung(table: OrderTable, members: Sequence[int], is_buy: bool, is_trigger: bool) -> Rung:
    prices, moves = table.prices[list(members)], table.moves[list(members)]
    first = table.order(members[0])
    role = role_word(first)
    name = type_words(first)[0] if role == UNKNOWN else role
    return Rung(
        lowest=float(prices.min()),
        highest=float(prices.max()),
        is_buy=is_buy,
        is_trigger=is_trigger,
        orders=len(members),
        value=float(sum(value for row in members if (value := table.values[row]) is not None)),
        name=name if len(members) == 1 else f"{len(members)} orders",
        distance=None if np.isnan(moves).all() else float(np.nanmean(moves)),
    )


def _rung_html(rung: Rung, share: float, worth: str, inks: Inks) -> str:
    """One rung. Side, kind and worth are also written as text. Orders that wait for a trigger are hatched."""
    side = "Buy" if rung.is_buy else "Sell"
    away = percent_text(rung.distance, signed=True, decimals=2)
    hover = escape(f"{side} {rung.name} at {_price_words(rung)}, {away} from the market: {worth}")
    width = max(share * 100, 0.5)
    kind = "waits" if rung.is_trigger else "rests"
    return (
        f'<div class="rung {kind}" title="{hover}" style="--ink:{inks.gain_bar if rung.is_buy else inks.loss_bar}">'
        f'<b>{escape(_price_words(rung))}</b><span class="track"><i style="width:{width:.1f}%"></i></span>'
        f'<span class="name">{side} · {escape(rung.name)}</span><span class="worth">{escape(worth)}</span>'
        f'<span class="away">{escape(away)}</span></div>'
    )


def _market_html(market: Decimal) -> str:
    return f'<div class="market"><b>{escape(quantity_text(market))}</b><span>market</span></div>'


def _price_words(rung: Rung) -> str:
    lowest, highest = (quantity_text(Decimal(f"{price:.12g}")) for price in (rung.lowest, rung.highest))
    return lowest if lowest == highest else f"{lowest} – {highest}"
