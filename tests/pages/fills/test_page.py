"""Fills as they are rendered: full, empty, failing, never loaded, not readable, paged, in the past."""

import gzip
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from db.reads.fill_filter import FillFilter
from domain.markets import Side
from domain.sources import Failure, FailureKind, Source, SourceKind
from pages.fills.page import FILLS
from pages.shared.long_list import csv_of_list
from tests.factories import fill, price
from tests.pages.conftest import Pages, again, words_of
from tests.pages.drawn_tables import control_of, tables_of
from tests.pages.events import choose
from tests.pages.factories import ago, configured, seen
from tests.pages.past import failed, traded, with_past

REFUSED = Failure(FailureKind.PERMANENT, "the key may not read fills")


def opened(pages: Pages, **query: str) -> AppTest:
    def show() -> None:
        from pages.fills.page import show_fills

        show_fills()

    return pages.page(show, **query)


def ids(app: AppTest) -> list[str]:
    return list(tables_of(app)[0]["fill_id"])


def figure(app: AppTest, label: str) -> str:
    return words_of(app).split(f'"label">{label}<')[1].split('"value">')[1].split("<")[0]


def a_round(pages: Pages, **values: Any):
    """A purchase an hour ago and a sale now, both with fees."""
    (account,) = with_past(pages.writer, **values)
    traded(
        pages.writer,
        account,
        [
            fill("bought", Side.BUY, "2", "100", at=ago(hours=1), fee="0.5", is_maker=True, order_id="7"),
            fill("sold", Side.SELL, "1", "130", at=ago(minutes=1), fee="0.25", is_maker=False, order_id="8"),
            fill("old", Side.BUY, "1", "90", at=ago(days=60), fee="0", is_maker=True),
        ],
    )
    seen(pages.writer, account, prices=[price("BTC/USD", "130")])
    return account


def test_fills_are_listed_newest_first_with_their_realised_profit(pages: Pages):
    a_round(pages)
    app = opened(pages)
    frame = tables_of(app)[0]
    assert ids(app) == ["sold", "bought"]
    assert list(frame["side"]) == ["Sell", "Buy"]
    assert list(frame["liquidity"]) == ["Taker", "Maker"]
    assert [text.strip() for text in frame["fee"]] == ["0.25 USD", "0.5 USD"]
    # Three coins cost 290.5 with their fees. One was sold for 130 less 0.25.
    assert [text.strip() for text in frame["realised"]] == ["+32.92", "–"]
    assert frame["order"][0] == "open_orders?order=BTC_USD%2F8&account=main&currency=USD"


def test_totals_are_of_the_whole_filter_and_not_of_the_page(pages: Pages, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pages.shared.long_list.PAGE", 1)
    a_round(pages)
    app = opened(pages, period="All")
    assert ids(app) == ["sold"]
    assert figure(app, "Fills") == "3"
    assert (figure(app, "Bought"), figure(app, "Sold")) == ("$290.00", "$130.00")
    assert (figure(app, "Trade fees"), figure(app, "Realised after fees")) == ("$0.75", "+$32.92")


def test_pages_follow_each_other_both_ways_and_stay_where_they_are(pages: Pages, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pages.shared.long_list.PAGE", 2)
    (account,) = with_past(pages.writer)
    fills = [fill(str(n), at=ago(minutes=9 - n)) for n in range(7)]
    traded(pages.writer, account, fills)
    seen(pages.writer, account)
    app = opened(pages)
    found = [ids(app)]
    for _ in range(3):
        choose(app, "fill_turns", "turn", "older")
        found.append(ids(app))
    assert found == [["6", "5"], ["4", "3"], ["2", "1"], ["0"]]
    assert control_of(app, "turn")["disabled"] == ["older"]
    assert "before" in app.query_params
    choose(app, "fill_turns", "turn", "newer")
    assert ids(app) == ["2", "1"]
    traded(pages.writer, account, [*fills, fill("new", at=ago(seconds=1))])
    again(app)
    assert ids(app) == ["2", "1"]
    choose(app, "fill_turns", "turn", "newest")
    assert ids(app) == ["new", "6"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"fill_side": "Sell"}, ["sold"]),
        ({"liquidity": "Maker", "period": "All"}, ["bought", "old"]),
        ({"order_id": "7"}, ["bought"]),
        ({"period": "24 h"}, ["sold", "bought"]),
        ({"period": "All"}, ["sold", "bought", "old"]),
    ],
)
def test_the_url_filters_before_paging(pages: Pages, query: dict[str, str], found: list[str]):
    a_round(pages)
    app = opened(pages, **query)
    assert ids(app) == found
    assert figure(app, "Fills") == str(len(found))


def test_a_link_to_an_order_names_the_moment_shown(pages: Pages):
    a_round(pages)
    assert "as_of" not in tables_of(opened(pages))[0]["order"][0]
    assert "as_of" in tables_of(opened(pages, as_of=datetime.now(UTC).isoformat()))[0]["order"][0]


def test_a_filter_that_leaves_nothing_says_so_and_can_be_cleared(pages: Pages):
    a_round(pages)
    app = opened(pages, order_id="nothing like it")
    assert "No fills match the filters" in words_of(app)
    choose(app, "fill_controls", "clear", "clear")
    assert ids(app) == ["sold", "bought", "old"]


def test_an_account_that_never_traded_says_so_and_since_when_that_is_known(pages: Pages):
    (account,) = with_past(pages.writer)
    traded(pages.writer, account)
    seen(pages.writer, account)
    assert "No fills, as of" in words_of(opened(pages))


def test_before_the_first_page_was_read_nothing_is_called_empty(pages: Pages):
    (account,) = with_past(pages.writer)
    seen(pages.writer, account)
    words = words_of(opened(pages))
    assert "Fills have not been read yet" in words
    assert "No fills" not in words


def test_fills_that_never_loaded_because_they_fail_say_what_failed(pages: Pages):
    (account,) = with_past(pages.writer)
    failed(pages.writer, account, Source.FILLS, REFUSED)
    seen(pages.writer, account)
    words = words_of(opened(pages))
    assert "Fills could not be loaded" in words
    assert "The key may not read fills." in words


def test_fills_that_cannot_be_read_here_say_so(pages: Pages):
    account = configured(pages.writer, not_readable=frozenset({SourceKind.FILLS}))
    seen(pages.writer, account)
    assert "Stillframe cannot read the fills of cryptocom" in words_of(opened(pages))


def test_fills_stay_when_a_later_read_fails_and_the_page_says_since_when(pages: Pages):
    account = a_round(pages)
    failed(pages.writer, account, Source.FILLS, REFUSED)
    seen(pages.writer, account)
    app = opened(pages)
    assert ids(app) == ["sold", "bought"]
    assert "Fills not updated since" in words_of(app)
    assert ". The key may not read fills." in words_of(app)


def test_a_past_moment_shows_only_the_fills_up_to_it(pages: Pages):
    (account,) = with_past(pages.writer)
    seen(pages.writer, account, ago(minutes=30))
    a_round(pages)
    past = f"{ago(minutes=20):%Y-%m-%dT%H:%M:%SZ}"
    app = opened(pages, as_of=past)
    assert ids(app) == ["bought"]
    assert "as_of=" in tables_of(app)[0]["order"][0]


def test_fills_of_several_accounts_stand_in_one_list_and_a_link_leaves_one(pages: Pages):
    accounts = with_past(pages.writer, "one", "two")
    for n, account in enumerate(accounts):
        traded(pages.writer, account, [fill("1", at=ago(minutes=5 + n), account=account.name)])
        seen(pages.writer, account)
    app = opened(pages)
    assert list(tables_of(app)[0]["account"]) == ["one", "two"]
    assert figure(app, "Fills") == "2"
    assert list(tables_of(opened(pages, account="two"))[0]["account"]) == ["two"]


def test_unknown_profits_are_named_and_counted_and_never_zero(pages: Pages):
    (account,) = with_past(pages.writer)
    traded(
        pages.writer,
        account,
        [
            fill("deposited", Side.SELL, "1", "100", symbol="ETH/USD", at=ago(minutes=9)),
            fill("b", Side.BUY, "1", "100", at=ago(minutes=8), fee=None),
            fill("s", Side.SELL, "1", "110", at=ago(minutes=7)),
        ],
    )
    seen(pages.writer, account)
    app = opened(pages)
    rows: Any = tables_of(app)[0].set_index("fill_id")
    assert rows.loc["deposited", "realised"].strip() == "unknown"
    assert rows.loc["deposited", "note"].startswith("cost unknown")
    assert (rows.loc["s", "realised"].strip(), rows.loc["s", "note"]) == (
        "+10.00",
        "before fees: a fee is unknown",
    )
    assert rows.loc["b", "fee"].strip() == "–"
    assert "fee unknown for 1 fill" in words_of(app)
    assert "unknown for 2 fills" in words_of(app)


def test_a_coin_bought_for_dollars_and_sold_for_tether_has_one_profit_beside_those_of_its_markets(pages: Pages):
    (account,) = with_past(pages.writer)
    bought = fill("b", Side.BUY, "2", "10", symbol="LINK/USD", at=ago(minutes=9))
    sold = fill("s", Side.SELL, "2", "15", symbol="LINK/USDT", at=ago(minutes=8))
    traded(pages.writer, account, [bought, sold])
    seen(pages.writer, account)
    app = opened(pages)
    rows: Any = tables_of(app)[0].set_index("fill_id")
    assert (rows.loc["s", "realised"].strip(), rows.loc["s", "realised_by_market"].strip()) == ("+10.00 USD", "unknown")
    assert rows.loc["s", "note"] == "assumed: dollar coins count as 1 USD, no price of that time is known"
    assert "Each market by itself: nothing; 1 fill of unknown cost there" in words_of(app)


def test_without_a_coin_of_several_markets_there_is_no_column_for_them(pages: Pages):
    a_round(pages)
    app = opened(pages)
    assert {"realised_by_market", "note"}.isdisjoint(tables_of(app)[0].columns)
    assert "Each market" not in words_of(app)


def test_hidden_amounts_do_not_reach_the_browser(pages: Pages):
    a_round(pages)
    app = opened(pages, hide_amounts="true")
    frame = tables_of(app)[0]
    assert set(frame["quantity"]) == set(frame["value"]) == set(frame["fee"]) == {"••••"}
    assert list(frame["realised"]) == ["••••", "–"]
    assert "$••••" in words_of(app)
    assert not re.search(r"\b130\b", words_of(app))


def test_an_unread_part_of_a_period_is_named(pages: Pages):
    (account,) = with_past(pages.writer)
    traded(pages.writer, account, [fill("1", at=ago(minutes=5))], since=timedelta(days=7))
    seen(pages.writer, account)
    assert "were not read" in words_of(opened(pages))
    assert "were not read" not in words_of(opened(pages, period="24 h"))


def test_the_export_has_every_fill_of_the_filter_with_every_digit(pages: Pages, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pages.shared.export._AT_ONCE", 2)
    (account,) = with_past(pages.writer)
    traded(pages.writer, account, [fill(str(n), price="0.00000001234", at=ago(minutes=n + 1)) for n in range(5)])
    seen(pages.writer, account)
    opened(pages)
    plain = csv_of_list(FILLS, [account], FillFilter(), False).decode()
    header, *lines = plain.splitlines()
    assert [line.split(",")[header.split(",").index("key")] for line in lines] == ["0", "1", "2", "3", "4"]
    assert "0.00000001234" in lines[0]
    assert gzip.decompress(csv_of_list(FILLS, [account], FillFilter(), True)).decode() == plain


def test_an_unreadable_url_shows_the_newest_page(pages: Pages):
    a_round(pages)
    for told in ("x", "2026-01-01~1~k", "0001-01-01T00:00:00+14:00~1~k", "2026-01-01T00:00:00Z~x~k"):
        assert ids(opened(pages, before=told)) == ["sold", "bought"]


def test_no_fill_disappears_when_the_database_goes_away(pages: Pages):
    a_round(pages)
    app = opened(pages)
    pages.wire.cut()
    again(app)
    assert ids(app) == ["sold", "bought"]
    assert "Database unreachable" in words_of(app)
    pages.wire.mend()
