"""A month of trading and its history in Stillframe, and the figures of both that tests compare."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import ClassVar

from db.reads.transfer_filter import TransferFilter
from db.reads.transfer_totals import read_transfer_totals
from domain.income import TransferSum
from domain.lots import EXACT
from simulator.orders import Order, Trade
from tests.postgres import Database
from tests.refresher.conftest import WatchedPast, past_of, settings_for, watched_accounts
from tests.simulator.exchange_process import API_KEY
from tests.simulator.in_process import Month


class Then:
    """The present of the month."""

    moment: ClassVar[datetime]


@dataclass
class Lived:
    """The month, and its history in Stillframe."""

    month: Month
    main: WatchedPast

    @property
    def trades(self) -> list[Trade]:
        return self.month.exchange.engine.booker.trades

    def seen(self) -> dict[str, Order]:
        """The orders that were ever seen open, by their key as Stillframe has it."""
        keys = {key for (key,) in self.main.read("SELECT DISTINCT key FROM order_version")}
        orders = (order for listed in self.month.exchange.engine.by_id.values() for order in listed)
        named = {f"{o.order_id}/{o.leg_id}" if o.leg_id else o.order_id: o for o in orders}
        return {key: named[key] for key in keys}


def lived_through(played: Month, database: Database) -> WatchedPast:
    (watched,) = watched_accounts(database, settings_for(played.url, "main", key=API_KEY, budget=10.0))
    main = past_of(watched, now=lambda: Then.moment)

    def look(at: int) -> None:
        Then.moment = datetime.fromtimestamp(at / 1000, UTC)
        assert main.refresh().succeeded
        result = main.look_back()
        assert result.succeeded, result.detail

    played.live(24, look)
    Then.moment = datetime.fromtimestamp(played.exchange.at / 1000 + 1, UTC)
    for _ in range(5):  # transfers are read in every fifth run
        main.look_back()
    return main


def transfer_sums(lived: Lived) -> tuple[TransferSum, ...]:
    watched = lived.main.watched
    with watched.database.reader.connect() as connection:
        return read_transfer_totals(connection, [watched.account], TransferFilter())


def books(lived: Lived) -> dict[str, list[Trade]]:
    traded: dict[str, list[Trade]] = defaultdict(list)
    for trade in lived.trades:
        traded[trade.instrument.name].append(trade)
    return traded


def worked_out(lived: Lived, name: str) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Realised profit, holding and cost after the last fill, and the quantity sold without an explanation."""
    rows = lived.main.read(
        "SELECT realised, held_after, cost_after, sold_unexplained FROM fill_profit JOIN fill USING (account_id, key) "
        "WHERE exchange_symbol = :name ORDER BY fill.at, key",
        name=name,
    )
    assert len(rows) == len(books(lived)[name])
    realised = unexplained = Decimal(0)
    for row in rows:
        realised = EXACT.add(realised, row[0] or Decimal(0))
        unexplained = EXACT.add(unexplained, row[3])
    return realised, rows[-1][1], rows[-1][2], unexplained
