"""The first price that a refresh sees decides the direction of a trigger, for all refreshes and restarts to come."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from db.reads.moments import read_latest
from db.reads.snapshots import read_snapshot
from db.stopping import Stop
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.refresh import write_refresh
from domain.orders import Order, OrderKind, Role, TriggerDirection, TriggerKind
from domain.protection import ProtectionState, protection_of
from domain.snapshot import Snapshot
from domain.sources import Source, SourceKind
from exchanges.connection.errors import Temporary
from refresher.present.account_refresh import AccountRefresher
from refresher.present.last_known import LastKnown
from refresher.present.source_fetcher import SourceFetcher
from tests import factories
from tests.factories import ASKED
from tests.postgres import Database
from tests.refresher.readers import ScriptedReader

DOWN = Temporary("the exchange is away")


def plain(key: str, trigger: str, **values: Any) -> Order:
    return factories.stop(key, trigger, trigger_direction=None, **values)


def triggers_of(refresher: AccountRefresher) -> dict[str, Order]:
    rows = refresher.refresh_account().rows(Source.TRIGGERS)
    assert rows is not None
    return {order.key: order for order in rows}


def scripted_refresher(
    last_known: LastKnown | None = None, **script: Any
) -> tuple[AccountRefresher, dict[Source, Any]]:
    """An refresher, and the script of its exchange, which a test may change between refreshes."""
    says = {Source(name): rows for name, rows in script.items()}
    fetcher = SourceFetcher(ScriptedReader(says), dict.fromkeys(SourceKind, 5.0), Stop())
    return AccountRefresher(factories.account(), fetcher, ("USD",), last_known), says


def test_the_price_of_the_same_refresh_decides_and_later_ones_change_nothing() -> None:
    triggers = [plain("1", "72000"), plain("2", "55000")]
    refresher, says = scripted_refresher(triggers=triggers, prices=[factories.price("BTC/USD", "60000")])
    for at in ("60000", "54000", "80000"):
        says[Source.PRICES] = [factories.price("BTC/USD", at)]
        orders = triggers_of(refresher)
        assert [order.kind for order in orders.values()] == [OrderKind.TAKE_PROFIT, OrderKind.STOP]
        assert [o.trigger_direction for o in orders.values()] == [TriggerDirection.RISES, TriggerDirection.FALLS]


def test_a_spot_book_without_a_ticker_has_the_price_of_the_perpetual_on_its_pair() -> None:
    triggers = [plain("1", "72000"), plain("2", "55000")]
    refresher, _ = scripted_refresher(triggers=triggers, prices=[factories.price("BTC/USD:USD", "60000")])
    directions = [order.trigger_direction for order in triggers_of(refresher).values()]
    assert directions == [TriggerDirection.RISES, TriggerDirection.FALLS]


def test_without_a_price_it_stays_open_until_one_is_seen() -> None:
    refresher, says = scripted_refresher(triggers=[plain("1", "72000")], prices=DOWN)
    assert triggers_of(refresher)["1"].trigger_direction is None
    says[Source.PRICES] = [factories.price("BTC/USD", "60000")]
    assert triggers_of(refresher)["1"].trigger_direction is TriggerDirection.RISES


def test_the_mark_of_a_position_counts_where_no_ticker_states_one() -> None:
    contract = {"symbol": "BTC/USD:USD", "trigger_kind": TriggerKind.MARK}
    held = factories.position("BTC/USD:USD", mark_price=Decimal(60000))
    refresher, _ = scripted_refresher(triggers=[plain("1", "60500", **contract)], positions=[held],
                            prices=[factories.price("BTC/USD:USD", "61000")])  # fmt: skip
    assert triggers_of(refresher)["1"].trigger_direction is TriggerDirection.RISES
    refresher, _ = scripted_refresher(triggers=[plain("1", "60500", **contract)], positions=[held], prices=DOWN)
    assert triggers_of(refresher)["1"].trigger_direction is TriggerDirection.RISES


def test_a_list_that_failed_for_a_while_keeps_what_was_decided() -> None:
    refresher, says = scripted_refresher(triggers=[plain("1", "72000")], prices=[factories.price("BTC/USD", "60000")])
    triggers_of(refresher)
    says |= {Source.TRIGGERS: DOWN, Source.PRICES: [factories.price("BTC/USD", "75000")]}
    refresher.refresh_account()
    says[Source.TRIGGERS] = [plain("1", "72000")]
    assert triggers_of(refresher)["1"].kind is OrderKind.TAKE_PROFIT


def test_a_restart_keeps_what_was_decided(database: Database) -> None:
    """The decision is read from the order's stored versions and makes no new version of a standing order."""
    setting = AccountSetting("main", "cryptocom", ASKED, 30, "USD")
    account = write_accounts(database.writer, [setting])["main"]
    balances = [factories.balance("BTC")]
    refresher, _ = scripted_refresher(balances=balances, triggers=[plain("1", "72000")],
                            prices=[factories.price("BTC/USD", "60000")])  # fmt: skip
    write_refresh(database.writer, replace(refresher.refresh_account(), account=account))
    after, _ = scripted_refresher(LastKnown.from_snapshot(_latest(database)), balances=balances,
                         triggers=[plain("1", "72000")], prices=[factories.price("BTC/USD", "75000")])  # fmt: skip
    written = write_refresh(database.writer, replace(after.refresh_account(), account=account))
    assert (written.opened, written.closed) == (0, 0)
    (order,) = _latest(database).orders
    assert (order.kind, order.role) == (OrderKind.TAKE_PROFIT, Role.TAKE_PROFIT)
    assert protection_of(_latest(database))["BTC"].state is ProtectionState.UNPROTECTED


def _latest(database: Database) -> Snapshot:
    account = write_accounts(database.writer, [AccountSetting("main", "cryptocom", ASKED, 30, "USD")])["main"]
    with database.reader.connect() as connection:
        return read_snapshot(connection, account, read_latest(connection)[account.id])
