"""Permissions: what a key may do, asked in the way of each exchange; where there is none, only reading is tried.

Nothing is ever tried out. A word that is not known here makes the answer unknown, never "no".
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from exchanges.connection.errors import BadPayload, ExchangeError, Permanent, Temporary
from exchanges.connection.gateway import Gateway
from exchanges.connection.reading_paths import SPOKEN_BY
from exchanges.contracts import Permissions
from exchanges.venues._shared.key_words import KeyWords, yes_or_no

NOTE = (
    "what else the key may do is not asked on this exchange, and never tried out: open the key's settings there and "
    "allow it to read only"
)
MOVES = "it may also move money between the account's own wallets"
UNSAID = "key: the answer does not say what it may do"
WITHOUT_KEY = "the account is read by its address alone, which can do nothing"

# (asks listed calls, the account's key: some exchanges want it named) -> what it may do. Raises an ExchangeError.
Ask = Callable[[Gateway, str], Permissions]

_OKX = KeyWords(reads={"read_only"}, trades={"trade"}, withdraws={"withdraw"})
_HTX = KeyWords(reads={"readonly"}, trades={"trade"}, withdraws={"withdraw"})
# "Transfer" is what older keys are called that may withdraw; "InnerTransfer" only moves between own accounts.
_KUCOIN = KeyWords(
    reads={"general"},
    trades={"spot", "margin", "futures", "trade", "earn", "innertransfer", "flexibletransfers"},
    withdraws={"transfer", "withdraw", "withdrawal"},
)
_BITGET = KeyWords(
    reads={"readonly", "read-only", "read_only"},
    trades={"trade", "transfer", "stow", "coow", "cpow", "smow", "wtow"},
    withdraws={"withdraw", "wwow"},
    is_reading=lambda word: len(word) == 4 and word.endswith("r"),  # "stor" reads what "stow" writes
)
_GATE = KeyWords(
    trades={"spot", "margin", "futures", "delivery", "options", "unified", "earn", "loan", "copy", "account", "wallet"}
    | {"custody", "rebate", "sub_account", "subaccount"},
    withdraws={"withdraw", "withdrawal", "withdrawals"},
)
_KRAKEN = KeyWords(
    reads={"query-funds", "query-open-trades", "query-closed-trades", "query-ledger", "export-data", "add-funds"}
    | {"access-websockets", "query-ledgers", "deposit-funds"},
    trades={"modify-trades", "close-trades", "cancel-trades", "create-trades", "earn-funds"},
    withdraws={"withdraw-funds"},
)
_MEXC = KeyWords(
    withdraws={"spot_withdraw_write", "spot_transfer_out_write"},
    is_reading=lambda word: word.endswith("_read"),
    is_trading=lambda word: word.endswith(("_deal_write", "_transfer_write")),
)
_BINGX = KeyWords(reads={"2"}, trades={"1", "3", "4", "7"}, withdraws={"5"})
_BITFINEX = KeyWords(
    trades={"account", "history", "orders", "positions", "funding", "settings", "wallets"},
    withdraws={"withdraw", "ui_withdraw"},
    others={"bfxpay"},
)

_BINANCE_TRADES = (
    "enableSpotAndMarginTrading",
    "enableMargin",
    "enableFutures",
    "enableVanillaOptions",
    "enablePortfolioMarginTrading",
    "enableFixApiTrade",
)
_BINANCE_MOVES = ("enableInternalTransfer", "permitsUniversalTransfer")


def _binance(gateway: Gateway, _key: str) -> Permissions:
    said = _object(gateway.ask("account/apiRestrictions"))
    trades = [yes_or_no(said.get(name)) for name in _BINANCE_TRADES if name in said]
    moves = any(yes_or_no(said.get(name)) for name in _BINANCE_MOVES)
    withdraws = _flag(said, "enableWithdrawals")
    return Permissions(yes_or_no(said.get("enableReading")), _any_of(trades), withdraws, MOVES if moves else "")


def _bybit(gateway: Gateway, _key: str) -> Permissions:
    said = _object(gateway.ask("v5/user/query-api"), "result")
    if _flag(said, "readOnly"):
        return Permissions(True, False, False, "")
    lists = _object(said, "permissions")
    wallet = [str(word).lower() for word in lists.get("Wallet") or ()]
    trades = any(words for name, words in lists.items() if name not in ("Wallet", "Affiliate"))
    moves = any("transfer" in word for word in wallet)
    return Permissions(True, trades, "withdraw" in wallet, MOVES if moves else "")


def _okx(gateway: Gateway, _key: str) -> Permissions:
    return _OKX.understood(_words(_first(gateway.ask("account/config"), "data").get("perm")))


def _kucoin(gateway: Gateway, _key: str) -> Permissions:
    return _KUCOIN.understood(_words(_object(gateway.ask("user/api-key"), "data").get("permission")))


def _bitget(gateway: Gateway, _key: str) -> Permissions:
    return _BITGET.understood(_words(_object(gateway.ask("v2/spot/account/info"), "data").get("authorities")))


def _gate(gateway: Gateway, key: str) -> Permissions:
    """All keys of the account are told, each by its first letters; an older answer tells the one that asks."""
    said = gateway.ask("main_keys")
    listed = [one for one in (said if isinstance(said, list) else [said]) if isinstance(one, Mapping)]
    mine = [one for one in listed if _is_of(key, one.get("key"))] if isinstance(said, list) else listed
    found = mine[0].get("perms") if len(mine) == 1 else None
    if not isinstance(found, list):
        raise BadPayload("key: the answer does not tell this key from others")
    rows = [one for one in found if isinstance(one, Mapping)]
    return _GATE.understood([str(one.get("name")) for one in rows if not _flag(one, "read_only")])


def _is_of(key: str, shown: Any) -> bool:
    """Whether a key that is shown in part ("c5dcfbf1f3a7*****") is this one."""
    letters = str(shown or "").rstrip("*")
    return len(letters) >= 3 and key.startswith(letters)


def _kraken(gateway: Gateway, _key: str) -> Permissions:
    return _KRAKEN.understood(_words(_object(gateway.ask("GetApiKeyInfo"), "result").get("permissions")))


def _coinbase(gateway: Gateway, _key: str) -> Permissions:
    said = _object(gateway.ask("brokerage/key_permissions"))
    view, trade, transfer = (_flag(said, name) for name in ("can_view", "can_trade", "can_transfer"))
    return Permissions(view, trade, transfer, "")


def _mexc(gateway: Gateway, key: str) -> Permissions:
    return _MEXC.understood(_words(_object(gateway.ask("apiKeyInfo", {"accessKey": key})).get("permissions")))


def _htx(gateway: Gateway, key: str) -> Permissions:
    uid = _said(gateway.ask("v2/user/uid"), "data")
    keys = _said(gateway.ask("v2/user/api-key", {"uid": uid, "accessKey": key}), "data")
    listed = keys if isinstance(keys, list) else []
    mine = [one for one in listed if isinstance(one, Mapping) and one.get("accessKey") == key]
    return _HTX.understood(_words(mine[0].get("permission") if mine else None))


def _bitfinex(gateway: Gateway, _key: str) -> Permissions:
    rows = gateway.ask("auth/r/permissions")
    if not isinstance(rows, list) or not all(isinstance(row, list) and len(row) >= 3 for row in rows) or not rows:
        raise BadPayload(UNSAID)
    return _BITFINEX.understood([str(row[0]) for row in rows if str(row[2]) != "0"])


def _bingx(gateway: Gateway, _key: str) -> Permissions:
    said = _object(gateway.ask("account/apiPermissions"))
    inner = said.get("data")
    return _BINGX.understood(_words((inner if isinstance(inner, Mapping) else said).get("permissions")))


def _blofin(gateway: Gateway, _key: str) -> Permissions:
    read_only = _flag(_object(gateway.ask("user/query-apikey"), "data"), "readOnly")
    return Permissions(True, not read_only, False if read_only else None, "")


# By exchange: asks what the key may do by calls that are listed in calls.py.
ASKED: Mapping[str, Ask] = {
    "binance": _binance,
    "bingx": _bingx,
    "bitfinex": _bitfinex,
    "bitget": _bitget,
    "blofin": _blofin,
    "bybit": _bybit,
    "coinbase": _coinbase,
    "gate": _gate,
    "htx": _htx,
    "kraken": _kraken,
    "kucoin": _kucoin,
    "mexc": _mexc,
    "okx": _okx,
}
# Exchanges that speak like one of these, and tell nothing of a key.
_SILENT = frozenset({"binanceus"})
# Read by an address that is public anyway.
KEYLESS = frozenset({"hyperliquid"})


def tells_permissions(exchange: str) -> bool:
    """Whether an exchange says what a key may do."""
    return exchange in KEYLESS or _asked(exchange) is not None


def _asked(exchange: str) -> Ask | None:
    return None if exchange in _SILENT else ASKED.get(exchange) or ASKED.get(SPOKEN_BY.get(exchange, ""))


def permissions_of(exchange: str, gateway: Gateway, key: str, read: Callable[[], object]) -> Permissions:
    """What the key may do. `read` reads something private, where the exchange does not tell.

    Raises Temporary where it does not answer now; what it answers and cannot be understood is unknown.
    """
    ask, why = _asked(exchange), NOTE
    if ask is not None:
        try:
            return ask(gateway, key)
        except Temporary:
            raise
        except ExchangeError as error:
            why = f"the exchange does not tell what the key may do: {error}"
    try:
        read()
    except Permanent as error:
        return Permissions(False, None, None, str(error))
    if exchange in KEYLESS:
        return Permissions(True, False, False, WITHOUT_KEY)
    return Permissions(True, None, None, why)


def _said(answer: Any, field: str) -> Any:
    found = answer.get(field) if isinstance(answer, Mapping) else None
    if found is None:
        raise BadPayload(UNSAID)
    return found


def _object(answer: Any, field: str | None = None) -> Mapping[str, Any]:
    found = answer if field is None else _said(answer, field)
    if not isinstance(found, Mapping):
        raise BadPayload(UNSAID)
    return found


def _flag(answer: Mapping[str, Any], field: str) -> bool:
    said = yes_or_no(answer.get(field))
    if said is None:
        raise BadPayload(UNSAID)
    return said


def _first(answer: Any, field: str) -> Mapping[str, Any]:
    rows = _said(answer, field)
    return _object(rows[0] if isinstance(rows, list) and rows else None)


def _words(said: Any) -> list[str]:
    """The words of a list or of one text with commas."""
    listed = said.split(",") if isinstance(said, str) else said
    words = [str(word) for word in listed if word not in (None, "")] if isinstance(listed, list) else []
    if not words:
        raise BadPayload(UNSAID)
    return words


def _any_of(answers: Iterable[bool | None]) -> bool | None:
    found = list(answers)
    if True in found:
        return True
    return None if None in found or not found else False
