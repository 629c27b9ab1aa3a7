"""Exchange names: whether an account can be configured on one and on which of its markets; what was meant if not."""

from collections.abc import Sequence
from difflib import get_close_matches


def exchange_problem(name: str) -> str | None:
    """What is wrong with the name of an exchange, with the remedy; None when accounts on it can be read."""
    # Imported here: the exchange library takes a second to load, and a demo or a broken file should not wait for it.
    from exchanges.open import known_exchanges, supported_exchanges

    supported = supported_exchanges()
    if name in supported:
        return None
    ready = f"accounts can be read on {len(supported)} exchanges, listed in docs/exchanges.md"
    known = known_exchanges()
    if name in known:
        return f"cannot be read; {ready}"
    nearest = get_close_matches(name.lower(), (*supported, *known), n=3, cutoff=0.6)
    meant = f"did you mean {' or '.join(dict.fromkeys(nearest))}?" if nearest else ready
    return f"unknown exchange; {meant}"


def markets_problem(exchange: str, markets: Sequence[str]) -> str | None:
    """What is wrong with the markets chosen on an exchange, with the remedy; None when each can be chosen."""
    from exchanges.open import markets_that_can_be_chosen

    known = markets_that_can_be_chosen(exchange)
    unknown = [market for market in markets if market not in known]
    if not unknown:
        return None
    named = ", ".join(f'"{market}"' for market in unknown)
    if not known:
        return f"{named} cannot be chosen: {exchange} is not asked market by market; remove the setting"
    return f"{named} cannot be chosen on {exchange}; known there: {', '.join(known)}"
