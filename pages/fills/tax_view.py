"""View: the corrections of closed tax years as a table and in words. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, localcontext

import pandas as pd

from domain.lots import EXACT
from domain.tax_entries import Correction, Section, TaxYearName
from pages.components.table.model import Place
from pages.shared.formats import count_text, moment_text, money_text
from pages.shared.tables import Column, Kind, cells_of
from pages.shared.view import View

# The corrections of a closed year, in the order in which they came to be known.
Corrections = Mapping[TaxYearName, Sequence[Correction]]

SECTIONS = {Section.DISPOSAL: "Gain", Section.INCOME: "Income", Section.LOT: "Cost of an open lot"}
CORRECTIONS = (
    Column("Known", Kind.TEXT, "When the change came to be known", pinned=True, place=Place.NOTE),
    Column("Account", Kind.TEXT),
    Column("What", Kind.TEXT, place=Place.TITLE),
    Column("Coin", Kind.TEXT, place=Place.FIGURE),
    Column("Closed", Kind.MONEY, "The amount that was closed"),
    Column("Now", Kind.MONEY, "The amount as it is known now"),
    Column("Difference", Kind.GAIN, "What it adds to the closed sum. An unknown amount is in no sum", place=Place.LEAD),
    Column("Currency", Kind.TEXT),
    Column("Id", Kind.TEXT),
)


def corrections_frame(corrections: Corrections, names: Mapping[int, str], view: View) -> pd.DataFrame:
    """All corrections, the newest first."""
    rows = [(name, correction) for name, of_year in corrections.items() for correction in of_year]
    rows.sort(key=lambda row: row[1].known_at, reverse=True)
    listed = [correction for _, correction in rows]
    closed, now, difference = CORRECTIONS[4:7]
    currencies, hidden = [name.currency for name, _ in rows], view.hide_amounts
    return pd.DataFrame(
        {
            "Known": [moment_text(correction.known_at, view.zone) for correction in listed],
            "Account": [names.get(name.account_id, "") for name, _ in rows],
            "What": [SECTIONS[correction.section] for correction in listed],
            "Coin": [correction.entry["coin"] for correction in listed],
            "Closed": cells_of(closed, [correction.old for correction in listed], currencies, hidden=hidden),
            "Now": cells_of(now, [correction.new for correction in listed], currencies, hidden=hidden),
            "Difference": cells_of(
                difference, [correction.difference for correction in listed], currencies, hidden=hidden
            ),
            "Currency": currencies,
            "Id": [correction.entry["key"] or "" for correction in listed],
        }
    )


def closed_words(
    closed: Mapping[TaxYearName, datetime], corrections: Corrections, names: Mapping[int, str], view: View
) -> Iterable[str]:
    """A sentence for each closed year: since when, and what corrections changed."""
    for name, closed_at in closed.items():
        words = f"{names.get(name.account_id, '')}: {name.year} is closed since {moment_text(closed_at, view.zone)}."
        of_year = corrections.get(name, ())
        if of_year:
            change = money_text(
                _gained(of_year), name.currency, signed=True, hidden=view.hide_amounts
            )  # fmt: skip
            words += f" {count_text(len(of_year), 'correction')} since, which change the gain by {change}."
        yield words


def _gained(corrections: Iterable[Correction]) -> Decimal:
    with localcontext(EXACT):
        return sum((c.difference for c in corrections if c.section is Section.DISPOSAL), Decimal(0))
