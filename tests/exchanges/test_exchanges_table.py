"""docs/exchanges.md is up to date."""

from exchanges.open import supported_exchanges
from tests.exchanges.exchanges_table import FILE, with_table
from tests.exchanges.harness import venues


def test_the_table_of_exchanges_is_true() -> None:
    text = FILE.read_text()
    assert text == with_table(text), "make exchanges"


def test_every_exchange_with_cases_can_be_read() -> None:
    assert {venue.exchange for venue in venues()} <= set(supported_exchanges())
