"""Columns: how each column of the list of open orders is called and drawn."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.open_orders.filters import SIDES, TYPES
from pages.open_orders.words import CONTINGENCIES, INFERRED
from pages.shared.theme import ACCENT, NEUTRAL, Inks

_TYPE_INKS = {"Limit": ACCENT, "Stop": "#a26bf0", "Stop limit": "#a26bf0", "Trailing": "#a26bf0", "Market": ACCENT}
_TAKE_PROFIT_INK = "#14a38b"
FARTHEST = 30.0  # per cent of the market price at which the small bar is full


def list_columns(inks: Inks, currency: str, widths: Mapping[str, int]) -> Mapping[str, Any]:
    """The columns of the list; numbers stand at the right."""
    column = st.column_config

    def number(name: str, label: str, least: int, help_text: str | None = None) -> Any:
        width = max(least, widths[name])
        return column.TextColumn(label, width=width, alignment="right", help=help_text)

    return {
        "account": column.TextColumn("Account", width=90),
        "symbol": column.TextColumn("Symbol", width=92, pinned=True),
        "side": column.MultiselectColumn("Side", width=54, options=SIDES, color=[inks.gain, inks.loss]),
        "type": column.MultiselectColumn("Type", width=150, options=TYPES, color=[_type_ink(kind) for kind in TYPES]),
        "price": number("price", "Price", 84, "Where it acts next: its trigger, or its limit when it waits for none"),
        "trigger": number("trigger", "Trigger", 100, "The price that the order waits for"),
        "on": column.TextColumn(
            "On", width=70, help="The price that pulls the trigger: last, mark or index; ↑ when it rises"
        ),
        "limit": number("limit", "Limit", 100, "The price at which it executes; Market: at any price"),
        "way": column.TextColumn("", width=28, help="▲ above the market, ▼ below"),
        "distance": column.ProgressColumn(
            "To market",
            width=84,
            format="%.2f%%",
            min_value=0,
            max_value=FARTHEST,
            color=NEUTRAL,
            help=f"How far the market must move to reach it; the bar is full at {FARTHEST:g}%; –: no price is known",
        ),
        "role": column.TextColumn(
            "Role",
            width=100,
            help=f"{INFERRED} concluded from type or group; –: neither exchange nor group tells",
        ),
        "group": column.TextColumn("Group", width=72, help="Orders of one group live and die together"),
        "quantity": number("quantity", "Quantity", 110),
        "filled": column.NumberColumn("Filled", width=64, format="%.0f%%"),
        "value": number(
            "value",
            "Value",
            96,
            f"What is left at its limit or else its trigger, in {currency}; –: no price is known",
        ),
        "age": number("age", "Age", 92, "Since it was created, at the moment shown; –: the exchange does not say"),
        "tif": column.TextColumn("In force", width=76, help="Time in force"),
        "flags": column.TextColumn("Flags", width=110),
        "seen": column.TextColumn("Seen", width=130, help="How fresh this row is, with its age unless fresh"),
        "order_id": column.TextColumn("Order id", width=170),
    }


def _type_ink(kind: str) -> str:
    if kind in CONTINGENCIES.values():
        return NEUTRAL
    return _TYPE_INKS.get(kind, _TAKE_PROFIT_INK if kind.startswith("Take profit") else NEUTRAL)
