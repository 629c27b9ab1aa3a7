"""Columns of the list of transfers and of their totals."""

from zoneinfo import ZoneInfo

from pages.components.table.model import Place
from pages.shared.tables import Column, Kind


def transfer_columns(zone: ZoneInfo) -> tuple[Column, ...]:
    """All columns of the list. The heading of the time names its zone."""
    return (
        Column("time", Kind.TEXT, f"{zone.key}, your zone. Columns offers UTC", "Time", True, place=Place.NOTE),
        Column("kind", Kind.TEXT, label="Kind", place=Place.TITLE),
        Column("amount", Kind.GAIN, "Positive came in, negative left", "Amount", place=Place.LEAD),
        Column("asset", Kind.TEXT, label="Currency", place=Place.FIGURE),
        Column("fee", Kind.MEASURE, "Paid on top of the amount", "Fee"),
        Column("status", Kind.TEXT, "Pending and failed transfers are in no figure", "Status"),
        Column("symbol", Kind.TEXT, "The market that funding was paid for", "Market"),
        Column("key", Kind.TEXT, label="Id"),
        Column("account", Kind.TEXT, label="Account"),
        Column("utc", Kind.MOMENT, label="UTC"),
    )


TOTALS = (
    Column("Kind", Kind.TEXT, pinned=True),
    Column("Currency", Kind.TEXT),
    Column("Amount", Kind.GAIN, "In its own currency. Positive came in, negative left"),
    Column("Value", Kind.GAIN, "In the display currency, at the prices of the moment shown"),
    Column("Count", Kind.QUANTITY),
)
