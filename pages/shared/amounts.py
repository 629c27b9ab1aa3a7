"""Amounts: totals of fills in the display currency, with each currency by itself on hover."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from db.reads.fill_totals import FillTotals
from domain.gains import Converted
from domain.prices import assumed_words
from domain.worth import DOLLAR_COIN, total_worth
from pages.shared.formats import MASK, UNKNOWN, count_text, money_text
from pages.shared.view import View

EACH_AT_ITS_TIME = "each at its own time"
EACH_DAY = "each day at its rate"
_IN_ITS_CURRENCY = "in its own currency"
TRADE_FEES_MEAN = "Fees of trades alone. Fees of deposits and withdrawals are the transfer fees on Cash flow"


@dataclass(frozen=True, slots=True)
class Figure:
    """A sum as texts: its value, the missing part, and its components."""

    value: str
    note: str
    why: str
    warns: bool = False
    assumed: str = ""  # dollar coins that count as one dollar, in words
    is_nothing: bool = False  # no amount in any currency


def past_amount_of(name: str, money: Converted, view: View, *, signed: bool = False) -> Figure:
    """Past amounts at the values of their own moments. The note names those of unknown value, which are left out."""
    return worth_figure(name, money, view, EACH_DAY if money.is_by_day else EACH_AT_ITS_TIME, signed=signed)


def worth_figure(name: str, money: Converted, view: View, when: str, *, signed: bool = False) -> Figure:
    """A sum as one figure. `when` says at which prices."""
    missing = f"without {', '.join(money.unconverted)}" if money.unconverted else ""
    words = _amounts_words(name, money.by_currency, view, when, signed=signed, names_zeros=bool(money.total))
    assumed = assumed_words(money.assumed)
    return Figure(
        value=view.money(money.total, signed=signed),
        note=missing,
        why=f"{words}, {assumed}" if assumed else words,
        warns=bool(missing),
        assumed=assumed,
        is_nothing=not any(money.by_currency.values()) and not money.total,
    )


def fees_of(totals: FillTotals, view: View) -> Figure:
    """Fees paid less fees received, each at the value of its own time. Fills with an unknown fee are counted."""
    figure = past_amount_of("Trade fees", total_worth(totals.fees, totals.fee_worths, view.currency), view)
    figure = replace(figure, why=f"{figure.why}.\n{TRADE_FEES_MEAN}")
    return _with_unknown(figure, totals.fees_unknown, totals.fills, "fee")


_REALISED = (
    "Profit of sales and closed positions after all fees, each in the base currency of its account at its own time. "
    "Paying with a coin counts as selling it"
)


def realised_of(totals: FillTotals, view: View) -> Figure:
    """Realised profit after fees, of all coins that the fills moved. The hover shows the profit by single markets.

    In another currency than the books each day's profit is converted at the rate of that day. Fills with unknown or
    partial profit are counted.
    """
    by_quote = totals.by_quote
    worth = total_worth(totals.realised, totals.realised_worths, view.currency)
    realised = past_amount_of("Realised", worth, view, signed=True)
    unknown = sum(row.realised_unknown for row in by_quote.values())
    realised = _with_assumed(replace(realised, why=f"{_REALISED}.\n{realised.why}"), totals)
    figure = _with_unknown(realised, unknown, totals.fills)
    unknown_by_market = sum(row.realised_by_market_unknown for row in by_quote.values())
    if all(row.realised_by_market == row.realised for row in by_quote.values()) and unknown_by_market == unknown:
        return figure
    by_market = {currency: row.realised_by_market for currency, row in by_quote.items()}
    words = _amounts_words("Each market by itself", by_market, view, _IN_ITS_CURRENCY, signed=True)
    if unknown_by_market:
        words = f"{words}; {count_text(unknown_by_market, 'fill')} of unknown cost there"
    return replace(figure, why=f"{figure.why}.\n{words}")


def _with_assumed(figure: Figure, totals: FillTotals) -> Figure:
    """Name the fills whose profit rests on a dollar coin that counted as one dollar."""
    assumed = sum(row.realised_assumed for row in totals.by_quote.values())
    if not assumed:
        return figure
    words = assumed_words([DOLLAR_COIN])
    return replace(
        figure,
        why=f"{figure.why}, {words} in {count_text(assumed, 'fill')}: no price of that time is known",
        assumed=figure.assumed or words,
    )


def left_out_names(left_out: Iterable[str], view: View) -> list[str]:
    """Positions that are in no total, by name and size. The size is masked if amounts are hidden."""
    if not view.hide_amounts:
        return list(left_out)
    names = [words.rsplit(" ", 2) for words in left_out]
    return [" ".join([*name[:-2], MASK, *name[-1:]]) for name in names]


def _with_unknown(figure: Figure, unknown: int, total: int, noun: str = "") -> Figure:
    if not unknown:
        return figure
    missing = f"{noun} unknown for {count_text(unknown, 'fill')}".strip()
    return replace(
        figure,
        value=UNKNOWN if unknown == total and figure.is_nothing else figure.value,
        note=f"{missing} · {figure.note}" if figure.note else missing,
        why=f"{figure.why}. Unknown or partial for {count_text(unknown, 'fill')}",
        warns=False,
        is_nothing=False,
    )


def _amounts_words(
    name: str, amounts: Mapping[str | None, Decimal], view: View, when: str, *, signed: bool, names_zeros: bool = False
) -> str:
    """Amounts in their own currencies. Zeros are left out unless they are worth something together."""
    texts = [
        money_text(amount, currency or "of unknown currency", signed=signed, hidden=view.hide_amounts)
        for currency, amount in amounts.items()
        if amount or (names_zeros and not any(amounts.values()))
    ]
    return f"{name}: {', '.join(texts)}, {when}" if texts else f"{name}: nothing"
