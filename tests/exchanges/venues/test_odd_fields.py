"""Odd fields: no balance, debt, side or size changes because a field of its row is missing, null or a word."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import pytest

from exchanges.connection.errors import BadPayload
from exchanges.connection.exact import Garbled
from exchanges.connection.list_paths import rows_in
from exchanges.venues._shared.account_calls import WalletCall
from exchanges.venues.registry import venue_of
from tests.exchanges.harness import Venue, venues

ABSENT = object()
# Fields that the documentation lets a row leave out, by exchange.
OPTIONAL = {
    "hitbtc": {"reserved_margin"},
    "htx": {"trade", "frozen", "lock", "bank", "loan", "interest"},
    "whitebit": {"amount", "positionSide"},
}
ODD_VALUES = {"absent": ABSENT, "null": None, "a word": "--"}
Row = Mapping[str, Any]


def _odd_rows(exchange: str, row: Row) -> Iterator[tuple[str, Row]]:
    """The row with one odd field each, and the field in words."""
    for field in row.keys() - OPTIONAL.get(exchange, set()):
        for name, value in ODD_VALUES.items():
            others = {key: kept for key, kept in row.items() if key != field}
            yield f"{field} is {name}", others if value is ABSENT else {**others, field: value}


def _rows_of(call: WalletCall, response: Any) -> list[tuple[str | None, Any]]:
    with suppress(BadPayload, Garbled, AttributeError, KeyError, TypeError):  # it is the response of another call
        return list(call.rows(response) if call.rows is not None else rows_in(response, call.list_at or ()))
    return []


def _worth(call: WalletCall, row: Row, key: str | None) -> Any:
    """The balance less debts. None: the row cannot be read, or is marked as an equity with the open profit in it."""
    parse = call.row if call.row is not None else call.fields.row_of if call.fields is not None else None
    with suppress(Garbled, KeyError, TypeError):  # `call.rows` makes rows that miss nothing
        balance = None if parse is None else parse(row, key)
        if balance is not None and not balance.includes_open_profit:
            return balance.wallet_balance - balance.debt
    return None


@pytest.mark.parametrize("venue", [venue for venue in venues() if venue.balances], ids=lambda venue: venue.exchange)
def test_an_odd_field_changes_no_balance(venue: Venue) -> None:
    declared = venue_of(venue.exchange).for_account(venue.options).wallets or ()
    changed = []
    for call in declared:
        for response in (payload for case in venue.balances for payload in case.answers.values()):
            for key, row in _rows_of(call, response):
                worth = _worth(call, row, key) if isinstance(row, Mapping) else None
                for problem, odd in _odd_rows(venue.exchange, row) if worth is not None else ():
                    if _worth(call, odd, key) not in (worth, None):
                        changed.append((call.name, problem, worth, _worth(call, odd, key)))
    assert changed == []


def _position_rows(venue: Venue) -> Iterator[Row]:
    for call in venue_of(venue.exchange).for_account(venue.options).positions or ():
        for response in (payload for case in venue.positions for payload in case.answers.values()):
            with suppress(BadPayload):
                for _, row in rows_in(response, call.list_at or ()):
                    yield from (row,) if call.positions_in is None else call.positions_in(row)


@pytest.mark.parametrize("venue", [venue for venue in venues() if venue.positions], ids=lambda venue: venue.exchange)
def test_an_odd_field_changes_neither_side_nor_size_of_a_position(venue: Venue) -> None:
    parse = venue_of(venue.exchange).for_account(venue.options).position_row
    if parse is None:
        pytest.skip("ccxt reads the positions")

    def exposure(row: Row) -> Any:
        with suppress(Garbled):
            position = parse(row, {})
            return (position.side, position.size) if position.size else "closed"
        return None

    changed = []
    for row in _position_rows(venue):
        stated = exposure(row) if isinstance(row, Mapping) else None
        for problem, odd in _odd_rows(venue.exchange, row) if stated is not None else ():
            if exposure(odd) not in (stated, None):
                changed.append((problem, stated, exposure(odd)))
    assert changed == []
