"""The source fetcher: every source in its own time, independent of the others."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from db.stopping import Stop, Stopped
from domain.sources import Failure, FailureKind, Source, SourceKind
from exchanges.connection.errors import BadPayload, CircuitOpen, Permanent, RateLimited, Temporary
from exchanges.contracts import AccountScope, SourceResult
from refresher.present.source_fetcher import SourceFetcher
from tests import factories
from tests.refresher.readers import ScriptedReader
from tests.refresher.refresher_process import until

TWO = (Source.BALANCES, Source.ORDERS)


@pytest.fixture
def hanging() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def fetcher(reader: ScriptedReader, budget: float = 5.0, stop: Stop | None = None) -> SourceFetcher:
    return SourceFetcher(reader, dict.fromkeys(SourceKind, budget), stop or Stop())


def test_each_source_answers_by_itself() -> None:
    reader = ScriptedReader({Source.BALANCES: [factories.balance()], Source.ORDERS: ()})
    results = fetcher(reader).fetch_all(TWO, AccountScope())
    balances, orders = results[Source.BALANCES], results[Source.ORDERS]
    assert isinstance(balances, SourceResult)
    assert isinstance(orders, SourceResult)
    assert len(balances.success.rows) == 1
    assert orders.success.rows == ()


def test_a_hanging_source_costs_the_others_nothing_but_its_budget(hanging: threading.Event) -> None:
    reader = ScriptedReader({Source.BALANCES: hanging, Source.ORDERS: [factories.order()]})
    budgets = dict.fromkeys(SourceKind, 30.0) | {SourceKind.BALANCES: 0.3}
    results = SourceFetcher(reader, budgets, Stop()).fetch_all(TWO, AccountScope())
    assert not hanging.is_set()  # nobody waited for it
    late = results[Source.BALANCES]
    assert late == Failure(FailureKind.TEMPORARY, "no response within 0.3 s", 300)
    assert isinstance(results[Source.ORDERS], SourceResult)


def test_a_late_response_is_discarded_and_its_source_is_not_requested_twice_at_once(hanging: threading.Event) -> None:
    reader = ScriptedReader({Source.BALANCES: hanging})
    patient = fetcher(reader, budget=0.2)
    patient.fetch_all([Source.BALANCES], AccountScope())
    again = patient.fetch_all([Source.BALANCES], AccountScope())[Source.BALANCES]
    assert isinstance(again, Failure)
    assert again.error == "the previous request is still running"
    assert len(reader.fetched) == 1
    hanging.set()
    until(lambda: not patient._threads[Source.BALANCES].is_alive())
    assert isinstance(patient.fetch_all([Source.BALANCES], AccountScope())[Source.BALANCES], SourceResult)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Temporary("the network is away"), FailureKind.TEMPORARY),
        (RateLimited("too many questions", 3.0), FailureKind.TEMPORARY),
        (Permanent("the key was refused"), FailureKind.PERMANENT),
        (BadPayload("not JSON"), FailureKind.BAD_PAYLOAD),
    ],
)
def test_an_error_becomes_a_failure_of_its_kind_in_its_own_words(error: Exception, kind: FailureKind) -> None:
    result = fetcher(ScriptedReader({Source.ORDERS: error})).fetch_all([Source.ORDERS], AccountScope())[Source.ORDERS]
    assert isinstance(result, Failure)
    assert (result.kind, result.error) == (kind, str(error))


def test_an_open_circuit_names_the_time_of_the_next_request() -> None:
    moment = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
    reader = ScriptedReader({Source.ORDERS: CircuitOpen("asked gently", moment)})
    result = fetcher(reader).fetch_all([Source.ORDERS], AccountScope())[Source.ORDERS]
    assert isinstance(result, Failure)
    assert (result.kind, result.next_attempt_at) == (FailureKind.NOT_ASKED, moment)


def test_a_fault_while_reading_one_source_takes_no_other_with_it() -> None:
    reader = ScriptedReader({Source.ORDERS: KeyError("secret-key"), Source.BALANCES: [factories.balance()]})
    results = fetcher(reader).fetch_all(TWO, AccountScope())
    failed = results[Source.ORDERS]
    assert isinstance(failed, Failure)
    assert failed.error == "the answer could not be understood (KeyError)"
    assert isinstance(results[Source.BALANCES], SourceResult)


def test_a_stop_request_ends_the_wait_at_once(hanging: threading.Event) -> None:
    stop = Stop()
    reader = ScriptedReader({Source.BALANCES: hanging})
    threading.Timer(0.1, stop.request).start()
    with pytest.raises(Stopped):
        fetcher(reader, budget=3600, stop=stop).fetch_all([Source.BALANCES], AccountScope())
    assert not hanging.is_set()
