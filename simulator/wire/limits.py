"""Rate limits: a sliding window per method, as in the exchange's documentation."""

from collections import defaultdict, deque
from collections.abc import Callable, Mapping

_PRIVATE = (3, 0.1)
_PUBLIC = (100, 1.0)
# Methods with their own limit: number of calls, and seconds. Any other private method has 3 calls per 100 ms.
_OWN: Mapping[str, tuple[int, float]] = {
    "private/get-order-history": (1, 1.0),
    "private/get-trades": (1, 1.0),
    "private/advanced/get-order-history": (1, 1.0),
    "private/get-order-detail": (30, 0.1),
    "private/advanced/get-order-detail": (30, 0.1),
    "private/create-order": (15, 0.1),
    "private/cancel-order": (15, 0.1),
}


class Limits:
    """Counts calls, private ones by method, public ones by method and address."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` is a clock in seconds that never goes backwards."""
        self._now = now
        self._calls: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    def allows(self, method: str, address: str) -> bool:
        """Count one more call. False if it is over the limit."""
        is_public = method.startswith("public/")
        limit, seconds = _OWN.get(method, _PUBLIC if is_public else _PRIVATE)
        calls = self._calls[(method, address if is_public else "")]
        now = self._now()
        while calls and calls[0] <= now - seconds:
            calls.popleft()
        if len(calls) >= limit:
            return False
        calls.append(now)
        return True
