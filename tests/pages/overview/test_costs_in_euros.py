"""Overview and coin page in another currency than the books: costs at the rates of their days."""

from streamlit.testing.v1 import AppTest

from domain.markets import Side
from tests.factories import balance, fill, price, valuation
from tests.pages.conftest import Pages, words_of
from tests.pages.drawn_tables import tables_of
from tests.pages.factories import ago, seen
from tests.pages.past import traded, valued, with_past


def bought_when_the_euro_cost_a_dollar(pages: Pages) -> None:
    """2 BTC for 200 USD, which were 200 EUR. Now the euro costs 2 USD and 1 BTC 600 USD, which are 300 EUR."""
    (account,) = with_past(pages.writer)
    traded(pages.writer, account, [fill("1", Side.BUY, "2", "100", at=ago(days=5), fee="0")])
    valued(pages.writer, account, days=9, EUR="1")
    prices = [price("BTC/USD", "600"), price("EUR/USD", "2")]
    seen(pages.writer, account, worth=valuation("1200"), balances=[balance("BTC", "2")], prices=prices)


def coin_page() -> None:
    from pages.coin.page import show_coin

    show_coin()


def test_overview_and_coin_page_agree_about_the_cost_in_euros(pages: Pages) -> None:
    """By hand: value 600 EUR less a cost of 200 EUR. At the rate of now the cost would be 100 EUR."""
    bought_when_the_euro_cost_a_dollar(pages)
    overview = pages.app(currency="EUR")
    row = tables_of(overview)[0].iloc[0]
    cells = [row[name].strip() for name in ("Average cost", "Unrealised", "Gain")]
    assert cells == ["100.00", "+400.00", "+200.00 %"]
    assert "Costs are kept in USD and shown in EUR, each at the rate of its own day" in words_of(overview)
    coin: AppTest = pages.page(coin_page, currency="EUR", coin="BTC")
    assert "+€400.00" in words_of(coin)
    assert "average cost 100.00" in words_of(coin)
