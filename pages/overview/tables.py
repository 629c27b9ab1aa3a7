"""Tables of the Overview: holdings and positions as frames for the screen and as rows for the export."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal

import pandas as pd

from domain.holdings import Holding
from domain.protection import Protection, ProtectionState
from pages.overview.view import HeldPosition
from pages.shared.formats import csv_of, number_text
from pages.shared.tables import Column, Kind, cells_of, cover_text

HOLDINGS = (
    Column("Asset", Kind.TEXT, pinned=True, width=78),
    Column("Account", Kind.TEXT, width=90),
    Column(
        "Value",
        Kind.MONEY,
        "In the display currency: stated by the exchange where it states it, else computed",
        width=88,
    ),
    Column("Way", Kind.WAY, "Price up or down over 24 hours", width=40, label=""),
    Column("24 h", Kind.CHANGE, "Change of the price over 24 hours", width=70),
    Column(
        "Protected",
        Kind.COVER,
        "The part of the quantity that stops would sell; unknown while orders are unseen",
        width=86,
    ),
    Column("Price", Kind.PRICE, "In the display currency", width=90),
    Column("Quantity", Kind.QUANTITY, width=96),
    Column("Free", Kind.QUANTITY, width=96),
    Column("Locked", Kind.QUANTITY, "Tied up in orders", width=84),
    Column("Share", Kind.SHARE, "Of everything held", width=88),
    Column("Stop", Kind.TEXT, "Trigger prices of stops, in the currency of their market", width=88),
    Column(
        "Take profit", Kind.TEXT, "Trigger or limit prices of take profits, in the currency of their market", width=92
    ),
    Column("Value from", Kind.TEXT, "Stated by the exchange, or computed from quantity and price", width=80),
)
POSITIONS = (
    Column("Symbol", Kind.TEXT, pinned=True, width=116),
    Column("Account", Kind.TEXT, width=90),
    Column("Side", Kind.TEXT, width=64),
    Column("Way", Kind.WAY, "Gain or loss", width=40, label=""),
    Column("Unrealised P&L", Kind.GAIN, "In the quote currency"),
    Column("Protected", Kind.COVER, "The part of the position that stops would close"),
    Column("Amount", Kind.QUANTITY, "In units of the base asset"),
    Column("Entry", Kind.PRICE),
    Column("Mark", Kind.PRICE),
    Column("Liquidation", Kind.PRICE),
    Column("Leverage", Kind.QUANTITY),
    Column("Stop", Kind.TEXT),
    Column("Take profit", Kind.TEXT),
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
        **_cover([h.protection for h in holdings]),
    }
    return _frame(HOLDINGS, numbers, texts, hidden)


def positions_frame(positions: Sequence[HeldPosition], hidden: bool) -> pd.DataFrame:
    """One row a position, its cells as they are shown; `hidden` masks amounts."""
    rows = [held.position for held in positions]
    numbers: Mapping[str, Sequence[Decimal | None]] = {
        "Way": [p.unrealised_pnl for p in rows],
        "Unrealised P&L": [p.unrealised_pnl for p in rows],
        "Amount": [p.amount for p in rows],
        "Entry": [p.entry_price for p in rows],
        "Mark": [p.mark_price for p in rows],
        "Liquidation": [p.liquidation_price for p in rows],
        "Leverage": [p.leverage for p in rows],
    }
    texts = {
        "Symbol": [p.exchange_symbol for p in rows],
        "Account": [held.account for held in positions],
        "Side": [_SIDES[p.side] for p in rows],
        **_cover([held.protection for held in positions]),
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


def _cover(protections: Sequence[Protection | None]) -> Mapping[str, Sequence[str]]:
    return {
        "Protected": [_cover_text(protection) for protection in protections],
        "Stop": [_prices(p.stop_losses) if p else "" for p in protections],
        "Take profit": [_prices(p.take_profits) if p else "" for p in protections],
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


def _prices(prices: Sequence[Decimal]) -> str:
    """At most two prices; how many more there are."""
    more = f" +{len(prices) - 2}" if len(prices) > 2 else ""
    return " · ".join(number_text(price) for price in prices[:2]) + more
