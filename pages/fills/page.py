"""Fills: every execution, newest first, with the totals of the filter."""

from db.reads.fill_filter import FillFilter
from db.reads.fills import read_fills
from domain.snapshot import Account
from domain.sources import SourceKind
from pages.fills.columns import fill_columns
from pages.fills.filters import NAMES, fill_controls, fill_filter_of_url
from pages.fills.opened import OPENED_FILL, show_opened_fill
from pages.fills.tax import show_tax_year
from pages.fills.view import EXPORTED, exported_values, fills_frame, totals_kpis
from pages.shared.listed_past import ListedPast
from pages.shared.long_list import LongList, show_long_list
from pages.shared.opened_row import row_key
from pages.shared.past import load_fill_symbols, load_fill_totals, load_fills


def show_fills() -> None:
    """The page."""
    show_long_list(FILLS)


def _not_read(account: Account) -> str:
    if SourceKind.FILLS in account.not_readable:
        return f"Stillframe cannot read the fills of {account.exchange}."
    return f"Stillframe does not read fills of {account.exchange}."


FILLS = LongList(
    past=ListedPast(
        kind=SourceKind.FILLS,
        noun="fills",
        is_read=lambda account: account.reads_fills,
        known_since=lambda progress: progress.fills_since,
        not_read=_not_read,
        hint="Executions appear here after the next refresh of the history.",
    ),
    row="fill",
    opened=OPENED_FILL,
    show_opened=show_opened_fill,
    load_options=load_fill_symbols,
    names=NAMES,
    filter_of_url=fill_filter_of_url,
    controls_of=fill_controls,
    no_filter=FillFilter(),
    load_totals=load_fill_totals,
    count_of=lambda totals: totals.fills,
    kpis_of=totals_kpis,
    load_rows=load_fills,
    frame_of=fills_frame,
    columns_of=fill_columns,
    read_rows=read_fills,
    key_of=lambda row: row_key(row.fill.account, row.fill.key),
    spare=("fill_id", "realised_by_market", "liquidity", "order", "position"),
    exported=EXPORTED,
    values_of=exported_values,
    show_forms=show_tax_year,
)
