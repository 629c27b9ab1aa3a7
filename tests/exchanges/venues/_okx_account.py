"""OKX: balances and positions, by the identities that its documentation states."""

from typing import Any

from tests.exchanges.account_cases import AccountCase

T = "1764000000000"


def _data(*rows: Any) -> dict[str, Any]:
    return {"code": "0", "msg": "", "data": list(rows)}


def _detail(ccy: str, **values: str) -> dict[str, Any]:
    """eq = cashBal + upl + stgyEq - liab."""
    none = {"upl": "0", "liab": "", "interest": "", "stgyEq": "0", "frozenBal": "0", "ordFrozen": "0", "uTime": T}
    return {"ccy": ccy, **none, **values}


BALANCES = [
    AccountCase(
        "open profit apart, debts once, earn too",
        {
            "/api/v5/account/balance": _data(
                {
                    "totalEq": "61234.5",
                    "adjEq": "50000",
                    "details": [
                        _detail("USDT", cashBal="1100", eq="1240", upl="140", availBal="990", frozenBal="250"),
                        _detail("BTC", cashBal="0.1", eq="-0.42", liab="0.52", interest="0.02", availBal="0"),
                        _detail("ETH", cashBal="2", eq="2.5", stgyEq="0.5", availBal="2"),
                    ],
                }
            ),
            "/api/v5/asset/balances": _data({"ccy": "USDT", "bal": "75", "availBal": "70", "frozenBal": "5"}),
            "/api/v5/finance/savings/balance": _data(
                {"ccy": "USDT", "amt": "250.5", "loanAmt": "250.5", "pendingAmt": "0", "earnings": "0.1"}
            ),
            "/api/v5/finance/staking-defi/orders-active": _data(
                {"ordId": "7", "ccy": "DOT", "protocol": "Polkadot", "investData": [{"ccy": "DOT", "amt": "2"}]},
                {
                    "ordId": "8",
                    "ccy": "DOT",
                    "protocol": "Polkadot",
                    "investData": [{"ccy": "DOT", "amt": "3"}, {"ccy": "USDT", "amt": "40"}],
                },
            ),
        },
        {
            "trading/USDT": {"total": "1100", "free": "990", "locked": "250", "debt": None},
            "trading/BTC": {"total": "-0.42", "debt": "0.52"},
            "trading/ETH": {"total": "2.5"},
            "funding/USDT": {"total": "75", "free": "70", "locked": "5"},
            "savings/USDT": {"total": "250.5"},
            "staking/DOT": {"total": "5"},
            "staking/USDT": {"total": "40"},
        },
        equities=[("trading", "USD", "61234.5")],
    ),
    AccountCase(
        "an account that holds nothing",
        {
            "/api/v5/account/balance": _data({"totalEq": "0", "details": []}),
            "/api/v5/asset/balances": _data(),
            "/api/v5/finance/savings/balance": _data(),
            "/api/v5/finance/staking-defi/orders-active": _data(),
        },
        {},
    ),
]


def _held(**values: str) -> dict[str, Any]:
    """A row of account/positions: 200 contracts of 0.01 BTC, long from 60,000."""
    return {
        "instType": "SWAP", "instId": "BTC-USDT-SWAP", "mgnMode": "cross", "posId": "71", "posSide": "net",
        "pos": "200", "posCcy": "", "availPos": "", "avgPx": "60000", "markPx": "61000", "upl": "2000", "lever": "10",
        "liqPx": "52000", "imr": "12200", "liab": "", "liabCcy": "", "ccy": "USDT", "realizedPnl": "-3", "cTime": T,
        "uTime": T,
    } | values  # fmt: skip


_FUTURE = {"instType": "FUTURES", "instId": "BTC-USDT-251226"}
_MARGIN = {"instType": "MARGIN", "instId": "BTC-USDT"}
POSITIONS = [
    AccountCase(
        "hedge mode, inverse contracts, and spot margin",
        {"/api/v5/account/positions": _data(
            _held(posSide="long"),
            _held(posSide="short", pos="50", upl="-500", mgnMode="isolated", liqPx=""),
            _held(instId="BTC-USD-SWAP", pos="-30", avgPx="50000", markPx="60000", upl="-0.01", lever="", ccy="BTC",
                  liqPx="-2"),
            _held(**_MARGIN, pos="12200", posCcy="USDT", liab="-0.2", liabCcy="BTC", avgPx="61000", upl="100"),
            _held(instId="BTC-USDT", instType="MARGIN", pos="0.3", posCcy="BTC", ccy="BTC", upl="0.01", liab="-18000",
                  liabCcy="USDT", mgnMode="isolated"),
            _held(instId="BTC-USD-251226-100000-C", instType="OPTION", pos="-300", avgPx="0.01", markPx="0.004",
                  upl="0.018", lever="", ccy="BTC", optVal="-0.012", liqPx=""),
            _held(instId="ETH-USDT-SWAP", pos="0", avgPx="", upl="0"))},
        {
            "BTC-USDT-SWAP/long": {"contracts": "200", "amount": "2", "entry_price": "60000", "mark_price": "61000",
                                   "unrealised_pnl": "2000", "realised_pnl": "-3", "liquidation_price": "52000",
                                   "leverage": "10", "margin_mode": "cross"},
            "BTC-USDT-SWAP/short/isolated": {"amount": "0.5", "unrealised_pnl": "-500", "liquidation_price": None},
            "BTC-USD-SWAP/short": {"contracts": "30", "amount": "0.05", "unrealised_pnl": "-600", "leverage": None,
                                   "liquidation_price": None},
            # P&L = (mark price - average open price) x total positions x multiplier x contract value, in the coin, where
            # the total of a short position is negative (Calculation of option's profit and loss): -300 x 0.01 x -0.006.
            "BTC-USD-251226-100000-C/short": {"contracts": "300", "amount": "3", "entry_price": "0.01", "quote": "BTC",
                                              "mark_price": "0.004", "unrealised_pnl": "0.018", "market_type": "option"},
            "BTC-USDT/short": {"amount": "0.2", "unrealised_pnl": "100"},
            "BTC-USDT/long/isolated": {"amount": "0.3", "unrealised_pnl": "610"},
        },
    ),
    # The wallet has been paid `settledPnl`, and `upl` counts from the last settlement price (Introduction to settlement
    # mechanism). A position that was never reduced gained settledPnl + upl since its entry: 1500 - 500 dollars, and
    # -0.015 - 0.01 bitcoin at 60,000.
    AccountCase(
        "expiry futures that were settled, in dollars and in coins, and one that was not yet",
        {"/api/v5/account/positions": _data(
            _held(**_FUTURE, pos="100", avgPx="61500", nonSettleAvgPx="60000", upl="-500", settledPnl="1500"),
            _held(instType="FUTURES", instId="BTC-USD-251226", pos="-30", avgPx="50000", nonSettleAvgPx="40000",
                  markPx="60000", upl="-0.01", settledPnl="-0.015", ccy="BTC"),
            _held(**_FUTURE, mgnMode="isolated", pos="50", nonSettleAvgPx="", settledPnl="", upl="500"))},
        {
            "BTC-USDT-251226/long": {"amount": "1", "entry_price": "60000", "unrealised_pnl": "1000",
                                     "session_pnl": "-500"},
            "BTC-USD-251226/short": {"amount": "0.05", "entry_price": "40000", "unrealised_pnl": "-1500",
                                     "session_pnl": "-600"},
            "BTC-USDT-251226/long/isolated": {"amount": "0.5", "entry_price": "60000", "unrealised_pnl": "500",
                                              "session_pnl": None},
        },
    ),
]  # fmt: skip
