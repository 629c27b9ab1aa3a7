"""Gains and costs of coins from end to end. Values differ from those of other tests of the same rules."""

from dataclasses import replace
from decimal import Decimal

from tests.whole.books.story import Story, number, traded


def test_a_coin_bought_and_sold_for_a_coin_gains_at_the_prices_of_then(story: Story) -> None:
    """4 ETH for 2 BTC worth 600, sold for 1 BTC worth 900. BTC is at 5,000 later: still +300."""
    (main,) = story.accounts()
    for hour, btc in ((0, "300"), (5, "300"), (10, "900"), (20, "5000")):
        story.saw(main, hour, held={"BTC": "1"}, BTC=btc)
    story.did(
        main,
        traded("1", 0, "BTC/USD", "2", "300"), traded("2", 5, "ETH/BTC", "4", "0.5"),
        traded("3", 10, "ETH/BTC", "-4", "0.25"),
    )  # fmt: skip
    assert story.realised() == {"1": 0, "2": 0, "3": 300}
    btc = story.holding(20, "BTC")
    assert (Decimal(btc["explained"]), Decimal(btc["cost"])) == (1, 900)
    assert Decimal(btc["unrealised"]) == 5000 - 900


def test_paying_with_a_coin_realises_its_gain(story: Story) -> None:
    """8 A bought at 25, traded for 50 B worth 320: a gain of 120 on A, and B cost 320."""
    (main,) = story.accounts()
    story.saw(main, 5, held={"B": "50"}, A="40", B="6.4")
    story.did(main, traded("1", 0, "A/USD", "8", "25"), traded("2", 5, "B/A", "50", "0.16"))
    assert story.realised() == {"1": 0, "2": 120}
    assert Decimal(story.holding(5, "B")["cost"]) == 320


def test_a_later_price_of_what_was_received_changes_no_gain(story: Story) -> None:
    """3 SOL for 90, sold for 0.02 BTC worth 140: 50, also after BTC has doubled."""
    (main,) = story.accounts()
    for hour, btc in ((0, "7000"), (5, "7000"), (9, "14000")):
        story.saw(main, hour, BTC=btc)
    story.did(main, traded("1", 0, "SOL/USD", "3", "30"), traded("2", 5, "SOL/BTC", "-3", "0.00666666666666666667"))
    gained = story.realised()["2"]
    assert gained is not None
    assert round(gained, 10) == 50
    story.saw(main, 12, BTC="28000")
    story.work_out(main)
    assert story.realised()["2"] == gained


def test_a_crumb_bought_for_another_currency_changes_no_past_gain(story: Story) -> None:
    """LINK for 400 USDT, sold for 400 EUR worth 480: +80. Then 1e-8 LINK come in for USD."""
    (main,) = story.accounts()
    for hour in (0, 5):
        story.saw(main, hour, USDT="1", EUR="1.2")
    story.did(main, traded("1", 0, "LINK/USDT", "20", "20"), traded("2", 5, "LINK/EUR", "-20", "20"))
    assert story.realised() == {"1": 0, "2": 80}
    story.did(main, traded("3", 6, "LINK/USD", "0.00000001", "31"))
    assert story.realised() == {"1": 0, "2": 80, "3": 0}


def test_a_fee_in_a_coin_counts_at_its_price_then_beside_one_without_a_price(story: Story) -> None:
    """0.5 BNB at 240 are a fee of 120, with BNB at 700 now. A fee of 2 NOPRICE is named."""
    (main,) = story.accounts()
    story.saw(main, 0, BNB="240")
    story.saw(main, 9, worth="1", BNB="700")
    story.did(
        main,
        traded("1", 0, "ETH/USD", "1", "2000", fee="0.5", fee_currency="BNB"),
        traded("2", 0.01, "ADA/USD", "1", "3", fee="2", fee_currency="NOPRICE"),
    )  # fmt: skip
    day = story.snapshot(9)["realised"]["24h"]
    assert (Decimal(day["fees"]), day["unconverted"]) == (120, ["NOPRICE"])


def test_a_crumb_more_sold_than_bought_is_a_complete_sale(story: Story) -> None:
    (main,) = story.accounts()
    story.saw(main, 1)
    story.did(main, traded("1", 0, "BTC/USD", "2", "50"), traded("2", 1, "BTC/USD", "-2.0000000000000001", "60"))
    sold = story.told("fills")["fills"][0]
    assert (Decimal(sold["unexplained"]), Decimal(sold["coin"]["held_after"])) == (0, 0)
    assert round(Decimal(sold["realised"]), 10) == 20


def test_fills_of_one_millisecond_are_counted_by_their_numbers(story: Story) -> None:
    """Purchase 99999 and sale 100000: bought, then sold, +7."""
    (main,) = story.accounts()
    story.saw(main, 1)
    story.did(main, traded("100000", 0, "BTC/USD", "-1", "57"), traded("99999", 0, "BTC/USD", "1", "50"))
    assert story.realised() == {"99999": 0, "100000": 7}


def test_a_price_that_stood_still_values_a_purchase_in_between(story: Story) -> None:
    """EUR/USD at 1.25 every ten minutes for five hours. 2 ETH for 800 EUR (1,000 USD), sold for 1,090 USD: +90."""
    (main,) = story.accounts()
    for minutes in range(0, 301, 10):
        story.saw(main, minutes / 60, EUR="1.25")
    story.did(main, traded("1", 2.57, "ETH/EUR", "2", "400"), traded("2", 4.9, "ETH/USD", "-2", "545"))
    assert story.realised() == {"1": 0, "2": 90}


def test_a_fill_that_closes_a_position_of_before_has_the_profit_of_the_exchange(story: Story) -> None:
    """Sell 2 at 300 closes, +40 by the exchange. Buy 2 at 250 opens, and gains nothing."""
    main = replace(story.accounts()[0], exchange="okx")  # its fills state the profit since entry
    story.saw(main, 3)
    market = "BTC/USD:USD"
    story.did(
        main,
        traded("1", 0, market, "-2", "300", closes=True, realised_pnl=Decimal(40)),
        traded("2", 1, market, "2", "250", closes=False, realised_pnl=Decimal(0)),
        traded("3", 2, market, "-2", "260", closes=True, realised_pnl=Decimal(20)),
    )  # fmt: skip
    assert story.realised() == {"1": 40, "2": 0, "3": 20}


def test_a_closing_fill_whose_profit_nobody_states_is_unknown_and_opens_nothing(story: Story) -> None:
    (main,) = story.accounts()
    story.saw(main, 3)
    market = "BTC/USD:USD"
    story.did(main, traded("1", 0, market, "-2", "300", closes=True), traded("2", 1, market, "2", "250", closes=False))
    assert story.realised() == {"1": None, "2": 0}


def test_an_inverse_contract_gains_at_the_price_of_its_moment(story: Story) -> None:
    """2,000 contracts of 1 USD from 500 to 800: 1.5 BTC, 1,200 USD, with BTC at 90,000 later."""
    (main,) = story.accounts()
    for hour, btc in ((0, "500"), (5, "800"), (9, "90000")):
        story.saw(main, hour, held={"BTC": "1.5"}, BTC=btc)
    market, size = "BTC/USD:BTC", {"contracts": Decimal(2000), "contract_size": Decimal(1), "fee_currency": "BTC"}
    story.did(main, traded("1", 0, market, "4", "500", **size), traded("2", 5, market, "-2.5", "800", **size))
    assert story.realised() == {"1": 0, "2": 1200}
    btc = story.holding(9, "BTC")
    assert (Decimal(btc["explained"]), number(btc["cost"])) == (Decimal("1.5"), 1200)


def test_contracts_of_one_millisecond_are_counted_by_their_numbers_too(story: Story) -> None:
    """Purchase 99999 opens and sale 100000 closes. By their characters the sale would come first, unexplained."""
    (main,) = story.accounts()
    story.saw(main, 1)
    market = "BTC/USD:USD"
    story.did(
        main,
        traded("100000", 0, market, "-1", "57", closes=True), traded("99999", 0, market, "1", "50", closes=False),
    )  # fmt: skip
    assert story.realised() == {"99999": 0, "100000": 7}
