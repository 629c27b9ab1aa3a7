"""Values of the present thread, in one table for each thread.

A threading.local takes memory for each thread that ever used it. One for each of a thousand accounts and a hundred
threads took hundreds of megabytes.
"""

import threading
from itertools import count
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_keys = count()  # no key is used twice, so no object sees the values of an earlier one


class _Table(threading.local):
    """The values of one thread, and the newest response among them."""

    def __init__(self) -> None:
        self.values: dict[int, Any] = {}
        self.newest: tuple[int, Any] = (-1, None)


_table = _Table()


class ThreadValue(Generic[T]):
    """A value for each thread. Setting None removes it, which every user does in the end."""

    def __init__(self) -> None:
        self._key = next(_keys)

    def get(self) -> T | None:
        """The value of this thread. None without one."""
        value: T | None = _table.values.get(self._key)
        return value

    def set(self, value: T | None) -> None:
        """Set the value of this thread."""
        if value is None:
            _table.values.pop(self._key, None)
        else:
            _table.values[self._key] = value


class NewestValue(Generic[T]):
    """A value for each thread that lasts until the thread sets a value of another object."""

    def __init__(self) -> None:
        self._key = next(_keys)

    def get(self) -> T | None:
        """The value of this thread. None without one."""
        key, value = _table.newest
        return value if key == self._key else None

    def set(self, value: T) -> None:
        """Set the value of this thread. A value of another object is gone."""
        _table.newest = (self._key, value)
