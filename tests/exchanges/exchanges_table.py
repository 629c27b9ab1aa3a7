"""The table of docs/exchanges.md, made from the declarations, from what ccxt says, and from the cases that prove it.

`python -m tests.exchanges.exchanges_table` writes it anew.
"""

from collections import Counter
from collections.abc import Callable
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
from exchanges.venues.registry import venue_of
from tests.exchanges.harness import gateway_of, venues

FILE = Path(__file__).parents[2] / "docs" / "exchanges.md"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
_HEAD = (
    "| exchange | normal | trigger | attached | trailing | endings | fills | transfers | permissions | proven by |",
    "|---|---|---|---|---|---|---|---|---|---|",
)


def table() -> str:
    """One row for each exchange that ccxt knows, in the order of the alphabet."""
    proofs = _proofs()
    return "\n".join((*_HEAD, *(_row(name, proofs) for name in sorted(known_exchanges()))))


def _proofs() -> dict[str, Counter[str]]:
    """By exchange: how many cases prove it, and what they are about."""
    found: dict[str, Counter[str]] = {}
    for venue in venues():
        counts = found.setdefault(venue.exchange, Counter())
        counts["ended"] += len(venue.ended)
        counts["fills"] += len(venue.fills)
        counts["cases"] += len(venue.transfers)
        for case in venue.cases:
            counts["cases"] += 1
            for expected in case.orders:
                counts["trailing"] += expected.get("kind") == "trailing_stop"
                counts["attached"] += expected.get("contingency") == "attached"
    return found


def _row(name: str, proofs: dict[str, Counter[str]]) -> str:
    if name not in supported_exchanges():
        return f"| {name} | no | no | no | no | no | no | no | no | cannot be read |"
    if name == "cryptocom":
        told_by = "the simulator and the documented samples"
        return f"| {name} | yes | yes | yes | not offered | list, detail | yes | yes | reading only | {told_by} |"
    gateway = gateway_of(AccountConnection("table", name, "key", "secret"))
    proof = proofs.get(name, Counter())
    cells = (
        name,
        "yes",
        _triggers(name, gateway.features),
        _special(name, proof["attached"]),
        _special(name, proof["trailing"]),
        _endings(name, gateway, proof["ended"]),
        _fills(gateway, proof["fills"]),
        _transfers(name, gateway.offers),
        "yes" if states_permissions(venue_of(name)) else "reading only",
        _proof(name, proof["cases"]),
    )
    return f"| {' | '.join(cells)} |"


def _fills(gateway: Gateway, cases: int) -> str:
    if not gateway.offers("fetch_my_trades"):
        return "no"
    return f"yes ({cases} case{'s' if cases > 1 else ''})" if cases else "yes"


def _transfers(name: str, offers: Callable[[str], bool]) -> str:
    """If transfers are read, and the kinds that no list returns."""
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
    return "in the normal list" if venue_of(name).triggers_among_orders else "not readable here"


def _endings(name: str, gateway: Gateway, proven: int) -> str:
    """By what it is told how orders ended, beside their fills."""
    ways = ["list"] if ended_calls(venue_of(name), gateway.features, gateway.offers) else []
    if gateway.offers("fetch_order"):
        sources = [call.source for call in order_calls(venue_of(name), gateway.features)]
        asked = {
            source.kind
            for source in sources
            if order_by_id_params(venue_of(name), source, gateway.features) is not None
        }
        ways += (
            ["detail" if asked == {source.kind for source in sources} else "detail but of triggers"] if asked else []
        )
    said = ", ".join(ways) or "fills only"
    return f"{said} ({proven} cases)" if proven else said


def _special(name: str, proven: int) -> str:
    """Attached and trailing orders: proven by a case, read by the exchange's own file, or as far as ccxt tells."""
    if proven:
        return "yes"
    return "unproven" if venue_of(name).order_row is not ccxt_order else "as ccxt tells"


def _proof(name: str, cases: int) -> str:
    if cases:
        return f"{cases} cases" if (venue_of(name).open_orders is not None) else f"generic, {cases} cases"
    if (shared := venue_of(name).shares_api_with) is not None:
        return f"as {shared}"
    return "declared, unproven" if (venue_of(name).open_orders is not None) else "generic, unproven"


def with_table(text: str) -> str:
    """The document with its table made anew."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    FILE.write_text(with_table(FILE.read_text()))
