"""Demo: forgetting a demonstration, so that another one does not go on where it ended."""

from sqlalchemy import Engine, text

from domain.snapshot import Account


def forget_demo(engine: Engine, account: Account) -> None:
    """Delete a demo account with all that is known of it, and the prices of its invented market.

    Of an account that is no demo nothing is ever deleted: the statement itself says so.
    """
    with engine.begin() as connection:
        deleted = connection.execute(text("DELETE FROM account WHERE id = :id AND is_demo"), {"id": account.id})
        if deleted.rowcount:
            for statement in _PRICES:
                connection.execute(text(statement), {"venue": account.venue})


_PRICES = ("DELETE FROM price WHERE exchange = :venue", "DELETE FROM candle WHERE exchange = :venue")
