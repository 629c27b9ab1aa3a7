"""Take refresh requests of pages."""

from collections.abc import Collection

from sqlalchemy import Engine, text


def take_refresh_requests(engine: Engine, account_ids: Collection[int] | None = None) -> list[int | None]:
    """Take the waiting requests for these accounts (None: for any). Each request is taken once, by one refresher.

    Returns the requested account ids, with None for all accounts. Taking a request for all accounts leaves a separate
    request for each account that this refresher does not serve, in the same transaction.
    """
    with engine.begin() as connection:
        if account_ids is None:
            taken = connection.execute(text("DELETE FROM refresh_request RETURNING account_id"))
        else:
            taken = connection.execute(text(_TAKE_OWN), {"ids": list(account_ids)})
        return list(dict.fromkeys(taken.scalars()))


_TAKE_OWN = """
WITH taken AS (
    DELETE FROM refresh_request WHERE account_id IS NULL OR account_id = ANY(:ids) RETURNING account_id
), left_to_others AS (
    INSERT INTO refresh_request (account_id)
    SELECT id FROM account
    WHERE is_configured AND id <> ALL(:ids) AND EXISTS (SELECT FROM taken WHERE account_id IS NULL)
)
SELECT account_id FROM taken
"""
