"""Gone orders: finds out how those ended that left the open list."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
from db.writes.history_states import write_history_failure, write_history_success
from db.writes.outcomes import write_outcomes
from domain.endings import EndedOrder, Evidence, Outcome
from domain.fills import Fill
from domain.history import LONGEST_RUN
from domain.orders import Contingency, Group, Order
from domain.outcomes import EndingFacts, as_ended_order, is_same_market, outcome_of
from domain.snapshot import Account
from domain.sources import Failure, Source
from domain.successors import NEAR
from exchanges.connection.errors import BadPayload, CircuitOpen, ExchangeError, Permanent
from exchanges.contracts import HistoryReader
from refresher.past.pages import failure_of, utc_now

# An order of which nobody knew anything for so long is not asked for any more: it stays gone.
GIVEN_UP_AFTER = timedelta(days=30)
MOST_GONE, MOST_DETAILS = 1000, 100
# Behind so many newest ones that nothing is known of, older ones are looked at while those need not be asked for.
MOST_PASSED_OVER = 10_000
# Executions may be told later than the list of ended orders tells of their order, and so may what it became.
RECONSIDERED_FOR = timedelta(days=1)
# Exchanges and this machine do not agree on the time to the second, and a source may have failed for a while.
MARGIN = timedelta(minutes=10)
# An order that the exchange did not know is asked for again after so long, doubled each time.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=6)
# Lists that tell of a thousand orders cancelled at once take long where they are asked once a second: after so long
# single orders are asked for, which is quicker then.
LISTS_FOR = LONGEST_RUN / 2
# An order that was due for so long and was not asked for is known by now, or came back.
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(slots=True)
class _Patience:
    """When one order is asked for again, and how long after that once more."""

    due: datetime
    pause: timedelta = FIRST_PAUSE


@dataclass(slots=True)
class _Evidence:
    """What the exchange was heard to say, until it has been used."""

    history: dict[tuple[str, str | None], list[EndedOrder]] = field(default_factory=dict)  # by id and leg
    details: dict[tuple[Source, str], EndedOrder] = field(default_factory=dict)

    def hear(self, rows: Iterable[EndedOrder]) -> None:
        """Keep what was told; told twice, the later word counts where both are of one market."""
        for row in rows:
            known = self.history.setdefault((row.order_id, row.leg_id), [])
            known[:] = [one for one in known if _market(one) != _market(row)] + [row]


class GoneOrders:
    """Resolves the gone orders of one account."""

    def __init__(
        self,
        account: Account,
        past: HistoryReader,
        writer: Engine,
        now: Callable[[], datetime] = utc_now,
        reach: timedelta = GIVEN_UP_AFTER,
        most: int = MOST_GONE,
    ) -> None:
        self._account = account
        self._past = past
        self._writer = writer
        self._now = now
        self._reach = reach
        self._most = most
        self._patience: dict[tuple[Source, str, datetime], _Patience] = {}
        self._gone: Sequence[GoneOrder] = ()  # as of the last time it was asked
        self._heard = _Evidence()

    def resolve(self, goes_on: Callable[[], bool]) -> tuple[int, Failure | None]:
        """Ask how the gone orders ended and write what that tells; how many are known now, and what failed.

        An exchange that fails is recorded as such; what it said before that, and what fills tell, is used all the same.
        """
        self._heard = _Evidence()
        self._gone, due = self._due()
        if not due:
            return self.conclude(), None
        began, failure = time.monotonic(), None
        try:
            self._ask(due, goes_on)
        except ExchangeError as error:
            failure = failure_of(error, began)
            write_history_failure(self._writer, self._account.id, Source.ENDINGS, self._now(), failure)
        else:
            write_history_success(self._writer, self._account.id, Source.ENDINGS, None, self._now())
        return self.conclude(), failure

    def resolve_by(self, told: Iterable[EndedOrder]) -> int:
        """Write how the gone orders ended by what was told of them already, without asking; how many are known now."""
        self._gone, self._heard = self._read(), _Evidence()
        self._heard.hear(told)
        return self.conclude()

    def reconsider(self) -> int:
        """The same once more after fills were read: they tell what nothing else told, and know better what was known
        by less, now or within the last while."""
        known = {_id(one.order) for one in self._gone}
        with self._writer.connect() as connection:
            concluded = read_ended_with_fills(connection, self._account, self._now() - RECONSIDERED_FOR, self._most)
        late = [(order, outcome) for order, outcome in concluded if _id(order) not in known]
        for order, outcome in late:
            if outcome.evidence is Evidence.ORDER_HISTORY:
                self._heard.hear([as_ended_order(order, outcome)])
            elif outcome.evidence is Evidence.ORDER_DETAIL:
                self._heard.details[_id(order)] = as_ended_order(order, outcome)
        self._gone = [*self._gone, *(GoneOrder(order, outcome.gone_at) for order, outcome in late)]
        return self.conclude()

    def conclude(self) -> int:
        """Write what is known by now of those that `resolve` asked for, by whatever it heard and by the fills."""
        gone = self._gone
        outcomes: dict[tuple[Source, str], Outcome] = {}
        if not gone:
            return 0
        fills, siblings, began = self._fills(gone), self._siblings(gone), self._begun(gone)
        # Twice: what became of an order may follow from what became of its sibling just now.
        for _ in range(2):
            groups = _by_group([*siblings, *((o.order, found) for o in gone if (found := outcomes.get(_id(o.order))))])
            for one in gone:
                evidence = EndingFacts(
                    fills=[fill for order_id in self._ids(one.order) for fill in fills.get(order_id, ())],
                    history=self._rows_of(one.order),
                    detail=self._heard.details.get(_id(one.order)),
                    siblings=groups.get(one.order.group, ()),
                    began=began,
                )
                if (outcome := outcome_of(one.order, one.gone_at, evidence)) is not None:
                    outcomes[_id(one.order)] = outcome
        return write_outcomes(self._writer, self._account.id, outcomes.values(), self._now())

    def _read(self, skip: int = 0) -> tuple[GoneOrder, ...]:
        with self._writer.connect() as connection:
            return read_gone_orders(connection, self._account, self._now() - self._reach, self._most, skip)

    def _due(self) -> tuple[Sequence[GoneOrder], Sequence[GoneOrder]]:
        """The newest gone orders and those of them that are to be asked for; where none is, also the newest older ones
        of which some are, so that many of which nobody knows keep no other from being asked for."""
        forgotten = self._now() - FORGOTTEN_AFTER
        self._patience = {key: kept for key, kept in self._patience.items() if kept.due > forgotten}
        newest = page = self._read()
        due, skip = [one for one in page if self._is_due(one)], self._most
        while not due and len(page) == self._most and skip < MOST_PASSED_OVER:
            page = self._read(skip)
            due, skip = [one for one in page if self._is_due(one)], skip + self._most
        return (newest if page is newest else (*newest, *page)), due

    def _ask(self, due: Sequence[GoneOrder], goes_on: Callable[[], bool]) -> None:
        """First the lists of ended orders, then each order of which they said nothing, the latest first.

        One order that cannot be told of keeps no other from being asked for; the last such failure is raised at the
        end.
        """
        missed = min(one.gone_at for one in due)
        with self._writer.connect() as connection:
            since = (read_refresh_before(connection, self._account.id, missed) or missed) - MARGIN
        failed = self._ask_lists(due, since, goes_on)
        waiting, failures = self._ask_each(due, goes_on)
        self._be_patient(one for one in due if _id(one.order) not in waiting)
        failed = next(reversed(failures), failed)
        if failed is not None:
            raise failed

    def _ask_lists(
        self, due: Sequence[GoneOrder], since: datetime, goes_on: Callable[[], bool]
    ) -> ExchangeError | None:
        """Hear the lists of ended orders; one that is refused for good is told, and the orders are asked for."""
        deadline = time.monotonic() + LISTS_FOR.total_seconds()
        try:
            for page in self._past.fetch_ended_orders([one.order for one in due], since, self._now()):
                self._heard.hear(page.rows)
                if not goes_on() or time.monotonic() >= deadline:
                    break
        except (Permanent, BadPayload, CircuitOpen) as error:
            return error
        return None

    def _ask_each(
        self, due: Sequence[GoneOrder], goes_on: Callable[[], bool]
    ) -> tuple[set[tuple[Source, str]], list[ExchangeError]]:
        """Ask for each order of which the lists said nothing and that can be asked for; those that still wait for it,
        and what failed. While one list of orders is asked gently, those of the others are asked for."""
        unheard = [one.order for one in due if not any(row.ending for row in self._rows_of(one.order))]
        waiting = {_id(order): order for order in unheard if self._past.can_fetch_order(order)}
        failures: dict[Source, ExchangeError] = {}
        resting: set[Source] = set()
        left = MOST_DETAILS
        for order in list(waiting.values()):
            if order.source in resting:
                continue
            try:
                if (detail := self._past.fetch_order(order)) is not None:
                    self._heard.details[_id(order)] = detail
                del waiting[_id(order)]
            except (Permanent, BadPayload) as error:
                failures[order.source] = error
                del waiting[_id(order)]
            except ExchangeError as error:
                failures[order.source] = error
                resting.add(order.source)
            left -= 1
            if not left or not goes_on():
                break
        return set(waiting), list(failures.values())

    def _rows_of(self, order: Order) -> tuple[EndedOrder, ...]:
        """What was heard of an order and of the one it became in the book."""
        found = [*self._of(order, order.order_id, order.leg_id), *self._of(order, order.order_id, None)]
        books = {
            told.book_order_id for told in (order, self._heard.details.get(_id(order)), *found) if told is not None
        }
        found += [row for book_id in books - {None} for row in self._of(order, str(book_id), None)]
        return tuple({id(row): row for row in found}.values())

    def _of(self, order: Order, order_id: str, leg_id: str | None) -> list[EndedOrder]:
        return [row for row in self._heard.history.get((order_id, leg_id), ()) if is_same_market(row, order)]

    def _ids(self, order: Order) -> set[str]:
        """Under which ids an order may have executed: its own, and that of the one it became."""
        told = (order, self._heard.details.get(_id(order)), *self._rows_of(order))
        return {order.order_id, *(t.book_order_id for t in told if t is not None and t.book_order_id)}

    def _fills(self, gone: Iterable[GoneOrder]) -> Mapping[str, Sequence[Fill]]:
        """The executions of these orders, by the order's id."""
        ids = {order_id for one in gone for order_id in self._ids(one.order)}
        found: dict[str, list[Fill]] = {}
        with self._writer.connect() as connection:
            for fill in read_fills_of(connection, self._account, ids):
                found.setdefault(fill.order_id or "", []).append(fill)
        return found

    def _siblings(self, gone: Iterable[GoneOrder]) -> Sequence[tuple[Order, Outcome]]:
        groups = {one.order.group_id for one in gone if one.order.group_id is not None}
        if not groups:
            return ()
        with self._writer.connect() as connection:
            return read_siblings(connection, self._account, groups, self._now() - self._reach)

    def _begun(self, gone: Iterable[GoneOrder]) -> Sequence[tuple[Order, datetime]]:
        """The orders that came about when those left lately that hung on others: what they may have become."""
        lately = self._now() - RECONSIDERED_FOR
        hung = [one for one in gone if one.order.contingency is Contingency.ATTACHED and one.gone_at > lately]
        if not hung:
            return ()
        symbols = {one.order.exchange_symbol for one in hung}
        since, until = min(one.gone_at for one in hung) - NEAR, max(one.gone_at for one in hung) + NEAR
        with self._writer.connect() as connection:
            return read_first_seen_orders(connection, self._account, symbols, since, until)

    def _is_due(self, one: GoneOrder) -> bool:
        patience = self._patience.get(_key(one))
        return patience is None or patience.due <= self._now()

    def _be_patient(self, asked: Iterable[GoneOrder]) -> None:
        """Whoever was asked for and is not known yet is asked for again, ever more rarely."""
        for one in asked:
            known = self._patience.get(_key(one))
            pause = FIRST_PAUSE if known is None else min(known.pause * 2, LONGEST_PAUSE)
            self._patience[_key(one)] = _Patience(self._now() + pause, pause)


def _market(row: EndedOrder) -> tuple[str, str | None]:
    return row.exchange_symbol, row.symbol


def _id(order: Order) -> tuple[Source, str]:
    return order.source, order.key


def _key(one: GoneOrder) -> tuple[Source, str, datetime]:
    return one.order.source, one.order.key, one.gone_at


def _by_group(pairs: Iterable[tuple[Order, Outcome]]) -> dict[Group | None, list[tuple[Order, Outcome]]]:
    """Orders with their outcomes by group; those of none are nobody's siblings."""
    groups: dict[Group | None, list[tuple[Order, Outcome]]] = {}
    for order, outcome in pairs:
        if order.group is not None:
            groups.setdefault(order.group, []).append((order, outcome))
    return groups
