"""Write messages: claim those that are due, and note how each ended."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, text

from domain.alerts import ChannelState
from domain.rules import Severity


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process may send until its claim ends. `attempts` counts this one."""

    id: int
    owner: str | None
    account_id: int | None
    channel: str
    event_id: int | None
    kind: str
    severity: Severity
    subject: str
    body: str | None
    created_at: datetime
    due_at: datetime
    attempts: int


def claim_messages(
    engine: Engine, channel: str, claimant: str, now: datetime, lease: timedelta, limit: int
) -> Sequence[Claimed]:
    """Claim the waiting messages of a channel, once one of them is due, and those first. Claims of others are skipped.

    A claim that was not finished ends with its lease, and the message is claimed again.
    """
    scope = {"channel": channel, "by": claimant, "now": now, "until": now + lease, "limit": limit}
    with engine.begin() as connection:
        rows = connection.execute(text(_CLAIM), scope).all()
    claimed = [
        Claimed(
            row.id, row.owner, row.account_id, row.channel, row.alert_event_id, row.kind, Severity(row.severity),
            row.subject, row.body, row.created_at, row.due_at, row.attempts,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(claimed, key=lambda message: message.id)


def finish_sent(engine: Engine, ids: Collection[int], message: str, at: datetime) -> None:
    """Note that these messages were sent as one."""
    with engine.begin() as connection:
        connection.execute(text(_SENT), {"ids": list(ids), "message": message, "at": at})


def finish_unsent(engine: Engine, ids: Collection[int], state: str, reason: str) -> None:
    """Note that these messages are held or failed, and why."""
    with engine.begin() as connection:
        connection.execute(text(_UNSENT), {"ids": list(ids), "state": state, "reason": reason})


def retry_later(engine: Engine, ids: Collection[int], due_at: datetime, reason: str, *, counts: bool) -> None:
    """Give these messages back until a moment. The attempt counts only if a service was asked."""
    row = {"ids": list(ids), "due_at": due_at, "reason": reason, "back": 0 if counts else 1}
    with engine.begin() as connection:
        connection.execute(text(_LATER), row)


def write_notice(
    engine: Engine,
    channel: ChannelState,
    kind: str,
    subject: str,
    body: str,
    due_at: datetime,
    account_id: int | None = None,
) -> int:
    """Add a message about no event: a notice or a test."""
    row = {
        "owner": channel.owner, "account_id": account_id, "channel": channel.name, "kind": kind, "subject": subject,
        "body": body, "due_at": due_at,
    }  # fmt: skip
    with engine.begin() as connection:
        return int(connection.execute(text(_NOTICE), row).scalar_one())


def write_digest(engine: Engine, channel: ChannelState, day: date, subject: str, body: str, due_at: datetime) -> bool:
    """Add the digest of a day. False if the channel has it already, from before a restart or another refresher."""
    row = {
        "owner": channel.owner, "channel": channel.name, "day": day, "subject": subject, "body": body, "due_at": due_at,
    }  # fmt: skip
    with engine.begin() as connection:
        return connection.execute(text(_DIGEST), row).scalar() is not None


def write_channels(engine: Engine, channels: Sequence[ChannelState]) -> None:
    """Make these the configured channels."""
    with engine.begin() as connection:
        connection.execute(text(_NOT_CONFIGURED), {"names": [channel.name for channel in channels]})
        for channel in channels:
            row = {
                "name": channel.name, "owner": channel.owner, "service": channel.service,
                "least": channel.least_severity.value,
            }  # fmt: skip
            connection.execute(text(_CHANNEL), row)


def write_channel_answered(engine: Engine, name: str) -> None:
    """Note that a channel took a message."""
    with engine.begin() as connection:
        connection.execute(text(_ANSWERED), {"name": name})


def write_channel_failed(engine: Engine, name: str, error: str, at: datetime, paused_until: datetime) -> None:
    """Note that a channel took no message, and when it is tried again."""
    with engine.begin() as connection:
        connection.execute(text(_FAILED), {"name": name, "error": error, "at": at, "until": paused_until})


def count_capped(engine: Engine, name: str, hour: datetime, count: int) -> bool:
    """Count messages that the cap of an hour held back. True if they are the first of this hour."""
    with engine.begin() as connection:
        row = {"name": name, "hour": hour, "count": count}
        return bool(connection.execute(text(_CAPPED), row).scalar_one() == count)


def read_sent_since(engine: Engine, channel: str, since: datetime) -> int:
    """The number of messages that a channel took since a moment. Grouped messages count once."""
    with engine.connect() as connection:
        count = connection.execute(text(_SENT_SINCE), {"channel": channel, "since": since}).scalar_one()
    return int(count)


def read_informed_at(engine: Engine, channel: str) -> datetime | None:
    """When a channel last took a message about an alert of mere information. None if it never did."""
    with engine.connect() as connection:
        moment: datetime | None = connection.execute(text(_INFORMED), {"channel": channel}).scalar()
    return moment


_CLAIM = """
UPDATE outbox SET claimed_until = :until, claimed_by = :by, attempts = attempts + 1
WHERE id IN (
    SELECT id FROM outbox
    WHERE channel = :channel AND state = 'waiting' AND (claimed_until IS NULL OR claimed_until <= :now)
      AND EXISTS (
          SELECT FROM outbox AS due
          WHERE due.channel = :channel AND due.state = 'waiting' AND due.due_at <= :now
            AND (due.claimed_until IS NULL OR due.claimed_until <= :now)
      )
      AND (due_at <= :now OR (kind = 'alert' AND attempts = 0))
    ORDER BY due_at > :now, id
    LIMIT :limit
    FOR UPDATE SKIP LOCKED
)
RETURNING *
"""
_SENT = """
UPDATE outbox SET state = 'sent', message = :message, sent_at = :at, reason = NULL, claimed_until = NULL
WHERE id = ANY(CAST(:ids AS bigint[]))
"""
_UNSENT = """
UPDATE outbox SET state = :state, reason = :reason, claimed_until = NULL WHERE id = ANY(CAST(:ids AS bigint[]))
"""
_LATER = """
UPDATE outbox SET due_at = :due_at, reason = :reason, attempts = attempts - :back, claimed_until = NULL
WHERE id = ANY(CAST(:ids AS bigint[]))
"""
_NOTICE = """
INSERT INTO outbox (owner, account_id, channel, kind, severity, subject, body, due_at)
VALUES (:owner, :account_id, :channel, :kind, 'warning', :subject, :body, :due_at)
RETURNING id
"""
_DIGEST = """
INSERT INTO outbox (owner, channel, kind, severity, subject, body, due_at, digest_day)
VALUES (:owner, :channel, 'digest', 'info', :subject, :body, :due_at, :day)
ON CONFLICT (channel, digest_day) DO NOTHING
RETURNING id
"""
_NOT_CONFIGURED = "UPDATE channel SET is_configured = false WHERE name <> ALL(CAST(:names AS text[]))"
_CHANNEL = """
INSERT INTO channel (name, owner, service, least_severity)
VALUES (:name, :owner, :service, :least)
ON CONFLICT (name) DO UPDATE SET owner = EXCLUDED.owner, service = EXCLUDED.service, is_configured = true,
    least_severity = EXCLUDED.least_severity
"""
_ANSWERED = """
UPDATE channel SET failing_since = NULL, error = NULL, paused_until = NULL
WHERE name = :name AND (failing_since IS NOT NULL OR paused_until IS NOT NULL)
"""
_FAILED = """
UPDATE channel SET failing_since = coalesce(failing_since, :at), error = :error, paused_until = :until
WHERE name = :name
"""
_CAPPED = """
UPDATE channel SET capped = CASE WHEN capped_since = :hour THEN capped + :count ELSE :count END, capped_since = :hour
WHERE name = :name
RETURNING capped
"""
_INFORMED = """
SELECT max(sent_at) FROM outbox
WHERE channel = :channel AND state = 'sent' AND kind = 'alert' AND severity = 'info'
"""
_SENT_SINCE = """
SELECT count(DISTINCT (sent_at, message)) FROM outbox
WHERE channel = :channel AND state = 'sent' AND kind <> 'test' AND sent_at > :since
"""
