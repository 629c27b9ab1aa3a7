"""Spans: recorded net values and flows of several accounts, through the real writers and Postgres."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from db.reads.history_progress import read_history_progress
from db.reads.spans import read_span
from db.writes.refresh import write_refresh
from domain.change import NetValueChange, change_over
from domain.holdings import totals_of
from domain.periods import opened_after
from domain.snapshot import Account
from domain.sources import Source, Success
from domain.transfers import Transfer, TransferKind, TransferStatus
from tests.db.flow_values import valued
from tests.factories import NOON, balance, observation, price, snapshot, transfer, valuation
from tests.pages.past import with_past, written

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SINCE = NOON - DAY


def accounts_of(database: Any, *names: str, every: timedelta = HOUR) -> list[Account]:
    return with_past(database.writer, *names, refresh_seconds=int(every.total_seconds()))


def worth(database: Any, account: Account, at: datetime, value: str, btc: str | None = None, **parts: Any) -> None:
    """A refresh that states a net value, and how many BTC are held."""
    held = {} if btc is None else {Source.BALANCES: Success((balance("BTC", btc),))}
    prices = {Source.PRICES: Success(tuple(parts.pop("prices", ())))}
    write_refresh(database.writer, observation(account, at, {**held, **prices}, valuation(value, **parts)))


def flowed(database: Any, account: Account, *transfers: Transfer, until: datetime = NOON, value: str | None = None):
    """All transfers of the account until a moment. With `value` each one is valued."""
    written(database.writer, account, transfers, until)
    if value is not None:
        for one in transfers:
            valued(database.writer, account, one, value)


def change(
    database: Any, accounts: Sequence[Account], now: str, since: datetime = SINCE, currency: str = "USD"
) -> NetValueChange:
    with database.reader.connect() as connection:
        span = read_span(connection, accounts, (since, NOON), currency, read_history_progress(connection), DAY / 10)
    totals = totals_of([snapshot(worth=valuation(now, currency=currency))], currency)
    return change_over(span, opened_after(since), totals, NOON)


def test_coins_withdrawn_before_they_rise_gain_nothing(database: Any) -> None:
    """2 BTC leave at 50,000 each, 1,000 USD stay. BTC is at 100,000 now."""
    (main,) = accounts_of(database)
    worth(database, main, SINCE, "101000")
    worth(database, main, SINCE + HOUR, "1000")
    worth(database, main, NOON, "1000", prices=[price("BTC/USD", "100000")])
    sent = transfer("withdrawal/1", kind=TransferKind.WITHDRAWAL, amount="-2", at=SINCE + HOUR / 2)
    flowed(database, main, sent, value="-100000")
    found = change(database, [main], "1000")
    assert (found.amount, found.fraction, found.flows, found.is_estimated) == (0, 0, -100000, False)


def test_the_time_weighted_return_uses_the_values_recorded_around_a_flow(database: Any) -> None:
    """100, 110 when 100 more come in, 189 at the end: -1 %."""
    (main,) = accounts_of(database)
    for at, value in ((SINCE, "100"), (NOON - 11 * HOUR, "110"), (NOON - 10 * HOUR, "210"), (NOON, "189")):
        worth(database, main, at, value)
    flowed(database, main, transfer(asset="USD", amount="100", at=NOON - 10.5 * HOUR))
    found = change(database, [main], "189")
    assert found.amount == -11
    assert found.fraction is not None
    assert abs(found.fraction + Decimal("0.01")) < Decimal("1e-25")
    assert not found.is_estimated


def test_values_more_than_two_intervals_from_a_flow_are_not_near(database: Any) -> None:
    (main,) = accounts_of(database)
    for at, value in ((SINCE, "100"), (NOON - 14 * HOUR, "110"), (NOON, "300")):
        worth(database, main, at, value)
    flowed(database, main, transfer(asset="USD", amount="50", at=NOON - DAY / 2 + timedelta(seconds=1)))
    found = change(database, [main], "300")
    assert found.is_estimated
    assert found.fraction is not None
    assert abs(found.fraction - Decimal("1.2")) < Decimal("0.0001")


@pytest.mark.parametrize("btc", [("0", "1"), None])
def test_a_deposit_requested_before_and_credited_inside_is_no_gain(database: Any, btc: Any) -> None:
    """With the balances recorded, and with net values alone."""
    (main,) = accounts_of(database)
    before, after = btc or (None, None)
    worth(database, main, SINCE - HOUR / 2, "50000", before)
    worth(database, main, SINCE, "50000", before)
    worth(database, main, SINCE + HOUR, "100000", after)
    worth(database, main, NOON, "100000", after)
    flowed(database, main, transfer(at=SINCE - timedelta(minutes=10)), value="50000")
    found = change(database, [main], "100000")
    assert (found.amount, found.fraction, found.flows) == (0, 0, 50000)


def test_a_deposit_credited_before_the_period_is_not_counted_again(database: Any) -> None:
    (main,) = accounts_of(database)
    worth(database, main, SINCE - HOUR, "50000", "0")
    worth(database, main, SINCE, "100000", "1")
    worth(database, main, NOON, "100000", "1")
    flowed(database, main, transfer(at=SINCE - HOUR / 2), value="50000")
    found = change(database, [main], "100000")
    assert (found.amount, found.flows) == (0, 0)


@pytest.mark.parametrize(("step", "of_today"), [(-1, 0), (0, 700), (1, 700)])
def test_a_deposit_at_the_begin_is_of_the_period_and_one_before_it_is_not(
    database: Any, step: int, of_today: int
) -> None:
    """A refresh at the moment of the deposit contains it, also if that is the begin itself."""
    (main,) = accounts_of(database)
    at = SINCE + step * timedelta(microseconds=1)
    moments = sorted({SINCE - HOUR, at, SINCE + HOUR, NOON})
    for moment in moments:
        has_it = moment >= at
        worth(database, main, moment, "1700" if has_it else "1000")
    flowed(database, main, transfer(asset="USD", amount="700", at=at))
    closing = SINCE - timedelta(microseconds=1)
    result = change(database, [main], "1700", closing)
    assert (result.amount, result.flows, result.before) == (0, of_today, 1700 - of_today)


def test_until_transfers_were_read_the_change_is_not_known_yet(database: Any) -> None:
    (main,) = accounts_of(database)
    worth(database, main, SINCE, "50000")
    worth(database, main, NOON, "100000")
    found = change(database, [main], "100000")
    assert found.amount is None
    assert found.why.startswith("not known yet")
    flowed(database, main, until=NOON - DAY / 2)
    assert change(database, [main], "100000").why.startswith("not known yet")
    flowed(database, main)
    assert change(database, [main], "100000").amount == 50000


def test_until_a_flow_is_valued_the_change_is_not_known_yet(database: Any) -> None:
    (main,) = accounts_of(database)
    worth(database, main, SINCE, "50000", "0", prices=[price("BTC/USD", "50000")])
    worth(database, main, NOON, "100000", "1")
    flowed(database, main, transfer(at=NOON - HOUR / 2))
    assert change(database, [main], "100000").why == "not known yet: deposits and withdrawals are still being valued"


def test_an_asset_that_no_total_counts_makes_no_change_unknown(database: Any) -> None:
    (main,) = accounts_of(database)
    worth(database, main, SINCE, "1000")
    worth(database, main, NOON, "1100", unpriced=("ODD",))
    odd = transfer(asset="ODD", amount="7", at=NOON - HOUR / 2)
    flowed(database, main, odd)
    valued(database.writer, main, odd, None)
    assert (change(database, [main], "1100").amount, change(database, [main], "1100").flows) == (100, 0)


def test_a_priced_asset_without_a_price_of_then_makes_the_change_unknown(database: Any) -> None:
    (main,) = accounts_of(database)
    worth(database, main, SINCE, "1000", prices=[price("NEW/USD", "1")])
    worth(database, main, NOON, "1100")
    new = transfer(asset="NEW", amount="7", at=NOON - HOUR / 2)
    flowed(database, main, new)
    valued(database.writer, main, new, None)
    assert change(database, [main], "1100").why == (
        "not known: no price of NEW was found for when it was deposited or withdrawn"
    )


def test_pending_and_failed_transfers_are_no_flows(database: Any) -> None:
    (main,) = accounts_of(database)
    worth(database, main, SINCE, "100")
    worth(database, main, NOON, "110")
    of = {"asset": "USD", "amount": "50", "at": NOON - HOUR}
    pending, failed = TransferStatus.PENDING, TransferStatus.FAILED
    flowed(database, main, transfer("1", status=pending, **of), transfer("2", status=failed, **of))
    assert (change(database, [main], "110").amount, change(database, [main], "110").flows) == (10, 0)


def moved_between(database: Any, one: Account, other: Account, arrived: datetime) -> None:
    """1 BTC worth 100,000 leaves one account 20 h before noon and reaches the other later."""
    left = SINCE + 4 * HOUR
    worth(database, one, SINCE, "100000", "1")
    worth(database, other, SINCE, "5000", "0")
    for hours in range(5, 25):
        at = SINCE + hours * HOUR
        worth(database, one, at, "0", "0")
        worth(database, other, at, "105000" if at >= arrived else "5000", "1" if at >= arrived else "0")
    of = {"kind": TransferKind.WITHDRAWAL, "amount": "-1", "account": "one"}
    flowed(database, one, transfer("withdrawal/1", at=left + HOUR / 2, **of), value="-100000")
    came = transfer("deposit/1", at=arrived - HOUR / 2, account="other")
    flowed(database, other, came, until=max(NOON, arrived), value="100000")


def test_a_transfer_between_own_accounts_is_no_flow_and_its_way_no_loss(database: Any) -> None:
    one, other = accounts_of(database, "one", "other")
    moved_between(database, one, other, SINCE + 12 * HOUR)
    found = change(database, [one, other], "105000")
    assert (found.amount, found.flows, found.fraction, found.in_transit) == (0, 0, 0, "")
    alone = change(database, [other], "105000")
    assert (alone.amount, alone.flows) == (0, 100000)


def test_what_is_under_way_at_the_end_is_part_of_net_value_and_named(database: Any) -> None:
    one, other = accounts_of(database, "one", "other")
    moved_between(database, one, other, NOON + 24 * HOUR)
    found = change(database, [one, other], "5000")
    assert (found.amount, found.flows) == (0, 0)
    assert found.in_transit == "1 BTC from one to other"


def test_accounts_seen_at_different_times_have_one_total(database: Any) -> None:
    """500 came into an account that is seen every 6 minutes. The other one is seen hourly."""
    one, other = with_past(database.writer, "one", "other", refresh_seconds=360)
    for n in range(241):
        at = SINCE + n * timedelta(minutes=6)
        worth(database, one, at, "1500" if at > SINCE + 5.5 * HOUR else "1000")
    for n in range(25):
        write_refresh(
            database.writer,
            observation(replace(other, refresh_seconds=3600), SINCE + n * HOUR, None, valuation("5000")),
        )
    flowed(database, one, transfer(asset="USD", amount="500", at=SINCE + 5.51 * HOUR, account="one"))
    flowed(database, other)
    found = change(database, [one, other], "6500")
    assert (found.amount, found.fraction, found.is_estimated) == (0, 0, False)
