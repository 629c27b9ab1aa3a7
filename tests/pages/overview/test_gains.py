"""The rendered Overview shows cost and gain of holdings, realised profit, and deposits."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest

from domain.markets import Side
from domain.sources import Source
from pages.shared.database import DatabaseUnavailable
from tests.factories import balance, fill, price, transfer, valuation
from tests.pages.conftest import Pages, again, words_of
from tests.pages.drawn_tables import payloads_of, tables_of
from tests.pages.factories import FAILED, ago, configured, seen
from tests.pages.past import failed, moved, traded, with_past

START = datetime.now(UTC)


def traded_btc(pages: Pages) -> None:
    """Fills explain one and a half of two coins. There was a gain an hour ago, and a deposit."""
    (account,) = with_past(pages.writer)
    fills = [
        fill("1", Side.BUY, "2", "100", at=ago(days=2), fee="0"),
        fill("2", Side.SELL, "0.5", "140", at=ago(minutes=1), fee="1"),
    ]
    traded(pages.writer, account, fills)
    moved(pages.writer, account, [transfer("d", at=ago(days=1))])
    held: dict[str, Any] = {"balances": [balance("BTC", "2")], "prices": [price("BTC/USD", "120")]}
    seen(pages.writer, account, ago(days=2), valuation("200"), **held)
    seen(pages.writer, account, worth=valuation("240"), **held)


def test_holdings_show_the_cost_that_fills_explain_and_the_realised_profit(pages: Pages):
    traded_btc(pages)
    app = pages.app()
    row = tables_of(app)[0].iloc[0]
    assert (row["Average cost"].strip(), row["Unrealised"].strip()) == ("100.00", "+30.00")
    assert row["About the cost"] == "unknown for 0.5 of 2"
    words = words_of(app)
    assert '"label">Open P&amp;L<' in words
    assert "without part of BTC" in words
    assert '"label">Realised P&amp;L today<' in words
    assert '"value">+$19.00<' in words
    assert "trade fees $1.00" in words


def test_costs_appear_as_soon_as_they_can_be_read(pages: Pages, monkeypatch: pytest.MonkeyPatch):
    traded_btc(pages)
    with monkeypatch.context() as away:
        away.setattr("pages.overview.gains.load_books", Mock(side_effect=DatabaseUnavailable("away")))
        app = pages.app()
        assert "Average cost" not in tables_of(app)[0]
    again(app)
    assert tables_of(app)[0]["Average cost"].iloc[0].strip() == "100.00"


def test_the_curve_of_one_account_is_not_taken_for_that_of_another(pages: Pages):
    """Both calls use the same range."""
    accounts = with_past(pages.writer, "one", "two")
    for account, between in zip(accounts, ("5", "9"), strict=True):
        for hours, worth in ((9, "1"), (5, between), (0, "1")):
            seen(pages.writer, account, START - timedelta(hours=hours), valuation(worth))
    curves = [payloads_of(pages.app(account=name), "chart")[0]["lines"] for name in ("one", "two")]
    assert curves[0] != curves[1]


def test_deposits_stand_on_the_curve(pages: Pages):
    traded_btc(pages)
    app = pages.app(range="1W")
    assert "Triangles: deposits and withdrawals." in words_of(app)
    assert [mark["text"] for mark in payloads_of(app, "chart")[0]["marks"]] == ["▲ Deposit +1 BTC"]


def test_before_fills_were_read_no_cost_is_zero(pages: Pages):
    (account,) = with_past(pages.writer)
    failed(pages.writer, account, Source.FILLS, FAILED)
    seen(pages.writer, account, balances=[balance("BTC")], prices=[price()])
    app = pages.app()
    words = words_of(app)
    assert '"label">Realised P&amp;L today<' in words
    assert "fills: no response within 8 s" in words
    assert "Average cost" not in tables_of(app)[0]


def test_an_account_without_readable_fills_shows_no_costs(pages: Pages):
    seen(pages.writer, configured(pages.writer), balances=[balance("BTC")])
    assert "Realised" not in words_of(pages.app())
