"""The past of an account through ccxt: fills, transfers and ended orders, in pages without gaps."""

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
from exchanges.connection.markets_to_price import chosen
from exchanges.connection.windows import Window
from exchanges.contracts import AccountConnection, Page, Wanted
from exchanges.unified.account_transfers import AccountTransfers
from exchanges.unified.complete_windows import whole_windows
from exchanges.unified.endings import UnifiedEnded
from exchanges.unified.features import features_by_market_type
from exchanges.unified.fills import read_fills
from exchanges.unified.history_requests import UnifiedQuestions
from exchanges.unified.market_choice import chosen_of
from exchanges.unified.venue_calls import fill_calls
from exchanges.venues._shared.account_calls import FillsCall
from exchanges.venues._shared.full_answers import MILLISECOND, Answer, Habit
from exchanges.venues._shared.venue import Venue

_USUAL, _USUAL_ROWS = timedelta(days=7), 100
_CUT = "the exchange tells only so many rows at once: older ones of this time cannot be read here"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Row = TypeVar("Row", Fill, Transfer)


class UnifiedPast:
    """Reads the past of one account through ccxt, over a gateway of its own."""

    def __init__(
        self, account: AccountConnection, venue: Venue, gateway: Gateway, listed: Callable[[], Listed]
    ) -> None:
        self._account = account
        self._venue = venue
        self._gateway = gateway
        self._listed = listed
        self._questions = UnifiedQuestions(account, gateway, listed)
        parts = fill_calls(venue, gateway.features)
        self._fills = {part.name: part for part in chosen_of(parts, account.markets)}
        self._ended = UnifiedEnded(account, venue, gateway, listed)
        self._habits: dict[Source, Habit] = {}
        self._movements = AccountTransfers(account, venue, gateway.offers)
        gateway.expect(len(self._fills) + len(self._movements.sources))

    @property
    def kinds(self) -> tuple[SourceKind, ...]:
        """What is told: fills, transfers, endings."""
        offers = self._gateway.offers
        said = (
            (SourceKind.FILLS, offers("fetch_my_trades")),
            (SourceKind.TRANSFERS, bool(self._movements.sources)),
            (SourceKind.ENDINGS, self._ended.tells),
        )
        return tuple(kind for kind, is_told in said if is_told)

    @property
    def unread_transfers(self) -> frozenset[TransferKind]:
        """The kinds of transfers that may exist on this exchange and that what is asked does not tell."""
        return self._movements.unread

    def calls(self, kind: SourceKind, wanted: Wanted) -> tuple[Source, ...]:
        """The calls that together make up the fills or transfers: one for each symbol where the exchange wants one."""
        if kind not in self.kinds:
            return ()
        if kind is SourceKind.TRANSFERS:
            return self._movements.sources
        if kind is SourceKind.FILLS and self._fills:
            return tuple(Source.of(kind, part) for part in self._fills)
        if kind is SourceKind.FILLS:
            return tuple(Source.of(kind, symbol) for symbol in self._symbols(wanted))
        return (Source.of(kind),)

    def _symbols(self, wanted: Wanted) -> tuple[str, ...]:
        """The markets that what is held was traded in, most likely, and every one that is named."""
        listed = self._questions.listed()
        return tuple(
            market.symbol
            for market in chosen(listed.all(), wanted)
            if ({market.symbol, market.exchange_symbol} & wanted.symbols or market.base in wanted.assets)
            and not (market.is_inverse and self._venue.inverse_fills_unread)
        )

    def fetch_fills(self, source: Source, since: datetime, until: datetime) -> Iterator[Page[Fill]]:
        """The executions of [since, until) in pages that follow one another without a gap, oldest first."""
        known = self._fills.get(source.part or "")
        symbol, part = (source.part, self._venue.fills_by_symbol) if known is None else (None, known)
        longest, size, is_sure = self._bounds("fetchMyTrades")
        habit = self._habits.setdefault(source, Habit(part.rows or size, part.keeps, is_sure or part.rows is not None))

        def ask(start: datetime, end: datetime, most: int) -> Answer:
            begins = milliseconds(start) - part.early
            given = _stretch(part, begins, end)
            return self._answered(
                "fetch_my_trades", symbol, begins, most, given, endpoint=str(source), list_at=part.list_at
            )

        for window in whole_windows(since, until, longest, habit, ask):
            fills, odd = read_fills(
                window.told, self._account.name, self._account.exchange, self._venue, self._listed()
            )
            yield _page(window, fills, odd)

    def fetch_transfers(self, source: Source, since: datetime, until: datetime) -> Iterator[Page[Transfer]]:
        """The movements of [since, until) in pages that follow one another without a gap, oldest first."""
        wanted = self._movements.named(source)
        habit = self._habits.setdefault(
            source, Habit(wanted.rows or _USUAL_ROWS, wanted.keeps, wanted.rows is not None)
        )

        def ask(start: datetime, end: datetime, most: int) -> Answer:
            begins = milliseconds(start) - wanted.early
            given = wanted.range_params(begins, _last_before(end))
            return self._answered(
                wanted.call,
                wanted.code,
                begins,
                most,
                given,
                endpoint=str(source),
                counted=wanted.counted,
                list_at=wanted.list_at,
            )

        for window in whole_windows(since, until, wanted.longest, habit, ask):
            moved, odd = self._movements.read(wanted, window.told)
            yield _page(window, moved, odd)

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

    def _bounds(self, call: str) -> tuple[timedelta, int, bool]:
        """The longest stretch of one question, and the rows that one answer holds: the least that ccxt knows of, and
        whether that is declared here."""
        said = [feature for _, _, feature in features_by_market_type(self._gateway.features, call)]
        days = [float(one["untilDays"]) for one in said if one.get("untilDays")]
        rows = [int(one["limit"]) for one in said if one.get("limit")]
        declared = self._venue.fill_rows
        longest = min([_USUAL, *(timedelta(days=most) for most in days)])
        return longest, declared or min(rows, default=_USUAL_ROWS), declared is not None

    def _answered(
        self, method: str, *args: Any, endpoint: str, counted: str | None = None, list_at: ListPath | None = None
    ) -> Answer:
        rows = self._questions.ask(method, *args, endpoint=endpoint, list_at=list_at)
        moments = [at for row in rows if isinstance(row, Mapping) and (at := moment(row, "timestamp")) is not None]
        return Answer(rows, tuple(sorted(moments)), max(len(rows), self._gateway.rows_answered(counted)))


def _page(window: Window[list[Any]], rows: Iterable[Row], odd: tuple[Unreadable, ...]) -> Page[Row]:
    """The rows of a window, and that some of it are not told, if so."""
    kept = sorted((row for row in rows if window.since <= row.at < window.until), key=lambda row: (row.at, row.key))
    if window.is_cut:
        missing = {"since": window.since.isoformat(), "until": window.until.isoformat()}
        odd = (*odd, Unreadable(_CUT, missing))
    return Page(tuple(kept), window.since, window.until, odd)


def _stretch(part: FillsCall, begins: int, end: datetime) -> dict[str, Any]:
    """How a stretch of time is said on this exchange, beside what ccxt says of its beginning."""
    given: dict[str, Any] = dict(part.params)
    in_words = end.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    given[part.until] = in_words if part.is_iso else _last_before(end) + part.late
    if part.since is not None:
        given[part.since] = begins // 1000
    return given


def _last_before(end: datetime) -> int:
    """The last millisecond that begins before a moment."""
    return -((_EPOCH - end) // MILLISECOND) - 1
