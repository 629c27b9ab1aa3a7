"""History: fills, transfers, outcomes, profit, and the state of each request. Accounts list their history sources."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_book_state()
    _create_fill()
    _create_fill_day()
    _create_fill_month()
    _create_fill_profit()
    _create_history_state()
    _create_key_permission()
    _create_order_outcome()
    _create_transfer()
    _extend_account()
    _index_order_version()


def _create_book_state() -> None:
    op.create_table(
        "book_state",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_key", sa.Text(collation="C"), nullable=False),
        sa.Column("is_overtaken", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("state", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("method IN ('average', 'fifo')", name=op.f("book_state_method_check")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("book_state_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "symbol", name=op.f("book_state_pkey")),
    )


def _create_fill() -> None:
    op.create_table(
        "fill",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(collation="C"), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("exchange_symbol", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.Column("market_type", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("liquidity", sa.Text(), nullable=False),
        sa.Column("price", sa.Numeric(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("contracts", sa.Numeric(), nullable=True),
        sa.Column("fee", sa.Numeric(), nullable=True),
        sa.Column("fee_currency", sa.Text(), nullable=True),
        sa.Column("realised_pnl", sa.Numeric(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raw", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("liquidity IN ('maker', 'taker', 'unknown')", name=op.f("fill_liquidity_check")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fill_account_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("fill_pkey")),
    )
    op.create_index("fill_at_idx", "fill", ["account_id", "at", "key"], unique=False)
    op.create_index("fill_order_idx", "fill", ["account_id", "order_id"], unique=False)
    op.create_index("fill_side_idx", "fill", ["account_id", "side", "liquidity", "at", "key"], unique=False)
    op.create_index("fill_symbol_idx", "fill", ["account_id", "symbol", "side", "liquidity", "at", "key"], unique=False)


def _create_fill_day() -> None:
    op.create_table(
        "fill_day",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("liquidity", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("fee_currency", sa.Text(), nullable=False),
        sa.Column("fills", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("fee", sa.Numeric(), nullable=False),
        sa.Column("fees_unknown", sa.BigInteger(), nullable=False),
        sa.Column("fee_value", sa.Numeric(), nullable=False),
        sa.Column("fee_values_unknown", sa.BigInteger(), nullable=False),
        sa.Column("realised", sa.Numeric(), nullable=False),
        sa.Column("realised_unknown", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fill_day_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "day", "symbol", "side", "liquidity", "quote", "fee_currency", name=op.f("fill_day_pkey")
        ),
    )


def _create_fill_month() -> None:
    op.create_table(
        "fill_month",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("liquidity", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("fee_currency", sa.Text(), nullable=False),
        sa.Column("fills", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("fee", sa.Numeric(), nullable=False),
        sa.Column("fees_unknown", sa.BigInteger(), nullable=False),
        sa.Column("fee_value", sa.Numeric(), nullable=False),
        sa.Column("fee_values_unknown", sa.BigInteger(), nullable=False),
        sa.Column("realised", sa.Numeric(), nullable=False),
        sa.Column("realised_unknown", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fill_month_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "month", "symbol", "side", "liquidity", "quote", "fee_currency", name=op.f("fill_month_pkey")
        ),
    )


def _create_fill_profit() -> None:
    op.create_table(
        "fill_profit",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(collation="C"), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("realised", sa.Numeric(), nullable=True),
        sa.Column("realised_before_fees", sa.Numeric(), nullable=True),
        sa.Column("fee_value", sa.Numeric(), nullable=True),
        sa.Column("held_after", sa.Numeric(), nullable=False),
        sa.Column("cost_after", sa.Numeric(), nullable=True),
        sa.Column("sold_unexplained", sa.Numeric(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fill_profit_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("fill_profit_pkey")),
    )
    op.create_index("fill_profit_book_idx", "fill_profit", ["account_id", "symbol", "at", "key"], unique=False)


def _create_history_state() -> None:
    op.create_table(
        "history_state",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("known_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("known_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error_kind", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("error_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unreadable", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "(known_from IS NULL) = (known_until IS NULL) AND known_from <= known_until",
            name=op.f("history_state_known_check"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("history_state_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "source", name=op.f("history_state_pkey")),
    )


def _create_key_permission() -> None:
    op.create_table(
        "key_permission",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("can_read", sa.Boolean(), nullable=True),
        sa.Column("can_trade", sa.Boolean(), nullable=True),
        sa.Column("can_withdraw", sa.Boolean(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("key_permission_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("key_permission_pkey")),
    )


def _create_order_outcome() -> None:
    op.create_table(
        "order_outcome",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filled", sa.Numeric(), nullable=True),
        sa.Column("average_price", sa.Numeric(), nullable=True),
        sa.Column("book_order_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ending <> 'gone'", name=op.f("order_outcome_ending_check")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("order_outcome_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "source", "key", name=op.f("order_outcome_pkey")),
    )
    op.create_index("order_outcome_resolved_idx", "order_outcome", ["account_id", "resolved_at"], unique=False)


def _create_transfer() -> None:
    op.create_table(
        "transfer",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(collation="C"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("fee", sa.Numeric(), nullable=True),
        sa.Column("fee_currency", sa.Text(), nullable=True),
        sa.Column("symbol", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raw", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("transfer_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("transfer_pkey")),
    )
    op.create_index("transfer_at_idx", "transfer", ["account_id", "at"], unique=False)


def _extend_account() -> None:
    op.add_column(
        "account",
        sa.Column("history", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
    )
    op.add_column("account", sa.Column("history_seconds", sa.Integer(), server_default=sa.text("60"), nullable=False))
    op.add_column(
        "account",
        sa.Column("not_readable", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
    )
    op.add_column("account", sa.Column("cost_method", sa.Text(), server_default=sa.text("'average'"), nullable=False))
    op.add_column(
        "account",
        sa.Column(
            "display_currencies",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'::text[]"),
            nullable=False,
        ),
    )
    op.create_check_constraint(op.f("account_cost_method_check"), "account", "cost_method IN ('average', 'fifo')")


def _index_order_version() -> None:
    op.create_index(
        "order_version_ended_idx",
        "order_version",
        ["account_id", "valid_to"],
        unique=False,
        postgresql_where=sa.text("valid_to <> 'infinity'"),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
