"""States: texts for freshness and failures, with a remedy."""

from domain.freshness import Freshness
from domain.sources import HISTORY_KINDS, FailureKind, Source, SourceKind, SourceState

_SOURCE_NAMES = {
    SourceKind.BALANCES: "Balances",
    SourceKind.POSITIONS: "Positions",
    SourceKind.ORDERS: "Orders",
    SourceKind.TRIGGERS: "Trigger orders",
    SourceKind.PRICES: "Prices",
    SourceKind.FILLS: "Fills",
    SourceKind.TRANSFERS: "Transfers",
    SourceKind.ENDINGS: "Endings of orders",
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

FRESHNESS_ICONS = {
    Freshness.FRESH: ":material/check_circle:",
    Freshness.LATE: ":material/schedule:",
    Freshness.STALE: ":material/hourglass_bottom:",
    Freshness.FAILING: ":material/error:",
    Freshness.NEVER: ":material/radio_button_unchecked:",
}

# Signs for places where no icon font is: tables, titles.
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
    FailureKind.TEMPORARY: "It is tried again by itself.",
    FailureKind.PERMANENT: "Asking again cannot help before this account's key, its permissions or address are mended.",
    FailureKind.BAD_PAYLOAD: "The exchange answered in a way Stillframe does not understand: see the log.",
    FailureKind.NOT_ASKED: "The exchange failed repeatedly and is asked gently: it is tried again by itself.",
}


def remedy_of(state: SourceState, is_now: bool = True) -> str:
    """The remedy for a failing source. "" if it does not fail, and for past moments."""
    return _REMEDIES[state.error_kind] if is_now and state.error_kind is not None else ""


def silence_remedy(freshness: Freshness, source: Source, is_now: bool) -> str:
    """The remedy for a source that is late, stale or never seen without an error: no refresher is running."""
    if is_now and freshness is Freshness.NEVER:
        return "Nobody asked the exchange yet: check that the refresher runs and knows this account."
    if is_now and freshness in (Freshness.LATE, Freshness.STALE):
        if source.kind in HISTORY_KINDS:
            return "The past is asked beside the refreshes, and lags: see the history job on Status."
        return "Nobody asked the exchange lately: check that the refresher runs."
    return ""
