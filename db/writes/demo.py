"""Replace the demo account by a new one, and delete its alerts, so that a new demo starts from scratch."""

from dataclasses import replace

from sqlalchemy import Connection, Engine, text

from domain.snapshot import Account

# The author of the demo's rules, mutes and watched markets. A rule that a viewer changes is the viewer's, and stays.
AUTHOR = "demo"


def successor_of(engine: Engine, former: Account) -> Account:
    """The account that will replace a demo account. Its id is new, so that nothing cached of the former one fits it."""
    with engine.connect() as connection:
        id_ = connection.execute(text(_NEXT_ID)).scalar_one()
        connection.rollback()  # the database gives no id twice
    return replace(former, id=id_)


def forget_demo(engine: Engine, account: Account) -> None:
    """Delete a demo account with all its rows and prices, because no new demo could be written."""
    with engine.begin() as connection:
        if connection.execute(text("DELETE FROM account WHERE id = :id AND is_demo"), {"id": account.id}).rowcount:
            _delete_prices(connection, account)


def replace_demo(connection: Connection, former: Account, new: Account) -> None:
    """Delete a demo account with all its rows and the prices of its simulated market, and add its successor.

    Readers see the former demo until the transaction ends. The statement deletes only demo accounts, never another one.
    """
    replaced = connection.execute(text(_REPLACE), {"former": former.id, "new": new.id})
    if replaced.rowcount:
        _delete_prices(connection, former)


def _delete_prices(connection: Connection, account: Account) -> None:
    for statement in _PRICES:
        connection.execute(text(statement), {"venue": account.venue})


def forget_demo_alerts(engine: Engine) -> None:
    """Delete the rules, mutes and watched markets that the demo wrote."""
    with engine.begin() as connection:
        for statement in _ALERTS:
            connection.execute(text(statement), {"author": AUTHOR})


_NEXT_ID = """
INSERT INTO account (name, exchange, sources, refresh_seconds, base_currency)
VALUES ('the demo to come', 'cryptocom', '{}', 1, 'USD')
RETURNING id
"""
_REPLACE = """
WITH former AS (DELETE FROM account WHERE id = :former AND is_demo RETURNING *)
INSERT INTO account OVERRIDING SYSTEM VALUE
SELECT (jsonb_populate_record(NULL::account, to_jsonb(former) || jsonb_build_object('id', CAST(:new AS integer)))).*
FROM former
"""
_PRICES = tuple(
    f"DELETE FROM {table} WHERE exchange = :venue"  # noqa: S608 - names from code
    for table in ("price", "price_tick", "priced_symbol", "thinning", "candle", "candle_range")
)
_ALERTS = (
    "DELETE FROM rule WHERE changed_by = :author AND owner IS NULL",
    "DELETE FROM mute WHERE muted_by = :author AND owner IS NULL",
    "DELETE FROM watched_market WHERE added_by = :author AND owner IS NULL",
)
