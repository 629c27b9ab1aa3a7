"""Attribution of the demo: over any span its lines explain the whole change of net value."""

import random
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import text

from db.reads.accounts import read_accounts
from db.reads.attribution import read_attribution
from domain.attribution import Attribution, Line
from refresher.__main__ import main as command_line
from tests.postgres import Database
from tests.simulator.exchange_process import run_simulator

pytestmark = [pytest.mark.usefixtures("own_process_state"), pytest.mark.slow]
HALF_A_CENT = Decimal("0.005")


@pytest.fixture
def moments(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[datetime]]:
    """The recorded moments of the demo with its 90 days."""
    (tmp_path / "none.toml").touch()
    monkeypatch.setenv("STILLFRAME_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("DATABASE_URL", database.url)
    with run_simulator(days=90) as simulator:
        monkeypatch.setenv("STILLFRAME_DEMO_URL", simulator.url)
        assert command_line(["--seed-demo"]) == 0
    with database.reader.connect() as connection:
        yield list(connection.execute(text("SELECT taken_at FROM refresh ORDER BY taken_at")).scalars())


def attributed(database: Database, since: datetime, until: datetime) -> Attribution:
    with database.reader.connect() as connection:
        explained = read_attribution(connection, read_accounts(connection), (since, until), "USD")
    assert explained.attribution is not None, explained.why
    return explained.attribution


def test_on_the_demo_the_rest_is_nothing_over_any_span_and_parts_add_up(
    database: Database, moments: list[datetime]
) -> None:
    whole = attributed(database, moments[0], moments[-1])
    assert abs(whole.rest) < HALF_A_CENT
    assert whole.unvalued == 0
    assert all(whole.lines[line] for line in Line if line not in (Line.OTHER, Line.REBATES, Line.CURRENCY))
    choice = random.Random(1)
    for _ in range(60):
        since, until = sorted(choice.sample(moments, 2))
        assert abs(attributed(database, since, until).rest) < HALF_A_CENT, (since, until)
    cuts = [moments[0], *sorted(choice.sample(moments[1:-1], 6)), moments[-1]]
    parts = [attributed(database, since, until) for since, until in pairwise(cuts)]
    for line in Line:
        assert abs(sum(part.lines[line] for part in parts) - whole.lines[line]) < HALF_A_CENT, line
