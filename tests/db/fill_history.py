"""Accounts with fills for tests, and a Hypothesis strategy of fills."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

from hypothesis import strategies as st

from db.writes.accounts import AccountSetting, write_accounts
from db.writes.fills import write_fill_page
from domain.fills import Fill
from domain.history import TimeRange
from domain.markets import Side
from domain.snapshot import Account
from domain.sources import Source
from tests.factories import ASKED, NOON, fill

ALL_TIME = TimeRange(NOON - timedelta(days=1000), NOON + timedelta(days=1000))
SYMBOLS = ("BTC/USD", "ETH/USD", "BTC/USDT", "PEPE/USD:USD")
# Times around midnights and ends of months, the borders of stored sums.
MOMENTS = [
    NOON + timedelta(days=days, hours=hours, microseconds=odd)
    for days in (-40, -31, -30, -2, -1, 0, 1, 29, 30, 31)
    for hours in (-12, 0, 11.999999)
    for odd in (0, 1)
]
_names = count()


def new_accounts(database, number: int = 1, **values) -> list[Account]:
    """New accounts for each example, so that examples share one database but no rows."""
    name = f"example-{next(_names)}"
    settings = [AccountSetting(f"{name}-{n}", "cryptocom", ASKED, 30, "USD", **values) for n in range(number)]
    accounts = write_accounts(database.writer, settings)
    return [accounts[setting.name] for setting in settings]


def write_fills(database, account: Account, fills, at: datetime = NOON) -> int:
    return write_fill_page(database.writer, account.id, Source.FILLS, fills, ALL_TIME, at)


@st.composite
def fills(draw: st.DrawFn) -> Fill:
    fee = draw(st.none() | st.sampled_from(["0", "0.1", "-0.00000001", "123456789012345678901234567890.5"]))
    return fill(
        draw(st.integers(1, 60).map(str)),
        draw(st.sampled_from(Side)),
        draw(st.sampled_from(["1", "0.00000001", "98765432109876543210.123456789012"])),
        draw(st.sampled_from(["100", "0.00000001", "94999.99"])),
        symbol=draw(st.sampled_from(SYMBOLS)),
        order_id=draw(st.none() | st.sampled_from(["1", "2"])),
        quote=draw(st.none() | st.sampled_from(["USD", "USDT"])),
        fee=fee,
        fee_currency=None if fee is None else draw(st.none() | st.sampled_from(["USD", "CRO"])),
        is_maker=draw(st.none() | st.booleans()),
        realised_pnl=draw(st.none() | st.just(Decimal("1.5"))),
        at=draw(st.sampled_from(MOMENTS)),
    )


def stored_after(pages) -> dict[str, Fill]:
    """The stored fills after these pages: the first response, with unknown columns filled in by later ones."""
    stored: dict[str, Fill] = {}
    for page in pages:
        first_rows: dict[str, Fill] = {}
        for row in page:
            first_rows.setdefault(row.key, row)
        for key, row in first_rows.items():
            stored[key] = completed(stored[key], row) if key in stored else row
    return stored


def completed(stored: Fill, row: Fill) -> Fill:
    names = ("order_id", "base", "quote", "contracts", "fee", "fee_currency", "realised_pnl", "is_maker")
    return replace(stored, **{n: getattr(row, n) for n in names if getattr(stored, n) is None})
