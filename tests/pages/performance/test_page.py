"""Performance as it is rendered: full, without transfers, in the past, and while a part cannot be read."""

from datetime import timedelta
from decimal import Decimal
from functools import wraps
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from db.writes.refresh import write_refresh
from domain.markets import Side
from domain.sources import Source, Success
from pages.performance import page, returns
from pages.shared import widgets
from pages.shared.formats import change_text, percent_text
from tests.factories import balance, fill, observation, price, valuation
from tests.pages.conftest import Pages, words_of
from tests.pages.drawn_tables import control_of, payloads_of, tables_of
from tests.pages.events import choose, send
from tests.pages.factories import ago
from tests.pages.past import traded, with_past, written

HOUR = timedelta(hours=1)


def opened(pages: Pages, **query: str) -> AppTest:
    def show() -> None:
        from pages.performance.page import show_performance

        show_performance()

    return pages.page(show, **query)


def three_days(pages: Pages, *, transfers: bool = True) -> Any:
    """1 BTC and 100 USD. BTC rises from 100 to 130 two days ago, and half of it is sold at 130 a day ago."""
    (account,) = with_past(pages.writer, refresh_seconds=3600)
    for n in range(72, -1, -1):
        last, has_sold = ("100" if n > 48 else "130"), n < 24
        btc, usd = ("0.5", "165") if has_sold else ("1", "100")
        worth = "200" if n > 48 else "230"
        sources = {
            Source.BALANCES: Success((balance("BTC", btc), balance("USD", usd))),
            Source.PRICES: Success((price("BTC/USD", last),)),
        }
        write_refresh(pages.writer, observation(account, ago(hours=n), sources, valuation(worth)))
    traded(pages.writer, account, [fill("1", Side.SELL, "0.5", "130", at=ago(hours=24), fee="0")])
    if transfers:
        written(pages.writer, account, [], ago(seconds=0))
    return account


def figure(app: AppTest, label: str) -> str:
    return words_of(app).split(f'"label">{label}<')[1].split('"value">')[1].split("<")[0]


def table(app: AppTest, column: str) -> Any:
    return next(frame for frame in tables_of(app) if column in frame)


def test_the_page_shows_gain_returns_benchmarks_and_where_it_came_from(pages: Pages) -> None:
    three_days(pages)
    app = opened(pages, period="7 d")
    assert (figure(app, "Gain"), figure(app, "Time-weighted return")) == ("+$30.00", "▲ +15.0 %")
    assert (figure(app, "BTC held"), figure(app, "What I held then")) == ("+30.0 %", "+15.0 %")
    assert figure(app, "ETH held") == "–"
    lines = table(app, "Line")
    assert dict(zip(lines["Line"], (text.strip() for text in lines["Amount"]), strict=True)) == {
        "Prices": "+30.00", "Rest": "0", "Change of net value": "+30.00",
    }  # fmt: skip
    assert set(lines["Rows"]) == {""}  # there is nothing behind prices, and nothing unknown either
    coins = table(app, "Coin").set_index("Coin")
    assert coins.loc["BTC", "Price effect"].strip() == "+30.00"
    assert "symbol=BTC%2FUSD" in coins.loc["BTC", "Rows"]


def test_the_table_groups_as_the_url_says(pages: Pages) -> None:
    three_days(pages)
    assert len(table(opened(pages, period="7 d", by="Year"), "Period")) <= 2
    assert len(table(opened(pages, period="7 d", by="Day"), "Period")) >= 3


def test_the_url_divides_table_and_calendar_by_coin(pages: Pages) -> None:
    """BTC gained 30, and nothing else did."""
    three_days(pages)
    app = opened(pages, period="7 d", split="Coin", by="Year", of="BTC")
    gains = table(app, "Period")
    assert list(gains.columns) == ["Period", "Total", "BTC"]
    assert sum(float(text) for text in gains["BTC"]) == 30
    assert control_of(app, "of")["chosen"] == ["BTC"]
    assert "A coin counts with its price effect" in words_of(app)


def test_the_url_divides_the_table_by_account(pages: Pages) -> None:
    three_days(pages)
    gains = table(opened(pages, period="7 d", split="Account", by="Year"), "Period")
    assert list(gains["main"]) == list(gains["Total"])


def test_the_url_names_a_basket_and_a_risk_free_rate(pages: Pages) -> None:
    three_days(pages)
    app = opened(pages, period="7 d", basket="50 % BTC, 50 % USD", risk_free="3")
    assert figure(app, "50 % BTC, 50 % USD held") == "+15.0 %"
    assert words_of(app).partition("risk-free rate of ")[2][:6] == "3.00 %"


def test_a_basket_that_cannot_be_understood_is_not_used(pages: Pages) -> None:
    three_days(pages)
    app = opened(pages, period="7 d", basket="60 % BTC")
    assert [toast.value for toast in app.toast] == ["The basket is not used: the shares of a basket add up to 100 %."]


def test_the_waterfall_is_drawn_when_it_is_opened(pages: Pages) -> None:
    three_days(pages)
    app = opened(pages, period="7 d")
    assert "sf-waterfall" not in words_of(app)
    choose(app, "waterfall", "waterfall", "true")
    assert app.query_params == {"period": "7 d", "waterfall": "true"}
    assert "sf-waterfall" in words_of(app)
    choose(app, "waterfall", "waterfall", "")
    assert app.query_params == {"period": "7 d"}
    assert "sf-waterfall" not in words_of(app)


def test_a_link_opens_the_waterfall(pages: Pages) -> None:
    three_days(pages)
    assert "sf-waterfall" in words_of(opened(pages, period="7 d", waterfall="true"))
    assert "sf-waterfall" not in words_of(opened(pages, period="7 d", waterfall="false"))


def test_the_waterfall_stays_while_period_and_options_change(pages: Pages) -> None:
    three_days(pages)
    app = opened(pages, period="7 d", waterfall="true", risk_free="3")
    choose(app, "performance_controls", "period", "All")
    assert app.query_params == {"period": "All", "waterfall": "true", "risk_free": "3"}
    choose(app, "performance_controls", "risk_free", "")
    assert app.query_params == {"period": "All", "waterfall": "true"}
    assert "sf-waterfall" in words_of(app)


def test_the_curves_show_the_headline_figures(pages: Pages) -> None:
    three_days(pages)
    app = opened(pages, period="7 d")
    growth, fall = payloads_of(app, "chart")
    ends = {line["name"]: line["values"][-1] for line in growth["lines"]}
    assert figure(app, "Time-weighted return") == change_text(Decimal(str(ends["You"])))
    assert figure(app, "BTC held") == percent_text(ends["BTC"], signed=True)
    assert (ends["You"], ends["BTC"], ends["ETH"], ends["What I held then"]) == (0.15, 0.3, None, 0.15)
    assert set(fall["lines"][0]["values"]) == {0}  # net value never fell


def test_another_division_shows_the_calendar_of_all(pages: Pages) -> None:
    """The account that the calendar was of is no coin."""
    three_days(pages)
    app = opened(pages, period="7 d", split="Account", of="main")
    choose(app, "returns_choices", "split", "Coin")
    assert control_of(app, "of")["chosen"] == ["All"]
    assert control_of(app, "split")["chosen"] == ["Coin"]
    assert not app.toast


def test_a_past_moment_ends_the_period(pages: Pages) -> None:
    three_days(pages)
    app = opened(pages, period="7 d", as_of=f"{ago(hours=50):%Y-%m-%dT%H:%M:%SZ}")
    assert figure(app, "Gain") == "$0"


def test_until_transfers_were_read_nothing_is_called_a_gain(pages: Pages) -> None:
    three_days(pages, transfers=False)
    app = opened(pages, period="7 d")
    assert figure(app, "Gain") == "–"
    assert "Not known yet: deposits and withdrawals" in words_of(app)


def test_a_period_without_data_says_so(pages: Pages) -> None:
    three_days(pages)
    words = words_of(opened(pages, period="Custom", **{"from": "2020-01-01", "to": "2020-01-02"}))
    assert "No data in this period" in words


def test_hidden_amounts_are_not_sent(pages: Pages) -> None:
    three_days(pages)
    app = opened(pages, period="7 d", hide_amounts="true")
    assert "••••" in figure(app, "Gain")
    assert "30.00" not in words_of(app)


def test_a_period_of_the_table_leads_to_its_own_days(pages: Pages) -> None:
    three_days(pages)
    app = opened(pages, period="7 d", by="Month")
    returns = next(payload for payload in payloads_of(app) if payload["name"] == "periods_Month_Total")
    days = next(
        payload for payload in payloads_of(opened(pages, period="7 d")) if payload["name"].startswith("periods")
    )
    first, last = days["keys"][-1][:10], days["keys"][0][:10]
    assert returns["keys"][-1].startswith(first)
    assert returns["keys"][0].endswith(last)
    assert f"performance?period=Custom&from={first}&to=" in returns["links"][-1]
    send(app, "periods_Month_Total", "opened", returns["keys"][0])
    begin, _, end = returns["keys"][0].partition("/")
    shown = {name: app.query_params[name] for name in ("period", "from", "to", "by")}
    assert {name: value if isinstance(value, str) else value[0] for name, value in shown.items()} == {
        "period": "Custom", "from": begin, "to": end, "by": "Month",
    }  # fmt: skip


def test_a_coin_that_is_known_today_leads_to_its_page(pages: Pages) -> None:
    three_days(pages)
    coins = next(payload for payload in payloads_of(opened(pages, period="7 d")) if payload["name"] == "coins")
    assert dict(zip(coins["keys"], coins["links"], strict=True))["BTC"] == "coin?coin=BTC&currency=USD"


def test_the_table_and_the_calendar_are_made_once_and_before_the_change_is_read(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_days(pages)
    steps: list[str] = []

    def noted(module: Any, name: str) -> None:
        make = getattr(module, name)

        @wraps(make)
        def note(*args: Any, **named: Any) -> Any:
            steps.append(name)
            return make(*args, **named)

        monkeypatch.setattr(module, name, note)

    for name in ("periods_frame", "calendar_html"):
        noted(returns, name)
    noted(widgets, "_payload_of_frame")
    noted(page, "attribution_frame")
    opened(pages, period="7 d")
    made = ["periods_frame", "_payload_of_frame", "calendar_html", "attribution_frame"]
    assert steps[:4] == made
    # The others are the tables of lines and of coins.
    assert steps[4:] == ["_payload_of_frame"] * 2
