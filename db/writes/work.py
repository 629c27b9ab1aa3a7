"""Write the progress of queued work, as Status shows it. The queue itself belongs to Procrastinate."""

from sqlalchemy import Engine, text


def write_work_waiting(engine: Engine, account_id: int, kind: str) -> int:
    """Record that work waits in the queue. Returns its id."""
    with engine.begin() as connection:
        return int(
            connection.execute(
                text("INSERT INTO queued_work (account_id, kind) VALUES (:account_id, :kind) RETURNING id"),
                {"account_id": account_id, "kind": kind},
            ).scalar_one()
        )


def write_work_begun(engine: Engine, account_id: int, work_id: int) -> None:
    """Record that a worker has begun the work, or begun it again after another worker died."""
    _set(engine, account_id, work_id, "state = 'running', attempts = attempts + 1, detail = NULL")


def write_work_progress(engine: Engine, account_id: int, work_id: int, done: int, total: int, detail: str) -> None:
    """Record how many of how many steps are done, and the present step in a few words."""
    _set(engine, account_id, work_id, "done = :done, total = :total, detail = :detail", done, total, detail)


def write_work_interrupted(engine: Engine, account_id: int, work_id: int) -> None:
    """Record that the work waits again. It goes on from where it stopped."""
    _set(engine, account_id, work_id, "state = 'waiting'")


def write_work_ended(engine: Engine, account_id: int, work_id: int, *, succeeded: bool, detail: str | None) -> None:
    """Record the end of the work. `detail` is one line without secrets."""
    state = "succeeded" if succeeded else "failed"
    _set(engine, account_id, work_id, f"state = '{state}', detail = :detail", detail=detail)


def _set(
    engine: Engine,
    account_id: int,
    work_id: int,
    columns: str,
    done: int | None = None,
    total: int | None = None,
    detail: str | None = None,
) -> None:
    statement = f"UPDATE queued_work SET {columns}, changed_at = now() WHERE account_id = :account_id AND id = :id"  # noqa: S608 - code alone
    values = {"account_id": account_id, "id": work_id, "done": done, "total": total, "detail": detail}
    with engine.begin() as connection:
        connection.execute(text(statement), values)
