"""Crypto.com's balances, stated values and positions."""

from decimal import Decimal
from typing import Any

import pytest

from domain.balances import Balance
from domain.markets import MarketType
from domain.positions import PositionSide
from domain.valuation import Valuation, ValueOrigin
from exchanges.connection.errors import BadPayload
from exchanges.cryptocom.wallet import holds_nothing, normalise_balances, normalise_positions
from tests.exchanges.wire_payloads import account_row, answer, asset_row, position_row

LOAN = asset_row(instrument_name="USD", quantity="-500", market_value="-500", reserved_qty="0", haircut="0")


def read(*assets: Any, **totals: Any) -> tuple[tuple[Balance, ...], Valuation]:
    success, stated = normalise_balances(answer(account_row(*assets, **totals)))
    return success.rows, stated


def test_an_asset_is_read_whole() -> None:
    ((balance,), _) = read(asset_row())
    assert balance == Balance(
        asset="SOL",
        total=Decimal("10.0"),
        free=Decimal("6.0"),
        locked=Decimal("4.0"),
        haircut=Decimal("0.1"),
        collateral_eligible=True,
        market_value=Decimal("1000.00"),
        collateral_value=Decimal("900.00"),
        max_withdrawal=Decimal("6.0"),
    )


def test_stated_values_are_stored_as_stated() -> None:
    """Net value is cash and the running session's profit. Collateral is read, never computed."""
    _, stated = read(asset_row(), asset_row(instrument_name="USD", market_value="1000.00"), LOAN | {"quantity": "-1"})
    assert stated.currency == "USD"
    assert stated.origin is ValueOrigin.STATED
    assert str(stated.net_value) == "1525.00"
    assert str(stated.cash) == "1500.00"
    assert str(stated.unrealised_pnl) == "25.00"
    assert str(stated.margin_balance) == "1325.00"
    assert str(stated.collateral) == "1300.00"
    assert str(stated.available) == "1200.00"
    assert str(stated.initial_margin) == "125.00"
    assert str(stated.maintenance_margin) == "60.00"


def test_a_loan_is_borrowed_and_no_asset() -> None:
    """Gross and borrowed are told apart."""
    balances, stated = read(asset_row(), LOAN)
    loan = balances[1]
    assert (loan.total, loan.market_value, loan.free) == (Decimal("-500"), Decimal("-500"), Decimal("-500"))
    assert (stated.gross, stated.borrowed) == (Decimal("1000.00"), Decimal("500"))


def test_an_asset_without_a_price_is_unpriced_not_worthless() -> None:
    for worth in ({"market_value": "0"}, {"market_value": None}):
        ((balance,), stated) = read(asset_row(instrument_name="AIRDROP", **worth))
        assert balance.market_value is None
        assert stated.unpriced == ("AIRDROP",)
    ((nothing,), stated) = read(asset_row(quantity="0", market_value="0"))
    assert (nothing.market_value, stated.unpriced) == (Decimal(0), ())


def test_a_staked_coin_is_the_coin_in_a_wallet_of_its_own() -> None:
    """The documentation of private/staking/stake calls it "SOL.staked", and "SOL" what it is staked of."""
    balances, _ = read(asset_row(), asset_row(instrument_name="SOL.staked", quantity="3"))
    assert [(balance.key, balance.asset, str(balance.total)) for balance in balances] == [
        ("main/SOL", "SOL", "10.0"),
        ("SOL.staked/SOL", "SOL", "3"),
    ]


def test_missing_asset_fields_are_unknown() -> None:
    ((balance,), _) = read({"instrument_name": "SOL", "quantity": 3})
    assert balance == Balance("SOL", Decimal(3), None, None)


def test_a_truly_empty_account_is_a_success() -> None:
    zero = dict.fromkeys(("total_cash_balance", "total_session_unrealized_pnl", "total_margin_balance"), "0.00000000")
    success, stated = normalise_balances(answer(account_row(**zero)))
    assert success.rows == ()
    assert stated.net_value == 0
    assert holds_nothing(success, stated)


@pytest.mark.parametrize(
    "payload",
    [
        answer(),
        answer(None),
        answer({}),
        answer({"position_balances": []}),
        answer(account_row(), account_row()),
        answer(account_row(total_cash_balance=None)),
        answer(account_row(total_session_unrealized_pnl="")),
        answer(account_row(total_cash_balance="lots")),
        answer(account_row(total_margin_balance="NaN")),
        answer(account_row(position_balances=None)),
        answer(account_row(position_balances={})),
        {"code": 0, "result": {"data": {}}},
        {"code": 0},
        "text",
    ],
)
def test_an_answer_that_states_no_account_is_a_bad_payload(payload: object) -> None:
    """It must never be taken for an account worth nothing."""
    with pytest.raises(BadPayload, match="balances"):
        normalise_balances(payload)


def isolated_row(*assets: Any, **values: Any) -> dict[str, Any]:
    """The isolated position in the documented sample of private/get-subaccount-balances."""
    return {
        "isolation_id": "19848526",
        "instrument_name": "USD",
        "total_cash_balance": "8.96326705",
        "total_session_unrealized_pnl": "-0.003",
        "position_balances": list(assets),
    } | values


ISOLATED_USD = asset_row(
    instrument_name="USD", quantity="8.9632670590686", market_value="8.96326705", reserved_qty="0.00000000"
)


def test_isolated_margin_counts_beside_the_account() -> None:
    """As in the documented sample: the account's cash of 22,018.55 is its 1 BTC and 100 USD, without isolated margin.

    "Isolated Margin for Perpetuals Is Now Live" (crypto.com, 2026-01): the margin of a position is a block of its own.
    """
    bitcoin = asset_row(instrument_name="BTC", quantity="1", market_value="21918.55", reserved_qty="0")
    dollars = asset_row(instrument_name="USD", quantity="100", market_value="100", reserved_qty="0")
    balances, stated = read(
        bitcoin,
        dollars,
        total_cash_balance="22018.55",
        total_session_unrealized_pnl="0.00000000",
        total_isolated_cash_balance="8.96326705",
        isolated_positions=[isolated_row(ISOLATED_USD)],
    )
    assert [(balance.key, str(balance.total)) for balance in balances] == [
        ("main/BTC", "1"),
        ("main/USD", "100"),
        ("isolated-19848526/USD", "8.9632670590686"),
    ]
    assert (str(stated.cash), str(stated.unrealised_pnl)) == ("22027.51326705", "-0.00300000")
    assert (stated.net_value, stated.gross) == (Decimal("22027.51026705"), Decimal("22027.51326705"))
    assert str(stated.margin_balance) == "1325.00"


@pytest.mark.parametrize("isolated", [None, []])
def test_an_account_may_have_no_isolated_margin(isolated: Any) -> None:
    (_, stated) = read(asset_row(), isolated_positions=isolated)
    assert stated.net_value == Decimal("1525.00")


def test_one_odd_asset_hides_no_other() -> None:
    odd: list[Any] = [asset_row(quantity="x"), asset_row(quantity=None), asset_row(instrument_name=None), 7]
    success, stated = normalise_balances(answer(account_row(*odd, asset_row())))
    assert [balance.asset for balance in success.rows] == ["SOL"]
    assert len(success.unreadable) == 4
    assert stated.net_value == Decimal("1525.00")


def test_long_numbers_are_subtracted_exactly() -> None:
    ((balance,), _) = read(asset_row(quantity="1" * 30, reserved_qty="0.000000001"))
    assert str(balance.free) == "1" * 29 + "0.999999999"


def test_a_short_position_is_an_amount_and_a_side() -> None:
    (position,) = normalise_positions(answer(position_row()), {}).rows
    assert (position.side, str(position.amount)) == (PositionSide.SHORT, "0.5")
    assert (position.symbol, position.exchange_symbol) == ("BTC/USD:USD", "BTCUSD-PERP")
    assert position.market_type is MarketType.PERPETUAL
    assert position.entry_price == Decimal(100000)
    assert str(position.unrealised_pnl) == "1000.00"
    assert str(position.session_pnl) == "500.00"
    assert str(position.cost) == "49500.00"
    assert (position.leverage, position.liquidation_price, position.margin_mode) == (None, None, "cross")
    assert position.raw == position_row()


def test_a_long_position_with_unknown_cost_has_no_entry_price() -> None:
    (position,) = normalise_positions(answer(position_row(quantity="2", open_pos_cost=None)), {}).rows
    assert (position.side, position.entry_price) == (PositionSide.LONG, None)


def test_a_closed_position_is_none_and_an_odd_one_is_shown() -> None:
    success = normalise_positions(answer(position_row(quantity="0"), position_row(quantity="?"), position_row()), {})
    assert len(success.rows) == 1
    assert len(success.unreadable) == 1


def test_isolated_positions_in_one_instrument_have_their_own_keys() -> None:
    success = normalise_positions(answer(position_row(), position_row(isolation_id="9", quantity="1")), {})
    assert [position.key for position in success.rows] == ["BTCUSD-PERP", "BTCUSD-PERP/9"]
    assert [(position.margin_mode, position.position_id) for position in success.rows] == [
        ("cross", None),
        ("isolated", "9"),
    ]
