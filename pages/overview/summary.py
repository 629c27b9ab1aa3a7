"""Summary: the strip of accounts, and what needs attention, each line leading to its list."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from urllib.parse import parse_qsl, urlencode

from domain.holdings import Totals, protected_share, totals_of
from domain.snapshot import Snapshot
from domain.sources import Source
from pages.components.leads.leads import draw_leads
from pages.components.leads.model import Lead, payload_of
from pages.live.recording import live_data, live_html
from pages.overview.account_strip import AccountFigures, strip_html
from pages.overview.attention import Attention
from pages.overview.attention_lines import attention_lines
from pages.overview.changes import load_today
from pages.overview.holdings import FILTER, show_filter
from pages.overview.loading import load_facts
from pages.overview.targets import ACCOUNT, HOLDINGS, MAPPED
from pages.shared.choices import address_of
from pages.shared.loaders import cached
from pages.shared.navigation import choose, lead_to, put_in_url
from pages.shared.scene import Scene
from pages.shared.view import View
from pages.shared.viewer import is_admin

# More accounts than these are a page of their own. Their changes would also take long to load.
_MOST_ACCOUNTS = 12


def show_account_strip(scene: Scene) -> None:
    """One line per account, if several are shown."""
    live_html("account_strip", scene, account_strip_html)


def account_strip_html(scene: Scene) -> str:
    """The strip. "" for one account, and for more than fit."""
    if not 1 < len(scene.snapshots) <= _MOST_ACCOUNTS:
        return ""
    currency = load_facts(scene).totals.currency
    rows = [_figures_of(scene, snapshot, currency) for snapshot in scene.snapshots]
    rows += [AccountFigures(account.name, None, None, None, None) for account in scene.unseen]
    return strip_html(rows, scene.at, scene.view)


def _figures_of(scene: Scene, snapshot: Snapshot, currency: str) -> AccountFigures:
    alone = replace(scene, accounts=(snapshot.account,), snapshots=(snapshot,), unseen=(), unread=())
    totals, covered = cached(_totals_and_cover, (alone.key, currency), (snapshot,), currency)
    balances = snapshot.sources.get(Source.BALANCES)
    as_of = snapshot.refresh.taken_at if balances is None else balances.as_of
    return AccountFigures(snapshot.account.name, totals.net_value, load_today(alone, totals), covered, as_of)


def _totals_and_cover(snapshots: Sequence[Snapshot], currency: str) -> tuple[Totals, Decimal | None]:
    return totals_of(snapshots, currency), protected_share(snapshots, currency)


def show_attention(scene: Scene) -> None:
    """The lines that a trader looks for first. Each leads to its list."""
    draw_leads(live_data("attention", scene, attention_payload), "attention", follow_lead)


def attention_payload(scene: Scene) -> bytes:
    """The lines as the browser gets them."""
    return payload_of([lead_of(line, scene.view) for line in attention_lines(scene, load_facts(scene))])


def lead_of(line: Attention, view: View) -> Lead:
    """A line as the browser gets it, with an address that keeps the shared choices."""
    path = line.path if line.path != "status" or is_admin() else ""
    choices = dict(line.choices) if path else {FILTER: line.shown} if line.shown else {}
    chosen = f"{path}?{urlencode(choices)}"
    link = address_of(path, view, choices) if path else ""
    narrowed = HOLDINGS if FILTER in choices and not path else ""
    chosen = chosen if chosen != "?" else ""
    return Lead(line.words, chosen, link, line.warns, narrowed, line.tail, line.short, line.is_wide, line.why)


def follow_lead(chosen: str) -> None:
    """Lead to the list that a line names, or to an account of the strip or of the map."""
    path, _, query = chosen.partition("?")
    choices = dict(parse_qsl(query))
    if path:
        lead_to(path, choices)
    elif FILTER in choices:
        show_filter(choices[FILTER])
    elif ACCOUNT in choices:
        choose(ACCOUNT, choices[ACCOUNT])
    elif MAPPED in choices:
        put_in_url(MAPPED, [choices[MAPPED]])
