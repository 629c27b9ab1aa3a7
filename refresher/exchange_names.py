"""Exchange names: whether an account can be configured on one, and what was probably meant if not."""

from difflib import get_close_matches


def exchange_problem(name: str) -> str | None:
    """What is wrong with the name of an exchange, with the remedy; None when accounts on it can be read."""
    # Imported here: the exchange library takes a second to load, and a demo or a broken file should not wait for it.
    from refresher.exchanges.reader import known_exchanges, supported_exchanges

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
