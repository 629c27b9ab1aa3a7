"""Need: history is requested after a change that it could explain, and else in a slow rotation."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from domain.history import CONFIRM_EVERY
from domain.sources import Source, SourceKind, Success
from refresher.past.need import LEAST_CALLS, HistoryNeed
from refresher.present.changes import AccountState, Changes
from refresher.present.last_known import LastKnown
from tests.factories import NOON, balance, failure, order, position

MINUTE = timedelta(minutes=1)
TRANSFERS = (Source.of(SourceKind.TRANSFERS, "deposits"), Source.of(SourceKind.TRANSFERS, "withdrawals"))


def fills(*symbols: str) -> list[Source]:
    return [Source.of(SourceKind.FILLS, symbol) for symbol in symbols]


class Clocked(HistoryNeed):
    """A need with a clock of the test."""

    def __init__(self) -> None:
        self.at: datetime = NOON
        super().__init__(MINUTE, lambda: self.at)

    def run(self, calls: Sequence[Source], *, make: int | None = None) -> list[Source]:
        """One run: the calls that it chooses, of which it makes the first `make`."""
        self.begin()
        chosen = list(self.calls(calls))
        for call in chosen[:make]:
            self.made(call)
        return chosen


@pytest.fixture
def need() -> Clocked:
    return Clocked()


def test_without_changes_a_call_is_made_once_in_ten_intervals(need: Clocked) -> None:
    calls = fills("BTC/USD", "ETH/USD")
    assert need.is_due()
    assert need.run(calls) == calls
    need.at += MINUTE * (CONFIRM_EVERY - 1)
    assert not need.is_due()
    need.at += MINUTE
    assert need.is_due()
    assert need.run(calls) == calls


def test_a_change_asks_for_its_symbols_at_once_and_once_more_an_interval_later(need: Clocked) -> None:
    calls = fills("BTC/USD", "ETH/USD", "SOL/USD")
    need.run(calls)
    need.at += MINUTE
    need.note(Changes(assets=frozenset({"ETH"}), symbols=frozenset({"SOL/USD"})))
    assert need.is_due()
    assert need.run(calls) == fills("ETH/USD", "SOL/USD")
    need.at += MINUTE
    assert need.is_due(), "an exchange may list a fill late"
    assert need.run(calls) == fills("ETH/USD", "SOL/USD")
    assert not need.is_due()


def test_a_list_of_all_symbols_is_asked_after_any_change(need: Clocked) -> None:
    calls = [Source.of(SourceKind.FILLS, "linear")]
    need.run(calls)
    need.note(Changes(symbols=frozenset({"ANY"})))
    assert need.run(calls) == calls


def test_a_refresh_that_failed_in_part_asks_for_everything(need: Clocked) -> None:
    calls = fills("BTC/USD", "ETH/USD")
    need.run(calls)
    need.note(Changes(is_certain=False))
    assert need.run(calls) == calls


def test_two_hundred_symbols_are_spread_over_the_rotation(need: Clocked) -> None:
    calls = fills(*(f"C{number}/USD" for number in range(200)))
    need.run(calls)
    asked: list[Source] = []
    need.at += MINUTE * CONFIRM_EVERY
    for _ in range(CONFIRM_EVERY):
        chosen = need.run(calls)
        assert len(chosen) == 200 / CONFIRM_EVERY > LEAST_CALLS
        asked += chosen
        need.at += MINUTE
    assert asked == calls


def test_calls_that_a_run_had_no_time_for_come_first_in_the_next(need: Clocked) -> None:
    calls = fills("A/USD", "B/USD", "C/USD")
    need.run(calls, make=1)
    assert need.is_due()
    assert need.run(calls) == fills("B/USD", "C/USD")
    assert not need.is_due()


def test_transfers_are_asked_after_a_change_of_a_balance_but_not_all_the_time(need: Clocked) -> None:
    need.run(TRANSFERS)
    need.at += MINUTE
    need.note(Changes(assets=frozenset({"USD"})))
    assert need.run(TRANSFERS) == []
    need.at += MINUTE * 2
    assert need.run(TRANSFERS) == []
    assert not need.is_due()
    need.at += MINUTE * 2
    assert need.is_due(), "the change is not forgotten"
    assert need.run(TRANSFERS) == list(TRANSFERS)
    assert not need.is_due()


def known(**rows: tuple[object, ...]) -> LastKnown:
    last_known = LastKnown()
    for name, values in rows.items():
        last_known.update(Source(name), Success(values), NOON)
    return last_known


def changes(before: LastKnown, after: LastKnown) -> Changes:
    return AccountState.of(before).changes_to(AccountState.of(after), {})


def test_prices_and_profits_are_no_changes_but_quantities_are() -> None:
    before = known(balances=(balance("BTC"),), positions=(position(),), orders=(order("1"), order("2")))
    marked = replace(position(), mark_price=Decimal(7), unrealised_pnl=Decimal(8))
    same = known(
        balances=(replace(balance("BTC"), market_value=Decimal(9)),),
        positions=(marked,),
        orders=(order("2"), order("1")),
    )
    assert not changes(before, same)
    more = known(
        balances=(replace(balance("BTC"), total=Decimal(99)),),
        positions=(replace(position(), amount=Decimal(99)),),
        orders=(order("1"),),
    )
    found = changes(before, more)
    assert found.assets == {"BTC"}
    assert {position().symbol, order("2").symbol} <= found.symbols


def test_a_failed_source_makes_changes_uncertain() -> None:
    state = AccountState.of(known())
    assert not state.changes_to(state, {Source.ORDERS: failure()}).is_certain
    assert state.changes_to(state, {Source.PRICES: failure()}).is_certain


def test_calls_of_a_clock_that_was_ahead_do_not_delay_the_next_ones(need: Clocked) -> None:
    calls = fills("BTC/USD", "ETH/USD")
    need.at += timedelta(days=30)
    assert need.run(calls) == calls
    need.at -= timedelta(days=30)
    assert need.is_due()
    assert need.run(calls) == calls
    assert not need.is_due()
