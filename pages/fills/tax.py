"""Tax year: a CSV of what a year's disposals gained, lot by lot, by a method of choice. A year that is over can be
closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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
from pages.components.controls.controls import draw_controls
from pages.components.controls.model import Control, Kind, notes_of, options_of, payload_of
from pages.components.download.download import draw_file
from pages.components.sheet.sheet import box
from pages.fills.tax_view import CORRECTIONS, Corrections, closed_words, corrections_frame
from pages.shared.database import DatabaseUnavailable
from pages.shared.edits import file_edits, show_edits
from pages.shared.loaders import ask
from pages.shared.past import load_first_event
from pages.shared.scene import Scene
from pages.shared.session_controls import into_session, session_choice
from pages.shared.url_choices import tell
from pages.shared.widgets import draw_note, section, show_table

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
_ERROR, _CLOSE, _MENU = "tax_close_error", "tax_close", "Close the year"
_YEAR, _METHOD, _CURRENCY = "tax_year", "tax_method", "tax_currency"


@dataclass(frozen=True, slots=True)
class _Choice:
    """The choices of the viewer. No method: that of the books. No currency: the base currency of each account."""

    year: int
    method: LotMethod | None
    currency: str | None


def show_tax_year(scene: Scene) -> None:
    """The choices, the button that sends the file, and the closed years. Nothing is shown of a past moment."""
    first = load_first_event(scene) if scene.is_now else None
    if first is None or first > scene.at:
        return
    zone = scene.view.zone
    years = range(scene.at.astimezone(zone).year, first.astimezone(zone).year - 1, -1)
    with section("Tax year"):
        choice = _choice(scene, years)
        with box("tax_year_choices", "row"):
            _show_choices(scene, years, choice)
            _show_file(scene, choice)
        _show_closed(scene, choice)


def _choice(scene: Scene, years: Sequence[int]) -> _Choice:
    """The choices of this session, at first those of the last year."""
    year = session_choice(_YEAR, [str(year) for year in years], str(years[min(1, len(years) - 1)]))
    method = session_choice(_METHOD, list(LotMethod))
    currency = session_choice(_CURRENCY, _currencies(scene))
    return _Choice(int(year), LotMethod(method) if method else None, currency or None)


def _currencies(scene: Scene) -> Sequence[str]:
    return list(dict.fromkeys(("USD", *(c for account in scene.accounts for c in account.display_currencies))))


def _show_choices(scene: Scene, years: Sequence[int], choice: _Choice) -> None:
    methods = [(method or "", words) for method, words in _METHODS.items()]
    currencies = [("", "Base currency"), *options_of(_currencies(scene))]
    controls = [
        Control(_YEAR, "Year", Kind.SELECT, options_of(map(str, years)), [str(choice.year)]),
        Control(_METHOD, "Method", Kind.SELECT, methods, [choice.method or ""]),
        Control(_CURRENCY, "Currency", Kind.SELECT, currencies, [choice.currency or ""]),
        *_closing_controls(scene, choice),
    ]

    def close(_: Sequence[str]) -> None:
        payload = {
            "year": choice.year, "zone": scene.view.zone.key, "currency": choice.currency, "method": choice.method,
        }  # fmt: skip
        st.session_state[_ERROR] = file_edits(EditKind.TAX_CLOSE, payload, scene.accounts)

    chosen = into_session([_YEAR, _METHOD, _CURRENCY], {_CLOSE: close})
    draw_controls(payload_of(controls), "tax_choices", chosen)
    if st.session_state.get(_ERROR):
        draw_note(st.session_state[_ERROR])


def _closing_controls(scene: Scene, choice: _Choice) -> Sequence[Control]:
    """A menu with the button that closes the year, and what that means. The present year has none."""
    if bounds_of(choice.year, scene.view.zone)[1] > scene.at:
        return []
    names = ", ".join(account.name for account in scene.accounts)
    words = f"{choice.year} of {names}, in {scene.view.zone.key}. {_CLOSING}"
    button = Control(
        _CLOSE, "Close", Kind.ACTIONS, [(_CLOSE, f"Close {choice.year}")], menu=_MENU, is_label_shown=False
    )
    return [*notes_of(_MENU, [words]), button]


def _show_file(scene: Scene, choice: _Choice) -> None:
    hidden = scene.view.hide_amounts
    names = ("tax", str(choice.year), choice.method, choice.currency)
    draw_file(
        lambda: _csv_or_none(scene, choice),
        "-".join(name for name in names if name) + ".csv",
        "text/csv",
        "tax_csv",
        "Tax CSV",
        "Not available while amounts are hidden" if hidden else _HELP,
        is_enabled=not hidden,
    )


def _csv_or_none(scene: Scene, choice: _Choice) -> bytes | None:
    """The file. If it cannot be made, a toast says so."""
    try:
        return _csv(scene.accounts, choice.year, choice.method, scene.view.zone, choice.currency)
    except DatabaseUnavailable as error:
        tell(f"The tax file could not be made: {error}. Try again.")
        return None


def _show_closed(scene: Scene, choice: _Choice) -> None:
    """The closed years of these choices with their corrections, and the latest requests to close one."""
    show_edits(EditKind.TAX_CLOSE, scene)
    chosen = {
        name_of_year(account, choice.method, choice.year, scene.view.zone, choice.currency)
        for account in scene.accounts
    }
    closed, corrections = _load_closed(scene.accounts, chosen)
    names = {account.id: account.name for account in scene.accounts}
    for words in closed_words(closed, corrections, names, scene.view):
        draw_note(words)
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
