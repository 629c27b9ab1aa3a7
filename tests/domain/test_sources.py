"""Sources: one object for each name, also after copying and unpickling."""

import copy
import pickle

import pytest

from domain.sources import Source, SourceKind, order_sources


def test_a_source_is_one_object_however_it_is_come_by() -> None:
    linear = Source("triggers:linear")
    assert linear is Source.of(SourceKind.TRIGGERS, "linear")
    assert linear is copy.deepcopy(linear)
    assert linear is pickle.loads(pickle.dumps(linear))
    assert Source.of(SourceKind.ORDERS) is Source.ORDERS


def test_a_source_knows_its_kind_and_which_call_it_is() -> None:
    assert (Source("triggers:linear").kind, Source("triggers:linear").part) == (SourceKind.TRIGGERS, "linear")
    assert (Source.ORDERS.kind, Source.ORDERS.part) == (SourceKind.ORDERS, None)


def test_a_name_of_no_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="gossip"):
        Source("gossip:linear")


def test_only_lists_of_orders_are_order_sources() -> None:
    sources = (Source.BALANCES, Source("orders:spot"), Source("triggers:spot"), Source.PRICES, Source.ENDINGS)
    assert order_sources(sources) == (Source("orders:spot"), Source("triggers:spot"))
