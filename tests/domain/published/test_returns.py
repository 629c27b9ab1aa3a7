"""Time-weighted and money-weighted returns and Modified Dietz, as published by banks, brokers, courses and software."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from domain.performance import PeriodReturn, chained
from domain.returns import Flow, Recorded, modified_dietz, money_weighted, time_weighted

START = datetime(2025, 1, 1, tzinfo=UTC)
NEAR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

# The value at the beginning, then the value before each flow and the flow, then the value at the end. In per cent.
TIME_WEIGHTED = [
    ("CIBC, Jane: 200,000 and 50,000", "200000", [("220000", "50000")], "300000", "22"),
    ("Snowball Analytics, TWR", "10000", [("10500", "5000")], "16000", "8.4"),
    ("Cindicator, Alice", "1000", [("1100", "2000")], "3255", "15.5"),
    ("Cindicator, Bob", "1000", [("1100", "-100")], "1050", "15.5"),
    ("CFA question, four quarters", "2.2", [("2.4", "0.4"), ("2.6", "-0.2"), ("3.2", "1.0")], "4.1", "31.85"),
    ("mathcelebrity.com", "100000", [("112000", "30000"), ("125000", "-42000")], "100000", "18.78"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "begin", "steps", "end", "percent"), TIME_WEIGHTED)
def test_the_time_weighted_return_is_that_of_the_source(
    source: str, begin: str, steps: list[tuple[str, str]], end: str, percent: str
) -> None:
    values, flows, at = [Recorded(START, Decimal(begin))], [], START
    for before, flow in steps:
        at += timedelta(days=90)
        values += [Recorded(at, Decimal(before)), Recorded(at + 2 * MINUTE, Decimal(before) + Decimal(flow))]
        flows.append(Flow(at + MINUTE, Decimal(flow)))
    found = time_weighted([*values, Recorded(at + timedelta(days=90), Decimal(end))], flows, NEAR)
    assert found.fraction is not None
    assert (found.fraction * 100).quantize(Decimal(percent)) == Decimal(percent)
    assert not found.is_estimated


LINKED = [
    ("Wikipedia, Time-weighted return, linked rates of four years", ("4", "9", "5", "11"), "32.12"),
    ("Investopedia, Time-weighted return", ("16.25", "-5.56"), "9.79"),
    ("CFA question, four quarters", ("9.09", "-7.14", "33.33", "-2.38"), "31.85"),
    ("empyrical, test_cum_returns, mixed", ("1", "10", "-4", "2", "3", "2", "1", "-10"), "3.893"),
    ("empyrical, test_cum_returns, negative", ("0", "-6", "-7", "-1", "-9", "-2", "-6", "-8", "-5"), "-36.590"),
    ("empyrical, test_aggregate_returns, week", ("0", "1", "0", "1", "0", "1", "0", "1"), "4.060"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "rates", "percent"), LINKED)
def test_returns_of_periods_are_linked_geometrically(source: str, rates: tuple[str, ...], percent: str) -> None:
    days = [PeriodReturn(date(2025, 1, n + 1), None, None, Decimal(rate) / 100) for n, rate in enumerate(rates)]
    found = chained(days).fraction
    assert found is not None
    assert abs(found * 100 - Decimal(percent)) < Decimal("0.01")


def test_bloomberg_prep_modified_dietz_of_october() -> None:
    """585.60 becomes 602.34. -15.05 on day 5, 19.82 on day 9, 16.42 on day 15, -18.96 on day 24: 2.45 %."""
    paid = [(5, "-15.05"), (9, "19.82"), (15, "16.42"), (24, "-18.96")]
    flows = [Flow(START + timedelta(days=day), Decimal(value)) for day, value in paid]
    begin, end = Recorded(START, Decimal("585.60")), Recorded(START + timedelta(days=31), Decimal("602.34"))
    found = modified_dietz(begin, end, flows)
    assert found is not None
    assert round(found * 100, 2) == Decimal("2.45")
    estimated = time_weighted([begin, end], flows, NEAR)
    assert estimated.is_estimated
    assert estimated.fraction is not None
    assert abs(estimated.fraction - found) < Decimal("1e-20")


# Dates with what was paid in (negative) and out, as the functions of spreadsheets take them.
MONEY_WEIGHTED = [
    ("Portfolio Performance, IRRTest simple", [("2010-01-01", -200), ("2010-12-31", 210)], 0.050140747, 1e-8),
    (
        "Portfolio Performance, IRRTest slow curve",
        [("2002-11-30", -4398), ("2007-06-11", 200), ("2008-05-11", 270), ("2009-05-01", 280), ("2010-06-01", 280),
         ("2011-05-02", 300), ("2012-04-30", 330), ("2012-12-06", 14508)],
        0.1444629967, 1e-4,
    ),
    ("Calcapp, XIRR", [("2008-02-05", -2750), ("2008-07-05", 1000), ("2009-01-05", 2000)], 0.124, 5e-4),
]  # fmt: skip


@pytest.mark.parametrize(("source", "payments", "rate", "precision"), MONEY_WEIGHTED)
def test_the_money_weighted_return_is_that_of_the_source(
    source: str, payments: list[tuple[str, int]], rate: float, precision: float
) -> None:
    dated = [(datetime.fromisoformat(day).replace(tzinfo=UTC), Decimal(paid)) for day, paid in payments]
    (first, begin), *between, (last, end) = dated
    flows = [Flow(at, -paid) for at, paid in between]
    assert money_weighted(Recorded(first, -begin), Recorded(last, end), flows) == pytest.approx(rate, abs=precision)
