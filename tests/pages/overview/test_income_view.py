"""Income as a figure of the Overview."""

from dataclasses import replace

from domain.transfers import TransferKind, TransferStatus
from pages.overview.income import income_kpi
from pages.shared.view import ZONE_UTC, View
from tests.factories import NOON, sum_of_one, transfer

VIEW = View(zone=ZONE_UTC, currency="USD")


def kpi(*transfers, lacking: str = ""):
    found = income_kpi({"today": [sum_of_one(one) for one in transfers]}, VIEW, "why", lacking)
    assert found is not None
    return found


def paid(amount: str, kind: TransferKind = TransferKind.FUNDING, **values):
    return transfer(kind=kind, amount=amount, **{"asset": "USD"} | values)


def test_each_kind_of_income_has_its_own_sign():
    told = kpi(paid("-3"), paid("1.25", TransferKind.REBATE), paid("-0.5", TransferKind.INTEREST))
    assert (told.label, told.value, told.warns) == ("Income & transfer fees today", "−$2.25", False)
    assert told.note == "funding −$3.00 · interest −$0.50 · rebates +$1.25"


def test_a_past_moment_shows_the_income_of_its_own_day():
    told = income_kpi({"today": []}, replace(VIEW, as_of=NOON), "", "")
    assert told is not None
    assert told.label == "Income & transfer fees that day"


def test_deposits_are_no_income_and_their_absence_is_a_zero():
    told = kpi(transfer(amount="5"))
    assert (told.value, told.note, told.warns) == ("$0", "none", False)


def test_income_that_cannot_be_read_is_named_and_not_zero():
    told = kpi(lacking="without funding of mexc")
    assert (told.value, told.note, told.warns) == ("–", "without funding of mexc", True)
    told = kpi(paid("2"), lacking="without funding of mexc")
    assert (told.value, told.note) == ("+$2.00", "funding +$2.00 · without funding of mexc")


def test_income_without_a_price_or_a_known_kind_is_named():
    told = kpi(paid("2"), paid("1", asset="ODD"), paid("7", TransferKind.OTHER))
    assert (told.value, told.warns) == ("+$2.00", True)
    assert told.note == "funding +$2.00 · without ODD · 1 transfer of unknown kind"
    assert kpi(paid("2", status=TransferStatus.UNKNOWN)).value == "–"


def test_unknown_periods_say_why_and_without_periods_there_is_no_figure():
    told = income_kpi({"today": None}, VIEW, "transfers: refused", "")
    assert told is not None
    assert (told.value, told.note, told.warns) == ("–", "transfers: refused", True)
    assert income_kpi({}, VIEW, "", "") is None


def test_a_past_moment_does_not_show_the_figure_of_today():
    told = income_kpi({"today": []}, replace(VIEW, as_of=NOON), "", "")
    assert told is not None
    assert told.label == "Income & transfer fees that day"


def test_a_partly_known_period_says_since_when_it_is_known_and_no_income_is_not_zero():
    late = {"today": "known since noon"}
    told = income_kpi({"today": [sum_of_one(paid("-3"))]}, VIEW, "why", "", late)
    nothing = income_kpi({"today": []}, VIEW, "why", "", late)
    assert told is not None
    assert nothing is not None
    assert (told.value, told.note, told.warns) == ("−$3.00", "funding −$3.00 · known since noon", True)
    assert (nothing.value, nothing.note) == ("–", "known since noon")
