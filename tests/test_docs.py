"""The documents name every table and existing paths, define each word once, and repeat no line."""

import re
from pathlib import Path

import pytest

from db.schema import metadata

ROOT = Path(__file__).parents[1]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_architecture_page_names_every_table():
    rows = "\n".join(line for line in text_of("docs/architecture.md").splitlines() if line.startswith("| `"))
    assert [name for name in metadata.tables if f"`{name}`" not in rows] == []


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/architecture.md", "docs/exchanges.md", "docs/glossary.md"])
def test_every_path_in_a_document_exists(name: str):
    paths = re.findall(r"`((?:\w+/)+[\w./]*)`", text_of(name))
    assert paths
    assert [
        path
        for path in paths
        if not any((ROOT / room / path).exists() for room in ("", "db", "exchanges", "refresher"))
    ] == []


def test_the_glossary_defines_each_word_once():
    rows = re.findall(r"^\| ([^|]+) \|", text_of("docs/glossary.md"), re.M)
    words = [word.strip() for row in rows if row != "word" for word in row.split(",")]
    assert len(words) > 50
    assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize("name", ["CHANGELOG.md", "CONTRIBUTING.md", "docs/exchanges.md", "docs/operations.md"])
def test_no_line_of_a_document_is_repeated(name: str):
    lines = [line for line in text_of(name).splitlines() if len(line) > 40]
    assert sorted(lines) == sorted(set(lines))


def test_the_page_of_dependencies_names_each_direct_one_once():
    listed = [
        name for row in re.findall(r"^\| ([^|]+) \|", text_of("docs/dependencies.md"), re.M) for name in row.split(", ")
    ]
    lines = [line for name in ("requirements.in", "requirements-dev.in") for line in text_of(name).splitlines()]
    required = [re.split(r"[<>=\[;]", line)[0].strip() for line in lines if line and not line.startswith(("#", "-"))]
    assert sorted(name for name in listed if name != "package") == sorted(set(required))
