"""Cost of holdings, realised profit and deposits on the curve, computed from records."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from db.reads.fill_totals import FillTotals, QuoteTotals
from domain.cost_basis import BookHolding
from domain.curve import Point
from domain.positions import PositionSide
from domain.prices import Rates
from domain.transfers import TransferKind, TransferStatus
from domain.worth import Worth
from pages.overview.equity import equity_chart
from pages.overview.flows import flows_of, marks_of
from pages.overview.gains import all_costs
from pages.overview.holdings_csv import holdings_csv
from pages.overview.realised import late_words, realised_kpi, spans_of
from pages.overview.tables import COMPUTED, REALISED, holdings_frame, positions_frame
from pages.overview.view import facts_of
from pages.shared.amounts import fees_of, realised_of
from pages.shared.view import ZONE_UTC, View
from tests.factories import NOON, balance, later, position, price, snapshot, transfer

RATES = Rates([price("BTC/USD", "100"), price("USDT/USD", "1")])


def one(*books: BookHolding, quantity: str = "2", **parts):
    """One BTC holding at 100 USD: its row, and its line of the export."""
    seen = snapshot(balances=[balance("BTC", quantity)], prices=[price("BTC/USD", "100")], **parts)
    facts = facts_of([seen], "USD")
    costs = all_costs([seen], facts, {"main": {"BTC": books}})
    return holdings_frame(facts.holdings, costs, "USD", False).iloc[0], holdings_csv(facts.holdings, costs, "USD")


def book(quantity: str, cost: str | None, symbol: str = "BTC/USD") -> BookHolding:
    return BookHolding(symbol, symbol.split("/")[1], Decimal(quantity), None if cost is None else Decimal(cost))


def test_a_holding_explained_by_fills_shows_its_cost_and_its_gain():
    row, csv = one(book("2", "160.5"))
    assert (row["Average cost"].strip(), row["Unrealised"].strip(), row["Gain"].strip()) == (
        "80.25",
        "+39.50",
        "+24.61 %",
    )
    assert "About the cost" not in row  # nothing is shown
    assert "160.5" in csv


def test_a_quantity_without_fills_has_an_unknown_cost_and_no_gain():
    row, _ = one()
    assert (row["Average cost"].strip(), row["Unrealised"].strip(), row["About the cost"]) == ("–", "–", "unknown")
    row, _ = one(book("1.5", "120"))
    assert (row["Unrealised"].strip(), row["About the cost"]) == ("+30.00", "unknown for 0.5 of 2")
    row, _ = one(book("2", None))
    assert row["About the cost"] == "unknown: a fee or price is missing"


def test_fills_beyond_the_wallet_balance_are_shown_as_a_contradiction():
    row, _ = one(book("3", "300"))
    assert row["About the cost"] == "1 more bought than is here"


def test_the_display_currency_has_no_cost():
    seen = snapshot(balances=[balance("USD", "50"), balance("USDT", "50")], prices=[price("USDT/USD", "1")])
    facts = facts_of([seen], "USD")
    assert all_costs([seen], facts, {"main": {}}) == {}


def test_a_computed_profit_is_shown_only_if_it_differs_from_the_stated_one():
    stated: dict[str, Any] = {"entry_price": Decimal(100), "mark_price": Decimal(90)}
    same = facts_of([snapshot(positions=[position(amount="1", unrealised_pnl=Decimal("10.001"), **stated)])], "USD")
    assert COMPUTED not in positions_frame(same.positions, False)
    apart = facts_of([snapshot(positions=[position(amount="1", unrealised_pnl=Decimal(7), **stated)])], "USD")
    assert positions_frame(apart.positions, False)[COMPUTED][0].strip() == "+10.00"


def test_realised_profit_of_positions_has_a_column_if_an_exchange_states_it():
    told = facts_of([snapshot(positions=[position(realised_pnl=Decimal(-12)), position("ETH/USD:USD")])], "USD")
    assert [cell.strip() for cell in positions_frame(told.positions, False)[REALISED]] == ["−12.00", "–"]
    assert REALISED not in positions_frame(facts_of([snapshot(positions=[position()])], "USD").positions, False)


def test_both_profits_of_an_inverse_position_are_in_its_quote_currency_at_the_mark():
    values: dict[str, Any] = {"entry_price": Decimal(40_000), "mark_price": Decimal(50_000)}
    held = position("BTC/USD:BTC", "0.02", side=PositionSide.LONG, unrealised_pnl=Decimal(240), **values)
    facts = facts_of([snapshot(positions=[held])], "USD")
    assert positions_frame(facts.positions, False)[COMPUTED][0].strip() == "+250.00"


def test_today_begins_at_midnight_in_the_zone_of_the_viewer():
    at = datetime(2026, 11, 1, 23, 30, tzinfo=UTC)
    assert spans_of(at, ZoneInfo("Europe/Berlin"))["today"] == datetime(2026, 11, 1, 23, tzinfo=UTC)
    assert spans_of(at, ZONE_UTC)["today"] == datetime(2026, 11, 1, tzinfo=UTC)


def totals(fills: int, realised: str, unknown: int, fee: str = "2", quote: str = "USD") -> FillTotals:
    part = QuoteTotals(
        fills, fee_value=Decimal(2), realised=Decimal(realised), realised_unknown=unknown,
        realised_by_market=Decimal(realised), realised_by_market_unknown=unknown,
    )  # fmt: skip
    gained = Worth(Decimal(realised), 1) if quote == "USD" else Worth(unknown=1)
    return FillTotals(
        fills, {quote: part}, {quote: Decimal(fee)}, 0, fee_worths={quote: Worth(Decimal(fee), fills)},
        realised_worths={quote: gained},
    )  # fmt: skip


def test_realised_profit_counts_unknown_fills_and_is_not_zero_for_them():
    told = realised_kpi({"today": totals(3, "12.5", 1), "7 d": totals(2, "0", 2)}, View(), "")
    assert told is not None
    assert (told.value, told.note) == ("+$12.50", "unknown for 1 fill · after trade fees · trade fees $2.00")
    assert "<b>–</b>" in told.extra
    assert "unknown for 2 fills" in told.extra


def test_a_partly_known_period_says_since_when_it_is_known_and_no_fills_are_not_zero():
    """The first read of history reaches back a week, so thirty days cover seven."""
    late = late_words(NOON, ZONE_UTC, [NOON - timedelta(days=90), NOON - timedelta(days=8), None])
    assert list(late) == ["30 d"]
    assert late["30 d"].startswith("known since ")
    assert late_words(NOON, ZONE_UTC, [NOON - timedelta(days=30)]) == late_words(NOON, ZONE_UTC, [None]) == {}
    told = realised_kpi({"today": totals(3, "12.5", 1), "30 d": totals(2, "7", 0)}, View(), "", late)
    assert told is not None
    assert (told.note, late["30 d"] in told.extra) == ("unknown for 1 fill · after trade fees · trade fees $2.00", True)
    for name, value in (("30 d", "–"), ("7 d", "$0")):
        nothing = realised_kpi({name: FillTotals()}, View(), "", late)
        assert nothing is not None
        assert (nothing.value, nothing.warns) == (value, name in late)


def test_a_past_moment_does_not_show_the_figure_of_today():
    told = realised_kpi({"today": totals(1, "5", 0)}, View(as_of=NOON), "")
    assert told is not None
    assert told.label == "Realised P&L that day"


def test_profit_by_market_is_in_the_hover_if_it_differs():
    part = QuoteTotals(2, realised=Decimal("12.5"), realised_by_market_unknown=1)
    worths: dict[str | None, Worth] = {"USD": Worth(Decimal("12.5"), 1)}
    told = realised_of(FillTotals(2, {"USD": part}, {}, 0, realised_worths=worths), View())
    assert (told.value, told.note) == ("+$12.50", "")
    assert told.why.endswith("Each market by itself: nothing; 1 fill of unknown cost there")
    same = QuoteTotals(
        2, realised=Decimal(3), realised_unknown=1, realised_by_market=Decimal(3), realised_by_market_unknown=1
    )
    assert "Each market" not in realised_of(FillTotals(2, {"USD": same}, {}, 0), View()).why


def test_profit_that_sums_to_zero_in_its_currency_has_the_worth_of_its_days():
    """+10 USD on a day at 0.90 EUR and -10 USD on one at 0.95: -0.50 EUR."""
    days = [Worth(Decimal(amount), 1).at_rate(Decimal(rate)) for amount, rate in ((10, "0.90"), (-10, "0.95"))]
    worths: dict[str | None, Worth] = {"USD": days[0] + days[1]}
    told = realised_of(FillTotals(2, {"USD": QuoteTotals(2)}, realised_worths=worths), View(currency="EUR"))
    assert (told.value, told.is_nothing) == ("−€0.50", False)
    assert told.why.endswith("Realised: $0, each day at its rate")
    nothing = realised_of(FillTotals(2, {"USD": QuoteTotals(2)}, realised_worths={"USD": Worth()}), View())
    assert (nothing.value, nothing.is_nothing) == ("$0", True)


def test_realised_in_a_currency_without_a_price_is_left_out_and_named():
    told = realised_kpi({"today": totals(1, "5", 0, quote="XYZ")}, View(), "")
    assert told is not None
    assert told.value == "–"
    assert "without XYZ" in told.note


def test_an_account_without_readable_fills_shows_no_realised_profit():
    assert realised_kpi({}, View(), "") is None
    unread = realised_kpi({"today": None}, View(), "fills were not read yet")
    assert unread is not None
    assert (unread.value, unread.note) == ("–", "fills were not read yet")


def test_deposits_and_withdrawals_are_marked_on_the_curve_with_a_text():
    moves = [
        transfer("d", asset="USDT", amount="5000", at=later(90)),
        transfer("w", kind=TransferKind.WITHDRAWAL, amount="-0.1", at=later(150)),
        transfer("f", kind=TransferKind.FUNDING, amount="-3", at=later(150)),
        transfer("x", status=TransferStatus.FAILED, at=later(150)),
    ]
    points = [Point(later(60 * n), Decimal(100 + n), True) for n in range(5)]
    flows = flows_of(moves, NOON, later(300), several=False, hidden=False)
    marks = marks_of(flows, points)
    assert [(mark.at, mark.is_in, mark.words) for mark in marks] == [
        (later(120), True, "▲ Deposit +5,000 USDT"),
        (later(180), False, "▼ Withdrawal −0.1 BTC"),
    ]
    assert [mark.is_up for mark in equity_chart(points, ZONE_UTC, "USD", False, marks).marks] == [True, False]
    hidden = flows_of(moves, NOON, later(300), several=True, hidden=True)
    assert hidden[0].words == "Deposit •••• USDT · main"


def test_a_deposit_after_the_last_point_is_marked_at_the_end_of_the_curve():
    flows = flows_of([transfer(at=later(500))], NOON, later(600), several=False, hidden=False)
    points = [Point(NOON, Decimal(1), True), Point(later(60), None, True), Point(later(100), Decimal(3), True)]
    assert [(m.at, m.value) for m in marks_of(flows, points)] == [(later(100), 3.0)]
    assert marks_of(flows, []) == ()


def test_fees_of_a_past_period_do_not_move_with_prices():
    """A fee of 1 BNB at 300 USD beside one that cannot be valued, whatever BNB costs now."""
    fees: dict[str | None, Decimal] = {"BNB": Decimal(1), "XYZ": Decimal(5)}
    worths: dict[str | None, Worth] = {"BNB": Worth(Decimal(300), 1), "XYZ": Worth(unknown=1)}
    paid = fees_of(FillTotals(2, fees=fees, fee_worths=worths), View())
    assert (paid.value, paid.note, paid.warns) == ("$300.00", "without XYZ", True)
    assert "each at its own time" in paid.why
    assert "Fees of deposits and withdrawals are the transfer fees on Cash flow" in paid.why


def test_fees_in_a_currency_without_stored_values_say_that_each_day_has_its_rate():
    worths: dict[str | None, Worth] = {"BNB": Worth(Decimal(300), 1).at_rate(Decimal("0.9"))}
    paid = fees_of(FillTotals(1, fees={"BNB": Decimal(1)}, fee_worths=worths), View(currency="EUR"))
    assert paid.value == "€270.00"
    assert "each day at its rate" in paid.why
