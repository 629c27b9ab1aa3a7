"""Changes: the assets and symbols that one refresh found changed. They decide which history is requested."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from domain.sources import ORDER_KINDS, Failure, Source, SourceKind
from exchanges.contracts import SourceResult
from refresher.present.last_known import LastKnown

_TELLING = (SourceKind.BALANCES, SourceKind.POSITIONS, *ORDER_KINDS)


@dataclass(frozen=True, slots=True)
class Changes:
    """The differences between two refreshes of an account.

    `is_certain` is False if a source failed, so that unseen changes are possible. Symbols may be unified or the
    exchange's own.
    """

    assets: frozenset[str] = frozenset()
    symbols: frozenset[str] = frozenset()
    is_certain: bool = True

    def __bool__(self) -> bool:
        return bool(self.assets or self.symbols) or not self.is_certain

    def __or__(self, other: "Changes") -> "Changes":
        return Changes(self.assets | other.assets, self.symbols | other.symbols, self.is_certain and other.is_certain)

    def may_concern(self, symbol: str) -> bool:
        """True if a fill of this unified symbol could have caused the changes."""
        return not self.is_certain or symbol in self.symbols or symbol.partition("/")[0] in self.assets


NO_CHANGES = Changes()


@dataclass(frozen=True, slots=True)
class AccountState:
    """The quantities of an account that a fill or transfer changes, without prices and profits."""

    assets: Mapping[tuple[str, ...], Hashable]
    symbols: Mapping[tuple[str, ...], Hashable]

    @classmethod
    def of(cls, last_known: LastKnown) -> "AccountState":
        """The quantities of the last known rows."""
        symbols: dict[tuple[str, ...], Hashable] = {
            (position.symbol, position.exchange_symbol, position.key): (position.side, position.amount)
            for position in last_known.positions()
        }
        for (source, key), order in last_known.orders().items():
            symbols[order.symbol, order.exchange_symbol, source, key] = order.filled
        assets: dict[tuple[str, ...], Hashable] = {
            (balance.asset, balance.wallet): (balance.total, balance.debt) for balance in last_known.balances()
        }
        return cls(assets, symbols)

    def changes_to(self, after: "AccountState", answers: Mapping[Source, SourceResult | Failure]) -> Changes:
        """The changes up to `after`. `answers` tell whether every source answered."""
        failed = any(isinstance(answer, Failure) and source.kind in _TELLING for source, answer in answers.items())
        symbols = {name for key in _changed(self.symbols, after.symbols) for name in key[:2]}
        assets = {key[0] for key in _changed(self.assets, after.assets)}
        return Changes(frozenset(assets), frozenset(symbols), not failed)


def _changed(
    before: Mapping[tuple[str, ...], Hashable], after: Mapping[tuple[str, ...], Hashable]
) -> set[tuple[str, ...]]:
    """The keys that came, went, or have another value."""
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
