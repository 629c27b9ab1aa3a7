"""Caches are limited by bytes: the results used longest ago are computed again."""

import importlib
import pickle
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import streamlit as st

from db.reads.performance import Performance
from domain.performance import PeriodReturn
from domain.returns import Recorded
from domain.spans import Span
from pages.shared import cache_budget
from pages.shared.cache_budget import LEAST_BYTES, OBJECT_FACTOR, UNKNOWN_BYTES, CacheBudget, bytes_of, within_budget

KILOBYTE = 1024


@pytest.fixture(autouse=True)
def budget(monkeypatch: pytest.MonkeyPatch) -> Iterator[CacheBudget]:
    budget = CacheBudget(limit=10 * OBJECT_FACTOR * KILOBYTE)
    monkeypatch.setattr(cache_budget, "budget", budget)
    yield budget
    st.cache_resource.clear()


def made(computed: list[int]) -> object:
    @within_budget
    @st.cache_resource(max_entries=1000, show_spinner=False)
    def make(number: int, _other: object = None) -> bytes:
        computed.append(number)
        return bytes(KILOBYTE)

    return make


def test_a_thousand_results_keep_no_more_bytes_than_the_budget(budget: CacheBudget) -> None:
    computed: list[int] = []
    make = made(computed)
    for number in range(1000):
        make(number, object())  # type: ignore[operator]
        assert budget.bytes <= budget.limit
    assert computed == list(range(1000))
    make(999)  # type: ignore[operator]
    assert computed[-1] == 999
    assert len(computed) == 1000, "the newest is cached"
    make(0)  # type: ignore[operator]
    assert computed[-1] == 0, "the oldest was given up"


def test_a_result_that_is_used_stays(budget: CacheBudget) -> None:
    computed: list[int] = []
    make = made(computed)
    for number in range(100):
        make(number)  # type: ignore[operator]
        make(0)  # type: ignore[operator]
    assert computed.count(0) == 1


def test_arguments_that_are_no_part_of_the_key_are_not_kept_alive(budget: CacheBudget) -> None:
    class Large:
        pass

    def argument() -> Large:
        return Large()

    import gc
    import weakref

    make, large = made([]), argument()
    watched = weakref.ref(large)
    make(1, large)  # type: ignore[operator]
    del large
    gc.collect()
    assert watched() is None


def test_the_size_of_a_result_follows_its_contents() -> None:
    assert bytes_of(None) == LEAST_BYTES
    assert bytes_of(bytes(10 * KILOBYTE)) == pytest.approx(10 * KILOBYTE * OBJECT_FACTOR, rel=0.02)
    assert bytes_of(threading.Lock()) == UNKNOWN_BYTES


def test_a_long_list_counts_about_as_many_bytes_as_its_rows() -> None:
    rows = [(number, Decimal(number) / 7, bytes(number % 37)) for number in range(1003)]
    pickled = OBJECT_FACTOR * len(pickle.dumps(rows, pickle.HIGHEST_PROTOCOL))
    assert bytes_of(rows) == pytest.approx(pickled, rel=0.25)
    assert bytes_of(tuple(rows)) == pytest.approx(pickled, rel=0.25)


def test_a_year_of_performance_counts_about_as_many_bytes_as_its_days() -> None:
    moments = tuple(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number) for number in range(366))
    values = tuple(Recorded(at, Decimal(number) / 7) for number, at in enumerate(moments))
    span = Span("USD", values, (), seen_at=dict(zip(moments, moments, strict=True)))
    days = tuple(PeriodReturn(at.date(), Decimal(1) / 3, Decimal(0), Decimal(1) / 7) for at in moments[1:])
    importlib.import_module("pages.shared.performance")  # which tells how they are counted
    year = Performance(moments, span, days, moments[0])
    pickled = OBJECT_FACTOR * len(pickle.dumps(year, pickle.HIGHEST_PROTOCOL))
    assert pickled / 2 < bytes_of(year) < pickled * 2
