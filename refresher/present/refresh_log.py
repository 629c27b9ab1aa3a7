"""The refresh log: one line per refresh with the duration of each source, and warnings about failing sources."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from domain.sources import Failure, FailureKind, Source, Success
from logs.lines import log
from refresher.present.served_account import Refreshed
from refresher.process.metrics import note_refresh


class RefreshLog:
    """Writes the log lines of one account. A failure is logged when it begins or changes, not at every refresh."""

    def __init__(self, account: str) -> None:
        self._account = account
        self._logged: dict[str, tuple[Source, ...]] = {}

    def write(self, refreshed: Refreshed) -> None:
        """Log the result of a refresh."""
        results = refreshed.observation.results
        failures = failures_by_error(results)
        for error, sources in failures.items():
            if self._logged.get(error) != sources:
                log().warning("sources failed", account=self._account, sources=", ".join(sources), error=error)
        recovered = {source for sources in self._logged.values() for source in sources} - _failing(results)
        if recovered:
            log().info("sources recovered", account=self._account, sources=", ".join(sorted(recovered)))
        self._logged = self._still_failing(results, failures)
        note_refresh(refreshed.observation)
        failing = sorted(_failing(results))
        write = log().warning if refreshed.failed_wholly else log().info
        write(
            "refresh failed" if refreshed.failed_wholly else "refreshed",
            account=self._account,
            took_ms=refreshed.observation.duration_ms,
            opened=refreshed.written.opened,
            closed=refreshed.written.closed,
            # Durations are always numbers. A source without a request has none.
            **{f"{source}_ms": result.duration_ms for source, result in results.items() if _was_asked(result)},
            **({"failed": ", ".join(failing)} if failing else {}),
        )

    def _still_failing(
        self, results: Mapping[Source, Success[Any] | Failure], failures: dict[str, tuple[Source, ...]]
    ) -> dict[str, tuple[Source, ...]]:
        """The failures that were logged and still hold. A skipped source keeps failing without a new line."""
        silent = {s for s in _failing(results) if not any(s in sources for sources in failures.values())}
        kept = {error: sources for error, sources in self._logged.items() if silent & set(sources)}
        return kept | failures


def failures_by_error(results: Mapping[Source, Success[Any] | Failure]) -> dict[str, tuple[Source, ...]]:
    """The sources that failed when asked, by error: one wrong key is one line, not five."""
    grouped: defaultdict[str, list[Source]] = defaultdict(list)
    for source, result in results.items():
        if isinstance(result, Failure) and result.kind is not FailureKind.NOT_ASKED:
            grouped[result.error].append(source)
    return {error: tuple(sources) for error, sources in grouped.items()}


def _failing(results: Mapping[Source, Success[Any] | Failure]) -> set[Source]:
    return {source for source, result in results.items() if isinstance(result, Failure)}


def _was_asked(result: Success[Any] | Failure) -> bool:
    return isinstance(result, Success) or result.kind is not FailureKind.NOT_ASKED
