"""An account's history through ccxt: fills, transfers and ended orders, in pages without gaps."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from domain.endings import EndedOrder
from domain.fills import Fill
from domain.orders import Order
from domain.sources import Source, SourceKind, Unreadable
from domain.transfers import Transfer, TransferKind
from exchanges.connection.exact import milliseconds, moment
from exchanges.connection.gateway import Gateway
from exchanges.connection.list_paths import ListPath
from exchanges.connection.listed_markets import Listed
from exchanges.connection.markets_to_price import markets_to_price
from exchanges.connection.windows import Window
from exchanges.contracts import AccountConnection, AccountScope, Page
from exchanges.unified.account_transfers import AccountTransfers
from exchanges.unified.complete_windows import whole_windows
from exchanges.unified.endings import EndingsReader
from exchanges.unified.features import features_by_market_type
from exchanges.unified.fills import read_fills
from exchanges.unified.history_requests import HistoryRequests
from exchanges.unified.market_choice import CONTRACTS, chosen_of, market_of
from exchanges.unified.order_lists import type_name
from exchanges.unified.venue_calls import fill_calls
from exchanges.venues._shared.account_calls import FillsCall
from exchanges.venues._shared.full_answers import MILLISECOND, Keeps, PageLimit, RangeRows
from exchanges.venues._shared.paging import Paging
from exchanges.venues._shared.transfer_call import TransferCall
from exchanges.venues._shared.venue import Venue

_USUAL, _USUAL_ROWS = timedelta(days=7), 100
_MOST_PAGES = 200
_CUT = "the exchange limits the rows of one response: older ones of this time cannot be read"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Row = TypeVar("Row", Fill, Transfer)


class UnifiedHistory:
    """Reads the history of one account through ccxt, with a separate gateway."""

    def __init__(
        self, account: AccountConnection, venue: Venue, gateway: Gateway, listed: Callable[[], Listed]
    ) -> None:
        self._account = account
        self._venue = venue
        self._gateway = gateway
        self._listed = listed
        self._requests = HistoryRequests(account, gateway, listed)
        calls = fill_calls(venue, gateway.features)
        self._fills = {call.name: call for call in chosen_of(calls, account.markets)}
        self._ended = EndingsReader(account, venue, gateway, listed)
        self._page_limits: dict[Source, PageLimit] = {}
        self._movements = AccountTransfers(account, venue, gateway.offers)
        gateway.allow_refusals(len(self._fills) + len(self._movements.sources))

    @property
    def kinds(self) -> tuple[SourceKind, ...]:
        """The kinds of history that the exchange offers: fills, transfers, endings."""
        offers = self._gateway.offers
        offered = (
            (SourceKind.FILLS, offers("fetch_my_trades")),
            (SourceKind.TRANSFERS, bool(self._movements.sources)),
            (SourceKind.ENDINGS, self._ended.offers_endings),
        )
        return tuple(kind for kind, is_offered in offered if is_offered)

    @property
    def unread_transfers(self) -> frozenset[TransferKind]:
        """Kinds of transfers that may exist on this exchange but that none of the requests returns."""
        return self._movements.unread

    def calls(self, kind: SourceKind, scope: AccountScope) -> tuple[Source, ...]:
        """The calls that together make up the fills or transfers: one for each symbol where the exchange wants one."""
        if kind not in self.kinds:
            return ()
        if kind is SourceKind.TRANSFERS:
            return self._movements.sources
        if kind is SourceKind.FILLS and self._fills:
            return tuple(Source.of(kind, name) for name in self._fills)
        if kind is SourceKind.FILLS:
            return tuple(Source.of(kind, symbol) for symbol in self._symbols(scope))
        return (Source.of(kind),)

    def _symbols(self, scope: AccountScope) -> tuple[str, ...]:
        """The named markets, and the likely markets of the assets held."""
        listed = self._requests.listed()
        return tuple(
            market.symbol
            for market in markets_to_price(listed.all(), scope)
            if ({market.symbol, market.exchange_symbol} & scope.symbols or market.base in scope.assets)
            and not (market.is_inverse and self._venue.inverse_fills_unread)
        )

    def _any_symbol(self, market_type: str | None) -> str | None:
        """A market of this type. None without a type."""
        markets = () if market_type is None else self._requests.listed().all()
        return next((market.symbol for market in markets if type_name(market) == market_type), None)

    def fetch_fills(self, source: Source, since: datetime, until: datetime) -> Iterator[Page[Fill]]:
        """The executions of [since, until) in pages that follow one another without a gap, oldest first."""
        declared = self._fills.get(source.part or "")
        call = declared or self._venue.fills_by_symbol
        symbol = source.part if declared is None else self._any_symbol(declared.through)
        longest, size, is_sure = self._bounds("fetchMyTrades")
        page_limit = self._page_limits.setdefault(
            source, PageLimit(call.rows or size, call.keeps, is_sure or call.rows is not None)
        )

        def request(start: datetime, end: datetime, limit: int) -> RangeRows:
            since_ms = milliseconds(start) - call.early
            params = _stretch(call, since_ms, end)
            return self._answered(
                "fetch_my_trades", symbol, since_ms, limit, params, endpoint=str(source), list_at=call.list_at
            )

        for window in whole_windows(since, until, longest, page_limit, request):
            fills, odd = read_fills(
                window.content,
                self._account.name,
                self._account.exchange,
                self._venue,
                self._listed(),
                of_contracts=market_of(call) in CONTRACTS,
            )
            yield _page(window, fills, odd)

    def fetch_transfers(self, source: Source, since: datetime, until: datetime) -> Iterator[Page[Transfer]]:
        """The movements of [since, until) in pages that follow one another without a gap, oldest first."""
        call = self._movements.named(source)
        page_limit = self._page_limits.setdefault(source, _limit_of(call))

        def request(start: datetime, end: datetime, limit: int) -> RangeRows:
            since_ms = milliseconds(start) - call.early
            params = call.range_params(since_ms, _last_before(end))
            if call.paging is not None:
                return self._page_by_page(call, call.paging, start, str(source))
            if call.path is not None:
                return self._answer_of(self._requests.transfers(call, params, str(source)))
            return self._answered(
                call.call,
                call.code,
                since_ms,
                limit,
                params,
                endpoint=str(source),
                counted=call.counted,
                list_at=call.list_at,
            )

        for window in whole_windows(since, until, call.longest, page_limit, request):
            moved, odd = self._movements.read(call, window.content)
            yield _page(window, moved, odd)

    def fetch_ended_orders(
        self, orders: Collection[Order], since: datetime, until: datetime
    ) -> Iterator[Page[EndedOrder]]:
        """Ended orders of [since, until), from the lists that can contain `orders`."""
        return self._ended.fetch_ended_orders(orders, since, until)

    def can_fetch_order(self, order: Order) -> bool:
        """True if this order can be requested by its id."""
        return self._ended.can_fetch_order(order)

    def fetch_order(self, order: Order) -> EndedOrder | None:
        """The exchange's state of one order that left the open list. None if it does not know the order."""
        return self._ended.fetch_order(order)

    def probe(self) -> None:
        """Let open circuit breakers try one request now."""
        self._gateway.probe()

    def close(self) -> None:
        """Let go of idle connections."""
        self._gateway.close()

    def _bounds(self, call: str) -> tuple[timedelta, int, bool]:
        """The longest window of one request, the row limit, and True if ccxt declares that limit.

        The row limit is the lowest one that ccxt states.
        """
        described = [feature for _, _, feature in features_by_market_type(self._gateway.features, call)]
        days = [float(stated["untilDays"]) for stated in described if stated.get("untilDays")]
        rows = [int(stated["limit"]) for stated in described if stated.get("limit")]
        declared = self._venue.fill_rows
        longest = min([_USUAL, *(timedelta(days=limit) for limit in days)])
        return longest, declared or min(rows, default=_USUAL_ROWS), declared is not None

    def _answered(
        self, method: str, *args: Any, endpoint: str, counted: str | None = None, list_at: ListPath | None = None
    ) -> RangeRows:
        return self._answer_of(self._requests.call(method, *args, endpoint=endpoint, list_at=list_at), counted)

    def _answer_of(self, rows: list[Any], counted: str | None = None) -> RangeRows:
        moments = [at for row in rows if isinstance(row, Mapping) and (at := moment(row, "timestamp")) is not None]
        return RangeRows(rows, tuple(sorted(moments)), max(len(rows), self._gateway.last_row_count(counted)))

    def _page_by_page(self, call: TransferCall, paging: Paging, start: datetime, endpoint: str) -> RangeRows:
        """The rows of a list from its newest one back to `start`. If it cannot be read on, the answer is full."""
        rows: list[Any] = []
        moments: list[datetime] = []
        params = dict(call.params)
        for pages_read in range(1, _MOST_PAGES + 1):
            page = self._answered(
                call.call, call.code, None, paging.size, params,
                endpoint=endpoint, counted=call.counted, list_at=call.list_at,
            )  # fmt: skip
            rows += page.rows
            moments += page.timestamps
            has_all = page.row_count < paging.size or (page.timestamps != () and page.timestamps[0] < start)
            next_value = None if has_all or not page.rows else paging.next_value(page.rows, pages_read)
            if has_all:
                return RangeRows(rows, tuple(sorted(moments)), len(rows))
            if next_value is None or str(params.get(paging.param)) == next_value:
                break
            params[paging.param] = next_value
        return RangeRows(rows, tuple(sorted(moments)), paging.size * _MOST_PAGES)


def _limit_of(call: TransferCall) -> PageLimit:
    """The row limit of a list. One that is read page by page has that of all its pages."""
    if call.paging is not None:
        return PageLimit(call.paging.size * _MOST_PAGES, Keeps.NEWEST, is_sure=True)
    return PageLimit(call.rows or _USUAL_ROWS, call.keeps, call.rows is not None)


def _page(window: Window[list[Any]], rows: Iterable[Row], odd: tuple[Unreadable, ...]) -> Page[Row]:
    """The rows of a window, plus an unreadable entry if the window is cut."""
    kept = sorted((row for row in rows if window.since <= row.at < window.until), key=lambda row: (row.at, row.key))
    if window.is_cut:
        missing = {"since": window.since.isoformat(), "until": window.until.isoformat()}
        odd = (*odd, Unreadable(_CUT, missing))
    return Page(tuple(kept), window.since, window.until, odd)


def _stretch(call: FillsCall, since_ms: int, end: datetime) -> dict[str, Any]:
    """The exchange's parameters for a time range, besides ccxt's own start parameter."""
    params: dict[str, Any] = dict(call.params)
    in_words = end.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    params[call.until] = (
        in_words if call.is_iso else (_last_before(end) + call.late) // (1000 if call.in_seconds else 1)
    )
    if call.since is not None:
        params[call.since] = since_ms // 1000
    return params


def _last_before(end: datetime) -> int:
    """The last millisecond that begins before a moment."""
    return -((_EPOCH - end) // MILLISECOND) - 1
