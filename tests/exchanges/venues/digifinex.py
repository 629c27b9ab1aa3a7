"""DigiFinex: a contract wallet that states equity, positions of margin and of contracts."""

from tests.exchanges.account_cases import AccountCase
from tests.exchanges.harness import Venue, spot, swap

SPOT, SWAP = "/v3/spot/assets", "/swap/v2/account/balance"
MARGIN_POSITIONS, POSITIONS = "/v3/margin/positions", "/swap/v2/account/positions"

VENUE = Venue(
    exchange="digifinex",
    markets=[spot("BTC/USDT", "BTC_USDT"), swap("BTC/USDT:USDT", "BTCUSDTPERP", size="0.001")],
    wrap=lambda rows: {"code": 0, "data": list(rows)},
    cases=(),
    balances=[AccountCase("spot, and contracts with an open position", {
        SPOT: {"code": 0, "list": [
            {"currency": "BTC", "free": 0.3, "total": 0.5}, {"currency": "ETH", "free": 0, "total": 0},
        ]},
        SWAP: {"code": 0, "data": [{
            "equity": "1080", "currency": "USDT", "margin": "240", "frozen_margin": "10", "frozen_money": "0",
            "margin_ratio": "4.5", "realized_pnl": "0", "avail_balance": "830", "unrealized_pnl": "80",
            "time_stamp": 1764000000000,
        }]},
    }, {
        "main/BTC": {"total": "0.5", "free": "0.3", "locked": "0.2"},
        "swap/USDT": {"total": "1000", "free": "830", "locked": "250", "includes_open_profit": False},
    }, equities=[("swap", "USDT", "1080")])],
    positions=[AccountCase("on margin, and of contracts", {
        MARGIN_POSITIONS: {"margin": "77.7", "code": 0, "margin_rate": "10.2", "unrealized_pnl": "-5", "positions": [
            {"amount": 0.05, "side": "go_short", "entry_price": 59900, "liquidation_rate": 0.3,
             "liquidation_price": -52754.37, "unrealized_roe": -0.002, "symbol": "BTC_USDT", "unrealized_pnl": -5,
             "leverage_ratio": 5},
        ]},
        POSITIONS: {"code": 0, "data": [{
            "instrument_id": "BTCUSDTPERP", "margin_mode": "crossed", "avail_position": "400", "avg_cost": "59800",
            "last": "60000", "leverage": "20", "liquidation_price": "45000", "margin": "1196", "position": "400",
            "realized_pnl": "0", "unrealized_pnl": "80", "side": "long", "timestamp": 1764000000000,
        }]},
    }, {
        "BTC_USDT/short": {"amount": "0.05", "entry_price": "59900", "unrealised_pnl": "-5", "liquidation_price": None},
        "BTCUSDTPERP/long": {
            "amount": "0.4", "contracts": "400", "entry_price": "59800", "mark_price": "60000", "leverage": "20",
            "unrealised_pnl": "80", "liquidation_price": "45000", "margin_mode": "cross",
        },
    })],
)  # fmt: skip
