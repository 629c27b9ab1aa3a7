"""The demo's history: fills, transfers and ended orders of the simulated exchange, fetched at once and written."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import requests
from sqlalchemy import Engine

from db.reads.prices import is_ever_priced
from db.stopping import Stop
from db.writes.fills import write_fill_page
from db.writes.history_states import write_nothing_missing
from db.writes.transfers import write_transfer_page
from domain.history import TimeRange
from domain.snapshot import Account
from domain.sources import Source
from exchanges.connection.errors import BadPayload
from exchanges.connection.exact import exact_json, moment
from exchanges.contracts import AccountReader, HistoryReader
from exchanges.cryptocom.endings import normalise_ended_orders
from exchanges.cryptocom.fills import normalise_fills, with_realised
from exchanges.cryptocom.history import DEPOSIT_CALL, JOURNAL_CALL, WITHDRAWAL_CALL
from exchanges.cryptocom.transfers import normalise_deposits, normalise_journal, normalise_withdrawals
from refresher.past.backfill import fill_candles
from refresher.past.books import Books
from refresher.past.ended_orders import GoneOrders
from refresher.past.values import Values
from refresher.process.clock import utc_now

PAST_PATH = "/control/past"
CONNECT_AND_READ_SECONDS = (5, 60)
ALL_ORDERS = 1_000_000


@dataclass(frozen=True, slots=True)
class DemoPast:
    """The recorded history of the simulated exchange, and the time range it covers."""

    time_range: TimeRange
    payload: Any


def fetch_demo_past(url: str) -> DemoPast:
    """Fetch the recorded history. Raises BadPayload if its time range is missing."""
    with requests.get(f"{url}{PAST_PATH}", timeout=CONNECT_AND_READ_SECONDS) as answer:
        answer.raise_for_status()
        payload: Any = exact_json(answer.text)
    since, until = moment(payload, "since"), moment(payload, "until")
    if since is None or until is None:
        raise BadPayload("the recorded history has no time range")
    return DemoPast(TimeRange(since, until), payload)


def write_demo_candles(writer: Engine, account: Account, reader: AccountReader, demo: DemoPast, stop: Stop) -> None:
    """Write the candles of coins that were deposited or withdrawn. The recorded prices are hours apart."""
    moved = [
        *normalise_deposits(demo.payload["deposits"], account.name).rows,
        *normalise_withdrawals(demo.payload["withdrawals"], account.name).rows,
    ]
    assets = sorted({transfer.asset for transfer in moved} - {account.base_currency})
    with writer.connect() as connection:
        priced = [asset for asset in assets if is_ever_priced(connection, account.venue, asset)]
    for asset in priced:
        fill_candles(writer, account, reader, f"{asset}/{account.base_currency}", demo.time_range.since, stop)


def write_demo_past(writer: Engine, account: Account, past: HistoryReader, demo: DemoPast, stop: Stop) -> None:
    """Write the recorded history of the simulated exchange."""
    payload, time_range, at = demo.payload, demo.time_range, utc_now()
    since, until = time_range.since, time_range.until
    fills = with_realised(normalise_fills(payload["trades"], account.name, {}).rows, payload["journal"])
    within = [fill for fill in fills if since <= fill.at < until]
    write_fill_page(writer, account.id, Source.FILLS, within, time_range, at)
    movements = {
        DEPOSIT_CALL: normalise_deposits(payload["deposits"], account.name),
        WITHDRAWAL_CALL: normalise_withdrawals(payload["withdrawals"], account.name),
        JOURNAL_CALL: normalise_journal(payload["journal"], account.name, {}),
    }
    for source, moved in movements.items():
        stop.check()
        write_transfer_page(writer, account.id, source, moved.rows, time_range, at)
    ended = [row for name in ("orders", "advanced") for row in normalise_ended_orders(payload[name]).rows]
    gone = GoneOrders(account, past, writer, reach=at - since + timedelta(days=1), limit=ALL_ORDERS)
    gone.write_known(ended)
    write_nothing_missing(writer, account.id, Source.ENDINGS, at)
    Values(account, writer).work_out(lambda: not stop.requested)
    Books(account, writer).work_out(lambda: not stop.requested)
