"""Open orders as it is rendered: full, empty, failing, never loaded, in the past, and with its database gone."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from streamlit.testing.v1 import AppTest

from db.writes.accounts import AccountSetting, write_accounts
from domain.sources import Failure, FailureKind
from pages.open_orders.controls import CONTROLS
from tests.factories import ASKED, order, price, stop
from tests.pages.conftest import Pages, again, words_of
from tests.pages.drawn_tables import notes_of, payloads_of, tables_of
from tests.pages.events import choose
from tests.pages.factories import FAILED, ago, configured, everything, seen


def opened(pages: Pages, **query: str) -> AppTest:
    """The page with all orders, unless the test asks for another tab."""

    def show() -> None:
        from pages.open_orders.page import show_open_orders

        show_open_orders()

    return pages.page(show, **{"tab": "all"} | query)


def shown(app: AppTest) -> Any:
    """The list."""
    return next(frame for frame in tables_of(app) if "symbol" in frame)


def ids(app: AppTest) -> set[str]:
    return set(shown(app)["order_id"])


def figure(words: str, label: str) -> str:
    """The value of a counter."""
    return words.split(f'"label">{label}<')[1].split('"value">')[1].split("<")[0]


def test_normal_and_trigger_orders_stand_in_one_list_with_their_counters(pages: Pages):
    everything(pages.writer, configured(pages.writer), ago(seconds=1))
    app = opened(pages)
    assert len(shown(app)) == 11
    words = words_of(app)
    assert figure(words, "Orders") == "11"
    assert "6 resting + 5 conditional" in words
    assert figure(words, "Linked orders (OCO)") == "2"
    legs = [place for place, group in enumerate(shown(app)["group"]) if group == "…g1"]
    assert legs[1] == legs[0] + 1


def test_values_that_count_a_dollar_coin_as_a_dollar_say_so(pages: Pages):
    account = configured(pages.writer)
    resting = order("1", symbol="BTC/USDT", limit_price=Decimal(90000))
    seen(pages.writer, account, ago(seconds=2), orders=[resting])
    app = opened(pages)
    assert (figure(words_of(app), "Buy value"), "assumed: 1 USDT = 1 USD" in words_of(app)) == ("$90,000", True)
    seen(pages.writer, account, ago(seconds=1), orders=[resting], prices=[price("USDT/USD", "0.5")])
    words = words_of(again(app))
    assert (figure(words, "Buy value"), "assumed" in words) == ("$45,000", False)


def test_an_order_that_executes_at_market_says_market(pages: Pages):
    everything(pages.writer, configured(pages.writer), ago(seconds=1))
    row = shown(opened(pages)).set_index("order_id").loc["2001"]
    assert (row["trigger"].strip(), row["limit"].strip()) == ("86,500", "Market")


def test_the_url_filters_the_list_and_its_counters(pages: Pages):
    everything(pages.writer, configured(pages.writer), ago(seconds=1))
    app = opened(pages, side="Sell", type="OCO")
    assert ids(app) == {"3001"}
    assert figure(words_of(app), "Orders") == "2"
    assert "of 11" in words_of(app)
    assert ids(opened(pages, find="pepe")) == {"1003"}
    assert ids(opened(pages, symbol="SOL/USD")) == {"1004", "2002"}


def test_the_distance_filter_leaves_only_orders_near_the_market(pages: Pages):
    account = configured(pages.writer)
    orders = [order("near", limit_price=Decimal(99)), order("far", limit_price=Decimal(50))]
    seen(pages.writer, account, orders=orders, prices=[price("BTC/USD", "100")])
    assert ids(opened(pages, within="5%")) == {"near"}


def test_a_filter_that_leaves_nothing_says_so_and_can_be_cleared(pages: Pages):
    everything(pages.writer, configured(pages.writer), ago(seconds=1))
    app = opened(pages, find="nothing like it")
    words = words_of(app)
    assert "No open order matches the filters" in words
    assert "Clear the filters to see 11 open orders" in words
    assert "No open orders" not in words
    again(choose(app, CONTROLS, "clear", "clear"))
    assert len(shown(app)) == 11


def test_a_filter_stays_when_its_last_order_goes(pages: Pages):
    account = configured(pages.writer)
    seen(pages.writer, account, ago(seconds=9), orders=[order("1"), order("2", symbol="ETH/USD")])
    app = opened(pages, symbol="ETH/USD")
    assert ids(app) == {"2"}
    seen(pages.writer, account, ago(seconds=1), orders=[order("1")])
    again(app)
    assert "No open order matches the filters" in words_of(app)


def test_an_account_without_orders_says_so_and_since_when_that_is_known(pages: Pages):
    seen_at = seen(pages.writer, configured(pages.writer))
    words = words_of(opened(pages))
    assert f"No open orders, as of {seen_at:%H:%M:%S} UTC" in words


def test_before_the_first_refresh_nothing_is_called_empty(pages: Pages):
    configured(pages.writer)
    words = words_of(opened(pages))
    assert "Nothing was loaded yet" in words
    assert "No open orders" not in words


def test_orders_that_never_loaded_because_they_fail_say_what_failed(pages: Pages):
    account = configured(pages.writer)
    bad = Failure(FailureKind.PERMANENT, "the key may not read orders")
    seen(pages.writer, account, orders=bad, triggers=bad)
    words = words_of(opened(pages))
    assert "Open orders could not be loaded" in words
    assert "The key may not read orders. Retrying will not help" in words
    assert "No open orders" not in words


def test_old_prices_are_named_because_distances_rest_on_them(pages: Pages):
    """The band named orders alone, and the badge counted prices too."""
    account = configured(pages.writer)
    everything(pages.writer, account, ago(minutes=12))
    everything(pages.writer, account, ago(seconds=1), prices=FAILED)
    words = words_of(opened(pages))
    assert "Prices not updated since" in words
    assert "Distances rest on old prices." in words
    assert re.search(r'<time data-since="\d+">12 min</time> old', words)


def test_failing_triggers_stay_in_the_list_as_carried_with_their_own_age(pages: Pages):
    account = configured(pages.writer)
    everything(pages.writer, account, ago(minutes=12, seconds=5))
    everything(pages.writer, account, ago(seconds=1), triggers=FAILED)
    app = opened(pages)
    list_ = shown(app).set_index("order_id")
    assert len(list_) == 11
    assert list_.loc["2001", "seen"] == "✕ 12 min"
    assert list_.loc["1001", "seen"] == "● fresh"
    assert " · ✕ 12 min · " in list_.loc["2001", "card"]
    assert "fresh" not in list_.loc["1001", "card"]
    words = words_of(app)
    assert "trigger orders not updated, 12 min old" in words
    assert "No response within 8 s. Stillframe retries automatically." in words
    past = words_of(opened(pages, as_of=datetime.now(UTC).isoformat()))
    assert "No response within 8 s." in past
    assert "retries automatically" not in past


def test_triggers_never_seen_make_the_count_a_minimum(pages: Pages):
    everything(pages.writer, configured(pages.writer), ago(seconds=1), triggers=FAILED)
    words = words_of(opened(pages))
    assert figure(words, "Orders") == "at least 4"
    assert "Trigger orders: not seen yet" in words


def test_the_past_shows_the_orders_of_then(pages: Pages):
    account = configured(pages.writer)
    past = ago(hours=5)
    seen(pages.writer, account, past, orders=[order("then")])
    seen(pages.writer, account, ago(seconds=1), orders=[order("now")])
    app = opened(pages, as_of=f"{past + timedelta(seconds=5):%Y-%m-%dT%H:%M:%SZ}")
    assert ids(app) == {"then"}
    assert "You are looking at the past" in words_of(app)
    assert ids(opened(pages)) == {"now"}


def test_an_order_opened_by_a_link_shows_its_group_its_past_and_its_payload(pages: Pages):
    account = configured(pages.writer)
    group = {"group_id": "g"}
    seen(pages.writer, account, ago(minutes=9), triggers=[stop("1", "80000", **group), stop("2", "70000", **group)])
    seen(pages.writer, account, ago(seconds=1), triggers=[stop("1", "81000", **group), stop("2", "70000", **group)])
    app = opened(pages, order="1")
    words = words_of(app)
    assert "<b>Sell BTC/USD · Stop · Price ≤ 81,000, at market</b><span>Open</span>" in words
    assert "<h2>Group</h2>" in words
    assert "2 open legs" in words
    assert "<b>Trigger</b><p>80,000 <i>→</i> 81,000</p>" in words
    assert words.index("<b>Trigger</b>") < words.index("<b>First seen</b>")
    assert app.button(key="leg_2").label.endswith("70,000")
    assert words.count('class="sf-ladder"') == 2  # in the page and in the panel
    assert '"order_id": "1"' in app.json[0].value.replace('":"', '": "')


def test_a_price_alert_is_filed_from_an_opened_order_with_one_tap_in_its_menu(pages: Pages):
    account = configured(pages.writer)
    seen(pages.writer, account, ago(seconds=1), triggers=[stop("1", "80000")], prices=[price(last="95000")])
    app = opened(pages, order="1")
    choose(app, "price_alert", "near_price", "93100")
    assert any("BTC/USD at 93,100 · Pending." in words for words in notes_of(app))


def test_a_gone_order_still_shows_its_history(pages: Pages):
    account = configured(pages.writer)
    seen(pages.writer, account, ago(minutes=9), orders=[order("1")])
    seen(pages.writer, account, ago(seconds=1))
    seen(pages.writer, account, orders=[order("2")])
    app = opened(pages, order="1")
    words = words_of(app)
    assert "<b>Buy BTC/USD · Limit · at 90,000</b><span>? no longer open</span>" in words
    assert re.findall(r"</time><div><b>([^<]+)</b>", words) == ["? no longer open", "First seen"]


def test_an_unknown_order_id_says_so(pages: Pages):
    everything(pages.writer, configured(pages.writer), ago(seconds=1))
    assert "No order has this id" in words_of(opened(pages, order="<b>x</b>"))


def test_hidden_amounts_do_not_reach_the_browser(pages: Pages):
    everything(pages.writer, configured(pages.writer), ago(seconds=1))
    app = opened(pages, hide_amounts="true", order="3001/1")
    assert set(shown(app)["quantity"]) == set(shown(app)["value"]) == {"••••"}
    assert "$••••" in words_of(app)
    assert "8,400" not in words_of(app)
    assert not app.json


def test_two_accounts_stand_in_one_list_and_a_link_leaves_one(pages: Pages):
    settings = [AccountSetting(name, "cryptocom", ASKED, 30, "USD") for name in ("main", "second")]
    accounts = write_accounts(pages.writer, settings)
    seen(pages.writer, accounts["main"], ago(seconds=2), orders=[order("1")])
    seen(pages.writer, accounts["second"], ago(seconds=1), orders=[order("1", account="second")])
    both = shown(opened(pages))
    assert list(both.columns[:2]) == ["symbol", "account"]
    assert set(both["account"]) == {"main", "second"}
    assert set(shown(opened(pages, account="second"))["account"]) == {"second"}


def test_no_order_disappears_when_the_database_goes_away(pages: Pages):
    everything(pages.writer, configured(pages.writer), ago(seconds=1))
    app = opened(pages, order="2001")
    pages.wire.cut()
    again(app)
    assert len(shown(app)) == 11
    assert "Database unreachable" in words_of(app)
    pages.wire.mend()


def test_many_orders_are_listed_with_a_field_for_an_id(pages: Pages):
    account = configured(pages.writer)
    many = [order(str(n), limit_price=Decimal(n + 1)) for n in range(1500)]
    seen(pages.writer, account, orders=many, prices=[price("BTC/USD", "700")])
    app = opened(pages)
    assert len(shown(app)) == 1500
    choose(app, CONTROLS, "typed", "700")
    assert "<b>Buy BTC/USD · Limit · at 701</b>" in words_of(app)
    assert figure(words_of(app), "Orders") == "1,500"


def test_two_orders_of_two_accounts_with_one_id_open_apart(pages: Pages):
    settings = [AccountSetting(name, "cryptocom", ASKED, 30, "USD") for name in ("main", "second")]
    accounts = write_accounts(pages.writer, settings)
    seen(pages.writer, accounts["main"], ago(seconds=2), orders=[order("1", limit_price=Decimal(10))])
    seen(pages.writer, accounts["second"], orders=[order("1", account="second", limit_price=Decimal(20))])
    app = opened(pages, order="1", order_of="second")
    (payload,) = payloads_of(app)
    links = [f"open_orders?order=1&order_of={name}&currency=USD" for name in shown(app)["account"]]
    assert payload["links"] == links
    assert "<b>Buy BTC/USD · Limit · at 20</b>" in words_of(app)
    assert "<b>Buy BTC/USD · Limit · at 10</b>" in words_of(opened(pages, order="1", order_of="main"))


def test_each_list_has_one_button_for_its_csv(pages: Pages):
    everything(pages.writer, configured(pages.writer), ago(seconds=1))
    for tab in ("all", "stops", "history"):
        app = opened(pages, tab=tab)
        buttons = [button.proto.label for button in app.get("download_button")]
        buttons += [payload["label"] for payload in payloads_of(app, "download")]
        assert buttons == ["CSV"], tab
