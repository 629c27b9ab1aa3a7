"""Accounts: prices of a stand-in server belong to that server, not to the exchange."""

from typing import Any

import pytest
from pydantic import SecretStr

from domain.snapshot import venue_of
from refresher.configuration.settings import AccountSettings


@pytest.mark.parametrize(
    ("values", "venue"),
    [
        ({}, "kraken"),
        ({"options": {"uta": True, "sandbox": False}}, "kraken"),
        ({"options": {"sandbox": True}}, "kraken (testnet)"),
        ({"options": {"testnet": True}}, "kraken (testnet)"),
        ({"base_url": "HTTP://127.0.0.1:9/"}, "kraken (http://127.0.0.1:9)"),
        ({"base_url": "http://127.0.0.1:9", "is_demo": True}, "kraken (demo)"),
    ],
)
def test_the_venue_of_an_account_names_testnet_demo_and_base_url(values: dict[str, Any], venue: str) -> None:
    account = AccountSettings("main", "kraken", SecretStr("key"), SecretStr("secret"), **values)
    assert venue_of(account.exchange, account.origin) == venue
