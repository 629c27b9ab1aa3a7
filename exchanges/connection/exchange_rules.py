"""Exchange rules: the gateway's settings for one exchange. Venues pass them in, the gateway imports no venue."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from exchanges.connection.calls import Call
from exchanges.connection.rate_limits import RateLimit
from exchanges.connection.refusals import ErrorCodes


@dataclass(frozen=True, slots=True)
class ExchangeRules:
    """The allowed requests of one exchange, its ccxt options, and the meaning of its error codes.

    `post_reads` and `get_reads` are patterns of full URL paths. They list read-only paths whose method is POST or whose
    name looks like an action ("withdraw-list"). Never list a path that acts.
    """

    calls: Mapping[str, Call] = field(default_factory=dict)
    allows_only_calls: bool = False
    post_reads: tuple[str, ...] = ()
    get_reads: tuple[str, ...] = ()
    ccxt_options: Mapping[str, Any] = field(default_factory=dict)
    amounts_in_units: bool = False
    inverse_in_base: bool = False
    size_multiplier: str | None = None
    error_codes: ErrorCodes = field(default_factory=dict)
    always_states_code: bool = False
    rate_limits: tuple[RateLimit, ...] = ()
    empty_list_codes: tuple[str, ...] = ()  # error codes that mean an empty list

    def is_read(self, method: str, path: str) -> bool:
        """True if a pattern lists this path as read-only."""
        patterns = {"POST": self.post_reads, "GET": self.get_reads}.get(method, ())
        return any(re.fullmatch(pattern, path, re.ASCII) for pattern in patterns)
