"""Filters of Transfers, beside the period."""

from collections.abc import Mapping, Sequence

from db.reads.transfer_filter import TransferFilter
from pages.shared.list_filters import pick_many, pick_one
from pages.shared.transfer_words import KINDS, STATUSES
from pages.shared.url_choices import with_url_values

CLEARED: Mapping[str, object] = {"kind": [], "asset": [], "status": None}


def show_transfer_filters(assets: Sequence[str]) -> TransferFilter:
    """Draw the filters and return their values. `assets` are all assets that ever moved."""
    kinds = pick_many("Kind", "kind", list(KINDS.values()), "All kinds", 240)
    chosen = pick_many("Currency", "asset", with_url_values("asset", assets), "All currencies", 200)
    status = pick_one("Status", "status", list(STATUSES.values()), "Any", 120)
    return TransferFilter(
        kinds=tuple(kind for kind, name in KINDS.items() if name in kinds) or None,
        statuses=tuple(word for word, name in STATUSES.items() if name == status) or None,
        assets=tuple(chosen) or None,
    )
