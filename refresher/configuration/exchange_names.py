"""Exchange names: check the exchange and markets of an account, and suggest the name that was probably meant."""

from collections.abc import Sequence
from difflib import get_close_matches


def exchange_problem(name: str) -> str | None:
    """The problem with an exchange name, with its remedy. None if accounts on it can be read."""
    # Imported here, because ccxt takes a second to load, and neither a demo nor a broken file should wait for it.
    from exchanges.open import known_exchanges, supported_exchanges

    supported = supported_exchanges()
    if name in supported:
        return None
    ready = f"accounts can be read on {len(supported)} exchanges, listed in docs/exchanges.md"
    in_library = known_exchanges()
    if name in in_library:
        return f"cannot be read; {ready}"
    nearest = get_close_matches(name.lower(), (*supported, *in_library), n=3, cutoff=0.6)
    meant = f"did you mean {' or '.join(dict.fromkeys(nearest))}?" if nearest else ready
    return f"unknown exchange; {meant}"


def markets_problem(exchange: str, markets: Sequence[str]) -> str | None:
    """The problem with the chosen markets of an exchange, with its remedy. None if each can be chosen."""
    from exchanges.open import markets_that_can_be_chosen

    choices = markets_that_can_be_chosen(exchange)
    unknown = [market for market in markets if market not in choices]
    if not unknown:
        return None
    named = ", ".join(f'"{market}"' for market in unknown)
    if not choices:
        return f"{named} cannot be chosen: {exchange} is not asked market by market; remove the setting"
    return f"{named} cannot be chosen on {exchange}; known there: {', '.join(choices)}"
