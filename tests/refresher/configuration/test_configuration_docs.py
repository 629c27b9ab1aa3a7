"""The documentation of the configuration says what the code says."""

import re
from pathlib import Path

import pytest

from db.engine import SETTINGS
from refresher.configuration.environment import OF_THE_TESTS, known_variables
from signin.settings import SETTINGS as SIGN_IN_SETTINGS
from tests.refresher.configuration.configuration_tables import TABLES, markdown_of

DOCS = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text()


@pytest.mark.parametrize("name", TABLES)
def test_each_table_stands_in_the_documentation_as_the_code_has_it(name: str) -> None:
    table = markdown_of(TABLES[name])
    assert table in DOCS, f"replace the table of {name} in docs/configuration.md by:\n{table}"


def test_every_variable_of_the_database_stands_in_the_documentation_with_its_default() -> None:
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else "none"
        assert f"| `{setting.name}` | {default} | {setting.meaning} |" in DOCS


def test_every_variable_that_any_process_reads_stands_in_the_documentation_and_is_no_misspelling() -> None:
    root = Path(__file__).parents[3]
    documented = {
        name
        for room in ("refresher", "db", "api", "pages", "launcher", "web", "signin")
        for file in (root / room).rglob("*.py")
        for name in re.findall(r'"(STILLFRAME_[A-Z_]*[A-Z])"', file.read_text())
    }
    assert {name for name in documented if name not in DOCS} - set(OF_THE_TESTS) == set()
    assert documented <= known_variables()


def test_every_variable_of_sign_in_stands_in_the_documentation_with_its_default() -> None:
    for setting in SIGN_IN_SETTINGS:
        default = f"`{setting.default}`" if setting.default else "none"
        assert f"| `{setting.name}` | {default} | {setting.meaning} |" in DOCS
