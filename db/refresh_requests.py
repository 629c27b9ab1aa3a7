"""The one thing a page may write: its wish that an account be refreshed now."""

from sqlalchemy import Engine, text


def insert_refresh_request(engine: Engine, account_id: int | None = None) -> None:
    """Ask for a refresh of one account, or of all. The refresher looks about once a second."""
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO refresh_request (account_id) VALUES (:account_id)"), {"account_id": account_id}
        )
