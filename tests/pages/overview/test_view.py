"""The Overview's view: changes, allocation, counts and the equity curve, computed from records."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.curve import Point
from domain.markets import Side
from domain.orders import Role
from domain.sources import Source
from domain.valuation import ValueOrigin
from pages.components.chart.model import milliseconds
from pages.overview.equity import Mark, equity_chart
from pages.overview.holdings_csv import holdings_csv
from pages.overview.tables import CARD, holdings_frame, positions_frame
from pages.overview.view import facts_of, shown
from pages.shared.charts import Range, since_of
from pages.shared.view import ZONE_UTC, View, moment_for_url, moment_in_url
from tests.factories import NOON, account, balance, later, order, position, price, snapshot, stop, valuation


def facts(**parts):
    return facts_of([snapshot(**parts)], "USD")


def test_hiding_small_balances_keeps_large_loans_and_unpriced_assets():
    held = [
        balance("USD", "0.5", market_value=Decimal("0.5")),
        balance("USDT", "-40", market_value=Decimal(-40)),
        balance("NEW", "7"),
    ]
    listed = shown(facts(worth=valuation("1"), balances=held).holdings, "USD", hide_small=True)
    assert {h.asset for h in listed} == {"USDT", "NEW"}


def test_order_sources_that_failed_or_never_answered_are_named():
    seen = facts(carried={Source.TRIGGERS: later(-600)}, orders=[order("1"), stop()])
    assert seen.orders_carried == ((Source.TRIGGERS, later(-600)),)
    assert facts(carried={Source.TRIGGERS: None}).orders_unseen == (Source.TRIGGERS,)
    assert facts().orders_unseen == ()


def test_carried_points_are_shaded():
    points = [Point(later(n * 60), Decimal(100 + n), n not in (3, 4)) for n in range(8)]
    assert equity_chart(points, ZONE_UTC, "USD", False).shades == [
        (milliseconds(later(120)), milliseconds(later(300))),
    ]


def test_hidden_amounts_leave_the_curve_without_numbers():
    points = [Point(later(n), value, True) for n, value in enumerate((Decimal(500), None, Decimal(1000)))]
    marks = [Mark(later(0), 500.0, True, "Deposit ••••")]
    chart = equity_chart(points, ZONE_UTC, "USD", True, marks)
    assert (chart.is_masked, chart.unit) == (True, "")
    assert chart.lines[0].values == [0.5, None, 1.0]
    assert chart.marks[0].value == 0.5


def test_a_moment_survives_the_url():
    for at in (NOON.replace(microsecond=0), NOON.replace(microsecond=275_833)):
        assert moment_in_url(moment_for_url(at)) == at
    assert moment_in_url("nonsense") is None
    assert moment_in_url("") is None


def test_a_link_without_parameters_shows_everything_now():
    view = View()
    assert (view.accounts, view.as_of, view.money(Decimal(5))) == ((), None, "$5.00")
    assert account().name == "main"


def test_the_export_keeps_every_digit_and_says_its_currency():
    held = [balance("PEPE", "88000000.123456789", market_value=Decimal("1536.000000012"))]
    sold = stop(symbol="PEPE/USD", trigger="0.00001243", role=Role.STOP_LOSS)
    found = facts(worth=valuation("1536"), balances=held, orders=[sold])
    header, row = (line.split(",") for line in holdings_csv(found.holdings, {}, "USD").split("\r\n")[:2])
    told = dict(zip(header, row, strict=True))
    assert (told["quantity"], told["value"]) == ("88000000.123456789", "1536.000000012")
    assert (told["currency"], told["stop_losses"], told["price"][:10]) == ("USD", "0.00001243", "0.00001745")


def test_ranges_end_at_the_moment_shown_and_have_the_length_of_their_name():
    at, first = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)
    assert since_of(Range.WEEK, at, first, ZONE_UTC) == datetime(2026, 2, 22, 12, tzinfo=UTC)
    assert since_of(Range.ALL, at, first, ZONE_UTC) == first
    zurich = ZoneInfo("Europe/Zurich")
    assert since_of(Range.YEAR_TO_DATE, at, first, zurich) == datetime(2025, 12, 31, 23, tzinfo=UTC)


def test_a_worth_carried_forward_is_as_old_as_its_oldest_part():
    worth = valuation(origin=ValueOrigin.COMPUTED)
    refresh = snapshot(worth=worth, carried={Source.POSITIONS: later(-900)}).refresh
    assert refresh.worth_as_of == later(-900)
    assert snapshot(worth=worth, carried={Source.BALANCES: None}).refresh.worth_as_of is None
    assert snapshot(worth=worth, carried={Source.TRIGGERS: None}).refresh.worth_as_of == NOON


def test_the_nearest_stop_is_named_and_the_others_are_counted():
    stops = [stop(str(n), str(trigger), role=Role.STOP_LOSS, amount="0.1") for n, trigger in enumerate((80, 90, 85))]
    found = facts(worth=valuation("100"), balances=[balance("BTC", "1")], orders=stops, prices=[price(last="100")])
    assert list(holdings_frame(found.holdings, {}, "USD", False)["Stop"]) == ["90 +2"]


def test_for_a_short_position_the_nearest_stop_is_the_lowest():
    stops = [
        stop(str(n), str(t), role=Role.STOP_LOSS, amount="0.1", side=Side.BUY, symbol="BTC/USD:USD")
        for n, t in enumerate((110, 120))
    ]
    found = facts(worth=valuation("100"), positions=[position()], orders=stops)
    frame = positions_frame(found.positions, False)
    assert list(frame["Stop"]) == ["110 +1"]
    (card,) = frame[CARD]  # the second line of a phone
    assert card == f"{frame['Side'][0]} · {frame['Protected'][0]} · stop 110 +1"
