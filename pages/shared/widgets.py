"""Widgets: the common parts of every page: title, bands, KPIs, states, tables, charts."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from pages.components.sheet.sheet import box, draw_button, draw_html
from pages.components.table.frames import Look, table_of_frame
from pages.components.table.model import TableRows, payload_of
from pages.components.table.table import draw_table
from pages.shared.charts import CHART_CONFIG, DrawnFigure
from pages.shared.failures import guarded
from pages.shared.filters import set_as_of
from pages.shared.formats import moment_text, utc_text
from pages.shared.loaders import cached
from pages.shared.scene import Scene
from pages.shared.tables import Column
from pages.shared.theme import Inks
from pages.shared.view import View
from pages.shared.widgets_html import Kpi, band_html, docked_html, heading_html, kpis_html, state_html


def show_title(title: str) -> None:
    """The page's heading for screen readers. The top bar marks the page for the eye."""
    draw_html(f'<h1 class="sf-title">{escape(title)}</h1>')


def outage_html(scene: Scene) -> str:
    """The band of an unreachable database, or of too many viewers. "" if all is well."""
    if scene.outage is None:
        return ""
    since = moment_text(scene.outage.since, scene.view.zone, scene.at)
    title = "Busy" if scene.outage.is_busy else "Database unreachable"
    words = (
        f"<b>{title}</b> since {since}: {escape(scene.outage.words)}. "
        "The last known data is shown. Stillframe retries automatically."
    )
    return docked_html("outage", words, utc_text(scene.outage.since))


def show_past_band(scene: Scene) -> None:
    """The band of a past moment, with the way back to now."""
    if scene.view.as_of is not None:
        with box("past_band", "row"):
            draw_html(band_html("past", _past_words(scene), utc_text(scene.taken_at or scene.view.as_of)))
            draw_button("Back to now", "back_to_now", lambda: set_as_of(None))


def _past_words(scene: Scene) -> str:
    """The recorded moment shown, and the chosen one if they differ."""
    chosen = moment_text(scene.view.as_of, scene.view.zone)
    recorded = moment_text(scene.taken_at or scene.view.as_of, scene.view.zone)
    before = "" if recorded == chosen else f" It is the last refresh up to {chosen}."
    return f"<b>As of {recorded}.</b> You are looking at the past.{before}"


def show_kpis(kpis: Sequence[Kpi]) -> None:
    """A grid of figures that wraps on narrow screens."""
    draw_html(kpis_html(kpis))


@contextmanager
def section(title: str, note: str = "") -> Iterator[None]:
    """A titled section of a page, which fails by itself. `note` is shown muted beside the title."""
    with box(""):
        draw_html(heading_html(title, note))
        with guarded(title):
            yield


def draw_note(words: str) -> None:
    """A muted line."""
    draw_html(f'<div class="sf-note">{escape(words)}</div>')


def draw_text(text: str) -> None:
    """A text of several lines, as it was written."""
    draw_html(f'<pre class="sf-text">{escape(text)}</pre>')


def show_empty(title: str, at: datetime | None, view: View, hint: str = "") -> None:
    """Say that a list is known to be empty: `title` ("No open orders") with the moment of the data."""
    draw_html(empty_html(title, at, view, hint))


def empty_html(title: str, at: datetime | None, view: View, hint: str = "") -> str:
    """The place of a list that is known to be empty."""
    as_of = f", as of {moment_text(at, view.zone, at)}" if at is not None else ""
    return state_html("empty", f"{title}{as_of}", hint, utc_text(at))


def show_never(title: str, hint: str = "It appears with the first refresh.") -> None:
    """Say that nothing was ever loaded. This is neither empty nor failed."""
    draw_html(state_html("never", title, hint))


def show_failed(title: str, words: str, since: datetime | None, view: View) -> None:
    """Say that loading failed and no older data exists: the name, the reason, and since when."""
    draw_html(failed_html(title, words, since, view))


def failed_html(title: str, words: str, since: datetime | None, view: View) -> str:
    """The place of data that could not be loaded and has no older state."""
    when = f" since {moment_text(since, view.zone, since)}" if since is not None else ""
    return state_html("failed", f"{title}{when}", words, utc_text(since))


def show_band(kind: str, text: str, hover: str = "") -> None:
    """A band of one of the kinds past, outage, failed, carried. `text` is plain text."""
    draw_html(band_html(kind, escape(text), hover))


def show_table(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    key: str,
    *,
    order: Sequence[str],
    inks: Inks,
    alt: str,
    frame_key: Any = None,
    rows: TableRows | None = None,
    on_open: Callable[[str], None] | None = None,
) -> None:
    """A short table. `key` keeps its sorting and scrolling over refreshes. `order` names the columns shown at first.

    `frame_key` identifies the frame and its rows, as for `loaders.cached`: then the table is built once. `on_open` gets
    the key of an opened row.
    """
    draw_table(table_payload(frame, columns, key, order, inks, alt, frame_key, rows), key, on_open)


def table_payload(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    key: str,
    order: Sequence[str],
    inks: Inks,
    alt: str,
    frame_key: Any = None,
    rows: TableRows | None = None,
) -> bytes:
    """The data of a table, as `show_table` draws it. With a `frame_key` it may be made before it is drawn."""
    look = Look(key, alt, inks, order)
    if frame_key is None:
        return _payload_of_frame(frame, columns, look, rows)
    return cached(_payload_of_frame, (frame_key, key, inks, alt, tuple(order)), frame, columns, look, rows)


def _payload_of_frame(frame: pd.DataFrame, columns: Sequence[Column], look: Look, rows: TableRows | None) -> bytes:
    return payload_of(table_of_frame(frame, columns, look, rows))


def show_chart(figure: DrawnFigure, key: str, alt: str) -> None:
    """A figure in our theme. `key` keeps it in place over refreshes."""
    st.plotly_chart(figure, theme=None, config=dict(CHART_CONFIG), key=key, alt=alt, width="stretch")
