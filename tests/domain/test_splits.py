"""Splits of a gain by coin, account and weekday."""

from datetime import date, timedelta
from decimal import Decimal

from domain.attribution import Attribution, Line, PriceEffect
from domain.performance import PeriodReturn
from domain.splits import NO_COIN, days_by_coin, on_same_days, weekdays_of

MONDAY = date(2026, 11, 2)
DAYS = [MONDAY + timedelta(days=n) for n in range(3)]


def day_of(change: str, btc: str, contract: str = "0", fees: str = "0", flows: str = "0") -> Attribution:
    effects = (PriceEffect("BTC", Decimal(btc), Decimal(0)),)
    lines = {
        Line.PRICES: Decimal(btc), Line.CONTRACTS: Decimal(contract), Line.FEES: Decimal(fees),
        Line.FLOWS: Decimal(flows),
    }  # fmt: skip
    return Attribution(Decimal(change), lines, effects, {"ETH/USD:USD": Decimal(contract)})


def test_the_coins_and_what_belongs_to_none_add_up_to_the_gain_of_a_day() -> None:
    """Of a change of 150: BTC 30, ETH contracts 25, a fee of 2, a deposit of 100. A rest of -3 belongs to no coin."""
    split = days_by_coin(DAYS, [day_of("150", "30", "25", "-2", "100"), None, day_of("10", "10")])
    assert {name: [day.gain for day in days] for name, days in split.items()} == {
        "BTC": [30, None, 10],
        "ETH": [25, None, 0],
        NO_COIN: [-5, None, 0],
    }
    assert sum(days[0].gain or 0 for days in split.values()) == 150 - 100


def test_a_coin_that_is_unknown_on_a_day_is_unknown_there() -> None:
    unknown = Attribution(Decimal(5), {Line.PRICES: Decimal(0)}, (PriceEffect("X", None, None),))
    assert [day.gain for day in days_by_coin(DAYS[:1], [unknown])["X"]] == [None]


def test_days_that_an_account_does_not_have_are_unknown() -> None:
    known = PeriodReturn(DAYS[1], Decimal(7), Decimal(0), Decimal("0.1"))
    assert [day.gain for day in on_same_days(DAYS, [known])] == [None, 7, None]


def test_the_weekdays_hold_the_known_gains() -> None:
    days = [PeriodReturn(MONDAY + timedelta(days=n), None if n == 1 else Decimal(n), None, None) for n in range(9)]
    assert weekdays_of(days)[:3] == ([0, 7], [8], [2])
