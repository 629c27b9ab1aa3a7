"""Readers for the unit tests of the refresher: scripted answers without a network."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.sources import Source, Success
from domain.valuation import StatedEquity, Valuation
from exchanges.contracts import AccountScope, SourceResult


@dataclass
class ScriptedReader:
    """Answers with rows, raises an error, or hangs on an event until it is set."""

    script: Mapping[Source, Any]
    stated: Valuation | None = None
    equities: tuple[StatedEquity, ...] = ()
    fetched: list[tuple[Source, AccountScope]] = field(default_factory=list)

    def fetch(self, source: Source, wanted: AccountScope) -> SourceResult:
        self.fetched.append((source, wanted))
        given = self.script.get(source, ())
        if isinstance(given, threading.Event):
            given.wait(120)  # the test sets it at its end
            given = ()
        if isinstance(given, Exception):
            raise given
        if source is Source.BALANCES:
            return SourceResult(Success(tuple(given)), self.stated, self.equities)
        return SourceResult(Success(tuple(given)))

    def scope_for(self, source: Source) -> AccountScope:
        return [scope for fetched_source, scope in self.fetched if fetched_source is source][-1]
