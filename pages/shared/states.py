"""States: texts for freshness and failures, with a remedy."""

from collections.abc import Sequence
from datetime import datetime

from domain.freshness import Freshness, is_ahead, worst
from domain.sources import HISTORY_KINDS, FailureKind, Source, SourceKind, SourceState

_SOURCE_NAMES = {
    SourceKind.BALANCES: "Balances",
    SourceKind.POSITIONS: "Positions",
    SourceKind.ORDERS: "Orders",
    SourceKind.TRIGGERS: "Trigger orders",
    SourceKind.PRICES: "Prices",
    SourceKind.FILLS: "Fills",
    SourceKind.TRANSFERS: "Transfers",
    SourceKind.ENDINGS: "Ended orders",
}


def source_name(source: Source) -> str:
    """The display name of a source. If a source has several calls, the name includes the call."""
    name = _SOURCE_NAMES[source.kind]
    return name if source.part is None else f"{name} ({source.part})"


FRESHNESS_WORDS = {
    Freshness.FRESH: "Fresh",
    Freshness.LATE: "Late",
    Freshness.STALE: "Stale",
    Freshness.FAILING: "Failing",
    Freshness.NEVER: "Not seen yet",
}


def state_label(states: Sequence[Freshness]) -> str:
    """The state of a page in words, as the badge says it: the worst of its sources, and how many fail or lack data.

    "here" are the sources of this page. A line of the Overview counts all.
    """
    count, failing = len(states), sum(state is Freshness.FAILING for state in states)
    if failing and count > 1:
        return "All sources failing" if failing == count else f"{failing} of {count} failing here"
    answered = [state for state in states if state is not Freshness.NEVER]
    unseen = count - len(answered)
    if not unseen or not answered:
        return FRESHNESS_WORDS[worst(states)]
    if (state := worst(answered)) is Freshness.FRESH:
        return f"{unseen} of {count} not seen"
    return f"{FRESHNESS_WORDS[state]}, {unseen} not seen"


# Signs for places without the icon font: tables, titles.
FRESHNESS_SIGNS = {
    Freshness.FRESH: "●",
    Freshness.LATE: "◔",
    Freshness.STALE: "◑",
    Freshness.FAILING: "✕",
    Freshness.NEVER: "○",
}

# Amber is for late and stale only.
FRESHNESS_COLOURS = {
    Freshness.FRESH: "gray",
    Freshness.LATE: "orange",
    Freshness.STALE: "orange",
    Freshness.FAILING: "red",
    Freshness.NEVER: "gray",
}

_REMEDIES = {
    FailureKind.TEMPORARY: "Stillframe retries automatically.",
    # The error itself names the cause: the key, the IP address, the clock, or the place.
    FailureKind.PERMANENT: "Retrying will not help until this is corrected.",
    FailureKind.BAD_PAYLOAD: "Stillframe does not understand the exchange's response. See the log.",
    FailureKind.NOT_ASKED: "The exchange failed repeatedly, so Stillframe retries less often.",
}


def remedy_of(state: SourceState, is_now: bool = True) -> str:
    """The remedy for a failing source. "" if it does not fail, and for past moments."""
    return _REMEDIES[state.error_kind] if is_now and state.error_kind is not None else ""


def silence_remedy(freshness: Freshness, state: SourceState, at: datetime, is_now: bool) -> str:
    """The remedy for a source that is late, stale or never seen without an error: no refresher is running, or the clock
    was ahead.
    """
    if is_now and freshness is Freshness.NEVER:
        return "No refresh has run yet. Is the refresher running, and is this account in its configuration?"
    if is_now and freshness in (Freshness.LATE, Freshness.STALE):
        if state.as_of is not None and is_ahead(state.as_of, at):
            return "The last refresh lies in the future: a clock was wrong. Its real age is unknown. See Status."
        if state.source.kind in HISTORY_KINDS:
            return "History is read by a separate job, which is behind. See the history job on Status."
        return "No refresh has run recently. Is the refresher running?"
    return ""
