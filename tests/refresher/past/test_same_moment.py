"""Fills of contracts in one moment: counted in the order of their numbers, in parts of any size, also when late."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import permutations

import pytest

from domain.cost_method import CostMethod
from domain.fills import Fill
from domain.snapshot import Account
from refresher.past import fill_parts
from refresher.past.books import Books
from tests.db.fill_history import new_accounts, write_fills
from tests.factories import fill, later
from tests.postgres import Database
from tests.refresher.past.coin_history import BUY, SELL, by_key

MARKET = "BTC/USD:USD"


def contract(key: str, side: object, price: str, seconds: float = 0) -> Fill:
    closes = side is SELL
    return fill(key, side, "1", price, symbol=MARKET, at=later(seconds), closes=closes)  # type: ignore[arg-type]


# Opened at 100 and at 200 before they are closed, all in one moment but for the first and the last fill.
FILLS = (
    contract("7", BUY, "50", -1), contract("99", BUY, "100"), contract("998", BUY, "200"), contract("1000", SELL, "90"),
    contract("1001", SELL, "170"), contract("1002", SELL, "260", 1),
)  # fmt: skip
FIFO_GAINS = {"7": 0, "99": 0, "998": 0, "1000": 40, "1001": 70, "1002": 60}


def gains(database: Database, account: Account) -> Mapping[str, Decimal | None]:
    Books(account, database.writer).work_out(lambda: True)
    return {key: row.realised_by_market for key, row in by_key(database, account).items()}


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_parts_of_any_size_count_a_moment_in_the_order_of_its_numbers(
    database: Database, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(fill_parts, "FILLS_A_PART", size)
    (account,) = new_accounts(database, cost_method=CostMethod.FIFO)
    write_fills(database, account, FILLS)
    assert gains(database, account) == FIFO_GAINS


def test_a_fill_that_arrives_after_others_of_its_moment_is_counted_in_its_place(database: Database) -> None:
    for order in permutations(FILLS[1:4]):
        (account,) = new_accounts(database, cost_method=CostMethod.FIFO)
        write_fills(database, account, (FILLS[0], FILLS[4], FILLS[5]))
        for late in order:
            gains(database, account)
            write_fills(database, account, [late])
        assert gains(database, account) == FIFO_GAINS
