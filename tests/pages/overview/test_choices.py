"""Choices of Overview: the range of the curve and the filter of the holdings stand in the address."""

from db.writes.accounts import AccountSetting, write_accounts
from domain.orders import Role
from tests.factories import ASKED, balance, position, price, stop, valuation
from tests.pages.conftest import Pages, again, words_of
from tests.pages.drawn_tables import control_of, payloads_of
from tests.pages.events import choose, send
from tests.pages.factories import ago, configured, seen


def _two_coins(pages: Pages) -> None:
    """BTC has a stop for all of it, ETH has none."""
    seen(pages.writer, configured(pages.writer), ago(seconds=3), worth=valuation("102000"),
         balances=[balance("BTC", "1"), balance("ETH", "1")],
         orders=[stop("1", trigger="80000", amount="1", role=Role.STOP_LOSS)],
         prices=[price("BTC/USD", "100000"), price("ETH/USD", "2000")])  # fmt: skip


def test_a_filter_goes_into_the_address_and_all_leaves_it(pages: Pages) -> None:
    _two_coins(pages)
    app = pages.app()
    choose(app, "holdings_filter", "holdings", "Without stop")
    assert app.query_params["holdings"] in ("Without stop", ["Without stop"])
    assert payloads_of(app)[0]["columns"][0]["texts"] == ["ETH"]
    choose(app, "holdings_filter", "holdings", "All")
    assert "holdings" not in app.query_params
    assert payloads_of(app)[0]["columns"][0]["texts"] == ["BTC", "ETH"]


def test_a_link_chooses_range_and_filter(pages: Pages) -> None:
    _two_coins(pages)
    app = pages.app(range="1W", holdings="Without stop")
    assert control_of(app, "range")["chosen"] == ["1W"]
    assert payloads_of(app)[0]["columns"][0]["texts"] == ["ETH"]


def test_an_invalid_range_of_a_link_is_named(pages: Pages) -> None:
    _two_coins(pages)
    app = pages.app(range="2W")
    assert any("The link's range, 2W, is not among 1D, 1W, 1M" in toast.value for toast in app.toast)
    assert control_of(app, "range")["chosen"] == ["1M"]


def test_a_row_of_the_positions_leads_to_its_coin_with_its_market(pages: Pages) -> None:
    seen(pages.writer, configured(pages.writer), positions=[position("BTC/USD:USD", "2"), position("ETH/USD:USD", "3")],
         prices=[price("BTC/USD:USD", "100"), price("ETH/USD:USD", "10")])  # fmt: skip
    app = pages.app(hide_amounts="true")
    table = next(payload for payload in payloads_of(app) if payload["name"] == "positions")
    market = "ETH%2FUSD%3AUSD+%C2%B7+cryptocom"
    assert f"coin?coin=ETH&market={market}&currency=USD&hide_amounts=true" in table["links"]
    row = next(key for key in table["keys"] if "ETH" in key)
    again(send(app, "positions", "opened", row))
    assert '<h1 class="sf-title">Coin</h1>' in words_of(app)
    assert "<h2>ETH/USD:USD</h2>" in words_of(app)


def test_a_line_of_the_accounts_shows_that_account_alone(pages: Pages) -> None:
    settings = [AccountSetting(name, "cryptocom", ASKED, 30, "USD") for name in ("main", "second")]
    for name, account in write_accounts(pages.writer, settings).items():
        seen(pages.writer, account, ago(seconds=2), worth=valuation("100"), balances=[balance(name.upper(), "1")])
    app = pages.app()
    assert 'data-lead="?account=second"' in words_of(app)
    again(send(app, "attention", "chosen", "?account=second"))
    assert app.query_params["account"] in ("second", ["second"])
    assert payloads_of(app)[0]["columns"][0]["texts"] == ["SECOND"]
