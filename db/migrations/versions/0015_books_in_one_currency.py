"""Books in one currency: the value of each past amount at its own moment, and what each event did to its coin."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

WORTHS = ("value_base", "value_usd", "fee_base", "fee_usd")
SOURCES = "source IN ('same', 'minute', 'near', 'assumed', 'unknown')"


def upgrade() -> None:
    op.add_column("price", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("transfer", sa.Column("tx_id", sa.Text(), nullable=True))
    for table in ("fill_value", "transfer_value"):
        _create_values(table)
    op.create_table(
        "value_state",
        _account_id("value_state"),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.Column("assumed_with", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", name=op.f("value_state_pkey")),
    )
    for table in ("fill_day", "fill_month"):
        _add_sums(table)
    _create_results()
    _create_states()
    # Sums over markets were in the quote currency. They become sums in the base currency of the account.
    for table in ("fill_day", "fill_month"):
        op.execute(f"UPDATE {table} SET realised = 0, realised_unknown = fills")  # noqa: S608 - names from code


def _create_values(table: str) -> None:
    op.create_table(
        table,
        _account_id(table),
        _key(),
        _moment("at"),
        _words("currency"),
        *(_money(name) for name in ("value", "value_usd", "fee", "fee_usd")),
        _words("source"),
        sa.Column("rate_at", sa.DateTime(timezone=True), nullable=True),
        _words("candles"),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f(f"{table}_pkey")),
        sa.CheckConstraint(SOURCES, name=op.f(f"{table}_source_check")),
    )
    op.create_index(f"{table}_at_idx", table, ["account_id", "at", "key"])
    op.create_index(f"{table}_unknown_idx", table, ["account_id", "at"], postgresql_where=sa.text("source = 'unknown'"))


def _add_sums(table: str) -> None:
    """Sums of what fills were worth. No fill has a value yet, so that all of them are unknown."""
    unknown = [f"{name}_unknown" for name in WORTHS]
    counts, zero = ("valued", *unknown), sa.text("0")
    for name in ("valued", *WORTHS, *unknown):
        type_ = sa.BigInteger() if name in counts else sa.Numeric()
        op.add_column(table, sa.Column(name, type_, nullable=False, server_default=zero))
    op.execute(f"UPDATE {table} SET {', '.join(f'{name} = fills' for name in unknown)}")  # noqa: S608 - names from code
    for name in (*counts, *WORTHS):
        op.alter_column(table, name, server_default=None)


def _create_results() -> None:
    op.create_table(
        "coin_result",
        _account_id("coin_result"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        _words("coin"),
        _moment("at"),
        _key(),
        _words("role"),
        sa.Column("is_fill", sa.Boolean(), nullable=False),
        _money("quantity", nullable=False),
        *(_money(name) for name in ("value", "fees", "realised", "realised_before_fees")),
        *(_money(name, nullable=False) for name in ("unexplained", "quantity_after", "known_after")),
        _money("cost_after"),
        _money("cost_before_fees_after", nullable=False),
        sa.Column("is_assumed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "number", name=op.f("coin_result_pkey")),
    )
    op.create_index("coin_result_coin_idx", "coin_result", ["account_id", "coin", "at", "number"])
    op.create_index("coin_result_key_idx", "coin_result", ["account_id", "key"])
    op.create_index("coin_result_at_idx", "coin_result", ["account_id", "at"])


def _create_states() -> None:
    op.create_table(
        "coin_checkpoint",
        _account_id("coin_checkpoint"),
        _moment("at"),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("state", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "at", name=op.f("coin_checkpoint_pkey")),
    )
    op.create_table(
        "coin_books_state",
        _account_id("coin_books_state"),
        _words("currency"),
        _words("method"),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in ("counted_at", "overtaken_at")),
        sa.Column("changes", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("taken", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("coin_books_state_pkey")),
    )
    op.create_table(
        "moved_lots",
        _account_id("moved_lots"),
        _key(),
        _words("currency"),
        sa.Column("lots", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("moved_lots_pkey")),
    )

    op.create_index(
        "refresh_value_idx",
        "refresh",
        [
            "account_id",
            sa.literal_column("date_bin('06:00:00'::interval, taken_at, '2000-01-01 00:00:00+00'::timestamptz)"),
            "net_value",
            "taken_at",
        ],
    )


def _account_id(table: str) -> sa.Column[int]:
    key = sa.ForeignKey("account.id", ondelete="CASCADE", name=op.f(f"{table}_account_id_fkey"))
    return sa.Column("account_id", sa.Integer(), key, nullable=False)


def _key() -> sa.Column[str]:
    return sa.Column("key", sa.Text(collation="C"), nullable=False)


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _money(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.Numeric(), nullable=nullable)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
