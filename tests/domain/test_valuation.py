"""What an account is worth: loans deducted, unpriced listed, unknown never zero."""

from decimal import Decimal

from domain.holdings import holdings_of, protected_share, totals_of
from domain.orders import Role
from domain.prices import Rates
from domain.sources import Source
from domain.valuation import ValueOrigin, computed_valuation
from tests.factories import account, balance, position, price, snapshot, stop, valuation

RATES = Rates([price("BTC/USD", "100000")])


def test_a_loan_is_deducted_and_shown_as_borrowed():
    """Lesson 5."""
    found = computed_valuation([balance("BTC", "1"), balance("USD", "-40000")], [], RATES, "USD")
    assert (found.net_value, found.gross, found.borrowed) == (60000, 100000, 40000)


def test_an_asset_without_a_price_is_listed_and_not_zeroed():
    """Lesson 13."""
    found = computed_valuation([balance("BTC", "1"), balance("NOPE", "5")], [], RATES, "USD")
    assert (found.net_value, found.unpriced) == (100000, ("NOPE",))


def test_an_account_of_which_nothing_is_priced_has_no_value_rather_than_zero():
    found = computed_valuation([balance("NOPE", "5")], [], RATES, "USD")
    assert (found.net_value, found.gross) == (None, None)


def test_an_empty_account_is_worth_zero():
    assert computed_valuation([], [], RATES, "USD").net_value == 0


def test_open_profit_of_positions_is_added_and_unknown_if_one_is_unknown():
    gain = position(unrealised_pnl=Decimal("-500"))
    assert computed_valuation([balance("BTC", "1")], [gain], RATES, "USD").net_value == 99500
    assert computed_valuation([], [gain, position()], RATES, "USD").unrealised_pnl is None


def test_unknown_profit_of_a_position_makes_the_worth_unknown_and_not_zero_profit():
    """Lesson 13."""
    assert computed_valuation([balance("BTC", "1")], [position()], RATES, "USD").net_value is None


def test_profit_that_a_session_has_settled_into_cash_is_not_counted_again():
    short = position(unrealised_pnl=Decimal(-500), session_pnl=Decimal(2))
    assert computed_valuation([balance("BTC", "1")], [short], RATES, "USD").net_value == 100002


def test_a_stated_value_is_kept_as_stated():
    held = snapshot(balances=[balance(market_value=Decimal("99"))], prices=[price()], worth=valuation())
    assert [(h.value, h.value_origin) for h in holdings_of(held, "USD")] == [(99, ValueOrigin.STATED)]


def test_a_stated_value_of_zero_for_something_held_is_no_value():
    held = snapshot(balances=[balance("NOPE", "5", market_value=Decimal(0))], worth=valuation())
    assert [(h.value, h.price) for h in holdings_of(held, "USD")] == [(None, None)]


def test_holdings_are_ordered_by_value_with_the_unpriced_last():
    held = snapshot(
        balances=[balance("NOPE", "5"), balance("USD", "-10"), balance("BTC", "1"), balance("USDT", "7")],
        prices=[price("BTC/USD"), price("USDT/USD", "1")],
    )
    assert [h.asset for h in holdings_of(held, "USD")] == ["BTC", "USDT", "USD", "NOPE"]


def test_shares_are_of_what_is_positive():
    held = snapshot(balances=[balance("USD", "-10"), balance("BTC", "1")], prices=[price("BTC/USD")])
    assert [h.share for h in holdings_of(held, "USD")] == [1, None]


def test_totals_of_two_accounts_are_summed_in_one_currency():
    one = snapshot(worth=valuation("100"), prices=[price("BTC/USD", "50")])
    two = snapshot(account(id=2, name="two"), worth=valuation("2", currency="BTC"))
    assert totals_of([one, two], "USD").net_value == 200


def test_a_part_that_cannot_be_converted_makes_the_total_unknown():
    """Lesson 13."""
    found = totals_of([snapshot(worth=valuation("100", currency="XYZ")), snapshot(worth=valuation("1"))], "USD")
    assert (found.net_value, found.unconverted) == (None, ("XYZ",))


def test_an_account_never_seen_is_named_and_not_counted_as_nothing():
    unpriced = snapshot(account(name="two"), worth=valuation(net_value=None))
    assert totals_of([snapshot(worth=None), unpriced], "USD").missing == ("main", "two")


def test_the_protected_share_is_weighted_by_value():
    held = snapshot(
        balances=[balance("BTC", "1"), balance("ETH", "25"), balance("USD", "1000")],
        prices=[price("BTC/USD", "100000"), price("ETH/USD", "4000")],
        orders=[stop(amount="1", role=Role.STOP_LOSS)],
    )
    assert protected_share([held], "USD") == Decimal("0.5")


def test_the_protected_share_is_unknown_when_triggers_were_never_seen():
    """Lesson 3."""
    held = snapshot(balances=[balance("BTC", "1")], prices=[price()], carried={Source.TRIGGERS: None})
    assert protected_share([held], "USD") is None
