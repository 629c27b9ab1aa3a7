"""Read the benchmarks of accounts over a period: coins, and what was held at its begin (domain/benchmarks.py)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection

from db.reads.net_values import read_net_values_at
from db.reads.past_prices import read_past_prices
from db.reads.versions import read_balances
from domain.benchmarks import COINS, Basket, Benchmark, Prices, of_basket, of_coin, of_held
from domain.lots import ZERO
from domain.snapshot import Account

# How far the recorded balances may be from the begin.
FARTHEST = timedelta(days=1)


def read_benchmarks(
    connection: Connection,
    accounts: Sequence[Account],
    moments: Sequence[datetime],
    currency: str,
    basket: Basket | None = None,
) -> tuple[Benchmark, ...]:
    """The benchmarks at these moments, which are in order of time. Prices are those of the accounts' own exchanges."""
    held = _held(connection, accounts, moments[0])
    by_venue: dict[str, dict[str, Decimal]] = {account.venue: {} for account in accounts}
    for (venue, asset), quantity in held.items():
        by_venue[venue][asset] = quantity
    prices: dict[tuple[str, str], Prices] = {}
    for venue, quantities in by_venue.items():
        result = read_past_prices(connection, venue, sorted({*quantities, *COINS, *(basket or ())}), moments, currency)
        prices |= {(venue, asset): of_asset for asset, of_asset in result.items()}
    names = {f"{asset} {venue}": quantity for (venue, asset), quantity in held.items()}
    of_names = {f"{asset} {venue}": prices[venue, asset] for venue, asset in held}
    by_coin = {
        coin: _first_known(prices[venue, coin] for venue in by_venue)
        for coin in dict.fromkeys((*COINS, *(basket or ())))
    }
    coins = [of_coin(coin, moments, by_coin[coin]) for coin in COINS]
    baskets = [] if basket is None else [of_basket(moments, basket, by_coin)]
    return (*coins, *baskets, of_held(moments, names, of_names))


def _held(connection: Connection, accounts: Sequence[Account], at: datetime) -> Mapping[tuple[str, str], Decimal]:
    """The quantity of each asset by exchange."""
    values = read_net_values_at(connection, [(account.id, at) for account in accounts], FARTHEST)
    held: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for account in accounts:
        if (recorded := values.get((account.id, at))) is not None:
            for balance in read_balances(connection, account.id, recorded.at):
                held[account.venue, balance.asset] += balance.total
    return {name: quantity for name, quantity in held.items() if quantity != ZERO}


def _first_known(prices: Iterable[Prices]) -> Prices:
    """The prices of the first exchange that knows the one of the begin."""
    every = list(prices)
    return next((of_venue for of_venue in every if of_venue and of_venue[0] is not None), every[0])
