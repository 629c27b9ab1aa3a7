"""Choices: the coin and the market that an address names. The page and its first frame read the same address. Pure."""

from collections.abc import Sequence

Market = tuple[str, str]  # venue and symbol


def coin_named(values: Sequence[str], otherwise: str) -> str:
    """The coin of an address, also if nothing of it is held, else the other one."""
    named = [value for value in values if value and value.isprintable()]
    return named[-1] if named else otherwise


def market_text(market: Market) -> str:
    """The market on screen and in the address."""
    venue, symbol = market
    return f"{symbol} · {venue}"


def choices_of_market(coin: str, market: Market) -> dict[str, str]:
    """What an address of the coin page names to show this market."""
    return {"coin": coin, "market": market_text(market)}


def market_named(values: Sequence[str], markets: Sequence[Market]) -> Market | None:
    """The market of an address, else the first one. None without any."""
    by_text = {market_text(market): market for market in markets}
    named = [by_text[value] for value in values if value in by_text]
    return named[-1] if named else next(iter(markets), None)
