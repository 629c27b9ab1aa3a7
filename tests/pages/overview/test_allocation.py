"""The map of the allocation: Plotly understands it, its sizes are the values, and hidden amounts stay hidden."""

import json
import pickle
from dataclasses import replace
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go

from db.writes.accounts import AccountSetting, write_accounts
from domain.holdings import Holding
from pages.overview.allocation import allocation_figure
from pages.shared.formats import MASK
from pages.shared.view import ZONE_UTC, View
from tests.factories import ASKED, balance, price
from tests.pages.conftest import Pages, again, words_of
from tests.pages.drawn_tables import control_of
from tests.pages.events import choose, send
from tests.pages.factories import configured, seen


def holding(asset: str, value: str, change: str | None = None, account: str = "main") -> Holding:
    changed = None if change is None else Decimal(change)
    return Holding(account, asset, Decimal(1), None, None, Decimal(value), changed, Decimal(value), None, None, None)


def show() -> None:
    from pages.overview.page import show_overview

    show_overview()


HELD = [holding("BTC", "600", "0.05"), holding("ETH", "300", "-0.0125"), holding("USD", "100")]


def tiles_of(holdings: list[Holding], view: View | None = None) -> Any:
    """The treemap as Plotly understands it. It refuses what it does not know, down to the template."""
    figure = allocation_figure(holdings, view or View(zone=ZONE_UTC))
    assert pickle.loads(pickle.dumps(figure)).to_dict() == figure.to_dict()
    (tiles,) = go.Figure(figure.to_dict()).data
    return tiles


def test_each_coin_has_the_room_of_its_value_and_says_its_share_and_change() -> None:
    tiles = tiles_of(HELD)
    assert dict(zip(tiles.labels, tiles.values, strict=True)) == {"BTC": 600, "ETH": 300, "USD": 100}
    assert dict(zip(tiles.labels, tiles.text, strict=True)) == {
        "BTC": "60.0 %<br>▲ +5.00 %", "ETH": "30.0 %<br>▼ −1.25 %", "USD": "10.0 %<br>–",
    }  # fmt: skip
    assert tuple(tiles.marker.colors) == (0.05, -0.0125, 0)


def test_coins_of_several_accounts_stand_within_their_account_which_is_their_sum() -> None:
    other = [holding("BTC", "250", account="other"), holding("ADA", "50", account="other")]
    tiles = tiles_of([*HELD, *other])
    values = dict(zip(tiles.ids, tiles.values, strict=True))
    parents = dict(zip(tiles.ids, tiles.parents, strict=True))
    for account in ("main", "other"):
        assert values[account] == sum(value for name, value in values.items() if parents[name] == account)
    assert {name for name, parent in parents.items() if parent == "/"} == {"main", "other"}
    leads = dict(zip(tiles.ids, tiles.customdata, strict=True))
    assert (leads["other"], leads["other/ADA"]) == ("?mapped=other", "coin?coin=ADA")
    assert values["main"] + values["other"] == values["/"] == 1300


def test_hidden_amounts_leave_shares_alone() -> None:
    tiles = tiles_of(HELD, View(zone=ZONE_UTC, hide_amounts=True))
    assert tuple(tiles.values) == (0.6, 0.3, 0.1)
    assert "600" not in str(tiles.to_plotly_json())
    assert MASK in tiles.hovertext[0]


def test_names_are_escaped() -> None:
    tiles = tiles_of([replace(HELD[0], asset="<b>X", account="<i>A")])
    assert "<i>" not in str(tiles.hovertext)
    assert tuple(tiles.labels) == ("&lt;b&gt;X",)


def test_the_map_is_drawn_when_it_is_opened_and_says_what_it_lacks(pages: Pages) -> None:
    seen(pages.writer, configured(pages.writer), balances=[balance("BTC", "1"), balance("ZEDX", "5")],
         prices=[price("BTC/USD", "50000")])  # fmt: skip
    app = pages.page(show)
    assert len(app.get("plotly_chart")) == 0
    assert control_of(app, "allocation")["options"] == [["true", "Show the map"]]
    choose(app, "allocation", "allocation", "true")
    assert app.query_params == {"allocation": "true"}
    assert len(app.get("plotly_chart")) == 1
    assert "Without ZEDX: a debt, or no price is known." in words_of(app)
    assert control_of(app, "allocation")["options"] == [["", "Hide the map"]]
    choose(app, "allocation", "allocation", "")
    assert app.query_params == {}
    assert len(app.get("plotly_chart")) == 0


def mapped(app: Any) -> list[str]:
    """The tiles of the map."""
    (figure,) = app.get("plotly_chart")
    return sorted(json.loads(figure.proto.spec)["data"][0]["ids"])


def test_an_account_that_is_opened_stays_open_and_all_accounts_lead_back(pages: Pages) -> None:
    """The map is drawn anew each minute, and Plotly forgot then what was opened in it."""
    settings = [AccountSetting(name, "cryptocom", ASKED, 30, "USD") for name in ("main", "second")]
    for name, account in write_accounts(pages.writer, settings).items():
        coins = [balance("BTC", "1"), balance("ETH", "1")] if name == "second" else [balance("BTC", "2")]
        seen(pages.writer, account, balances=coins, prices=[price("BTC/USD", "50000"), price("ETH/USD", "3000")])
    app = pages.page(show, allocation="true")
    assert mapped(app) == ["/", "main", "main/BTC", "second", "second/BTC", "second/ETH"]
    send(app, "attention", "chosen", "?mapped=second")
    for run in (app, again(app)):
        assert mapped(run) == ["second/BTC", "second/ETH"]
    assert control_of(app, "mapped")["chosen"] == ["second"]
    choose(app, "allocation_accounts", "mapped", "All accounts")
    assert mapped(app) == ["/", "main", "main/BTC", "second", "second/BTC", "second/ETH"]


def test_a_map_of_nothing_says_so(pages: Pages) -> None:
    seen(pages.writer, configured(pages.writer), balances=[])
    app = pages.page(show, allocation="true")
    assert "No holding has a known value." in words_of(app)
