"""Controls of the coin page: choices stand in the address, and survive a visit to another page."""

from collections.abc import Sequence

import pytest
from streamlit.testing.v1 import AppTest

from db.writes.watchlist import write_watched_market
from pages.coin.choices import coin_named, market_named
from pages.coin.controls import KEY
from tests.pages.coin.test_page import _with_bitcoin, show
from tests.pages.conftest import Pages, words_of
from tests.pages.drawn_tables import bar_of, control_of, payloads_of
from tests.pages.events import choose, send
from tests.pages.factories import configured


def chosen(app: AppTest, name: str) -> Sequence[str]:
    values: Sequence[str] = control_of(app, name)["chosen"]
    return values


def in_address(app: AppTest, name: str) -> list[str]:
    values = app.query_params[name]
    return [values] if isinstance(values, str) else list(values)


def toasts(app: AppTest) -> str:
    return "\n".join(toast.value for toast in app.toast)


def test_a_link_reproduces_the_choices(pages: Pages) -> None:
    _with_bitcoin(pages)
    app = AppTest.from_function(show)
    app.query_params["means"] = ["MA 50", "EMA 10"]
    pages.opened(app, coin="ETH", candles="1d", count="1000", signals="scalp-aggressive")
    names = ("coin", "candles", "count", "means", "signals")
    expected = [["ETH"], ["1d"], ["1000"], ["EMA 10", "MA 50"], ["scalp-aggressive"]]
    assert [chosen(app, name) for name in names] == expected
    assert toasts(app) == ""


def test_a_choice_goes_into_the_address_and_the_default_leaves_it(pages: Pages) -> None:
    _with_bitcoin(pages)
    app = pages.page(show, coin="BTC")
    for name, values in (("candles", ["15m"]), ("means", ["MA 50", "MA 200"]), ("signals", ["scalp-aggressive"])):
        choose(app, KEY, name, *values)
        assert in_address(app, name) == values
        assert chosen(app, name) == values
    for name, values in (("candles", ["1h"]), ("means", []), ("signals", [])):
        choose(app, KEY, name, *values)
        assert name not in app.query_params
    assert in_address(app, "coin") == ["BTC"]


def test_the_number_of_candles_is_that_of_the_choice(pages: Pages) -> None:
    _with_bitcoin(pages)
    app = pages.page(show, coin="BTC")
    choose(app, KEY, "means", "EMA 10")
    assert [line["name"] for line in payloads_of(app, "chart")[0]["lines"]] == ["EMA 10"]


def test_invalid_values_of_a_link_are_named_and_dropped(pages: Pages) -> None:
    _with_bitcoin(pages)
    app = pages.page(show, coin="BTC", candles="7m", means="MA 9", signals="x", market="nowhere")
    told = toasts(app)
    assert "The link's candles, 7m, is not among 15m, 1h, 1d: 1h is shown." in told
    assert "The link's means, MA 9, is not among EMA 10, MA 50, MA 200, Bollinger 20: none is shown." in told
    assert "The link's market, nowhere, is not among BTC/USD" in told
    assert set(app.query_params) == {"coin"}


def test_an_unknown_choice_of_a_browser_changes_nothing(pages: Pages) -> None:
    _with_bitcoin(pages)
    app = pages.page(show, coin="BTC")
    choose(app, KEY, "hide_amounts", "true")
    assert set(app.query_params) == {"coin"}


def test_another_coin_begins_with_its_first_market(pages: Pages) -> None:
    _with_bitcoin(pages)
    write_watched_market(pages.writer, None, configured(pages.writer).venue, "BTC/EUR")
    app = pages.page(show, coin="BTC")
    choose(app, KEY, "market", "BTC/EUR · cryptocom")
    assert in_address(app, "market") == ["BTC/EUR · cryptocom"]
    assert payloads_of(app, "chart") == []  # no candle is stored
    choose(app, KEY, "coin", "ETH")
    assert "market" not in app.query_params
    assert "Price of ETH" in words_of(app)


def test_choices_come_back_after_a_visit_to_another_page(pages: Pages) -> None:
    _with_bitcoin(pages)
    app = send(pages.app(), "bar", "page", "coin")
    choose(app, KEY, "coin", "ETH")
    choose(app, KEY, "candles", "1d")
    send(app, "bar", "page", "fills")
    assert bar_of(app)["here"] == "fills"
    send(app, "bar", "page", "coin")
    assert (chosen(app, "coin"), chosen(app, "candles")) == (["ETH"], ["1d"])
    assert in_address(app, "candles") == ["1d"]
    choose(app, KEY, "candles", "1h")
    assert chosen(app, "candles") == ["1h"], "a choice of the default right after the page was opened counts"


@pytest.mark.parametrize(
    ("values", "coin"), [((), "BTC"), (("ETH",), "ETH"), (("A", "B"), "B"), (("a\x00",), "BTC"), (("",), "BTC")]
)
def test_the_last_readable_name_of_an_address_is_the_coin(values: Sequence[str], coin: str) -> None:
    assert coin_named(values, "BTC") == coin
    assert coin_named((), "") == ""


def test_a_market_of_the_address_is_one_of_the_coin() -> None:
    markets = (("okx", "BTC/USDT"), ("kraken", "BTC/USD"))
    assert market_named(("BTC/USD · kraken",), markets) == markets[1]
    assert market_named(("ETH/USD · kraken",), markets) == markets[0]
    assert market_named((), ()) is None
