"""Gone orders: find out how the orders ended that left the open list."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine

from db.reads.ended_orders import GoneOrder, read_gone_orders
from db.reads.order_evidence import (
    read_ended_with_fills,
    read_fills_of,
    read_first_seen_orders,
    read_refresh_before,
    read_siblings,
)
from db.writes.history_states import write_history_failure, write_history_success, write_nothing_missing
from db.writes.outcomes import write_outcomes
from domain.endings import EndedOrder, Evidence, Outcome
from domain.fills import Fill
from domain.history import LONGEST_RUN
from domain.open_orders import OrderKey
from domain.orders import Contingency, Group, Order
from domain.outcomes import EndingFacts, as_ended_order, outcome_of
from domain.snapshot import Account
from domain.sources import Failure, Source
from domain.successors import NEAR
from exchanges.connection.errors import BadPayload, CircuitOpen, ExchangeError, Permanent
from exchanges.contracts import HistoryReader
from refresher.past.ending_rows import EndingRows, order_key
from refresher.past.look_up_times import LookUpTimes
from refresher.past.pages import failure_of
from refresher.process.clock import utc_now

# An order without any explanation for this long is not looked up any more and stays gone.
GIVEN_UP_AFTER = timedelta(days=30)
GONE_LIMIT, DETAIL_LIMIT = 1000, 100
# How many unresolved recent orders may be skipped before older ones get their turn.
SKIP_LIMIT = 10_000
# Fills, and the order that a trigger became, may be listed later than the ended order itself.
RECHECKED_FOR = timedelta(days=1)
# The exchange's clock and ours differ by seconds, and a source may have failed for a while.
MARGIN = timedelta(minutes=10)
# Reading the lists takes long after a thousand orders were cancelled at once. After this time single look-ups are
# quicker.
LISTS_TIME_LIMIT = LONGEST_RUN / 2


class GoneOrders:
    """Finds the outcomes of the gone orders of one account."""

    def __init__(
        self,
        account: Account,
        past: HistoryReader,
        writer: Engine,
        now: Callable[[], datetime] = utc_now,
        reach: timedelta = GIVEN_UP_AFTER,
        limit: int = GONE_LIMIT,
    ) -> None:
        self._account = account
        self._past = past
        self._writer = writer
        self._now = now
        self._reach = reach
        self._limit = limit
        self._look_ups = LookUpTimes()
        self._gone: Sequence[GoneOrder] = ()  # as of the latest run
        self._rows = EndingRows()  # of the latest run
        self._unexplained: Sequence[GoneOrder] = ()  # after the latest run

    def due_symbols(self) -> frozenset[str]:
        """The symbols of the unexplained orders, once any of them is due for another look-up. Else none."""
        due_at = self._look_ups.next_of(self._unexplained)
        if due_at is None or due_at > self._now():
            return frozenset()
        return frozenset(name for gone in self._unexplained for name in (gone.order.symbol, gone.order.exchange_symbol))

    def ask_and_write(self, may_continue: Callable[[], bool]) -> tuple[int, Failure | None]:
        """Look up how the gone orders ended and write it. Returns how many outcomes were written, and the failure.

        A failure is recorded. The rows received before it, and the fills, are used all the same.
        """
        self._rows, looked_at = EndingRows(), self._now()
        self._gone, due = self._due()
        if not due:
            written = self.write()
            if not self._unexplained:
                write_nothing_missing(self._writer, self._account.id, Source.ENDINGS, looked_at)
            return written, None
        began, failure = time.monotonic(), None
        try:
            self._ask(due, may_continue)
        except ExchangeError as error:
            failure = failure_of(error, began)
            write_history_failure(self._writer, self._account.id, Source.ENDINGS, self._now(), failure)
        else:
            write_history_success(self._writer, self._account.id, Source.ENDINGS, None, self._now())
        return self.write(), failure

    def write_known(self, rows: Iterable[EndedOrder]) -> int:
        """Write outcomes from rows that were already read, without a request. Returns how many were written."""
        self._gone, self._rows = self._read(), EndingRows()
        self._rows.add(rows)
        return self.write()

    def recheck(self) -> int:
        """Run again after new fills were read. Returns how many outcomes were written.

        Fills explain orders that nothing else explains. They also correct outcomes of the last day with weaker
        evidence.
        """
        gone_keys = {order_key(gone.order) for gone in self._gone}
        with self._writer.connect() as connection:
            concluded = read_ended_with_fills(connection, self._account, self._now() - RECHECKED_FOR, self._limit)
        late = [(order, outcome) for order, outcome in concluded if order_key(order) not in gone_keys]
        for order, outcome in late:
            if outcome.evidence is Evidence.ORDER_HISTORY:
                self._rows.add([as_ended_order(order, outcome)])
            elif outcome.evidence is Evidence.ORDER_DETAIL:
                self._rows.details[order_key(order)] = as_ended_order(order, outcome)
        self._gone = [*self._gone, *(GoneOrder(order, outcome.gone_at) for order, outcome in late)]
        return self.write()

    def write(self) -> int:
        """Write the outcomes that the rows of this run and the fills show. Returns how many were written."""
        outcomes: dict[OrderKey, Outcome] = {}
        if not self._gone:
            self._unexplained = ()
            return 0
        fills, siblings, successors = self._fills(), self._siblings(), self._possible_successors()
        # Twice, because the outcome of an order may follow from that of its sibling in the same pass.
        for _ in range(2):
            ended = [
                (gone.order, outcomes[order_key(gone.order)])
                for gone in self._gone
                if order_key(gone.order) in outcomes
            ]
            groups = _by_group([*siblings, *ended])
            for gone in self._gone:
                evidence = EndingFacts(
                    fills=[
                        fill for order_id in self._rows.order_ids_of(gone.order) for fill in fills.get(order_id, ())
                    ],
                    history=self._rows.rows_of(gone.order),
                    detail=self._rows.details.get(order_key(gone.order)),
                    siblings=groups.get(gone.order.group, ()),
                    began=successors,
                )
                if (outcome := outcome_of(gone.order, gone.gone_at, evidence)) is not None:
                    outcomes[order_key(gone.order)] = outcome
        self._unexplained = [gone for gone in self._gone if order_key(gone.order) not in outcomes]
        return write_outcomes(self._writer, self._account.id, outcomes.values(), self._now())

    def _read(self, skip: int = 0) -> tuple[GoneOrder, ...]:
        with self._writer.connect() as connection:
            return read_gone_orders(connection, self._account, self._now() - self._reach, self._limit, skip)

    def _due(self) -> tuple[Sequence[GoneOrder], Sequence[GoneOrder]]:
        """The newest gone orders, and the orders that are due for a look-up.

        If none of the newest is due, older ones follow, so unresolvable orders cannot starve the rest.
        """
        now = self._now()
        self._look_ups.forget(now)
        newest = page = self._read()
        due, skip = self._look_ups.due(page, now), self._limit
        while not due and len(page) == self._limit and skip < SKIP_LIMIT:
            page = self._read(skip)
            due, skip = self._look_ups.due(page, now), skip + self._limit
        return (newest if page is newest else (*newest, *page)), due

    def _ask(self, due: Sequence[GoneOrder], may_continue: Callable[[], bool]) -> None:
        """Read the lists of ended orders, then look up each order that they do not explain, newest first.

        An order that fails does not stop the next. The last such failure is raised at the end.
        """
        first_gone_at = min(gone.gone_at for gone in due)
        with self._writer.connect() as connection:
            since = (read_refresh_before(connection, self._account.id, first_gone_at) or first_gone_at) - MARGIN
        list_failure = self._ask_lists(due, since, may_continue)
        waiting, failures = self._ask_each(due, may_continue)
        self._look_ups.postpone((gone for gone in due if order_key(gone.order) not in waiting), self._now())
        failure = next(reversed(failures), list_failure)
        if failure is not None:
            raise failure

    def _ask_lists(
        self, due: Sequence[GoneOrder], since: datetime, may_continue: Callable[[], bool]
    ) -> ExchangeError | None:
        """Read the lists of ended orders. Returns a lasting refusal, so that single look-ups still follow."""
        deadline = time.monotonic() + LISTS_TIME_LIMIT.total_seconds()
        try:
            for page in self._past.fetch_ended_orders([gone.order for gone in due], since, self._now()):
                self._rows.add(page.rows)
                if not may_continue() or time.monotonic() >= deadline:
                    break
        except (Permanent, BadPayload, CircuitOpen) as error:
            return error
        return None

    def _ask_each(
        self, due: Sequence[GoneOrder], may_continue: Callable[[], bool]
    ) -> tuple[set[OrderKey], list[ExchangeError]]:
        """Look up each order without an ending in the lists. Returns the orders still waiting, and the failures.

        After a temporary failure of one source of orders, the look-ups of the other sources continue.
        """
        unexplained = [gone.order for gone in due if not any(row.ending for row in self._rows.rows_of(gone.order))]
        waiting = {order_key(order): order for order in unexplained if self._past.can_fetch_order(order)}
        failures: dict[Source, ExchangeError] = {}
        skipped: set[Source] = set()
        left = DETAIL_LIMIT
        for order in list(waiting.values()):
            if order.source in skipped:
                continue
            try:
                if (detail := self._past.fetch_order(order)) is not None:
                    self._rows.details[order_key(order)] = detail
                del waiting[order_key(order)]
            except (Permanent, BadPayload) as error:
                failures[order.source] = error
                del waiting[order_key(order)]
            except ExchangeError as error:
                failures[order.source] = error
                skipped.add(order.source)
            left -= 1
            if not left or not may_continue():
                break
        return set(waiting), list(failures.values())

    def _fills(self) -> Mapping[str, Sequence[Fill]]:
        """The fills of the gone orders, by order id."""
        ids = {order_id for gone in self._gone for order_id in self._rows.order_ids_of(gone.order)}
        fills: dict[str, list[Fill]] = {}
        with self._writer.connect() as connection:
            for fill in read_fills_of(connection, self._account, ids):
                fills.setdefault(fill.order_id or "", []).append(fill)
        return fills

    def _siblings(self) -> Sequence[tuple[Order, Outcome]]:
        groups = {gone.order.group_id for gone in self._gone if gone.order.group_id is not None}
        if not groups:
            return ()
        with self._writer.connect() as connection:
            return read_siblings(connection, self._account, groups, self._now() - self._reach)

    def _possible_successors(self) -> Sequence[tuple[Order, datetime]]:
        """Orders that appeared about when attached orders left lately: candidates for the orders they became."""
        lately = self._now() - RECHECKED_FOR
        attached = [
            gone for gone in self._gone if gone.order.contingency is Contingency.ATTACHED and gone.gone_at > lately
        ]
        if not attached:
            return ()
        symbols = {gone.order.exchange_symbol for gone in attached}
        since = min(gone.gone_at for gone in attached) - NEAR
        until = max(gone.gone_at for gone in attached) + NEAR
        with self._writer.connect() as connection:
            return read_first_seen_orders(connection, self._account, symbols, since, until)


def _by_group(pairs: Iterable[tuple[Order, Outcome]]) -> dict[Group | None, list[tuple[Order, Outcome]]]:
    """Orders with their outcomes, by group. Orders without a group are left out."""
    groups: dict[Group | None, list[tuple[Order, Outcome]]] = {}
    for order, outcome in pairs:
        if order.group is not None:
            groups.setdefault(order.group, []).append((order, outcome))
    return groups
