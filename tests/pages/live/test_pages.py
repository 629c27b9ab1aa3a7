"""Some pages follow newer data by the stream, the others by runs of their scripts."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pages.live.recipe import Figures, PartKind, work_out
from pages.live.recipes import OPEN_PAGES
from pages.shared.loaders import load_scene
from tests.api.serving import until
from tests.factories import balance, order, price
from tests.pages.conftest import Pages
from tests.pages.drawn_tables import payloads_of
from tests.pages.factories import ago, configured, seen


def overview() -> None:
    from pages.overview.page import show_overview

    show_overview()


def orders() -> None:
    from pages.open_orders.page import show_open_orders

    show_open_orders()


def watchlist() -> None:
    from pages.watchlist.page import show_watchlist

    show_watchlist()


def fills() -> None:
    from pages.fills.page import show_fills

    show_fills()


def transfers() -> None:
    from pages.transfers.page import show_transfers

    show_transfers()


def performance() -> None:
    from pages.performance.page import show_performance

    show_performance()


def coin() -> None:
    from pages.coin.page import show_coin

    show_coin()


def alerts() -> None:
    from pages.alerts.page import show_alerts

    show_alerts()


def status() -> None:
    from pages.status.page import show_status

    show_status()


@pytest.mark.parametrize(
    ("show", "query", "is_live"),
    [
        (overview, {}, True),
        (overview, {"as_of": ago(minutes=1).isoformat()}, False),
        (orders, {"tab": "all"}, True),
        (orders, {"tab": "history"}, True),
        (fills, {}, True),
        (transfers, {}, True),
        (performance, {}, True),
        (orders, {"tab": "all", "order": "1"}, True),
        (orders, {"tab": "all", "order": "ended"}, True),
        (orders, {"tab": "all", "order": "unknown"}, True),
        (watchlist, {}, True),
        (coin, {"coin": "BTC"}, True),
        (coin, {"coin": "BTC", "as_of": ago(minutes=1).isoformat()}, False),
        (status, {}, True),
        (alerts, {}, True),
        (alerts, {"tab": "History"}, True),
        (alerts, {"tab": "Messages"}, True),
        (alerts, {"tab": "Rules"}, True),
        (alerts, {"tab": "Rules", "rule": "new rule"}, False),
    ],
)
def test_a_page_of_now_follows_the_stream_unless_a_section_belongs_to_its_viewer_alone(
    pages: Pages,
    show: Callable[[], None],
    query: dict[str, str],
    is_live: bool,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The stream works out every part of it again, without a script."""
    monkeypatch.setattr("pages.shared.failures._logged", {})
    account = configured(pages.writer)
    rows: dict[str, Any] = {"balances": [balance("BTC", "1")], "prices": [price("BTC/USD", "90")]}
    for minutes, keys in ((5, ("1", "ended")), (0, ("1",))):
        listed = [order(key, account=account.name) for key in keys]
        seen(pages.writer, account, ago(minutes=minutes), orders=listed, **rows)
    (live,) = payloads_of(pages.page(show, **query), "live")
    assert bool(live["token"]) is is_live
    if not is_live:
        return
    page = OPEN_PAGES.page(live["token"])
    assert page is not None
    figures = in_a_thread(lambda: work_out(page.recipe, load_scene(page.recipe.view), {}))
    assert not figures.is_other_page
    assert figures.contents.keys() == {item.key for item in page.recipe.parts if item.kind is not PartKind.SHAPE}
    assert [record.message for record in caplog.records if record.name == "stillframe.pages"] == []


@pytest.mark.parametrize("show", [overview, orders])
def test_a_page_is_drawn_anew_once_there_is_another_account(pages: Pages, show: Callable[[], None]) -> None:
    """A page that was opened right before kept its bar without the account until the viewer did something."""
    seen(pages.writer, configured(pages.writer), balances=[balance("BTC", "1")], prices=[price("BTC/USD", "90")])
    (live,) = payloads_of(pages.page(show, account="main"), "live")
    page = OPEN_PAGES.page(live["token"])
    assert page is not None
    configured(pages.writer, "savings")
    until(lambda: in_a_thread(lambda: work_out(page.recipe, load_scene(page.recipe.view), {})).is_other_page)


def in_a_thread(work: Callable[[], Figures]) -> Figures:
    """The result of work in a thread without a session, as those of the stream."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(work).result(60)
