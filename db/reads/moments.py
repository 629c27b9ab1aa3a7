"""Read which refresh of each account was current at a moment."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, text


def read_latest(connection: Connection) -> Mapping[int, datetime]:
    """The taken_at of the latest refresh, by account id. Accounts without a refresh are left out."""
    return {account_id: taken_at for account_id, taken_at in connection.execute(text(_LATEST)) if taken_at}


def read_moments(connection: Connection, as_of: datetime) -> Mapping[int, datetime]:
    """The taken_at of the last refresh at or before `as_of`, by account id. Accounts without one are left out."""
    rows = connection.execute(text(_AS_OF), {"as_of": as_of})
    return {account_id: taken_at for account_id, taken_at in rows if taken_at}


_LATEST = """
SELECT id, (SELECT max(taken_at) FROM refresh WHERE account_id = account.id)
FROM account
"""

_AS_OF = """
SELECT id, (SELECT max(taken_at) FROM refresh WHERE account_id = account.id AND taken_at <= :as_of)
FROM account
"""
