"""Tables of the refreshers themselves: who runs, who serves which accounts, and the work that waits in the queue.

The queue's own tables belong to Procrastinate and stand in the schema `queue`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    text,
)

from db.schema_columns import NOW, account_id, metadata, words

# A running refresher. It holds an advisory lock on its id for as long as its lease connection lives.
refresher = Table(
    "refresher",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("started_at", DateTime(timezone=True), nullable=False, server_default=NOW),
    Column("beat_at", DateTime(timezone=True), nullable=False, server_default=NOW),
    # False for a command that serves for a moment only. Others do not give up work for it.
    Column("is_steady", Boolean, nullable=False, server_default=text("true")),
    Column("accounts", Integer, nullable=False, server_default=text("0")),
    # How late refreshes begin (99th percentile), and the cause if that is too late.
    Column("lag_seconds", Float, nullable=True),
    words("bottleneck", nullable=True),
)

# The lease of a shard: the accounts whose id has this remainder of 256. Each new holder gets a higher token.
shard_lease = Table(
    "shard_lease",
    metadata,
    Column("shard", SmallInteger, primary_key=True, autoincrement=False),
    Column("refresher_id", Integer, nullable=True),
    Column("token", BigInteger, nullable=False),
    CheckConstraint("shard BETWEEN 0 AND 255", name="shard_range"),
)

# One piece of queued work with its progress, as Status shows it.
queued_work = Table(
    "queued_work",
    metadata,
    account_id(),
    Column("id", BigInteger, Identity(always=True), nullable=False),
    words("kind"),
    Column("state", Text, nullable=False, server_default=text("'waiting'")),
    Column("requested_at", DateTime(timezone=True), nullable=False, server_default=NOW),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=NOW),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("done", Integer, nullable=False, server_default=text("0")),
    Column("total", Integer, nullable=False, server_default=text("0")),
    words("detail", nullable=True),
    PrimaryKeyConstraint("account_id", "id"),
    CheckConstraint("state IN ('waiting', 'running', 'succeeded', 'failed')", name="state"),
    Index("queued_work_changed", "changed_at"),
)
