"""Everything about an exchange is in its own file."""

import ast
from pathlib import Path

from exchanges.venues.registry import declared_exchanges, venue_of

ROOT = Path(__file__).parents[3]
# The exchange with a reader of its own: its room, and the choice of the reader.
CRYPTOCOM = {"exchanges/open.py", "exchanges/cryptocom", "refresher/configuration/settings.py"}


def strings_in(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def belongs(name: str, path: Path) -> bool:
    place = path.relative_to(ROOT).as_posix()
    if path.parent.name == "venues" and path.stem in (name, *sharers(name)):
        return True
    return name == "cryptocom" and any(place.startswith(room) for room in CRYPTOCOM)


def sharers(name: str) -> tuple[str, ...]:
    """The exchanges that have the API of this one."""
    return tuple(other for other in declared_exchanges() if venue_of(other).shares_api_with == name)


def test_no_exchange_is_named_outside_its_own_file() -> None:
    names = set(declared_exchanges())
    files = [
        path for room in ("exchanges", "refresher", "logs", "domain", "db") for path in (ROOT / room).rglob("*.py")
    ]
    elsewhere = [
        (path.relative_to(ROOT).as_posix(), name)
        for path in files
        for name in strings_in(path) & names
        if not belongs(name, path)
    ]
    assert elsewhere == []
