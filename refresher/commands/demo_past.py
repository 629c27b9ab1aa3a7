"""The demo's past: fills, transfers and endings of the simulated exchange, told at once and written as if read."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import requests
from sqlalchemy import Engine

from db.writes.fills import write_fill_page
from db.writes.transfers import write_transfer_page
from domain.history import TimeRange
from domain.snapshot import Account
from domain.sources import Source
from exchanges.connection.errors import BadPayload
from exchanges.connection.exact import exact_json, moment
from exchanges.contracts import HistoryReader
from exchanges.cryptocom.endings import normalise_ended_orders
from exchanges.cryptocom.fills import normalise_fills, with_realised
from exchanges.cryptocom.history import DEPOSIT_CALL, JOURNAL_CALL, WITHDRAWAL_CALL
from exchanges.cryptocom.transfers import normalise_deposits, normalise_journal, normalise_withdrawals
from refresher.past.books import Books
from refresher.past.ended_orders import GoneOrders
from refresher.past.pages import utc_now
from refresher.process.stopping import Stop

PAST_PATH = "/control/past"
CONNECT_AND_READ_SECONDS = (5, 60)
ALL_ORDERS = 1_000_000


@dataclass(frozen=True, slots=True)
class DemoPast:
    """All that happened on the simulated exchange, as it tells it, and of which time that is."""

    known: TimeRange
    told: Any


def fetch_demo_past(url: str) -> DemoPast:
    """Ask for it. Raises BadPayload when the exchange does not say of which time it is."""
    with requests.get(f"{url}{PAST_PATH}", timeout=CONNECT_AND_READ_SECONDS) as answer:
        answer.raise_for_status()
        told: Any = exact_json(answer.text)
    since, until = moment(told, "since"), moment(told, "until")
    if since is None or until is None:
        raise BadPayload("the recorded past does not say of which time it is")
    return DemoPast(TimeRange(since, until), told)


def write_demo_past(writer: Engine, account: Account, past: HistoryReader, demo: DemoPast, stop: Stop) -> None:
    """Write all that happened on the simulated exchange."""
    told, known, at = demo.told, demo.known, utc_now()
    since, until = known.since, known.until
    fills = with_realised(normalise_fills(told["trades"], account.name, {}).rows, told["journal"])
    within = [fill for fill in fills if since <= fill.at < until]
    write_fill_page(writer, account.id, Source.FILLS, within, known, at)
    movements = {
        DEPOSIT_CALL: normalise_deposits(told["deposits"], account.name),
        WITHDRAWAL_CALL: normalise_withdrawals(told["withdrawals"], account.name),
        JOURNAL_CALL: normalise_journal(told["journal"], account.name, {}),
    }
    for source, moved in movements.items():
        stop.check()
        write_transfer_page(writer, account.id, source, moved.rows, known, at)
    ended = [row for name in ("orders", "advanced") for row in normalise_ended_orders(told[name]).rows]
    gone = GoneOrders(account, past, writer, reach=at - since + timedelta(days=1), most=ALL_ORDERS)
    gone.resolve_by(ended)
    Books(account, writer).work_out(lambda: not stop.requested)
