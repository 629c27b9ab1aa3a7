"""Crypto.com's past: executions, movements and ended orders of one account, asked at their own pace.

The exchange lets its lists of executions and ended orders be asked once a second. So the past has a gateway of its own:
waiting for its turn, being refused or failing, it holds up no refresh and opens no circuit of one.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from typing import Any, TypeVar

from domain.endings import EndedOrder
from domain.fills import Fill
from domain.orders import Order
from domain.sources import Source, SourceKind, Success, Unreadable
from domain.transfers import Transfer, TransferKind
from exchanges.connection.errors import Permanent
from exchanges.connection.gateway import Gateway
from exchanges.connection.markets import Markets
from exchanges.connection.payload_rows import rows_of
from exchanges.connection.windows import Window, in_windows, said_moment
from exchanges.contracts import AccountConnection, Page, Wanted
from exchanges.cryptocom.endings import normalise_ended_orders, normalise_order_detail
from exchanges.cryptocom.fills import has_contracts, normalise_fills, with_realised
from exchanges.cryptocom.transfers import (
    DEPOSITS,
    WITHDRAWALS,
    normalise_deposits,
    normalise_journal,
    normalise_withdrawals,
    transfer_rows,
)

TRADES = "private/get-trades"
JOURNAL = "private/get-transactions"
ORDER_HISTORY = "private/get-order-history"
ADVANCED_HISTORY = "private/advanced/get-order-history"
DETAIL = "private/get-order-detail"
ADVANCED_DETAIL = "private/advanced/get-order-detail"

DEPOSIT_CALL = Source.of(SourceKind.TRANSFERS, "deposits")
WITHDRAWAL_CALL = Source.of(SourceKind.TRANSFERS, "withdrawals")
JOURNAL_CALL = Source.of(SourceKind.TRANSFERS, "journal")
_MOVED = {
    DEPOSIT_CALL: ("private/get-deposit-history", DEPOSITS, normalise_deposits),
    WITHDRAWAL_CALL: ("private/get-withdrawal-history", WITHDRAWALS, normalise_withdrawals),
}
CALLS = {
    SourceKind.FILLS: (Source.FILLS,),
    SourceKind.TRANSFERS: (DEPOSIT_CALL, WITHDRAWAL_CALL, JOURNAL_CALL),
    SourceKind.ENDINGS: (Source.ENDINGS,),
}
# Of trades, ended orders and the journal, whatever `page` is sent.
LONGEST, MOST_ROWS = timedelta(days=7), 100
# Of deposits and withdrawals.
_LONGEST_MOVED, _MOST_MOVED = timedelta(days=90), 200
_CUT = "there is more at this moment than the exchange tells in one answer"

Row = TypeVar("Row")


class CryptocomPast:
    """Reads the past of one account of Crypto.com Exchange; a HistoryReader."""

    kinds = tuple(CALLS)
    unread_transfers: frozenset[TransferKind] = frozenset()

    def __init__(self, account: AccountConnection, markets: Callable[[], Markets], gateway: Gateway) -> None:
        self._account = account
        self._markets = markets
        self._gateway = gateway

    def calls(self, kind: SourceKind, wanted: Wanted) -> tuple[Source, ...]:
        """The calls that make up a kind: the exchange tells of all symbols at once."""
        return CALLS.get(kind, ())

    def fetch_fills(self, source: Source, since: datetime, until: datetime) -> Iterator[Page[Fill]]:
        """The executions of [since, until), oldest first, with what the exchange says contracts realised."""

        def ask(start: datetime, end: datetime) -> tuple[Success[Fill], int]:
            payload = self._asked(SourceKind.FILLS, TRADES, _between(start, end))
            rows = len(rows_of(payload, "fills"))
            return normalise_fills(payload, self._account.name, self._markets()), rows

        for window in in_windows(since, until, LONGEST, MOST_ROWS, ask):
            fills = _within(window, lambda fill: fill.at)
            if has_contracts(fills):
                params = _between(window.since, window.until) | {"journal_type": "TRADING"}
                fills = with_realised(fills, self._asked(SourceKind.FILLS, JOURNAL, params))
            yield _page(window, tuple(sorted(fills, key=lambda fill: (fill.at, fill.key))))

    def fetch_transfers(self, source: Source, since: datetime, until: datetime) -> Iterator[Page[Transfer]]:
        """The movements of [since, until), oldest first. Raises Permanent for a call that is none of them."""
        if source is JOURNAL_CALL:
            windows = in_windows(since, until, LONGEST, MOST_ROWS, self._ask_journal)
        elif source in _MOVED:
            windows = in_windows(since, until, _LONGEST_MOVED, _MOST_MOVED, self._asking_moved(source))
        else:
            raise Permanent(f"{source} is not read from Crypto.com")
        for window in windows:
            moved = _within(window, lambda transfer: transfer.at)
            yield _page(window, tuple(sorted(moved, key=lambda transfer: (transfer.at, transfer.key))))

    def _ask_journal(self, start: datetime, end: datetime) -> tuple[Success[Transfer], int]:
        payload = self._asked(SourceKind.TRANSFERS, JOURNAL, _between(start, end))
        rows = len(rows_of(payload, "journal"))
        return normalise_journal(payload, self._account.name, self._markets()), rows

    def _asking_moved(self, source: Source) -> Callable[[datetime, datetime], tuple[Success[Transfer], int]]:
        path, field, normalise = _MOVED[source]

        def ask(start: datetime, end: datetime) -> tuple[Success[Transfer], int]:
            params = {"start_ts": said_moment(start), "end_ts": said_moment(end), "page_size": _MOST_MOVED, "page": 0}
            payload = self._asked(SourceKind.TRANSFERS, path, params)
            return normalise(payload, self._account.name), len(transfer_rows(payload, field))

        return ask

    def fetch_ended_orders(
        self, orders: Collection[Order], since: datetime, until: datetime
    ) -> Iterator[Page[EndedOrder]]:
        """The orders that ended in [since, until), normal and advanced ones, of all symbols."""

        def ask(start: datetime, end: datetime) -> tuple[Success[EndedOrder], int]:
            told = [self._asked(SourceKind.ENDINGS, p, _between(start, end)) for p in (ORDER_HISTORY, ADVANCED_HISTORY)]
            read = [normalise_ended_orders(payload) for payload in told]
            rows = tuple(row for success in read for row in success.rows)
            unreadable = tuple(row for success in read for row in success.unreadable)
            return Success(rows, unreadable=unreadable), max(len(rows_of(payload, "endings")) for payload in told)

        for window in in_windows(since, until, LONGEST, MOST_ROWS, ask):
            yield _page(window, window.told.rows)

    def tells_of(self, order: Order) -> bool:
        """Whether this order can be asked for by itself."""
        return True

    def fetch_order(self, order: Order) -> EndedOrder | None:
        """What the exchange says of one order; None where it knows none such, or tells of another leg of its list."""
        path = ADVANCED_DETAIL if order.source.kind is SourceKind.TRIGGERS else DETAIL
        with self._gateway.within(self._budget(SourceKind.ENDINGS)):
            payload = self._gateway.find(path, {"order_id": order.order_id})
        if payload is None:
            return None
        told = normalise_order_detail(payload)
        is_it = told.order_id == order.order_id and told.leg_id == order.leg_id
        return told if is_it else None

    def close(self) -> None:
        """Let go of idle connections."""
        self._gateway.close()

    def _asked(self, kind: SourceKind, path: str, params: dict[str, Any]) -> Any:
        with self._gateway.within(self._budget(kind)):
            return self._gateway.ask(path, params)

    def _budget(self, kind: SourceKind) -> float:
        return self._account.budgets.get(kind, self._account.budget_seconds)


def _between(start: datetime, end: datetime) -> dict[str, Any]:
    return {"start_time": said_moment(start), "end_time": said_moment(end), "limit": MOST_ROWS}


def _within(window: Window[Success[Row]], at: Callable[[Row], datetime]) -> tuple[Row, ...]:
    """The rows of a window; whether an exchange counts the last moment in is not relied on."""
    return tuple(row for row in window.told.rows if window.since <= at(row) < window.until)


def _page(window: Window[Any], rows: tuple[Row, ...]) -> Page[Row]:
    unreadable: tuple[Unreadable, ...] = window.told.unreadable
    if window.is_cut:
        unreadable = (*unreadable, Unreadable(_CUT, {"since": window.since.isoformat()}))
    return Page(rows, window.since, window.until, unreadable)
