"""Orders of isolated margin, as "private/get-open-orders" and "private/advanced/get-open-orders" document them."""

from typing import Any

import pytest

from domain.protection import ProtectionState, protection_of_positions
from domain.sources import Source
from exchanges.cryptocom.orders import normalise_orders
from exchanges.cryptocom.wallet import normalise_positions
from tests.exchanges.wire_payloads import answer, order_row, position_row, trigger_row
from tests.factories import snapshot

PERPETUAL = {"instrument_name": "BTCUSD-PERP"}
LEG = {"list_id": "6498090546073120100", "leg_id": 2, "contingency_type": "DERIV_ATTACH"}


def name_of(row: dict[str, Any], source: Source = Source.ORDERS) -> str | None:
    (order,) = normalise_orders(answer(row), "main", source, {}).rows
    return order.position_name


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"isolation_id": "19848526", "isolation_type": "ISOLATED_MARGIN"}, "19848526"),
        ({"isolation_id": 19848526}, "19848526"),
        ({"isolation_id": "0", "attach_isolation_id": "19848526"}, "19848526"),
        ({"isolation_type": "ISOLATED_MARGIN"}, "isolated"),
        ({"exec_inst": ["ISOLATED_MARGIN"]}, "isolated"),
        ({}, "cross"),
        (LEG | {"isolation_id": "19848526"}, "19848526"),
        (LEG | {"attach_isolation_id": "0"}, "cross"),
        (LEG, None),
        ({"instrument_name": "BTC_USD"}, None),
    ],
)
def test_an_order_of_a_contract_names_its_isolated_position(values: dict[str, Any], name: str | None) -> None:
    """`attach_isolation_id`: "> 0 for isolated position ID, 0 for cross-margin position". Without one an order
    "defaults to cross-margin", and legs "inherit the isolation mode from the parent"."""
    assert name_of(order_row(**PERPETUAL | values)) == name


def test_a_stop_protects_the_isolated_position_that_it_names() -> None:
    """One long cross and one long isolated position of the same pair, with one stop of the isolated one."""
    positions = normalise_positions(
        answer(position_row(quantity="0.5"), position_row(quantity="0.2", isolation_id="19848526")), {}
    ).rows
    sells = {"side": "SELL", "order_type": "STOP_LOSS", "quantity": "0.2", "exec_inst": ["REDUCE_ONLY"]}
    stop = trigger_row(**PERPETUAL | sells | {"isolation_id": "19848526"})
    orders = normalise_orders(answer(stop), "main", Source.TRIGGERS, {}).rows
    shown = protection_of_positions(snapshot(positions=positions, orders=orders))
    states = [shown[position.key].state for position in positions]
    assert states == [ProtectionState.UNPROTECTED, ProtectionState.PROTECTED]
