"""Attention: the coins without a stop, the closest stop and the sources that fail. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from domain.freshness import Freshness
from domain.holdings import Holding
from domain.protection import ProtectionState
from pages.open_orders.table import OrderTable
from pages.open_orders.tabs import PURPOSES, Tab
from pages.shared.formats import count_text, percent_text
from pages.shared.scene import SourceLight
from pages.shared.states import source_name
from pages.shared.view import View

_MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class Concern:
    """One line: a fact, with details. `warns` if something may have to be done. `path` is the page that tells more."""

    title: str
    detail: str
    path: str
    warns: bool = False


def without_stop(holdings: Sequence[Holding], view: View) -> Concern | None:
    """The coins that no stop protects, with their value. None without any coin that needs one."""
    states = [h.protection.state for h in holdings if h.protection is not None]
    if all(state is ProtectionState.NOTHING_TO_PROTECT for state in states):
        return None
    bare = [h for h in holdings if h.protection and h.protection.state is ProtectionState.UNPROTECTED]
    unclear = sum(state is ProtectionState.UNKNOWN for state in states)
    partly = sum(state is ProtectionState.PARTLY for state in states)
    doubts = [f"{count_text(partly, 'coin')} in part only" if partly else ""]
    doubts.append(f"{count_text(unclear, 'coin')} of unknown cover" if unclear else "")
    doubt = ", ".join(filter(None, doubts))
    if not bare:
        return Concern("Stops", doubt or "Every coin is covered in full", "/open_orders", bool(doubt))
    names = list(dict.fromkeys(h.asset for h in bare))
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    value = view.money(sum((h.value for h in bare if h.value is not None), Decimal(0)))
    details = [f"{', '.join(names[:_MOST_NAMES])}{more}", value, doubt]
    return Concern(
        f"No stop: {count_text(len(names), 'coin')}", " · ".join(filter(None, details)), "/open_orders", True
    )


def closest_stop(table: OrderTable) -> Concern | None:
    """The stop nearest to the market. None without a stop of known distance."""
    if not table.names:
        return None
    distances = np.where(stops_among(table), table.distances, np.inf)
    row = int(distances.argmin())
    if not np.isfinite(distances[row]):
        return None
    order = table.texts.iloc[row]
    detail = f"{order['symbol']} at {order['price'].strip()}, {percent_text(float(distances[row]))} away"
    return Concern("Closest stop", detail, "/open_orders")


def stops_among(table: OrderTable) -> npt.NDArray[np.bool_]:
    """True for the orders that the tab of stops lists."""
    is_stop: npt.NDArray[np.bool_] = table.tabs == PURPOSES.index(Tab.STOPS)
    return is_stop


def failing_sources(lights: Sequence[SourceLight]) -> Concern | None:
    """The sources whose last attempt failed, or that are too old. None if all are well."""
    names = dict.fromkeys(
        source_name(light.state.source)
        for light in lights
        if light.freshness in (Freshness.FAILING, Freshness.STALE, Freshness.LATE)
    )
    return Concern("Not updated", ", ".join(names), "/", True) if names else None
