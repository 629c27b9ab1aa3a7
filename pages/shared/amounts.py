"""Amounts: what fills come to, as figures in the display currency, with each currency by itself for the hover."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from db.reads.fill_totals import FillTotals
from domain.gains import Converted, converted
from domain.prices import Rates, assumed_words
from pages.shared.formats import MASK, UNKNOWN, count_text, money_text
from pages.shared.view import View


@dataclass(frozen=True, slots=True)
class Figure:
    """A sum in words: its value, what it lacks, and what it is made of."""

    value: str
    note: str
    why: str
    warns: bool = False
    assumed: str = ""  # dollar coins that count as one dollar, in words
    is_nothing: bool = False  # no amount of any currency


def amount_of(
    name: str, amounts: Mapping[str | None, Decimal], rates: Rates, view: View, *, signed: bool = False
) -> Figure:
    """Amounts of several currencies as one figure; what has no price is not in it, and said so (Lesson 13)."""
    money = converted(amounts, rates, view.currency)
    lacking = f"without {', '.join(money.unconverted)}" if money.unconverted else ""
    why, assumed = _amounts_words(name, money, view, signed) or f"{name}: nothing", assumed_words(money.assumed)
    return Figure(
        value=view.money(money.total, signed=signed),
        note=lacking,
        why=f"{why}, {assumed}" if assumed else why,
        warns=bool(lacking),
        assumed=assumed,
        is_nothing=not any(amounts.values()),
    )


def fees_of(totals: FillTotals, rates: Rates, view: View) -> Figure:
    """What was paid in fees less what was received; fills whose fee nobody knows are counted.

    Each fee at the time of its fill, so that the sum of a past period stands still; where one could not be valued then,
    all at the prices of the moment shown.
    """
    figure = amount_of("Fees", totals.fees, rates, view)
    if totals.fees_at_fills is not None:
        valued = amount_of("Fees", totals.fees_at_fills, rates, view)
        then = figure.why.replace("at the prices of the moment shown", "each at the time of its fill")
        figure = replace(valued, why=then, is_nothing=figure.is_nothing)
    return _with_unknown(figure, totals.fees_unknown, totals.fills, "fee")


_REALISED = (
    "What selling and closing gained, fees of both ends deducted, whichever market the coin was bought in. "
    "Buying alone realises nothing: a coin that others are paid with is not counted as sold"
)


def realised_of(totals: FillTotals, rates: Rates, view: View) -> Figure:
    """What was realised after fees over all markets of each coin; what the markets say by themselves is in its hover.

    Fills of which it is not known, or in part only, are counted.
    """
    parts = totals.by_quote
    realised = amount_of("Realised", {quote: part.realised for quote, part in parts.items()}, rates, view, signed=True)
    unknown = sum(part.realised_unknown for part in parts.values())
    figure = _with_unknown(replace(realised, why=f"{_REALISED}.\n{realised.why}"), unknown, totals.fills)
    unknown_by_market = sum(part.realised_by_market_unknown for part in parts.values())
    if all(part.realised_by_market == part.realised for part in parts.values()) and unknown_by_market == unknown:
        return figure
    amounts = {quote: part.realised_by_market for quote, part in parts.items()}
    words = amount_of("Each market by itself", amounts, rates, view, signed=True).why
    if unknown_by_market:
        words = f"{words}; {count_text(unknown_by_market, 'fill')} of unknown cost there"
    return replace(figure, why=f"{figure.why}.\n{words}")


def left_out_names(left_out: Iterable[str], view: View) -> list[str]:
    """Positions that are in no total, by name and size; the size is masked where amounts are hidden."""
    if not view.hide_amounts:
        return list(left_out)
    parts = [words.rsplit(" ", 2) for words in left_out]
    return [" ".join([*part[:-2], MASK, *part[-1:]]) for part in parts]


def _with_unknown(figure: Figure, unknown: int, of: int, what: str = "") -> Figure:
    if not unknown:
        return figure
    lacking = f"{what} unknown for {count_text(unknown, 'fill')}".strip()
    return replace(
        figure,
        value=UNKNOWN if unknown == of and figure.is_nothing else figure.value,
        note=f"{lacking} · {figure.note}" if figure.note else lacking,
        why=f"{figure.why}. Of {count_text(unknown, 'fill')} it is not known, or not whole",
        warns=False,
        is_nothing=False,
    )


def _amounts_words(name: str, money: Converted, view: View, signed: bool) -> str:
    """Amounts in their own currencies."""
    told = [
        money_text(amount, currency or "of unknown currency", signed=signed, hidden=view.hide_amounts)
        for currency, amount in money.by_currency.items()
        if amount
    ]
    return f"{name}: {', '.join(told)}, at the prices of the moment shown" if told else ""
