"""View: the frames and texts of Open orders. Pure."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from domain.csv_lines import csv_of
from domain.freshness import Freshness
from domain.order_distance import distance_of
from domain.snapshot import Snapshot
from domain.sources import ORDER_KINDS, Source, order_sources
from pages.open_orders.table import OrderTable
from pages.shared.formats import MASK, UNKNOWN, age_text
from pages.shared.scene import Scene, SourceLight
from pages.shared.states import FRESHNESS_SIGNS, source_name
from pages.shared.tables import account_first

AMOUNTS = ("quantity", "value")  # columns with amounts
# A phone shows the first four without scrolling.
COLUMNS = (
    "symbol", "side", "price", "distance", "way", "type", "role", "quantity", "value", "filled", "trigger", "on",
    "limit", "group", "age", "tif", "flags", "account", "seen", "order_id",
)  # fmt: skip

SEEN_FRESH = f"{FRESHNESS_SIGNS[Freshness.FRESH]} fresh"
Seen = tuple[tuple[tuple[str, str], str], ...]  # (account, source) -> text about its age


def shown_frame(
    table: OrderTable,
    rows: npt.NDArray[np.int64],
    ages: Seen,
    *,
    hide_amounts: bool,
    several: bool,
    names: Collection[str] = COLUMNS,
) -> pd.DataFrame:
    """The rows of the list as on screen, all columns or the named. Rows name their account if there are several."""
    read = [name for name in names if name != "seen"]
    frame = table.texts_at(rows, read if "seen" not in names else dict.fromkeys((*read, "account", "source")))
    shown = {name: frame[name] for name in read}
    if "seen" in names:
        shown["seen"] = _seen_column(frame, ages)
    if hide_amounts:
        shown |= {name: pd.Series(MASK, index=frame.index, dtype="str") for name in AMOUNTS if name in shown}
    return pd.DataFrame({name: shown[name] for name in account_first(COLUMNS, several) if name in shown})


def _seen_column(frame: pd.DataFrame, ages: Seen) -> "pd.Series[Any]":
    words = dict(ages)
    if len(set(words.values())) == 1:
        return pd.Series(next(iter(words.values())), index=frame.index, dtype="str")
    pairs = zip(frame["account"], frame["source"], strict=True)
    return pd.Series([words.get(pair, UNKNOWN) for pair in pairs], index=frame.index, dtype="str")


def seen_words(lights: Iterable[SourceLight], scene: Scene) -> Seen:
    """The freshness text of each order's source. Only a source that is not fresh shows its age.

    No text is longer than the first one by more than a digit, so that the column keeps its width.
    """
    return tuple(
        ((light.account.name, str(light.state.source)), _seen_word(light, scene))
        for light in lights
        if light.state.source.kind in ORDER_KINDS
    )


def _seen_word(light: SourceLight, scene: Scene) -> str:
    if light.freshness is Freshness.FRESH:
        return SEEN_FRESH
    if light.state.as_of is None:
        return f"{FRESHNESS_SIGNS[light.freshness]} never"
    return f"{FRESHNESS_SIGNS[light.freshness]} {age_text(scene.at - light.state.as_of, units=1)}"


def is_partial(scene: Scene) -> bool:
    """True if some orders may be unseen, unparsed or unreadable. Then a count is only a lower bound."""
    unseen = any(not light.state.is_complete for light in scene.lights(ORDER_KINDS))
    return unseen or any(account.hides_orders for account in scene.accounts)


def doubts_of(scene: Scene) -> tuple[str, ...]:
    """Why the list may differ from the exchange, one short line per source."""
    several = len(scene.accounts) > 1
    texts = []
    for light in scene.lights(ORDER_KINDS):
        name = source_name(light.state.source).lower()
        name = f"{light.account.name}: {name}" if several else name
        if light.state.as_of is None:
            texts.append(f"{name}: not seen yet")
        elif light.state.carried:
            texts.append(f"{name} not updated, {age_text(scene.at - light.state.as_of)} old")
        elif light.freshness is not Freshness.FRESH:
            texts.append(f"{name} {light.freshness}, {age_text(scene.at - light.state.as_of)} old")
        if light.state.unreadable_rows:
            texts.append(f"{name}: {light.state.unreadable_rows} not understood")
    return (*texts, *hidden_orders(scene))


def hidden_orders(scene: Scene) -> tuple[str, ...]:
    """Order types that the key or ccxt cannot read, one short line per account."""
    several = len(scene.accounts) > 1
    lines = [
        (account.name, f"{source_name(Source.of(kind)).lower()}: not readable here")
        for account in scene.accounts
        for kind in sorted(account.not_readable)
        if kind in ORDER_KINDS
    ]
    return tuple(f"{name}: {line}" if several else line for name, line in lines)


_EXPORTED = (
    "account", "exchange", "symbol", "exchange_symbol", "market_type", "side", "kind", "role", "role_origin",
    "role_rule", "contingency", "group_id", "trigger_price", "trigger_kind", "trigger_direction", "limit_price",
    "trailing_distance", "trailing_unit", "activation_price", "amount", "filled", "remaining", "average_price",
    "status", "time_in_force", "post_only", "reduce_only", "close_position", "close_fraction", "is_active",
    "position_name", "created_at", "updated_at", "source", "order_id", "leg_id", "client_order_id", "book_order_id",
)  # fmt: skip


def orders_csv(snapshots: Sequence[Snapshot], table: OrderTable, rows: npt.NDArray[np.int64]) -> str:
    """All matching rows with every digit, including those that are not on screen.

    An order that executes at market has an empty limit price.
    """
    as_of = {
        (s.account.name, source): s.refresh.as_of(source) for s in snapshots for source in order_sources(s.sources)
    }
    prices = {s.account.name: s.prices for s in snapshots}
    header = (*_EXPORTED, "distance_to_market", f"value_{table.currency}", "source_as_of")
    lines = []
    for row in rows:
        order = table.order(row)
        facts = [getattr(order, name) for name in _EXPORTED]
        source_as_of = as_of.get((order.account, order.source))
        lines.append([*facts, distance_of(order, prices[order.account]), table.values[row], source_as_of])
    return csv_of(header, lines)
