"""The buffers that each statement of a read takes, as Postgres explains it."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

_EXPLAIN = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "
_EXPLAINED = ("SELECT", "WITH")


@contextmanager
def explained_statements(engine: Engine) -> Iterator[list[tuple[str, int, float]]]:
    """Each statement with its buffers and milliseconds. Each is run once more to explain it."""
    statements: list[tuple[str, int, float]] = []

    def explain(_: object, cursor: object, statement: str, parameters: object, *__: object) -> None:
        if statement.lstrip().startswith(_EXPLAINED):
            cursor.execute(_EXPLAIN + statement, parameters)  # type: ignore[attr-defined]
            ((plan,),) = cursor.fetchone()  # type: ignore[attr-defined]
            buffers = plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
            statements.append((statement, buffers, plan["Execution Time"]))

    event.listen(engine, "before_cursor_execute", explain)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", explain)


def print_buffers(statements: list[tuple[str, int, float]], most: int = 12) -> None:
    """Print the statements with the most buffers."""
    by_words: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for statement, buffers, ms in statements:
        by_words[" ".join(statement.split())[:150]].append((buffers, ms))
    ordered = sorted(by_words.items(), key=lambda item: -sum(buffers for buffers, _ in item[1]))
    for words, runs in ordered[:most]:
        total = sum(buffers for buffers, _ in runs)
        worst, slowest = max(runs)[0], max(ms for _, ms in runs)
        print(f"     {total:9,} buffers in {len(runs):4}, most {worst:9,}, {slowest:7.1f} ms: {words}")
    print(f"     {sum(buffers for _, buffers, _ in statements):9,} buffers in all")
