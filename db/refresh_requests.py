"""Refresh requests: the only rows that pages may write."""

from sqlalchemy import Engine, text


def insert_refresh_request(engine: Engine, account_id: int | None = None) -> None:
    """Request a refresh of one account, or of all (None). The refresher polls about once a second."""
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO refresh_request (account_id) VALUES (:account_id)"), {"account_id": account_id}
        )
