"""List paths: where a list stands in a response. A response without it is an error, never an empty list."""

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
    found = response
    for place, step in enumerate(path):
        if isinstance(step, int):
            if isinstance(found, list) and not found and place > 0:
                return []
            if not isinstance(found, list) or step >= len(found):
                raise BadPayload(_missing(path))
            found = found[step]
        elif isinstance(found, Mapping) and step in found:
            found = found[step]
        else:
            raise BadPayload(_missing(path))
    if found is None and path:
        return []
    if not isinstance(found, list | Mapping):
        raise BadPayload(_missing(path))
    return found


def check_list(response: Any, path: ListPath) -> None:
    """Raise BadPayload unless the list of a call stands at its path. A response that is an object holds no list."""
    if not isinstance(list_in(response, path), list) and not path:
        raise BadPayload(_missing(path))


def rows_in(response: Any, path: ListPath) -> list[tuple[str | None, Any]]:
    """The rows at a path with their keys. Rows of a list have no key. Raises BadPayload where there is no list."""
    found = list_in(response, path)
    return list(found.items()) if isinstance(found, Mapping) else [(None, row) for row in found]


def _missing(path: ListPath) -> str:
    place = ".".join(map(str, path)) or "the response"
    return f"the answer holds no list of rows ({place} is missing)"
