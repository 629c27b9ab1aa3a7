"""Refresh requests: the only rows that pages may write."""

from sqlalchemy import Engine, text


def insert_refresh_request(engine: Engine, account_id: int | None = None) -> None:
    """Request a refresh of one account, or of all that the viewer sees (None). The refresher polls once a second."""
    with engine.begin() as connection:
        if account_id is None:
            connection.execute(text(_OF_ALL))
        else:
            connection.execute(
                text("INSERT INTO refresh_request (account_id) VALUES (:account_id)"), {"account_id": account_id}
            )


# One row for all accounts only from a viewer of all, because row-level security refuses it to others.
_OF_ALL = """
INSERT INTO refresh_request (account_id)
SELECT NULL WHERE stillframe_sees_all()
UNION ALL
SELECT id FROM account WHERE is_configured AND NOT stillframe_sees_all()
"""
