"""Published examples worked by hand, from the writers to JSON.

Investopedia, Time-Weighted Rate of Return: both investors earn 9.79 %. HMRC CRYPTO22251: a pool of 126,000. Tax office
of Australia, one crypto asset for another: 20 of coin A for 100 of coin B. BitMEX, inverse perpetual: 50,000 contracts
from 10,000 to 11,000. Microsoft, worksheet function XIRR: 37.34 % a year.
"""

from decimal import Decimal

import pytest

from tests.whole.books.story import Story, moved, traded


@pytest.mark.parametrize(
    ("flow", "after", "end"), [("100000", "1262484", "1192328"), ("-100000", "1062484", "1003440")]
)
def test_two_investors_of_investopedia_have_the_same_time_weighted_return(
    story: Story, flow: str, after: str, end: str
) -> None:
    """1,162,484 / 1,000,000 x 1,192,328 / 1,262,484 - 1 and 1,162,484 / 1,000,000 x 1,003,440 / 1,062,484 - 1."""
    (main,) = story.accounts()
    for hour, worth in enumerate(("1000000", "1000000", "1162484", after, end)):
        story.saw(main, hour, worth)
    story.did(main, moved(2.5, "USD", flow))
    total = story.performance(0, 4)
    assert round(Decimal(total["fraction"]) * 100, 2) == Decimal("9.79")
    assert Decimal(total["gain"]) == Decimal(end) - 1_000_000 - Decimal(flow)
    assert not total["is_estimated"]


def test_a_pool_of_hmrc_gives_a_share_of_its_cost(story: Story) -> None:
    """100 for 1,000 and 50 for 125,000, then 50 of the 150 sold for 300,000: 300,000 - 126,000 / 3 = 258,000."""
    (main,) = story.accounts()
    story.did(main, traded("1", 0, "TOKEN/USD", "100", "10"), traded("2", 1, "TOKEN/USD", "50", "2500"),
              traded("3", 2, "TOKEN/USD", "-50", "6000"))  # fmt: skip
    assert story.realised() == {"1": 0, "2": 0, "3": 258_000}
    (year,) = story.told("tax", year=2026, format="json")["accounts"]
    (lot,) = year["open_lots"]
    assert (Decimal(year["gain"]), Decimal(lot["quantity"]), Decimal(lot["cost"])) == (258_000, 100, 84_000)


def test_the_australian_tax_office_counts_a_swap_as_a_disposal(story: Story) -> None:
    """100 A for 15,000, 20 of them for 100 B worth 6,000: 6,000 - 3,000. 80 A of cost 12,000 stay."""
    (main,) = story.accounts()
    story.saw(main, 1, None, None, A="300")
    story.did(main, traded("1", 0, "A/USD", "100", "150"), traded("2", 1, "B/A", "100", "0.2"))
    assert story.realised() == {"1": 0, "2": 3000}
    (year,) = story.told("tax", year=2026, format="json")["accounts"]
    held = {lot["coin"]: (Decimal(lot["quantity"]), Decimal(lot["cost"])) for lot in year["open_lots"]}
    assert held == {"A": (80, 12_000), "B": (100, 6000)}


def test_inverse_contracts_of_bitmex_gain_bitcoin(story: Story) -> None:
    """50,000 x (1 / 10,000 - 1 / 11,000) = 0.4545 BTC, worth 5,000 dollars at 11,000."""
    (main,) = story.accounts()
    story.saw(main, 1, None, None, BTC="11000")
    market, size = "BTC/USD:BTC", {"contracts": Decimal(50_000), "contract_size": Decimal(1), "fee_currency": "BTC"}
    story.did(main, traded("1", 0, market, "5", "10000", **size),
              traded("2", 1, market, f"-{Decimal(50_000) / 11_000}", "11000", **size))  # fmt: skip
    by_key = {row["key"]: row for row in story.told("fills")["fills"]}
    assert round(Decimal(by_key["2"]["realised_by_market"]), 4) == Decimal("0.4545")
    assert abs(Decimal(by_key["2"]["realised"]) - 5000) < Decimal("1e-20")


def test_the_rate_of_microsofts_xirr_is_that_of_the_period(story: Story) -> None:
    """10,000 on 1 January 2008. 2,750, 4,250, 3,250 and 2,750 come back 60, 303, 411 and 456 days later.

    An hour here is a day there: the rate of the period does not depend on its length. 1.3733625 ^ (456 / 365) - 1.
    """
    (main,) = story.accounts()
    seen: dict[float, str] = {0: "10000", 59.5: "10000", 60: "7250", 302.5: "7250", 303: "3000", 410.5: "6000"}
    for hour, worth in (*seen.items(), (411, "2750"), (456, "2750")):
        story.saw(main, hour, worth)
    paid_out = {60: "-2750", 303: "-4250", 411: "-3250"}
    story.did(main, *(moved(hour - 0.001, "USD", paid) for hour, paid in paid_out.items()))
    total = story.performance(0, 456)
    assert (total["begin"], total["end"]) == ("10000", "2750")
    assert float(total["money_weighted"]) == pytest.approx(1.373362535 ** (456 / 365) - 1, abs=1e-6)
