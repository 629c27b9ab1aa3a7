"""Tables of the Overview: holdings and positions as frames for the screen and as rows for the export."""

from collections.abc import Sequence
from dataclasses import fields
from decimal import Decimal

import pandas as pd

from domain.holdings import Holding
from domain.protection import Protection, ProtectionState
from pages.overview.view import HeldPosition
from pages.shared.formats import csv_of, number_text
from pages.shared.tables import UNSEEN, Column, Kind

HOLDINGS = (
    Column("Asset", Kind.TEXT, pinned=True, width=78),
    Column("Account", Kind.TEXT),
    Column("Value", Kind.MONEY, "In the display currency: stated by the exchange where it states it, else computed"),
    Column("24 h", Kind.CHANGE, "Change of the price over 24 hours"),
    Column("Protected", Kind.COVER, "The part of the quantity that stops would sell; unknown while orders are unseen"),
    Column("Price", Kind.PRICE, "In the display currency"),
    Column("Quantity", Kind.QUANTITY),
    Column("Free", Kind.QUANTITY),
    Column("Locked", Kind.QUANTITY, "Tied up in orders"),
    Column("Share", Kind.SHARE, "Of everything held"),
    Column("Stop", Kind.TEXT, "Trigger prices of stops, in the currency of their market"),
    Column("Take profit", Kind.TEXT, "Trigger or limit prices of take profits, in the currency of their market"),
    Column("Value from", Kind.TEXT, "Stated by the exchange, or computed from quantity and price"),
)
POSITIONS = (
    Column("Symbol", Kind.TEXT, pinned=True, width=110),
    Column("Account", Kind.TEXT),
    Column("Side", Kind.TEXT, width=70),
    Column("Unrealised P&L", Kind.GAIN, "In the quote currency"),
    Column("Protected", Kind.COVER, "The part of the position that stops would close"),
    Column("Amount", Kind.QUANTITY, "In units of the base asset"),
    Column("Entry", Kind.PRICE),
    Column("Mark", Kind.PRICE),
    Column("Liquidation", Kind.PRICE),
    Column("Leverage", Kind.PRICE),
    Column("Stop", Kind.TEXT),
    Column("Take profit", Kind.TEXT),
)
_SIDES = {"long": "▲ Long", "short": "▼ Short"}


def holdings_frame(holdings: Sequence[Holding]) -> pd.DataFrame:
    """One row a holding; NaN is unknown or does not apply."""
    return pd.DataFrame(
        {
            "Asset": [h.asset for h in holdings],
            "Account": [h.account for h in holdings],
            "Value": _floats([h.value for h in holdings]),
            "24 h": _floats([h.change_24h for h in holdings]),
            "Protected": _floats([_cover(h.protection) for h in holdings]),
            "Price": _floats([h.price for h in holdings]),
            "Quantity": _floats([h.quantity for h in holdings]),
            "Free": _floats([h.free for h in holdings]),
            "Locked": _floats([h.locked for h in holdings]),
            "Share": _floats([h.share for h in holdings]),
            "Stop": [_prices(h.protection.stop_losses) if h.protection else "" for h in holdings],
            "Take profit": [_prices(h.protection.take_profits) if h.protection else "" for h in holdings],
            "Value from": [h.value_origin.value.capitalize() if h.value_origin else "No price" for h in holdings],
        }
    )


def positions_frame(positions: Sequence[HeldPosition]) -> pd.DataFrame:
    """One row a position; NaN is unknown."""
    rows = [held.position for held in positions]
    cover = [held.protection for held in positions]
    return pd.DataFrame(
        {
            "Symbol": [p.exchange_symbol for p in rows],
            "Account": [held.account for held in positions],
            "Side": [_SIDES[p.side] for p in rows],
            "Unrealised P&L": _floats([p.unrealised_pnl for p in rows]),
            "Protected": _floats([_cover(protection) for protection in cover]),
            "Amount": _floats([p.amount for p in rows]),
            "Entry": _floats([p.entry_price for p in rows]),
            "Mark": _floats([p.mark_price for p in rows]),
            "Liquidation": _floats([p.liquidation_price for p in rows]),
            "Leverage": _floats([p.leverage for p in rows]),
            "Stop": [_prices(protection.stop_losses) if protection else "" for protection in cover],
            "Take profit": [_prices(protection.take_profits) if protection else "" for protection in cover],
        }
    )


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


def _cover(protection: Protection | None) -> Decimal | float | None:
    """The share that stops cover, UNSEEN where nobody knows, None where there is nothing to protect."""
    if protection is None or protection.state is ProtectionState.NOTHING_TO_PROTECT:
        return None
    return UNSEEN if protection.state is ProtectionState.UNKNOWN or protection.share is None else protection.share


def _prices(prices: Sequence[Decimal]) -> str:
    """At most two prices; how many more there are."""
    more = f" +{len(prices) - 2}" if len(prices) > 2 else ""
    return " · ".join(number_text(price) for price in prices[:2]) + more


def _floats(values: Sequence[Decimal | float | None]) -> list[float]:
    return [float("nan") if value is None else float(value) for value in values]
