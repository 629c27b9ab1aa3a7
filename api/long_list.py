"""Long list: one page of history rows (fills, transfers) with the totals of the whole filter, as a response."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection

from api.params import RequestScope, moment_of
from api.responses import Refusal
from api.states import never_seen, states_response
from db.reads.history_progress import NO_PROGRESS, HistoryProgress, read_history_progress
from db.reads.history_source_states import read_history_source_states
from db.reads.page_cursor import Cursor, HasCursor
from db.reads.refreshes import read_refresh
from domain.moments import just_after
from domain.snapshot import Account

LIMIT = 200
MOST = 1000

Row = TypeVar("Row", bound=HasCursor)
Given = Mapping[str, tuple[str, ...]]


def list_response(
    connection: Connection,
    scope: RequestScope,
    name: str,
    read_page: Callable[[int, Cursor | None], Sequence[Row]],
    row_response: Callable[[Row], dict[str, Any]],
    totals: Callable[[], dict[str, Any]],
    known_of: Callable[[Account, HistoryProgress], dict[str, Any]],
) -> dict[str, Any]:
    """A page of rows, newest first, under `name`, with the totals of the whole filter.

    `read_page` takes the number of rows and the cursor, and returns the rows older than the cursor. `known_of` says how
    far the history of an account has been read. Raises Refusal 400 for an invalid limit or cursor.
    """
    limit, before = _limit_of(scope.params.given), _before_of(scope.params.given)
    rows = read_page(limit + 1, before)
    page = rows[:limit]
    progress = read_history_progress(connection)
    return {
        "as_of": scope.params.at,
        "is_now": scope.params.as_of is None,
        name: [row_response(row) for row in page],
        "next": page[-1].cursor.encode() if len(rows) > limit else None,
        "totals": totals(),
        "accounts": [
            {
                "account": account.name,
                "exchange": account.exchange,
                **known_of(account, progress.get(account.id, NO_PROGRESS)),
                "sources": past_states_response(connection, account, scope),
            }
            for account in scope.accounts
        ],
    }


def past_states_response(connection: Connection, account: Account, scope: RequestScope) -> dict[str, Any]:
    """The states of an account's history sources at the moment shown."""
    taken_at = scope.moments.get(account.id)
    states = never_seen(account) if taken_at is None else read_history_source_states(connection, account, taken_at)
    past = {source: state for source, state in states.items() if source not in account.sources}
    if taken_at is not None and scope.params.as_of is not None:
        account = account.as_of_refresh(read_refresh(connection, account.id, taken_at)[0])
    return states_response(account, past, scope.params.at)


def since_of(scope: RequestScope) -> datetime | None:
    """The inclusive start of the requested range. Raises Refusal 400, also if `until` is not later."""
    given = scope.params.given
    since = moment_of("since", given["since"][0], scope.params.now) if "since" in given else None
    until = _given_until(scope)
    if since is not None and until is not None and since >= until:
        since_text, until_text = given["since"][0], given["until"][0]
        raise Refusal(400, f"since={since_text:.80} is not before until={until_text:.80}: give an earlier since")
    return since


def until_of(scope: RequestScope) -> datetime | None:
    """The exclusive end of the requested range: `until`, but no later than the moment shown."""
    until = _given_until(scope)
    if scope.params.as_of is not None:
        end = just_after(scope.params.as_of)
        until = end if until is None else min(until, end)
    return until


def _given_until(scope: RequestScope) -> datetime | None:
    given = scope.params.given
    if "until" not in given:
        return None
    return moment_of("until", given["until"][0], scope.params.now, may_be_ahead=True)


def _limit_of(given: Given) -> int:
    """The number of rows in one response. Raises Refusal 400."""
    if "limit" not in given:
        return LIMIT
    value = given["limit"][0]
    if not re.fullmatch(r"[0-9]{1,4}", value) or not 1 <= int(value) <= MOST:
        raise Refusal(400, f"limit={value!r:.80} is out of range: give a number from 1 to {MOST}")
    return int(value)


def _before_of(given: Given) -> Cursor | None:
    """The cursor, from `next` of the previous response. Raises Refusal 400."""
    if "before" not in given:
        return None
    try:
        return Cursor.decode(given["before"][0])
    except ValueError as error:
        reason = f"before={given['before'][0]!r:.80} is not a cursor: give the `next` of the previous page"
        raise Refusal(400, reason) from error
