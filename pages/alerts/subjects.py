"""Subjects: the things that a rule can be tried on, at the moment shown."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

import streamlit as st

from domain.account_moment import AccountMoment
from domain.alerts import SubjectKey
from domain.candle_ranges import stored_share
from domain.rule_subjects import subjects_of_account
from domain.rule_terms import Subject
from domain.rules import EVERY, HELD, WATCHED, RuleDefinition
from domain.snapshot import Account
from domain.watchlist import ListedMarket, Why
from pages.alerts.view import ABOUT
from pages.components.controls.controls import draw_controls
from pages.components.controls.model import Control, Kind, options_of, payload_of
from pages.shared.failures import load_or
from pages.shared.market_figures import load_ranges, load_watched, markets_of
from pages.shared.scene import Scene
from pages.shared.session_controls import into_session, session_choice

_DAY, _MOST_OF_IT = timedelta(days=1), 0.9  # the newest candle may come late
# The choices of a subject: what a rule is tried on, and what "why not?" is about.
TRIED_ON, WHY_ABOUT = "trial_on", "why_about"


def subjects_of(scene: Scene, kind: Subject, rule: RuleDefinition) -> Mapping[SubjectKey, Account | None]:
    """The subjects of a rule, each with its account. Markets have none."""
    if kind is Subject.MARKET:
        markets = _with_candles_first(markets_of(scene, load_or((), load_watched)), scene)
        return {SubjectKey(kind, m.venue, m.symbol): None for m in markets if _is_about(rule, m)}
    watched = [market.symbol for market in load_or((), load_watched)]
    return {
        subject: snapshot.account
        for snapshot in scene.snapshots
        for subject in subjects_of_account(kind, rule, AccountMoment(snapshot), watched)
    }


def place_of_alert(subjects: Iterable[SubjectKey]) -> int:
    """The place of the alert that led here, 0 if there is none."""
    named = st.query_params.get(ABOUT, "")
    return next((place for place, subject in enumerate(subjects) if str(subject) == named), 0)


def chosen_subject(labels: Sequence[str], subjects: Sequence[SubjectKey], key: str) -> str:
    """The choice of the viewer among labels, else the subject of the alert that led here, else the first one."""
    return session_choice(key, labels, labels[place_of_alert(subjects)])


def choose_subject(title: str, labels: Sequence[str], subjects: Sequence[SubjectKey], key: str) -> str:
    """Draw the choice of a subject, and return it."""
    label = chosen_subject(labels, subjects, key)
    control = Control(key, title, Kind.SELECT, options_of(labels), [label])
    draw_controls(payload_of([control]), key, into_session([key], {}))
    return label


def forget_subject() -> None:
    """Forget the choices of a subject, so that the alert decides."""
    for key in (TRIED_ON, WHY_ABOUT):
        st.session_state.pop(key, None)


def _is_about(rule: RuleDefinition, market: ListedMarket) -> bool:
    chosen = set(rule.subjects)
    is_held = bool({Why.HELD, Why.ORDERED} & set(market.whys))
    return (
        market.symbol in chosen
        or EVERY in chosen
        or (HELD in chosen and is_held)
        or (WATCHED in chosen and Why.ADDED in market.whys)
    )


def _with_candles_first(markets: Sequence[ListedMarket], scene: Scene) -> Sequence[ListedMarket]:
    """A trial without candles says nothing, so markets with hourly candles of the last day are offered first."""
    ranges = {venue: load_or({}, lambda venue=venue: load_ranges(venue)) for venue in {m.venue for m in markets}}  # type: ignore[misc]

    def lacks_candles(market: ListedMarket) -> bool:
        return stored_share(ranges[market.venue].get((market.symbol, "1h")), _DAY, scene.at) < _MOST_OF_IT

    return sorted(markets, key=lacks_candles)
