"""Links with impossible parameters: each page says so or shows what it can, and never fails."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.markets import Side
from tests.factories import fill, order, price, transfer, valuation
from tests.pages.conftest import Pages, words_of
from tests.pages.drawn_tables import htmls_of
from tests.pages.factories import configured, seen
from tests.pages.past import moved, traded, with_past

NUL = "a\0b"  # no database stores it
FAR_AWAY = {"period": "Custom", "from": "0001-01-01", "to": "9999-12-31"}


def show_open_orders() -> None:
    from pages.open_orders.page import show_open_orders

    show_open_orders()


def show_fills() -> None:
    from pages.fills.page import show_fills

    show_fills()


def show_transfers() -> None:
    from pages.transfers.page import show_transfers

    show_transfers()


@pytest.mark.parametrize(
    ("as_of", "why"),
    [
        ("0001-01-01T00:00:00Z", "is no moment"),  # the year 0 in New York
        ("yesterday", "is no moment"),
        (NUL, "is no moment"),
        ("9999-12-31T23:59:59Z", "lies ahead"),
    ],
)
def test_a_moment_that_cannot_be_shown_is_named(pages: Pages, monkeypatch: pytest.MonkeyPatch, as_of: str, why: str):
    monkeypatch.setattr("pages.shared.filters.viewers_zone", lambda: ZoneInfo("America/New_York"))
    seen(pages.writer, configured(pages.writer))
    app = pages.app(as_of=as_of)
    assert why in app.toast[0].value
    assert "You are looking at the past" not in words_of(app)
    assert "as_of" not in app.query_params


def test_the_address_of_a_refresh_leads_to_this_refresh_again(pages: Pages):
    account, taken_at = configured(pages.writer), datetime(2026, 11, 1, 12, 0, 0, 600_000, UTC)
    seen(pages.writer, account, taken_at - timedelta(hours=1), worth=valuation("1"))
    seen(pages.writer, account, taken_at, worth=valuation("2"))
    seen(pages.writer, account, taken_at + timedelta(hours=1), worth=valuation("3"))
    app = pages.app(as_of=taken_at.isoformat())
    assert "$2.00" in words_of(app)
    address = app.query_params["as_of"]
    assert "$2.00" in words_of(pages.app(as_of=address))


def lines_of(pages: Pages, show: Callable[[], None], **link: str) -> list[str]:
    (account,) = with_past(pages.writer)
    at = datetime.now(UTC) - timedelta(minutes=1)
    traded(pages.writer, account, [fill("1", Side.BUY, at=at)])
    moved(pages.writer, account, [transfer("deposit/1", at=at)])
    seen(pages.writer, account, prices=[price("BTC/USD", "100")])
    return [toast.value for toast in pages.page(show, **link).toast]


@pytest.mark.parametrize("show", [show_fills, show_transfers, show_open_orders])
def test_a_link_to_a_currency_that_is_not_configured_says_so_in_one_line(pages: Pages, show: Callable[[], None]):
    (line,) = lines_of(pages, show, currency="XYZ")
    assert line == "The link's currency, XYZ, is not among USD, EUR, BTC: USD is shown."
    assert lines_of(pages, show, currency="EUR") == []


@pytest.mark.parametrize("show", [show_fills, show_transfers])
@pytest.mark.parametrize(
    ("name", "day"),
    [("from", "31.12.2025"), ("to", "2025-02-30"), ("from", "soon"), ("to", "0001-01-01"), ("from", NUL)],
)
def test_a_link_with_a_date_that_cannot_be_used_says_so_in_one_line(
    pages: Pages, show: Callable[[], None], name: str, day: str
):
    (line,) = lines_of(pages, show, period="Custom", **{name: day})
    assert line.startswith(f"The link's {name}, ")
    assert "is no date" in line


@pytest.mark.parametrize("show", [show_fills, show_transfers])
def test_a_link_with_dates_that_can_be_used_says_nothing(pages: Pages, show: Callable[[], None]):
    assert lines_of(pages, show, period="Custom", **{"from": "1999-01-31", "to": "2026-03-31"}) == []


@pytest.mark.parametrize("show", [show_fills, show_transfers])
def test_a_link_with_dates_that_its_period_does_not_use_says_so_once(pages: Pages, show: Callable[[], None]):
    (line,) = lines_of(pages, show, period="All", **{"from": "2026-01-01"})
    assert line == "The link's from can only be used with period=Custom: another period is shown."


@pytest.mark.parametrize("show", [show_fills, show_transfers])
def test_a_link_to_a_period_that_does_not_exist_says_so_in_one_line(pages: Pages, show: Callable[[], None]):
    (line,) = lines_of(pages, show, period="For ever")
    assert line.startswith("The link's period, For ever, is not among Today, 24 h,")
    assert line.endswith("30 d is shown.")


@pytest.mark.parametrize(
    ("show", "links"),
    [
        (
            show_fills,
            (
                {"fill_side": "Sideways", "liquidity": "Much", "period": "For ever"},
                {"fill_symbol": NUL, "order_id": NUL, **FAR_AWAY},
                {"order_id": "9" * 9000, "before": "2026-01-01T00:00:00Z~99999999999999999999~1"},
                {"after": f"2026-01-01T00:00:00Z~1~{NUL}", "period": "All"},
            ),
        ),
        (
            show_transfers,
            (
                {"kind": "Theft", "status": "Lost", "asset": NUL, **FAR_AWAY},
                {"before": f"2026-01-01T00:00:00Z~1~{NUL}", "period": "All"},
            ),
        ),
        (
            show_open_orders,
            (
                {"order": NUL, "symbol": NUL, "side": "Up", "within": "1e400", "find": NUL},
                {"order": "9" * 9000, "order_of": "nobody", "ladder": NUL, "ended": "well"},
            ),
        ),
    ],
)
def test_an_impossible_filter_breaks_no_page(pages: Pages, show: Callable[[], None], links: tuple[dict[str, str], ...]):
    """Each link is opened with `again`, which fails if the page raises."""
    (account,) = with_past(pages.writer)
    at = datetime.now(UTC) - timedelta(minutes=1)
    traded(pages.writer, account, [fill("1", Side.BUY, at=at)])
    moved(pages.writer, account, [transfer("deposit/1", at=at)])
    seen(pages.writer, account, orders=[order("7")], prices=[price("BTC/USD", "100")])
    for link in links:
        assert htmls_of(pages.page(show, **link))
