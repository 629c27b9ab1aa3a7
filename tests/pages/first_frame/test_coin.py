"""The first frame of the coin page: the same coin, figures and orders as on the page, by address."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from db.viewing import viewing
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.sign_in_mode import write_sign_in_mode
from domain.orders import Role
from domain.snapshot import Account
from domain.viewers import Mode
from pages.coin.view import largest_coin
from pages.first_frame.render import render
from tests.factories import ASKED, balance, order, price, stop
from tests.pages.coin.test_page import show
from tests.pages.conftest import Pages, again, look_again, words_of
from tests.pages.factories import ago, configured, seen
from tests.pages.shared.test_caches import session_of


def frame(query: str = "", path: str = "/coin") -> str:
    look_again()
    return render(path, query, "UTC")


def _with_coins(pages: Pages, account: Account | None = None, **span: float) -> None:
    orders = [
        order("1", limit_price=Decimal(90_000), amount="0.7"),
        stop("2", trigger="80000", amount="0.5", role=Role.STOP_LOSS),
        order("3", symbol="ETH/USD", base="ETH", limit_price=Decimal(3_100)),
    ]
    prices = [price("BTC/USD", "100000"), price("ETH/USD", "4000")]
    seen(pages.writer, account or configured(pages.writer), ago(**span) if span else None, orders=orders,
         balances=[balance("BTC", "1"), balance("ETH", "2")], prices=prices)  # fmt: skip


def test_figures_and_orders_are_those_of_the_coin_in_the_address(pages: Pages) -> None:
    _with_coins(pages)
    html, words = frame("coin=BTC"), words_of(pages.page(show, coin="BTC"))
    for text in ("Price of BTC", ">100,000<", "Closest stop", ">80,000<", "20.00 % below market", "$100,000", ">50 %<"):
        assert text in html
        assert text in words
    assert "90,000" in html
    assert "3,100" not in html


def test_without_a_coin_in_the_address_it_is_the_largest_holding_as_on_the_page(pages: Pages) -> None:
    """It was the first by name, often one that is worth nothing."""
    balances = [balance("AAVE", "1"), balance("BTC", "1"), balance("ETH", "2"), balance("USD", "900000")]
    prices = [price("AAVE/USD", "100"), price("BTC/USD", "100000"), price("ETH/USD", "4000")]
    account = configured(pages.writer)
    seen(pages.writer, account, balances=balances, prices=prices)
    assert "Price of BTC" in frame()
    app = pages.page(show)
    assert "Price of BTC" in words_of(app)
    seen(pages.writer, account, balances=balances, prices=[*prices[:2], price("ETH/USD", "400000")])
    assert "Price of ETH" in frame()
    assert "Price of BTC" in words_of(again(app))  # an open page stays with its coin


def test_without_a_holding_it_is_the_coin_of_the_largest_order(pages: Pages) -> None:
    orders = [
        order("1", symbol="AAVE/USD", base="AAVE", limit_price=Decimal(100), amount="1"),
        order("2", symbol="SOL/USD", base="SOL", limit_price=Decimal(150), amount="100"),
    ]
    seen(pages.writer, configured(pages.writer), orders=orders)
    assert "No open orders of" not in frame()
    assert "Price of SOL" in words_of(pages.page(show))
    assert largest_coin([], [], ["SOL", "ADA"], "USD") == "ADA"


def test_a_coin_that_nobody_holds_has_no_orders(pages: Pages) -> None:
    _with_coins(pages)
    assert "No open orders of XYZ" in frame("coin=XYZ")
    assert "<img" not in frame("coin=%3Cimg src=x%3E")


def test_without_any_coin_it_says_so(pages: Pages) -> None:
    seen(pages.writer, configured(pages.writer), balances=[])
    assert "No coins" in frame()


def test_a_link_chooses_moment_and_masks(pages: Pages) -> None:
    _with_coins(pages, hours=2)
    seen(pages.writer, configured(pages.writer), balances=[balance("BTC", "1")], prices=[price("BTC/USD", "50000")])
    assert ">50,000<" in frame("coin=BTC")
    past = frame(f"coin=BTC&as_of={ago(hours=1):%Y-%m-%dT%H:%M:%SZ}")
    assert ">100,000<" in past
    assert "looking at the past" in past
    masked = frame(f"coin=BTC&hide_amounts=true&as_of={ago(hours=1):%Y-%m-%dT%H:%M:%SZ}")
    assert "0.7" not in masked
    assert "$100,000" not in masked


def test_a_link_chooses_accounts(pages: Pages) -> None:
    one, two = _two_accounts(pages)
    _with_coins(pages, one)
    seen(pages.writer, two, balances=[balance("SOL", "3")], prices=[price("SOL/USD", "150")])
    assert "$450" in frame("coin=SOL&account=two")
    assert "No open orders of BTC" in frame("coin=BTC&account=two")


def test_a_viewer_sees_the_coins_of_allowed_accounts_alone(pages: Pages, database: Any) -> None:
    one, two = _two_accounts(pages)
    _with_coins(pages, one)
    seen(pages.writer, two, balances=[balance("SOL", "3")], prices=[price("SOL/USD", "150")])
    write_sign_in_mode(database.owner, Mode.PASSWORD)
    frames = []
    for account in (one, two):
        with viewing(session_of(pages.writer, f"viewer of {account.name}", account.id)):
            frames.append(frame("coin=SOL"))
    assert ["$450" in html for html in frames] == [False, True]


def _two_accounts(pages: Pages) -> Iterable[Account]:
    settings = [AccountSetting(name, "cryptocom", ASKED, 30, base_currency="USD") for name in ("one", "two")]
    return write_accounts(pages.writer, settings).values()


def test_a_link_with_filters_after_one_without_shows_all_orders(pages: Pages) -> None:
    """Both have the same refresh and view, so a cache may mix them up."""
    _with_coins(pages)
    assert "3,100" not in frame(path="/open_orders")
    assert "3,100" in frame("side=Buy", "/open_orders")
