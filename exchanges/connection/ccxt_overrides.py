"""Our sending, parsing and list handling, mixed into ccxt's class of every exchange."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

from exchanges.connection.errors import BadPayload, NotKnown
from exchanges.connection.exact import exact_json, text
from exchanges.connection.exchange_rules import ExchangeRules
from exchanges.connection.left_out import LeavesOutNone
from exchanges.connection.pacing import Pace
from exchanges.connection.refusals import NO_SUCH, Reply, Secrets, bare, network_error, refusal
from exchanges.connection.session import ReadOnlySession, date_of
from exchanges.connection.shared_tables import share_tables
from exchanges.connection.thread_values import NewestValue

_MARKET_TABLES = (
    "markets",
    "markets_by_id",
    "symbols",
    "ids",
    "currencies",
    "currencies_by_id",
    "baseCurrencies",
    "quoteCurrencies",
    "codes",
)
_ENDED = frozenset({"closed", "canceled", "cancelled", "expired", "rejected"})
# Fields that name the market of a position.
_MARKET_FIELDS = ("symbol", "instId", "contract", "contract_code")
_DEEPEST = 4  # maximum nesting depth at which a response's list is searched


class Unparsed(dict[str, Any]):
    """A row that ccxt could not parse: nothing but the row itself, and why."""

    def __init__(self, row: Any, error: Exception) -> None:
        super().__init__(info=row, unparsed=f"the row cannot be parsed ({type(error).__name__})")

    def __missing__(self, _: str) -> None:
        return None


def is_plainly_empty(answer: Any, is_picked: bool = False, depth: int = 0) -> bool:
    """True if a response plainly holds no rows: an empty list or object, or null in place of a list.

    If ccxt filters the rows (`is_picked`), any list counts.
    """
    if answer is None or answer in ([], {}):
        return depth > 0 or answer is not None
    if depth < _DEEPEST and isinstance(answer, Mapping | list):
        inner = answer.values() if isinstance(answer, Mapping) else answer
        is_list = is_picked and isinstance(answer, list)
        return is_list or any(is_plainly_empty(value, is_picked, depth + 1) for value in inner)
    return False


@dataclass(slots=True)
class _LastRequest:
    """The last request of a thread, and its response: the parsed JSON, that of a refusal, the Date header."""

    group: str = ""
    path: str = ""
    answer: Any = None
    refusal: Any = None
    date: str | None = None


class ReadOnlyCcxt(LeavesOutNone):
    """Mixed into the class of each exchange, before ccxt's own. Thread-safe where ccxt is not."""

    id: str
    session: ReadOnlySession
    secrets: Secrets
    rules: ExchangeRules
    pace: Pace

    def __init__(self, config: dict[str, Any]) -> None:
        self._newest = NewestValue[_LastRequest]()
        super().__init__(config)  # type: ignore[call-arg]  # ccxt's Exchange stands behind this in the order
        share_tables(self)

    @property
    def _last(self) -> _LastRequest:
        """The last request of this thread, unless it has read another account since."""
        if (last := self._newest.get()) is None:
            last = _LastRequest()
            self._newest.set(last)
        return last

    def calculate_rate_limiter_cost(self, api: Any, method: Any, path: Any, params: Any, config: Any = None) -> Any:
        """ccxt's cost of a request. Its URL group and path are kept: they decide which budget it draws on."""
        self._last.group = api if isinstance(api, str) else "/".join(api)
        self._last.path = str(path)
        return super().calculate_rate_limiter_cost(api, method, path, params, config or {})  # type: ignore[misc]

    def throttle(self, cost: float | None = None) -> None:
        """Wait for the turn of a request. ccxt's own lets threads pass all at once, and knows no deadline."""
        cost = 1.0 if cost is None else float(cost)
        self.pace.wait(self._last.group, self._last.path, cost, self.session.remaining())

    def fetch(self, url: str, method: str = "GET", headers: Any = None, body: Any = None) -> Any:
        """Send a signed request and parse the response. Raises an ExchangeError."""
        self._last.answer = None
        try:
            response = self.session.request(
                method,
                url,
                data=body.encode() if isinstance(body, str) else body,
                headers=self.prepare_request_headers(headers),  # type: ignore[attr-defined]
            )
            response_text = response.content.decode("utf-8", "replace")
        except requests.RequestException as error:
            failure, cause = network_error(error), bare(error, self.secrets)
        else:
            self._last.date = response.headers.get("Date")
            return self._understood(url, method, response, response_text)
        raise failure from cause

    def last_date(self) -> datetime | None:
        """The Date header of this thread's last response. None without a readable one."""
        return date_of(self._last.date)

    def _understood(self, url: str, method: str, response: requests.Response, body: str) -> Any:
        try:
            payload = exact_json(body)
        except (ValueError, RecursionError):
            payload = None
        reply = Reply(response.status_code, response.headers, payload, body)
        if (error := refusal(self.rules.error_codes, self.rules.always_states_code, reply, self.secrets)) is not None:
            raise error
        if (
            not self.rules.allows_only_calls
        ):  # an exchange without a reading of its own: ccxt knows what its errors look like
            self._check_by_ccxt(url, method, response, body, payload)
        if payload is None:
            raise BadPayload("the response is not JSON")
        self._last.answer = payload
        return payload

    def _check_by_ccxt(self, url: str, method: str, response: requests.Response, body: str, payload: Any) -> None:
        """Raise ccxt's error for an error response.

        HTTP 404 without a reason known to ccxt means that the account does not have this wallet or list.
        """
        status, reason, headers = response.status_code, response.reason, response.headers
        try:
            self.handle_errors(status, reason, url, method, headers, body, payload, {}, None)  # type: ignore[attr-defined]
        except Exception as error:
            self._last.refusal = payload
            if status == 404 and type(error).__name__ == "ExchangeError":
                raise NotKnown(NO_SUCH) from bare(error, self.secrets)
            raise
        if status == 404:
            raise NotKnown(NO_SUCH)
        if status >= 400:
            raise BadPayload(f"the exchange responds with HTTP {status} with a reason that is not known here")

    def forget_responses(self) -> None:
        """Forget this thread's last response and refusal before a new request."""
        self._last.answer = self._last.refusal = None

    def last_response(self) -> Any:
        """This thread's last response, parsed as JSON. None without one."""
        return self._last.answer

    def refusal_code(self) -> str | None:
        """The code of the last refusal to this thread, where one was stated."""
        refusal = self._last.refusal
        return text(refusal, "code") if isinstance(refusal, Mapping) else None

    def last_row_count(self, field: str | None = None) -> int:
        """The number of rows in the last response or in its list under `field`. 0 without a list."""
        answer = self.last_response()
        if field is not None and isinstance(answer, Mapping):
            answer = answer.get(field)
        return len(answer) if isinstance(answer, list) else 0

    def market_tables(self) -> dict[str, Any]:
        """Everything that ccxt made of the markets, to be shared with other accounts."""
        helpers = self.options.get("marketHelperProps") or []  # type: ignore[attr-defined]
        tables = {name: getattr(self, name, None) for name in _MARKET_TABLES}
        options = {name: self.options.get(name) for name in helpers}  # type: ignore[attr-defined]
        return {**tables, "options": options}

    def take_market_tables(self, tables: Mapping[str, Any]) -> None:
        """Know the markets that another account loaded."""
        for name in _MARKET_TABLES:
            setattr(self, name, tables[name])
        self.options.update({name: value for name, value in tables["options"].items() if value is not None})  # type: ignore[attr-defined]

    def parse_orders(
        self, orders: Any, market: Any = None, since: Any = None, limit: Any = None, params: Any = None
    ) -> list[Any]:
        """Parse each order separately."""
        return self._each(orders, lambda row: self.parse_order(row, market), params)  # type: ignore[attr-defined]

    def filter_by(self, array: Any, key: str, value: Any = None) -> list[Any]:
        """ccxt's own filter of rows, which here leaves out no open order.

        Rows stay that could not be parsed, and rows in a state that ccxt does not know.
        """
        rows = list(array.values()) if isinstance(array, Mapping) else list(array)
        if (key, value) == ("status", "open"):
            return [row for row in rows if row.get(key) not in _ENDED]
        return [row for row in rows if isinstance(row, Unparsed) or row.get(key) == value]

    def filter_by_limit(self, array: Any, limit: Any = None, key: Any = "timestamp", from_start: bool = False) -> Any:
        """Keep all rows. ccxt would truncate to `limit`, although some responses hold `limit` rows per market."""
        return array

    def filter_by_value_since_limit(
        self,
        array: Any,
        field: Any,
        value: Any = None,
        since: Any = None,
        limit: Any = None,
        key: Any = "timestamp",
        tail: bool = False,
    ) -> list[Any]:
        """Filter like ccxt, but keep rows that could not be parsed."""
        rows = list(array.values()) if isinstance(array, Mapping) else list(array)
        readable = [row for row in rows if not isinstance(row, Unparsed)]
        matching = super().filter_by_value_since_limit(readable, field, value, since, None, key, tail)  # type: ignore[misc]
        kept = {id(row) for row in matching}
        return [row for row in rows if isinstance(row, Unparsed) or id(row) in kept]

    def safe_position(self, position: dict[str, Any]) -> dict[str, Any]:
        """The position as the row states it. ccxt's own would derive sizes and prices from margins."""
        return position

    def parse_position(self, position: Any, market: Any = None) -> Any:
        """ccxt's position. A row that it cannot parse is Unparsed: several exchanges loop over rows by themselves."""
        return self._parsed_position(super().parse_position, position, market)  # type: ignore[misc]

    def parse_position_risk(self, position: Any, market: Any = None) -> Any:
        """The same under the name that Binance's class has for it."""
        return self._parsed_position(super().parse_position_risk, position, market)  # type: ignore[misc]

    def _parsed_position(self, parse: Callable[[Any, Any], Any], position: Any, market: Any) -> Any:
        try:
            return parse(position, market)
        except Exception as error:
            row = Unparsed(position, error)
            if (symbol := self.contract_symbol(position)) is not None:
                row["symbol"] = symbol
            return row

    def contract_symbol(self, row: Any) -> str | None:
        """The unified symbol of the contract named by a row. None if no such contract is listed."""
        fields = _MARKET_FIELDS if isinstance(row, Mapping) else ()
        name = next((row[field] for field in fields if row.get(field)), None)
        listed = self.markets_by_id.get(name, ()) if isinstance(name, str) else ()  # type: ignore[attr-defined]
        return next((market["symbol"] for market in listed if market["contract"]), None)

    def parse_trades(
        self, trades: Any, market: Any = None, since: Any = None, limit: Any = None, params: Any = None
    ) -> list[Any]:
        """Parse each trade separately."""
        return self._each(trades, lambda row: self.parse_trade(row, market), params)  # type: ignore[attr-defined]

    def parse_positions(self, positions: Any, symbols: Any = None, params: Any = None) -> list[Any]:
        """Parse each position separately."""
        return self._each(positions, self.parse_position, params)

    def parse_transactions(
        self, transactions: Any, currency: Any = None, since: Any = None, limit: Any = None, params: Any = None
    ) -> list[Any]:
        """Parse each deposit and withdrawal separately."""
        return self._each(transactions, lambda row: self.parse_transaction(row, currency), params)  # type: ignore[attr-defined]

    def parse_ledger(
        self, data: Any, currency: Any = None, since: Any = None, limit: Any = None, params: Any = None
    ) -> list[Any]:
        """Parse each ledger entry separately."""
        return self._each(data, lambda row: self.parse_ledger_entry(row, currency), params)  # type: ignore[attr-defined]

    def _each(self, rows: Any, parse: Callable[[Any], Any], params: Any) -> list[Any]:
        """Parse rows in the order of the response, like ccxt's own loop but without dropping any.

        A row that ccxt cannot parse becomes Unparsed. Raises BadPayload if no row is an object or list.
        """
        if isinstance(rows, Mapping):
            rows = [{"id": key, **row} if isinstance(row, Mapping) else row for key, row in rows.items()]
        rows, parsed = list(rows or ()), list[Any]()
        if rows and not any(isinstance(row, Mapping | list) for row in rows):
            raise BadPayload("the response holds no list of rows")
        for row in rows:
            try:
                records = parse(row)
            except Exception as error:  # any exception from ccxt concerns this row only
                parsed.append(Unparsed(row, error))
                continue
            listed = records if isinstance(records, list) else [records]
            parsed.extend({**record, **(params or {})} for record in listed)
        return parsed
