"""Recent results: the last ones of each database, under keys that never stand for another result."""

from collections.abc import Callable, Hashable, MutableMapping
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

Result = TypeVar("Result")


class RecentResults(Generic[Result]):
    """Keeps `most` results of each database. The oldest one goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._by_engine: MutableMapping[Engine, dict[Hashable, Result]] = WeakKeyDictionary()

    def of(self, engine: Engine, key: Hashable, make: Callable[[], Result]) -> Result:
        """The result under a key, made now if it is new."""
        results = self._by_engine.setdefault(engine, {})
        if (result := results.get(key)) is not None:
            return result
        result = make()
        while len(results) >= self._most:
            results.pop(next(iter(results), None), None)  # requests run in several threads
        results[key] = result
        return result
