"""The coin page: one coin over all accounts, with its candles as they had closed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qsl, urlsplit

from db.writes.candles import write_candles
from domain.candles import Candle
from domain.orders import OrderKind, Role
from tests.factories import balance, fill, order, position, price, stop
from tests.pages.conftest import Pages, words_of
from tests.pages.drawn_tables import payloads_of, tables_of
from tests.pages.factories import ago, configured, seen
from tests.pages.past import traded, with_past


def show() -> None:
    from pages.coin.page import show_coin

    show_coin()


def _with_bitcoin(pages: Pages) -> None:
    account = configured(pages.writer)
    orders = [
        order("1", limit_price=Decimal(90_000), amount="0.1"),
        stop("2", trigger="80000", amount="0.5", role=Role.STOP_LOSS),
        order("3", symbol="ETH/USD", base="ETH"),
    ]
    seen(pages.writer, account, ago(seconds=3), balances=[balance("BTC", "1"), balance("ETH", "2")], orders=orders,
         positions=[position("BTC/USD:USD", "0.2")], prices=[price("BTC/USD", "100000")])  # fmt: skip
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    candles = [
        Candle("BTC/USD", "1h", hour - timedelta(hours=n), *(Decimal(100_000 + n),) * 4, Decimal(1)) for n in range(50)
    ]
    write_candles(pages.writer, account.venue, candles)


def test_the_candles_that_closed_are_drawn_with_the_orders_of_their_market(pages: Pages) -> None:
    _with_bitcoin(pages)
    app = pages.page(show, coin="BTC")
    (chart,) = payloads_of(app, "chart")
    assert chart["candles"]["close"][-1] == 100_001  # the open candle is not drawn
    assert len(chart["candles"]["times"]) == 49
    assert [(level["value"], level["label"], level["is_dashed"]) for level in chart["levels"]] == [
        (90_000, "Buy 90,000 · 0.1", False),
        (80_000, "Sell 80,000 · stop 0.5", True),
    ]


def test_figures_and_orders_are_those_of_the_coin_alone(pages: Pages) -> None:
    _with_bitcoin(pages)
    app = pages.page(show, coin="BTC")
    words = words_of(app)
    assert "$100,000" in words
    assert "50 %" in words
    assert "1 resting · 1 conditional" in words
    assert list(tables_of(app)[0]["order_id"]) == ["1", "2"]
    assert "No open orders of USDT" in words_of(_of_money(pages))


def test_price_and_closest_stop_come_first(pages: Pages) -> None:
    _with_bitcoin(pages)
    words = words_of(pages.page(show, coin="BTC"))
    texts = ("Price of BTC", "Closest stop", ">80,000<", "20.00 % below market", "Held")
    places = [words.index(text) for text in texts]
    assert places == sorted(places)


def test_a_coin_without_a_stop_says_so(pages: Pages) -> None:
    _with_bitcoin(pages)
    assert ">no stop<" in words_of(pages.page(show, coin="ETH"))


def test_an_order_on_a_narrow_screen_has_side_quantity_price_and_type(pages: Pages) -> None:
    _with_bitcoin(pages)
    assert list(tables_of(pages.page(show, coin="BTC"))[0]["card"]) == [
        "Buy 0.1 at 90,000 · Limit",
        "Sell 0.5 at 80,000 · Stop loss",
    ]


def _of_money(pages: Pages):
    account = configured(pages.writer)
    seen(pages.writer, account, balances=[balance("USDT", "5")], prices=[price("BTC/USD", "100000")])
    return pages.page(show, coin="USDT")


def test_a_past_moment_draws_no_candle_that_closed_later(pages: Pages) -> None:
    account = configured(pages.writer)
    seen(pages.writer, account, ago(hours=9), balances=[balance("BTC", "1")], prices=[price("BTC/USD", "100000")])
    _with_bitcoin(pages)
    then = datetime.now(UTC) - timedelta(hours=6)
    (chart,) = payloads_of(pages.page(show, coin="BTC", as_of=then.isoformat()), "chart")
    assert max(chart["candles"]["times"]) + chart["candles"]["length"] <= then.timestamp() * 1000


def test_a_past_moment_lists_the_fill_of_that_moment(pages: Pages) -> None:
    """As Trades does. A microsecond later there is another one."""
    (account,) = with_past(pages.writer)
    then = ago(hours=2).replace(microsecond=0)
    seen(pages.writer, account, ago(hours=3), balances=[balance("BTC", "1")], prices=[price("BTC/USD", "100000")])
    traded(pages.writer, account, [fill("1", at=then), fill("2", at=then + timedelta(microseconds=1))])
    app = pages.page(show, coin="BTC", as_of=then.isoformat())
    (fills,) = (frame for frame in tables_of(app) if "fill_id" in frame)
    assert list(fills["fill_id"]) == ["1"]


def test_hidden_amounts_are_in_no_label(pages: Pages) -> None:
    _with_bitcoin(pages)
    (chart,) = payloads_of(pages.page(show, coin="BTC", hide_amounts="true"), "chart")
    assert [level["label"] for level in chart["levels"]] == ["Buy 90,000 · ••••", "Sell 80,000 · stop ••••"]


def test_a_coin_without_candles_says_that_they_are_on_their_way(pages: Pages) -> None:
    account = configured(pages.writer)
    seen(pages.writer, account, balances=[balance("BTC", "1")], prices=[price("BTC/USD", "100000")])
    assert "No candles are stored yet" in words_of(pages.page(show, coin="BTC"))


def test_a_triggered_order_is_drawn_at_the_limit_where_it_rests(pages: Pages) -> None:
    _with_bitcoin(pages)
    resting = stop("4", trigger="101000", kind=OrderKind.TAKE_PROFIT_LIMIT, role=Role.TAKE_PROFIT,
                   limit_price=Decimal(103_000), book_order_id="9", amount="0.2")  # fmt: skip
    seen(pages.writer, configured(pages.writer), ago(seconds=1), balances=[balance("BTC", "1")], orders=[resting])
    (chart,) = payloads_of(pages.page(show, coin="BTC"), "chart")
    levels = [(level["value"], level["label"], level["is_dashed"]) for level in chart["levels"]]
    assert levels == [(103_000, "Sell 103,000 · take profit 0.2", False)]


def test_the_chart_of_an_order_is_that_of_its_market(pages: Pages) -> None:
    """The link named the coin alone, so another market opened, without the line of the stop."""

    def show_orders() -> None:
        from pages.open_orders.page import show_open_orders

        show_open_orders()

    resting = [order(f"o{n}", symbol="ETH/USDT", limit_price=Decimal(1_500)) for n in range(2)]
    account = configured(pages.writer)
    seen(pages.writer, account, ago(seconds=3), orders=[stop("s", "1700", symbol="ETH/USD"), *resting],
         prices=[price("ETH/USDT", "2000"), price("ETH/USD", "2000")])  # fmt: skip
    words = words_of(pages.page(show_orders, order="s", order_of="main"))
    address = words.partition('<a class="sf-link" href="')[2].partition('"')[0]
    assert "Chart of ETH/USD<" in words
    query = dict(parse_qsl(urlsplit(unescape(address)).query))
    controls = payloads_of(pages.page(show, **query), "controls")[0]["controls"]
    chosen = {control["name"]: control["chosen"] for control in controls}
    assert chosen["market"] == [f"ETH/USD · {account.venue}"]


def test_an_unknown_coin_says_so_and_shows_no_fills_of_others(pages: Pages) -> None:
    """A coin without a market listed the fills of all coins as its own."""
    (account,) = with_past(pages.writer)
    seen(pages.writer, account, ago(seconds=3), balances=[balance("BTC", "1")], prices=[price("BTC/USD", "100000")])
    traded(pages.writer, account, [fill("f", at=ago(minutes=21))])
    app = pages.page(show, coin="NOPE")
    assert "Nothing is known of NOPE" in words_of(app)
    assert tables_of(app) == []
