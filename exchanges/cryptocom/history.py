"""Crypto.com's history: fills, transfers and ended orders of one account.

The exchange limits its lists of fills and ended orders to one request per second. So the history has a separate
gateway: its waits, refusals and failures neither delay a refresh nor open its circuits.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
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
from exchanges.connection.windows import Window, in_windows, timestamp_text
from exchanges.contracts import AccountConnection, AccountScope, Page
from exchanges.cryptocom.endings import normalise_ended_orders, normalise_order_detail
from exchanges.cryptocom.fills import has_contracts, normalise_fills, with_realised
from exchanges.cryptocom.transfers import (
    DEPOSITS,
    LONGEST_OFF_CHAIN,
    WITHDRAWALS,
    is_off_chain,
    normalise_deposits,
    normalise_journal,
    normalise_withdrawals,
    transfer_rows,
    without_doubles,
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
# Limits for fills, ended orders and the journal. The exchange ignores `page`.
LONGEST, MOST_ROWS = timedelta(days=7), 100
# Limits for deposits and withdrawals.
_LONGEST_MOVED, _MOST_MOVED = timedelta(days=90), 200
_CUT = "the exchange has more rows at this moment than one response holds"

Row = TypeVar("Row")


class CryptocomHistory:
    """Reads the history of one account of Crypto.com Exchange. Implements HistoryReader."""

    kinds = tuple(CALLS)
    unread_transfers: frozenset[TransferKind] = frozenset()

    def __init__(self, account: AccountConnection, markets: Callable[[], Markets], gateway: Gateway) -> None:
        self._account = account
        self._markets = markets
        self._gateway = gateway

    def calls(self, kind: SourceKind, scope: AccountScope) -> tuple[Source, ...]:
        """The calls of a kind. Each returns all symbols."""
        return CALLS.get(kind, ())

    def fetch_fills(self, source: Source, since: datetime, until: datetime) -> Iterator[Page[Fill]]:
        """The fills of [since, until), oldest first, with the realised profits of contracts."""

        def request(start: datetime, end: datetime) -> tuple[Success[Fill], int]:
            payload = self._request(SourceKind.FILLS, TRADES, _between(start, end))
            rows = len(rows_of(payload, "fills"))
            return normalise_fills(payload, self._account.name, self._markets()), rows

        for window in in_windows(since, until, LONGEST, MOST_ROWS, request):
            fills = _within(window, lambda fill: fill.at)
            if has_contracts(fills):
                params = _between(window.since, window.until) | {"journal_type": "TRADING"}
                fills = with_realised(fills, self._request(SourceKind.FILLS, JOURNAL, params))
            yield _page(window, tuple(sorted(fills, key=lambda fill: (fill.at, fill.key))))

    def fetch_transfers(self, source: Source, since: datetime, until: datetime) -> Iterator[Page[Transfer]]:
        """The transfers of [since, until), oldest first. Raises Permanent for an unknown call."""
        if source is JOURNAL_CALL:
            windows = in_windows(since, until, LONGEST, MOST_ROWS, self._request_journal)
        elif source in _MOVED:
            windows = in_windows(since, until, _LONGEST_MOVED, _MOST_MOVED, self._request_moved(source))
        else:
            raise Permanent(f"{source} is not read from Crypto.com")
        for window in windows:
            moved = _within(window, lambda transfer: transfer.at)
            if source is JOURNAL_CALL:
                moved = self._without_doubles(moved)
            yield _page(window, tuple(sorted(moved, key=lambda transfer: (transfer.at, transfer.key))))

    def _without_doubles(self, journal: tuple[Transfer, ...]) -> tuple[Transfer, ...]:
        """The lines of the journal that the lists of deposits and withdrawals do not hold. Most have none off chain."""
        moments = [line.at for line in journal if is_off_chain(line)]
        if not moments:
            return journal
        begin, end = min(moments) - LONGEST_OFF_CHAIN, max(moments) + LONGEST_OFF_CHAIN
        listed: list[Transfer] = []
        for source in _MOVED:
            with suppress(Permanent):  # a key that may not read a list has no row of it that could count twice
                for window in in_windows(begin, end, _LONGEST_MOVED, _MOST_MOVED, self._request_moved(source)):
                    listed += window.content.rows
        return without_doubles(journal, {row.key: row for row in listed}.values())

    def _request_journal(self, start: datetime, end: datetime) -> tuple[Success[Transfer], int]:
        payload = self._request(SourceKind.TRANSFERS, JOURNAL, _between(start, end))
        rows = len(rows_of(payload, "journal"))
        return normalise_journal(payload, self._account.name, self._markets()), rows

    def _request_moved(self, source: Source) -> Callable[[datetime, datetime], tuple[Success[Transfer], int]]:
        path, field, normalise = _MOVED[source]

        def request(start: datetime, end: datetime) -> tuple[Success[Transfer], int]:
            params = {
                "start_ts": timestamp_text(start),
                "end_ts": timestamp_text(end),
                "page_size": _MOST_MOVED,
                "page": 0,
            }
            payload = self._request(SourceKind.TRANSFERS, path, params)
            return normalise(payload, self._account.name), len(transfer_rows(payload, field))

        return request

    def fetch_ended_orders(
        self, orders: Collection[Order], since: datetime, until: datetime
    ) -> Iterator[Page[EndedOrder]]:
        """The orders that ended in [since, until), normal and advanced ones, of all symbols."""

        def request(start: datetime, end: datetime) -> tuple[Success[EndedOrder], int]:
            payloads = [
                self._request(SourceKind.ENDINGS, p, _between(start, end)) for p in (ORDER_HISTORY, ADVANCED_HISTORY)
            ]
            lists = [normalise_ended_orders(payload) for payload in payloads]
            rows = tuple(row for success in lists for row in success.rows)
            unreadable = tuple(row for success in lists for row in success.unreadable)
            return Success(rows, unreadable=unreadable), max(len(rows_of(payload, "endings")) for payload in payloads)

        for window in in_windows(since, until, LONGEST, MOST_ROWS, request):
            yield _page(window, window.content.rows)

    def can_fetch_order(self, order: Order) -> bool:
        """True: every order can be requested by its id."""
        return True

    def fetch_order(self, order: Order) -> EndedOrder | None:
        """The state of one order. None if the exchange does not know it or returns another leg of its list."""
        path = ADVANCED_DETAIL if order.source.kind is SourceKind.TRIGGERS else DETAIL
        with self._gateway.within(self._budget(SourceKind.ENDINGS)):
            payload = self._gateway.request_or_none(path, {"order_id": order.order_id})
        if payload is None:
            return None
        ended = normalise_order_detail(payload)
        is_it = ended.order_id == order.order_id and ended.leg_id == order.leg_id
        return ended if is_it else None

    def close(self) -> None:
        """Let go of idle connections."""
        self._gateway.close()

    def _request(self, kind: SourceKind, path: str, params: dict[str, Any]) -> Any:
        with self._gateway.within(self._budget(kind)):
            return self._gateway.request(path, params)

    def _budget(self, kind: SourceKind) -> float:
        return self._account.budgets.get(kind, self._account.budget_seconds)


def _between(start: datetime, end: datetime) -> dict[str, Any]:
    return {"start_time": timestamp_text(start), "end_time": timestamp_text(end), "limit": MOST_ROWS}


def _within(window: Window[Success[Row]], at: Callable[[Row], datetime]) -> tuple[Row, ...]:
    """The rows of a window. The exchange may or may not include the end, so it is filtered here."""
    return tuple(row for row in window.content.rows if window.since <= at(row) < window.until)


def _page(window: Window[Any], rows: tuple[Row, ...]) -> Page[Row]:
    unreadable: tuple[Unreadable, ...] = window.content.unreadable
    if window.is_cut:
        unreadable = (*unreadable, Unreadable(_CUT, {"since": window.since.isoformat()}))
    return Page(rows, window.since, window.until, unreadable)
