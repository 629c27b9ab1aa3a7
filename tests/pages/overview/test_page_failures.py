"""The Overview with sources that fail, with an account that never loaded, and with its database gone."""

import re

import pytest

from db.writes.accounts import AccountSetting, write_accounts
from db.writes.refresh import write_refresh
from domain.sources import Failure, FailureKind, Source, Success, Unreadable
from tests.factories import ASKED, observation, stop
from tests.pages.conftest import Pages, again, words_of
from tests.pages.drawn_tables import tables_of
from tests.pages.factories import FAILED, ago, configured, everything


def test_before_the_first_refresh_it_says_that_nothing_was_loaded(pages: Pages):
    configured(pages.writer)
    words = words_of(pages.app())
    assert "Nothing was loaded yet" in words
    assert "No holdings" not in words


def test_before_the_refresher_ran_it_says_that_no_account_is_known(pages: Pages):
    assert "No accounts yet" in words_of(pages.app())


def test_balances_that_fail_stay_and_the_badge_says_what_failed(pages: Pages):
    account = configured(pages.writer)
    everything(pages.writer, account, ago(seconds=70))
    everything(pages.writer, account, ago(seconds=1), balances=FAILED)
    app = pages.app()
    assert list(tables_of(app)[0]["Asset"])[:1] == ["BTC"]
    words = words_of(app)
    assert ">1 min</time> old" in words
    assert "no response within 8 s" in words.replace("\\", "")
    assert "retries automatically" in words


def test_failing_triggers_are_carried_with_their_age_and_the_count_says_so(pages: Pages):
    account = configured(pages.writer)
    everything(pages.writer, account, ago(minutes=12, seconds=5))
    everything(pages.writer, account, ago(seconds=1), triggers=FAILED)
    words = words_of(pages.app())
    assert "trigger orders 12 min old" in words
    assert '"value">11<' in words


def test_triggers_never_seen_make_the_count_a_minimum_and_protection_unknown(pages: Pages):
    everything(pages.writer, configured(pages.writer), ago(seconds=1), triggers=FAILED)
    app = pages.app()
    words = words_of(app)
    assert "at least 4" in words
    assert "trigger orders: not seen yet" in words
    assert tables_of(app)[0]["Protected"][0] == "? unknown"
    assert "none" not in " ".join(tables_of(app)[0]["Protected"])


@pytest.mark.parametrize("hurt", ["cut", "silence"])
def test_a_database_that_goes_away_leaves_the_data_and_a_banner_and_comes_back(
    pages: Pages, hurt: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("pages.shared.latest.PROMPT_SECONDS", 1.5)  # this test is about the wait
    monkeypatch.setattr("pages.shared.database.PATIENT_SECONDS", 4.0)
    account = configured(pages.writer)
    everything(pages.writer, account, ago(seconds=5))
    app = pages.app()
    assert "Database unreachable" not in words_of(app)
    getattr(pages.wire, hurt)()
    again(app)
    words = words_of(app)
    assert "Database unreachable" in words
    assert "$7,890" in words
    assert list(tables_of(app)[0]["Asset"])[:1] == ["BTC"]
    pages.wire.mend()
    for _ in range(50):
        again(app)
        if "Database unreachable" not in words_of(app):
            break
    assert "Database unreachable" not in words_of(app)


def test_a_database_that_was_never_reached_says_so_and_the_page_fills_once_it_is(pages: Pages):
    everything(pages.writer, configured(pages.writer), ago(seconds=5))
    pages.wire.cut()
    app = pages.app()
    words = words_of(app)
    assert "The database cannot be reached" in words
    assert "No holdings" not in words
    pages.wire.mend()
    for _ in range(50):
        again(app)
        if "$7,890" in words_of(app):
            break
    assert "$7,890" in words_of(app)


def test_a_refused_key_is_named_on_the_first_page_and_no_stop_is_called_unneeded(pages: Pages):
    refused = Failure(FailureKind.PERMANENT, "the key is refused")
    account = configured(pages.writer)
    for at in (ago(seconds=70), ago(seconds=1)):
        everything(pages.writer, account, at, balances=refused, positions=refused, orders=refused, triggers=refused)
    words = words_of(pages.app())
    assert "Balances could not be loaded" in words
    assert words.count("The key is refused. Retrying will not help") >= 2
    assert "nothing to protect" not in words
    assert "appears with the first refresh" not in words


def test_sources_that_fail_together_are_one_band_with_their_age(pages: Pages):
    account = configured(pages.writer)
    everything(pages.writer, account, ago(seconds=70))
    everything(pages.writer, account, ago(seconds=1), orders=FAILED, triggers=FAILED)
    assert "Orders and trigger orders not updated since" in words_of(pages.app())


def test_the_age_of_the_net_value_counts_in_the_browser(pages: Pages):
    account = configured(pages.writer)
    everything(pages.writer, account, ago(seconds=70))
    everything(pages.writer, account, ago(seconds=1), balances=FAILED)
    assert re.search(r'not updated for <time data-since="\d+">[^<]+</time></span></div>', words_of(pages.app()))


def test_sources_that_fail_for_one_reason_are_one_band_whenever_each_was_read_last(pages: Pages):
    account = configured(pages.writer)
    everything(pages.writer, account, ago(seconds=150))
    everything(pages.writer, account, ago(seconds=70), orders=FAILED)
    everything(pages.writer, account, ago(seconds=1), orders=FAILED, triggers=FAILED)
    words = words_of(pages.app())
    assert "Orders and trigger orders not updated since" in words
    assert re.search(r'>Age at most <time data-since="\d+">2 min</time></span>', words)
    assert "Trigger orders not updated since" not in words


def test_the_age_of_an_account_is_that_of_its_balances(pages: Pages):
    settings = [AccountSetting(n, "cryptocom", ASKED, 30, "USD") for n in ("main", "second")]
    accounts = write_accounts(pages.writer, settings)
    for account in accounts.values():
        everything(pages.writer, account, ago(seconds=130))
    everything(pages.writer, accounts["main"], ago(seconds=1))
    everything(pages.writer, accounts["second"], ago(seconds=1), balances=FAILED)
    strip = words_of(pages.app()).split('class="sf-strip"')[1].split('<div role="listitem">')
    assert [">2 min</time> old" in line for line in strip[1:]] == [False, True]


def test_an_account_never_refreshed_is_named_as_missing_from_the_figures(pages: Pages):
    settings = [AccountSetting(n, "cryptocom", ASKED, 30, "USD") for n in ("main", "second")]
    everything(pages.writer, write_accounts(pages.writer, settings)["main"], ago(seconds=1))
    words = words_of(pages.app())
    assert "at least 11" in words
    assert "without second" in words


def test_unreadable_orders_make_the_count_a_minimum(pages: Pages):
    odd = Success((stop("1", "90"),), unreadable=(Unreadable("side is missing", {}),))
    observed = observation(configured(pages.writer), ago(seconds=1), {Source.TRIGGERS: odd, Source.ORDERS: Success(())})
    write_refresh(pages.writer, observed)
    words = words_of(pages.app())
    assert "at least 1" in words
    assert "1 not understood" in words
    assert "1 row was not understood, so the list may lack orders. Status shows the reason." in words
