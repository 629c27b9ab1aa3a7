"""Read tax years: the events that the coin books have counted, by any method and in any currency.

Values in the base currency and in US dollars are stored. In another one each amount is valued by the prices of its own
moment, and is unknown where there are none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from operator import itemgetter

from sqlalchemy import Connection, text

from db.reads.accounts import read_accounts
from db.reads.coin_books import (
    CoinBooksState,
    MovedLots,
    read_checkpoint,
    read_coin_books_state,
    read_moved_lots,
    read_moves,
)
from db.reads.coin_events import NO_PROFIT, UNVALUED, ValuedRow, ValuedTransfer, events_of, read_coin_rows
from db.reads.coin_units import read_coin_units
from db.reads.filer_values import revalued
from db.reads.history_progress import NO_PROGRESS, read_history_progress
from db.reads.incoming_lots import Deposits, read_deposits
from domain.coin_books import CoinBook, CoinEvent, Role
from domain.coin_lots import LotMethod, rows_of
from domain.contract_events import contract_result
from domain.income import EARNED
from domain.movements import is_contract
from domain.snapshot import Account
from domain.tax import Receipt, TaxBooks, TaxEntry
from domain.tax_rows import AccountYear
from domain.transfer_matches import matches_of
from domain.transfers import TransferKind, TransferStatus

Place = tuple[datetime, int, int, str]
US_DOLLARS = "USD"
_AT_ONCE = 5000


@dataclass(slots=True)
class _Walk:
    """An account on the way through its events."""

    account: Account
    currency: str
    method: LotMethod
    state: CoinBooksState | None
    deposits: Deposits
    after: datetime | None
    books: TaxBooks
    assumed: int = 0  # rows valued on the way for which a dollar coin counted as one dollar


def read_tax_years(
    connection: Connection,
    accounts: Sequence[Account],
    method: LotMethod | None,
    since: datetime,
    until: datetime,
    currency: str | None = None,
) -> Sequence[AccountYear]:
    """The year [since, until) of each account. `method` None: that of its books.

    `currency` is the base currency of each account (None) or any other. With the method and currency of the books the
    work begins at their last checkpoint before the year. Otherwise the events of all accounts that coins came from are
    counted again from the first on, so that lots which moved between them keep the cost and date of this method.
    """
    is_of_books = all(_is_of_books(account, method, currency) for account in accounts)
    senders = [] if is_of_books else read_senders(connection, accounts)
    walks = [
        _begin(connection, account, method, currency, since, is_of_books=is_of_books)
        for account in (*accounts, *senders)
    ]
    names = [name for walk in walks for _, name in walk.deposits.matches.values()]
    moved = dict(read_moved_lots(connection, names))
    streams = [_rows(connection, walk, number, until) for number, walk in enumerate(walks)]
    for _, number, row in merge(*streams, key=itemgetter(0, 1)):
        walk = walks[number]
        results = walk.books.apply(_entry(connection, walk, row, moved))
        if not is_of_books:
            for result in results:
                if result.event.role is Role.WITHDRAWAL:
                    moved[walk.account.id, result.event.key] = MovedLots(walk.currency, rows_of(result.moved))
    return [
        AccountYear(walk.account.name, walk.currency, walk.books.year(), _missing(connection, walk, until))
        for walk in walks[: len(accounts)]
    ]


def read_first_event(connection: Connection, accounts: Sequence[Account]) -> datetime | None:
    """The time of the first fill or transfer of these accounts."""
    first: datetime | None = connection.execute(text(_FIRST), {"accounts": [a.id for a in accounts]}).scalar()
    return first


def _is_of_books(account: Account, method: LotMethod | None, currency: str | None) -> bool:
    is_own_method = method is None or method.value == account.cost_method.value
    return is_own_method and currency in (None, account.base_currency)


def read_senders(connection: Connection, accounts: Sequence[Account]) -> Sequence[Account]:
    """The other accounts from which withdrawals arrived in any account."""
    transfers, _ = read_moves(connection)
    names = {match.withdrawal.account for match in matches_of(transfers).values()}
    chosen = {account.id for account in accounts}
    return [account for account in read_accounts(connection) if account.name in names and account.id not in chosen]


def _begin(
    connection: Connection,
    account: Account,
    method: LotMethod | None,
    currency: str | None,
    since: datetime,
    *,
    is_of_books: bool,
) -> _Walk:
    """The beginning of the way: the last checkpoint before the year if the books are those asked for, else nothing."""
    method, currency = method or LotMethod(account.cost_method.value), currency or account.base_currency
    state = read_coin_books_state(connection, account.id)
    deposits = read_deposits(connection, account, currency)
    after, books = None, {}
    if is_of_books and state is not None and (state.method.value, state.currency) == (method.value, currency):
        before = since if state.overtaken_at is None else min(since, state.overtaken_at)
        checkpoint = read_checkpoint(connection, account.id, before)
        after, books = checkpoint.at, {c: CoinBook.from_state(book) for c, book in checkpoint.state.items()}
    books_of_year = TaxBooks(method, since, books, read_coin_units(connection, account.venue))
    return _Walk(account, currency, method, state, deposits, after, books_of_year)


def _rows(connection: Connection, walk: _Walk, number: int, until: datetime) -> Iterator[tuple[Place, int, ValuedRow]]:
    """The rows that the books have counted, before `until`, each with its place and the number of the account."""
    last_at = None if walk.state is None else walk.state.counted_at
    account, after, in_usd = walk.account, walk.after, walk.currency == US_DOLLARS != walk.account.base_currency
    is_stored = in_usd or walk.currency == account.base_currency
    while last_at is not None:
        rows, is_last = read_coin_rows(connection, account, after, _AT_ONCE, in_usd=in_usd)
        if not is_stored:
            rows = revalued(connection, account.venue, rows, walk.currency)
            walk.assumed += sum(row.place[0] < until and (row.values or UNVALUED).is_assumed for row in rows)
        for row in rows:
            at = row.place[0]
            if at > last_at or at >= until:
                return
            yield row.place, number, row
        if is_last:
            return
        after = rows[-1].place[0]


def _entry(connection: Connection, walk: _Walk, row: ValuedRow, moved: Mapping[tuple[int, str], MovedLots]) -> TaxEntry:
    at, events = row.place[0], events_of(row, walk.currency)
    if isinstance(row, ValuedTransfer):
        events = [_with_lots(connection, walk, event, moved) for event in events]
        return TaxEntry(at, False, events, receipts=tuple(_receipts(row)))
    contract = None
    if is_contract(row.fill):
        contract = contract_result(row.fill, row.values or UNVALUED, row.profit or NO_PROFIT)
    return TaxEntry(at, True, events, contract)


def _with_lots(
    connection: Connection, walk: _Walk, event: CoinEvent, moved: Mapping[tuple[int, str], MovedLots]
) -> CoinEvent:
    if event.role is not Role.DEPOSIT:
        return event
    incoming = walk.deposits.lots_of(connection, event.key, moved)
    return event if incoming is None else event.with_lots(tuple(incoming.lots))


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


def _missing(connection: Connection, walk: _Walk, until: datetime) -> Sequence[str]:
    """The gaps of the figures, a sentence each."""
    account, state = walk.account, walk.state
    if state is None or state.counted_at is None:
        return ["Not worked out yet."]
    reasons = []
    counted_at, overtaken_at = state.counted_at, state.overtaken_at
    scope = {"account_id": account.id, "counted_at": counted_at, "until": until}
    if connection.execute(text(HAS_UNCOUNTED), scope).scalar():
        reasons.append(f"Events after {_time(counted_at)} are not worked out yet.")
    if overtaken_at is not None and overtaken_at <= counted_at and overtaken_at < until:
        reasons.append(f"Being worked out again from {_time(overtaken_at)} on.")
    assumed = walk.assumed + int(connection.execute(text(_ASSUMED), {**scope, "currency": walk.currency}).scalar_one())
    if assumed:
        rows = "1 fill or transfer counts" if assumed == 1 else f"{assumed} fills and transfers count"
        reasons.append(f"{rows} a dollar coin as one dollar, because no price of that time is known.")
    deposits = walk.deposits
    reasons += [
        f"A cost is stated for {key!r}, which is no deposit of a coin."
        for key in deposits.costs
        if key not in deposits.transfers
    ]
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

# The assumptions behind stored values. Those in a currency of choice are counted on the way.
_ASSUMED = """
SELECT CASE WHEN :currency NOT IN ('USD', (SELECT base_currency FROM account WHERE id = :account_id)) THEN 0
            ELSE (SELECT count(*) FROM transfer_value
                  WHERE account_id = :account_id AND at < :until AND source = 'assumed')
               + CASE WHEN EXISTS (SELECT FROM fill_month WHERE account_id = :account_id AND assumed > 0)
                      THEN (SELECT count(*) FROM fill_value
                            WHERE account_id = :account_id AND at < :until AND source = 'assumed')
                      ELSE 0 END
       END
"""

HAS_UNCOUNTED = """
SELECT EXISTS (SELECT FROM fill WHERE account_id = :account_id AND at > :counted_at AND at < :until)
    OR EXISTS (SELECT FROM transfer WHERE account_id = :account_id AND at > :counted_at AND at < :until)
"""
