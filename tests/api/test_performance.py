"""/api/performance: returns by day, week, month and year, and risk, from recorded net values and flows."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from db.writes.candles import write_candle_part
from db.writes.period_closes import write_compared_period, write_recorded_period
from db.writes.refresh import write_refresh
from domain.candle_ranges import CandleRange
from domain.candles import Candle
from domain.period_close import PeriodCorrection, PeriodFigures, PeriodKind, RecordedPeriod
from domain.sources import Source, Success
from tests.api.serving import Served
from tests.factories import balance, observation, price, transfer, valuation
from tests.pages.past import with_past, written

PATH = "/api/performance"
MIDNIGHT = datetime(2026, 11, 2, tzinfo=UTC)  # a Monday
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def at_hour(hour: int) -> datetime:
    """The refresh a second before each hour, so that the one before midnight closes its day."""
    return MIDNIGHT + hour * HOUR - timedelta(seconds=1)


def some(database: Any) -> None:
    """+10 % on Monday, 100 paid in at noon of Tuesday, -10 % on Wednesday, +10 % on Thursday."""
    (account,) = with_past(database.writer, refresh_seconds=3600)
    worths = {0: "100", 24: "110", 36: "210", 72: "189", 96: "207.9"}
    worth = "100"
    for hour in range(97):
        worth = worths.get(hour, worth)
        write_refresh(database.writer, observation(account, at_hour(hour), None, valuation(worth)))
    deposit = transfer(asset="USD", amount="100", at=MIDNIGHT + 35.5 * HOUR)
    written(database.writer, account, [deposit], MIDNIGHT + 4 * DAY)


def asked(api: Served, **given: Any) -> Any:
    moment = f"{MIDNIGHT + 4 * DAY:%Y-%m-%dT%H:%M:%SZ}"
    response = api.get(PATH, **{"as_of": moment, "since": f"{MIDNIGHT:%Y-%m-%dT%H:%M:%SZ}", **given})
    assert response.status_code == 200, response.text
    return response.json()


def near(text: str, expected: str) -> bool:
    return abs(Decimal(text) - Decimal(expected)) < Decimal("1e-12")


def test_days_chain_to_weeks_and_the_total(database: Any, api: Served) -> None:
    some(database)
    told = asked(api)
    assert [day["day"] for day in told["days"]] == ["2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05"]
    for day, gain, fraction in zip(told["days"], ("10", "0", "-21", "18.9"), ("0.1", "0", "-0.1", "0.1"), strict=True):
        assert Decimal(day["gain"]) == Decimal(gain)
        assert near(day["fraction"], fraction)
        assert not day["is_estimated"]
    assert (Decimal(told["total"]["gain"]), Decimal(told["total"]["flows"])) == (Decimal("7.9"), 100)
    assert near(told["total"]["fraction"], "0.089")  # 1.1 x 1 x 0.9 x 1.1 - 1
    for name in ("weeks", "months", "years"):
        (period,) = told[name]
        assert near(period["fraction"], "0.089")
    assert (told["best_day"], told["worst_day"]) == ("2026-11-02", "2026-11-04")


def test_days_that_are_not_full_are_neither_best_nor_worst_and_count_in_no_ratio(database: Any, api: Served) -> None:
    """From Monday noon Tuesday and Wednesday are full in UTC: the end of Thursday is left out too."""
    some(database)
    result = asked(api, since=f"{MIDNIGHT + 12 * HOUR:%Y-%m-%dT%H:%M:%SZ}", as_of="2026-11-05T12:00:00Z")
    assert (len(result["days"]), result["best_day"], result["worst_day"]) == (4, "2026-11-03", "2026-11-04")
    assert near(result["volatility"], str(Decimal("0.1") / Decimal(2).sqrt() * Decimal(365).sqrt()))
    alone = asked(api, since=f"{MIDNIGHT + 84 * HOUR:%Y-%m-%dT%H:%M:%SZ}")
    assert [alone[name] for name in ("volatility", "sharpe", "sortino", "best_day", "worst_day")] == [None] * 5


def test_returns_begin_with_the_first_known_value(database: Any, api: Served) -> None:
    some(database)
    told = asked(api, since="2026-10-01T00:00:00Z")
    assert (told["since"], len(told["days"])) == ("2026-11-01T23:59:59Z", 5)  # a second of Sunday and four days


def test_a_drawdown_has_depth_and_length(database: Any, api: Served) -> None:
    some(database)
    (fall,) = asked(api)["drawdowns"]
    assert (fall["peak"], fall["trough"], fall["recovered"]) == ("2026-11-03", "2026-11-04", None)
    assert near(fall["depth"], "-0.1")
    assert fall["days"] == 2  # from the end of the 3rd to that of the 5th


def test_days_begin_at_midnight_of_the_zone(database: Any, api: Served) -> None:
    some(database)
    days = asked(api, zone="Asia/Tokyo")["days"]
    assert [day["day"] for day in days][:2] == ["2026-11-02", "2026-11-03"]
    assert len(days) == 5


def test_the_risk_free_rate_lowers_the_ratios_and_must_be_a_rate(database: Any, api: Served) -> None:
    some(database)
    assert Decimal(asked(api)["sharpe"]) > Decimal(asked(api, risk_free="0.5")["sharpe"])
    refused = api.get(PATH, risk_free="much")
    assert (refused.status_code, "risk_free='much'" in refused.json()["error"]) == (400, True)


def test_before_transfers_were_read_returns_are_unknown(database: Any, api: Served) -> None:
    (account,) = with_past(database.writer, refresh_seconds=3600)
    for hour in range(97):
        write_refresh(database.writer, observation(account, at_hour(hour), None, valuation(str(100 + hour))))
    told = asked(api)
    assert told["unknown"].startswith("not known yet")
    assert {day["fraction"] for day in told["days"]} == {None}


def test_attribution_adds_up_and_names_the_rest(database: Any, api: Served) -> None:
    """The stated values move without any price or fill: the deposit explains 100, and the rest is shown."""
    some(database)
    told = asked(api)["attribution"]
    assert (told["currency"], told["unknown"], Decimal(told["change"])) == ("USD", None, Decimal("107.9"))
    assert Decimal(told["lines"]["flows"]) == 100
    assert Decimal(told["rest"]) == Decimal("7.9")


def test_another_base_currency_of_then_leaves_the_attribution_unknown(database: Any, api: Served) -> None:
    for account in with_past(database.writer, "one", "two", refresh_seconds=3600):
        write_refresh(database.writer, observation(account, at_hour(0), None, valuation("100")))
    with database.owner.begin() as connection:
        connection.execute(text("UPDATE account SET base_currency = 'EUR' WHERE name = 'two'"))
    told = asked(api)["attribution"]
    assert told["unknown"] == "the base currency of two was another one then"


def test_benchmarks_grow_since_the_begin(database: Any, api: Served) -> None:
    """BTC rises from 100 to 150. 1 BTC and 100 dollars at the begin would be worth 250 of 200."""
    (account,) = with_past(database.writer, refresh_seconds=3600)
    balances = Success((balance("BTC", "1"), balance("USD", "100")))
    for hour in range(97):
        prices = Success((price("BTC/USD", "100" if hour < 90 else "150"),))
        sources = {Source.BALANCES: balances, Source.PRICES: prices}
        write_refresh(database.writer, observation(account, at_hour(hour), sources, valuation("200")))
    written(database.writer, account, [], MIDNIGHT + 4 * DAY)
    btc, eth, held = asked(api)["benchmarks"]
    assert (btc["name"], Decimal(btc["fraction"]), btc["days"][0]["day"]) == (
        "BTC",
        Decimal("0.5"),
        "2026-11-02",
    )
    assert (eth["name"], eth["fraction"]) == ("ETH", None)
    assert (held["name"], Decimal(held["fraction"])) == ("held", Decimal("0.25"))


def test_benchmarks_follow_candles_that_arrive_later(database: Any, api: Served) -> None:
    """ETH stands at 100 until Thursday noon, and at 150 then. The answer of a past moment stayed without it."""
    some(database)
    hours = range(-24, 97)
    rows = [
        Candle("ETH/USD", "1h", MIDNIGHT + n * HOUR, *(Decimal(100 if n < 84 else 150),) * 4, Decimal(1)) for n in hours
    ]

    def growth() -> str | None:
        (fraction,) = (benchmark["fraction"] for benchmark in asked(api)["benchmarks"] if benchmark["name"] == "ETH")
        return None if fraction is None else str(Decimal(fraction))

    assert growth() is None
    stored = CandleRange("ETH/USD", "1h", MIDNIGHT - 24 * HOUR, MIDNIGHT + 97 * HOUR)
    write_candle_part(database.writer, "cryptocom", stored, rows)
    assert growth() == "0.5"


def test_recorded_periods_come_with_the_corrections_known_at_the_moment(database: Any, api: Served) -> None:
    some(database)
    until = MIDNIGHT + 4 * DAY
    was, now = PeriodFigures({"gain": Decimal(1), "rest": None}, 3, 1), PeriodFigures({"gain": Decimal(3)}, 5, 1)
    correction = PeriodCorrection(until, was, now, "2 late fills")
    period = RecordedPeriod(1, PeriodKind.MONTH, MIDNIGHT - DAY, MIDNIGHT + DAY, "USD", until - HOUR, was)
    write_recorded_period(database.writer, period)
    write_compared_period(database.writer, period, correction)
    (recorded,) = asked(api)["recorded"]
    assert (recorded["account"], recorded["kind"], recorded["period"]) == ("main", "month", "2026-11")
    assert recorded["figures"] == {"gain": "1", "rest": None}
    assert recorded["corrections"] == [
        {
            "known_at": "2026-11-06T00:00:00Z", "cause": "2 late fills",
            "changed": [{"figure": "gain", "was": "1", "now": "3", "difference": "2"}],
        }
    ]  # fmt: skip
    (before,) = asked(api, as_of="2026-11-05T23:30:00Z")["recorded"]
    assert before["corrections"] == []
    assert asked(api, as_of="2026-11-05T22:00:00Z")["recorded"] == []
