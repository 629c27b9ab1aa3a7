"""Write the answer to a filed edit."""

from sqlalchemy import Engine, text

from domain.edits import Verdict


def write_verdict(engine: Engine, edit_id: int, verdict: Verdict) -> bool:
    """Write how an edit ended. False if it had ended already."""
    row = {"id": edit_id, "state": verdict.state.value, "answer": verdict.answer}
    with engine.begin() as connection:
        return connection.execute(text(_ANSWER), row).rowcount == 1


_ANSWER = """
UPDATE edit_request SET state = :state, answer = :answer, applied_at = now()
WHERE id = :id AND state = 'pending'
"""
