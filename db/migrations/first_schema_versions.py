"""The tables of versions in the first schema, for revision 0001."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


def create_balance_version() -> None:
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
    _create_indexes("balance_version", "account_id", "key")


def create_order_version() -> None:
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
        *_order_terms(),
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
    _create_indexes("order_version", "account_id", "source", "key")


def _order_terms() -> list[sa.Column[Any]]:
    """The columns from the market of an order to its time in force."""
    return [
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
    ]


def create_position_version() -> None:
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
    _create_indexes("position_version", "account_id", "key")


def _create_indexes(table: str, *identity: str) -> None:
    op.create_index(
        f"{table}_period_idx",
        table,
        ["account_id", sa.literal_column("tstzrange(valid_from, valid_to)")],
        unique=False,
        postgresql_using="gist",
    )
    op.create_index(
        f"{table}_standing_idx",
        table,
        [*identity],
        unique=True,
        postgresql_where=sa.text("valid_to = 'infinity'"),
    )
