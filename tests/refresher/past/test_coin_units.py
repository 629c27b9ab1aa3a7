"""Units of coins: kept as the exchange states them, and counted by the books and the tax year alike."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from db.reads.coin_units import read_coin_units
from db.reads.tax import read_tax_years
from db.writes.coin_units import write_coin_units
from domain.coin_lots import LotMethod
from domain.coin_units import ALWAYS
from exchanges.connection.coin_units import DECIMAL_PLACES, TICK_SIZE, amount_step, units_of_listed
from exchanges.connection.errors import Temporary
from refresher.past.coin_units import KeptUnits
from tests.db.fill_history import new_accounts
from tests.factories import NOON, fill, later
from tests.refresher.past.coin_history import BUY, FIFO, SELL, USD_ONLY, cost, realised, work_out, work_out_again

LATER = NOON + timedelta(days=30)


def a_rest(database: Any) -> Any:
    """0.9995 of 1 BTC of cost 100 are sold for 119.94."""
    (main,) = new_accounts(database, cost_method=FIFO)
    work_out(database, main, USD_ONLY, fill("1", BUY, "1", "100"), fill("2", SELL, "0.9995", "120", at=later(9)))
    return main


def test_the_first_unit_has_the_books_counted_again(database: Any) -> None:
    main = a_rest(database)
    assert realised(database, main)["2"] == Decimal("19.99")
    assert cost(database, main, "BTC") == (Decimal("0.0005"), Decimal("0.05"))
    assert write_coin_units(database.writer, main.venue, {"BTC": Decimal("0.001"), "ETH": Decimal(1)}, NOON) == 2
    assert work_out_again(database, main) == 2
    assert realised(database, main)["2"] == Decimal("19.94")  # the dust of cost 0.05 went with the sale
    for method in LotMethod:
        with database.reader.connect() as connection:
            (found,) = read_tax_years(connection, [main], method, NOON - timedelta(1), later(99))
        assert (found.year.gain, found.year.open_lots) == (Decimal("19.94"), {})


def test_a_changed_unit_moves_no_past_figure(database: Any) -> None:
    main = a_rest(database)
    write_coin_units(database.writer, main.venue, {"BTC": Decimal("0.0001")}, NOON)
    work_out_again(database, main)
    assert write_coin_units(database.writer, main.venue, {"BTC": Decimal("0.0001")}, LATER) == 0
    assert write_coin_units(database.writer, main.venue, {"BTC": Decimal("0.001")}, LATER) == 1
    assert work_out_again(database, main) == 0
    assert realised(database, main)["2"] == Decimal("19.99")
    with database.reader.connect() as connection:
        units = read_coin_units(connection, main.venue)
    assert [units.at("BTC", at) for at in (ALWAYS, LATER)] == [Decimal("0.0001"), Decimal("0.001")]


def test_units_of_another_venue_do_not_count(database: Any) -> None:
    main = a_rest(database)
    write_coin_units(database.writer, "elsewhere", {"BTC": Decimal("0.001")}, NOON)
    assert work_out_again(database, main) == 0


@pytest.mark.parametrize(
    ("stated", "mode", "step"),
    [
        ("0.001", TICK_SIZE, "0.001"),
        (5, DECIMAL_PLACES, "0.00001"),
        (-2, DECIMAL_PLACES, "100"),
        (4, 3, None),  # significant digits
        (None, TICK_SIZE, None),
        ("NaN", TICK_SIZE, None),
        ("0", TICK_SIZE, None),
        ("?", DECIMAL_PLACES, None),
    ],
)
def test_the_step_of_amounts_is_read_by_the_mode_of_the_exchange(stated: Any, mode: int, step: str | None) -> None:
    assert amount_step({"precision": {"amount": stated}}, mode) == (None if step is None else Decimal(step))


def test_the_unit_of_a_coin_is_the_smallest_of_its_open_spot_markets() -> None:
    def market(base: str, step: str, **values: Any) -> dict[str, Any]:
        return {"type": "spot", "base": base, "precision": {"amount": step}, **values}

    listed = [
        market("BTC", "0.001"), market("BTC", "0.0001"), market("BTC", "0.00001", active=False),
        market("BTC", "0.000001", type="swap"), market("ETH", "0.01", active=None), {"type": "spot", "base": "SOL"},
    ]  # fmt: skip
    assert units_of_listed(listed, TICK_SIZE) == {"BTC": Decimal("0.0001"), "ETH": Decimal("0.01")}


class Listing:
    """A reader whose markets cannot be had at first."""

    def __init__(self) -> None:
        self.asked = 0

    def coin_units(self) -> dict[str, Decimal]:
        self.asked += 1
        if self.asked == 1:
            raise Temporary("the markets are still being loaded")
        return {"BTC": Decimal("0.001")}


def test_units_are_kept_once_they_can_be_had(database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [1000.0]
    monkeypatch.setattr("refresher.past.coin_units.time.monotonic", lambda: seconds[0])
    reader = Listing()
    kept = KeptUnits("cryptocom", reader, database.writer)  # type: ignore[arg-type]
    for passed in (0, 10, 300, 10, 6 * 3600):
        seconds[0] += passed
        kept.bring_up_to_date()
    assert reader.asked == 3
    with database.reader.connect() as connection:
        assert read_coin_units(connection, "cryptocom").at("BTC", NOON) == Decimal("0.001")
