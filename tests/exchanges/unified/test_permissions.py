"""The permissions of a key, as each exchange states them over HTTP. Unknown without a statement, and never tested."""

import json
from typing import Any, cast

import pytest

from exchanges.connection.errors import Permanent, Temporary
from exchanges.connection.gateway import Gateway
from exchanges.contracts import AccountConnection, Permissions
from exchanges.open import SharedMarkets, open_reader
from exchanges.unified.permissions import NOTE, WITHOUT_KEY, permissions_of, states_permissions
from exchanges.venues.registry import declared_exchanges, venue_of
from tests.exchanges.payload_server import PayloadServer, Reply, serving

KEY = "c5dcfbf1f3a70011"
BINANCE = {
    "ipRestrict": True, "createTime": 1764000000000, "enableReading": True, "enableWithdrawals": False,
    "enableInternalTransfer": False, "enableMargin": False, "enableFutures": False, "permitsUniversalTransfer": False,
    "enableVanillaOptions": False, "enableFixApiTrade": False, "enableFixReadOnly": True,
    "enableSpotAndMarginTrading": False, "enablePortfolioMarginTrading": False,
}  # fmt: skip
BYBIT_LISTS = {"ContractTrade": [], "Spot": [], "Wallet": [], "Options": [], "Derivatives": [], "Affiliate": ["View"]}
STATING = [
    name
    for name in declared_exchanges()
    if venue_of(name).key_permissions is not None and venue_of(name).shares_api_with is None
]
READ_ONLY, TRADES, ALL = (True, False, False), (True, True, False), (True, True, True)


def bybit(read_only: Any, **lists: Any) -> dict[str, Any]:
    return {"retCode": 0, "retMsg": "", "result": {"readOnly": read_only, "permissions": BYBIT_LISTS | lists}}


def kucoin(said: str) -> dict[str, Any]:
    return {"code": "200000", "data": {"uid": 1, "apiKey": KEY, "permission": said, "isMaster": True}}


def bitget(*said: str) -> dict[str, Any]:
    return {"code": "00000", "msg": "success", "data": {"userId": "1", "authorities": list(said), "ips": "1.2.3.4"}}


def gate(**read_only: bool) -> list[dict[str, Any]]:
    perms = [{"name": name, "read_only": flag} for name, flag in read_only.items()]
    other = {"key": "52fd0035f665*****", "perms": [{"name": "withdraw", "read_only": False}]}
    return [other, {"state": 1, "mode": 1, "name": "watch", "perms": perms, "key": "c5dcfbf1f3a7*****"}]


def kraken(*said: str) -> dict[str, Any]:
    return {"error": [], "result": {"apiKeyName": "watch", "permissions": list(said), "ipAllowlist": []}}


def mexc(*said: str) -> dict[str, Any]:
    return {"note": "watch", "accessKey": KEY, "permissions": ",".join(said), "status": "VALID"}


def bitfinex(**writes: int) -> list[list[Any]]:
    scopes = ("account", "history", "orders", "positions", "funding", "settings", "wallets", "withdraw", "ui_withdraw")
    return [[scope, 1, writes.get(scope, 0)] for scope in scopes]


def htx(said: str) -> list[dict[str, Any]]:
    return [{"accessKey": "another", "permission": "withdraw"}, {"accessKey": KEY, "permission": said}]


SAYS: list[tuple[str, str, Any, tuple[bool | None, ...]]] = [
    ("binance", "/sapi/v1/account/apiRestrictions", BINANCE, READ_ONLY),
    ("binance", "/sapi/v1/account/apiRestrictions", BINANCE | {"enableFutures": True}, TRADES),
    ("binance", "/sapi/v1/account/apiRestrictions", BINANCE | {"enableWithdrawals": True}, (True, False, True)),
    ("binanceusdm", "/sapi/v1/account/apiRestrictions", BINANCE, READ_ONLY),
    ("bybit", "/v5/user/query-api", bybit(1, Spot=["SpotTrade"], Wallet=["Withdraw"]), READ_ONLY),
    ("bybit", "/v5/user/query-api", bybit(0, Spot=["SpotTrade"], Wallet=["AccountTransfer"]), TRADES),
    ("bybit", "/v5/user/query-api", bybit(0, Wallet=["AccountTransfer", "Withdraw"]), (True, False, True)),
    ("okx", "/api/v5/account/config", {"code": "0", "data": [{"perm": "read_only"}]}, READ_ONLY),
    ("okx", "/api/v5/account/config", {"code": "0", "data": [{"perm": "read_only,withdraw,trade"}]}, ALL),
    ("okx", "/api/v5/account/config", {"code": "0", "data": [{"perm": "read_only,levitate"}]}, (True, None, None)),
    ("kucoin", "/api/v1/user/api-key", kucoin("General"), READ_ONLY),
    ("kucoin", "/api/v1/user/api-key", kucoin("General,Spot,InnerTransfer"), TRADES),
    ("kucoin", "/api/v1/user/api-key", kucoin("General,Transfer"), (True, False, True)),
    ("bitget", "/api/v2/spot/account/info", bitget("readonly"), READ_ONLY),
    ("bitget", "/api/v2/spot/account/info", bitget("stor", "coow"), TRADES),
    ("bitget", "/api/v2/spot/account/info", bitget("readonly", "trade", "withdraw"), ALL),
    ("bitget", "/api/v2/spot/account/info", bitget("stor", "zzzw"), (True, None, None)),
    ("gate", "/api/v4/account/main_keys", gate(spot=True, wallet=True), READ_ONLY),
    ("gate", "/api/v4/account/main_keys", gate(spot=False, withdraw=True), TRADES),
    ("gate", "/api/v4/account/main_keys", gate(spot=True, withdraw=False), (True, False, True)),
    ("kraken", "/0/private/GetApiKeyInfo", kraken("query-funds", "query-open-trades", "query-ledger"), READ_ONLY),
    ("kraken", "/0/private/GetApiKeyInfo", kraken("query-funds", "modify-trades"), TRADES),
    ("kraken", "/0/private/GetApiKeyInfo", kraken("query-funds", "modify-trades", "withdraw-funds"), ALL),
    ("coinbase", "/api/v3/brokerage/key_permissions", {"can_view": True, "can_trade": False, "can_transfer": False},
     READ_ONLY),
    ("coinbase", "/api/v3/brokerage/key_permissions", {"can_view": True, "can_trade": True, "can_transfer": True}, ALL),
    ("mexc", "/api/v3/apiKeyInfo", mexc("SPOT_ACCOUNT_READ", "CONTRACT_DEAL_READ"), READ_ONLY),
    ("mexc", "/api/v3/apiKeyInfo", mexc("SPOT_ACCOUNT_READ", "SPOT_DEAL_WRITE"), TRADES),
    ("mexc", "/api/v3/apiKeyInfo", mexc("SPOT_ACCOUNT_READ", "SPOT_WITHDRAW_WRITE"), (True, False, True)),
    ("bitfinex", "/v2/auth/r/permissions", bitfinex(), READ_ONLY),
    ("bitfinex", "/v2/auth/r/permissions", bitfinex(orders=1), TRADES),
    ("bitfinex", "/v2/auth/r/permissions", bitfinex(withdraw=1), (True, False, True)),
    ("bingx", "/openApi/v1/account/apiPermissions", {"code": 0, "data": {"permissions": [2]}}, READ_ONLY),
    ("bingx", "/openApi/v1/account/apiPermissions", {"apiKey": KEY, "permissions": [2, 3, 5]}, ALL),
    ("blofin", "/api/v1/user/query-apikey", {"code": "0", "data": {"readOnly": 1}}, READ_ONLY),
    ("blofin", "/api/v1/user/query-apikey", {"code": "0", "data": {"readOnly": 0}}, (True, True, None)),
    ("htx", "/v2/user/api-key", {"code": 200, "data": htx("readOnly")}, READ_ONLY),
    ("htx", "/v2/user/api-key", {"code": 200, "data": htx("readOnly,trade,withdraw")}, ALL),
]  # fmt: skip


def asked(server: PayloadServer, exchange: str) -> Permissions:
    account = AccountConnection("main", exchange, KEY, "c2VjcmV0", "pass", base_url=server.url, budget_seconds=5.0)
    reader = open_reader(account, SharedMarkets())
    vars(vars(reader)["_gateway"])["_Gateway__exchange"].enableRateLimit = False
    try:
        return reader.permissions()
    finally:
        reader.close()


@pytest.mark.parametrize(("exchange", "path", "says", "may"), SAYS)
def test_permissions_of_a_key_are_those_that_the_exchange_states(
    exchange: str, path: str, says: Any, may: tuple[bool | None, ...]
) -> None:
    with serving() as server:
        server.answers["/v2/user/uid"] = Reply('{"code": 200, "data": 63628520}')
        server.answers[path] = Reply(json.dumps(says))
        said = asked(server, exchange)
        assert (said.can_read, said.can_trade, said.can_withdraw) == may
        assert {request.path for request in server.requests} <= {path, "/v2/user/uid"}


def test_every_permission_call_has_a_case_for_yes_and_for_no() -> None:
    proven: dict[str, set[bool | None]] = {}
    for exchange, _, _, (_, can_trade, _) in SAYS:
        proven.setdefault(exchange, set()).add(can_trade)
    assert {exchange for exchange, said in proven.items() if {True, False} <= said} >= set(STATING)


class Saying:
    """Stands for the gateway, where it does not matter how an answer travels."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def request(self, _path: str, _params: Any = None) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def told(exchange: str, answer: Any, reads: Exception | None = None) -> Permissions:
    def read() -> None:
        if reads is not None:
            raise reads

    return permissions_of(venue_of(exchange), cast("Gateway", Saying(answer)), KEY, read)


NOTHING: list[Any] = [{}, [], None, {"data": None}, {"data": 7}, {"data": []}, {"data": [{}]}, {"result": {}},
                      {"result": {"permissions": 7, "readOnly": 0}}, {"data": {"permission": ""}}]  # fmt: skip


@pytest.mark.parametrize("exchange", STATING)
def test_a_response_without_permissions_is_unknown_and_never_no(exchange: str) -> None:
    """Rights of a key that were not read are unknown."""
    for nothing in NOTHING:
        said = told(exchange, nothing)
        assert (said.can_trade, said.can_withdraw) == (None, None), nothing
        said = told(exchange, nothing, Permanent("the exchange refuses the key"))
        assert said == Permissions(False, None, None, "the exchange refuses the key")


def test_another_key_of_the_account_is_never_taken_for_this_one() -> None:
    assert told("gate", gate()[:1]).can_withdraw is None
    assert told("htx", {"data": htx("readOnly")[:1]}).can_withdraw is None


def test_a_temporary_failure_does_not_count_as_unknown_permissions() -> None:
    with pytest.raises(Temporary):
        told("binance", Temporary("no response in time"))


def test_a_refused_permission_call_does_not_mean_that_the_key_cannot_read() -> None:
    said = told("binance", Permanent("the exchange refuses the key"))
    assert said.can_read is True
    assert "does not state" in said.note


def test_an_exchange_without_a_permission_call_is_tested_by_reading_only() -> None:
    assert told("phemex", None) == Permissions(True, None, None, NOTE)
    assert told("hyperliquid", None) == Permissions(True, False, False, WITHOUT_KEY)


def test_permission_calls_are_listed_and_only_read() -> None:
    assert set(venue_of("kraken").rules.calls) == {"GetApiKeyInfo"}
    assert venue_of("kucoinfutures").calls == venue_of("kucoin").calls


def test_exchanges_with_a_permission_call_are_known() -> None:
    assert states_permissions(venue_of("binancecoinm"))
    assert states_permissions(venue_of("hyperliquid"))
    assert not states_permissions(venue_of("binanceus"))
    assert not states_permissions(venue_of("phemex"))
    assert "never tests them" in NOTE
