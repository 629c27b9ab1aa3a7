"""Movements through ccxt: the lists that together tell what came into an account and left it other than by trading."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from domain.income import EARNED
from domain.sources import Source, SourceKind
from domain.transfers import TransferKind
from exchanges.connection.errors import Permanent
from exchanges.connection.reading_paths import SPOKEN_BY
from exchanges.contracts import AccountConnection
from exchanges.unified.market_choice import chosen_of, holds_contracts
from exchanges.unified.transfers import Read, Whose, read_funding, read_ledger, read_movements
from exchanges.venues._shared.full_answers import Keeps
from exchanges.venues._shared.order_call import INVERSE, LINEAR

_MOVED = frozenset({TransferKind.DEPOSIT, TransferKind.WITHDRAWAL})
_ALL = frozenset(EARNED) - {TransferKind.FEE} | _MOVED
_LONGEST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Movements:
    """One list: what it is called, which of ccxt's calls tells it, which kinds it tells, and how it is asked.

    `until` is the parameter for the end of a stretch of time, `since` one for its beginning where ccxt does not say it,
    both in seconds with `in_seconds`; None where no end can be said. An answer holds `rows` at most, and of more those
    that it `keeps`. `code` is the currency that it is about, where the exchange wants one. `fee_within`: a line says
    what moved after its fee. `counted`: where all rows of an answer stand, of which ccxt leaves some out.
    """

    name: str
    call: str
    tells: frozenset[TransferKind]
    params: Mapping[str, Any] = field(default_factory=dict)
    code: str | None = None
    until: str | None = "until"
    since: str | None = None
    in_seconds: bool = False
    rows: int | None = None
    longest: timedelta = _LONGEST
    keeps: Keeps | None = None
    early: int = 0  # milliseconds, where the exchange leaves out what happened at the beginning itself
    fee_within: bool = False
    counted: str | None = None

    def stretch(self, begins: int, last: int) -> dict[str, Any]:
        """How a stretch of time is said, both ends in milliseconds, beside what ccxt says of its beginning."""
        given, unit = dict(self.params), 1000 if self.in_seconds else 1
        if self.until is not None:
            given[self.until] = last // unit
        if self.since is not None:
            given[self.since] = begins // unit
        return given


def _deposits(**how: Any) -> Movements:
    return Movements("deposits", "fetch_deposits", frozenset({TransferKind.DEPOSIT}), **how)


def _withdrawals(**how: Any) -> Movements:
    return Movements("withdrawals", "fetch_withdrawals", frozenset({TransferKind.WITHDRAWAL}), **how)


def _both(**how: Any) -> Movements:
    return Movements("movements", "fetch_deposits_withdrawals", _MOVED, **how)


def _ledger(*tells: TransferKind, name: str = "ledger", **how: Any) -> Movements:
    return Movements(name, "fetch_ledger", frozenset(tells), **how)


def _funding(name: str = "funding", **how: Any) -> Movements:
    return Movements(name, "fetch_funding_history", frozenset({TransferKind.FUNDING}), **how)


_INTEREST, _REBATE, _FUNDING = TransferKind.INTEREST, TransferKind.REBATE, TransferKind.FUNDING
_PAIR = (_deposits(), _withdrawals())
_CURRENCIES = ("BTC", "ETH", "USDC", "USDT", "SOL")
_BITGET = tuple(
    _ledger(_FUNDING, name=f"ledger-{name}", params={"type": "swap", "productType": product}, fee_within=True)
    for name, product in (("usdt", "USDT-FUTURES"), ("usdc", "USDC-FUTURES"), ("coin", "COIN-FUTURES"))
)
_BILLS: Mapping[str, Any] = {"since": "begin", "until": "end"}

# Where an exchange has a ledger that tells funding it is not asked for again; what is told by no list of an exchange is
# named on the pages (`unread`).
MOVEMENTS: Mapping[str, tuple[Movements, ...]] = {
    # ccxt lets the stretch of withdrawals end where it likes, unless it is told in the exchange's own word.
    "binance": (
        _deposits(),
        _withdrawals(until="endTime"),
        _ledger(_FUNDING, _REBATE, name="ledger-linear", params=LINEAR, rows=1000),
        _ledger(_FUNDING, _REBATE, name="ledger-inverse", params=INVERSE, rows=1000),
    ),
    # What comes into a wallet of contracts comes from the spot wallet, and stands in its ledger.
    "binanceusdm": (_ledger(_FUNDING, _REBATE, *_MOVED, name="ledger-linear", params=LINEAR, rows=1000),),
    "binancecoinm": (_ledger(_FUNDING, _REBATE, *_MOVED, name="ledger-inverse", params=INVERSE, rows=1000),),
    "binanceus": (_deposits(), _withdrawals(until="endTime")),
    "bybit": (
        _deposits(rows=50),
        _withdrawals(rows=50),
        _ledger(_FUNDING, _INTEREST, _REBATE, until="endTime", rows=50, fee_within=True),
    ),
    "okx": (
        *_PAIR,
        _funding(**_BILLS),
        Movements("internal", "fetch_transfers", frozenset(), {"type": "1"}, **_BILLS),
        Movements("interest", "fetch_transfers", frozenset({_INTEREST}), {"type": "7"}, **_BILLS),
    ),
    "bitget": (*_PAIR, _ledger(_INTEREST, _REBATE, params={"type": "spot"}, fee_within=True), *_BITGET),
    "gate": (
        *_PAIR,
        _ledger(_INTEREST, _REBATE, params={"type": "spot"}, since="from", until="to", in_seconds=True),
        *(
            _funding(f"funding-{coin}", params={"type": "swap", "settle": coin}, until="to", in_seconds=True)
            for coin in ("usdt", "btc")
        ),
    ),
    # The newest hundred, whatever the stretch.
    "htx": (
        _deposits(until=None, keeps=Keeps.NEWEST),
        _withdrawals(until=None, keeps=Keeps.NEWEST),
        _ledger(_INTEREST, _REBATE, rows=500),
    ),
    "kucoin": (*_PAIR, _ledger(_INTEREST, _REBATE, longest=timedelta(days=1), fee_within=True)),
    "kucoinfutures": _PAIR,
    "kraken": (
        _deposits(rows=500),
        _withdrawals(rows=500),
        _ledger(_INTEREST, _REBATE, rows=50, keeps=Keeps.NEWEST, early=1000),
    ),
    # What comes from the spot exchange or goes there stands in the ledger.
    "krakenfutures": (_ledger(*_ALL, params={"count": 500}, rows=500, counted="logs", keeps=Keeps.OLDEST),),
    "hyperliquid": (
        _ledger(TransferKind.DEPOSIT, TransferKind.WITHDRAWAL, _INTEREST, _REBATE, rows=500),
        _funding(rows=500),
    ),
    "deribit": tuple(
        Movements(f"{name}-{code.lower()}", call, tells, code=code, until=None, keeps=Keeps.NEWEST)
        for code in _CURRENCIES
        for name, call, tells in (
            ("deposits", "fetch_deposits", frozenset({TransferKind.DEPOSIT})),
            ("withdrawals", "fetch_withdrawals", frozenset({TransferKind.WITHDRAWAL})),
            ("internal", "fetch_transfers", frozenset[TransferKind]()),
        )
    ),
    "bitfinex": (_both(until="end", rows=250), _ledger(_FUNDING, _INTEREST, _REBATE, rows=500)),
    # One list of everything, counted from a moment on.
    "bitstamp": (
        _ledger(
            *_ALL - {_FUNDING},
            params={"sort": "asc"},
            since="since_timestamp",
            until=None,
            in_seconds=True,
            rows=1000,
            keeps=Keeps.OLDEST,
        ),
    ),
    "mexc": (_deposits(until="endTime"), _withdrawals(until="endTime")),
    "bingx": (*_PAIR, _funding(params=LINEAR)),
    "woo": (*_PAIR, _ledger(), _funding()),
    "coinbase": (),  # by an account that nobody names
    "xt": _PAIR,
}


def movements_of(exchange: str, offers: Callable[[str], bool]) -> tuple[Movements, ...]:
    """The lists of an exchange, declared or as ccxt offers them: deposits, withdrawals, and a ledger for the rest."""
    declared = MOVEMENTS.get(exchange, MOVEMENTS.get(SPOKEN_BY.get(exchange, "")))
    if declared is not None:
        return declared
    pair = tuple(one for one in _PAIR if offers(one.call))
    lists = (_both(),) if len(pair) < len(_PAIR) and offers("fetch_deposits_withdrawals") else pair
    return (*lists, _ledger(*_ALL)) if offers("fetch_ledger") else lists


def unread_of(
    exchange: str, lists: Collection[Movements], offers: Callable[[str], bool], markets: Collection[str] = frozenset()
) -> frozenset[TransferKind]:
    """The kinds that may exist in these markets of an exchange and that no list tells; none where there is no list."""
    has_funding = offers("fetch_funding_rate") or offers("fetch_funding_history")
    exist = _ALL if has_funding and holds_contracts(exchange, markets) else _ALL - {_FUNDING}
    return exist - frozenset[TransferKind]().union(*(one.tells for one in lists)) if lists else frozenset()


class AccountMovements:
    """The lists of movements of one account, and what their rows say."""

    def __init__(self, account: AccountConnection, offers: Callable[[str], bool]) -> None:
        self._whose = Whose(account.name, account.exchange, account.api_key)
        self._lists = {one.name: one for one in chosen_of(movements_of(account.exchange, offers), account.markets)}
        self.unread = unread_of(account.exchange, tuple(self._lists.values()), offers, account.markets)
        self.sources = tuple(Source.of(SourceKind.TRANSFERS, name) for name in self._lists)
        moved = [one.tells for one in self._lists.values() if one.call != "fetch_ledger"]
        self._told_elsewhere = frozenset[TransferKind]().union(*moved) >= _MOVED

    def named(self, source: Source) -> Movements:
        """The list of a source. Raises Permanent where there is none."""
        found = self._lists.get(source.part or "")
        if found is None:
            raise Permanent(f"{source} is not read from {self._whose.exchange}")
        return found

    def read(self, wanted: Movements, rows: list[Any]) -> Read:
        """The movements in ccxt's rows of one list."""
        match wanted.call:
            case "fetch_funding_history":
                return read_funding(rows, self._whose)
            case "fetch_ledger" | "fetch_transfers":
                part = "" if wanted.name == "ledger" else wanted.name
                return read_ledger(rows, self._whose, part, self._told_elsewhere, wanted.fee_within)
        return read_movements(rows, self._whose, next(iter(wanted.tells)) if len(wanted.tells) == 1 else None)
