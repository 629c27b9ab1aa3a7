"""Rows, figures and totals of Transfers, computed from records."""

from decimal import Decimal

from db.reads.transfers import TransferRow
from domain.csv_lines import csv_of
from domain.prices import Rates
from domain.transfers import TransferKind, TransferStatus
from pages.shared.transfer_words import unread_words
from pages.shared.view import ZONE_UTC, View
from pages.transfers.view import EXPORTED, exported_values, totals_frame, totals_kpis, transfers_frame
from tests.factories import NOON, price, sum_of_one, transfer

VIEW, HIDDEN = View(zone=ZONE_UTC, currency="USD"), View(zone=ZONE_UTC, currency="USD", hide_amounts=True)
RATES = Rates([price("BTC/USD", "100")])
SENT = transfer("withdrawal/2", kind=TransferKind.WITHDRAWAL, amount="-2.50", fee=Decimal("0.010"), fee_currency="BTC")
TOLD = [
    transfer("deposit/1", amount="3"),
    SENT,
    transfer("funding/1", kind=TransferKind.FUNDING, amount="-0.00000001", asset="USD", symbol="BTC/USD:USD"),
    transfer("funding/2", kind=TransferKind.FUNDING, amount="0.5", asset="ODD"),
    transfer("deposit/9", amount="70", status=TransferStatus.PENDING),
    transfer("withdrawal/9", kind=TransferKind.WITHDRAWAL, amount="-80", status=TransferStatus.FAILED),
    transfer("other/1", kind=TransferKind.OTHER, amount="9"),
]


def test_a_row_shows_sign_fee_status_and_market():
    frame = transfers_frame([TransferRow(one, 1) for one in TOLD], VIEW, NOON, several=False)
    assert [text.strip() for text in frame["amount"][:3]] == ["+3", "−2.5", "−0.00000001"]
    assert [text.strip() for text in frame["fee"][:2]] == ["", "0.01 BTC"]
    assert list(frame["kind"][:3]) == ["Deposit", "Withdrawal", "Funding"]
    assert (frame["symbol"][2], frame["status"][4], frame["status"][5]) == ("BTC/USD:USD", "Pending", "Failed")


def test_hidden_amounts_do_not_reach_the_browser():
    frame = transfers_frame([TransferRow(SENT, 1)], HIDDEN, NOON, several=True)
    totals = totals_frame([sum_of_one(SENT)], HIDDEN)
    assert not any("2.5" in str(text) or "0.01" in str(text) for text in (*frame.iloc[0], *totals.iloc[0]))


def test_figures_leave_out_pending_and_unknown_transfers_and_say_so():
    """A pending deposit is not counted, and a failed withdrawal is no loss."""
    kpis = {kpi.label: kpi for kpi in totals_kpis([sum_of_one(one) for one in TOLD], RATES, VIEW)}
    assert (kpis["Transfers"].value, kpis["Transfers"].note) == (
        "7",
        "1 pending, 1 failed, 1 of unknown kind: in no figure",
    )
    assert (kpis["Deposits"].value, kpis["Withdrawals"].value) == ("+$300.00", "−$250.00")
    fees = kpis["Transfer fees"]
    assert (fees.value, "Trade fees are on Trades" in fees.why) == ("−$1.00", True)
    assert "Trade fees" not in kpis["Funding"].why
    assert (kpis["Funding"].note, kpis["Funding"].warns) == ("without ODD", True)
    assert "Interest" not in kpis


def test_settlements_and_loans_have_figures_that_say_where_they_count():
    """They were in the table at the bottom alone, although settlements may be the largest line."""
    moved = [
        transfer("settlement/1", kind=TransferKind.SETTLEMENT, amount="-1715.92", asset="USD"),
        transfer("settlement/2", kind=TransferKind.SETTLEMENT, amount="3", asset="ODD"),
        transfer("loan/1", kind=TransferKind.LOAN, amount="500", asset="USD"),
    ]
    kpis = {kpi.label: kpi for kpi in totals_kpis([sum_of_one(one) for one in moved], RATES, VIEW)}
    assert (kpis["Settlements"].value, kpis["Settlements"].note) == (
        "−$1,715.92",
        "without ODD · counted in the P&L of contracts",
    )
    assert "Performance has this profit in its line Contracts" in kpis["Settlements"].why
    assert (kpis["Loans"].value, kpis["Loans"].note) == ("+$500.00", "debts change alike")


def test_every_kind_has_a_figure_or_is_counted_as_unknown():
    for kind in TransferKind:
        first, *figures = totals_kpis([sum_of_one(transfer("one", kind=kind, amount="1", asset="USD"))], RATES, VIEW)
        assert figures or "1 of unknown kind: in no figure" in first.note, kind


def test_totals_are_by_kind_and_currency_and_unpriced_ones_have_no_value():
    frame = totals_frame([sum_of_one(one) for one in TOLD], VIEW)
    rows = [tuple(str(cell).strip() for cell in row) for row in frame.itertuples(index=False)]
    assert rows == [
        ("Deposit", "BTC", "+3", "+300.00", "1"),
        ("Withdrawal", "BTC", "−2.5", "−250.00", "1"),
        ("Funding", "ODD", "+0.5", "–", "1"),
        ("Funding", "USD", "−0.00000001", "−0.000000010", "1"),
        ("Transfer fee", "BTC", "−0.01", "−1.00", "1"),
        ("Other", "BTC", "+9", "+900.00", "1"),
    ]


def test_the_export_does_not_round():
    assert csv_of(EXPORTED, [exported_values(TransferRow(SENT, 1))]).splitlines()[1] == (
        "main,cryptocom,2026-11-01T12:00:00+00:00,withdrawal,done,BTC,-2.50,0.010,BTC,,withdrawal/2"
    )


def test_kinds_that_cannot_be_read_are_named():
    kinds = {TransferKind.REBATE, TransferKind.FUNDING, TransferKind.INTEREST}
    assert unread_words("mexc", kinds) == "funding, interest and rebates of mexc"
    assert unread_words("mexc", {TransferKind.FUNDING}) == "funding of mexc"
