"""Each figure of the Overview leads to the page that explains it."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

from tests.pages.conftest import Pages
from tests.pages.drawn_tables import htmls_of
from tests.pages.factories import ago, everything
from tests.pages.past import traded, with_past

TARGETS = {
    "Net value": "performance?",
    "Balances": "transfers?",
    "Gross value": "#holdings_tools",
    "Open P&L": "#positions_place",
    "Gain today": "performance?period=Today",
    "Margin use": "#positions_place",
    "Open orders": "open_orders?tab=all",
    "Protected by stops": "open_orders?tab=stops",
    "Realised P&L today": "fills?period=Today",
    "Income & transfer fees today": "transfers?period=Today",
}


def leads_of(pages: Pages, **query: str) -> dict[str, tuple[str, str]]:
    """The chosen page and the address of each figure by its name."""

    def show() -> None:
        from pages.overview.page import show_overview

        show_overview()

    html = "".join(htmls_of(pages.page(show, **query)))
    cells = re.findall(r'class="label">([^<]+)</div>.*?href="([^"]+)" data-lead="([^"]+)"', html)
    return {unescape(name): (unescape(chosen), unescape(link)) for name, link, chosen in cells}


def test_each_figure_leads_to_the_page_that_explains_it_and_amounts_stay_hidden(pages: Pages) -> None:
    (account,) = with_past(pages.writer)
    everything(pages.writer, account, ago(minutes=1))
    traded(pages.writer, account)
    leads = leads_of(pages, hide_amounts="true")
    for name, (chosen, link) in leads.items():
        assert parse_qs(urlsplit(link).query)["hide_amounts"] == ["true"], name
        path = chosen.partition("?")[0]
        assert urlsplit(link).path.strip("/") == ("" if path.startswith("#") else path)
    assert {name: chosen for name, (chosen, _) in leads.items()} == TARGETS
