"""Write versions: close those that changed or ended, and insert new ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from db.copying import copy_lines, digest_of, field_text, insert_lines, line_of
from db.records import Versioned
from domain.sources import Source

_UNKNOWN = "\t" + field_text(None)
# From this size on, ANALYZE of the temporary table pays off.
ANALYZE_FROM = 1_000


@dataclass(frozen=True, slots=True)
class Content:
    """The encoded rows of a response: one line and one digest per key."""

    lines: dict[str, str]
    digests: dict[str, bytes]
    digest: bytes  # of the response, independent of the order of rows


@dataclass(frozen=True, slots=True)
class Changes:
    """The numbers of closed and opened versions."""

    closed: int = 0
    opened: int = 0


def content_of(versioned: Versioned, rows: Iterable[Any]) -> Content:
    """Encode a response. The last of several rows with one key counts."""
    lines = {row.key: line_of(versioned.content(row)) for row in rows}
    digests = {key: version_digest(versioned, line) for key, line in lines.items()}
    digest = digest_of("\n".join(f"{key}\t{digests[key].hex()}" for key in sorted(digests)))
    return Content(lines, digests, digest)


def version_digest(versioned: Versioned, line: str) -> bytes:
    """The digest that decides if a row is a new version.

    It leaves out the last column if `last_is_aside`, and NULLs of added columns.
    """
    content = line.rpartition("\t")[0] if versioned.last_is_aside else line
    for _ in versioned.added:
        if not content.endswith(_UNKNOWN):
            break
        content = content[: -len(_UNKNOWN)]
    return digest_of(content)


def write_versions(
    connection: Connection,
    versioned: Versioned,
    account_id: int,
    source: Source,
    content: Content,
    taken_at: datetime,
) -> Changes:
    """Make the current versions of a source equal to `content` as of `taken_at`.

    All keys and digests are sent, but only new or changed rows. Both statements are anti-joins on sets, so that ten
    thousand orders that close together are one hash join, not a nested loop.
    """
    _stage(connection, content)
    scope = {"account_id": account_id, "taken_at": taken_at, "source": str(source)}
    source_condition = "AND version.source = :source" if versioned.table == "order_version" else ""
    closed = connection.execute(text(_CLOSE.format(table=versioned.table, source_condition=source_condition)), scope)
    new = (
        connection.execute(text(_NEW.format(table=versioned.table, source_condition=source_condition)), scope)
        .scalars()
        .all()
    )
    _insert_versions(connection, versioned, scope, content, new)
    return Changes(closed=closed.rowcount, opened=len(new))


_STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS staged (key text NOT NULL, digest bytea NOT NULL) ON COMMIT DELETE ROWS
"""

_CLOSE = """
UPDATE {table} AS version
SET valid_to = :taken_at
WHERE version.account_id = :account_id {source_condition}
  AND version.valid_to = 'infinity'
  AND NOT EXISTS (SELECT FROM staged WHERE staged.key = version.key AND staged.digest = version.digest)
"""

_NEW = """
SELECT staged.key
FROM staged
WHERE NOT EXISTS (
    SELECT FROM {table} AS version
    WHERE version.account_id = :account_id {source_condition}
      AND version.valid_to = 'infinity'
      AND version.key = staged.key
)
"""


def _stage(connection: Connection, content: Content) -> None:
    connection.execute(text(_STAGE))
    connection.execute(text("DELETE FROM staged"))
    copy_lines(connection, "staged", ("key", "digest"), (line_of(pair) for pair in content.digests.items()))
    if len(content.digests) >= ANALYZE_FROM:
        connection.execute(text("ANALYZE staged"))


def _insert_versions(
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
    insert_lines(
        connection,
        versioned.table,
        (*fixed, "key", "digest", *versioned.columns),
        (f"{start}\t{line_of((key, content.digests[key]))}\t{content.lines[key]}" for key in keys),
    )
