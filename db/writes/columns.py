"""Pass many rows as parameters of one statement, one array per column."""

from collections.abc import Mapping, Sequence


def unnested(types: Mapping[str, str], rows: Sequence[object]) -> tuple[str, dict[str, list[object]]]:
    """A FROM item that yields `rows`, and its parameters: one array per attribute.

    The names become column names of the item, so they must come from code, never from data.
    """
    arrays = ", ".join(f"CAST(:{name}_column AS {type_}[])" for name, type_ in types.items())
    source = f"(SELECT * FROM unnest({arrays}) AS rows ({', '.join(types)}))"  # noqa: S608 - names from code
    return source, {f"{name}_column": [getattr(row, name) for row in rows] for name in types}
