"""Tables of rules, their alerts, and the messages that they send.

Each row belongs to its `owner`, a viewer. NULL is the local viewer, and with sign-in every administrator.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from db.schema_columns import NOW, metadata, moment, words


def _id() -> Column[object]:
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def _owner() -> Column[object]:
    return Column("owner", Text, ForeignKey("viewer.name", ondelete="CASCADE", onupdate="CASCADE"), nullable=True)


def _account() -> Column[object]:
    return Column("account_id", Integer, ForeignKey("account.id", ondelete="CASCADE"), nullable=True)


def _of(table: str, *, nullable: bool = False) -> Column[object]:
    return Column(f"{table}_id", BigInteger, ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=nullable)


def _now(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=NOW)


# A rule as it counts now. A rule that was removed keeps its row, because its alerts name it.
rule = Table(
    "rule",
    metadata,
    _id(),
    _owner(),
    words("name"),
    Column("definition", JSONB, nullable=False),  # domain.rules.RuleDefinition
    words("origin"),
    Column("version", Integer, nullable=False, server_default=text("1")),
    _now("changed_at"),
    words("changed_by", nullable=True),
    words("warning", nullable=True),  # it contradicts itself, or never fired in the stored past
    # A rule whose evaluation raised rests until then.
    words("error", nullable=True),
    moment("put_off_until", nullable=True),
    moment("ended_at", nullable=True),
    CheckConstraint("origin IN ('configuration', 'app', 'built_in')", name="origin"),
    Index(
        "rule_name_idx", "owner", "name",
        unique=True, postgresql_where=text("ended_at IS NULL"), postgresql_nulls_not_distinct=True,
    ),
)  # fmt: skip

# Each definition that a rule ever had. The newest row equals `rule`.
rule_version = Table(
    "rule_version",
    metadata,
    _of("rule"),
    Column("version", Integer, nullable=False),
    _owner(),
    Column("definition", JSONB, nullable=False),
    _now("changed_at"),
    words("changed_by", nullable=True),
    PrimaryKeyConstraint("rule_id", "version"),
)

# The state of one rule for one subject (domain/alert_states.py). `row_version` grows with each change of the state, so
# that of two refreshers only one changes it.
alert = Table(
    "alert",
    metadata,
    _id(),
    _of("rule"),
    _owner(),
    _account(),  # NULL: a market
    words("subject"),  # domain.alerts.SubjectKey as text
    Column("row_version", Integer, nullable=False, server_default=text("1")),
    words("state"),
    words("health"),
    moment("since", nullable=True),
    moment("fired_at", nullable=True),
    moment("evaluated_at"),  # the newest moment that was evaluated. 1970 if the rule changed since
    moment("changed_at"),
    Column("explanation", JSONB, nullable=True),  # the tree of the newest evaluation
    words("reason", nullable=True),  # why there is no data
    moment("reminded_at", nullable=True),
    moment("acknowledged_at", nullable=True),
    words("acknowledged_by", nullable=True),
    UniqueConstraint("rule_id", "subject"),
    CheckConstraint("state IN ('normal', 'pending', 'firing', 'recovering')", name="state"),
    CheckConstraint("health IN ('ok', 'no_data')", name="health"),
    Index("alert_active_idx", "id", postgresql_where=text("state IN ('firing', 'recovering')")),
)

# A step of an alert. Its id is the order in which events happened.
alert_event = Table(
    "alert_event",
    metadata,
    _id(),
    _of("alert"),
    _of("rule"),
    _owner(),
    _account(),
    words("event"),
    moment("at"),  # of the evaluation
    Column("rule_version", Integer, nullable=False),
    Column("explanation", JSONB, nullable=True),
    CheckConstraint("event IN ('fired', 'resolved', 'reminder')", name="event"),
    Index(None, "alert_id", "id"),
    Index(None, "at"),
)

# One message for one channel. A held message was not sent, and `reason` says why.
outbox = Table(
    "outbox",
    metadata,
    _id(),
    _owner(),
    _account(),
    words("channel"),
    _of("alert_event", nullable=True),  # NULL: a notice about messages, a digest, or a test
    words("kind"),
    words("severity"),
    words("subject"),
    words("body", nullable=True),  # of a notice or digest. Alerts are worded when they are sent
    Column("digest_day", Date, nullable=True),  # of a digest, in the user's zone. One for each channel
    _now("created_at"),
    moment("due_at"),
    Column("state", Text, nullable=False, server_default=text("'waiting'")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    moment("claimed_until", nullable=True),
    words("claimed_by", nullable=True),
    words("reason", nullable=True),
    words("message", nullable=True),  # the text that was sent
    moment("sent_at", nullable=True),
    UniqueConstraint("alert_event_id", "channel"),
    UniqueConstraint("channel", "digest_day"),
    CheckConstraint("kind IN ('alert', 'notice', 'digest', 'test')", name="kind"),
    CheckConstraint("state IN ('waiting', 'sent', 'held', 'failed')", name="state"),
    Index("outbox_waiting_idx", "channel", "due_at", postgresql_where=text("state = 'waiting'")),
    Index(None, "sent_at"),
)

# Messages about something are held until a moment.
mute = Table(
    "mute",
    metadata,
    _id(),
    _owner(),
    words("scope"),
    words("target"),  # of an alert: the rule
    _now("since"),
    moment("until"),
    words("muted_by", nullable=True),
    words("subject", nullable=True),  # of an alert, as in `alert`
    CheckConstraint("scope IN ('rule', 'alert', 'symbol', 'account', 'channel')", name="scope"),
    CheckConstraint("(scope = 'alert') = (subject IS NOT NULL)", name="subject"),
    Index(None, "until"),
)

# A market on the watchlist of its owner.
watched_market = Table(
    "watched_market",
    metadata,
    _id(),
    _owner(),
    words("exchange"),  # the venue, as in `candle`
    words("symbol"),
    words("origin"),
    _now("added_at"),
    words("added_by", nullable=True),
    CheckConstraint("origin IN ('configuration', 'app')", name="origin"),
    UniqueConstraint("owner", "exchange", "symbol", postgresql_nulls_not_distinct=True),
)

# A configured channel, without its address, which is a secret.
channel = Table(
    "channel",
    metadata,
    words("name"),
    _owner(),
    words("service"),  # telegram, mailto, ntfy, ...
    words("least_severity"),
    Column("is_configured", Boolean, nullable=False, server_default=text("true")),
    moment("failing_since", nullable=True),
    words("error", nullable=True),
    # No message is tried before: the service asked for a pause, or the last attempts failed.
    moment("paused_until", nullable=True),
    # The hour whose cap was reached, and the messages that it held back.
    moment("capped_since", nullable=True),
    Column("capped", Integer, nullable=False, server_default=text("0")),
    PrimaryKeyConstraint("name"),
)
