"""Read tax years: the events that the coin books have counted, by any method, in the base currency or US dollars."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from db.reads.coin_books import CoinBooksState, read_checkpoint, read_coin_books_state
from db.reads.coin_events import NO_PROFIT, UNVALUED, ValuedRow, ValuedTransfer, events_of, read_coin_rows
from db.reads.history_progress import NO_PROGRESS, read_history_progress
from db.reads.incoming_lots import IncomingLots, read_incoming_lots
from db.reads.stated_costs import read_deposits, read_stated_costs
from domain.coin_books import CoinBook, Role
from domain.coin_lots import LotMethod
from domain.contract_events import contract_result
from domain.income import EARNED
from domain.movements import is_contract
from domain.snapshot import Account
from domain.tax import Receipt, TaxEntry, tax_year
from domain.tax_rows import AccountYear
from domain.transfers import TransferKind, TransferStatus

US_DOLLARS = "USD"
_AT_ONCE = 5000


def read_tax_year(
    connection: Connection,
    account: Account,
    method: LotMethod | None,
    since: datetime,
    until: datetime,
    currency: str | None = None,
) -> AccountYear:
    """The year [since, until) of an account. `method` None: that of its books.

    `currency` is the base currency of the account (None) or US dollars. With the method and currency of the books the
    work begins at their last checkpoint before the year, otherwise with the first event.
    """
    currency = currency or account.base_currency
    assert currency in (account.base_currency, US_DOLLARS)
    method = method or LotMethod(account.cost_method.value)
    state = read_coin_books_state(connection, account.id)
    if state is None or state.counted_at is None:
        return AccountYear(account.name, currency, tax_year((), method, since, until), ("Not worked out yet.",))
    after, books = _begin(connection, account, state, method, currency, since)
    incoming = read_incoming_lots(connection, account, currency)
    entries = _entries(connection, account, currency, incoming, (after, state.counted_at), until)
    year = tax_year(entries, method, since, until, books)
    return AccountYear(account.name, currency, year, _missing(connection, account, state, currency, until))


def read_first_event(connection: Connection, accounts: Sequence[Account]) -> datetime | None:
    """The time of the first fill or transfer of these accounts."""
    found: datetime | None = connection.execute(text(_FIRST), {"accounts": [a.id for a in accounts]}).scalar()
    return found


def _begin(
    connection: Connection,
    account: Account,
    state: CoinBooksState,
    method: LotMethod,
    currency: str,
    since: datetime,
) -> tuple[datetime | None, dict[str, CoinBook]]:
    """The books at a moment before the year, where they were counted by the same method and currency."""
    if (state.method.value, state.currency) != (method.value, currency):
        return None, {}
    before = since if state.overtaken_at is None else min(since, state.overtaken_at)
    checkpoint = read_checkpoint(connection, account.id, before)
    return checkpoint.at, {coin: CoinBook.from_state(book) for coin, book in checkpoint.state.items()}


def _entries(
    connection: Connection,
    account: Account,
    currency: str,
    incoming: IncomingLots,
    span: tuple[datetime | None, datetime],
    until: datetime,
) -> Iterator[TaxEntry]:
    """The entries after the first moment of `span`, up to its last one, and before `until`."""
    after, last_at = span
    while True:
        in_usd = currency != account.base_currency
        rows, is_last = read_coin_rows(connection, account, after, _AT_ONCE, in_usd=in_usd)
        for row in rows:
            at = row.place[0]
            if at > last_at or at >= until:
                return
            yield _entry(row, at, currency, incoming)
        if is_last:
            return
        after = rows[-1].place[0]


def _entry(row: ValuedRow, at: datetime, currency: str, incoming: IncomingLots) -> TaxEntry:
    events = [
        event.with_lots(incoming.lots_of(event)) if event.role is Role.DEPOSIT else event
        for event in events_of(row, currency)
    ]
    if isinstance(row, ValuedTransfer):
        return TaxEntry(at, False, events, receipts=tuple(_receipts(row)))
    contract = None
    if is_contract(row.fill):
        contract = contract_result(row.fill, row.values or UNVALUED, row.profit or NO_PROFIT)
    return TaxEntry(at, True, events, contract)


def _receipts(row: ValuedTransfer) -> Iterator[Receipt]:
    """The income of a transfer, and its fee. Pending and failed ones are none."""
    transfer, values = row.transfer, row.values or UNVALUED
    if transfer.status not in (TransferStatus.DONE, TransferStatus.UNKNOWN):
        return
    if transfer.kind in EARNED and transfer.amount:
        value = values.value if values.value is None or transfer.amount > 0 else -values.value
        yield Receipt(transfer.key, transfer.kind, transfer.asset, transfer.at, transfer.amount, value)
    if transfer.fee and transfer.fee_currency is not None:
        fee = None if values.fee is None else -values.fee
        yield Receipt(transfer.key, TransferKind.FEE, transfer.fee_currency, transfer.at, -transfer.fee, fee)


def _missing(
    connection: Connection, account: Account, state: CoinBooksState, currency: str, until: datetime
) -> Sequence[str]:
    """What the figures lack, a sentence each."""
    reasons = []
    counted_at, overtaken_at = state.counted_at, state.overtaken_at
    scope = {"account_id": account.id, "counted_at": counted_at, "until": until}
    if counted_at is not None and connection.execute(text(_HAS_UNCOUNTED), scope).scalar():
        reasons.append(f"Events after {_time(counted_at)} are not worked out yet.")
    if overtaken_at is not None and counted_at is not None and overtaken_at <= counted_at and overtaken_at < until:
        reasons.append(f"Being worked out again from {_time(overtaken_at)} on.")
    costs = [stated.key for stated in read_stated_costs(connection, account)]
    deposits = read_deposits(connection, account, costs, currency)
    reasons += [f"A cost is stated for {key!r}, which is no deposit of a coin." for key in costs if key not in deposits]
    progress = read_history_progress(connection).get(account.id, NO_PROGRESS)
    for noun, since in (("Fills", progress.fills_since), ("Transfers", progress.transfers_since)):
        if since is None:
            reasons.append(f"{noun} were not read.")
        else:
            reasons.append(f"{noun} before {_time(since)} were not read.")
    return reasons


def _time(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


_FIRST = """
SELECT least(
    (SELECT min(at) FROM fill WHERE account_id = ANY(CAST(:accounts AS integer[]))),
    (SELECT min(at) FROM transfer WHERE account_id = ANY(CAST(:accounts AS integer[])))
)
"""

_HAS_UNCOUNTED = """
SELECT EXISTS (SELECT FROM fill WHERE account_id = :account_id AND at > :counted_at AND at < :until)
    OR EXISTS (SELECT FROM transfer WHERE account_id = :account_id AND at > :counted_at AND at < :until)
"""
