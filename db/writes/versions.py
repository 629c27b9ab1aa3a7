"""Versions: closing what changed or went, inserting what is new or changed, set by set."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from db.copying import copy_lines, digest_of, field_text, line_of
from db.records import Versioned
from domain.sources import Source

_UNKNOWN = "\t" + field_text(None)
# From here on the planner's guess of a temporary table's size is worth correcting.
ANALYZE_FROM = 1_000


@dataclass(frozen=True, slots=True)
class Content:
    """What a source's answer says, ready to be compared and copied: one line and digest for each key."""

    lines: dict[str, str]
    digests: dict[str, bytes]
    digest: bytes  # of the whole answer, whatever the order of its rows


@dataclass(frozen=True, slots=True)
class Changes:
    """How many versions were closed and opened."""

    closed: int = 0
    opened: int = 0


def content_of(versioned: Versioned, rows: Iterable[Any]) -> Content:
    """The content of an answer. Of rows that share a key the last one counts: a key names one thing."""
    lines = {row.key: line_of(versioned.content(row)) for row in rows}
    digests = {key: version_digest(versioned, line) for key, line in lines.items()}
    whole = digest_of("\n".join(f"{key}\t{digests[key].hex()}" for key in sorted(digests)))
    return Content(lines, digests, whole)


def version_digest(versioned: Versioned, line: str) -> bytes:
    """The digest by which a version is told from the next; what is kept aside does not count, nor unknown values of
    columns that were added."""
    said = line.rpartition("\t")[0] if versioned.last_is_aside else line
    for _ in versioned.added:
        if not said.endswith(_UNKNOWN):
            break
        said = said[: -len(_UNKNOWN)]
    return digest_of(said)


def write_versions(
    connection: Connection,
    versioned: Versioned,
    account_id: int,
    source: Source,
    content: Content,
    taken_at: datetime,
) -> Changes:
    """Make the standing versions of a source equal to `content` as of `taken_at`.

    Only keys and digests travel for all rows; the rows themselves only where they are new or changed. Both statements
    are anti-joins on sets, so that ten thousand orders closing at once stay one hash join and not a nested loop.
    """
    _copy_seen(connection, content)
    scope = {"account_id": account_id, "taken_at": taken_at, "source": str(source)}
    only = "AND version.source = :source" if versioned.table == "order_version" else ""
    closed = connection.execute(text(_CLOSE.format(table=versioned.table, only=only)), scope)
    new = connection.execute(text(_NEW.format(table=versioned.table, only=only)), scope).scalars().all()
    _copy_versions(connection, versioned, scope, content, new)
    return Changes(closed=closed.rowcount, opened=len(new))


_SEEN = """
CREATE TEMPORARY TABLE IF NOT EXISTS seen (key text NOT NULL, digest bytea NOT NULL) ON COMMIT DELETE ROWS
"""

_CLOSE = """
UPDATE {table} AS version
SET valid_to = :taken_at
WHERE version.account_id = :account_id {only}
  AND version.valid_to = 'infinity'
  AND NOT EXISTS (SELECT FROM seen WHERE seen.key = version.key AND seen.digest = version.digest)
"""

_NEW = """
SELECT seen.key
FROM seen
WHERE NOT EXISTS (
    SELECT FROM {table} AS version
    WHERE version.account_id = :account_id {only}
      AND version.valid_to = 'infinity'
      AND version.key = seen.key
)
"""


def _copy_seen(connection: Connection, content: Content) -> None:
    connection.execute(text(_SEEN))
    connection.execute(text("DELETE FROM seen"))
    copy_lines(connection, "seen", ("key", "digest"), (line_of(pair) for pair in content.digests.items()))
    if len(content.digests) >= ANALYZE_FROM:
        connection.execute(text("ANALYZE seen"))


def _copy_versions(
    connection: Connection,
    versioned: Versioned,
    scope: dict[str, object],
    content: Content,
    keys: Sequence[str],
) -> None:
    if not keys:
        return
    fixed = ["account_id", "valid_from"]
    if versioned.table == "order_version":
        fixed.append("source")
    start = line_of([scope["account_id"], scope["taken_at"], scope["source"]][: len(fixed)])
    copy_lines(
        connection,
        versioned.table,
        (*fixed, "key", "digest", *versioned.columns),
        (f"{start}\t{line_of((key, content.digests[key]))}\t{content.lines[key]}" for key in keys),
    )
