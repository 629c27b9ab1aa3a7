"""The grammar of rules, for Lark. Any expression may stand anywhere: syntax_tree.py checks what fits."""

from functools import cache

from lark import Lark

GRAMMAR = r"""
start: expression
?expression: disjunction
?disjunction: conjunction | conjunction ("or"i conjunction)+ -> any_of
?conjunction: negation | negation ("and"i negation)+ -> all_of
?negation: comparison | "not"i negation -> negated
?comparison: sum
    | sum OPERATOR sum -> compared
    | sum "crosses"i SIDE sum -> crossed
    | sum TREND "for"i NUMBER -> trend
?sum: product | sum SIGN product -> arithmetic
?product: unary | product SCALE unary -> arithmetic
?unary: atom | "-" unary -> negative
?atom: NUMBER "%" -> percentage
    | NUMBER -> number
    | DURATION -> duration
    | STRING -> string
    | NAME -> name
    | NAME "(" [expression ("," expression)*] ")" -> call
    | "(" expression ")"

OPERATOR: "<=" | ">=" | "<" | ">" | "="
SIGN: "+" | "-"
SCALE: "*" | "/"
SIDE.2: "above"i | "below"i
TREND.2: "rising"i | "falling"i
DURATION.3: /\d+(\.\d+)?[mhdw](?![a-z0-9_])/i
NUMBER: /\d[\d_]*(\.\d+)?/
STRING: /"[^"]*"|'[^']*'/
NAME: /[a-z][a-z0-9_]*/i
%ignore /\s+/
"""


@cache
def rule_grammar() -> Lark:
    """The parser, built once. It is LALR, so its time grows with the length of the text alone."""
    return Lark(GRAMMAR, parser="lalr", propagate_positions=True, maybe_placeholders=False)
