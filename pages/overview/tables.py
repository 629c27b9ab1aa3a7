"""Tables of the Overview: holdings and positions as frames for the screen and as rows for the export."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal

import pandas as pd

from domain.holdings import Holding
from domain.positions import PositionSide
from domain.protection import Protection, ProtectionState
from pages.overview.view import HeldPosition
from pages.shared.formats import csv_of, number_text
from pages.shared.tables import Column, Kind, cells_of, cover_text

HOLDINGS = (
    Column("Asset", Kind.TEXT, pinned=True),
    Column("Account", Kind.TEXT),
    Column("Value", Kind.MONEY, "In the display currency: stated by the exchange where it states it, else computed"),
    Column("Way", Kind.WAY, "Price up or down over 24 hours", width=40, label=""),
    Column("24 h", Kind.CHANGE, "Change of the price over 24 hours"),
    Column("Protected", Kind.COVER, "The part of the quantity that stops would sell; unknown while orders are unseen"),
    Column(
        "Stop", Kind.TEXT, "Trigger of the nearest stop, in the currency of its market, and how many more there are"
    ),
    Column("Take profit", Kind.TEXT, "Price of the nearest take profit, in the currency of its market"),
    Column("Price", Kind.PRICE, "In the display currency"),
    Column("Quantity", Kind.QUANTITY),
    Column("Locked", Kind.QUANTITY, "Tied up in orders"),
    Column("Share", Kind.SHARE, "Of everything held", width=84),
    Column("Free", Kind.QUANTITY, "Not tied up in orders"),
    Column("Value from", Kind.TEXT, "Stated by the exchange, or computed from quantity and price"),
)
POSITIONS = (
    Column("Symbol", Kind.TEXT, pinned=True),
    Column("Account", Kind.TEXT),
    Column("Side", Kind.TEXT),
    Column("Way", Kind.WAY, "Gain or loss", width=40, label=""),
    Column("P&L since entry", Kind.GAIN, "Unrealised, in the quote currency"),
    Column("Protected", Kind.COVER, "The part of the position that stops would close"),
    Column("Amount", Kind.QUANTITY, "In units of the base asset"),
    Column("Entry", Kind.PRICE),
    Column("Mark", Kind.PRICE, "The mark price; the last trade where the exchange tells none"),
    Column("Liquidation", Kind.PRICE),
    Column("Leverage", Kind.QUANTITY),
    Column("Stop", Kind.TEXT, "Trigger of the nearest stop, and how many more there are"),
    Column("Take profit", Kind.TEXT, "Price of the nearest take profit, and how many more there are"),
)
_SIDES = {"long": "Long", "short": "Short"}


def holdings_frame(holdings: Sequence[Holding], hidden: bool) -> pd.DataFrame:
    """One row a holding, its cells as they are shown; `hidden` masks amounts."""
    numbers: Mapping[str, Sequence[Decimal | None]] = {
        "Value": [h.value for h in holdings],
        "Way": [h.change_24h for h in holdings],
        "24 h": [h.change_24h for h in holdings],
        "Price": [h.price for h in holdings],
        "Quantity": [h.quantity for h in holdings],
        "Free": [h.free for h in holdings],
        "Locked": [h.locked for h in holdings],
        "Share": [h.share for h in holdings],
    }
    texts = {
        "Asset": [h.asset for h in holdings],
        "Account": [h.account for h in holdings],
        "Value from": [h.value_origin.value.capitalize() if h.value_origin else "No price" for h in holdings],
        **_cover([h.protection for h in holdings], [False] * len(holdings)),
    }
    return _frame(HOLDINGS, numbers, texts, hidden)


def positions_frame(positions: Sequence[HeldPosition], hidden: bool) -> pd.DataFrame:
    """One row a position, its cells as they are shown; `hidden` masks amounts."""
    rows = [held.position for held in positions]
    numbers: Mapping[str, Sequence[Decimal | None]] = {
        "Way": [p.unrealised_pnl for p in rows],
        "P&L since entry": [p.unrealised_pnl for p in rows],
        "Amount": [p.amount for p in rows],
        "Entry": [p.entry_price for p in rows],
        "Mark": [p.mark_price or held.market for p, held in zip(rows, positions, strict=True)],
        "Liquidation": [p.liquidation_price for p in rows],
        "Leverage": [p.leverage for p in rows],
    }
    texts = {
        "Symbol": [p.symbol for p in rows],
        "Account": [held.account for held in positions],
        "Side": [_SIDES[p.side] for p in rows],
        **_cover([held.protection for held in positions], [p.side is PositionSide.SHORT for p in rows]),
    }
    return _frame(POSITIONS, numbers, texts, hidden)


def _frame(
    columns: Sequence[Column],
    numbers: Mapping[str, Sequence[Decimal | None]],
    texts: Mapping[str, Sequence[str]],
    hidden: bool,
) -> pd.DataFrame:
    return pd.DataFrame(
        {c.name: cells_of(c, numbers[c.name], hidden=hidden) if c.name in numbers else texts[c.name] for c in columns}
    )


def _cover(protections: Sequence[Protection | None], shorts: Sequence[bool]) -> Mapping[str, Sequence[str]]:
    """What protects: stops stand below the market and take profits above it, for shorts the other way round."""
    both = list(zip(protections, shorts, strict=True))
    return {
        "Protected": [_cover_text(protection) for protection in protections],
        "Stop": [_nearest(p.stop_losses, is_above=short) if p else "" for p, short in both],
        "Take profit": [_nearest(p.take_profits, is_above=not short) if p else "" for p, short in both],
    }


def _cover_text(protection: Protection | None) -> str:
    if protection is None or protection.state is ProtectionState.NOTHING_TO_PROTECT:
        return ""
    return cover_text(protection.share, unseen=protection.state is ProtectionState.UNKNOWN)


def holdings_csv(holdings: Sequence[Holding], currency: str) -> str:
    """All holdings at full precision; money in `currency` (Lesson 36)."""
    names = [field.name for field in fields(Holding) if field.name != "protection"]
    header = [*names, "currency", "protection", "protected_share", "stop_losses", "take_profits"]
    return csv_of(header, ([*(getattr(h, n) for n in names), currency, *_protection_row(h)] for h in holdings))


def _protection_row(holding: Holding) -> list[object]:
    protection = holding.protection
    if protection is None:
        return [None] * 4
    return [
        protection.state.value,
        protection.share,
        " ".join(format(price, "f") for price in protection.stop_losses),
        " ".join(format(price, "f") for price in protection.take_profits),
    ]


def _nearest(prices: Sequence[Decimal], *, is_above: bool) -> str:
    """Of ascending prices the one nearest to a market below or above them, and how many more there are."""
    if not prices:
        return ""
    more = f" +{len(prices) - 1}" if len(prices) > 1 else ""
    return number_text(prices[0] if is_above else prices[-1]) + more
