"""docs/exchanges.md is up to date."""

import subprocess
import sys

import pytest

from exchanges.open import supported_exchanges
from tests.exchanges.exchanges_table import FILE
from tests.exchanges.harness import venues


@pytest.mark.slow
def test_the_table_of_exchanges_is_true() -> None:
    """Hypothesis draws by the modules that are loaded: the table is made in a process of its own, as `make` does."""
    command = [sys.executable, "-m", "tests.exchanges.exchanges_table", "--check"]
    assert subprocess.run(command, cwd=FILE.parents[1], check=False).returncode == 0, "make exchanges"


def test_every_exchange_with_cases_can_be_read() -> None:
    assert {venue.exchange for venue in venues()} <= set(supported_exchanges())
