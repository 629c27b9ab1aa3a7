"""The first frame of a database: it shows what is there, by address, and goes on without the database."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from db.writes.accounts import AccountSetting, write_accounts
from domain.snapshot import Account
from pages.first_frame.render import render
from pages.shared.loaders import load_scene
from pages.shared.market_figures import are_worked_out, load_figures, markets_of
from pages.shared.view import View
from tests.api.test_alerts import with_alert
from tests.factories import ASKED, balance, price, valuation
from tests.pages.conftest import Pages, forget_everything, look_again, words_of
from tests.pages.factories import ago, configured, seen


def frame(query: str = "", path: str = "/", zone: str = "") -> str:
    look_again()
    return render(path, query, zone)


def worth(pages: Pages, account: Account, dollars: str, **span: float) -> None:
    held = [balance("USD", dollars)]
    seen(pages.writer, account, ago(**span) if span else None, worth=valuation(dollars), balances=held)


def held(pages: Pages, **span: float) -> None:
    worth(pages, configured(pages.writer), "1234", **span)


def test_without_an_account_there_is_no_frame(pages: Pages) -> None:
    assert frame() == ""


def test_before_the_first_refresh_it_says_that_nothing_was_loaded(pages: Pages) -> None:
    configured(pages.writer)
    assert "Nothing was loaded yet" in frame()


def test_the_figure_is_the_one_of_the_page(pages: Pages) -> None:
    held(pages)
    assert "$1,234" in frame()
    assert "$1,234" in words_of(pages.app())


def test_a_newer_refresh_shows_at_once(pages: Pages) -> None:
    worth(pages, configured(pages.writer), "1234", seconds=60)
    assert "$1,234" in frame()
    worth(pages, configured(pages.writer), "4321")
    assert "$4,321" in frame()


def test_alerts_that_fire_stand_above_the_figures_of_the_overview(pages: Pages) -> None:
    account = configured(pages.writer)
    worth(pages, account, "1234")
    with_alert(SimpleNamespace(writer=pages.writer, reader=pages.writer), account)
    forget_everything()
    html = frame("currency=EUR")
    assert '<a class="warns" href="/alerts?currency=EUR"><b class="words">1 alert fires: high (BTC/USD)</b></a>' in html
    assert html.index("1 alert fires") < html.index("Net value")
    assert "alert fires" not in frame(path="/open_orders")


def test_signals_wait_for_the_page_until_it_has_worked_them_out(pages: Pages) -> None:
    """Candles of many markets take longer than a first frame may."""
    seen(pages.writer, configured(pages.writer), balances=[balance("BTC", "1")], prices=[price("BTC/USD", "100")])
    look_again()
    scene = load_scene(View(), datetime.now(UTC))
    markets = markets_of(scene, ())
    assert [market.symbol for market in markets] == ["BTC/USD"]
    assert not are_worked_out(markets, scene.at)
    load_figures(markets, scene.at)
    assert are_worked_out(markets, scene.at)
    assert not are_worked_out(markets, scene.at + timedelta(minutes=15))


def test_today_is_there_as_soon_as_the_zone_is_known(pages: Pages) -> None:
    worth(pages, configured(pages.writer), "1234")
    assert [">today<" in frame(zone=zone) for zone in ("", "Europe/Berlin")] == [False, True]


def test_a_link_chooses_accounts_moment_and_masks(pages: Pages) -> None:
    settings = [AccountSetting(name, "cryptocom", ASKED, 30, base_currency="USD") for name in ("one", "two")]
    for account, dollars in zip(write_accounts(pages.writer, settings).values(), ("1000", "2000"), strict=True):
        worth(pages, account, f"{dollars}000", hours=2)
        worth(pages, account, dollars)
    assert "$3,000" in frame()
    assert "$2,000" in frame("account=two")
    assert "$3,000" in frame("account=nobody"), "the page shows all accounts too"
    past = f"{ago(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    assert "$1,000,000" in frame(f"as_of={past}&account=one")
    assert "1,000" not in frame("account=one&hide_amounts=true")


def test_a_moment_without_an_offset_waits_for_the_time_zone(pages: Pages) -> None:
    held(pages, hours=3)
    past = f"{ago(hours=1):%Y-%m-%dT%H:%M}"
    assert frame(f"as_of={past}") == ""
    assert "looking at the past" in frame(f"as_of={past}", zone="UTC")


def test_today_is_left_out_while_the_midnight_of_the_viewer_is_not_known(pages: Pages) -> None:
    held(pages)
    assert ">today<" not in frame()
    assert ">today<" in frame(zone="Europe/Berlin")


@pytest.mark.parametrize("path", ["/fills", "/status"])
def test_other_pages_have_no_frame(pages: Pages, path: str) -> None:
    held(pages)
    assert frame(path=path) == ""


def test_without_the_database_the_last_figures_stay_and_grow_old(pages: Pages) -> None:
    held(pages, seconds=300)
    assert "$1,234" in frame()
    pages.wire.cut()
    assert "$1,234" in frame()
    assert "Stale" in frame()


def test_while_the_database_was_never_reached_there_is_no_frame(pages: Pages) -> None:
    pages.wire.cut()
    assert frame() == ""


def test_amounts_that_the_page_hides_are_hidden(pages: Pages) -> None:
    """The frame dropped choices without a value, and all choices of a long address."""
    held(pages)
    names = "&".join(f"account={'a' * 60}{number}" for number in range(61))
    for query in ("hide_amounts=", f"{names}&hide_amounts=true", f"account={'a' * 4000}&hide_amounts=true"):
        assert "1,234" not in frame(query)
    assert "1,234" not in words_of(pages.app(hide_amounts=""))
