"""Refresh requests: taking up what pages asked for."""

from sqlalchemy import Engine, text


def take_refresh_requests(engine: Engine) -> list[int | None]:
    """Take all waiting requests: the account ids asked for, None for all accounts. Each is taken by one refresher."""
    with engine.begin() as connection:
        taken = connection.execute(text("DELETE FROM refresh_request RETURNING account_id")).scalars().all()
    return list(dict.fromkeys(taken))
