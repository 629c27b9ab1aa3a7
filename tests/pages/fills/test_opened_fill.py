"""An opened fill: its facts, its value at its own moment, its profit, and its links."""

import json
from decimal import Decimal
from html import unescape
from typing import Any

from streamlit.testing.v1 import AppTest

from domain.markets import Side
from tests.factories import fill, price
from tests.pages.conftest import Pages, words_of
from tests.pages.drawn_tables import payloads_of
from tests.pages.factories import ago, seen
from tests.pages.past import traded, valued, with_past


def opened(pages: Pages, **query: str) -> AppTest:
    def show() -> None:
        from pages.fills.page import show_fills

        show_fills()

    return pages.page(show, **query)


def a_round(pages: Pages, sold_amount: str = "1") -> None:
    """Two coins cost 200 in euros. One is sold for 130 less a fee of 0.25, while a euro is worth 1.1 dollars."""
    (account,) = with_past(pages.writer)
    sold: dict[str, Any] = {"fee": "0.25", "is_maker": False, "order_id": "8"}
    sold["raw"] = {"trade_id": "sold", "px": Decimal("130.10")}
    fills = [
        fill("bought", Side.BUY, "2", "100", symbol="ETH/EUR", at=ago(days=2), fee="0", is_maker=True, order_id="7"),
        fill("sold", Side.SELL, sold_amount, "130", symbol="ETH/EUR", at=ago(days=1), **sold),
    ]
    traded(pages.writer, account, fills)
    valued(pages.writer, account, EUR="1.1", ETH="150")
    traded(pages.writer, account, fills)
    seen(pages.writer, account, prices=[price("ETH/EUR", "500"), price("EUR/USD", "2")])


def facts_of(app: AppTest) -> dict[str, str]:
    """The facts of the panel by name."""
    pairs = words_of(app).split('<dl class="sf-facts">')[1].split("</dl>")[0].split("<dt>")[1:]
    return dict(pair.removesuffix("</dd>").split("</dt><dd>") for pair in pairs)


def test_each_row_names_its_fill_and_leads_to_its_panel(pages: Pages) -> None:
    a_round(pages)
    table = payloads_of(opened(pages))[0]
    assert table["keys"] == ["main\nsold", "main\nbought"]
    assert table["links"][0] == "fills?fill=sold&fill_of=main&currency=USD"


def test_a_sale_has_its_value_and_fee_at_its_own_moment_and_its_profit(pages: Pages) -> None:
    """The euro is worth 1.10 at the sale and 2 now. 1 x 130 EUR is 143 USD then. Fee 0.275 USD."""
    a_round(pages)
    facts = facts_of(opened(pages, fill="sold", fill_of="main"))
    assert (facts["Price"], facts["Quantity"], facts["Value"]) == ("130 EUR", "1 ETH", "130.00 EUR")
    assert facts["Value then"].startswith("$143.00")
    assert facts["Fee"] == "0.25 EUR"
    assert facts["Fee then"][:5] in ("$0.27", "$0.28")  # 0.275
    # 143 less 0.275, and the coin had cost 110.
    assert facts["Realised P&amp;L, all markets"].startswith("+32.7")
    assert facts["Realised P&amp;L, all markets"].endswith(" USD")
    assert (facts["Order id"], facts["Fill id"], facts["Liquidity"]) == ("8", "sold", "Taker")
    assert facts["ETH held after"] == "1"


def test_a_purchase_says_that_it_has_no_profit(pages: Pages) -> None:
    a_round(pages)
    facts = facts_of(opened(pages, fill="bought", fill_of="main"))
    assert facts["Average cost after"] == "110 USD"
    assert facts["UTC"].endswith(" UTC")
    assert facts["Liquidity"] == "Maker"


def test_the_payload_is_folded_below_the_facts_with_every_digit(pages: Pages) -> None:
    a_round(pages)
    assert json.loads(opened(pages, fill="sold", fill_of="main").json[0].value) == {"trade_id": "sold", "px": "130.10"}


def test_the_panel_leads_to_the_order_and_to_the_coin(pages: Pages) -> None:
    a_round(pages)
    app = opened(pages, fill="sold", fill_of="main")
    assert [button.label for button in app.button] == ["Close", "Its order", "Page of ETH"]
    app.button(key="close_panel").click().run()
    assert "fill" not in app.query_params
    assert "fill_of" not in app.query_params


def test_hidden_amounts_of_an_opened_fill_do_not_reach_the_browser(pages: Pages) -> None:
    a_round(pages, "1.77")
    app = opened(pages, fill="sold", fill_of="main", hide_amounts="true")
    facts = facts_of(app)
    names = ("Quantity", "Value", "Value then", "Fee", "Fee then", "Realised P&amp;L, all markets", "ETH held after")
    assert {facts[name].split()[0].strip("$,") for name in names} == {"••••"}
    assert not app.json
    assert "1.77" not in words_of(app)


def test_a_fill_of_another_moment_or_account_is_not_shown(pages: Pages) -> None:
    a_round(pages)
    then = f"{ago(days=1, minutes=5):%Y-%m-%dT%H:%M:%SZ}"
    for query in ({"fill": "sold", "fill_of": "other"}, {"fill": "none", "fill_of": "main"}, {"fill": "sold"}):
        assert "No fill has this id" in words_of(opened(pages, **query))
    app = opened(pages, fill="sold", fill_of="main", as_of=then)
    assert "Realised P&amp;L" not in words_of(app)


def test_profits_by_other_rules_are_named_by_their_rule(pages: Pages) -> None:
    """Bought for 10 in one market and for 12 in another, sold there for 15. Over both, one cost 11 on average."""
    (account,) = with_past(pages.writer, cost_method="average")
    fills = [
        fill("1", Side.BUY, "1", "10", symbol="LINK/USD", at=ago(days=3)),
        fill("2", Side.BUY, "1", "12", symbol="LINK/USDT", at=ago(days=2)),
        fill("3", Side.SELL, "1", "15", symbol="LINK/USDT", at=ago(days=1), realised_pnl=Decimal(8)),
    ]
    traded(pages.writer, account, fills)
    valued(pages.writer, account, USDT="1", LINK="15")
    traded(pages.writer, account, fills)
    seen(pages.writer, account, prices=[price("LINK/USDT", "15"), price("USDT/USD", "1")])
    facts = {unescape(name): text for name, text in facts_of(opened(pages, fill="3", fill_of="main")).items()}
    assert {name: text for name, text in facts.items() if name.startswith("Realised")} == {
        "Realised P&L, all markets": "+4.00 USD",
        "Realised P&L, LINK/USDT alone": "+3.00 USDT",
        "Realised P&L, says the exchange": "+8.00 USDT",
    }
    hidden = words_of(opened(pages, fill="3", fill_of="main", hide_amounts="true"))
    assert "+8.00" not in hidden
    assert "+3.00" not in hidden
