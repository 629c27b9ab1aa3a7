"""A story: what accounts saw and did, hour by hour, and what JSON tells of it afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine

from db.writes.fills import write_fill_page
from db.writes.refresh import write_refresh
from domain.fills import Fill
from domain.history import TimeRange
from domain.markets import Side
from domain.snapshot import Account
from domain.sources import Source, Success
from domain.transfers import Transfer, TransferKind
from refresher.past.books import Books
from refresher.past.values import Values
from tests.api.serving import Served
from tests.factories import NOON, balance, fill, observation, price, transfer, valuation
from tests.pages.past import EVER, with_past, written

HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    return NOON + hours * HOUR


def traded(key: str, hours: float, market: str, amount: str, price: str, **more: Any) -> Fill:
    """A fill. A negative amount is a sale."""
    side = Side.SELL if amount.startswith("-") else Side.BUY
    return fill(key, side, amount.removeprefix("-"), price, symbol=market, at=at(hours), **more)


def moved(hours: float, asset: str, amount: str, **more: Any) -> Transfer:
    """A deposit. A negative amount is a withdrawal."""
    kind = more.pop("kind", TransferKind.WITHDRAWAL if amount.startswith("-") else TransferKind.DEPOSIT)
    return transfer(f"{kind}/{hours}", kind=kind, asset=asset, amount=amount, at=at(hours), **more)


@dataclass(frozen=True)
class Story:
    """Everything goes through the writers, the work on values and books, Postgres and HTTP."""

    writer: Engine
    api: Served

    def accounts(self, *names: str, **values: Any) -> list[Account]:
        return with_past(self.writer, *names, **{"refresh_seconds": 3600, **values})

    def saw(self, account: Account, hours: float, worth: str | None = None, held: Mapping[str, str] | None = None,
            **prices: str) -> None:  # fmt: skip
        """A refresh: a stated net value, balances, and prices in USD. BTC="9" is the price of BTC/USD."""
        balances = tuple(balance(asset, total) for asset, total in (held or {}).items())
        seen = tuple(price(f"{coin}/USD", last) for coin, last in prices.items())
        results = {Source.BALANCES: Success(balances), Source.PRICES: Success(seen)}
        value = None if worth is None else valuation(worth, currency=account.base_currency)
        write_refresh(self.writer, observation(account, at(hours), results, value))

    def did(self, account: Account, *rows: Fill | Transfer, until: float = 24 * 20) -> None:
        """History arrives, is valued and counted."""
        fills = [row for row in rows if isinstance(row, Fill)]
        transfers = [replace(row, account=account.name) for row in rows if isinstance(row, Transfer)]
        span = TimeRange(at(until) - EVER, at(until))
        write_fill_page(self.writer, account.id, Source.FILLS, fills, span, at(until))
        written(self.writer, account, transfers, at(until))
        self.work_out(account)

    def work_out(self, account: Account) -> None:
        Values(account, self.writer).work_out(lambda: True)
        Books(account, self.writer).work_out(lambda: True)

    def told(self, path: str, **query: Any) -> Any:
        response = self.api.get(f"/api/{path}", **query)
        assert response.status_code == 200, response.text
        return response.json()

    def realised(self, **query: Any) -> dict[str, Decimal | None]:
        """What each fill gained, by its key."""
        return {row["key"]: number(row["realised"]) for row in self.told("fills", **query)["fills"]}

    def snapshot(self, hours: float, **query: Any) -> Any:
        return self.told("dashboard/snapshot", as_of=moment(hours), **query)

    def holding(self, hours: float, asset: str, **query: Any) -> Any:
        (row,) = [row for row in self.snapshot(hours, **query)["holdings"] if row["asset"] == asset]
        return row

    def performance(self, since: float, until: float, **query: Any) -> Any:
        return self.told("performance", since=moment(since), as_of=moment(until), **query)["total"]

    def curve(self, hours: float, **query: Any) -> Sequence[Any]:
        points: Sequence[Any] = self.snapshot(hours, **query)["curve"]["points"]
        return points


def moment(hours: float) -> str:
    return f"{at(hours):%Y-%m-%dT%H:%M:%SZ}"


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def near(text: str | None, expected: str) -> bool:
    return text is not None and abs(Decimal(text) - Decimal(expected)) < Decimal("1e-12")
