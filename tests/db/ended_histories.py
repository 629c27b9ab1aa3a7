"""Random histories of orders that leave, come back, move to another list, and end as becomes known late."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from random import Random

from db.reads.ended_orders import read_ended_orders
from db.reads.history_filter import HistoryFilter
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.outcomes import write_outcomes
from db.writes.refresh import write_refresh
from domain.endings import Ending, Evidence, Outcome
from domain.markets import Side
from domain.orders import Order, Role
from domain.snapshot import Account
from domain.sources import Source, Success
from tests.factories import ASKED, observation, order, stop
from tests.postgres import Database

BEGIN = datetime.fromisoformat("2026-10-29T21:17:00Z")
MINUTE = timedelta(minutes=1)
GAPS = [MINUTE * n for n in (0.5, 7, 43, 61, 700, 1501, 9000)]
KEYS = ["1", "2", "3", "4"]
SYMBOLS = ["BTC/USD", "ETH/USD"]
LATE = [None, -3 * MINUTE, -130 * MINUTE, -2000 * MINUTE, 20 * MINUTE, 2000 * MINUTE]
_names = count()


@dataclass(frozen=True)
class EndedHistory:
    """Two accounts of one exchange, and the moments of their refreshes."""

    accounts: Sequence[Account]
    moments: Sequence[datetime]


def write_ended_history(database: Database, random: Random, refreshes: int) -> EndedHistory:
    """Write a random history. Later outcomes correct earlier ones, and some are about an order that came back."""
    name = f"ended-{next(_names)}"
    wanted = [AccountSetting(f"{name}-{n}", name, ASKED, 30, "USD") for n in range(2)]
    accounts = list(write_accounts(database.writer, wanted).values())
    ended: list[Outcome] = []
    now, moments = BEGIN, []
    for _ in range(refreshes):
        now += random.choice(GAPS)
        account = random.choice(accounts)
        results = {source: Success(_open_orders(random, account, source)) for source in _lists(random)}
        write_refresh(database.writer, observation(account, now, results))
        moments.append(now)
        with database.reader.connect() as connection:
            for each in accounts:
                ended += [row.outcome for row in read_ended_orders(connection, each, BEGIN, now)]
        for each in accounts:
            mine = [outcome for outcome in ended if outcome.account == each.name]
            outcomes = [_outcome(random, outcome) for outcome in random.sample(mine, min(len(mine), 2))]
            write_outcomes(database.writer, each.id, outcomes, now)
    return EndedHistory(accounts, moments)


def _lists(random: Random) -> Sequence[Source]:
    return random.choice([(Source.ORDERS,), (Source.TRIGGERS,), (Source.ORDERS, Source.TRIGGERS)])


def _open_orders(random: Random, account: Account, source: Source) -> tuple[Order, ...]:
    make = stop if source is Source.TRIGGERS else order
    orders = []
    for key in random.sample(KEYS, random.randrange(len(KEYS) + 1)):
        symbol = SYMBOLS[int(key) % 2] if random.random() < 0.9 else random.choice(SYMBOLS)
        made = make(key, source=source, symbol=symbol, amount=random.choice("112"), side=random.choice(list(Side)))
        orders.append(replace(made, account=account.name, role=random.choice(list(Role))))
    return tuple(orders)


def _outcome(random: Random, ended: Outcome) -> Outcome:
    late = random.choice(LATE)
    return Outcome(
        ended.account,
        ended.source,
        ended.key,
        random.choice([ending for ending in Ending if ending is not Ending.GONE]),
        ended.gone_at,
        random.choice(list(Evidence)),
        ended_at=None if late is None else ended.gone_at + late,
    )


def filters_of(random: Random, history: EndedHistory) -> Iterator[HistoryFilter]:
    """Filters that sums know, and those for which orders are read."""
    edges = [None, *history.moments, BEGIN.replace(hour=0, minute=0), BEGIN.replace(day=1, hour=0, minute=0)]
    for symbols in ((), (SYMBOLS[0],), tuple(SYMBOLS)):
        since, until = random.choice(edges), random.choice(edges)
        yield HistoryFilter(symbols=symbols, since=since, until=until)
        yield HistoryFilter(symbols=symbols, since=since, endings=(random.choice(list(Ending)),))
    yield HistoryFilter(sides=("buy",), until=random.choice(edges))
    yield HistoryFilter(roles=("entry", "exit"), symbols=(SYMBOLS[1],))
    yield HistoryFilter(kinds=("stop",), since=random.choice(edges))
    yield HistoryFilter(words=(random.choice(["btc", *KEYS]),))
