"""The slots in which parts of books are computed."""

import gc

import pytest

from refresher.past import profit_workers
from refresher.past.profit_workers import worker_slot


def test_garbage_is_collected_again_after_the_last_of_several_parts() -> None:
    assert gc.isenabled()
    with worker_slot(lambda: True):
        with worker_slot(lambda: True):
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_parts_that_always_overlap_do_not_keep_garbage_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A backfill of many accounts computes two parts at any moment, for hours."""
    monkeypatch.setattr(profit_workers, "LONGEST_PAUSE_SECONDS", 0.0)
    looks = list[bool]()
    monkeypatch.setattr(gc, "collect", lambda: looks.append(gc.isenabled()))
    with worker_slot(lambda: True):
        for _ in range(3):
            with worker_slot(lambda: True):
                pass
    assert len(looks) == 3
    assert gc.isenabled()
