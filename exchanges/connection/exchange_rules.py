"""Exchange rules: what the gateway has to know of one exchange. The venue hands them over; the gateway imports none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from exchanges.connection.calls import Call
from exchanges.connection.rate_limits import RateLimit
from exchanges.connection.refusals import ErrorCodes


@dataclass(frozen=True, slots=True)
class ExchangeRules:
    """What may leave for one exchange, how ccxt is set up, and how its error codes read.

    `post_reads` and `get_reads` are patterns of whole URL paths that only read, although the method is POST or the name
    of the path is an act ("withdraw-list"). Nothing that acts stands there.
    """

    calls: Mapping[str, Call] = field(default_factory=dict)
    allows_only_calls: bool = False
    post_reads: tuple[str, ...] = ()
    get_reads: tuple[str, ...] = ()
    ccxt_options: Mapping[str, Any] = field(default_factory=dict)
    amounts_in_units: bool = False
    inverse_in_base: bool = False
    error_codes: ErrorCodes = field(default_factory=dict)
    always_states_code: bool = False
    rate_limits: tuple[RateLimit, ...] = ()
    empty_list_codes: tuple[str, ...] = ()  # refusals by which the exchange states that a list is empty

    def is_read(self, method: str, path: str) -> bool:
        """Whether a pattern names this path as one that only reads."""
        patterns = {"POST": self.post_reads, "GET": self.get_reads}.get(method, ())
        return any(re.fullmatch(pattern, path, re.ASCII) for pattern in patterns)
