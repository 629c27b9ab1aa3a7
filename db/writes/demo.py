"""Delete the demo account and its alerts, so that a new demo or a real account starts from scratch."""

from sqlalchemy import Engine, text

from domain.snapshot import Account

# The author of the demo's rules, mutes and watched markets. A rule that a viewer changes is the viewer's, and stays.
AUTHOR = "demo"


def forget_demo(engine: Engine, account: Account) -> None:
    """Delete a demo account with all its rows, and the prices of its simulated market.

    The statement deletes only demo accounts, never another one.
    """
    with engine.begin() as connection:
        deleted = connection.execute(text("DELETE FROM account WHERE id = :id AND is_demo"), {"id": account.id})
        if deleted.rowcount:
            for statement in _PRICES:
                connection.execute(text(statement), {"venue": account.venue})
    forget_demo_alerts(engine)


def forget_demo_alerts(engine: Engine) -> None:
    """Delete the rules, mutes and watched markets that the demo wrote."""
    with engine.begin() as connection:
        for statement in _ALERTS:
            connection.execute(text(statement), {"author": AUTHOR})


_PRICES = tuple(
    f"DELETE FROM {table} WHERE exchange = :venue"  # noqa: S608 - names from code
    for table in ("price", "price_tick", "priced_symbol", "thinning", "candle", "candle_range")
)
_ALERTS = (
    "DELETE FROM rule WHERE changed_by = :author AND owner IS NULL",
    "DELETE FROM mute WHERE muted_by = :author AND owner IS NULL",
    "DELETE FROM watched_market WHERE added_by = :author AND owner IS NULL",
)
