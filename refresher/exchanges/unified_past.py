"""The past of an account through ccxt: fills, transfers and ended orders, in pages without gaps."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.endings import EndedOrder
from domain.fills import Fill
from domain.orders import Order
from domain.sources import Source, SourceKind
from domain.transfers import Transfer
from refresher.exchanges.answers import AccountConnection, Page, Wanted
from refresher.exchanges.errors import BadPayload, Permanent
from refresher.exchanges.gateway import Gateway
from refresher.exchanges.market_choice import chosen_of
from refresher.exchanges.order_lists import told
from refresher.exchanges.unified_calls import Part, fill_parts, rows_at_most
from refresher.exchanges.unified_ended import UnifiedEnded
from refresher.exchanges.unified_history import read_fills, read_ledger, read_movements
from refresher.exchanges.unified_markets import Listed
from refresher.exchanges.wanted_prices import chosen
from refresher.exchanges.wire import moment

_MOVEMENTS = {"deposits": "fetch_deposits", "withdrawals": "fetch_withdrawals", "ledger": "fetch_ledger"}
# What ccxt offers and cannot be asked as it is: by a currency or market that nobody names, or for other accounts only.
_NOT_ASKED = {
    "binance": {"ledger"},
    "binanceusdm": {"ledger"},
    "binancecoinm": {"ledger"},
    "xt": {"ledger"},
    "coinbase": {"deposits", "withdrawals", "ledger"},
    "deribit": {"deposits", "withdrawals"},
}
_USUAL_DAYS, _USUAL_ROWS = 7.0, 100
_SHORTEST = timedelta(seconds=1)
_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Rows as ccxt makes them of an answer, and how many the answer held.
Answered = tuple[list[Any], int]


def movements_of(exchange: str, offers: Callable[[str], bool]) -> tuple[str, ...]:
    """The lists of movements of an exchange that can be asked, by their names."""
    left_out = _NOT_ASKED.get(exchange, set())
    return tuple(part for part, call in _MOVEMENTS.items() if part not in left_out and offers(call))


class UnifiedPast:
    """Reads the past of one account through ccxt, over a gateway of its own."""

    def __init__(self, account: AccountConnection, gateway: Gateway, listed: Callable[[], Listed]) -> None:
        self._account = account
        self._gateway = gateway
        self._listed = listed
        parts = fill_parts(account.exchange, gateway.features)
        self._fills = {part.name: part for part in chosen_of(parts, account.markets)}
        self._ended = UnifiedEnded(account, gateway, listed)
        gateway.expect(len(self._fills) + len(_MOVEMENTS))

    @property
    def kinds(self) -> tuple[SourceKind, ...]:
        """What is told: fills, transfers, endings."""
        offers = self._gateway.offers
        said = (
            (SourceKind.FILLS, offers("fetch_my_trades")),
            (SourceKind.TRANSFERS, bool(movements_of(self._account.exchange, offers))),
            (SourceKind.ENDINGS, self._ended.tells),
        )
        return tuple(kind for kind, is_told in said if is_told)

    def calls(self, kind: SourceKind, wanted: Wanted) -> tuple[Source, ...]:
        """The calls that together make up the fills or transfers: one for each symbol where the exchange wants one."""
        if kind not in self.kinds:
            return ()
        if kind is SourceKind.TRANSFERS:
            return tuple(Source.of(kind, part) for part in movements_of(self._account.exchange, self._gateway.offers))
        if kind is SourceKind.FILLS and self._fills:
            return tuple(Source.of(kind, part) for part in self._fills)
        if kind is SourceKind.FILLS:
            return tuple(Source.of(kind, symbol) for symbol in self._symbols(wanted))
        return (Source.of(kind),)

    def _symbols(self, wanted: Wanted) -> tuple[str, ...]:
        """The markets that what is held was traded in, most likely, and every one that is named."""
        with self._gateway.within(self._account.budget_seconds):
            listed = self._listed()
        return tuple(
            market.symbol
            for market in chosen(listed.all(), wanted)
            if {market.symbol, market.exchange_symbol} & wanted.symbols or market.base in wanted.assets
        )

    def fetch_fills(self, source: Source, since: datetime, until: datetime) -> Iterator[Page[Fill]]:
        """The executions of [since, until) in pages that follow one another without a gap, oldest first."""
        known = self._fills.get(source.part or "")
        symbol, part = (source.part, Part("")) if known is None else (None, known)
        days, size = self._bounds("fetchMyTrades")
        size = part.rows or size

        def ask(start: datetime, end: datetime) -> Answered:
            begins = _milliseconds(start) - part.early
            return self._answered(
                "fetch_my_trades", symbol, begins, size, _stretch(part, begins, end), endpoint=str(source)
            )

        for start, end, rows in _windows(ask, since, until, days, size, part.backwards):
            fills, odd = read_fills(rows, self._account.name, self._account.exchange, self._listed())
            kept = sorted((fill for fill in fills if start <= fill.at < end), key=lambda fill: (fill.at, fill.key))
            yield Page(tuple(kept), start, end, odd)

    def fetch_transfers(self, source: Source, since: datetime, until: datetime) -> Iterator[Page[Transfer]]:
        """The movements of [since, until) in pages that follow one another without a gap, oldest first."""
        call = _MOVEMENTS.get(source.part or "")
        if call is None:
            raise Permanent(f"{source} is not read from {self._account.exchange}")
        read = read_ledger if source.part == "ledger" else read_movements

        def ask(start: datetime, end: datetime) -> Answered:
            given = {"until": _last_before(end)}
            return self._answered(call, None, _milliseconds(start), _USUAL_ROWS, given, endpoint=str(source))

        for start, end, rows in _windows(ask, since, until, _USUAL_DAYS, _USUAL_ROWS):
            moved, odd = read(rows, self._account.name, self._account.exchange)
            kept = sorted((one for one in moved if start <= one.at < end), key=lambda one: (one.at, one.key))
            yield Page(tuple(kept), start, end, odd)

    def fetch_ended_orders(
        self, orders: Collection[Order], since: datetime, until: datetime
    ) -> Iterator[Page[EndedOrder]]:
        """What lists of the past say of [since, until) in which these orders would stand."""
        return self._ended.fetch_ended_orders(orders, since, until)

    def tells_of(self, order: Order) -> bool:
        """Whether this order can be asked for by itself."""
        return self._ended.tells_of(order)

    def fetch_order(self, order: Order) -> EndedOrder | None:
        """What the exchange says of one order that left the open list; None where it knows none such."""
        return self._ended.fetch_order(order)

    def probe(self) -> None:
        """Let the next question be asked also of what is being asked gently after failures."""
        self._gateway.probe()

    def close(self) -> None:
        """Let go of idle connections."""
        self._gateway.close()

    def _bounds(self, call: str) -> tuple[float, int]:
        """Days that one question may span, and rows that one answer holds: the least that ccxt knows of."""
        said = [feature for _, _, feature in told(self._gateway.features, call)]
        days = [float(one["untilDays"]) for one in said if one.get("untilDays")]
        rows = [int(one["limit"]) for one in said if one.get("limit")]
        most = rows_at_most(self._account.exchange) or min(rows, default=_USUAL_ROWS)
        return min([_USUAL_DAYS, *days]), most

    def _within_budget(self, ask: Callable[[], Any]) -> Any:
        with self._gateway.within(self._account.budget_seconds):
            return ask()

    def _answered(self, method: str, *args: Any, endpoint: str) -> Answered:
        rows = self._asked(method, *args, endpoint=endpoint)
        return rows, max(len(rows), self._gateway.rows_answered())

    def _asked(self, method: str, *args: Any, endpoint: str | None = None) -> Any:
        def ask() -> Any:
            self._listed()
            return self._gateway.call(method, *args, endpoint=endpoint)

        return self._within_budget(ask)


def _windows(
    ask: Callable[[datetime, datetime], Answered],
    since: datetime,
    until: datetime,
    days: float,
    size: int,
    backwards: bool = False,
) -> Iterator[tuple[datetime, datetime, list[Any]]]:
    """The rows of [since, until) window by window; one that comes back full is halved and asked again, because an
    exchange tells only so many rows at once and not which it left out."""
    start, step = since, timedelta(days=days)
    while start < until:
        end = min(start + step, until)
        rows, told = ask(start, end)
        while told >= size and not _is_whole(rows, start, end, backwards):
            if end - start <= _SHORTEST:
                raise BadPayload(f"more than {size} rows within a second: some would be left out")
            end = start + (end - start) // _MILLISECOND // 2 * _MILLISECOND
            rows, told = ask(start, end)
        yield start, end, rows
        start = end


def _is_whole(rows: list[Any], start: datetime, end: datetime, backwards: bool) -> bool:
    """Whether rows go on past the window: then the exchange counts from its beginning (or `backwards` from its end),
    and all of it is there."""
    times = [at for row in rows if isinstance(row, Mapping) and (at := moment(row, "timestamp")) is not None]
    return any(at < start for at in times) if backwards else any(at >= end for at in times)


def _stretch(part: Part, begins: int, end: datetime) -> dict[str, Any]:
    """How a stretch of time is said on this exchange, beside what ccxt says of its beginning."""
    given: dict[str, Any] = dict(part.params)
    in_words = end.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    given[part.until] = in_words if part.in_words else _last_before(end)
    if part.since is not None:
        given[part.since] = begins // 1000
    return given


def _milliseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MILLISECOND


def _last_before(end: datetime) -> int:
    """The last millisecond that begins before a moment."""
    return -((_EPOCH - end) // _MILLISECOND) - 1
