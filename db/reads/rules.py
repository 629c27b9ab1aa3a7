"""Read rules and the definitions that they had. Row-level security leaves each viewer its own."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, text

from domain.rules import Rule, RuleOrigin, RuleVersion, definition_from


def read_rules(connection: Connection) -> tuple[Rule, ...]:
    """All rules that were not removed, by name."""
    return _rules(connection.execute(text(_RULES)))


def read_rule_versions(connection: Connection, rule_id: int) -> tuple[RuleVersion, ...]:
    """The definitions of a rule, newest first."""
    rows = connection.execute(text(_VERSIONS), {"id": rule_id})
    return tuple(RuleVersion(version, definition_from(row), at, by) for version, row, at, by in rows)


def _rules(rows: Iterable[Any]) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            id=row.id,
            owner=row.owner,
            definition=definition_from(row.definition),
            origin=RuleOrigin(row.origin),
            version=row.version,
            changed_at=row.changed_at,
            changed_by=row.changed_by,
            warning=row.warning,
            error=row.error,
            put_off_until=row.put_off_until,
        )
        for row in rows
    )


_COLUMNS = "id, owner, definition, origin, version, changed_at, changed_by, warning, error, put_off_until"
_RULES = f"SELECT {_COLUMNS} FROM rule WHERE ended_at IS NULL ORDER BY name, id"  # noqa: S608 - column names from code
_VERSIONS = """
SELECT version, definition, changed_at, changed_by FROM rule_version WHERE rule_id = :id ORDER BY version DESC
"""
