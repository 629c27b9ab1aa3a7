"""Write rules. Each change of a definition adds a version with who made it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, text

from db.copying import json_text
from db.writes.alert_ends import END_HELD
from domain.rules import RuleDefinition, RuleOrigin


def write_rule(
    engine: Engine,
    owner: str | None,
    definition: RuleDefinition,
    origin: RuleOrigin,
    changed_by: str | None = None,
    warning: str | None = None,
) -> int:
    """Write or change the rule of this owner and name. Returns its id. An equal definition makes no version.

    Alerts begin again if the rule asks something else now, or is switched off or on. Those that fire end without a
    message.
    """
    with engine.begin() as connection:
        return _write(connection, owner, definition, origin, changed_by, warning)


def end_rule(engine: Engine, rule_id: int) -> bool:
    """Remove a rule. Its alerts and messages stay as history. False if it was removed already."""
    with engine.begin() as connection:
        return connection.execute(text(_END), {"ids": [rule_id]}).rowcount == 1


def write_rules_of(
    engine: Engine, origin: RuleOrigin, definitions: Sequence[tuple[RuleDefinition, str | None]]
) -> None:
    """Make these the only rules of an origin and no owner, each with its warning."""
    names = [definition.name for definition, _ in definitions]
    with engine.begin() as connection:
        connection.execute(text(_END_OTHERS), {"origin": origin.value, "names": names})
        for definition, warning in definitions:
            _write(connection, None, definition, origin, None, warning)


def put_off(engine: Engine, rule_id: int, error: str, until: datetime) -> None:
    """Let a rule rest after an evaluation that raised."""
    with engine.begin() as connection:
        connection.execute(text(_PUT_OFF), {"id": rule_id, "error": error, "until": until})


def put_on(engine: Engine, rule_ids: Collection[int]) -> None:
    """Forget the errors of rules that were evaluated again."""
    with engine.begin() as connection:
        connection.execute(text(_PUT_ON), {"ids": list(rule_ids)})


def _write(
    connection: Connection,
    owner: str | None,
    definition: RuleDefinition,
    origin: RuleOrigin,
    changed_by: str | None,
    warning: str | None,
) -> int:
    row = {
        "owner": owner, "name": definition.name, "definition": json_text(definition.as_json()),
        "origin": origin.value, "by": changed_by, "warning": warning,
    }  # fmt: skip
    connection.execute(text(_BEGIN_AGAIN), {**row, "kept": list(_KEEPS_ALERTS)})
    written = connection.execute(text(_WRITE), row).one()
    connection.execute(text(_VERSION), {"id": written.id})
    return int(written.id)


# Fields of a definition whose change leaves the alerts as they are. After others it is another rule for them.
_KEEPS_ALERTS = ("severity", "channels", "for", "keep_for")

# Refreshers lock alerts before their rule, so this lock of a rule must let them refer to it.
_BEGIN_AGAIN = f"""
WITH changed AS MATERIALIZED (
    SELECT id, version
    FROM rule
    WHERE owner IS NOT DISTINCT FROM :owner AND name = :name AND ended_at IS NULL
      AND definition - CAST(:kept AS text[]) <> CAST(:definition AS jsonb) - CAST(:kept AS text[])
    FOR NO KEY UPDATE
), held AS MATERIALIZED (
    SELECT alert.id, rule_id, owner, account_id, state, version
    FROM alert
    JOIN changed ON rule_id = changed.id
    ORDER BY alert.id
    FOR UPDATE OF alert
), {END_HELD}
"""  # noqa: S608 - text from code
_WRITE = """
INSERT INTO rule (owner, name, definition, origin, changed_by, warning)
VALUES (:owner, :name, CAST(:definition AS jsonb), :origin, :by, :warning)
ON CONFLICT (owner, name) WHERE ended_at IS NULL DO UPDATE SET
    version = rule.version + CAST(rule.definition <> EXCLUDED.definition AS integer),
    changed_at = CASE WHEN rule.definition <> EXCLUDED.definition THEN now() ELSE rule.changed_at END,
    changed_by = CASE WHEN rule.definition <> EXCLUDED.definition THEN EXCLUDED.changed_by ELSE rule.changed_by END,
    definition = EXCLUDED.definition, origin = EXCLUDED.origin, warning = EXCLUDED.warning,
    error = NULL, put_off_until = NULL
RETURNING id
"""
_VERSION = """
INSERT INTO rule_version (rule_id, version, owner, definition, changed_at, changed_by)
SELECT id, version, owner, definition, changed_at, changed_by FROM rule WHERE id = :id
ON CONFLICT DO NOTHING
"""
_END = "UPDATE rule SET ended_at = now() WHERE id = ANY(:ids) AND ended_at IS NULL"
_END_OTHERS = """
UPDATE rule SET ended_at = now()
WHERE origin = :origin AND owner IS NULL AND ended_at IS NULL AND name <> ALL(CAST(:names AS text[]))
"""
_PUT_OFF = "UPDATE rule SET error = :error, put_off_until = :until WHERE id = :id"
_PUT_ON = "UPDATE rule SET error = NULL, put_off_until = NULL WHERE id = ANY(:ids) AND error IS NOT NULL"
