"""Base URLs: the addresses of an exchange, another origin where an account names one, and the guard of both."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from exchanges.connection.exchange_rules import ExchangeRules
from exchanges.connection.guard import Guard


def guard_of(exchange: str, rules: ExchangeRules, urls: Any, hostnames: Iterable[str]) -> Guard:
    """The guard of an exchange whose addresses are `urls` (ccxt's urls["api"], a name or nested names of them), with
    "{hostname}" in them for any of `hostnames`."""
    names = tuple(hostnames)
    addresses = [urlsplit(url.replace("{hostname}", name)) for url in leaves(urls) for name in names]
    groups = {call.group[0] for call in rules.calls.values()} if rules.allows_only_calls else ()
    bases = {urlsplit(urls[group]).path.rstrip("/") for group in groups}
    return Guard(exchange, rules, {f"{address.scheme}://{address.netloc}" for address in addresses}, bases)


def origins_replaced(urls: Any, base_url: str) -> Any:
    """Return the nested URLs with another origin. Paths stay."""
    if isinstance(urls, dict):
        return {key: origins_replaced(value, base_url) for key, value in urls.items()}
    if isinstance(urls, list):
        return [origins_replaced(value, base_url) for value in urls]
    return base_url.rstrip("/") + urlsplit(urls).path


def leaves(urls: Any) -> list[str]:
    """Every URL in a nested structure."""
    if isinstance(urls, str):
        return [urls]
    return [leaf for value in (urls.values() if isinstance(urls, dict) else urls) for leaf in leaves(value)]
