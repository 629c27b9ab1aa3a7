"""Gains by FIFO, LIFO, HIFO and average cost, as published by tax advisers, tax software and its tests.

Each row names its source, the history, the gain over all sales, and the decimals that the source gives.
"""

from decimal import Decimal

import pytest

from domain.coin_lots import LotMethod
from tests.domain.published.history import counted, realised

FIFO, LIFO, HIFO, AVERAGE = LotMethod.FIFO, LotMethod.LIFO, LotMethod.HIFO, LotMethod.AVERAGE

WINHELLER = ("+1 1000", "+1 6000", "-1 10000")
RECAP = ("+1 2000", "+2 5000", "+1 8000", "-1 4000")
ACCOINTING = ("+1 10000", "+1 12000", "+1 9000", "+1 15000", "+1 18000", "-3 60000")
TOOLSTAC = ("+0.5 11500", "+0.5 14000", "+0.5 17500", "-0.5 21000")
COINTRACKER = ("+1 100", "+3 1500", "-1 1000", "-2 4000")
ONE_ACCOUNT = ("+2 2000", "+2 6000", "-4 20000")  # of two exchanges, those of the one that sells
PP_FIRST = ("+109 3149.20", "-15 531.50", "+52 1684.92", "+32 959.30")
PP_SECOND = ("+109 3149.20", "+52 1684.92", "-15 531.50")
PP_EUROS = ("+100 4500", "+50 2550", "-50 3080")
BALN = ("+2 285.8 1.55", "-2 273.2 1.65")
BALN_TWICE = ("+2 285.8 1.55", "-1 136.6 1.65", "-1 136.6")
JNUG = ("+9 1885.05 1", "-9 1890.00 1", "+10 2041.10 1", "-10 2080.10 1")

GAINS = [
    ("winheller.com, Fifo und Lifo", FIFO, WINHELLER, "9000"),
    ("winheller.com, Fifo und Lifo", LIFO, WINHELLER, "4000"),
    ("docs.recap.io, Cost Basis Methods, Dave", FIFO, RECAP, "2000"),
    ("docs.recap.io, Cost Basis Methods, Dave", LIFO, RECAP, "-4000"),
    ("docs.recap.io, Cost Basis Methods, Dave", HIFO, RECAP, "-4000"),
    ("accointing.com, crypto cost basis", FIFO, ACCOINTING, "29000"),
    ("accointing.com, crypto cost basis", LIFO, ACCOINTING, "18000"),
    ("accointing.com, crypto cost basis", HIFO, ACCOINTING, "15000"),
    ("toolstac.com, tax optimization guide", FIFO, TOOLSTAC, "9500"),
    ("toolstac.com, tax optimization guide", HIFO, TOOLSTAC, "3500"),
    ("help.cointracker.io, universal cost basis", FIFO, COINTRACKER, "3900"),
    ("hive.blog, swansong, each exchange by itself", FIFO, ONE_ACCOUNT, "12000"),
    ("bitcointalk.org, Bitcoin - die Steuer-FAQ, sale of a third", FIFO, ("+3 1000", "-1 1190.48"), "857.15"),
    ("ninjastic.space 52189453, income sold", FIFO, ("income +0.1 700", "income +0.2 1600", "-0.3 3000"), "700"),
    ("Portfolio Performance, CapitalGainsCalculationTest 1", FIFO, PP_FIRST, "98.12"),
    ("Portfolio Performance, CapitalGainsCalculationTest 1", AVERAGE, PP_FIRST, "98.12"),
    ("Portfolio Performance, CapitalGainsCalculationTest 2", FIFO, PP_SECOND, "98.12"),
    ("Portfolio Performance, CapitalGainsCalculationTest 2", AVERAGE, PP_SECOND, "81.12"),
    ("Portfolio Performance, CapitalGainsCalculationTest 3", FIFO, PP_EUROS, "830"),
    ("Portfolio Performance, CapitalGainsCalculationTest 3", AVERAGE, PP_EUROS, "730"),
    ("ghostfolio, BALN buy and sell", AVERAGE, BALN, "-15.8"),
    ("ghostfolio, BALN buy and sell in two activities", AVERAGE, BALN_TWICE, "-15.8"),
    ("ghostfolio, NOVN buy and sell", AVERAGE, ("+2 151.6", "-2 171.46"), "19.86"),
    ("ghostfolio, JNUG buy and sell and buy and sell", AVERAGE, JNUG, "39.95"),
    ("ghostfolio, JNUG buy and sell and buy and sell", FIFO, JNUG, "39.95"),
    ("adjustedcostbase.ca, RY", AVERAGE, ("+100 5000", "-100 12000"), "7000"),
    ("atb.com, adjusted cost base", AVERAGE, ("+100 2000", "-100 3000"), "1000"),
    ("boomerandecho.com, ACB", AVERAGE, ("+100 6300 10", "+60 4320 10", "-50 3750 10"), "415"),
    ("cscexams.ca 24.3.1, Hilde", AVERAGE, ("+100 600 17", "-100 1000 25"), "358"),
    ("pellrides.com, ACB", AVERAGE, ("+10 500 7", "+10 550 7", "-5 325 7"), "52"),
    ("HMRC CG51624, unindexed gain", AVERAGE, ("+10000 100000", "-5000 60000 4000"), "6000"),
    ("capital-gains-calculator, report 2023-24, disposal 1", AVERAGE, ("+500 50550", "-30 3000 1"), "-34"),
    ("slashformotion.github.io, Beancount: recording trades", FIFO, ("+10 1500", "-5 800"), "50"),
    ("ledger-cli list 05390, commissions", FIFO, ("+10 1600 9.95", "-10 1700 9.95"), "80.10"),
    ("cryptotaxcalculator.io, income of 2 BTC", FIFO, ("income +2 200", "-2 2000"), "1800"),
    ("austax.tools, staking", FIFO, ("income +10 900", "-10 1200"), "300"),
    ("rotki, test_sell_fiat_for_crypto", FIFO, ("+2 500.5 0.02", "-1 25000 0.02"), "24749.72"),
    ("rotki, test_direct_profit_currency_fiat_trades", FIFO, ("+1 0.80", "-1 10.9"), "10.1"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "method", "history", "gain"), GAINS)
def test_the_gain_is_that_of_the_source(source: str, method: LotMethod, history: tuple[str, ...], gain: str) -> None:
    expected = Decimal(gain)
    assert realised(counted(method, *history)).quantize(expected) == expected


COSTS = [
    ("Portfolio Performance, CostCalculationTest 1", FIFO, PP_FIRST, "5360.04"),
    ("Portfolio Performance, CostCalculationTest 1", AVERAGE, PP_FIRST, "5360.04"),
    ("Portfolio Performance, CostCalculationTest 2", FIFO, PP_SECOND, "4400.74"),
    ("Portfolio Performance, CostCalculationTest 2", AVERAGE, PP_SECOND, "4383.74"),
    ("Portfolio Performance, rounding removed at zero", FIFO, ("+10 1", "-3 1", "-3 1", "-4 1"), "0"),
    ("Portfolio Performance, rounding removed at zero", AVERAGE, ("+10 1", "-3 1", "-3 1", "-4 1"), "0"),
    ("Portfolio Performance, shares go to zero", AVERAGE, ("+100 3149.20", "-100 531.5", "+50 1684.92", "-50 9"), "0"),
    ("PortfolioViewer, COST_BASIS_ANALYSIS", AVERAGE, ("+10 1000", "-5 600", "+10 2000", "-8 1500"), "1166.67"),
    ("adjustedcostbase.ca, sale of 50", AVERAGE, ("+100 5000", "-50 6000"), "2500"),
    ("adjustedcostbase.ca, purchase of 50 more", AVERAGE, ("+100 5000", "-50 6000", "+50 6500"), "9000"),
    ("adjustedcostbase.ca, sale of 40", AVERAGE, ("+100 5000", "-50 6000", "+50 6500", "-40 3600"), "5400"),
    ("rotki, test_accounting_average_cost_basis", AVERAGE, ("+1 100", "+1 200", "-0.5 1"), "225"),
    ("rotki, test_accounting_average_cost_basis", AVERAGE, ("+1 100", "+1 200", "-0.5 1", "+0.5 250"), "475"),
    ("boomerandecho.com, ACB", AVERAGE, ("+100 6300 10", "+60 4320 10", "-50 3750 10"), "7315"),
    ("cscexams.ca 24.3.1, Hugo: 300 of 7.15", AVERAGE, ("+200 1200 25", "+100 900 20"), "2145"),
    ("milliondollarjourney.com, 300 of 56.73", AVERAGE, ("+100 5000 10", "+200 12000 10"), "17020"),
    ("kpu.pressbooks.pub, Trevor: 1,110 of 23.68", AVERAGE, ("+1000 25000", "+1111 24998", "-1001 1"), "26290"),
    ("capital-gains-calculator, 470 left", AVERAGE, ("+500 50550", "-30 3000 1"), "47517"),
    ("rotki, test_buy_event_creation: 5 of 578.50524", FIFO, ("+5 2892.525 0.0012",), "2892.5262"),
    ("ghostfolio, BALN buy and buy: 4 of 139.75, fees of 3.2", AVERAGE, ("+2 285.8 1.55", "+2 273.2 1.65"), "562.2"),
    ("bitcointalk.org, Bitcoin - die Steuer-FAQ, two thirds", FIFO, ("+3 1000", "-1 1190.48"), "666.67"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "method", "history", "cost"), COSTS)
def test_the_cost_of_what_is_left_is_that_of_the_source(
    source: str, method: LotMethod, history: tuple[str, ...], cost: str
) -> None:
    expected, found = Decimal(cost), counted(method, *history)[-1].cost_after
    assert found is not None
    assert found.quantize(expected) == expected


TOTALS = [
    ("ghostfolio, BALN buy", ("+2 273.2 1.55",), "148.9", "23.05"),
    ("ghostfolio, BALN buy and buy", ("+2 285.8 1.55", "+2 273.2 1.65"), "148.9", "33.4"),
    ("ghostfolio, BTCUSD", ("+1 44558.42 4.46",), "43099.7", "-1463.18"),
    ("ghostfolio, BTCUSD on its first day", ("+1 44558.42 4.46",), "50098.3", "5535.42"),
    ("ghostfolio, BTCUSD buy and sell partially", ("+2 640.86", "-1 14156.4"), "13657.2", "27172.74"),
    ("ghostfolio, NOVN buy and sell partially", ("+2 151.6 2.95", "-1 85.73 1.3"), "87.8", "17.68"),
    ("ghostfolio, NOVN on its first day", ("+2 151.6",), "87.8", "24"),
    ("ghostfolio, GOOGL", ("+1 89.12 1",), "116.45", "26.33"),
    ("Portfolio Performance, CapitalGainsCalculationTest 1", PP_FIRST, "100", "12538.08"),
]  # fmt: skip


@pytest.mark.parametrize("method", [FIFO, AVERAGE])
@pytest.mark.parametrize(("source", "history", "price", "total"), TOTALS)
def test_realised_and_unrealised_are_the_performance_of_the_source(
    source: str, history: tuple[str, ...], price: str, total: str, method: LotMethod
) -> None:
    """For Portfolio Performance the sum of its two figures: 98.1239 + 12,439.9561."""
    results, expected = counted(method, *history), Decimal(total)
    last = results[-1]
    assert last.cost_after is not None
    unrealised = last.quantity_after * Decimal(price) - last.cost_after
    assert (realised(results) + unrealised).quantize(expected) == expected
