"""A database with rows in every table, written by db.writes, and a function that reads everything back."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, text

from db.leases import Leases, shard_of
from db.reads.accounts import read_accounts
from db.reads.alerts import read_mutes
from db.reads.attempts import read_failures
from db.reads.candles import read_candle_span
from db.reads.clock_repairs import read_clock_repairs
from db.reads.costs import read_explained
from db.reads.due_values import read_value_progress
from db.reads.ended_counts import read_ending_counts
from db.reads.ended_orders import read_ended_orders
from db.reads.equity import read_equity
from db.reads.fill_filter import FillFilter
from db.reads.fill_totals import read_fill_totals
from db.reads.fills import read_fills
from db.reads.history_filter import HistoryFilter
from db.reads.history_progress import read_history_progress
from db.reads.history_states import read_history_states
from db.reads.jobs import read_job_runs
from db.reads.order_versions import read_order_versions
from db.reads.permissions import read_permissions
from db.reads.price_states import read_states
from db.reads.profits import read_books
from db.reads.rules import read_rules
from db.reads.snapshots import read_snapshot
from db.reads.transfer_filter import TransferFilter
from db.reads.transfers import read_transfers
from db.refresh_requests import insert_edit_request, insert_refresh_request
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.alerts import AlertWrite, write_alert, write_mute
from db.writes.candles import write_candle_part
from db.writes.clock_repairs import set_aside_future
from db.writes.coin_units import write_coin_units
from db.writes.fills import write_fill_page
from db.writes.jobs import write_job_started
from db.writes.key_salt import write_key_salt
from db.writes.outbox import write_channels
from db.writes.outcomes import write_outcomes
from db.writes.period_closes import write_compared_period, write_recorded_period
from db.writes.permissions import write_permission
from db.writes.refresh import write_refresh
from db.writes.rules import write_rule
from db.writes.stated_costs import write_stated_costs
from db.writes.stated_values import write_stated_values
from db.writes.tax_closings import write_tax_closing, write_tax_corrections
from db.writes.thinning_states import write_thinned_until
from db.writes.transfers import write_transfer_page
from db.writes.watchlist import write_watched_market
from db.writes.work import write_work_waiting
from domain.alert_states import AlertState, State
from domain.alerts import AlertEventKind, ChannelState, SubjectKey
from domain.candle_ranges import CandleRange
from domain.candles import Candle
from domain.coin_lots import LotMethod
from domain.edits import EditKind
from domain.endings import Ending, Evidence, Outcome
from domain.markets import Side
from domain.period_close import PeriodCorrection, PeriodFigures, PeriodKind, RecordedPeriod
from domain.permissions import KeyPermission
from domain.rule_terms import Subject
from domain.rules import RuleDefinition, RuleOrigin, Severity
from domain.snapshot import Account, Observation
from domain.sources import Source, Success
from domain.stated_cost import StatedCost
from domain.tax import TaxYear
from domain.tax_entries import Correction, TaxYearName
from domain.tax_rows import AccountYear
from domain.transfers import TransferKind
from refresher.past.books import Books
from refresher.past.values import Values
from tests.db.fill_history import ALL_TIME
from tests.factories import (
    ASKED,
    NOON,
    balance,
    failure,
    fill,
    later,
    observation,
    order,
    position,
    price,
    stop,
    transfer,
    valuation,
)

HISTORY = (Source.FILLS, Source.TRANSFERS, Source.ENDINGS)


def configure(engine: Engine) -> Account:
    """Write the account, as the refresher does at its start."""
    return write_accounts(engine, [AccountSetting("main", "cryptocom", ASKED, 30, "USD", history=HISTORY)])["main"]


def fill_database(engine: Engine) -> Account:
    """Write an account with history and two refreshes, one of them with a failed source."""
    main = configure(engine)
    write_key_salt(engine)
    write_refresh(engine, observed(main, later(3600)))
    set_aside_future(engine, main, later(-60))
    for seconds, others in ((-55, (order("back"),)), (-45, ()), (-30, (order("gone"), order("back")))):
        write_refresh(engine, observed(main, later(seconds), gone=others))
    write_refresh(engine, observed(main, NOON, triggers=failure()))
    bought, sold = fill("1", amount="2"), fill("2", Side.SELL, price="110", at=later(1))
    traded = (bought, sold, fill("3", symbol="BTC/USDT", at=later(2)))
    write_fill_page(engine, main.id, Source.FILLS, traded, ALL_TIME, NOON)
    moved = [transfer(), transfer("withdrawal/1", kind=TransferKind.WITHDRAWAL, amount="-0.5", at=later(3))]
    write_transfer_page(engine, main.id, Source.TRANSFERS, moved, ALL_TIME, NOON)
    write_stated_costs(engine, main.id, [StatedCost("deposit/1", Decimal(90), "USD", NOON - timedelta(days=99))])
    work_out(engine, main)
    write_outcomes(engine, main.id, [Outcome("main", Source.ORDERS, "gone", Ending.FILLED, NOON, Evidence.FILLS)], NOON)
    write_permission(engine, main.id, KeyPermission(True, False, False, "", NOON))
    equity = valuation("90000").net_value
    assert equity is not None
    write_stated_values(engine, main.id, [(NOON - timedelta(days=9), equity)], "USD")
    candles = [Candle("BTC/USD", "1h", NOON, equity, equity, equity, equity, None)]
    write_candle_part(engine, main.venue, CandleRange("BTC/USD", "1h", NOON, later(3600)), candles)
    write_job_started(engine, "refresh main", NOON)
    insert_refresh_request(engine, main.id)
    write_viewer(engine, main.id)
    write_work_waiting(engine, main.id, "backfill")
    leases = Leases(engine)
    leases.beat()
    leases.take({shard_of(main.id)}, 1)
    close_periods(engine, main)
    write_old_prices(engine, main.venue)
    write_thinned_until(engine, main.venue, timedelta(hours=1), NOON)
    write_alerts(engine, main)
    return main


def write_alerts(engine: Engine, main: Account) -> None:
    """A rule with an alert that fired, a message about it, and what else a viewer keeps for alerts."""
    write_channels(engine, [ChannelState("phone", "ana", "telegram", Severity.INFO)])
    write_rule(engine, "ana", RuleDefinition("fall", "net_value < 100"), RuleOrigin.APP, "ana")
    with engine.connect() as connection:
        (rule,) = read_rules(connection)
    fires = AlertState(State.FIRING, NOON, NOON)
    subject = SubjectKey(Subject.ACCOUNT, main.name)
    write_alert(
        engine,
        AlertWrite(rule, subject, main.id, None, fires, NOON, event=AlertEventKind.FIRED, channels=("phone",)),
    )
    write_mute(engine, "ana", "rule", "fall", later(3600 * 24 * 36500), "ana")
    write_watched_market(engine, "ana", main.venue, "BTC/USD")


def close_periods(engine: Engine, main: Account) -> None:
    """A closed tax year and a recorded month with a correction each, and what belongs to them."""
    insert_edit_request(engine, EditKind.COST, {"deposit": "deposit/1", "cost": "90"}, main.id)
    write_coin_units(engine, main.venue, {"BTC": Decimal("0.00000001")}, NOON)
    name = TaxYearName(main.id, 2025, "UTC", "USD", LotMethod.FIFO)
    write_tax_closing(engine, name, AccountYear("main", "USD", TaxYear(LotMethod.FIFO, (), (), {})), NOON, NOON)
    write_tax_corrections(engine, name, [Correction(NOON, None, {"section": "disposal"})], 0, NOON)
    figures = PeriodFigures({"gain": Decimal(1)}, 0, 0)
    month = RecordedPeriod(main.id, PeriodKind.MONTH, NOON, later(9), "USD", NOON, figures)
    write_recorded_period(engine, month)
    write_compared_period(engine, month, PeriodCorrection(NOON, figures, figures, "1 late fill"))


def write_old_prices(engine: Engine, venue: str) -> None:
    """The prices of each tick once more, as they were written before there were ticks."""
    with engine.begin() as connection:
        ticks = connection.execute(text("SELECT id, at FROM price_tick WHERE exchange = :v"), {"v": venue}).all()
        states = read_states(connection, venue, [tick.id for tick in ticks])
        for tick in ticks:
            for price in states[tick.id].prices().values():
                values = {"venue": venue, "id": tick.id, "at": tick.at, **asdict(price)}
                connection.execute(text(_OLD_PRICE), values)


_OLD_PRICE = """
INSERT INTO price (exchange, id, at, confirmed_at, symbol, base, quote, last, bid, ask, mark, change_24h, volume,
                   is_active) OVERRIDING SYSTEM VALUE
VALUES (:venue, :id, :at, :at, :symbol, :base, :quote, :last, :bid, :ask, :mark, :change_24h, :volume, :is_active)
"""


def write_viewer(engine: Engine, *account_ids: int, name: str = "ana", token: str = "ana's token") -> None:
    """Write a viewer of these accounts with a session, an API token (`<token>-api`) and rows of the sign-in layer."""
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO viewer (name, password_hash) VALUES (:name, '$argon2')"), {"name": name})
        for account_id in account_ids:
            connection.execute(
                text("INSERT INTO viewer_account VALUES (:account_id, :name)"),
                {"account_id": account_id, "name": name},
            )
        for statement in _SIGNED_IN:
            connection.execute(text(statement), {"name": name, "token": token})


_SIGNED_IN = (
    "INSERT INTO session (token_hash, viewer, expires_at) "
    "VALUES (sha256(convert_to(:token, 'UTF8')), :name, now() + interval '1 hour')",
    "INSERT INTO api_token (token_hash, viewer, label) "
    "VALUES (sha256(convert_to(:token || '-api', 'UTF8')), :name, 'a script')",
    "INSERT INTO sign_in_attempt (viewer, address, succeeded) VALUES (:name, '127.0.0.1', true)",
    "INSERT INTO audit (viewer, action) VALUES (:name, 'signed in')",
)


def work_out(engine: Engine, main: Account) -> None:
    """Value the history and bring its books up to date, as the refresher does in the background."""
    Values(main, engine).work_out(lambda: True)
    Books(main, engine).work_out(lambda: True)


def observed(account: Account, taken_at: Any, gone: tuple[Any, ...] = (), **results: Any) -> Observation:
    """The observation of each refresh."""
    results_by_source = {
        Source.BALANCES: Success((balance(market_value=price().last),)),
        Source.POSITIONS: Success((position(unrealised_pnl=price().last),)),
        Source.ORDERS: Success((order("1", updated_at=NOON), order("2"), *gone)),
        Source.TRIGGERS: Success((stop(),)),
        Source.PRICES: Success((price(),)),
    }
    return observation(
        account, taken_at, results_by_source | {Source(name): result for name, result in results.items()}, valuation()
    )


def read_everything(engine: Engine) -> Mapping[str, Any]:
    """The results of all reads, by name."""
    with engine.connect() as connection:
        (main,) = read_accounts(connection)
        since, until = later(-3600), later(3600)
        return {
            "account": main,
            "snapshots": [read_snapshot(connection, main, at) for at in (later(-30), NOON)],
            "versions": read_order_versions(connection, main, Source.ORDERS, "1", until),
            "failures": read_failures(connection, main.id, since, until, 10),
            "equity": read_equity(connection, main.id, NOON - timedelta(days=30), until, 100),
            "candles": read_candle_span(connection, main.venue, "BTC/USD", "1h"),
            "jobs": read_job_runs(connection),
            "fills": read_fills(connection, [main], FillFilter(), 10),
            "totals": read_fill_totals(connection, [main], FillFilter()),
            "books": read_books(connection, main.id, until),
            "explained": read_explained(connection, main.id, until),
            "endings": read_ended_orders(connection, main, since, until),
            "ended": [read_ending_counts(connection, [(main, at)], HistoryFilter()) for at in (later(-40), NOON)],
            "transfers": read_transfers(connection, [main], TransferFilter(since, until)),
            "values": read_value_progress(connection, main.id),
            "history": read_history_states(connection, main.id),
            "clock": read_clock_repairs(connection, later(-60)),
            "permissions": read_permissions(connection),
            "mutes": read_mutes(connection, later(3600 * 24 * 365)),
            # Versions cannot be compared between databases.
            "progress": [replace(progress, version="") for progress in read_history_progress(connection).values()],
        }
