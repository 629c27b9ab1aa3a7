"""Waterfall: the lines of an attribution as bars, each from where the line before it ended. Pure HTML."""

from collections.abc import Sequence
from decimal import Decimal
from html import escape
from itertools import accumulate

from pages.performance.view import CHANGE
from pages.shared.sums import SumLine, sum_text, with_rounding
from pages.shared.theme import Inks


def waterfall_html(lines: Sequence[SumLine], currency: str, inks: Inks, hidden: bool) -> str:
    """One bar for each line, and the change that they add up to. Hidden amounts keep the lengths of their bars."""
    shown = with_rounding(lines, currency)
    ends = list(accumulate((amount for _, amount in shown), initial=Decimal(0)))
    lowest, highest = min(ends), max(ends)
    length = (highest - lowest) or Decimal(1)

    def share(amount: Decimal) -> float:
        return float((amount - lowest) / length * 100)

    def words(amount: Decimal) -> str:
        return sum_text(amount, currency, hidden=hidden)

    bars = zip(shown, ends[:-1], ends[1:], strict=True)
    steps = [_step_html(name, words(amount), amount, share(a), share(b), inks) for (name, amount), a, b in bars]
    steps.append(_step_html(CHANGE, words(ends[-1]), None, share(Decimal(0)), share(ends[-1]), inks))
    return f'<div class="sf-waterfall" style="--zero:{share(Decimal(0)):.2f}%">{"".join(steps)}</div>'


def _step_html(name: str, words: str, amount: Decimal | None, begin: float, end: float, inks: Inks) -> str:
    """A bar between two shares of the room in per cent. `amount` gives its colour, None for the sum. Zero has none."""
    ink = f"--ink:{inks.gain_bar if amount > 0 else inks.loss_bar};" if amount else ""
    kind = "sum" if amount is None else "step"
    place = f"{ink}--left:{min(begin, end):.2f}%;--width:{abs(end - begin):.2f}%;--end:{end:.2f}%"
    return f'<div class="{kind}" style="{place}"><span>{escape(name)}</span><i><u></u></i><b>{escape(words)}</b></div>'
