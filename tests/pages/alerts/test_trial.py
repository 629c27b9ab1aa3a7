"""A rule is tried on the past when the viewer asks for it, and not before."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from db.reads.snapshots import read_snapshot
from domain.snapshot import Account
from tests.factories import balance
from tests.pages.alerts.test_page import held, rule, show
from tests.pages.conftest import Pages, again, words_of
from tests.pages.drawn_tables import tables_of
from tests.pages.events import choose
from tests.pages.factories import ago, configured, seen
from tests.pages.watchlist.test_page import rising


def tried(pages: Pages) -> AppTest:
    """The page of the rule after a click on the trial."""
    app = pages.page(show, tab="Rules", rule="mine")
    return choose(app, "trial_form", "trial_go", "trial_go")


def test_opening_a_rule_tries_nothing_and_reads_the_refreshes_of_now_alone(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = configured(pages.writer)
    for hours in range(24, 0, -1):
        seen(pages.writer, account, ago(hours=hours), balances=[balance("BTC", "1")])
    seen(pages.writer, account, ago(seconds=0), balances=[balance("BTC", "1")])
    rule(pages, "quantity > 0.5")
    read: list[datetime] = []
    monkeypatch.setattr("db.reads.rule_facts.read_snapshot", noting(read, read_snapshot))
    app = pages.page(show, tab="Rules", rule="mine")
    assert "The rule holds at this moment." in words_of(app)
    assert len(read) == 1
    choose(app, "trial_form", "trial_go", "trial_go")
    of_trial = set(read[1:])
    assert len(of_trial) >= 24
    again(app)
    assert "once" in words_of(app)
    assert set(read[1:]) == of_trial, "the result is kept"
    app.text_area(key="rule_text_mine_1").set_value("quantity > 0.7")
    assert "Nothing was tried yet" in words_of(again(app))


def noting(read: list[datetime], function: Callable[..., Any]) -> Callable[..., Any]:
    def noted(connection: Any, of_account: Account, taken_at: datetime, *others: Any) -> Any:
        read.append(taken_at)
        return function(connection, of_account, taken_at, *others)

    return noted


def test_a_trial_counts_the_firings_and_the_moves_after(pages: Pages) -> None:
    """Hourly closes rise by one each: above 900 for the newest 100 of them, in one firing that goes on."""
    account = held(pages)
    rising(pages, account, "BTC/USD", 300)
    rising(pages, account, "BTC/USD", 300, "15m")
    rule(pages, 'close("1h") > 900')
    app = tried(pages)
    words = words_of(app)
    assert "once" in words
    assert "Alone held it back: close(&quot;1h&quot;) &gt; 900" in words
    frame = tables_of(app)[0]
    assert (frame["lasted"][0], frame["about"][0]) == ("still fires", "BTC/USD")


def test_a_rule_about_accounts_is_tried_on_refreshes(pages: Pages) -> None:
    held(pages)
    rule(pages, "quantity > 0.5")
    words = words_of(tried(pages))
    assert "once" in words
    assert "The rule holds at this moment." in words


def test_a_rule_that_would_not_have_fired_says_so(pages: Pages) -> None:
    account = held(pages)
    rising(pages, account, "BTC/USD", 300)
    rule(pages, 'close("1h") > 5000')
    assert "It would not have fired once in 90 days" in words_of(tried(pages))
