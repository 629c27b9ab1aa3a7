"""Transfers as they are rendered: full, empty, failing, never loaded, not readable, paged, in the past."""

import gzip
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from db.reads.transfer_filter import TransferFilter
from domain.sources import Failure, FailureKind, Source
from domain.transfers import TransferKind, TransferStatus
from pages.shared.long_list import csv_of_list
from pages.transfers.page import TRANSFERS
from tests.factories import price, transfer, valuation
from tests.pages.conftest import Pages, words_of
from tests.pages.drawn_tables import tables_of
from tests.pages.events import choose
from tests.pages.factories import ago, seen
from tests.pages.past import failed, moved, valued, with_past


def opened(pages: Pages, **query: str) -> AppTest:
    def show() -> None:
        from pages.transfers.page import show_transfers

        show_transfers()

    return pages.page(show, **query)


def keys(app: AppTest) -> list[str]:
    return list(tables_of(app)[0]["key"])


def figure(app: AppTest, label: str) -> str:
    return words_of(app).split(f'"label">{label}<')[1].split('"value">')[1].split("<")[0]


def some(pages: Pages, **values: Any) -> Any:
    """A deposit, funding paid and received, a withdrawal with a fee, and a pending deposit."""
    (account,) = with_past(pages.writer, **values)
    funding = {"kind": TransferKind.FUNDING, "asset": "USD"}
    moved(
        pages.writer,
        account,
        [
            transfer("deposit/1", amount="2", at=ago(days=40)),
            transfer("funding/1", amount="-3", at=ago(hours=9), **funding),
            transfer("funding/2", amount="1", at=ago(minutes=50), **funding),
            transfer("withdrawal/1", kind=TransferKind.WITHDRAWAL, amount="-1", fee=Decimal("0.01"),
                     fee_currency="BTC", at=ago(minutes=40)),
            transfer("deposit/2", amount="5", status=TransferStatus.PENDING, at=ago(minutes=30)),
        ],
    )  # fmt: skip
    valued(pages.writer, account, BTC="100")
    for taken_at in (ago(hours=3), None):
        seen(pages.writer, account, taken_at, worth=valuation(), prices=[price("BTC/USD", "100")])
    return account


def test_transfers_are_listed_newest_first_with_sign_fee_and_status(pages: Pages):
    some(pages)
    app = opened(pages)
    frame = tables_of(app)[0]
    assert keys(app) == ["deposit/2", "withdrawal/1", "funding/2", "funding/1"]
    assert [text.strip() for text in frame["amount"]] == ["+5", "−1", "+1.00", "−3.00"]
    assert list(frame["status"]) == ["Pending", "Done", "Done", "Done"]
    assert (figure(app, "Funding"), figure(app, "Withdrawals")) == ("−$2.00", "−$100.00")
    assert figure(app, "Transfer fees") == "−$1.00"
    assert "1 pending: in no figure" in words_of(app)


def test_totals_are_of_the_whole_filter_and_pages_follow_each_other(pages: Pages, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pages.shared.long_list.PAGE", 2)
    some(pages)
    app = opened(pages, period="All")
    assert (keys(app), figure(app, "Transfers")) == (["deposit/2", "withdrawal/1"], "5")
    choose(app, "transfer_turns", "turn", "older")
    choose(app, "transfer_turns", "turn", "older")
    assert (keys(app), figure(app, "Deposits")) == (["deposit/1"], "+$200.00")
    choose(app, "transfer_turns", "turn", "newest")
    assert keys(app) == ["deposit/2", "withdrawal/1"]
    totals = tables_of(app)[1]
    assert list(totals["Kind"]) == ["Deposit", "Withdrawal", "Funding", "Transfer fee"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "Funding"}, ["funding/2", "funding/1"]),
        ({"asset": "BTC", "status": "Done"}, ["withdrawal/1"]),
        ({"status": "Pending", "period": "All"}, ["deposit/2"]),
        ({"kind": "Deposit", "period": "All"}, ["deposit/2", "deposit/1"]),
        ({"as_of": f"{ago(hours=2):%Y-%m-%dT%H:%M:%SZ}"}, ["funding/1"]),
    ],
)
def test_the_url_filters_before_paging(pages: Pages, query: dict[str, str], found: list[str]):
    some(pages)
    assert keys(opened(pages, **query)) == found


def test_an_empty_filter_result_is_not_the_same_as_no_transfers(pages: Pages):
    some(pages)
    assert "No transfers match the filters" in words_of(opened(pages, kind="Rebate"))


def test_an_account_without_transfers_says_so_and_since_when_that_is_known(pages: Pages):
    (account,) = with_past(pages.writer)
    moved(pages.writer, account, [])
    seen(pages.writer, account)
    assert "No transfers" in words_of(opened(pages))


def test_transfers_that_were_never_read_are_not_zero_transfers(pages: Pages):
    (account,) = with_past(pages.writer)
    seen(pages.writer, account)
    assert "Transfers have not been read yet" in words_of(opened(pages))


def test_a_failed_source_says_why(pages: Pages):
    (account,) = with_past(pages.writer)
    seen(pages.writer, account)
    failed(pages.writer, account, Source.TRANSFERS, Failure(FailureKind.PERMANENT, "the key may not"))
    app = opened(pages)
    assert "Transfers could not be loaded" in words_of(app)
    assert "The key may not" in words_of(app)


def test_the_export_has_every_filtered_transfer_across_pages(pages: Pages, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pages.shared.export._AT_ONCE", 2)
    account = some(pages)
    opened(pages)
    plain = csv_of_list(TRANSFERS, [account], TransferFilter(), False).decode()
    header, *lines = plain.splitlines()
    told = [line.split(",")[header.split(",").index("key")] for line in lines]
    assert told == ["deposit/2", "withdrawal/1", "funding/2", "funding/1", "deposit/1"]
    assert gzip.decompress(csv_of_list(TRANSFERS, [account], TransferFilter(), True)).decode() == plain


def test_kinds_that_an_exchange_does_not_list_are_named(pages: Pages):
    some(pages, exchange="mexc", unread_transfers=frozenset({TransferKind.FUNDING, TransferKind.REBATE}))
    assert "main: Stillframe cannot read funding and rebates of mexc." in words_of(opened(pages))


def test_an_exchange_without_transfers_says_so(pages: Pages):
    (account,) = with_past(pages.writer, history=())
    seen(pages.writer, account)
    assert "Transfers are not readable here" in words_of(opened(pages))


def overview(pages: Pages) -> AppTest:
    def show() -> None:
        from pages.overview.page import show_overview

        show_overview()

    return pages.page(show)


def test_the_overview_shows_income_beside_realised_profit_and_without_deposits(pages: Pages):
    some(pages)
    words = words_of(overview(pages))
    week = words.split(">Income &amp; transfer fees today<")[1].split("<i>7 d</i>")[1]
    assert "funding −$2.00 · transfer fees −$1.00" in words.split(">Income &amp; transfer fees today<")[1]
    assert "−$3.00" in week.split("</span>")[0]


def test_unread_income_is_not_zero_on_the_overview(pages: Pages):
    (account,) = with_past(pages.writer, exchange="mexc", unread_transfers=frozenset({TransferKind.FUNDING}))
    moved(pages.writer, account, [])
    seen(pages.writer, account, worth=valuation())
    told = words_of(overview(pages)).split(">Income &amp; transfer fees today<")[1]
    assert told.split('"value">')[1].startswith("–")
    assert "without funding of mexc" in told


def test_a_deposit_is_not_part_of_the_gain_of_the_day_and_is_shown_beside_it(pages: Pages):
    (account,) = with_past(pages.writer)
    seen(pages.writer, account, ago(hours=24, minutes=1), worth=valuation("100"))
    moved(pages.writer, account, [transfer(amount="900", asset="USD", at=ago(hours=2))])
    seen(pages.writer, account, worth=valuation("1010"))
    words = words_of(overview(pages))
    assert "+$10.00 since" in words
    assert "without +$900.00 of deposits and withdrawals" in words
