"""Origins: the addresses of an exchange, another origin where an account asks for one, and their guard."""

from typing import Any
from urllib.parse import urlsplit

from refresher.exchanges.calls import CALLS, LISTED_ONLY, Guard


def guard_of(exchange: str, urls: Any, hostname: str) -> Guard:
    """The guard of an exchange whose addresses are `urls` (ccxt's urls["api"], a name or nested names of them)."""
    addresses = [urlsplit(url.replace("{hostname}", hostname)) for url in _leaves(urls)]
    groups = {call.group[0] for call in CALLS[exchange].values()} if exchange in LISTED_ONLY else ()
    bases = {urlsplit(urls[group]).path.rstrip("/") for group in groups}
    return Guard(exchange, {f"{address.scheme}://{address.netloc}" for address in addresses}, bases)


def origins_replaced(urls: Any, base_url: str) -> Any:
    """Every URL in a nested structure with another origin; paths stay."""
    if isinstance(urls, dict):
        return {key: origins_replaced(value, base_url) for key, value in urls.items()}
    if isinstance(urls, list):
        return [origins_replaced(value, base_url) for value in urls]
    return base_url.rstrip("/") + urlsplit(urls).path


def _leaves(urls: Any) -> list[str]:
    """Every URL in a nested structure."""
    if isinstance(urls, str):
        return [urls]
    return [leaf for value in (urls.values() if isinstance(urls, dict) else urls) for leaf in _leaves(value)]
