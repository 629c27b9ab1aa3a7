"""Parameters of a request: parsing of the query, and the accounts and moments that it selects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from starlette.datastructures import QueryParams

from api.responses import Refusal
from db.reads.accounts import read_accounts
from db.reads.moments import read_latest, read_moments
from domain.snapshot import Account

Word = TypeVar("Word", bound=StrEnum)

# Tolerance for a client's clock ahead of ours.
CLOCK_DIFFERENCE = timedelta(seconds=60)
# Parsed for every route that allows them.
SHARED = ("account", "as_of", "currency", "zone")
ZONE_UTC = ZoneInfo("UTC")
# No exchange is older than this. Spans before a moment must not reach back beyond the first year of the calendar.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RequestParams:
    """The parameters of a request.

    `accounts` are names, and none means all configured ones. `as_of` None means now. `given` holds the other fields by
    name, for the route to parse. Days begin at midnight in `zone`.
    """

    accounts: tuple[str, ...]
    as_of: datetime | None
    currency: str | None
    now: datetime
    given: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    zone: ZoneInfo = ZONE_UTC

    @property
    def at(self) -> datetime:
        """The moment that ages are measured at."""
        return self.as_of or self.now


@dataclass(frozen=True, slots=True)
class RequestScope:
    """The accounts of a request, and the refresh that shows each at the requested moment."""

    params: RequestParams
    accounts: tuple[Account, ...]
    moments: Mapping[int, datetime]

    @property
    def currency(self) -> str:
        """The currency of totals: the requested one, else the base currency of the accounts."""
        if self.params.currency is not None:
            return self.params.currency
        return self.accounts[0].base_currency if self.accounts else "USD"


def parse_params(
    query: QueryParams, now: datetime, fields: Sequence[str], repeated: Sequence[str] = ("account",)
) -> RequestParams:
    """Parse the query. Only the fields `fields` are allowed. Those in `repeated` may be given several times.

    Raises Refusal 400 naming field, value and remedy.
    """
    for name, value in query.multi_items():
        if name not in fields:
            remedy = f"the parameters are {', '.join(fields)}" if fields else "this route takes no parameters"
            raise Refusal(400, f"{name}={value:.80} is not a parameter of this route: {remedy}")
        if not value.strip() or any(ord(letter) < 32 for letter in value):
            raise Refusal(400, f"{name}={value!r:.80} has no value: give one, or omit {name}")
    for name in (name for name in fields if name not in repeated):
        if len(values := query.getlist(name)) > 1:
            raise Refusal(400, f"{name} is given {len(values)} times ({', '.join(values):.80}): give it once")
    return RequestParams(
        accounts=tuple(dict.fromkeys(query.getlist("account"))),
        as_of=moment_of("as_of", query["as_of"], now) if "as_of" in query else None,
        currency=_currency_of(query["currency"]) if "currency" in query else None,
        now=now,
        given={name: tuple(query.getlist(name)) for name in query if name not in SHARED},
        zone=_zone_of(query["zone"]) if "zone" in query else ZONE_UTC,
    )


def read_scope(connection: Connection, params: RequestParams) -> RequestScope:
    """The accounts and refreshes that the parameters select. Raises Refusal 404 for an unknown account."""
    by_name = {account.name: account for account in read_accounts(connection)}
    for name in params.accounts:
        if name not in by_name:
            raise Refusal(404, f"account={name:.80} is unknown: the accounts are {', '.join(by_name) or 'none yet'}")
    accounts = [by_name[name] for name in params.accounts] or [a for a in by_name.values() if a.is_configured]
    # "Now" means the newest refresh, even if the refresher's clock is ahead of this host's clock.
    moments = read_latest(connection) if params.as_of is None else read_moments(connection, params.at)
    return RequestScope(params, tuple(accounts), moments)


def moment_of(name: str, value: str, now: datetime, *, may_be_ahead: bool = False) -> datetime:
    """The moment in the field `name`. Raises Refusal 400."""
    remedy = "give ISO 8601 with its zone, as in 2026-03-01T12:00:00Z (a plus sign is written %2B in a URL)"
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise Refusal(400, f"{name}={value!r:.80} is not a moment: {remedy}") from error
    if moment.tzinfo is None:
        raise Refusal(400, f"{name}={value!r:.80} has no time zone: {remedy}")
    try:
        moment = moment.astimezone(UTC)
    except OverflowError as error:
        raise Refusal(400, f"{name}={value!r:.80} is out of range: {remedy}") from error
    if moment < EARLIEST:
        raise Refusal(400, f"{name}={value!r:.80} is out of range: give a moment since 1970")
    if moment > now + CLOCK_DIFFERENCE and not may_be_ahead:
        raise Refusal(400, f"{name}={value!r:.80} is in the future: give a past moment, or omit {name} for now")
    return moment


def words_of(name: str, given: Mapping[str, tuple[str, ...]], words: type[Word]) -> tuple[Word, ...] | None:
    """The values of the field `name`, without duplicates, each a member of `words`. None if it was not given.

    Raises Refusal 400 for any other value.
    """
    if name not in given:
        return None
    try:
        return tuple(dict.fromkeys(words(value.lower()) for value in given[name]))
    except ValueError as error:
        raise Refusal(400, f"{name}={', '.join(given[name]):.80} is unknown: give {', '.join(words)}") from error


def _zone_of(value: str) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (ValueError, OSError, KeyError) as error:
        raise Refusal(400, f"zone={value!r:.80} is not a time zone: give one, as in UTC or Europe/Zurich") from error


def _currency_of(value: str) -> str:
    code = value.strip().upper()
    if not code.isalnum() or len(code) > 20:
        raise Refusal(400, f"currency={value!r:.80} is not a currency code: give one, as in USD, EUR or BTC")
    return code
