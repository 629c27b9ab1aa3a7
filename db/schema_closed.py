"""The tables of periods that are over: tax years that were closed, recorded months and years, and their corrections.

A closed row never changes. Whatever comes to be known later is a row of corrections with its date.
"""

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Integer, PrimaryKeyConstraint, Table, text
from sqlalchemy.dialects.postgresql import JSONB

from db.schema_columns import account_id, metadata, moment, words


def _comparison() -> tuple[Column[object], ...]:
    """How often the books before the end of the period were worked out again, and how often of that was compared."""
    return (
        Column("changes", BigInteger, nullable=False, server_default=text("0")),
        Column("compared", BigInteger, nullable=False, server_default=text("-1")),
    )


def _names_of_tax_year() -> tuple[Column[object], ...]:
    """The columns that name a tax year. `zone` decides when it begins and ends."""
    return (
        account_id(),
        Column("year", Integer, nullable=False),
        words("zone"),
        words("currency"),
        words("method"),
    )


# A tax year as it was when its owner closed it: `entries` are those of domain.tax_entries.
tax_closing = Table(
    "tax_closing",
    metadata,
    *_names_of_tax_year(),
    moment("until"),  # the end of the year in its zone
    moment("closed_at"),
    Column("entries", JSONB, nullable=False),
    Column("missing", JSONB, nullable=False),  # what the figures lacked then, a sentence each
    *_comparison(),
    moment("compared_at"),
    PrimaryKeyConstraint("account_id", "year", "zone", "currency", "method"),
)

# One entry of a closed tax year that later came to be known otherwise.
tax_correction = Table(
    "tax_correction",
    metadata,
    *_names_of_tax_year(),
    Column("number", BigInteger, Identity(always=True), nullable=False),
    moment("known_at"),
    Column("was", JSONB, nullable=True),  # NULL: the entry was not there
    Column("now", JSONB, nullable=True),  # NULL: the entry has gone
    PrimaryKeyConstraint("account_id", "number"),
    CheckConstraint("was IS NOT NULL OR now IS NOT NULL", name="entry"),
)

# The figures of one account in a calendar month or year (UTC), recorded once after it was over and complete.
period_close = Table(
    "period_close",
    metadata,
    account_id(),
    words("kind"),
    moment("since"),
    moment("until"),
    words("currency"),
    moment("recorded_at"),
    Column("figures", JSONB, nullable=False),  # domain.period_close.PeriodFigures
    *_comparison(),
    PrimaryKeyConstraint("account_id", "kind", "since"),
    CheckConstraint("kind IN ('month', 'year')", name="kind"),
)

# A later change of the figures of a recorded period.
period_correction = Table(
    "period_correction",
    metadata,
    account_id(),
    Column("number", BigInteger, Identity(always=True), nullable=False),
    words("kind"),
    moment("since"),
    moment("known_at"),
    Column("was", JSONB, nullable=False),
    Column("now", JSONB, nullable=False),
    words("cause"),
    PrimaryKeyConstraint("account_id", "number"),
)
