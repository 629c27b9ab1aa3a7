"""Deposits, withdrawals and income from end to end: lots that leave and arrive, and flows that are no gain."""

from decimal import Decimal

from domain.cost_method import CostMethod
from domain.transfers import TransferKind
from tests.whole.books.story import Story, moved, number, traded


def test_coins_withdrawn_before_they_rise_gain_nothing(story: Story) -> None:
    """3 BTC leave at 20,000. 500 USD stay. BTC is at 90,000 now."""
    (main,) = story.accounts()
    for hour in range(-1, 25):
        worth = "60500" if hour < 5 else "500"
        story.saw(main, hour, worth, held={"BTC": "3" if hour < 5 else "0"}, BTC="20000" if hour < 9 else "90000")
    story.did(main, moved(4.5, "BTC", "-3"))
    day = story.snapshot(24)["changes"]["24h"]
    assert [Decimal(day[name]) for name in ("change", "fraction", "flows")] == [0, 0, -60000]
    total = story.performance(0, 24)
    assert [Decimal(total[name]) for name in ("gain", "fraction", "flows")] == [0, 0, -60000]


def test_a_deposit_credited_inside_a_window_and_requested_before_it_is_no_gain(story: Story) -> None:
    """2 ETH at 1,500, requested ten minutes before the window and credited after its first hour."""
    (main,) = story.accounts()
    for hour in range(-2, 25):
        story.saw(main, hour, "4000" if hour > 0 else "1000", held={"ETH": "2" if hour > 0 else "0"}, ETH="1500")
    story.did(main, moved(-1 / 6, "ETH", "2"))
    day = story.snapshot(24)["changes"]["24h"]
    assert [Decimal(day[name]) for name in ("change", "fraction", "flows")] == [0, 0, 3000]


def test_funding_in_a_coin_is_worth_what_it_was_worth(story: Story) -> None:
    """0.004 BTC received at 5,000 are 20 USD, with BTC at 15,000 now."""
    (main,) = story.accounts()
    story.saw(main, 0, BTC="5000")
    story.did(main, moved(0, "BTC", "0.004", kind=TransferKind.FUNDING))
    story.saw(main, 9, worth="60", held={"BTC": "0.004"}, BTC="15000")
    story.work_out(main)
    assert Decimal(story.snapshot(9)["income"]["24h"]["income"]) == 20
    btc = story.holding(9, "BTC")
    assert (Decimal(btc["cost"]), Decimal(btc["unrealised"])) == (20, 40)


def test_a_withdrawal_takes_the_oldest_lot_or_a_share_of_all(story: Story) -> None:
    """FIFO: 2 at 70 and 2 at 200, then 2 are withdrawn. 400 is the cost of those left. Average: 270."""
    for method, cost in ((CostMethod.FIFO, 400), (CostMethod.AVERAGE, 270)):
        (account,) = story.accounts(f"{method}", cost_method=method)
        story.saw(account, 3, held={"BTC": "2"}, BTC="300")
        story.did(
            account, traded("1", 0, "BTC/USD", "2", "70"), traded("2", 1, "BTC/USD", "2", "200"), moved(2, "BTC", "-2")
        )
        left = story.holding(3, "BTC", account=account.name)
        assert (Decimal(left["explained"]), Decimal(left["cost"])) == (2, cost)


def test_coins_moved_to_ones_other_account_keep_their_cost(story: Story) -> None:
    """7 of 10 PIECE (cost 30 each) move. At 44 they are worth 308 there: +98 unrealised, and +98 when sold."""
    one, other = story.accounts("one", "other", cost_method=CostMethod.FIFO)
    for account, held in ((one, "3"), (other, "7")):
        story.saw(account, 5, held={"PIECE": held}, PIECE="44")
    story.did(one, traded("1", 0, "PIECE/USD", "10", "30"), moved(1, "PIECE", "-7"))
    story.did(other, moved(2, "PIECE", "7"))
    arrived = story.holding(5, "PIECE", account="other")
    assert (Decimal(arrived["cost"]), Decimal(arrived["unrealised"]), Decimal(arrived["unexplained"])) == (210, 98, 0)
    assert Decimal(story.holding(5, "PIECE", account="one")["cost"]) == 90
    story.did(other, traded("2", 6, "PIECE/USD", "-7", "44"))
    assert story.realised(account="other") == {"2": 98}


def test_a_deposit_from_elsewhere_has_an_unknown_cost(story: Story) -> None:
    (main,) = story.accounts()
    story.saw(main, 5, held={"BTC": "1"}, BTC="900")
    story.did(main, moved(1, "BTC", "1"))
    held = story.holding(5, "BTC")
    assert (Decimal(held["explained"]), Decimal(held["unexplained"]), number(held["unrealised"])) == (0, 1, None)
    story.did(main, traded("1", 6, "BTC/USD", "-1", "900"))
    assert story.realised() == {"1": None}


def test_a_deposit_of_a_coin_that_no_total_counts_does_not_hide_the_change_of_the_rest(story: Story) -> None:
    """1,000 become 1,060 over a week. 5 NOPRICE come in, and no total counts them."""
    (main,) = story.accounts()
    for hour in range(-4, 169, 4):
        held = {"NOPRICE": "5"} if hour > 80 else {}
        story.saw(main, hour, "1000" if hour < 100 else "1060", held=held)
    story.did(main, moved(79, "NOPRICE", "5"))
    week = story.snapshot(168)["changes"]["7d"]
    assert [Decimal(week[name]) for name in ("change", "fraction", "flows")] == [60, Decimal("0.06"), 0]


def test_a_coin_under_way_between_own_accounts_is_in_transit(story: Story) -> None:
    """2 ETH worth 5,000 leave at hour 10 and arrive at hour 60: level, marked, and no flow of both together."""
    one, other = story.accounts("one", "other")
    for hour in range(81):
        story.saw(one, hour, *(("5000", {"ETH": "2"}) if hour <= 10 else ("0", {"ETH": "0"})), ETH="2500")
        story.saw(other, hour, *(("5000", {"ETH": "2"}) if hour >= 60 else ("0", {"ETH": "0"})), ETH="2500")
    story.did(one, moved(10.5, "ETH", "-2"))
    story.did(other, moved(59.5, "ETH", "2"))
    points = story.curve(80)
    assert {Decimal(point["net_value"]) for point in points} == {5000}
    assert {point["in_transit"] for point in points} == {True, False}
    both = story.performance(0, 80)
    assert [Decimal(both[name]) for name in ("gain", "fraction", "flows")] == [0, 0, 0]
    assert Decimal(story.performance(0, 80, account="other")["flows"]) == 5000
