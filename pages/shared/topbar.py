"""Top bar: pages, accounts, moment, currency, freshness and settings in one line.

Every choice is in the URL. The bar is one component, because each widget of Streamlit would cost the browser time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from domain.snapshot import Account
from pages.components.bar.bar import draw_bar
from pages.components.bar.model import Badge, Bar, Moments, PageLink, Setting
from pages.shared.choices import GAIN_NAMES, completed, currencies_of, link_to, view_of
from pages.shared.filters import (
    SHORTCUTS,
    choose_moment,
    choose_shortcut,
    moment_shown,
    shortcut_shown,
    tell_unknown,
    viewers_zone,
)
from pages.shared.formats import zone_text
from pages.shared.kept_choices import keep, kept_choices
from pages.shared.navigation import choose, lead_to, page_here, pages_noted, shared_choices, tell_address
from pages.shared.titles import TITLES
from pages.shared.url_controls import url_choice
from pages.shared.view import ZONE_UTC, View
from pages.shared.viewer import signed_in


def view_shown(accounts: Sequence[Account], is_outage: bool) -> View:
    """The view that the address asks for, else the kept choices. A toast tells of choices that do not exist."""
    zone = viewers_zone()
    tell_address()
    as_of = moment_shown(zone)
    if accounts:
        tell_unknown(accounts, is_outage)
        currencies = currencies_of(accounts)
        url_choice("currency", currencies, _default_currency(accounts))
    query = completed(shared_choices(), kept_choices())
    # After a change of page the address may not hold the moment yet.
    return replace(view_of(query, accounts, zone, datetime.now(UTC)), as_of=as_of)


def _default_currency(accounts: Sequence[Account]) -> str:
    """The currency of an address without one."""
    return view_of(kept_choices(), accounts, ZONE_UTC, datetime.now(UTC)).currency


@dataclass(frozen=True, slots=True)
class Offered:
    """The accounts and the payload of coins that the bar offers. `is_demo` if their figures are simulated."""

    accounts: Sequence[Account]
    coins: bytes
    is_demo: bool


def show_topbar(offered: Offered, view: View, badge: Badge | None, on_refresh: Callable[[str], None]) -> None:
    """Draw the bar. `on_refresh` is called when the viewer asks for a refresh."""
    accounts = offered.accounts
    names = [account.name for account in accounts]
    viewer, token = signed_in()
    bar = Bar(
        is_demo=offered.is_demo,
        pages=_links(),
        here=page_here(),
        accounts=names if len(names) > 1 else [],
        chosen_accounts=view.accounts,
        moments=_moments(view),
        currencies=currencies_of(accounts),
        currency=view.currency,
        settings=_settings(view),
        zone_words=f"Times are in your zone, {view.zone.key} ({zone_text(datetime.now(view.zone))}).",
        viewer=viewer,
        sign_out_token=token,
        badge=badge,
        coins=offered.coins,
    )
    has_button = badge is not None and badge.refresh is not None
    draw_bar(bar, {**_events(_default_currency(accounts)), **({"refresh": on_refresh} if has_button else {})})


def _links() -> list[PageLink]:
    query = shared_choices()
    return [
        PageLink(path, name, link_to("/" if path == "overview" else f"/{path}", query))
        for path, name in TITLES.items()
        if path in pages_noted()
    ]


def _moments(view: View) -> Moments:
    now = datetime.now(UTC)
    at = view.as_of or now
    return Moments(
        shortcuts=("Now", *SHORTCUTS),
        chosen="Now" if view.as_of is None else shortcut_shown(view.as_of),
        value=f"{at.astimezone(view.zone):%Y-%m-%dT%H:%M}",
        latest=f"{now.astimezone(view.zone):%Y-%m-%dT%H:%M}",
        zone=view.zone.key,
    )


def _settings(view: View) -> list[Setting]:
    colours = next(name for name, gains in GAIN_NAMES.items() if gains is view.gains)
    hint = "Which colours tell gain from loss. Blue and orange are safe for the colour-blind."
    return [
        Setting("hide_small", "Hide small balances", str(view.hide_small).lower(), help="Below 1 USD"),
        Setting("hide_amounts", "Hide amounts", str(view.hide_amounts).lower()),
        Setting("colours", "Colours", colours, list(GAIN_NAMES), hint),
    ]


def _events(currency: str) -> Mapping[str, Callable[[str], None]]:
    """The effect of a choice. A default value does not stand in the address. `currency` is that default."""
    return {
        "page": lambda path: lead_to(path, {}),
        "coin": lambda coin: lead_to("coin", {"coin": coin}),
        "overview_of": lambda name: lead_to("overview", {"account": name}),
        "find": lambda words: lead_to("open_orders", {"find": words}),
        "account": lambda names: choose("account", *names.split("\n")),
        "jump": choose_shortcut,
        "moment": choose_moment,
        "currency": _chooser("currency", currency),
        "hide_small": _chooser("hide_small", "false"),
        "hide_amounts": _keeper("hide_amounts", "false"),
        "colours": _keeper("colours", next(iter(GAIN_NAMES))),
    }


def _chooser(name: str, default: str) -> Callable[[str], None]:
    return lambda value: choose(name, "" if value == default else value)


def _keeper(name: str, default: str) -> Callable[[str], None]:
    """A setting counts from now on, on Back too: hidden amounts come back by a choice alone."""

    def choose_and_keep(value: str) -> None:
        keep(name, value)
        choose(name, "" if value == default else value)

    return choose_and_keep
