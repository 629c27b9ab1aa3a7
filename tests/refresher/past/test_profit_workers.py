"""The slots in which parts of books are computed."""

import gc

from refresher.past.profit_workers import worker_slot


def test_garbage_is_collected_again_after_the_last_of_several_parts() -> None:
    assert gc.isenabled()
    with worker_slot(lambda: True):
        with worker_slot(lambda: True):
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
