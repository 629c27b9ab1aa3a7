"""Test databases: a clone of the template can always be made, however many tests ask for one at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import URL, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from tests.postgres import DATABASE, administrating, cloned

# The database of each session; processes of the server itself are in none.
SESSIONS = text("SELECT datname FROM pg_stat_activity WHERE datname IS NOT NULL")


def test_nobody_can_connect_to_the_template(postgres: URL) -> None:
    """The user of the tests is a superuser, so no other user can either."""
    with pytest.raises(OperationalError, match="not currently accepting connections"):
        create_engine(postgres.set(database=DATABASE), poolclass=NullPool).connect()


def test_no_autovacuum_worker_can_be_in_the_template(postgres: URL) -> None:
    """Autovacuum works in databases that allow no connections too, so the server has none."""
    with administrating(postgres) as connection:
        assert connection.execute(text("SHOW autovacuum")).scalar() == "off"


def test_no_session_is_in_the_template_while_clones_are_made(postgres: URL) -> None:
    def names_of_a_clone(_: int) -> set[str]:
        with cloned(postgres) as database, database.owner.connect() as connection:
            return set(
                connection.execute(text("SELECT datname FROM pg_stat_activity WHERE datname IS NOT NULL")).scalars()
            )

    with ThreadPoolExecutor(4) as tests:
        names = set().union(*tests.map(names_of_a_clone, range(8)))
    assert "postgres" in names
    assert DATABASE not in names
