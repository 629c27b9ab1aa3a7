"""Valuation: loans are deducted, unpriced assets are listed, and unknown is never zero."""

from decimal import Decimal

import pytest

from domain.holdings import holdings_of, protected_share, totals_of
from domain.net_value import computed_valuation
from domain.orders import Role
from domain.prices import Rates
from domain.sources import Source
from domain.valuation import StatedEquity, ValueGap, ValueOrigin
from tests.factories import account, balance, position, price, snapshot, stop, valuation

RATES = Rates([price("BTC/USD", "100000")])
DOLLARS = Rates([price("USDT/USD", "1")])
RATES_IN_DOLLARS = Rates([price("USDT/USD", "1"), price("BTC/USD", "100000")])


def test_a_loan_is_deducted_and_shown_as_borrowed():
    worth = computed_valuation([balance("BTC", "1"), balance("USD", "-40000")], [], RATES, "USD")
    assert (worth.net_value, worth.gross, worth.borrowed) == (60000, 100000, 40000)


def test_an_asset_without_a_price_is_listed_and_not_zeroed():
    worth = computed_valuation([balance("BTC", "1"), balance("NOPE", "5")], [], RATES, "USD")
    assert (worth.net_value, worth.unpriced) == (100000, ("NOPE",))


def test_an_account_of_which_nothing_is_priced_has_no_value_rather_than_zero():
    worth = computed_valuation([balance("NOPE", "5")], [], RATES, "USD")
    assert (worth.net_value, worth.gross) == (None, None)


def test_an_empty_account_is_worth_zero():
    assert computed_valuation([], [], RATES, "USD").net_value == 0


def test_open_profit_of_positions_is_added():
    gain = position(unrealised_pnl=Decimal("-500"))
    worth = computed_valuation([balance("BTC", "1")], [gain], RATES, "USD")
    assert (worth.net_value, worth.cash, worth.unrealised_pnl) == (99500, 100000, -500)


def test_a_position_that_cannot_be_valued_is_left_out_by_name_and_size_and_the_rest_still_counts():
    """An unknown profit is not a profit of zero, and the position is named."""
    odd = position("DEAD/USDT:USDT", "12.50", entry_price=Decimal(3))
    worth = computed_valuation([balance("BTC", "1")], [odd, position(unrealised_pnl=Decimal(7))], RATES, "USD")
    assert (worth.net_value, worth.unrealised_pnl, worth.left_out) == (100007, 7, ("DEAD/USDT:USDT short 12.50 DEAD",))


def test_an_account_of_which_nothing_can_be_valued_is_unknown():
    worth = computed_valuation([], [position("DEAD/USDT:USDT")], RATES, "USD")
    assert (worth.net_value, worth.cash, worth.gross, worth.borrowed, worth.unrealised_pnl) == (None,) * 5


def test_profit_that_a_session_has_settled_into_cash_is_not_counted_again():
    short = position(unrealised_pnl=Decimal(-500), session_pnl=Decimal(2))
    assert computed_valuation([balance("BTC", "1")], [short], RATES, "USD").net_value == 100002


def test_open_profit_inside_a_balance_counts_once():
    """Binance USD-M: margin balance is wallet balance plus unrealised profit. 1,240 dollars, not 1,380."""
    equity = balance("USDT", "1240", wallet="swap", includes_open_profit=True)
    gain = position("BTC/USDT:USDT", unrealised_pnl=Decimal(140))
    worth = computed_valuation([equity], [gain], DOLLARS, "USD")
    assert (worth.net_value, worth.cash, worth.unrealised_pnl) == (1240, 1100, 140)
    separate = computed_valuation([balance("USDT", "1100", wallet="swap")], [gain], DOLLARS, "USD")
    assert (separate.net_value, separate.cash, separate.unrealised_pnl) == (1240, 1100, 140)


def test_a_position_inside_a_balance_is_never_left_out_because_its_profit_is_in_the_total():
    worth = computed_valuation(
        [balance("USDT", "1240", includes_open_profit=True)], [position("DEAD/USDT:USDT")], DOLLARS, "USD"
    )
    assert (worth.net_value, worth.left_out, worth.unrealised_pnl) == (1240, (), None)


def test_the_profit_of_a_position_that_settles_in_another_currency_is_added_beside_an_equity():
    equity = balance("USDT", "1240", includes_open_profit=True)
    coin = position("BTC/USD:BTC", unrealised_pnl=Decimal(50), mark_price=Decimal(100000))
    assert computed_valuation([equity], [coin], RATES_IN_DOLLARS, "USD").net_value == 1290


@pytest.mark.parametrize(
    ("total", "debt", "gross", "borrowed"),
    [
        ("-300", None, 0, 300),
        ("700", "300", 1000, 300),
        ("-300", "300", 0, 300),
        ("-312.5", "100", 0, "312.5"),
        ("700", "0", 700, 0),
    ],
    ids=["short", "wallet balance 1000, owed 300", "all of it owed", "owed beyond what is stated", "no debt"],
)
def test_a_debt_is_borrowed_once_and_is_no_part_of_cash(total, debt, gross, borrowed):
    held = balance("USD", total, debt=None if debt is None else Decimal(debt))
    worth = computed_valuation([held], [], RATES, "USD")
    assert (worth.net_value, worth.cash, worth.gross, worth.borrowed) == (
        Decimal(total), Decimal(total), gross, Decimal(borrowed)
    )  # fmt: skip


def test_the_dollars_that_a_valuation_assumes_are_named():
    held = [balance("USDT", "100"), balance("BTC", "1")]
    assert computed_valuation(held, [], Rates([price("BTC/USDT", "9")]), "USD").assumed == ("USDT",)
    assert computed_valuation(held, [], Rates([price("BTC/USDT", "9")]), "USDT").assumed == ()
    gain = position("BTC/USDC:USDC", unrealised_pnl=Decimal(7))
    assert computed_valuation([], [gain], Rates([]), "USD").assumed == ("USDC",)


def test_credits_of_futures_and_shares_redeemed_one_for_one_are_dollars():
    """Binance's page on its credits shows 1,000 USDT, 0.3 BTC at 60,000 and 12 BNB at 600 dollars as 26,200 BNFCR.

    Its page on RWUSD says that one is redeemed for one USDC.
    """
    prices = Rates([price("BTC/USD", "60000"), price("BNB/USD", "600"), price("USDT/USD", "1")])
    coins = [balance("USDT", "1000"), balance("BTC", "0.3"), balance("BNB", "12")]
    assert computed_valuation(coins, [], prices, "USD").computed_value == 26200
    for asset in ("BNFCR", "RWUSD"):
        worth = computed_valuation([balance(asset, "26200")], [], prices, "USD")
        assert (worth.computed_value, worth.assumed, worth.unpriced) == (26200, (asset,), ())


def equity(wallet: str, amount: str, currency: str = "USDT") -> StatedEquity:
    return StatedEquity(wallet, currency, Decimal(amount))


def test_stated_value_stands_beside_computed_value_and_includes_wallets_without_an_equity():
    held = [balance("USDT", "1100", wallet="swap"), balance("USDT", "50", wallet="spot")]
    gain = position("BTC/USDT:USDT", unrealised_pnl=Decimal(140))
    worth = computed_valuation(held, [gain], DOLLARS, "USD", [equity("swap", "1240")])
    assert (worth.net_value, worth.stated_value, worth.difference, worth.gap) == (1290, 1290, 0, None)


def test_the_profit_of_a_position_settled_in_another_wallet_is_added_to_the_stated_value():
    """The linear wallet states its equity, the coin wallet only its balance."""
    held = [balance("USDT", "1100", wallet="linear"), balance("BTC", "1", wallet="coin")]
    gains = [
        position("ETH/USDT:USDT", unrealised_pnl=Decimal(140)),
        position("BTC/USD:BTC", unrealised_pnl=Decimal(50), mark_price=Decimal(100000)),
    ]
    worth = computed_valuation(held, gains, RATES_IN_DOLLARS, "USD", [equity("linear", "1240")])
    assert (worth.net_value, worth.stated_value) == (101290, 101290)


def test_a_wrong_declaration_shows_itself_as_a_gap():
    """A fault in reading: equity taken as wallet balance, so that the profit of 140 counts twice."""
    gain = position("BTC/USDT:USDT", unrealised_pnl=Decimal(140))
    worth = computed_valuation([balance("USDT", "1240")], [gain], DOLLARS, "USD", [equity("main", "1240")])
    assert (worth.net_value, worth.stated_value) == (1380, 1240)
    assert worth.gap == ValueGap(Decimal(1240), Decimal(1380), Decimal(-140), Decimal(140) / Decimal(1380))


@pytest.mark.parametrize(
    ("stated", "computed", "currency", "is_gap"),
    [
        ("1000", "995.1", "USD", False),
        ("1000", "994.9", "USD", True),
        ("-1000", "1000", "USD", True),
        ("150", "149", "USD", False),
        ("150", "148.99", "USD", True),
        ("0.02", "0.01", "BTC", True),
        ("0.00002", "0.00001", "BTC", False),
        ("0", "0", "USD", False),
    ],
)
def test_a_gap_is_more_than_half_a_per_cent_and_more_than_dust(stated, computed, currency, is_gap):
    for worth in (
        valuation(stated, computed_value=Decimal(computed), currency=currency),
        valuation(
            computed,
            computed_value=Decimal(computed),
            stated_value=Decimal(stated),
            currency=currency,
            origin=ValueOrigin.COMPUTED,
        ),
    ):
        assert (worth.gap is not None) is is_gap


def test_an_equity_in_an_unpriced_asset_is_left_out_on_both_sides_and_another_one_makes_the_stated_value_unknown():
    held = [balance("USDT", "100"), balance("NOPE", "5")]
    equities = [equity("main", "100"), equity("main", "5", "NOPE")]
    assert computed_valuation(held, [], DOLLARS, "USD", equities).stated_value == 100
    assert computed_valuation(held, [], DOLLARS, "USD", [equity("main", "90", "EUR")]).stated_value is None
    assert computed_valuation(held, [], DOLLARS, "USD").stated_value is None


def test_totals_take_computed_values_where_nothing_is_stated():
    first = snapshot(worth=valuation("100", computed_value=Decimal(90)))
    computed = valuation("7", computed_value=Decimal(7), origin=ValueOrigin.COMPUTED, left_out=("X/USD:USD long 1 X",))
    two = snapshot(account(id=2, name="two"), worth=computed)
    worth = totals_of([first, two], "USD")
    assert (worth.net_value, worth.stated_value, worth.computed_value) == (107, 107, 97)
    assert worth.left_out == ("two: X/USD:USD long 1 X",)
    assert totals_of([two], "USD").stated_value is None


def test_totals_and_holdings_in_another_dollar_name_the_assumed_coins():
    held = snapshot(balances=[balance("BTC", "1")], prices=[price("BTC/USDT", "9")], worth=valuation("9"))
    assert totals_of([held], "USDT").assumed == ("USDT",)
    assert [(h.price, h.assumed) for h in holdings_of(held, "USD")] == [(9, ("USDT",))]
    assert [h.assumed for h in holdings_of(held, "USDT")] == [()]


def test_a_coin_that_a_contract_prices_says_so():
    held = snapshot(balances=[balance("PEPE", "2")], prices=[price("PEPE/USD:USD", "3")])
    assert [(h.value, h.contract) for h in holdings_of(held, "USD")] == [(6, "PEPE/USD:USD")]


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


def test_shares_are_fractions_of_the_positive_values():
    held = snapshot(balances=[balance("USD", "-10"), balance("BTC", "1")], prices=[price("BTC/USD")])
    assert [h.share for h in holdings_of(held, "USD")] == [1, None]


def test_totals_of_two_accounts_are_summed_in_one_currency():
    first = snapshot(worth=valuation("100"), prices=[price("BTC/USD", "50")])
    two = snapshot(account(id=2, name="two"), worth=valuation("2", currency="BTC"))
    assert totals_of([first, two], "USD").net_value == 200


def test_each_account_is_converted_by_its_own_prices_so_that_accounts_add_up_to_the_total():
    first = snapshot(worth=valuation("120"), prices=[price("EUR/USD", "1.20")])
    two = snapshot(account(id=2, name="two"), worth=valuation("110"), prices=[price("EUR/USD", "1.10")])
    assert [totals_of(some, "EUR").net_value for some in ([first], [two], [first, two])] == [100, 100, 200]


def test_a_part_that_cannot_be_converted_makes_the_total_unknown():
    worth = totals_of([snapshot(worth=valuation("100", currency="XYZ")), snapshot(worth=valuation("1"))], "USD")
    assert (worth.net_value, worth.unconverted) == (None, ("XYZ",))


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
    held = snapshot(balances=[balance("BTC", "1")], prices=[price()], carried={Source.TRIGGERS: None})
    assert protected_share([held], "USD") is None
