"""Targets: the page that explains each figure of the Overview. Pure."""

from collections.abc import Mapping
from urllib.parse import urlencode

from pages.shared.choices import address_of
from pages.shared.period import Period
from pages.shared.view import View
from pages.shared.widgets_html import Target

# The keys of the boxes of this page.
HOLDINGS, POSITIONS = "holdings_tools", "positions_place"
# The names in the address of the accounts that are shown, and of the one in the map of the allocation.
ACCOUNT, MAPPED = "account", "mapped"
# The periods of figures by their names. Today stands for that day if a past moment is shown.
PERIODS: Mapping[str, Period] = {
    "today": Period.TODAY,
    "24 h": Period.DAY,
    "7 d": Period.WEEK,
    "30 d": Period.MONTH,
}


def target_of(path: str, view: View, **choices: str) -> Target:
    """A page with these choices, and with all shared choices of the view."""
    return Target(f"{path}?{urlencode(choices)}", address_of(path, view, choices))


def section_target(key: str, view: View) -> Target:
    """A section of the Overview itself, by the key of its box."""
    return Target(f"#{key}", address_of("/", view, {}))


def account_target(name: str, view: View) -> Target:
    """The Overview of one account."""
    return Target(f"?{urlencode({ACCOUNT: name})}", address_of("/", view, {ACCOUNT: name}))


def period_target(path: str, view: View, name: str) -> Target:
    """A page with a period of figures."""
    return target_of(path, view, period=str(PERIODS[name]))
