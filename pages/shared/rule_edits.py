"""Edits of rules: file a rule as it is written, or its removal, with the fields of [[rules]] in stillframe.toml."""

from collections.abc import Mapping

from domain.edits import EditKind
from domain.rule_text import duration_text
from domain.rules import RuleDefinition
from pages.shared.edits import file_own_edit


def rule_payload(definition: RuleDefinition) -> Mapping[str, object]:
    """The fields of a rule, with spans as texts such as 15m."""
    timing = definition.timing
    spans = {"for": timing.for_, "keep_for": timing.keep_for}
    return {**definition.as_json(), **{name: duration_text(span) if span else "0m" for name, span in spans.items()}}


def file_rule(definition: RuleDefinition) -> str:
    """File a rule. Returns why that failed, "" if it did not."""
    return file_own_edit(EditKind.RULE, rule_payload(definition))


def file_removal(name: str) -> str:
    """File the removal of a rule. Returns why that failed, "" if it did not."""
    return file_own_edit(EditKind.RULE, {"name": name, "remove": True})
