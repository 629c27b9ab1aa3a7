"""Signals as rules: the rules of a preset, and the rules that are on for a market. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from analysis.presets import PRESETS, Preset
from analysis.rules.errors import RuleError
from analysis.rules.parsed import parsed_rule
from domain.rule_terms import Subject
from domain.rules import EVERY, HELD, WATCHED, Rule, RuleDefinition, RuleOrigin
from domain.watchlist import ListedMarket, Why
from pages.shared.signal_words import preset_text

_GROUPS = {Why.HELD: HELD, Why.ORDERED: HELD, Why.ADDED: WATCHED}


def definitions_of(preset: Preset) -> tuple[RuleDefinition, RuleDefinition]:
    """The rules of a preset without a market."""
    name = preset_text(preset.name)
    return RuleDefinition(f"Buy: {name}", preset.buy, ()), RuleDefinition(f"Sell: {name}", preset.sell, ())


def switched_on(rules: Iterable[Rule], symbol: str) -> list[str]:
    """The presets that tell of a market."""
    about = {rule.name for rule in rules if rule.definition.is_enabled and symbol in rule.definition.subjects}
    return [name for name, preset in PRESETS.items() if definitions_of(preset)[0].name in about]


def rules_by_subject(rules: Iterable[Rule]) -> Mapping[str, Sequence[str]]:
    """The names of the rules about markets that are on, by each of their subjects."""
    by_subject: dict[str, list[str]] = {}
    for rule in rules:
        if rule.definition.is_enabled and _is_of_markets(rule.definition):
            for subject in rule.definition.subjects:
                by_subject.setdefault(subject, []).append(rule.name)
    return by_subject


def rules_about(by_subject: Mapping[str, Sequence[str]], market: ListedMarket) -> tuple[str, ...]:
    """The names of the rules that are on for a market."""
    subjects = (market.symbol, *(_GROUPS[why] for why in market.whys), EVERY)
    return tuple(dict.fromkeys(name for subject in subjects for name in by_subject.get(subject, ())))


def _is_of_markets(definition: RuleDefinition) -> bool:
    try:
        return parsed_rule(definition.text, definition.resolves).kind is Subject.MARKET
    except RuleError:
        return False


def switched(rules: Sequence[Rule], preset: Preset, symbol: str, *, is_on: bool) -> Iterator[RuleDefinition]:
    """The rules of a preset with a market or without it. One without subjects is to be removed."""
    stored = {rule.name: rule.definition for rule in rules if rule.origin is RuleOrigin.APP}
    for definition in definitions_of(preset):
        before = stored.get(definition.name, definition)
        others = tuple(name for name in before.subjects if name != symbol)
        if is_on:
            yield replace(before, subjects=(*others, symbol), is_enabled=True)
        elif symbol in before.subjects:
            yield replace(before, subjects=others)
