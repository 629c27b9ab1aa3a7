"""The first schema: versions, marks, prices, sources and their constraints."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # For the GiST indexes on validity ranges. The extension is trusted, so the owner of a database may create it.
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
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
    op.create_table(
        "balance_version",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "valid_to", sa.DateTime(timezone=True), server_default=sa.text("'infinity'::timestamptz"), nullable=False
        ),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("wallet", sa.Text(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("total", sa.Numeric(), nullable=False),
        sa.Column("free", sa.Numeric(), nullable=True),
        sa.Column("locked", sa.Numeric(), nullable=True),
        sa.Column("haircut", sa.Numeric(), nullable=True),
        sa.Column("collateral_eligible", sa.Boolean(), nullable=True),
        sa.CheckConstraint("valid_from < valid_to", name=op.f("balance_version_period_check")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("balance_version_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "key", "valid_from", name=op.f("balance_version_pkey")),
    )
    op.create_index(
        "balance_version_period_idx",
        "balance_version",
        ["account_id", sa.literal_column("tstzrange(valid_from, valid_to)")],
        unique=False,
        postgresql_using="gist",
    )
    op.create_index(
        "balance_version_standing_idx",
        "balance_version",
        ["account_id", "key"],
        unique=True,
        postgresql_where=sa.text("valid_to = 'infinity'"),
    )
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
    op.create_table(
        "order_version",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "valid_to", sa.DateTime(timezone=True), server_default=sa.text("'infinity'::timestamptz"), nullable=False
        ),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("leg_id", sa.Text(), nullable=True),
        sa.Column("client_order_id", sa.Text(), nullable=True),
        sa.Column("group_id", sa.Text(), nullable=True),
        sa.Column("contingency", sa.Text(), nullable=True),
        sa.Column("book_order_id", sa.Text(), nullable=True),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("exchange_symbol", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.Column("market_type", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("role_origin", sa.Text(), nullable=True),
        sa.Column("role_rule", sa.Text(), nullable=True),
        sa.Column("trigger_price", sa.Numeric(), nullable=True),
        sa.Column("trigger_kind", sa.Text(), nullable=True),
        sa.Column("trigger_direction", sa.Text(), nullable=True),
        sa.Column("limit_price", sa.Numeric(), nullable=True),
        sa.Column("trailing_distance", sa.Numeric(), nullable=True),
        sa.Column("trailing_unit", sa.Text(), nullable=True),
        sa.Column("activation_price", sa.Numeric(), nullable=True),
        sa.Column("amount", sa.Numeric(), nullable=True),
        sa.Column("filled", sa.Numeric(), nullable=True),
        sa.Column("remaining", sa.Numeric(), nullable=True),
        sa.Column("average_price", sa.Numeric(), nullable=True),
        sa.Column("reduce_only", sa.Boolean(), nullable=True),
        sa.Column("post_only", sa.Boolean(), nullable=True),
        sa.Column("close_position", sa.Boolean(), nullable=True),
        sa.Column("time_in_force", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("raw", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("valid_from < valid_to", name=op.f("order_version_period_check")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("order_version_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "source", "key", "valid_from", name=op.f("order_version_pkey")),
    )
    op.create_index(
        "order_version_period_idx",
        "order_version",
        ["account_id", sa.literal_column("tstzrange(valid_from, valid_to)")],
        unique=False,
        postgresql_using="gist",
    )
    op.create_index(
        "order_version_standing_idx",
        "order_version",
        ["account_id", "source", "key"],
        unique=True,
        postgresql_where=sa.text("valid_to = 'infinity'"),
    )
    op.create_table(
        "position_version",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "valid_to", sa.DateTime(timezone=True), server_default=sa.text("'infinity'::timestamptz"), nullable=False
        ),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("exchange_symbol", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.Column("market_type", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("contracts", sa.Numeric(), nullable=True),
        sa.Column("entry_price", sa.Numeric(), nullable=True),
        sa.Column("cost", sa.Numeric(), nullable=True),
        sa.Column("leverage", sa.Numeric(), nullable=True),
        sa.Column("margin_mode", sa.Text(), nullable=True),
        sa.Column("raw", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("valid_from < valid_to", name=op.f("position_version_period_check")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("position_version_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "key", "valid_from", name=op.f("position_version_pkey")),
    )
    op.create_index(
        "position_version_period_idx",
        "position_version",
        ["account_id", sa.literal_column("tstzrange(valid_from, valid_to)")],
        unique=False,
        postgresql_using="gist",
    )
    op.create_index(
        "position_version_standing_idx",
        "position_version",
        ["account_id", "key"],
        unique=True,
        postgresql_where=sa.text("valid_to = 'infinity'"),
    )
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
