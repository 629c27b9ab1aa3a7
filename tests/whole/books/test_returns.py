"""Returns and the curve from end to end."""

from decimal import Decimal

from db.writes.accounts import AccountSetting, write_accounts
from tests.factories import ASKED
from tests.pages.past import PAST
from tests.whole.books.story import Story, moved, near


def test_growth_before_and_after_a_deposit_is_chained(story: Story) -> None:
    """400, then 480 when 320 come in, then 800 fall to 720: 1.2 x 0.9 - 1 = 8 %."""
    (main,) = story.accounts()
    for hour in range(-1, 25):
        worth = "400" if hour < 6 else "480" if hour < 12 else "800" if hour < 20 else "720"
        story.saw(main, hour, worth)
    story.did(main, moved(11.4, "USD", "320"))
    total = story.performance(0, 24)
    assert near(total["fraction"], "0.08")
    assert (Decimal(total["gain"]), Decimal(total["flows"]), total["is_estimated"]) == (0, 320, False)
    day = story.snapshot(24)["changes"]["24h"]
    assert near(day["fraction"], "0.08")


def test_without_a_value_near_the_flow_the_return_is_modified_dietz(story: Story) -> None:
    """200, 100 more half-way through half a day, 600 at the end: 300 / 250 = 120 %, marked."""
    (main,) = story.accounts()
    story.saw(main, -6, "200")
    story.saw(main, 6, "600")
    story.did(main, moved(0, "USD", "100"))
    total = story.performance(-6, 6)
    assert near(total["fraction"], "1.2")
    assert total["is_estimated"]


def test_a_large_withdrawal_is_no_loss(story: Story) -> None:
    """Of 50,000, 48,000 leave in the first hour. The 2,000 that stay become 2,100: 5 %."""
    (main,) = story.accounts()
    for hour in range(49):
        story.saw(main, hour, "50000" if hour < 1 else "2000" if hour < 40 else "2100")
    story.did(main, moved(0.5, "USD", "-48000"))
    assert near(story.performance(0, 48)["fraction"], "0.05")


def test_accounts_seen_at_different_times_have_one_level_total(story: Story) -> None:
    """One is always worth 300 and seen every 6 minutes, the other 7,000 and seen hourly."""
    seconds = {"often": 360, "hourly": 3600}
    settings = [AccountSetting(name, "cryptocom", ASKED, every, "USD", history=PAST) for name, every in seconds.items()]
    accounts = write_accounts(story.writer, settings)
    for step in range(241):
        story.saw(accounts["often"], step / 10, "300")
    for hour in range(25):
        story.saw(accounts["hourly"], hour and hour + 0.05, "7000")
    assert {Decimal(point["net_value"]) for point in story.curve(23.9)} == {7300}


def test_another_base_currency_at_equal_worth_is_level_and_marked(story: Story) -> None:
    """2,400 USD, then 2,000 EUR at 1.20."""
    (main,) = story.accounts()
    for hour in range(10):
        story.saw(main, hour, "2400", EUR="1.20")
    setting = AccountSetting(main.name, main.exchange, ASKED, 3600, "EUR", history=PAST)
    euros = write_accounts(story.writer, [setting])[main.name]
    for hour in range(10, 20):
        story.saw(euros, hour, "2000", EUR="1.20")
    curve = story.snapshot(19)["curve"]
    assert curve["currency"] == "EUR"
    assert {Decimal(point["net_value"]) for point in curve["points"]} == {2000}
    assert [(change["before"], change["after"]) for change in curve["base_changes"]] == [("USD", "EUR")]
