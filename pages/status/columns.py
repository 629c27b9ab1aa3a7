"""Columns of the tables of Status."""

from pages.components.table.model import Place
from pages.shared.tables import Column, Kind

FAILURES = (
    Column("when", Kind.TEXT, label="When", place=Place.LEAD),
    Column("account", Kind.TEXT, label="Account", place=Place.FIGURE),
    Column("source", Kind.TEXT, label="Source", place=Place.TITLE),
    Column("kind", Kind.TEXT, label="Kind"),
    Column("error", Kind.TEXT, label="Error", place=Place.NOTE, is_whole=True),
    Column("took", Kind.MEASURE, label="Took"),
    Column("utc", Kind.MOMENT, label="UTC"),
)
JOBS = (
    Column("job", Kind.TEXT, label="Job", place=Place.TITLE),
    Column("last", Kind.TEXT, label="Last run", place=Place.FIGURE),
    Column("outcome", Kind.TEXT, label="Outcome", place=Place.LEAD),
    Column("took", Kind.MEASURE, label="Duration"),
    Column("next", Kind.TEXT, label="Next run"),
    Column("detail", Kind.TEXT, label="Detail", place=Place.NOTE, is_whole=True),
)
WORK = (
    Column("account", Kind.TEXT, label="Account", place=Place.NOTE),
    Column("work", Kind.TEXT, label="Work", place=Place.TITLE),
    Column("state", Kind.TEXT, label="State", place=Place.LEAD),
    Column("progress", Kind.TEXT, "Finished steps", "Progress", place=Place.FIGURE),
    Column("detail", Kind.TEXT, label="Detail"),
)
TABLES = (
    Column("table", Kind.TEXT, label="Table"),
    Column("rows", Kind.NUMBER, "Postgres's own estimate", "Rows", format="localized"),
    Column("megabytes", Kind.NUMBER, "With its indexes", "MB", format="%.2f"),
)
