"""A history for page tests: fills with their profit, endings and transfers, written by the real writers."""

import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine

from db.writes.accounts import AccountSetting, write_accounts
from db.writes.candles import write_candles
from db.writes.fills import write_fill_page
from db.writes.history_states import write_history_failure, write_history_success
from db.writes.outcomes import write_outcomes
from db.writes.transfers import write_transfer_page
from domain.candles import Candle
from domain.endings import Outcome
from domain.fills import Fill
from domain.history import TimeRange
from domain.markets import Side
from domain.snapshot import Account
from domain.sources import Failure, Source
from domain.transfers import Transfer
from refresher.past.books import Books
from refresher.past.values import Values
from tests.factories import ASKED, fill

PAST = (Source.FILLS, Source.TRANSFERS, Source.ENDINGS)
EVER = timedelta(days=400)


def with_past(writer: Engine, *names: str, **values: Any) -> list[Account]:
    """Configured accounts with history."""
    given: dict[str, Any] = {"exchange": "cryptocom", "sources": ASKED, "refresh_seconds": 30, "base_currency": "USD"}
    settings = [AccountSetting(name=name, **given | {"history": PAST} | values) for name in names or ("main",)]
    found = write_accounts(writer, settings)
    return [found[setting.name] for setting in settings]


def traded(writer: Engine, account: Account, fills: Iterable[Fill] = (), since: timedelta = EVER) -> None:
    """All fills with their profit. History before `since` ago is unknown."""
    now = datetime.now(UTC)
    write_fill_page(writer, account.id, Source.FILLS, tuple(fills), TimeRange(now - since, now), now)
    Values(account, writer).work_out(lambda: True)
    Books(account, writer).work_out(lambda: True)


def failed(writer: Engine, account: Account, source: Source, failure: Failure, ago: float = 0) -> None:
    """A source of history failed."""
    write_history_failure(writer, account.id, source, datetime.now(UTC) - timedelta(seconds=ago), failure)


def ended(writer: Engine, account: Account, *outcomes: Outcome) -> None:
    """The endings of orders are known."""
    now = datetime.now(UTC)
    write_outcomes(writer, account.id, outcomes, now)
    write_history_success(writer, account.id, Source.ENDINGS, None, now)


def moved(writer: Engine, account: Account, transfers: Iterable[Transfer]) -> None:
    """Deposits and withdrawals."""
    written(writer, account, transfers, datetime.now(UTC))


def written(writer: Engine, account: Account, transfers: Iterable[Transfer], until: datetime) -> None:
    """All deposits and withdrawals until a moment."""
    write_transfer_page(writer, account.id, Source.TRANSFERS, transfers, TimeRange(until - EVER, until), until)


def valued(writer: Engine, account: Account, days: int = 41, **prices: str) -> None:
    """Value the past by candles of each hour: BTC="100" for the price of BTC/USD on all of the last days."""
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    hours = [hour - timedelta(hours=n) for n in range(24 * days)]
    for coin, last in prices.items():
        write_candles(writer, account.venue, [Candle(f"{coin}/USD", "1h", at, *[Decimal(last)] * 4) for at in hours])
    Values(account, writer).work_out(lambda: True)


def fills_of_a_while(account: Account, count: int, until: datetime, seed: int = 3) -> Sequence[Fill]:
    """Fills of some coins. A few sell coins without a known purchase. Some fees are in the coin or unknown."""
    chance = random.Random(seed)
    coins = {"BTC": 94000, "ETH": 3400, "SOL": 188, "XRP": 2.31, "PEPE": 0.0000189}
    found = []
    for n in range(count):
        coin = chance.choice(list(coins))
        quote = chance.choice(("USD", "USD", "USDT"))
        price = Decimal(str(round(coins[coin] * chance.uniform(0.93, 1.07), 10 if coin == "PEPE" else 2)))
        amount = Decimal(str(round(chance.uniform(20, 4000) / coins[coin], 4)))
        side = chance.choice((Side.BUY, Side.BUY, Side.SELL))
        in_coin = side is Side.BUY and chance.random() < 0.1
        fee = (amount if in_coin else amount * price) * Decimal("0.00075")
        found.append(
            fill(
                f"{710000 + count - n}",
                side,
                str(amount),
                str(price),
                symbol=f"{coin}/{quote}",
                account=account.name,
                order_id=f"65309{880000 + (count - n) // 2}",
                at=until - timedelta(minutes=7 * n + chance.uniform(0, 6)) * (1 + n / 300),
                fee=None if coin == "XRP" and chance.random() < 0.02 else str(round(fee, 8)),
                fee_currency=coin if in_coin else quote,
                is_maker=chance.choice((True, False, False, None)),
            )
        )
    return found
