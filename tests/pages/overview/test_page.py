"""The Overview as it is rendered: full, empty, and in the past."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from db.reads.spans import read_span
from db.writes.accounts import AccountSetting, write_accounts
from domain.valuation import ValueOrigin
from pages.shared import past
from tests.factories import ASKED, balance, position, price, stop, valuation
from tests.pages.conftest import Pages, again, words_of
from tests.pages.drawn_tables import bar_of, tables_of
from tests.pages.events import send
from tests.pages.factories import ago, configured, everything, seen


def test_the_page_shows_net_value_open_orders_and_holdings(pages: Pages):
    everything(pages.writer, configured(pages.writer), ago(seconds=1))
    app = pages.app()
    words = words_of(app)
    for label in ("Net value", "Balances", "Gross value", "Open P&amp;L", "Margin use", "Open orders"):
        assert f'"label">{label}<' in words
    assert "$7,890" in words
    assert "6 resting · 5 conditional" in words
    holdings = tables_of(app)[0]
    assert list(holdings["Asset"])[:2] == ["BTC", "ETH"]
    assert list(holdings["Asset"])[-2:] == ["AIRDROP", "DUST"]
    assert "AIRDROP, DUST: no price is known, so in no total" in words
    positions = tables_of(app)[1]
    assert positions["Amount"][0].strip() == "0.1984"


def test_a_second_look_within_a_minute_asks_for_no_change_again(pages: Pages, monkeypatch: pytest.MonkeyPatch):
    everything(pages.writer, configured(pages.writer), ago(seconds=1))
    reads: list[object] = []

    def counted(*args: Any) -> object:
        reads.append(args[2])
        return read_span(*args)

    monkeypatch.setattr(past, "read_span", counted)
    app = pages.app()
    minute = 0
    while minute != datetime.now(UTC).minute:  # again if a minute has begun between the two looks
        minute = datetime.now(UTC).minute
        app.run()
        reads.clear()
        app.run()
    assert reads == []


def test_the_origin_of_the_value_and_the_difference_of_stated_and_computed_are_shown(pages: Pages):
    everything(pages.writer, configured(pages.writer), ago(seconds=1))
    assert "Stated by the exchange. Computed from known prices" in words_of(pages.app())
    assert "Difference: +$3.18" in words_of(pages.app())


def test_a_computed_value_stands_beside_the_stated_one_and_says_what_it_leaves_out_and_assumes(pages: Pages):
    worth = valuation(
        "1380",
        origin=ValueOrigin.COMPUTED,
        computed_value=Decimal(1380),
        stated_value=Decimal(1240),
        left_out=("DEAD/USDT:USDT short 12.5 DEAD",),
        assumed=("USDT",),
    )
    rows: dict[str, Any] = {
        "balances": [balance("USDT", "1380"), balance("PEPE", "2")],
        "positions": [position("DEAD/USDT:USDT", "12.5")],
        "prices": [price("PEPE/USDT:USDT", "3")],
    }
    seen(pages.writer, configured(pages.writer), worth=worth, **rows)
    app = pages.app()
    words = words_of(app)
    assert "Computed from quantities and known prices. Stated by the exchange: $1,240" in words
    assert "Difference: −$140" in words
    assert "In no total: DEAD/USDT:USDT short 12.5 DEAD. No price is known, so assumed: 1 USDT = 1 USD" in words
    assert (
        "without 1 position, the exchange and Stillframe differ by 10.1 %, see Status · assumed: 1 USDT = 1 USD"
        in words
    )
    assert "DEAD/USDT:USDT short 12.5 DEAD: cannot be valued, so in no total" in words
    assert list(tables_of(app)[0]["Value from"]) == [
        "Computed, assumed: 1 USDT = 1 USD",
        "Computed, PEPE/USDT:USDT, assumed: 1 USDT = 1 USD",
    ]
    hidden = words_of(pages.app(hide_amounts="true"))
    assert "DEAD/USDT:USDT short •••• DEAD" in hidden
    assert "12.5" not in hidden


def test_an_empty_account_says_that_it_is_empty_and_since_when_that_is_known(pages: Pages):
    seen_at = seen(pages.writer, configured(pages.writer))
    assert f"No holdings, as of {seen_at:%H:%M:%S} UTC" in words_of(pages.app())


def test_a_link_to_the_past_shows_that_moment_says_so_and_leads_back(pages: Pages):
    account = configured(pages.writer)
    past = ago(hours=5)
    seen(pages.writer, account, past, valuation("1000"), balances=[balance("USD", "1000", market_value=Decimal(1000))])
    seen(pages.writer, account, ago(seconds=1), valuation("2222"))
    app = pages.app(as_of=f"{past + timedelta(seconds=5):%Y-%m-%dT%H:%M:%SZ}")
    words = words_of(app)
    assert "$1,000" in words
    assert "You are looking at the past" in words
    again(send(app, "back_to_now", "click"))
    assert "$2,222" in words_of(app)
    assert "as_of" not in app.query_params


def test_a_moment_before_the_first_refresh_is_neither_empty_nor_failed(pages: Pages):
    seen(pages.writer, configured(pages.writer))
    assert "No data at that moment" in words_of(pages.app(as_of="2001-01-01T00:00:00Z"))


def test_a_shortcut_goes_back_and_is_in_the_url(pages: Pages):
    seen(pages.writer, configured(pages.writer), worth=valuation("1"))
    app = pages.app()
    again(send(app, "bar", "jump", "1 h"))
    told = datetime.fromisoformat(app.query_params["as_of"])
    assert timedelta(0) <= ago(hours=1) - told < timedelta(seconds=30)


def test_hidden_amounts_do_not_reach_the_browser(pages: Pages):
    everything(pages.writer, configured(pages.writer), ago(seconds=1))
    app = pages.app(hide_amounts="true")
    frame = tables_of(app)[0]
    assert set(frame["Quantity"]) == {"••••"}
    assert set(frame["Value"]) == {"••••", "–"}
    words = words_of(app)
    assert "$••••" in words
    assert "7,890" not in words


def test_small_balances_are_hidden_on_request_and_unpriced_ones_are_not_small(pages: Pages):
    rows = [balance("USD", "5"), balance("DOGE", "0.5"), balance("AIRDROP", "3")]
    prices = [price("DOGE/USD", "0.3")]
    seen(pages.writer, configured(pages.writer), worth=valuation("5.15"), balances=rows, prices=prices)
    app = pages.app(hide_small="true")
    assert list(tables_of(app)[0]["Asset"]) == ["USD", "AIRDROP"]
    assert "1 small balance hidden" in words_of(app)


def test_a_currency_without_prices_makes_the_value_unknown_with_a_reason(pages: Pages):
    seen(pages.writer, configured(pages.writer), worth=valuation("100"), balances=[balance("USD", "100")])
    words = words_of(pages.app(currency="BTC"))
    assert "No price of USD in BTC is known" in words
    assert '"value">–<' in words


def test_demo_data_says_demo(pages: Pages):
    seen(pages.writer, configured(pages.writer, is_demo=True))
    app = pages.app()
    assert words_of(app).count(">DEMO<") == 1  # beside the name in the top bar


def test_real_data_does_not_say_demo(pages: Pages):
    seen(pages.writer, configured(pages.writer))
    assert "DEMO" not in words_of(pages.app())


def test_changes_compare_with_the_value_of_then_and_are_unknown_without_it(pages: Pages):
    account = configured(pages.writer)
    seen(pages.writer, account, ago(hours=24, minutes=1), valuation("100"))
    seen(pages.writer, account, ago(seconds=1), valuation("110"))
    words = words_of(pages.app())
    assert "▲ +10.0 %" in words
    assert "no net value is known at that time" in words


def test_two_accounts_are_summed_and_also_shown_apart(pages: Pages):
    worth = Decimal(100)
    for name in ("one", "two"):
        account = configured_too(pages, name)
        seen(pages.writer, account, worth=valuation("100"), balances=[balance("USD", "100", market_value=worth)])
    app = pages.app()
    assert '"value">$200.00<' in words_of(app)
    assert sorted(tables_of(app)[0]["Account"]) == ["one", "two"]
    one = pages.app(account="one")
    assert '"value">$100.00<' in words_of(one)


def configured_too(pages: Pages, name: str):
    """Both accounts are configured, in any order."""
    settings = [AccountSetting(n, "cryptocom", ASKED, 30, "USD") for n in ("one", "two")]
    return write_accounts(pages.writer, settings)[name]


def test_stops_protect_what_they_would_sell(pages: Pages):
    rows: dict[str, Any] = {
        "balances": [balance("BTC", "2", market_value=Decimal(190000))],
        "triggers": [stop("s", "80000", amount="1")],
        "prices": [price("BTC/USD", "95000")],
    }
    seen(pages.writer, configured(pages.writer), worth=valuation("190000"), **rows)
    app = pages.app()
    assert tables_of(app)[0]["Protected"][0] == "◑ 50 % covered"
    assert tables_of(app)[0]["Stop"][0] == "80,000"
    assert '"value">50 %<' in words_of(app)


def figure_of(words: str, label: str) -> str:
    """The value of a figure on the page."""
    return words.partition(f'"label">{label}<')[2].partition('"value">')[2].partition("<")[0]


def test_the_profit_of_positions_counts_from_entry_and_names_what_settlements_paid(pages: Pages):
    """Open profit since entry -350, since the last settlement +9: the wallet has lost the other 359 already."""
    held = position("BTC/USD:USD", "1", unrealised_pnl=Decimal(-350), session_pnl=Decimal(9))
    worth = replace(valuation("1000"), origin=ValueOrigin.STATED, unrealised_pnl=Decimal(9))
    account = configured(pages.writer, settles="at every full hour")
    seen(pages.writer, account, ago(seconds=5), worth, positions=[held])
    app = pages.app()
    words = words_of(app)
    assert figure_of(words, "Open P&amp;L") == "−$350.00"
    assert "Positions: since entry, −$359.00 of it is in the balances already" in words
    assert "+$9.00 is since the last settlement (cryptocom settles at every full hour)" in words
    assert "P&amp;L since entry, also what became cash by the last settlement" in words
    assert "session" not in words_of(app).lower()
    assert [c for c in tables_of(app)[-1] if "P&L" in str(c)] == ["P&L since entry"]
    seen(pages.writer, account, worth=worth, positions=[replace(held, session_pnl=Decimal(-350))])
    assert "in the balances already" not in words_of(again(app))


def test_a_settled_part_that_is_unknown_leaves_the_profit_since_the_last_settlement(pages: Pages):
    held = position("BTC/USD:USD", "1", session_pnl=Decimal(9))
    worth = replace(valuation("1000"), origin=ValueOrigin.STATED, unrealised_pnl=Decimal(9))
    seen(pages.writer, configured(pages.writer, settles="at every full hour"), ago(seconds=5), worth, positions=[held])
    words = words_of(pages.app())
    assert figure_of(words, "Open P&amp;L") == "+$9.00"
    assert "<i>1 position since settlement</i>" in words
    assert (
        "Positions: since the last settlement (cryptocom settles at every full hour), when gains became cash" in words
    )


def test_a_link_to_something_unknown_says_so(pages: Pages):
    everything(pages.writer, configured(pages.writer), ago(seconds=1))
    app = pages.app(account="nope", as_of="yesterday")
    told = " ".join(toast.value for toast in app.toast)
    assert "There is no account nope: main is shown." in told  # a single account has no chips
    assert "yesterday, is no moment" in told


def test_a_currency_of_the_configuration_can_be_chosen(pages: Pages):
    everything(pages.writer, configured(pages.writer, display_currencies=("CHF",)), ago(seconds=1))
    assert "CHF" in bar_of(pages.app())["currencies"]


def test_a_net_value_that_the_exchange_and_stillframe_disagree_on_says_so_on_the_first_page(pages: Pages):
    account = configured(pages.writer)
    stated = valuation("1000", origin=ValueOrigin.STATED, computed_value=Decimal(950))
    seen(pages.writer, account, ago(seconds=5), stated, balances=[balance("USD", "950")])
    app = pages.app()
    assert "the exchange and Stillframe differ by 5.0 %, see Status" in words_of(app)
    seen(pages.writer, account, worth=replace(stated, computed_value=Decimal(999)), balances=[balance("USD", "999")])
    assert "differ by" not in words_of(again(app))
