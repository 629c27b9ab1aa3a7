"""Columns of the tables of Status."""

from pages.shared.tables import Column, Kind

FAILURES = (
    Column("when", Kind.TEXT, label="When", width=190),
    Column("account", Kind.TEXT, label="Account", width=90),
    Column("source", Kind.TEXT, label="Source", width=110),
    Column("kind", Kind.TEXT, label="Kind", width=110),
    Column("error", Kind.TEXT, label="Error", width=460),
    Column("took", Kind.MEASURE, label="Took", width=90),
    Column("utc", Kind.TEXT, label="UTC", width=190),
)
JOBS = (
    Column("job", Kind.TEXT, label="Job", width=130),
    Column("last", Kind.TEXT, label="Last run", width=170),
    Column("outcome", Kind.TEXT, label="Outcome", width=110),
    Column("took", Kind.MEASURE, label="Duration", width=90),
    Column("next", Kind.TEXT, label="Next run", width=170),
    Column("detail", Kind.TEXT, label="Detail", width=300),
)
WORK = (
    Column("account", Kind.TEXT, label="Account", width=130),
    Column("work", Kind.TEXT, label="Work", width=110),
    Column("state", Kind.TEXT, label="State", width=170),
    Column("progress", Kind.TEXT, "Finished steps", "Progress", width=110),
    Column("detail", Kind.TEXT, label="Detail", width=300),
)
TABLES = (
    Column("table", Kind.TEXT, label="Table", width=180),
    Column("rows", Kind.NUMBER, "Postgres's own estimate", "Rows", width=120, format="localized"),
    Column("megabytes", Kind.NUMBER, "With its indexes", "MB", width=100, format="%.2f"),
)
