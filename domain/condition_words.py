"""The words of a condition at a moment: "no stop covers it (0 % covered)", "RSI 14 of 4h is 28.4, below 30".

Messages and pages use the same words. They are made from the stored text of a comparison and its values, so that old
events read alike. Values of an earlier moment say so: "value was 6,036.88 USD when it fired, above 5,000".
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any as Anything

from domain.rule_terms import ACCOUNT_TERMS, Unit
from domain.rule_text import text_of
from domain.rule_tree import All, Any, Condition, Not

HIDDEN = "••••"
_NOUNS = {
    "price": "price",
    "net_value": "net value",
    "drawdown": "fall of net value below its peak",
    "unprotected_value": "value without a stop",
    "quantity": "quantity",
    "value": "value",
    "share": "share of net value",
    "unrealised": "open P&L",
    "unrealised_share": "open P&L over cost",
    "covered": "share that stops cover",
    "uncovered_value": "value that no stop covers",
    "size": "size of the position",
    "position_value": "value of the position",
    "open_profit": "open profit",
    "distance_to_liquidation": "distance to liquidation",
    "distance_to_market": "distance of the price to the order",
    "age": "age of the order",
    "source_age": "age of the data",
    "failing_for": "time since it began to fail",
}
# Open profit of a position is in the currency that its contract settles in, so it is not among them.
_IN_BASE_CURRENCY = frozenset(
    {"net_value", "unprotected_value", "value", "unrealised", "uncovered_value", "position_value"}
)
_CAPITALS = frozenset({"rsi", "ema", "sma", "wma", "atr", "adx", "cci", "mfi", "obv", "roc", "macd"})
_COMPARED = {"<": "below", "<=": "at most", ">": "above", ">=": "at least", "=": "exactly"}
_TERM = re.compile(r"([a-z_]+)(?:\(([^()]*)\))?")
_CHANGE = re.compile(r'change\((.+), "([^"]+)"\)')
_COMPARISON = re.compile(r"(.+) (<=|>=|<|>|=) (.+)")
_CROSSING = re.compile(r"(.+) crosses (above|below) (.+)")
_TREND = re.compile(r"(.+) (rising|falling) for (\d+)")
_WHOLE = re.compile(r"\d+")
_NUMBER = re.compile(r"-?[\d.]+(?: %|[mhdw])?")


@dataclass(frozen=True, slots=True)
class Telling:
    """How sentences are told. `hidden` masks values, and `currency` is the base currency of the account, if known.

    `when` is None for the values of now. Else they are told in the past, as of "when it fired", or "" for no moment.
    """

    hidden: bool = False
    currency: str | None = None
    when: str | None = None

    @property
    def moment(self) -> str:
        return f" {self.when}" if self.when else ""


_NOW = Telling()


def sentences_of(tree: Mapping[str, Anything] | None, telling: Telling = _NOW) -> Sequence[str]:
    """A sentence for each comparison of a stored tree, without capital and full stop. The first names the moment."""
    sentences: list[str] = []
    for leaf in leaves_in(tree or {}):
        if "text" in leaf:
            sentences.append(_sentence(leaf, telling))
            if telling.when and telling.when in sentences[-1]:
                telling = replace(telling, when="")
    return tuple(dict.fromkeys(sentences))


def standing_of(leaf: Mapping[str, Anything], telling: Telling = _NOW, *, is_hoped: bool = True) -> str:
    """A comparison with the distance to its limit: "value is 6,071, above 5,000 (21.4 % over)".

    One that does not hold but should says so: "price is 95, not above 100: not yet, 5.0 % away".
    """
    sentence, outcome = _sentence(leaf, telling), leaf.get("outcome")
    if outcome == "unknown":
        return ", ".join([sentence, *leaf.get("reasons", ())])
    gap = "" if telling.hidden else _gap(leaf)  # with the limit it would tell the value
    if outcome == "no":
        away = f"{gap} away" if gap else ""
        return ", ".join(filter(None, [f"{sentence}: not yet" if is_hoped else sentence, away]))
    if not gap or not _COMPARISON.fullmatch(str(leaf["text"])):
        return sentence
    beyond = f"{gap} {'over' if leaf['distance'] > 0 else 'under'}"
    return f"{sentence}, {beyond}" if sentence.endswith(")") else f"{sentence} ({beyond})"


def _gap(leaf: Mapping[str, Anything]) -> str:
    """How far the values of a comparison are apart, "" if they are equal or not known."""
    distance, relative = leaf.get("distance"), leaf.get("relative")
    if not distance:
        return ""
    if leaf.get("unit") == Unit.SHARE:
        return f"{_percent(distance)} percentage points"
    if leaf.get("unit") == Unit.SECONDS:
        return span_words(abs(distance))
    return value_text(abs(distance), None) if relative is None else f"{_percent(relative)} %"


def _percent(fraction: float) -> str:
    percent = abs(fraction) * 100
    return f"{percent:,.1f}" if percent >= 1 else f"{percent:.2g}"


def words_of(condition: Condition) -> str:
    """A condition without values: "no stop covers it and value is above 5,000"."""
    match condition:
        case All(parts):
            return " and ".join(f"({words_of(part)})" if isinstance(part, Any) else words_of(part) for part in parts)
        case Any(parts):
            return " or ".join(words_of(part) for part in parts)
        case Not(part):
            return f"not ({words_of(part)})"
        case _:
            return _sentence({"text": text_of(condition)}, _NOW)


def joined(sentences: Iterable[str]) -> str:
    """Sentences in a row. The first one keeps its small letter, because a name stands before it."""
    first, *others = [*sentences, ""]
    return ". ".join([first, *map(capitalised, filter(None, others))])


def capitalised(sentence: str) -> str:
    """A sentence with a capital first letter. Others stay as they are."""
    return sentence[:1].upper() + sentence[1:]


def leaves_in(tree: Mapping[str, Anything]) -> Iterable[Mapping[str, Anything]]:
    """The comparisons of a stored tree, from left to right."""
    children = tree.get("parts") or ()
    if not children:
        yield tree
    for child in children:
        yield from leaves_in(child)


def value_text(value: float, unit: str | None) -> str:
    """A value of a comparison: a share as a percentage, seconds as a span of time."""
    if unit == Unit.SHARE:
        return f"{value * 100:,.4g} %"
    if unit == Unit.SECONDS:
        return span_words(value)
    return f"{round(value, 2):,.12g}" if abs(value) >= 1000 else f"{value:.8g}"


def span_words(seconds: float) -> str:
    """ "15 min", "3.5 h" or "4.2 d"."""
    hours = seconds / 3600
    if abs(hours) < 2:
        return f"{seconds / 60:.3g} min"
    return f"{hours:.3g} h" if abs(hours) < 48 else f"{hours / 24:.3g} d"


def noun_of(text: str) -> str:
    """A value of a rule in words: "RSI 14 of 4h" for rsi(14, "4h"), "5,000" for 5000. A calculation stays."""
    if _NUMBER.fullmatch(text):
        return _WHOLE.sub(lambda match: f"{int(match[0]):,}", text, count=1)
    if match := _CHANGE.fullmatch(text):
        return f"change of {noun_of(match[1])} in {match[2]}"
    match = _TERM.fullmatch(text)
    if match is None:
        return text
    name, arguments = match[1], [word.strip() for word in (match[2] or "").split(",") if word.strip()]
    words = _NOUNS.get(name) or (name.upper() if name in _CAPITALS else name.replace("_", " "))
    numbers = [word for word in arguments if not word.startswith('"')]
    spans = [f"of {word.strip(chr(34))}" for word in arguments if word.startswith('"')]
    return " ".join([words, *numbers, *spans])


def _sentence(leaf: Mapping[str, Anything], telling: Telling) -> str:
    text, is_so = str(leaf["text"]), leaf.get("outcome") != "no"
    if leaf.get("outcome") == "unknown":
        return f"{_sentence({'text': text}, _NOW)}: not known"
    left, right = (_shown(leaf, side, telling) for side in ("left", "right"))
    if match := _CROSSING.fullmatch(text):
        values = "" if left is None or right is None else f" ({left} and {right})"
        crossed = "crossed" if is_so else "did not cross"
        return f"{noun_of(match[1])} {crossed} {match[2]} {noun_of(match[3])}{values}"
    if match := _TREND.fullmatch(text):
        moved = ("rose" if match[2] == "rising" else "fell") if is_so else f"was not {match[2]}"
        return f"{noun_of(match[1])} {moved} {match[3]} times in a row" + ("" if left is None else f" ({left})")
    if match := _COMPARISON.fullmatch(text):
        return _comparison(match[1], match[2], match[3], leaf, telling)
    return _event(text, is_so)


def _comparison(name: str, operator: str, limit: str, leaf: Mapping[str, Anything], telling: Telling) -> str:
    left, right = (_shown(leaf, side, telling) for side in ("left", "right"))
    is_so = leaf.get("outcome") != "no"
    if name == "covered" and (coverage := _coverage(leaf, f"{operator} {limit}", telling)) is not None:
        return coverage
    compared = _COMPARED[operator] if is_so else f"not {_COMPARED[operator]}"
    is_number = _NUMBER.fullmatch(limit) is not None
    bound = value_text(leaf["right"], leaf.get("unit")) if is_number and "right" in leaf else noun_of(limit)
    if not is_number and right is not None:
        bound = f"{bound} ({right})"
    verb = "is" if telling.when is None else "was"
    currency = f" {telling.currency}" if telling.currency and name in _IN_BASE_CURRENCY else ""
    if left is None:
        return f"{noun_of(name)} {verb} {compared} {bound}{currency if is_number else ''}{telling.moment}"
    value = left if telling.hidden else f"{left}{currency}"
    return f"{noun_of(name)} {verb} {value}{telling.moment}, {compared} {bound}"


def _coverage(leaf: Mapping[str, Anything], bound: str, telling: Telling) -> str | None:
    """The sentence for a holding that stops cover wholly or not at all. None if they cover a part, or it is hidden."""
    share, past = leaf.get("left"), "" if telling.when is None else "ed"
    if share is None and bound == "<= 0 %" and leaf.get("outcome") != "no":
        return f"no stop cover{past or 's'} it{telling.moment}"
    if telling.hidden or share not in (0, 1):
        return None
    covered = f"no stop cover{past or 's'} it" if share == 0 else f"stops cover{past} all of it"
    figure = "" if past else f" ({value_text(share, Unit.SHARE)} covered)"
    return covered + telling.moment + figure


def _event(text: str, is_so: bool) -> str:
    """An event or a state, such as "the order was filled within 1h"."""
    match = _TERM.fullmatch(text)
    kind = ACCOUNT_TERMS.get(match[1]) if match else None
    if match is None or kind is None:
        return text if is_so else f"not {text}"
    span = (match[2] or "").strip('"')
    words = kind.description.replace("the span", span) if span else kind.description
    return words if is_so else f"it is not so that {words}"


def _shown(leaf: Mapping[str, Anything], side: str, telling: Telling) -> str | None:
    """The value of a side, None if it has none."""
    if leaf.get(side) is None:
        return None
    return HIDDEN if telling.hidden else value_text(leaf[side], leaf.get("unit"))
