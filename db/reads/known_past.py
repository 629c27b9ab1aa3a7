"""Of which stretch of the past is everything known, source by source?"""

from collections.abc import Mapping

from sqlalchemy import Connection, text

from domain.history import Stretch
from domain.sources import Source


def read_known_past(connection: Connection, account_id: int) -> Mapping[Source, Stretch]:
    """The known stretch of each source that has one."""
    rows = connection.execute(
        text("""
            SELECT source, known_from, known_until
            FROM history_state
            WHERE account_id = :account_id AND known_from IS NOT NULL
        """),
        {"account_id": account_id},
    )
    return {Source(source): Stretch(since, until) for source, since, until in rows}
