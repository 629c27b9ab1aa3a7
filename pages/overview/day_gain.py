"""Gain of the day: the lines that the change of net value since midnight came from, which add up as shown. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from domain.change import NetValueChange
from pages.overview.targets import HOLDINGS, period_target, section_target
from pages.shared.formats import MINUS
from pages.shared.sums import rounded_as_shown, sum_text
from pages.shared.view import View
from pages.shared.widgets_html import Kpi, Target, change_html

TODAY = "today"
_MEANS = "Change of net value without deposits and withdrawals. The lines add up to it"
_WITH_FLOWS = (
    "Change of net value. Deposits and withdrawals cannot be read on every account, so those are in it and in other. "
    "The lines add up to it"
)
_OTHER = (
    "Price changes of coins of unknown cost and of money in other currencies, values of the exchange that differ from "
    "prices, the P&L that coins had when they came in or went out by a transfer, movements that no list explains, and "
    "the rounding of these lines. Performance has every line"
)
_NO_FILLS = "Not known: the fills of the day are not read on every account"
_NO_TRANSFERS = "Not known: the deposits, withdrawals and income of the day are not read on every account"
_NO_CHANGE = "Not known: Open P&L says why"
_NO_OTHER = "Not known: it is what the lines above leave of the gain, and not all of them are known"
_FEES = "Not a line of its own: realised P&L has the fees of what was closed, open P&L those of what was bought"


@dataclass(frozen=True, slots=True)
class DayLines:
    """The parts of today's gain in the display currency, as their own figures have them. None is unknown."""

    realised: Decimal | None
    open_pnl: Decimal | None
    income: Decimal | None
    trade_fees: Decimal | None  # positive: paid


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    amount: Decimal | None
    why: str
    why_unknown: str
    target: Target


def day_gain_kpi(gain: NetValueChange, lines: DayLines, view: View, *, has_unknown_costs: bool = False) -> Kpi:
    """The gain of today with its lines, each of which leads to its rows."""
    rows = "".join(_row_html(row, view) for row in _rows(gain.amount, lines, view))
    return Kpi(
        f"Gain {TODAY}" if view.as_of is None else "Gain that day",
        sum_text(gain.amount, view.currency, hidden=view.hide_amounts),
        "other has the price changes of coins of unknown cost" if has_unknown_costs else "",
        why=_why(gain),
        extra=f'<div class="sf-changes">{rows}</div>',
        target=period_target("performance", view, TODAY),
    )


def _why(gain: NetValueChange) -> str:
    if gain.amount is None:
        return f"Not known: {gain.why}"
    return _MEANS if gain.flows is not None else _WITH_FLOWS


def _rows(gain: Decimal | None, lines: DayLines, view: View) -> Iterator[_Row]:
    fills, transfers = period_target("fills", view, TODAY), period_target("transfers", view, TODAY)
    yield _Row("realised P&L", lines.realised, "As Trades adds it up, after trade fees", _NO_FILLS, fills)
    yield _Row("open P&L", lines.open_pnl, "Its change since the day began", _NO_CHANGE, section_target(HOLDINGS, view))
    yield _Row("income & transfer fees", lines.income, "As Cash flow adds it up", _NO_TRANSFERS, transfers)
    yield _Row(
        "other", _other(gain, lines, view.currency), _OTHER, _NO_OTHER, period_target("performance", view, TODAY)
    )
    fees = None if lines.trade_fees is None else -lines.trade_fees
    yield _Row("trade fees, in P&L", fees, _FEES, _NO_FILLS, fills)


def _other(gain: Decimal | None, lines: DayLines, currency: str) -> Decimal | None:
    """What the other lines leave of the gain, as all of them are shown."""
    if gain is None or lines.realised is None or lines.open_pnl is None or lines.income is None:
        return None
    shown = [rounded_as_shown(amount, currency) for amount in (lines.realised, lines.open_pnl, lines.income)]
    return rounded_as_shown(gain, currency) - sum(shown, Decimal(0))


def _row_html(row: _Row, view: View) -> str:
    text = sum_text(row.amount, view.currency, hidden=view.hide_amounts)
    ink = {"+": view.inks.gain, MINUS: view.inks.loss}.get(text[:1], "")
    return change_html(row.name, text, "", row.why_unknown if row.amount is None else row.why, ink, row.target)
