"""Filters of Transfers, beside the period. They are in the URL."""

from collections.abc import Sequence

from db.reads.transfer_filter import TransferFilter
from pages.components.controls.model import Control
from pages.shared.list_filters import choice_of_many, choice_of_one
from pages.shared.transfer_words import KINDS, STATUSES
from pages.shared.url_choices import url_values, with_url_values
from pages.shared.url_controls import url_choice, url_choices

NAMES = ("kind", "asset", "status")


def transfer_filter_of_url() -> TransferFilter:
    """The filters that the address names. Invalid ones are dropped, and a toast tells of them."""
    kinds = url_choices("kind", list(KINDS.values()))
    status = url_choice("status", list(STATUSES.values()), "")
    return TransferFilter(
        kinds=tuple(kind for kind, name in KINDS.items() if name in kinds) or None,
        statuses=tuple(word for word, name in STATUSES.items() if name == status) or None,
        assets=tuple(url_values("asset")) or None,
    )


def transfer_controls(assets: Sequence[str]) -> Sequence[Control]:
    """The filters. `assets` are all assets that ever moved."""
    return [
        choice_of_many("Kind", "kind", KINDS.values(), "All kinds"),
        choice_of_many("Currency", "asset", with_url_values("asset", assets), "All currencies"),
        choice_of_one("Status", "status", STATUSES.values(), "Any"),
    ]
