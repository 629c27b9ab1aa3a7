"""List paths: the position of a list in a response. A response without it is an error, never an empty list."""

from collections.abc import Mapping
from typing import Any

from exchanges.connection.errors import BadPayload

# Keys of objects and indexes of lists, from the outside in. () is the response itself.
ListPath = tuple[str | int, ...]


def list_in(response: Any, path: ListPath) -> list[Any] | Mapping[str, Any]:
    """The list or object of rows at a path. Raises BadPayload where there is none.

    Null where a list belongs is an empty list: several exchanges state "no rows" so. An index beyond an empty list is
    an empty list too: an exchange may leave out the only row of an account that holds nothing.
    """
    node = response
    for depth, step in enumerate(path):
        if isinstance(step, int):
            if isinstance(node, list) and not node and depth > 0:
                return []
            if not isinstance(node, list) or step >= len(node):
                raise BadPayload(_missing(path))
            node = node[step]
        elif isinstance(node, Mapping) and step in node:
            node = node[step]
        else:
            raise BadPayload(_missing(path))
    if node is None and path:
        return []
    if not isinstance(node, list | Mapping):
        raise BadPayload(_missing(path))
    return node


def check_list(response: Any, path: ListPath) -> None:
    """Raise BadPayload unless a list is at the path. A response object is not a list itself."""
    if not isinstance(list_in(response, path), list) and not path:
        raise BadPayload(_missing(path))


def rows_in(response: Any, path: ListPath) -> list[tuple[str | None, Any]]:
    """The rows at a path with their keys. Rows of a list have no key. Raises BadPayload where there is no list."""
    rows = list_in(response, path)
    return list(rows.items()) if isinstance(rows, Mapping) else [(None, row) for row in rows]


def _missing(path: ListPath) -> str:
    location = ".".join(map(str, path)) or "the response"
    return f"the response holds no list of rows ({location} is missing)"
