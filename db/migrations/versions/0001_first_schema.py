"""The first schema: versions, marks, prices, sources and their constraints."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from db.migrations.first_schema_versions import create_balance_version, create_order_version, create_position_version

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # For the GiST indexes on validity ranges. The extension is trusted, so the owner of a database may create it.
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    _create_account()
    _create_candle()
    _create_job_run()
    _create_price()
    create_balance_version()
    _create_mark()
    create_order_version()
    create_position_version()
    _create_refresh()
    _create_refresh_request()
    _create_source_failure()
    _create_source_state()
    _create_stated_value()


def _create_account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("exchange", sa.Text(), nullable=False),
        sa.Column("sources", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("refresh_seconds", sa.Integer(), nullable=False),
        sa.Column("base_currency", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_configured", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("account_pkey")),
        sa.UniqueConstraint("name", name=op.f("account_name_key")),
    )


def _create_candle() -> None:
    op.create_table(
        "candle",
        sa.Column("exchange", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("timeframe", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open", sa.Numeric(), nullable=False),
        sa.Column("high", sa.Numeric(), nullable=False),
        sa.Column("low", sa.Numeric(), nullable=False),
        sa.Column("close", sa.Numeric(), nullable=False),
        sa.Column("volume", sa.Numeric(), nullable=True),
        sa.PrimaryKeyConstraint("exchange", "symbol", "timeframe", "at", name=op.f("candle_pkey")),
    )


def _create_job_run() -> None:
    op.create_table(
        "job_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_run_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.CheckConstraint("outcome IN ('running', 'succeeded', 'failed')", name=op.f("job_run_outcome_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("job_run_pkey")),
    )
    op.create_index(op.f("job_run_job_idx"), "job_run", ["job", sa.literal_column("started_at DESC")], unique=False)


def _create_price() -> None:
    op.create_table(
        "price",
        sa.Column("exchange", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("last", sa.Numeric(), nullable=True),
        sa.Column("bid", sa.Numeric(), nullable=True),
        sa.Column("ask", sa.Numeric(), nullable=True),
        sa.Column("mark", sa.Numeric(), nullable=True),
        sa.Column("change_24h", sa.Numeric(), nullable=True),
        sa.PrimaryKeyConstraint("exchange", "symbol", "id", name=op.f("price_pkey")),
    )


def _create_mark() -> None:
    op.create_table(
        "mark",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("source IN ('balances', 'positions', 'prices')", name=op.f("mark_source_check")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("mark_account_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "source", "valid_from", name=op.f("mark_pkey")),
    )


def _create_refresh() -> None:
    op.create_table(
        "refresh",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("price_id", sa.BigInteger(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("carried", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("unreadable", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("value_origin", sa.Text(), nullable=True),
        sa.Column("net_value", sa.Numeric(), nullable=True),
        sa.Column("computed_value", sa.Numeric(), nullable=True),
        sa.Column("cash", sa.Numeric(), nullable=True),
        sa.Column("gross", sa.Numeric(), nullable=True),
        sa.Column("borrowed", sa.Numeric(), nullable=True),
        sa.Column("unrealised_pnl", sa.Numeric(), nullable=True),
        sa.Column("margin_balance", sa.Numeric(), nullable=True),
        sa.Column("collateral", sa.Numeric(), nullable=True),
        sa.Column("available", sa.Numeric(), nullable=True),
        sa.Column("initial_margin", sa.Numeric(), nullable=True),
        sa.Column("maintenance_margin", sa.Numeric(), nullable=True),
        sa.Column("unpriced", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.CheckConstraint("value_origin IN ('stated', 'computed')", name=op.f("refresh_value_origin_check")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("refresh_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "taken_at", name=op.f("refresh_pkey")),
    )


def _create_refresh_request() -> None:
    op.create_table(
        "refresh_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("refresh_request_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("refresh_request_pkey")),
    )


def _create_source_failure() -> None:
    op.create_table(
        "source_failure",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("source_failure_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "source", "at", name=op.f("source_failure_pkey")),
    )


def _create_source_state() -> None:
    op.create_table(
        "source_state",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error_kind", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("error_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unreadable", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("source_state_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "source", name=op.f("source_state_pkey")),
    )


def _create_stated_value() -> None:
    op.create_table(
        "stated_value",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("net_value", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("stated_value_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "at", name=op.f("stated_value_pkey")),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
