"""Currency graph: rates use open and liquid books, else a contract, else an assumed dollar."""

from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.currency_graph import HUBS, Rate
from domain.prices import Price, Rates, price_of_coin, volume_of
from tests.factories import price


def book(symbol: str, last: str | None, volume: str | None = None, **values) -> Price:
    return price(symbol, last, volume=None if volume is None else Decimal(volume), **values)


def rate(prices: list[Price], base: str, quote: str = "USD") -> str | None:
    result = Rates(prices).rate(base, quote)
    return None if result is None else format(result.normalize(), "f")


def found_rate(prices: list[Price], base: str, quote: str = "USD") -> Rate:
    result = Rates(prices).find(base, quote)
    assert result is not None
    return result


def test_a_closed_market_never_prices_a_coin():
    halted, live = book("LUNA/USD", "80", is_active=False), book("LUNA/USDT", "0.5", "9000000")
    assert rate([halted, live, book("USDT/USD", "1.01")], "LUNA") == "0.505"
    assert rate([halted], "LUNA") is None
    assert halted.best is None


@pytest.mark.parametrize("sides", [{}, {"bid": Decimal("0.0001"), "ask": Decimal(80)}], ids=["no book", "wide book"])
def test_a_market_without_trades_and_without_a_live_book_prices_nothing(sides):
    halted = book("LUNA/USD", "80", "0", **sides)
    assert halted.best is None
    assert rate([halted, book("LUNA/USDT", "0.5", "9000000"), book("USDT/USD", "1")], "LUNA") == "0.5"


def test_a_market_without_trades_is_priced_by_the_middle_of_its_live_book_and_not_by_an_old_trade():
    assert book("LUNA/USD", "80", "0", bid=Decimal("0.49"), ask=Decimal("0.51")).best == Decimal("0.5")


def test_a_contract_without_trades_keeps_the_mark_that_the_exchange_works_out():
    quiet = book("LUNA/USD:USD", "80", "0", mark=Decimal("0.5"))
    assert (quiet.best, quiet.is_halted) == (Decimal("0.5"), False)
    assert book("LUNA/USD:USD", "80", mark=Decimal("0.5"), is_active=False).best is None


@pytest.mark.parametrize("last", ["0", "-3"])
def test_a_price_of_zero_or_less_is_no_price_and_the_other_book_counts(last):
    assert rate([book("LUNA/USD", last), book("LUNA/USDT", "0.5"), book("USDT/USD", "1")], "LUNA") == "0.5"


@pytest.mark.parametrize(
    ("in_dollars", "in_coins", "expected"),
    [
        ("500", "9000000", "0.5"),
        (None, "9000000", "0.5"),
        ("1000000", "9000000", "80"),
        (None, None, "80"),
        ("500", None, "80"),
    ],
    ids=["thin", "unknown volume ranks last", "comparable: the real dollar", "both unknown", "the other unknown"],
)
def test_the_liquid_book_counts_and_the_real_dollar_among_comparable_ones(in_dollars, in_coins, expected):
    books = [
        book("LUNA/USD", "80", in_dollars),
        book("LUNA/USDT", "0.5", in_coins),
        book("USDT/USD", "1", "200000000"),
        book("BTC/USDT", "100000", "900000000"),
    ]
    assert rate(books, "LUNA") == expected
    best = price_of_coin({p.symbol: p for p in books}, "LUNA")
    assert best is not None
    assert best.best == Decimal(expected)


def test_volumes_are_compared_in_dollars_whatever_the_quote():
    """50 bitcoin a day are 5,000,000 dollars, 3,000,000 lira 75,000."""
    books = [
        book("X/BTC", "0.001", "50"),
        book("X/TRY", "9000", "3000000"),
        book("BTC/USDT", "100000", "900000000"),
        book("USDT/TRY", "40", "9000000"),
    ]
    assert rate(books, "X", "USDT") == "100"


@pytest.mark.parametrize("quote", ["FDUSD", "TUSD", "DAI", "TRY", "BNB", "BTC", "ETH"])
def test_a_coin_that_trades_in_one_currency_only_is_priced_through_it(quote):
    books = [book(f"X/{quote}", "3"), book(f"{quote}/USDT", "5"), book("USDT/USD", "2")]
    assert rate(books, "X") == "30"
    inverse = [book(f"X/{quote}", "3"), book(f"USDT/{quote}", "0.2"), book("USDT/USD", "2")]
    assert rate(inverse, "X") == "30"


def test_a_coin_that_trades_in_another_small_coin_only_is_priced_through_it():
    assert rate([book("X/KCS", "3"), book("KCS/USDT", "10"), book("USDT/USD", "1")], "X") == "30"


def test_a_thin_book_counts_where_no_other_leads_to_the_currency():
    books = [book("X/USD", "2", "9000000"), book("X/EUR", "3", "5"), book("EUR/BTC", "0.00001", "100")]
    assert rate(books, "X", "BTC") == "0.00003"


def test_the_book_of_a_small_coin_never_prices_money():
    """By the old trade of a forgotten book a euro would be 160 dollars."""
    books = [book("LUNA/USD", "80"), book("LUNA/EUR", "0.5"), book("EUR/USDT", "1.1"), book("USDT/USD", "1")]
    assert rate(books, "EUR") == "1.1"
    assert rate(books[:2], "EUR") is None


def test_dollars_are_joined_at_their_market_price_where_one_is_known():
    books = [book("BTC/USDT", "100000"), book("USDT/USD", "0.98")]
    result = found_rate(books, "BTC", "USD")
    assert (result.value, result.assumed) == (98000, ())


@pytest.mark.parametrize(
    ("base", "quote", "value", "assumed"),
    [
        ("BTC", "USD", "100000", ("USDT",)),
        ("USDT", "USD", "1", ("USDT",)),
        ("USD", "USDT", "1", ("USDT",)),
        ("USDC", "USD", "0.99", ("USDT",)),
        ("PYUSD", "USDT", "1", ("PYUSD", "USDT")),
        ("X", "USD", "2", ("USDT",)),
        ("BTC", "USDT", "100000", ()),
        ("USD", "USD", "1", ()),
    ],
)
def test_a_dollar_coin_without_a_book_to_the_dollar_counts_as_one_dollar_and_the_rate_names_it(
    base, quote, value, assumed
):
    books = [book("BTC/USDT", "100000"), book("USDC/USDT", "0.99"), book("X/USDT", "2")]
    result = found_rate(books, base, quote)
    assert (result.value, result.assumed) == (Decimal(value), assumed)
    assert (Rates(books).market_rate(base, quote) is None) is bool(assumed)


def test_a_dollar_coin_far_from_one_dollar_is_valued_at_its_market_price():
    assert rate([book("USDE/USDT", "0.62"), book("BTC/USDT", "100000")], "USDE") == "0.62"


@pytest.mark.parametrize("euro", ["EUR", "EURC", "TRY"])
def test_no_other_currency_is_assumed(euro):
    assert rate([book("BTC/USDT", "100000")], euro) is None
    assert rate([book("BTC/USDT", "100000")], "BTC", euro) is None


def test_a_thin_book_of_a_coin_does_not_set_the_rate_between_two_dollars():
    """A forgotten book of bitcoin in dollars would make each tether 70 cents."""
    books = [book("BTC/USD", "70000", "800"), book("BTC/USDT", "100000", "900000000"), book("X/USDT", "2", "5000")]
    result = found_rate(books, "X", "USD")
    assert (result.value, result.assumed) == (2, ("USDT",))
    assert rate(books, "BTC") == "100000"
    liquid = [book("BTC/USD", "99000", "40000000"), *books[1:]]
    assert found_rate(liquid, "X").value == Decimal("1.98")


def test_a_coin_without_an_open_spot_book_is_priced_by_its_contract_and_the_rate_says_so():
    perpetual = book("PEPE/USDT:USDT", "0.00001")
    for spot in ([], [book("PEPE/USDT", "7", is_active=False)]):
        result = found_rate([perpetual, *spot, book("USDT/USD", "2")], "PEPE", "USD")
        assert (result.value, result.contract) == (Decimal("0.00002"), "PEPE/USDT:USDT")
    priced = found_rate([perpetual, book("PEPE/USDT", "0.00003")], "PEPE", "USDT")
    assert (priced.value, priced.contract) == (Decimal("0.00003"), None)


@pytest.mark.parametrize("symbol", ["PEPE/USDT:USDT-261225", "PEPE/USDT:USDT-261225-1-C"])
def test_contracts_with_an_end_price_no_coin(symbol):
    assert rate([book(symbol, "3")], "PEPE", "USDT") is None


@pytest.mark.parametrize(
    ("in_quote", "in_base", "last", "volume"),
    [
        ("8765.4", None, None, "9000"),
        (None, "2", "100", "200"),
        ("0", "2", "100", "200"),
        ("0", None, "100", "0"),
        (None, None, "100", None),
        (None, "2", None, None),
        ("-5", None, "1", None),
    ],
)
def test_a_volume_is_in_the_quote_currency_to_one_digit(in_quote, in_base, last, volume):
    given_values = [None if text is None else Decimal(text) for text in (in_quote, in_base, last)]
    assert volume_of(*given_values) == (None if volume is None else Decimal(volume))


CURRENCIES = ("USD", "USDT", "USDC", "EUR", "BTC", "ETH", "SOL", "DOGE")
PAIRS = list(permutations(CURRENCIES, 2))


@st.composite
def markets(draw: st.DrawFn) -> tuple[dict[str, Fraction], list[Price]]:
    """True values of currencies, and books that agree with them. Volumes are random or unknown."""
    worth = {name: Fraction(draw(st.integers(1, 64)), draw(st.sampled_from((1, 2, 4, 5)))) for name in CURRENCIES}
    prices = []
    for base, quote in draw(st.lists(st.sampled_from(PAIRS), unique=True, max_size=14)):
        value = worth[base] / worth[quote]
        last = Decimal(value.numerator) / Decimal(value.denominator)
        volume = draw(st.one_of(st.none(), st.integers(1, 10**9).map(str)))
        prices.append(book(f"{base}/{quote}", str(last), volume))
    return worth, prices


@settings(deadline=None)
@given(markets())
def test_every_rate_that_assumes_nothing_is_the_true_one_and_its_inverse_the_inverse(market):
    worth, prices = market
    rates = Rates(prices)
    for base, quote in PAIRS:
        result, back = rates.find(base, quote), rates.rate(quote, base)
        if result is None or result.assumed:
            continue
        assert back is not None
        assert abs(Fraction(result.value) / (worth[base] / worth[quote]) - 1) < Fraction(1, 10**20)
        assert abs(Fraction(back) * Fraction(result.value) - 1) < Fraction(1, 10**20)


@settings(deadline=None)
@given(markets())
def test_currencies_joined_through_money_or_large_coins_have_a_rate(market):
    """The model walks from a currency over all books, and passes through hubs only."""
    _, prices = market
    neighbours: dict[str, set[str]] = {name: set() for name in CURRENCIES}
    for price_ in prices:
        neighbours[price_.base].add(price_.quote)
        neighbours[price_.quote].add(price_.base)
    rates = Rates(prices)
    for base, quote in PAIRS:
        reached, waiting = {base}, [base]
        while waiting:
            here = waiting.pop()
            if here == base or here in HUBS:
                waiting += neighbours[here] - reached
                reached |= neighbours[here]
        if quote in reached:
            assert rates.rate(base, quote) is not None
