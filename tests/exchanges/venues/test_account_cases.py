"""Every case of balances and positions, and lists that are missing in a response."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest

from domain.sources import Source
from exchanges.connection.errors import BadPayload, ExchangeError, Temporary
from exchanges.connection.list_paths import ListPath
from exchanges.contracts import AccountReader, AccountScope, SourceResult
from exchanges.venues.registry import venue_of
from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Case, Venue, differences, exchange_that_says, reader_of, venues
from tests.exchanges.payload_server import serving

BALANCES = [(venue, case) for venue in venues() for case in venue.balances]
POSITIONS = [(venue, case) for venue in venues() for case in venue.positions]
_MISSING = "renamed"


def _names(cases: list[tuple[Venue, AccountCase]]) -> list[str]:
    return [f"{venue.exchange}-{case.name}" for venue, case in cases]


@contextmanager
def account_of(venue: Venue, case: AccountCase) -> Iterator[AccountReader]:
    """The real reader of an account on an exchange that answers as the case tells."""
    with serving() as server:
        server.fallback = replace(case, answers={**venue.others, **case.answers}).reply
        reader = reader_of(venue, server.url, with_history=False)
        yield reader
        reader.close()


def _check(venue: Venue, case: AccountCase, source: Source) -> SourceResult:
    with account_of(venue, case) as reader:
        answer = reader.fetch(source, AccountScope())
    rows = {row.key: row for row in answer.success.rows}
    assert sorted(rows) == sorted(case.rows), rows
    assert [found for key, fields in case.rows.items() for found in differences(rows[key], fields)] == []
    odd = [row for row in answer.success.unreadable if "HTTP 404" not in row.error]
    assert len(odd) == case.unreadable, odd
    return answer


@pytest.mark.parametrize(("venue", "case"), BALANCES, ids=_names(BALANCES))
def test_balances_are_understood(venue: Venue, case: AccountCase) -> None:
    answer = _check(venue, case, Source.BALANCES)
    stated = {(equity.wallet, equity.currency): equity.amount for equity in answer.equities}
    for wallet, currency, amount in case.equities:
        assert differences(_Stated(stated[wallet, currency]), {"amount": amount}) == []


class _Stated:
    def __init__(self, amount: object) -> None:
        self.amount = amount


@pytest.mark.parametrize(("venue", "case"), POSITIONS, ids=_names(POSITIONS))
def test_positions_are_understood(venue: Venue, case: AccountCase) -> None:
    _check(venue, case, Source.POSITIONS)


def without_list(payload: Any, path: ListPath) -> Any | None:
    """The payload with its list under another name, beside an empty object. None: it has no list at this path."""
    if not path:
        return {_MISSING: payload} if isinstance(payload, list) else None
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        if not isinstance(payload, list) or step >= len(payload):
            return None
        inner = without_list(payload[step], rest)
        return None if inner is None else [inner if place == step else row for place, row in enumerate(payload)]
    if not isinstance(payload, Mapping) or step not in payload:
        return None
    if not rest:
        if not isinstance(payload[step], list | Mapping):
            return None
        others = {name: value for name, value in payload.items() if name != step}
        return {**others, _MISSING: payload[step], "retExtInfo": {}}
    inner = without_list(payload[step], rest)
    return None if inner is None else {**payload, step: inner}


def _broken(case: AccountCase, paths: set[ListPath], details: tuple[str, ...]) -> Iterator[AccountCase]:
    """The case, each time with one list missing. Lists of details may be missing."""
    for place, payload in case.answers.items():
        if place.endswith(details):
            continue
        for path in sorted(paths, key=str):
            if (broken := without_list(payload, path)) is not None:
                yield replace(case, answers={**case.answers, place: broken})


@pytest.mark.parametrize("venue", [venue for venue in venues() if venue.balances], ids=lambda venue: venue.exchange)
def test_a_response_without_its_list_of_balances_fails(venue: Venue) -> None:
    declared = venue_of(venue.exchange).for_account(venue.options).wallets or ()
    paths = {call.list_at for call in declared if call.list_at is not None}
    _check_broken(venue, venue.balances[0], paths, Source.BALANCES)


@pytest.mark.parametrize("venue", [venue for venue in venues() if venue.balances], ids=lambda venue: venue.exchange)
def test_a_response_of_another_shape_is_no_empty_wallet(venue: Venue) -> None:
    """It fails, or the wallet is shown as one that cannot be read."""
    case = venue.balances[0]
    declared = venue_of(venue.exchange).for_account(venue.options).wallets or ()
    details = tuple(call.details.path for call in declared if call.details is not None)
    for place, payload in case.answers.items():
        if place.endswith(details):  # the rows themselves are read: less is known of them
            continue
        renamed = replace(case, answers={**case.answers, place: {_MISSING: payload, "retExtInfo": {}}})
        with account_of(venue, renamed) as reader, suppress(ExchangeError):
            unreadable = reader.fetch(Source.BALANCES, AccountScope()).success.unreadable
            assert [row for row in unreadable if "HTTP 404" not in row.error], place


@pytest.mark.parametrize("venue", [venue for venue in venues() if venue.positions], ids=lambda venue: venue.exchange)
def test_a_response_without_its_list_of_positions_fails(venue: Venue) -> None:
    declared = venue_of(venue.exchange).for_account(venue.options).positions or ()
    paths = {call.list_at for call in declared if call.list_at is not None}
    details = tuple(each.path for call in declared for each in call.details)
    _check_broken(venue, venue.positions[0], paths, Source.POSITIONS, details)


def _check_broken(
    venue: Venue, case: AccountCase, paths: set[ListPath], source: Source, details: tuple[str, ...] = ()
) -> None:
    broken = list(_broken(case, paths, details))
    assert broken or not paths
    for one in broken:
        # Temporary: ccxt itself calls an exchange without its list not available.
        with account_of(venue, one) as reader, pytest.raises((BadPayload, Temporary)):
            reader.fetch(source, AccountScope())


def _listed_cases() -> Iterator[tuple[Venue, Case, ListPath]]:
    """The first case of each declared list of open orders."""
    seen: set[tuple[str, bool, str]] = set()
    for venue in venues():
        declared = venue_of(venue.exchange).for_account(venue.options).open_orders or ()
        paths = {str(call.source): call.list_at for call in declared}
        for case in venue.cases:
            identity, path = (venue.exchange, bool(venue.options), case.source), paths.get(case.source)
            if identity not in seen and path is not None:
                seen.add(identity)
                yield venue, case, path


LISTED = list(_listed_cases())


def _reader_with_balances(venue: Venue, case: Case, url: str) -> AccountReader:
    """A reader that has seen the balances of a case, where its list is requested for wallets that hold something."""
    reader = reader_of(venue, url, with_history=False)
    if case.balances is not None:
        reader.fetch(Source.BALANCES, AccountScope())
    return reader


@pytest.mark.parametrize(
    ("venue", "case", "path"), LISTED, ids=[f"{venue.exchange}-{case.source}" for venue, case, _ in LISTED]
)
def test_a_response_without_its_list_of_orders_fails_and_an_empty_list_does_not(
    venue: Venue, case: Case, path: ListPath
) -> None:
    wrap = case.wrap or venue.wrap
    source = Source(case.source)
    with exchange_that_says(venue, replace(case, wrap=lambda _: wrap([]))) as server:
        reader = _reader_with_balances(venue, case, server.url)
        success = reader.fetch(source, AccountScope(symbols=case.wanted)).success
        reader.close()
        assert (success.rows, success.unreadable) == ((), ())
    broken = without_list(wrap(case.says), path)
    assert broken is not None
    with exchange_that_says(venue, replace(case, wrap=lambda _: broken)) as server:
        reader = _reader_with_balances(venue, case, server.url)
        with pytest.raises(BadPayload):
            reader.fetch(source, AccountScope(symbols=case.wanted))
        reader.close()
