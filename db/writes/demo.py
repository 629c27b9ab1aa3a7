"""Delete the demo account, so that a new demo starts from scratch."""

from sqlalchemy import Engine, text

from domain.snapshot import Account


def forget_demo(engine: Engine, account: Account) -> None:
    """Delete a demo account with all its rows, and the prices of its simulated market.

    The statement deletes only demo accounts, never another one.
    """
    with engine.begin() as connection:
        deleted = connection.execute(text("DELETE FROM account WHERE id = :id AND is_demo"), {"id": account.id})
        if deleted.rowcount:
            for statement in _PRICES:
                connection.execute(text(statement), {"venue": account.venue})


_PRICES = tuple(
    f"DELETE FROM {table} WHERE exchange = :venue"  # noqa: S608 - names from code
    for table in ("price", "price_tick", "priced_symbol", "thinning", "candle")
)
