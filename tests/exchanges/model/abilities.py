"""Abilities: the wallets and order kinds of an exchange, from which accounts are drawn."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.exchanges.model.account import Kind, MarketKind

LIMIT_ONLY = frozenset({Kind.LIMIT})
STOPS = frozenset({Kind.STOP, Kind.STOP_LIMIT})
TAKE_PROFITS = frozenset({Kind.TAKE_PROFIT, Kind.TAKE_PROFIT_LIMIT})
TRIGGERS = STOPS | TAKE_PROFITS
PLAIN = LIMIT_ONLY | TRIGGERS
ALL_KINDS = PLAIN | {Kind.TRAILING_STOP}


@dataclass(frozen=True, slots=True)
class Wallet:
    """One wallet. `assets` empty: the coins and quote currencies of all markets."""

    name: str
    assets: tuple[str, ...] = ()
    locks: bool = False  # the exchange states what resting orders lock
    borrows: bool = False
    interest: bool = True  # a debt holds unpaid interest
    equity_only: bool = False  # the exchange states equity alone, so that a balance holds open profit
    goes_negative: bool = False  # a loss of futures may exceed the balance


@dataclass(frozen=True, slots=True)
class Book:
    """The orders that markets of one kind take. `settles_in` names the wallet of a contract's settlement."""

    kinds: frozenset[Kind] = LIMIT_ONLY
    settles_in: str = ""
    holds_positions: bool = False  # margin orders open positions
    hedge: bool = False  # positions may be held in hedge mode
    percent: bool = True  # trailing distances in percent
    distance: bool = False  # trailing distances in the quote currency
    activation: bool = False
    always_waits: bool = False  # a trailing order always has an activation price
    closing_kinds: frozenset[Kind] = frozenset()  # kinds that only close a position
    trails_whole: bool = False  # a trailing stop closes whatever its position is
    oco: tuple[Kind, Kind] | None = None  # the kinds of a take profit and a stop that cancel each other
    attaches: bool = False  # limit orders may carry a take profit and a stop
    attached: tuple[Kind, Kind] = (Kind.TAKE_PROFIT, Kind.STOP)
    attaches_one: bool = False  # only one of the two
    spends: bool = False  # a triggered market buy may name money instead of an amount
    always_spends: bool = False  # and it never names an amount
    closes_position: bool = False  # a stop or take profit at market may close whatever the position is
    isolated: bool = True
    always_isolated: bool = False  # there is no cross margin
    reduces: bool = True  # an order may say that it only reduces
    by_session: bool = False  # profit is paid into the balance session by session
    listed_by_symbol: bool = False  # orders are listed for one symbol at a time, for held coins
    symbols: tuple[str, ...] = ()  # the only markets of this kind; empty: all


@dataclass(frozen=True, slots=True)
class Abilities:
    """The wallets of an exchange, and what its markets take, by kind."""

    wallets: tuple[Wallet, ...]
    books: Mapping[MarketKind, Book]
    always_hedge: bool = False  # there is no one-way mode
    ids_per_symbol: bool = False  # order ids are unique within one symbol only
