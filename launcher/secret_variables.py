"""Secret variables: the environment variables with exchange keys, as named in stillframe.toml."""

import os
import tomllib
from pathlib import Path

from refresher.configuration.settings import DEFAULT_FILE, FILE_VARIABLE

_REFERENCE = "env:"


def secret_variables() -> frozenset[str]:
    """Their names. Empty if the file cannot be read: the configuration check reports that."""
    try:
        accounts = tomllib.loads(Path(os.environ.get(FILE_VARIABLE) or DEFAULT_FILE).read_text("utf-8-sig")).get(
            "accounts"
        )
    except (OSError, ValueError):
        return frozenset()
    tables = [table for table in accounts if isinstance(table, dict)] if isinstance(accounts, list) else []
    values = [value for table in tables for value in table.values()]
    return frozenset(v.removeprefix(_REFERENCE) for v in values if isinstance(v, str) and v.startswith(_REFERENCE))
