"""Parsing: the text of a rule to its tree. Nothing of the text is ever executed."""

from collections.abc import Iterable
from difflib import get_close_matches

from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from analysis.rules.catalogue import CATALOGUE
from analysis.rules.errors import RuleError
from analysis.rules.grammar import rule_grammar
from analysis.rules.syntax_tree import condition_of
from domain.rule_tree import Condition

LONGEST = 2000  # characters
_KEYWORDS = ("and", "or", "not", "crosses", "above", "below", "rising", "falling", "for", "change")
_SHOWN = {
    "OPERATOR": "< <= > >= or =",
    "SIDE": "above or below",
    "NUMBER": "a number",
    "NAME": "a term",
    "$END": "the end",
    "RPAR": ")",
    "LPAR": "(",
    "COMMA": "a comma",
    "AND": "and",
    "OR": "or",
    "NOT": "not",
    "FOR": "for",
    "CROSSES": "crosses",
    "TREND": "rising or falling",
}


def parse_rule(text: str) -> Condition:
    """The tree of a rule. Raises RuleError with the place, the word and the nearest right word."""
    if not text.strip():
        raise RuleError("the rule is empty: write a condition such as price > 100")
    if len(text) > LONGEST:
        raise RuleError(f"the rule has {len(text)} characters, and {LONGEST} are the limit")
    try:
        tree = rule_grammar().parse(text)
    except UnexpectedInput as error:
        raise _syntax_error(error, text) from None
    return condition_of(tree.children[0])


def nearest_word(word: str, words: Iterable[str]) -> str:
    """A hint with the most similar word, empty if none is similar."""
    matches = get_close_matches(word.lower(), list(words), n=1)
    return f", did you mean {matches[0]}?" if matches else ""


def _syntax_error(error: UnexpectedInput, text: str) -> RuleError:
    if isinstance(error, UnexpectedCharacters):
        return RuleError(f"the character {error.char!r} has no meaning here", error.column)
    if isinstance(error, UnexpectedEOF) or (isinstance(error, UnexpectedToken) and error.token.type == "$END"):
        is_open = text.count("(") > text.count(")")
        missing = "a bracket is not closed" if is_open else "a value or a condition is missing"
        return RuleError(f"the rule ends too early: {missing}", len(text) + 1)
    assert isinstance(error, UnexpectedToken)
    word, expected = str(error.token), _expected(error.expected)
    hint = nearest_word(word, [*_KEYWORDS, *CATALOGUE]) if error.token.type == "NAME" else ""
    return RuleError(f"{word!r} does not fit here{hint or f', expected {expected}'}", error.column)


def _expected(tokens: Iterable[str]) -> str:
    words = sorted(_SHOWN[token] for token in tokens if token in _SHOWN)
    return ", ".join(words) if words else "something else"
