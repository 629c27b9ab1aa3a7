"""No page is ever an error page: each query of each page fails, with cold caches, and the rest of the page stands."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from inspect import unwrap
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import PAGES
from db.writes.refresh import write_refresh
from domain.endings import Ending, Evidence, Outcome
from domain.markets import Side
from domain.sources import Source, Success
from pages.shared import database as access
from pages.shared.database import DatabaseUnavailable
from pages.shared.titles import TITLES
from tests.factories import balance, fill, observation, order, position, price, stop, transfer, valuation
from tests.pages.conftest import Pages, forget_everything, words_of
from tests.pages.factories import ago
from tests.pages.past import ended, moved, traded, with_past

# Without these nothing of the page can be drawn but the reason.
EVERYTHING_DEPENDS_ON = {"HeldSnapshots", "_performance", "_day_moments", "_read_latest"}
# What these say is left out without a word: links, small curves, and what is under way.
ONLY_ADD = {
    "_closes",
    "_symbols",
    "load_recorded_periods",
    "read_queued_work",
    "read_refreshers",
    "load_queued_work",
    "load_refreshers",
}
# Sections that are drawn only for rows of these queries.
SECTIONS_OF = {
    "_symbols": {"Tax year"},
    "_load": {"Costs of deposits"},
    "_moved": {"By kind and currency"},
    "_first_event": {"Tax year"},
    "_order_versions": {"History"},
}


def lived(pages: Pages) -> None:
    """An account with holdings, a position, orders, an ended order, fills and transfers of three days."""
    (account,) = with_past(pages.writer, refresh_seconds=3600)
    for n in range(72, -1, -1):
        sources: dict[Source, Success[Any]] = {
            Source.BALANCES: Success((balance("BTC", "1"), balance("USD", "100"))),
            Source.POSITIONS: Success((position(),)),
            Source.ORDERS: Success((order("1"), *([order("gone")] if n > 3 else []))),
            Source.TRIGGERS: Success((stop("2", "90"),)),
            Source.PRICES: Success((price("BTC/USD", str(100 + n)),)),
        }
        write_refresh(pages.writer, observation(account, ago(hours=n), sources, valuation(str(200 + n))))
    traded(pages.writer, account, [fill("1", Side.BUY, "0.5", "130", at=ago(hours=24), fee="0")])
    moved(pages.writer, account, [transfer(at=ago(hours=30))])
    ended(
        pages.writer,
        account,
        Outcome("main", Source.ORDERS, "gone", Ending.CANCELLED, ago(hours=3), Evidence.ORDER_HISTORY),
    )


def question_name(question: Callable[..., Any]) -> str:
    """The loader of a query: the function around its lambda."""
    asked = unwrap(question)
    name: str = getattr(asked, "func", asked).__qualname__
    return name.partition(".")[0]


@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch, name: str | None, error: Exception | None) -> Iterator[list[str]]:
    """Let the queries of one loader fail. Yields the names of all loaders that ran a query."""
    names: list[str] = []
    ask, begin = access.Database.ask, access.Database.begin

    def failing_ask(self: access.Database, question: Any, seconds: float | None = None) -> Any:
        names.append(question_name(question))
        if names[-1] == name and error is not None:
            return begin(self, raising(error)).future.result(seconds or 60)
        return begin(self, question).future.result(seconds or 60)

    with monkeypatch.context() as patch:
        patch.setattr(access.Database, "ask", failing_ask)
        yield names
    assert access.Database.ask is ask


def raising(error: Exception) -> Callable[[object], object]:
    def question(_: object) -> object:
        raise error

    return question


def opened(pages: Pages, path: str) -> AppTest:
    script = f"from app import PAGES\nPAGES[{path!r}]()\n"
    query = {"order": "2"} if path == "open_orders" else {}
    app = pages.opened(AppTest.from_string(script), **query)
    assert [e.value for e in app.exception] == []
    return app


def headings(app: AppTest) -> set[str]:
    return set(re.findall("<h[12][^>]*>(.*?)</h[12]>", words_of(app)))


def errors() -> tuple[Exception, ...]:
    return (DatabaseUnavailable("the database took too long to answer"), ArithmeticError("an odd row"))


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES)
def test_each_query_of_a_page_fails_by_itself(pages: Pages, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lived(pages)
    with failing(monkeypatch, None, None) as names:
        sections = headings(opened(pages, path))
    assert len(set(names)) >= 2
    for name in dict.fromkeys(names):
        for error in errors():
            forget_everything()
            with failing(monkeypatch, name, error):
                app = opened(pages, path)
            assert TITLES[path] in headings(app)
            missing = sections - headings(app)
            if isinstance(error, DatabaseUnavailable) and name not in ONLY_ADD:
                assert re.search("could not be read|cannot be reached|Database unreachable", words_of(app)), name
            elif name not in EVERYTHING_DEPENDS_ON:
                assert missing <= SECTIONS_OF.get(name, set()), (name, missing)


def test_the_overview_stands_while_its_curve_is_not_cached_and_the_database_is_away(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(pages)
    with failing(monkeypatch, "_curve", DatabaseUnavailable("the database took too long to answer")):
        app = opened(pages, "overview")
    words = words_of(app)
    assert "Net value could not be read" in words
    assert "The database took too long to answer. Stillframe retries automatically." in words
    assert {"Holdings", "Positions"} <= headings(app)


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("total", "change", "last"), [("1e400", "1e300", "1e-300"), ("-1e400", "-1e300", "1e300")])
def test_absurd_numbers_break_no_page(pages: Pages, path: str, total: str, change: str, last: str) -> None:
    """The database may hold them from an earlier version."""
    (account,) = with_past(pages.writer, refresh_seconds=3600)
    prices = (price("BTC/USD", last, change_24h=Decimal(change)), price("ETH/USD", "3000", change_24h=Decimal(change)))
    for n in (30, 2, 0):
        sources: dict[Source, Success[Any]] = {
            Source.BALANCES: Success((balance("BTC", total), balance("ETH", "1"), balance("USD", total))),
            Source.POSITIONS: Success((position(amount=total.lstrip("-")),)),
            Source.ORDERS: Success((order("1", amount=Decimal(total).copy_abs(), limit_price=Decimal("1e-300")),)),
            Source.TRIGGERS: Success((stop("2", "1e300"),)),
            Source.PRICES: Success(prices),
        }
        write_refresh(pages.writer, observation(account, ago(hours=n), sources, valuation(total)))
    traded(pages.writer, account)
    moved(pages.writer, account, [])
    words = words_of(opened(pages, path))
    assert "could not be shown" not in words
