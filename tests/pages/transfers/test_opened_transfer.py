"""An opened transfer: its facts, its value at its own moment, and the link to its coin."""

from decimal import Decimal

from streamlit.testing.v1 import AppTest

from domain.transfers import TransferKind
from tests.factories import price, transfer
from tests.pages.conftest import Pages, words_of
from tests.pages.drawn_tables import payloads_of
from tests.pages.factories import ago, seen
from tests.pages.past import moved, valued, with_past


def opened(pages: Pages, **query: str) -> AppTest:
    def show() -> None:
        from pages.transfers.page import show_transfers

        show_transfers()

    return pages.page(show, **query)


def moves(pages: Pages) -> None:
    """A withdrawal of a bitcoin at a price of 100, and a funding payment. A bitcoin is worth 700 now."""
    (account,) = with_past(pages.writer)
    out = transfer("withdrawal/1", kind=TransferKind.WITHDRAWAL, amount="-1.5", fee=Decimal("0.01"), fee_currency="BTC",
                   tx_id="ab12", at=ago(days=3), raw={"id": "w1", "amount": Decimal("1.50")})  # fmt: skip
    funding = transfer("funding/1", kind=TransferKind.FUNDING, amount="-3", asset="USD", symbol="BTC/USD:USD",
                       at=ago(hours=9))  # fmt: skip
    moved(pages.writer, account, [out, funding])
    valued(pages.writer, account, BTC="100")
    seen(pages.writer, account, prices=[price("BTC/USD", "700")])


def facts_of(app: AppTest) -> dict[str, str]:
    pairs = words_of(app).split('<dl class="sf-facts">')[1].split("</dl>")[0].split("<dt>")[1:]
    return dict(pair.removesuffix("</dd>").split("</dt><dd>") for pair in pairs)


def test_each_row_names_its_transfer_and_leads_to_its_panel(pages: Pages) -> None:
    moves(pages)
    table = payloads_of(opened(pages))[0]
    assert table["keys"] == ["main\nfunding/1", "main\nwithdrawal/1"]
    assert table["links"][1] == "transfers?transfer=withdrawal%2F1&transfer_of=main&currency=USD"


def test_a_withdrawal_has_its_value_and_fee_at_its_own_moment(pages: Pages) -> None:
    moves(pages)
    app = opened(pages, transfer="withdrawal/1", transfer_of="main")
    facts = facts_of(app)
    assert facts["Amount"] == "−1.5 BTC"
    assert facts["Value then"].startswith("−$150.00")
    assert facts["Fee"] == "0.01 BTC"
    assert facts["Fee then"].startswith("$1.00")
    assert (facts["Transaction"], facts["Id"], facts["Status"]) == ("ab12", "withdrawal/1", "Done")
    assert [button.label for button in app.button if (button.key or "").startswith("panel_")] == ["Page of BTC"]
    assert "1.50" in app.json[0].value


def test_a_funding_payment_leads_to_the_coin_of_its_market(pages: Pages) -> None:
    moves(pages)
    app = opened(pages, transfer="funding/1", transfer_of="main")
    facts = facts_of(app)
    assert (facts["Market"], facts["Amount"]) == ("BTC/USD:USD", "−3.00 USD")
    assert "Fee" not in facts
    assert [button.label for button in app.button if (button.key or "").startswith("panel_")] == ["Page of BTC"]


def test_hidden_amounts_of_an_opened_transfer_do_not_reach_the_browser(pages: Pages) -> None:
    moves(pages)
    app = opened(pages, transfer="withdrawal/1", transfer_of="main", hide_amounts="true")
    facts = facts_of(app)
    assert facts["Amount"] == "•••• BTC"
    assert {facts["Value then"].split(",")[0].strip("$"), facts["Fee"]} == {"••••"}
    assert not app.json


def test_a_transfer_that_is_not_known_says_so(pages: Pages) -> None:
    moves(pages)
    assert "No transfer has this id" in words_of(opened(pages, transfer="none", transfer_of="main"))
