"""Closed tax years and recorded periods with their corrections, filed edits, costs by origin, units of coins."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _edit_requests()
    _origins_of_costs()
    _tax_years()
    _periods()
    op.create_table(
        "coin_unit",
        sa.Column("exchange", sa.Text(), nullable=False),
        sa.Column("coin", sa.Text(), nullable=False),
        _moment("since"),
        sa.Column("unit", sa.Numeric(), nullable=False),
        sa.PrimaryKeyConstraint("exchange", "coin", "since", name=op.f("coin_unit_pkey")),
    )


def _edit_requests() -> None:
    op.create_table(
        "edit_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "account_id",
            sa.Integer(),
            sa.ForeignKey("account.id", ondelete="CASCADE", name=op.f("edit_request_account_id_fkey")),
            nullable=True,
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", JSONB(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'pending'"), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("edit_request_pkey")),
        sa.CheckConstraint("state IN ('pending', 'applied', 'refused')", name=op.f("edit_request_state_check")),
    )
    op.create_index("edit_request_pending_idx", "edit_request", ["id"], postgresql_where=sa.text("state = 'pending'"))


def _origins_of_costs() -> None:
    """All costs so far are those of the configuration file."""
    op.add_column("stated_cost", sa.Column("origin", sa.Text(), nullable=False, server_default="configuration"))
    op.alter_column("stated_cost", "origin", server_default=None)
    op.drop_constraint("stated_cost_pkey", "stated_cost")
    op.create_primary_key("stated_cost_pkey", "stated_cost", ["account_id", "key", "origin"])
    op.create_check_constraint(op.f("stated_cost_origin_check"), "stated_cost", "origin IN ('configuration', 'app')")


def _tax_years() -> None:
    op.create_table(
        "tax_closing",
        *_names_of_tax_year("tax_closing"),
        _moment("until"),
        _moment("closed_at"),
        sa.Column("entries", JSONB(), nullable=False),
        sa.Column("missing", JSONB(), nullable=False),
        *_comparison(),
        _moment("compared_at"),
        sa.PrimaryKeyConstraint("account_id", "year", "zone", "currency", "method", name=op.f("tax_closing_pkey")),
    )
    op.create_table(
        "tax_correction",
        *_names_of_tax_year("tax_correction"),
        _number(),
        _moment("known_at"),
        sa.Column("was", JSONB(), nullable=True),
        sa.Column("now", JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "number", name=op.f("tax_correction_pkey")),
        sa.CheckConstraint("was IS NOT NULL OR now IS NOT NULL", name=op.f("tax_correction_entry_check")),
    )


def _periods() -> None:
    op.create_table(
        "period_close",
        _account("period_close"),
        sa.Column("kind", sa.Text(), nullable=False),
        _moment("since"),
        _moment("until"),
        sa.Column("currency", sa.Text(), nullable=False),
        _moment("recorded_at"),
        sa.Column("figures", JSONB(), nullable=False),
        *_comparison(),
        sa.PrimaryKeyConstraint("account_id", "kind", "since", name=op.f("period_close_pkey")),
        sa.CheckConstraint("kind IN ('month', 'year')", name=op.f("period_close_kind_check")),
    )
    op.create_table(
        "period_correction",
        _account("period_correction"),
        _number(),
        sa.Column("kind", sa.Text(), nullable=False),
        _moment("since"),
        _moment("known_at"),
        sa.Column("was", JSONB(), nullable=False),
        sa.Column("now", JSONB(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "number", name=op.f("period_correction_pkey")),
    )


def _names_of_tax_year(table: str) -> tuple[sa.Column[object], ...]:
    return (
        _account(table),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
    )


def _account(table: str) -> sa.Column[object]:
    key = sa.ForeignKey("account.id", ondelete="CASCADE", name=op.f(f"{table}_account_id_fkey"))
    return sa.Column("account_id", sa.Integer(), key, nullable=False)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _number() -> sa.Column[object]:
    return sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def _comparison() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("changes", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("compared", sa.BigInteger(), server_default=sa.text("-1"), nullable=False),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
