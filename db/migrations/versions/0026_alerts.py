"""Rules, their alerts and messages, mutes, channels and watched markets. An edit names the viewer who filed it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for policy in ("reader", "request"):  # both are created again, with the edits that a viewer filed
        op.execute(f"DROP POLICY IF EXISTS {policy} ON edit_request")
    _create_channel()
    _create_mute()
    _create_rule()
    _create_watched_market()
    _create_alert()
    _create_rule_version()
    _create_alert_event()
    _create_outbox()
    _extend_edit_request()


def _create_channel() -> None:
    op.create_table(
        "channel",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("least_severity", sa.Text(), nullable=False),
        sa.Column("is_configured", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("capped_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("capped", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["viewer.name"], name=op.f("channel_owner_fkey"), onupdate="CASCADE", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("channel_pkey")),
    )


def _create_mute() -> None:
    op.create_table(
        "mute",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("muted_by", sa.Text(), nullable=True),
        sa.CheckConstraint("scope IN ('rule', 'symbol', 'account', 'channel')", name=op.f("mute_scope_check")),
        sa.ForeignKeyConstraint(
            ["owner"], ["viewer.name"], name=op.f("mute_owner_fkey"), onupdate="CASCADE", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("mute_pkey")),
    )
    op.create_index(op.f("mute_until_idx"), "mute", ["until"])


def _create_rule() -> None:
    op.create_table(
        "rule",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", postgresql.JSONB(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=True),
        sa.Column("warning", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("put_off_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("origin IN ('configuration', 'app', 'built_in')", name=op.f("rule_origin_check")),
        sa.ForeignKeyConstraint(
            ["owner"], ["viewer.name"], name=op.f("rule_owner_fkey"), onupdate="CASCADE", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("rule_pkey")),
    )
    op.create_index(
        "rule_name_idx",
        "rule",
        ["owner", "name"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )


def _create_watched_market() -> None:
    op.create_table(
        "watched_market",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("exchange", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=True),
        sa.CheckConstraint("origin IN ('configuration', 'app')", name=op.f("watched_market_origin_check")),
        sa.ForeignKeyConstraint(
            ["owner"], ["viewer.name"], name=op.f("watched_market_owner_fkey"), onupdate="CASCADE", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("watched_market_pkey")),
        sa.UniqueConstraint(
            "owner",
            "exchange",
            "symbol",
            name=op.f("watched_market_owner_exchange_symbol_key"),
            postgresql_nulls_not_distinct=True,
        ),
    )


def _create_alert() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("row_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("health", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("explanation", postgresql.JSONB(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.CheckConstraint("health IN ('ok', 'no_data', 'error')", name=op.f("alert_health_check")),
        sa.CheckConstraint("state IN ('normal', 'pending', 'firing', 'recovering')", name=op.f("alert_state_check")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("alert_account_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["owner"], ["viewer.name"], name=op.f("alert_owner_fkey"), onupdate="CASCADE", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("alert_rule_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("alert_pkey")),
        sa.UniqueConstraint("rule_id", "subject", name=op.f("alert_rule_id_subject_key")),
    )
    op.create_index(
        "alert_active_idx", "alert", ["id"], unique=False, postgresql_where=sa.text("state IN ('firing', 'recovering')")
    )


def _create_rule_version() -> None:
    op.create_table(
        "rule_version",
        sa.Column("rule_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("definition", postgresql.JSONB(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner"], ["viewer.name"], name=op.f("rule_version_owner_fkey"), onupdate="CASCADE", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("rule_version_rule_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rule_id", "version", name=op.f("rule_version_pkey")),
    )


def _create_alert_event() -> None:
    op.create_table(
        "alert_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("alert_id", sa.BigInteger(), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("explanation", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint("event IN ('fired', 'resolved', 'reminder')", name=op.f("alert_event_event_check")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("alert_event_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("alert_event_alert_id_fkey"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["owner"], ["viewer.name"], name=op.f("alert_event_owner_fkey"), onupdate="CASCADE", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("alert_event_rule_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("alert_event_pkey")),
    )
    op.create_index(op.f("alert_event_alert_id_id_idx"), "alert_event", ["alert_id", "id"])
    op.create_index(op.f("alert_event_at_idx"), "alert_event", ["at"])


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("alert_event_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('alert', 'notice', 'digest', 'test')", name=op.f("outbox_kind_check")),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'held', 'failed')", name=op.f("outbox_state_check")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("outbox_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["alert_event_id"], ["alert_event.id"], name=op.f("outbox_alert_event_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["owner"], ["viewer.name"], name=op.f("outbox_owner_fkey"), onupdate="CASCADE", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("outbox_pkey")),
        sa.UniqueConstraint("alert_event_id", "channel", name=op.f("outbox_alert_event_id_channel_key")),
    )
    op.create_index(op.f("outbox_sent_at_idx"), "outbox", ["sent_at"])
    op.create_index(
        "outbox_waiting_idx",
        "outbox",
        ["channel", "due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _extend_edit_request() -> None:
    op.add_column("edit_request", sa.Column("filed_by", sa.Text(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
