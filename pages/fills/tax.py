"""Tax year: a CSV of what a year's disposals gained, lot by lot, by a method of choice."""

from collections.abc import Sequence
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from db.reads.tax import read_tax_years
from domain.coin_lots import LotMethod
from domain.csv_lines import csv_of
from domain.snapshot import Account
from domain.tax import bounds_of
from domain.tax_rows import COLUMNS, tax_rows
from pages.shared.loaders import ask
from pages.shared.past import load_first_event
from pages.shared.scene import Scene
from pages.shared.widgets import section

_METHODS = {
    None: "As the books",
    LotMethod.AVERAGE: "Average cost",
    LotMethod.FIFO: "First in, first out",
    LotMethod.LIFO: "Last in, first out",
    LotMethod.HIFO: "Highest cost first",
}
_HELP = (
    "Disposals lot by lot, income, and the lots held at the end of the year, at full precision, in the base currency "
    "of each account. The year is that of your zone"
)


def show_tax_year(scene: Scene) -> None:
    """The choice of year and method, and the button that sends the file. Nothing is shown of a past moment."""
    first = load_first_event(scene) if scene.is_now else None
    if first is None or first > scene.at:
        return
    zone = scene.view.zone
    years = range(scene.at.astimezone(zone).year, first.astimezone(zone).year - 1, -1)
    with (
        section("Tax year"),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="tax_year_choices"),
    ):
        year = st.selectbox("Year", years, index=min(1, len(years) - 1), key="tax_year", width=100)
        method = st.selectbox("Method", _METHODS, format_func=_METHODS.__getitem__, key="tax_method", width=180)
        hidden = scene.view.hide_amounts
        st.download_button(
            "CSV",
            partial(_csv, scene.accounts, year, method, zone),
            file_name="-".join(filter(None, ("tax", str(year), method and method.value))) + ".csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            disabled=hidden,
            help="Not available while amounts are hidden" if hidden else _HELP,
            key="tax_csv",
        )


def _csv(accounts: Sequence[Account], year: int, method: LotMethod | None, zone: ZoneInfo) -> bytes:
    """The file. Raises DatabaseUnavailable."""
    since, until = bounds_of(year, zone)
    years = ask(partial(read_tax_years, accounts=accounts, method=method, since=since, until=until))
    return csv_of(COLUMNS, tax_rows(years, zone)).encode()
