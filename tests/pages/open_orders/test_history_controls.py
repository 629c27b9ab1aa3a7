"""The controls of History: its period in the address, and the download of its rows."""

from typing import Any

import pytest

from pages.open_orders import history
from pages.shared.database import DatabaseUnavailable
from tests.pages.conftest import Pages, again
from tests.pages.drawn_tables import control_of, payloads_of
from tests.pages.events import choose, send
from tests.pages.open_orders.test_ended_orders import listed, opened, some_ended


def test_a_chip_shows_its_ending_and_a_second_click_all(pages: Pages):
    some_ended(pages)
    app = opened(pages, ended="all")
    choose(app, "history_controls", "ended", "cancelled")
    assert (app.query_params["ended"], app.query_params["tab"]) == ("cancelled", "history")
    assert list(listed(app)["order_id"]) == ["2"]
    choose(app, "history_controls", "ended", "all")  # as the browser sends it for a chosen chip
    assert len(listed(app)) == 4
    assert "ended" not in app.query_params
    assert set(listed(opened(pages, ended="triggered,cancelled", period="24 h"))["order_id"]) == {"t", "2"}


def test_periods_and_days_are_choices_of_the_address_and_begin_at_the_newest_order(pages: Pages):
    some_ended(pages)
    app = opened(pages, tab="history", before="2026-01-01T00:00:00Z~1~1")
    choose(app, "history_controls", "period", "Custom")
    choose(app, "history_controls", "from", "2001-02-03")
    assert (app.query_params["period"], app.query_params["from"]) == ("Custom", "2001-02-03")
    assert control_of(app, "from")["chosen"] == ["2001-02-03"]
    assert "before" not in app.query_params
    choose(app, "history_controls", "to", "2001-02-04")
    assert listed(app) is None
    choose(app, "history_controls", "to", "")
    assert len(listed(app)) == 4
    choose(app, "history_controls", "period", "30 d")
    assert {"period", "from", "to"}.isdisjoint(app.query_params)


def test_a_download_is_made_after_its_click_alone(pages: Pages):
    some_ended(pages)
    app = opened(pages, tab="history")
    assert payloads_of(app, "download")[0]["file"] is None
    send(app, "ended_orders_csv", "asked", "7")
    file = payloads_of(app, "download")[0]["file"]
    assert file["request"] == "7"
    assert file["url"].endswith(".csv")
    assert file["name"].startswith("ended_orders-")
    assert payloads_of(again(app), "download")[0]["file"] is None


def test_a_download_that_the_database_does_not_answer_says_so(pages: Pages, monkeypatch: pytest.MonkeyPatch):
    some_ended(pages)
    app = opened(pages, tab="history")

    def unanswered(*_: Any) -> bytes:
        raise DatabaseUnavailable("the database took too long to answer")

    monkeypatch.setattr(history, "exported", unanswered)
    send(app, "ended_orders_csv", "asked", "7")
    (toast,) = app.toast
    assert toast.value.startswith("The CSV of ended orders could not be made: the database took too long to answer.")
    assert "url" not in payloads_of(app, "download")[0]["file"]
