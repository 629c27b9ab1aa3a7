"""Endings of orders, read from ccxt's lists and by order id."""

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
from exchanges.unified.history_requests import HistoryRequests
from exchanges.unified.market_choice import chosen_of
from exchanges.unified.venue_calls import ended_calls, order_by_id_params
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.order_call import TRIGGERS
from exchanges.venues._shared.venue import Venue

# Maximum number of requests per list, for exchanges that ignore the time range or never end.
MOST_QUESTIONS = 20
_SHORTEST = timedelta(seconds=1)
# After a window with less than this share of the row limit, the next window is twice as long.
_SPARSE = 0.4
# Around the moment at which an old order was placed, where lists may be kept by that.
_AROUND = timedelta(minutes=1)
_Told = tuple[Page[EndedOrder], int, str | None]


class EndingsReader:
    """Reads how orders of one account ended."""

    def __init__(
        self, account: AccountConnection, venue: Venue, gateway: Gateway, listed: Callable[[], Listed]
    ) -> None:
        self._account = account
        self._venue = venue
        self._gateway = gateway
        self._requests = HistoryRequests(account, gateway, listed)
        calls = ended_calls(venue, gateway.features, gateway.offers)
        self._calls = chosen_of(calls, account.markets)

    @property
    def offers_endings(self) -> bool:
        """True if endings can be read, from a list or by order id."""
        return bool(self._calls) or self._gateway.offers("fetch_order")

    def fetch_ended_orders(
        self, orders: Collection[Order], since: datetime, until: datetime
    ) -> Iterator[Page[EndedOrder]]:
        """Ended orders of [since, until), from the lists that can contain `orders`.

        With no orders, only those order book lists are read that need no symbol. A refused list does not stop the
        others. The last such error is raised at the end.
        """
        failed: ExchangeError | None = None
        for call in self._calls:
            listed_orders = [order for order in orders if call.contains(order) and _has_an_id(order)]
            if not listed_orders and (orders or call.each_symbol or call.is_of_triggers):
                continue
            symbols = sorted({order.symbol for order in listed_orders}) if call.each_symbol else [None]
            try:
                for symbol in symbols:
                    about = [order for order in listed_orders if symbol in (None, order.symbol)]
                    yield from self._list(call, symbol, about, since, until)
            except Temporary:
                raise
            except ExchangeError as error:
                failed = error
        if failed is not None:
            raise failed

    def can_fetch_order(self, order: Order) -> bool:
        """True if this order can be requested by its id."""
        return _has_an_id(order) and self._detail(order) is not None

    def fetch_order(self, order: Order) -> EndedOrder | None:
        """The state of one order. None if the exchange does not know it or cannot return it by id."""
        params = self._detail(order)
        if params is None or not self.can_fetch_order(order):
            return None
        listed = self._requests.listed()
        row = self._requests.call(
            "fetch_order", order.order_id, order.symbol, dict(params), endpoint=f"order:{order.source}"
        )
        if row is None:
            return None
        is_trigger = order.source.kind is TRIGGERS
        ended_orders, odd = read_ended([row], self._venue, listed, is_trigger)
        if odd:
            raise BadPayload(f"order {order.order_id}: {odd[0].error}")
        return next((ended for ended in ended_orders if ended.leg_id in (None, order.leg_id)), None)

    def _detail(self, order: Order) -> Mapping[str, Any] | None:
        if not self._gateway.offers("fetch_order"):
            return None
        return order_by_id_params(self._venue, order.source, self._gateway.features)

    def _list(
        self, call: EndedCall, symbol: str | None, about: Sequence[Order], since: datetime, until: datetime
    ) -> Iterator[Page[EndedOrder]]:
        """Read one list until all `about` orders are found or the list ends.

        Exchanges seldom say if they filter by creation or ending time. So orders that only a list can return are also
        looked up around their creation time.
        """
        missing = {(order.exchange_symbol, order.order_id) for order in about}
        stretches = [(since, until)]
        if call.is_timed:
            old = [o.created_at for o in about if o.created_at and o.created_at < since and not self.can_fetch_order(o)]
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
            page, count, next_page = self._ask(call, symbol, params, since, until, done)
            yield page
            if (
                call.paging is None
                or count < call.rows
                or next_page is None
                or params.get(call.paging.param) == next_page
            ):
                return
            params = {call.paging.param: next_page}

    def _windows(
        self, call: EndedCall, symbol: str | None, since: datetime, until: datetime
    ) -> Iterator[Page[EndedOrder]]:
        """Read a time range in windows. A full response may lack rows, so its window is halved.

        After sparse windows the length doubles again.
        """
        start = since
        length = longest = timedelta(days=call.days)
        for _ in range(MOST_QUESTIONS):
            end = min(start + length, until)
            page, count, _ = self._ask(call, symbol, None, start, end)
            yield page  # also a full one: its rows are valid and may be enough
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
        since_ms = None
        if call.is_timed:
            since_ms, params[call.until] = milliseconds(since), milliseconds(until)
        if call.named is not None and symbol is not None:
            params[call.named] = self._requests.listed().named(symbol).exchange_symbol
        rows = self._rows(call, symbol, since_ms, params)
        listed = self._requests.listed()
        rows_read, odd = read_ended(rows, self._venue, listed, call.is_of_triggers)
        next_page = None if call.paging is None or not rows else call.paging.next_value(rows, done)
        return Page(rows_read, since, until, odd), max(len(rows), self._gateway.last_row_count()), next_page

    def _rows(self, call: EndedCall, symbol: str | None, since_ms: int | None, params: dict[str, Any]) -> list[Any]:
        if call.direct is not None:
            return self._requests.rows(call, params)
        rows: list[Any] = self._requests.call(
            call.method,
            symbol,
            since_ms,
            call.rows,
            params,
            endpoint=f"{call.method}:{call.name}",
            list_at=call.list_at,
        )
        return rows


def _has_an_id(order: Order) -> bool:
    """True if the exchange has an id for the order. "<id>/tp" is our own name for an attached order."""
    return "/" not in order.order_id
