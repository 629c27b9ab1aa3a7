"""End alerts whose rule or account changed. They end with an event, and without a message."""

from sqlalchemy import Connection, text

# The end of a statement that names the alerts in `held`, each with the version of its rule.
END_HELD = """
event AS (
    INSERT INTO alert_event (alert_id, rule_id, owner, account_id, event, at, rule_version, explanation)
    SELECT id, rule_id, owner, account_id, 'resolved', now(), version, '{}'
    FROM held
    WHERE state IN ('firing', 'recovering')
)
UPDATE alert SET
    row_version = row_version + 1, state = 'normal', health = 'ok', since = NULL, fired_at = NULL,
    evaluated_at = to_timestamp(0), changed_at = now(), explanation = NULL, reason = NULL,
    reminded_at = NULL, acknowledged_at = NULL, acknowledged_by = NULL
FROM held
WHERE alert.id = held.id
"""


def end_alerts_of_former_accounts(connection: Connection) -> None:
    """End the alerts about accounts that are no longer configured, or have another name now.

    No refresh evaluates them again. They would fire and remind for ever.
    """
    connection.execute(text(_OF_FORMER_ACCOUNTS))


# The subject of an alert of an account holds its name (domain.alerts.SubjectKey).
_OF_FORMER_ACCOUNTS = f"""
WITH held AS MATERIALIZED (
    SELECT alert.id, rule_id, alert.owner, account_id, state, rule.version
    FROM alert
    JOIN rule ON rule.id = rule_id
    JOIN account ON account.id = account_id
    WHERE state <> 'normal' AND ended_at IS NULL
      AND (NOT is_configured OR split_part(subject, chr(9), 2) <> account.name)
    ORDER BY alert.id
    FOR UPDATE OF alert
), {END_HELD}
"""  # noqa: S608 - text from code
