"""The table in docs/exchanges.md. It is made from the declarations, from ccxt, from the cases and from the model.

`python -m tests.exchanges.exchanges_table` writes it.
"""

import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from domain.sources import SourceKind
from exchanges.connection.gateway import Gateway
from exchanges.contracts import AccountConnection
from exchanges.open import known_exchanges, supported_exchanges
from exchanges.unified.account_transfers import unread_kinds
from exchanges.unified.permissions import states_permissions
from exchanges.unified.venue_calls import ended_calls, order_by_id_params, order_calls, transfer_calls
from exchanges.venues._shared.order_rows import ccxt_order
from exchanges.venues._shared.venue import Venue
from exchanges.venues.registry import venue_of
from tests.exchanges.harness import gateway_of, venues
from tests.exchanges.model.proven_figures import proven_figures
from tests.exchanges.model.renderers import Renderer, renderers

FILE = Path(__file__).parents[2] / "docs" / "exchanges.md"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
_COLUMNS = (
    "exchange", "wallets", "worth", "normal", "trigger", "attached", "trailing", "endings", "fills", "transfers",
    "permissions", "cases", "model",
)  # fmt: skip


def table() -> str:
    """One row for each exchange that ccxt knows, in alphabetical order."""
    proofs = _proofs()
    lines = [_COLUMNS, ("---",) * len(_COLUMNS), *(_row(name, proofs) for name in sorted(known_exchanges()))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _proofs() -> dict[str, Counter[str]]:
    """The number of cases by exchange and by subject."""
    proofs: dict[str, Counter[str]] = {}
    for venue in venues():
        counts = proofs.setdefault(venue.exchange, Counter())
        counts["ended"] += len(venue.ended)
        counts["fills"] += len(venue.fills)
        counts["cases"] += len(venue.transfers)
        for case in venue.cases:
            counts["cases"] += 1
            for expected in case.orders:
                counts["trailing"] += expected.get("kind") == "trailing_stop"
                counts["attached"] += expected.get("contingency") == "attached"
    return proofs


def _row(name: str, proofs: dict[str, Counter[str]]) -> tuple[str, ...]:
    if name not in supported_exchanges():
        return (name, *("no",) * (len(_COLUMNS) - 3), "cannot be read", "no")
    if name == "cryptocom":  # it has an adapter of its own
        orders = ("yes", "yes", "yes", "not offered", "list, by id", "yes", "yes", "reading only")
        return (name, "one", "stated and computed", *orders, "simulator, documented samples", _model(name))
    gateway = gateway_of(AccountConnection("table", name, "key", "secret"))
    proof, venue = proofs.get(name, Counter()), venue_of(name)
    return (
        name,
        _wallets(venue),
        _worth(venue),
        "yes",
        _triggers(name, gateway.features),
        _special(name, proof["attached"]),
        _special(name, proof["trailing"]),
        _endings(name, gateway, proof["ended"]),
        _fills(gateway, proof["fills"]),
        _transfers(name, gateway.offers),
        "yes" if states_permissions(venue) else "reading only",
        _cases(name, proof["cases"]),
        _model(name),
    )


def _wallets(venue: Venue) -> str:
    """The declared wallets, and those that no call reads."""
    calls = (*(venue.wallets or ()), *((venue.unified_account and venue.unified_account.wallets) or ()))
    names = dict.fromkeys(call.wallet or call.name for call in calls)
    wallets = ", ".join(names) if names else "ccxt's default"
    return f"{wallets}; not {', '.join(venue.unread_wallets)}" if venue.unread_wallets else wallets


def _worth(venue: Venue) -> str:
    """Whether the exchange states an equity beside the computed net value."""
    is_stated = any(call.equity is not None for call in venue.wallets or ())
    return "stated and computed" if is_stated else "computed"


@cache
def _model(name: str) -> str:
    """The number of figures that the model compares, and of those that the exchange does not state."""
    cells = [_model_cell(renderer) for renderer in renderers() if renderer.exchange == name]
    if not cells and (shared := venue_of(name).shares_api_with) is not None:
        return f"as {shared}" if _model(shared) != "no" else "no"
    return ", ".join(cells) or "no"


def _model_cell(renderer: Renderer) -> str:
    figures = proven_figures(renderer)
    counts = f"{len(figures.compared)} / {len(figures.unknown)}"
    return counts if renderer.name == renderer.exchange else f"{renderer.name} {counts}"


def _fills(gateway: Gateway, cases: int) -> str:
    if not gateway.offers("fetch_my_trades"):
        return "no"
    return f"yes ({cases} case{'s' if cases > 1 else ''})" if cases else "yes"


def _transfers(name: str, offers: Callable[[str], bool]) -> str:
    """Whether transfers are read, and the kinds that no list holds."""
    lists = transfer_calls(venue_of(name), offers)
    if not lists:
        return "no"
    unread = sorted(str(kind) for kind in unread_kinds(venue_of(name), lists, offers))
    return f"yes; not {', '.join(unread)}" if unread else "yes"


def _triggers(name: str, features: Any) -> str:
    calls = order_calls(venue_of(name), features)
    count = sum(call.kind is SourceKind.TRIGGERS for call in calls)
    unread_triggers = venue_of(name).unread_triggers
    unread = f"; not {unread_triggers}" if unread_triggers else ""
    if count:
        return (f"yes, {count} calls" if count > 1 else "yes") + unread
    return f"in the normal list{unread}" if venue_of(name).triggers_among_orders else "not read"


def _endings(name: str, gateway: Gateway, proven: int) -> str:
    """The requests that state how orders ended, beside their fills."""
    requests = ["list"] if ended_calls(venue_of(name), gateway.features, gateway.offers) else []
    if gateway.offers("fetch_order"):
        sources = [call.source for call in order_calls(venue_of(name), gateway.features)]
        readable = {
            source.kind
            for source in sources
            if order_by_id_params(venue_of(name), source, gateway.features) is not None
        }
        if readable:
            requests.append("by id" if readable == {source.kind for source in sources} else "by id (not triggers)")
    text = ", ".join(requests) or "fills only"
    return f"{text} ({proven} cases)" if proven else text


def _special(name: str, proven: int) -> str:
    """Attached or trailing orders: proven by a case, read by the venue's file, or as ccxt unifies them."""
    if proven:
        return "yes"
    return "unproven" if venue_of(name).order_row is not ccxt_order else "as in ccxt"


def _cases(name: str, cases: int) -> str:
    if cases:
        return str(cases) if venue_of(name).open_orders is not None else f"generic, {cases}"
    if (shared := venue_of(name).shares_api_with) is not None:
        return f"as {shared}"
    return "declared, none" if (venue_of(name).open_orders is not None) else "generic, none"


def with_table(text: str) -> str:
    """The document with a new table."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(FILE.read_text() != with_table(FILE.read_text()))
    FILE.write_text(with_table(FILE.read_text()))
