"""How orders ended, through ccxt: by the lists in which the gone ones would stand, and one order by its id."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.endings import EndedOrder
from domain.orders import Order
from exchanges.connection.errors import BadPayload, ExchangeError, Temporary
from exchanges.connection.exact import milliseconds
from exchanges.connection.gateway import Gateway
from exchanges.connection.listed_markets import Listed
from exchanges.contracts import AccountConnection, Page
from exchanges.unified.ended_rows import read_ended
from exchanges.unified.history_requests import UnifiedQuestions
from exchanges.unified.market_choice import chosen_of
from exchanges.unified.venue_calls import ended_calls, order_by_id_params
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.order_call import TRIGGERS
from exchanges.venues._shared.venue import Venue

# An exchange that does not look at the stretch it is asked for, or tells without end, is asked no more than so often.
MOST_QUESTIONS = 20
_SHORTEST = timedelta(seconds=1)
# A window of which so small a share of the rows was used is doubled for the next question.
_SPARSE = 0.4
# Around the moment at which an old order was placed, where lists may be kept by that.
_AROUND = timedelta(minutes=1)
_Told = tuple[Page[EndedOrder], int, str | None]


class UnifiedEnded:
    """Reads how orders of one account ended."""

    def __init__(
        self, account: AccountConnection, venue: Venue, gateway: Gateway, listed: Callable[[], Listed]
    ) -> None:
        self._account = account
        self._venue = venue
        self._gateway = gateway
        self._questions = UnifiedQuestions(account, gateway, listed)
        calls = ended_calls(venue, gateway.features, gateway.offers)
        self._calls = chosen_of(calls, account.markets)

    @property
    def tells(self) -> bool:
        """Whether anything is told: by a list or of single orders."""
        return bool(self._calls) or self._gateway.offers("fetch_order")

    def fetch_ended_orders(
        self, orders: Collection[Order], since: datetime, until: datetime
    ) -> Iterator[Page[EndedOrder]]:
        """What those lists say of [since, until) in which these orders would stand; without any, the lists of the book
        that can be asked without naming a market.

        A list that is refused keeps no other from being asked; the last such failure is raised at the end.
        """
        failed: ExchangeError | None = None
        for call in self._calls:
            mine = [order for order in orders if call.tells_of(order) and _has_an_id(order)]
            if not mine and (orders or call.each_symbol or call.is_of_triggers):
                continue
            symbols = sorted({order.symbol for order in mine}) if call.each_symbol else [None]
            try:
                for symbol in symbols:
                    about = [order for order in mine if symbol in (None, order.symbol)]
                    yield from self._list(call, symbol, about, since, until)
            except Temporary:
                raise
            except ExchangeError as error:
                failed = error
        if failed is not None:
            raise failed

    def tells_of(self, order: Order) -> bool:
        """Whether this order can be asked for by itself."""
        return _has_an_id(order) and self._detail(order) is not None

    def fetch_order(self, order: Order) -> EndedOrder | None:
        """What the exchange says of one order; None where it knows none such, or cannot be asked."""
        params = self._detail(order)
        if params is None or not self.tells_of(order):
            return None
        listed = self._questions.listed()
        row = self._questions.ask(
            "fetch_order", order.order_id, order.symbol, dict(params), endpoint=f"order:{order.source}"
        )
        if row is None:
            return None
        is_trigger = order.source.kind is TRIGGERS
        told, odd = read_ended([row], self._venue, listed, is_trigger)
        if odd:
            raise BadPayload(f"order {order.order_id}: {odd[0].error}")
        return next((one for one in told if one.leg_id in (None, order.leg_id)), None)

    def _detail(self, order: Order) -> Mapping[str, Any] | None:
        if not self._gateway.offers("fetch_order"):
            return None
        return order_by_id_params(self._venue, order.source, self._gateway.features)

    def _list(
        self, call: EndedCall, symbol: str | None, about: Sequence[Order], since: datetime, until: datetime
    ) -> Iterator[Page[EndedOrder]]:
        """One list, until it has told of all that is asked for or is at its end. Whether an exchange counts the moment
        at which an order was placed or at which it ended, it seldom says: the old ones that nothing else can tell are
        looked for where they were placed, too."""
        missing = {(order.exchange_symbol, order.order_id) for order in about}
        stretches = [(since, until)]
        if call.is_timed:
            old = [o.created_at for o in about if o.created_at and o.created_at < since and not self.tells_of(o)]
            stretches += [(at - _AROUND, at + _AROUND) for at in sorted(set(old))]
        for start, end in stretches[:MOST_QUESTIONS]:
            for page in self._pages(call, symbol, start, end):
                yield page
                missing -= {(row.exchange_symbol, row.order_id) for row in page.rows if row.ending is not None}
                if about and not missing:
                    return

    def _pages(
        self, call: EndedCall, symbol: str | None, since: datetime, until: datetime
    ) -> Iterator[Page[EndedOrder]]:
        if call.is_timed:
            yield from self._windows(call, symbol, since, until)
            return
        params: dict[str, Any] = {}
        for done in range(1, MOST_QUESTIONS + 1):
            page, count, onward = self._ask(call, symbol, params, since, until, done)
            yield page
            if call.paging is None or count < call.rows or onward is None or params.get(call.paging.param) == onward:
                return
            params = {call.paging.param: onward}

    def _windows(
        self, call: EndedCall, symbol: str | None, since: datetime, until: datetime
    ) -> Iterator[Page[EndedOrder]]:
        """A stretch in windows that are halved when an answer is full: it may lack some then; and doubled again where
        little happened."""
        start = since
        length = longest = timedelta(days=call.days)
        for _ in range(MOST_QUESTIONS):
            end = min(start + length, until)
            page, count, _ = self._ask(call, symbol, None, start, end)
            yield page  # also of a full one: what it says is true, and may be all that is wanted
            if count >= call.rows and end - start > _SHORTEST:
                length = (end - start) / 2
                continue
            start = end
            if start >= until:
                return
            if count < call.rows * _SPARSE:
                length = min(longest, length * 2)

    def _ask(
        self,
        call: EndedCall,
        symbol: str | None,
        paged: Mapping[str, Any] | None,
        since: datetime,
        until: datetime,
        done: int = 0,
    ) -> _Told:
        params = {**call.params, **(paged or {})}
        begins = None
        if call.is_timed:
            begins, params[call.until] = milliseconds(since), milliseconds(until)
        if call.named is not None and symbol is not None:
            params[call.named] = self._questions.listed().named(symbol).exchange_symbol
        rows = self._rows(call, symbol, begins, params)
        listed = self._questions.listed()
        told, odd = read_ended(rows, self._venue, listed, call.is_of_triggers)
        onward = None if call.paging is None or not rows else call.paging.onward(rows, done)
        return Page(told, since, until, odd), max(len(rows), self._gateway.rows_answered()), onward

    def _rows(self, call: EndedCall, symbol: str | None, begins: int | None, params: dict[str, Any]) -> list[Any]:
        if call.direct is not None:
            return self._questions.rows(call, params)
        rows: list[Any] = self._questions.ask(
            call.method,
            symbol,
            begins,
            call.rows,
            params,
            endpoint=f"{call.method}:{call.name}",
            list_at=call.list_at,
        )
        return rows


def _has_an_id(order: Order) -> bool:
    """Whether the exchange knows it by an id. What hangs on another has none: "<id>/tp" is a name of ours."""
    return "/" not in order.order_id
