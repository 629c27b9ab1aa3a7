"""Tax year: a CSV of what a year's disposals gained, lot by lot, by a method of choice. A year that is over can be
closed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from html import escape
from zoneinfo import ZoneInfo

import streamlit as st
from sqlalchemy import Connection

from db.reads.tax_closings import read_closed_names, read_tax_corrections
from db.reads.tax_export import name_of_year, read_tax_export
from domain.coin_lots import LotMethod
from domain.csv_lines import csv_of
from domain.edits import EditKind
from domain.snapshot import Account
from domain.tax import bounds_of
from domain.tax_entries import TaxYearName
from domain.tax_rows import COLUMNS, tax_rows
from pages.fills.tax_view import CORRECTIONS, Corrections, closed_words, corrections_frame
from pages.shared.edits import file_edits, show_edits
from pages.shared.formats import markdown_text
from pages.shared.loaders import ask
from pages.shared.past import load_first_event
from pages.shared.scene import Scene
from pages.shared.widgets import section, show_table

_METHODS = {
    None: "As the books",
    LotMethod.AVERAGE: "Average cost",
    LotMethod.FIFO: "First in, first out",
    LotMethod.LIFO: "Last in, first out",
    LotMethod.HIFO: "Highest cost first",
}
_HELP = (
    "Disposals lot by lot, income, and the lots held at the end of the year, at full precision. Each amount is at the "
    "rate of its own moment. The year is that of your zone"
)
_CLOSING = (
    "A closed year stays as it is now. A late fill, a completed fee, a stated cost or a new price of then is listed "
    "as a correction with its date. This cannot be undone."
)
_ERROR = "tax_close_error"


def show_tax_year(scene: Scene) -> None:
    """The choices, the button that sends the file, and the closed years. Nothing is shown of a past moment."""
    first = load_first_event(scene) if scene.is_now else None
    if first is None or first > scene.at:
        return
    zone = scene.view.zone
    years = range(scene.at.astimezone(zone).year, first.astimezone(zone).year - 1, -1)
    with section("Tax year"):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="tax_year_choices"):
            year = st.selectbox("Year", years, index=min(1, len(years) - 1), key="tax_year", width=100)
            method = st.selectbox("Method", _METHODS, format_func=_METHODS.__getitem__, key="tax_method", width=180)
            currency = _show_currency(scene)
            _show_file(scene, year, method, currency)
            _show_closing(scene, year, method, currency)
        _show_closed(scene, year, method, currency)


def _show_currency(scene: Scene) -> str | None:
    """The filer's currency. None: the base currency of each account."""
    offered = dict.fromkeys(("USD", *(c for account in scene.accounts for c in account.display_currencies)))
    return st.selectbox(
        "Currency", (None, *offered), format_func=lambda code: code or "Base currency", key="tax_currency", width=150
    )


def _show_file(scene: Scene, year: int, method: LotMethod | None, currency: str | None) -> None:
    hidden = scene.view.hide_amounts
    st.download_button(
        "Tax CSV",
        partial(_csv, scene.accounts, year, method, scene.view.zone, currency),
        file_name="-".join(filter(None, ("tax", str(year), method and method.value, currency))) + ".csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        disabled=hidden,
        help="Not available while amounts are hidden" if hidden else _HELP,
        key="tax_csv",
    )


def _show_closing(scene: Scene, year: int, method: LotMethod | None, currency: str | None) -> None:
    """The button that closes the year, behind a word of what that means. The present year has none."""
    if bounds_of(year, scene.view.zone)[1] > scene.at:
        return
    with st.popover("Close the year", icon=":material/lock:", key="tax_close_ask"):
        names = ", ".join(account.name for account in scene.accounts)
        st.markdown(f"**{year}** of {markdown_text(names)}, in {scene.view.zone.key}. {_CLOSING}")
        payload = {"year": year, "zone": scene.view.zone.key, "currency": currency, "method": method}
        st.button(f"Close {year}", on_click=_close, args=(scene, payload), key="tax_close")
        if st.session_state.get(_ERROR):
            st.caption(st.session_state[_ERROR])


def _close(scene: Scene, payload: Mapping[str, object]) -> None:
    st.session_state[_ERROR] = file_edits(EditKind.TAX_CLOSE, payload, scene.accounts)


def _show_closed(scene: Scene, year: int, method: LotMethod | None, currency: str | None) -> None:
    """The closed years of these choices with their corrections, and the latest requests to close one."""
    show_edits(EditKind.TAX_CLOSE, scene)
    chosen = {name_of_year(account, method, year, scene.view.zone, currency) for account in scene.accounts}
    closed, corrections = _load_closed(scene.accounts, chosen)
    names = {account.id: account.name for account in scene.accounts}
    for words in closed_words(closed, corrections, names, scene.view):
        st.html(f'<div class="sf-note">{escape(words)}</div>')
    frame = corrections_frame(corrections, names, scene.view)
    if not frame.empty:
        show_table(
            frame, CORRECTIONS, "tax_corrections", order=[column.name for column in CORRECTIONS],
            inks=scene.view.inks, alt="What came to be known after the year was closed",
        )  # fmt: skip


def _load_closed(
    accounts: Sequence[Account], chosen: set[TaxYearName]
) -> tuple[Mapping[TaxYearName, datetime], Corrections]:
    """When each of these years was closed, and its corrections. Raises DatabaseUnavailable."""

    def read(connection: Connection) -> tuple[Mapping[TaxYearName, datetime], Corrections]:
        closed = {name: at for name, at in read_closed_names(connection, accounts).items() if name in chosen}
        return closed, {name: read_tax_corrections(connection, name) for name in closed}

    return ask(read)


def _csv(
    accounts: Sequence[Account], year: int, method: LotMethod | None, zone: ZoneInfo, currency: str | None = None
) -> bytes:
    """The file. Raises DatabaseUnavailable."""
    years = ask(lambda connection: read_tax_export(connection, accounts, method, year, zone, currency))
    return csv_of(COLUMNS, tax_rows(years, zone)).encode()
