"""The budget of caches: the bytes that cached results may take together. The results used longest ago go first.

Streamlit limits caches by entries, and one entry may be a number or ten thousand orders. Every refresh makes new
entries, so the memory of the process would grow until each cache has all of its entries.
"""

import inspect
import pickle
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

BUDGET_BYTES = 64 * 2**20
# Live objects take about this many times the bytes of their pickled form (measured with orders and snapshots).
OBJECT_FACTOR = 3
# Counted for a result that cannot be pickled, and at least for any result.
UNKNOWN_BYTES, LEAST_BYTES = 64 * 1024, 512
# Of longer lists so many rows are pickled, evenly spread, and stand for the others.
SAMPLE_ROWS = 20
# How results of some types are counted. Pickling a hundred thousand orders takes seconds, and counts shared ones twice.
SIZE_OF: dict[type, Callable[[Any], int]] = {}


class CacheBudget:
    """Counts the bytes of cached results, and clears the results used longest ago beyond the limit. Thread-safe."""

    def __init__(self, limit: int = BUDGET_BYTES) -> None:
        self.limit = limit
        self.bytes = 0
        self._lock = Lock()
        self._entries: OrderedDict[Hashable, tuple[int, Callable[[], object]]] = OrderedDict()

    def used(self, key: Hashable, result: object, clear: Callable[[], object]) -> None:
        """Note that a result was used. `clear` removes it from its cache."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
                return
        size = min(bytes_of(result), self.limit // 2)  # one huge result leaves room for what is made from it
        with self._lock:
            self._entries[key] = (size, clear)
            self.bytes += size
            surplus = []
            while self.bytes > self.limit and len(self._entries) > 1:
                _, (old_size, old_clear) = self._entries.popitem(last=False)
                self.bytes -= old_size
                surplus.append(old_clear)
        for old_clear in surplus:
            old_clear()

    def forget(self) -> None:
        """Forget all results, after the caches were cleared."""
        with self._lock:
            self._entries.clear()
            self.bytes = 0


budget = CacheBudget()


def within_budget(function: Function) -> Function:
    """Count the results of a function that st.cache_data or st.cache_resource decorates.

    Parameters with a leading underscore are no part of the key, as in Streamlit. They are not kept either.
    """
    names = list(inspect.signature(function).parameters)

    @wraps(function)
    def counted(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        given = dict(zip(names, args, strict=False)) | kwargs
        keyed = {name: None if name.startswith("_") else value for name, value in given.items()}
        try:
            key = (function.__module__, function.__qualname__, tuple(sorted(keyed.items(), key=lambda item: item[0])))
            hash(key)
        except TypeError:
            return result
        budget.used(key, result, lambda: function.clear(**keyed))  # type: ignore[attr-defined]
        return result

    counted.clear = function.clear  # type: ignore[attr-defined]
    return counted  # type: ignore[return-value]


def bytes_of(result: object) -> int:
    """About how many bytes a result takes in memory."""
    if (size_of := SIZE_OF.get(type(result))) is not None:
        return max(LEAST_BYTES, size_of(result))
    try:
        return max(LEAST_BYTES, OBJECT_FACTOR * _pickled_bytes(result))
    except Exception:  # pickle raises whatever an object raises
        return UNKNOWN_BYTES


def _pickled_bytes(result: object) -> int:
    if not isinstance(result, list | tuple) or len(result) <= 2 * SAMPLE_ROWS:
        return len(pickle.dumps(result, pickle.HIGHEST_PROTOCOL))
    sample = result[:: len(result) // SAMPLE_ROWS]
    return len(pickle.dumps(sample, pickle.HIGHEST_PROTOCOL)) * len(result) // len(sample)
