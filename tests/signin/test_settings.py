"""Settings of sign-in: each problem is one line with its remedy."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.viewers import Mode
from signin.settings import (
    SETTINGS,
    SignInConfigurationError,
    SignInSettings,
    check_listening,
    read_settings,
)

OIDC = {
    "STILLFRAME_SIGN_IN": "oidc",
    "STILLFRAME_PUBLIC_URL": "https://still.example.com",
    "STILLFRAME_OIDC_ISSUER": "https://login.example.com/realm",
    "STILLFRAME_OIDC_CLIENT_ID": "stillframe",
    "STILLFRAME_OIDC_CLIENT_SECRET": "a-secret-of-the-provider",
}


def problems_of(**environment: str) -> str:
    with pytest.raises(SignInConfigurationError) as refused:
        read_settings(environment)
    return str(refused.value)


def test_without_any_setting_sign_in_is_off() -> None:
    assert read_settings({}) == SignInSettings()
    assert not read_settings({}).is_on


def test_every_default_stands_in_the_table_of_settings() -> None:
    written = {setting.name: setting.default for setting in SETTINGS if setting.default}
    assert read_settings(written) == read_settings({})


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "127.8.0.1"])
def test_without_sign_in_this_machine_is_served(address: str) -> None:
    check_listening(SignInSettings(), address)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.168.1.5", "", None, "stillframe.example.com"])
def test_without_sign_in_no_other_address_is_served(address: str | None) -> None:
    with pytest.raises(SignInConfigurationError) as refused:
        check_listening(SignInSettings(), address)
    (line,) = str(refused.value).splitlines()
    assert "set STILLFRAME_SIGN_IN to password, oidc or proxy" in line


def test_with_sign_in_every_address_is_served() -> None:
    check_listening(SignInSettings(Mode.PASSWORD), "0.0.0.0")


def test_an_unknown_mode_is_refused() -> None:
    assert problems_of(STILLFRAME_SIGN_IN="yes") == "STILLFRAME_SIGN_IN = 'yes': write off, oidc, password or proxy"


def test_a_proxy_needs_its_address() -> None:
    assert "STILLFRAME_PROXIES is empty" in problems_of(STILLFRAME_SIGN_IN="proxy")
    assert "'x' is no address" in problems_of(STILLFRAME_SIGN_IN="proxy", STILLFRAME_PROXIES="10.0.0.1, x")


@pytest.mark.parametrize("name", [name for name in OIDC if name != "STILLFRAME_SIGN_IN"])
def test_a_provider_needs_each_of_its_settings(name: str) -> None:
    assert f"{name} is not set" in problems_of(**{key: value for key, value in OIDC.items() if key != name})


def test_a_provider_without_tls_is_believed_on_this_machine_only() -> None:
    assert read_settings({**OIDC, "STILLFRAME_OIDC_ISSUER": "http://127.0.0.1:9000"}).oidc is not None
    assert "only https is safe" in problems_of(**{**OIDC, "STILLFRAME_OIDC_ISSUER": "http://login.example.com"})


def test_the_client_secret_may_stand_in_a_file_and_is_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("from-a-file\n")
    settings = read_settings({**OIDC, "STILLFRAME_OIDC_CLIENT_SECRET": f"file:{file}"})
    assert settings.oidc is not None
    assert settings.oidc.client_secret.text() == "from-a-file"
    assert "from-a-file" not in repr(settings)
    assert "there is no file /none" in problems_of(**{**OIDC, "STILLFRAME_OIDC_CLIENT_SECRET": "file:/none"})


@pytest.mark.parametrize("url", ["still.example.com", "https://still.example.com/path", "ftp://x"])
def test_the_public_address_is_scheme_and_host(url: str) -> None:
    assert "write scheme and host only" in problems_of(STILLFRAME_PUBLIC_URL=url)


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("STILLFRAME_SESSION_IDLE_MINUTES", "idle", timedelta(minutes=30)),
        ("STILLFRAME_SESSION_HOURS", "longest", timedelta(hours=30)),
    ],
)
def test_the_life_of_a_session_is_a_setting(name: str, field: str, value: Any) -> None:
    assert getattr(read_settings({name: "30"}), field) == value
    assert "write a whole number" in problems_of(**{name: "0"})
