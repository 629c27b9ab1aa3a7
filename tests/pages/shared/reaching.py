"""Reaching: the texts of SQL that a function can come to, followed through the names in the source."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]

Name = tuple[str, str]  # a module and a name in it


@cache
def definitions(module: str) -> dict[str, ast.stmt | Name]:
    """What the names of a module stand for: a statement of it, or a name of another module."""
    file = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    if not file.is_file():
        return {}
    names: dict[str, ast.stmt | Name] = {}
    tree = ast.parse(file.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id: node for target in targets if isinstance(target, ast.Name)}
    return names


def reached(start: Name) -> set[Name]:
    """All names that a name leads to, itself among them."""
    waiting, met = [start], {start}
    while waiting:
        fresh = uses_of(waiting.pop()) - met
        met |= fresh
        waiting += fresh
    return met


@cache
def uses_of(used: Name) -> frozenset[Name]:
    """The names that the definition of a name uses and its module defines or imports."""
    module, name = used
    node = definitions(module).get(name)
    if not isinstance(node, ast.stmt):
        return frozenset() if node is None else frozenset([node])
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return frozenset((module, name) for name in names if name in definitions(module))


@cache
def tables_of(name: Name) -> frozenset[str]:
    """The words after FROM and JOIN in the texts of one definition."""
    node = definitions(name[0]).get(name[1])
    texts = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)] if isinstance(node, ast.stmt) else []
    return frozenset(
        table for text in texts if isinstance(text, str) for table in re.findall(r'\b(?:FROM|JOIN)\s+"?(\w+)', text)
    )


def tables_read(start: Name, tables: frozenset[str]) -> set[str]:
    """Those of the tables that some SQL within reach of a name reads."""
    return {table for name in reached(start) for table in tables_of(name) & tables}
