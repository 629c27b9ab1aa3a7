"""Choices of Overview: the range of the curve and the filter of the holdings stand in the address."""

from domain.orders import Role
from tests.factories import balance, price, stop, valuation
from tests.pages.conftest import Pages
from tests.pages.drawn_tables import control_of, payloads_of
from tests.pages.events import choose
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
