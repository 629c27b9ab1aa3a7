"""Columns of the tables of Status."""

from pages.shared.tables import Column, Kind

FAILURES = (
    Column("when", Kind.TEXT, label="When"),
    Column("account", Kind.TEXT, label="Account"),
    Column("source", Kind.TEXT, label="Source"),
    Column("kind", Kind.TEXT, label="Kind"),
    Column("error", Kind.TEXT, label="Error"),
    Column("took", Kind.MEASURE, label="Took"),
    Column("utc", Kind.MOMENT, label="UTC"),
)
JOBS = (
    Column("job", Kind.TEXT, label="Job"),
    Column("last", Kind.TEXT, label="Last run"),
    Column("outcome", Kind.TEXT, label="Outcome"),
    Column("took", Kind.MEASURE, label="Duration"),
    Column("next", Kind.TEXT, label="Next run"),
    Column("detail", Kind.TEXT, label="Detail"),
)
WORK = (
    Column("account", Kind.TEXT, label="Account"),
    Column("work", Kind.TEXT, label="Work"),
    Column("state", Kind.TEXT, label="State"),
    Column("progress", Kind.TEXT, "Finished steps", "Progress"),
    Column("detail", Kind.TEXT, label="Detail"),
)
TABLES = (
    Column("table", Kind.TEXT, label="Table"),
    Column("rows", Kind.NUMBER, "Postgres's own estimate", "Rows", format="localized"),
    Column("megabytes", Kind.NUMBER, "With its indexes", "MB", format="%.2f"),
)
