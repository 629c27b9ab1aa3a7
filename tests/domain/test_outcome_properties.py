"""Outcomes for any evidence about an order, arriving in any sequence."""

from dataclasses import replace
from decimal import Decimal
from itertools import accumulate
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from domain.endings import EndedOrder, Ending, Evidence
from domain.fills import Fill
from domain.outcomes import EndingFacts, outcome_of
from tests.factories import fill, later, order, stop

GONE = later(30)
TRUST = [Evidence.FILLS, Evidence.ORDER_HISTORY, Evidence.ORDER_DETAIL]
endings = st.none() | st.sampled_from([Ending.FILLED, Ending.CANCELLED, Ending.EXPIRED, Ending.REJECTED])
parts = st.lists(st.integers(1, 10), max_size=5)


def executions(sizes: list[int], order_id: str = "1") -> list[Fill]:
    """Executions in tenths of an order."""
    return [fill(f"f{n}", amount=str(Decimal(size) / 10), order_id=order_id) for n, size in enumerate(sizes)]


def row_of(ending: Ending | None, order_id: str = "1") -> EndedOrder | None:
    if ending is None:
        return None
    filled = Decimal(1) if ending is Ending.FILLED else Decimal(0)
    return EndedOrder(order_id, "BTC_USD", ending, amount=Decimal(1), filled=filled)


@given(parts, endings, endings, st.randoms())
def test_the_most_trusted_evidence_wins_and_the_outcome_never_falls_back(
    sizes: list[int], listed: Ending | None, detail: Ending | None, random: Random
) -> None:
    """Each piece of evidence arrives once, in any sequence."""
    pieces: list[object] = [*executions(sizes), "listed", "detail"]
    random.shuffle(pieces)
    facts, ranks = EndingFacts(), []
    for piece in pieces:
        match piece:
            case Fill():
                facts = replace(facts, fills=(*facts.fills, piece))
            case "listed":
                facts = replace(facts, history=[row] if (row := row_of(listed)) else [])
            case "detail":
                facts = replace(facts, detail=row_of(detail))
        outcome = outcome_of(order(), GONE, facts)
        ranks.append(len(TRUST) if outcome is None or outcome.evidence is None else TRUST.index(outcome.evidence))
    assert ranks == list(accumulate(ranks, min))
    outcome = outcome_of(order(), GONE, facts)
    if sum(sizes) >= 10:
        assert outcome is not None
        assert (outcome.ending, outcome.evidence) == (Ending.FILLED, Evidence.FILLS)
    elif listed or detail:
        assert outcome is not None
        assert (outcome.ending, outcome.evidence) == (listed or detail, TRUST[1 if listed else 2])
    else:
        assert outcome is None


@given(parts.filter(bool), st.booleans(), st.randoms())
def test_a_triggered_order_counts_what_its_book_order_executed_once(
    sizes: list[int], names_it: bool, random: Random
) -> None:
    """Executions may be repeated. Either the row or the last version of the order names the book order."""
    fills = executions(sizes, "book")
    fills = [replace(execution, side=stop().side) for execution in fills]
    row = EndedOrder(stop().order_id, "BTC_USD", Ending.TRIGGERED, book_order_id="book" if names_it else None)
    last_seen = stop() if names_it else replace(stop(), book_order_id="book")
    twice = [*fills, *fills]
    random.shuffle(twice)
    outcome = outcome_of(last_seen, GONE, EndingFacts(twice, [row]))
    assert outcome is not None
    assert (outcome.ending, outcome.book_order_id) == (Ending.TRIGGERED, "book")
    assert outcome.filled == Decimal(sum(sizes)) / 10
