"""Write the built-in rules of each owner of a channel."""

from collections.abc import Sequence

from sqlalchemy import Engine, text

from db.copying import json_text
from domain.rules import RuleDefinition


def write_built_in_rules(engine: Engine, definitions: Sequence[RuleDefinition]) -> None:
    """Write those that an owner of a channel does not have yet. A change or removal by an owner stays."""
    with engine.begin() as connection:
        for definition in definitions:
            row = {"name": definition.name, "definition": json_text(definition.as_json())}
            connection.execute(text(_WRITE), row)
        connection.execute(text(_VERSIONS))


_WRITE = """
INSERT INTO rule (owner, name, definition, origin)
SELECT DISTINCT channel.owner, CAST(:name AS text), CAST(:definition AS jsonb), 'built_in'
FROM channel
WHERE is_configured AND NOT EXISTS (
    SELECT FROM rule WHERE rule.owner IS NOT DISTINCT FROM channel.owner AND rule.name = :name
)
ON CONFLICT DO NOTHING
"""
_VERSIONS = """
INSERT INTO rule_version (rule_id, version, owner, definition, changed_at)
SELECT id, version, owner, definition, changed_at FROM rule WHERE origin = 'built_in'
ON CONFLICT DO NOTHING
"""
