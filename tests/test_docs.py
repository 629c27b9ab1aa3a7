"""The documents name what there is: tables, paths, words; and nothing twice (they are merged line by line)."""

import re
from pathlib import Path

import pytest

from db.schema import metadata

ROOT = Path(__file__).parents[1]


def told(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_table_is_told_by_name():
    rows = "\n".join(line for line in told("docs/architecture.md").splitlines() if line.startswith("| `"))
    assert [name for name in metadata.tables if f"`{name}`" not in rows] == []


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/architecture.md", "docs/exchanges.md"])
def test_every_path_that_is_named_is_there(name: str):
    paths = re.findall(r"`((?:\w+/)+[\w./]*)`", told(name))
    assert paths
    assert [
        path
        for path in paths
        if not any((ROOT / room / path).exists() for room in ("", "db", "exchanges", "refresher"))
    ] == []


def test_every_word_of_the_glossary_has_one_meaning():
    words = [
        word.strip() for row in re.findall(r"^\| ([^|]+) \|", told("docs/glossary.md"), re.M) for word in row.split(",")
    ]
    assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize("name", ["CHANGELOG.md", "CONTRIBUTING.md", "docs/exchanges.md", "docs/operations.md"])
def test_nothing_is_told_twice(name: str):
    lines = [line for line in told(name).splitlines() if len(line) > 40]
    assert sorted(lines) == sorted(set(lines))
