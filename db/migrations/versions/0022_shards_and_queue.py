"""Leases of shards instead of accounts, the queue of work, and its progress."""

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

QUEUE = "queue"


def upgrade() -> None:
    _create_refresher()
    _create_work()
    _create_queue()


def _create_refresher() -> None:
    now = sa.text("now()")
    op.create_table(
        "refresher",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, server_default=now),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False, server_default=now),
        sa.Column("is_steady", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.Column("accounts", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("lag_seconds", sa.Float(), nullable=True),
        sa.Column("bottleneck", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("refresher_pkey")),
    )
    op.create_table(
        "shard_lease",
        sa.Column("shard", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("refresher_id", sa.Integer(), nullable=True),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", name=op.f("shard_lease_pkey")),
        sa.CheckConstraint("shard BETWEEN 0 AND 255", name=op.f("shard_lease_shard_range_check")),
    )


def _create_work() -> None:
    now, zero = sa.text("now()"), sa.text("0")
    op.create_table(
        "queued_work",
        sa.Column(
            "account_id",
            sa.Integer(),
            sa.ForeignKey("account.id", ondelete="CASCADE", name=op.f("queued_work_account_id_fkey")),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, server_default=sa.text("'waiting'")),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False, server_default=now),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default=now),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default=zero),
        sa.Column("done", sa.Integer(), nullable=False, server_default=zero),
        sa.Column("total", sa.Integer(), nullable=False, server_default=zero),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("queued_work_pkey")),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'succeeded', 'failed')", name=op.f("queued_work_state_check")
        ),
    )
    op.create_index("queued_work_changed", "queued_work", ["changed_at"])


def _create_queue() -> None:
    """Procrastinate's own tables and functions, in a schema of their own. Pages get no right on it.

    The functions name their tables without a schema, so every session of the queue has the schema in its search path.
    A later version of Procrastinate that changes them needs a migration that runs the library's own upgrade.
    """
    connection = op.get_bind()
    path = connection.execute(sa.text("SHOW search_path")).scalar_one()
    connection.execute(sa.text(f"CREATE SCHEMA {QUEUE}"))
    connection.execute(sa.text(f"SET LOCAL search_path = {QUEUE}"))
    connection.exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    connection.execute(sa.text("SELECT set_config('search_path', :path, true)"), {"path": path})


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
