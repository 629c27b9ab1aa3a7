"""The configuration: read whole, every problem named at once, no secret ever shown."""

from pathlib import Path

import pytest

from domain.sources import SourceKind
from refresher.configuration.settings import ConfigurationError, Settings, load_settings

GOOD = """
base_currency = "USD"
[[accounts]]
name = "main"
exchange = "cryptocom"
api_key = "env:TEST_API_KEY"
api_secret = "env:TEST_API_SECRET"
base_url = "http://127.0.0.1:9000"
refresh_seconds = 45
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("STILLFRAME_CONFIG", "STILLFRAME_DEMO_URL", "STILLFRAME_LOG_LEVEL", "STILLFRAME_LOG_FORMAT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TEST_API_KEY", "key-of-the-test")
    monkeypatch.setenv("TEST_API_SECRET", "secret-of-the-test")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def loaded(folder: Path, text: str) -> Settings:
    (folder / "stillframe.toml").write_text(text)
    return load_settings()


def problems(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as caught:
        loaded(folder, text)
    return caught.value.problems


def account(**lines: str) -> str:
    configured = {
        "name": '"main"',
        "exchange": '"cryptocom"',
        "api_key": '"env:TEST_API_KEY"',
        "api_secret": '"env:TEST_API_SECRET"',
    }
    return "[[accounts]]\n" + "\n".join(f"{name} = {value}" for name, value in (configured | lines).items()) + "\n"


def test_the_format_of_the_readme_is_understood(folder: Path) -> None:
    settings = loaded(folder, GOOD)
    (only,) = settings.accounts
    assert (only.name, only.exchange, only.refresh_seconds) == ("main", "cryptocom", 45)
    assert only.base_url == "http://127.0.0.1:9000"
    assert only.secrets == ("key-of-the-test", "secret-of-the-test")
    assert settings.is_demo is False
    assert settings.budgets[SourceKind.ORDERS] == 8


def test_the_example_file_is_a_good_configuration_with_the_key_files_of_the_readme(folder: Path) -> None:
    (folder / "secrets").mkdir()
    (folder / "secrets" / "key").write_text("k" * 20)
    (folder / "secrets" / "secret").write_text("s" * 20)
    example = Path(__file__).parents[3] / "stillframe.example.toml"
    assert [a.name for a in loaded(folder, example.read_text()).accounts] == ["main"]


def test_secrets_come_from_files_too_and_neither_repr_nor_str_shows_them(folder: Path) -> None:
    (folder / "key").write_text("key-in-a-file\n")
    settings = loaded(folder, account(api_key=f'"file:{folder}/key"'))
    assert settings.accounts[0].secrets[0] == "key-in-a-file"
    assert "key-in-a-file" not in repr(settings) + str(settings)


def test_every_problem_is_listed_at_once_by_field_with_value_and_remedy(folder: Path) -> None:
    text = (
        'base_currency = "dollar"\nlog_levl = "info"\n[budgets]\norders = 0\n'
        + account(refresh_seconds="2", exchange='"cryptocon"')
        + account(name='"second"', api_key='"env:NOT_SET_ANYWHERE"', base_url='"ftp://x"')
    )
    lines = "\n".join(problems(folder, text))
    assert "base_currency = 'dollar': not a currency code" in lines
    assert "log_levl: unknown setting; did you mean log_level?" in lines
    assert "budgets.orders = 0: too small; at least 1" in lines
    assert "accounts.main.refresh_seconds = 2: too small; at least 5" in lines
    assert "accounts.main.exchange = 'cryptocon': unknown exchange; did you mean cryptocom" in lines
    assert "accounts.second.api_key: environment variable NOT_SET_ANYWHERE is not set; export" in lines
    assert "accounts.second.base_url = 'ftp://x': not an http or https address" in lines
    assert len(lines.splitlines()) == 7


def test_an_unsupported_exchange_is_refused_with_a_link_to_the_supported_ones(folder: Path) -> None:
    (lines,) = problems(folder, account(exchange='"paymium"'))
    assert "cannot be read; accounts can be read on" in lines
    assert "docs/exchanges.md" in lines


def test_a_key_written_into_the_file_is_refused_and_not_repeated(folder: Path) -> None:
    lines = problems(folder, account(api_key='"AbCdEf123456"', api_secrt='"ZyXwVu987654"'))
    assert any("a secret does not belong in this file" in line and '"env:NAME"' in line for line in lines)
    assert "AbCdEf" not in "\n".join(lines)
    assert "ZyXwVu" not in "\n".join(lines)


def test_a_configuration_error_carries_no_secret_in_its_traceback(folder: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        loaded(folder, account(api_key='"AbCdEf123456"'))
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ('"env:"', "does not belong"),
        ("17", "not a reference to a secret"),
        ('"file:/nowhere/at/all"', "there is no file /nowhere/at/all"),
        ('"file:empty"', "empty is empty"),
        ('"file:."', ". is no regular file"),
    ],
)
def test_an_unreadable_secret_is_refused_with_the_reason(folder: Path, value: str, words: str) -> None:
    (folder / "empty").write_text("\n")
    (lines,) = problems(folder, account(api_secret=value))
    assert "accounts.main.api_secret: " in lines
    assert words in lines


def test_an_account_on_hyperliquid_is_configured_by_its_address(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_API_KEY", "0x" + "1a" * 20)
    (only,) = loaded(folder, account(exchange='"hyperliquid"')).accounts
    assert only.api_key.get_secret_value() == "0x" + "1a" * 20


@pytest.mark.parametrize(("name", "field"), [("TEST_API_KEY", "api_key"), ("TEST_API_SECRET", "api_secret")])
def test_a_private_key_where_an_address_is_enough_is_refused_and_not_repeated(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, field: str
) -> None:
    monkeypatch.setenv("TEST_API_KEY", "0x" + "1a" * 20)
    monkeypatch.setenv(name, "0x" + "2b" * 32)
    (lines,) = problems(folder, account(exchange='"hyperliquid"'))
    assert f"accounts.main.{field}: is a private key, which has no place here" in lines
    assert "2b2b" not in lines
    assert loaded(folder, account(exchange='"kraken"')).accounts[0].exchange == "kraken"


def test_an_invalid_wallet_address_is_named(folder: Path) -> None:
    (lines,) = problems(folder, account(exchange='"hyperliquid"'))
    assert "accounts.main.api_key: is no address of a wallet" in lines
    assert "key-of-the-test" not in lines


def test_two_accounts_of_one_name_are_refused_beside_other_problems(folder: Path) -> None:
    lines = problems(folder, account() + account(refresh_seconds="1"))
    assert any("accounts[2].refresh_seconds = 1" in line for line in lines)
    assert any('name "main" is used 2 times; give each account a name of its own' in line for line in lines)
    (only,) = problems(folder, account() + account())
    assert "used 2 times" in only


def test_credentials_in_an_address_are_refused_and_not_repeated(folder: Path) -> None:
    (lines,) = problems(folder, account(base_url='"http://me:hunter2@127.0.0.1:9000"'))
    assert "carries credentials" in lines
    assert "hunter2" not in lines


def test_an_address_is_an_origin_only_because_paths_stay(folder: Path) -> None:
    (lines,) = problems(folder, account(base_url='"http://127.0.0.1:9000/exchange/v1"'))
    assert "has more than an origin" in lines
    assert loaded(folder, account(base_url='"http://127.0.0.1:9000/"')).accounts[0].base_url == "http://127.0.0.1:9000"


def test_no_account_may_take_the_name_of_the_demo(folder: Path) -> None:
    (lines,) = problems(folder, account(name='"demo"'))
    assert "is the name of the demonstration account" in lines


def test_without_an_account_it_is_the_demo_where_one_is_running(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().is_demo
    assert load_settings().accounts == ()
    monkeypatch.setenv("STILLFRAME_DEMO_URL", "http://127.0.0.1:9123")
    (demo,) = load_settings().accounts
    assert (demo.name, demo.exchange, demo.base_url, demo.refresh_seconds) == (
        "demo",
        "cryptocom",
        "http://127.0.0.1:9123",
        5,
    )
    assert demo.is_demo


def test_a_configured_account_is_never_the_demo(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STILLFRAME_DEMO_URL", "http://127.0.0.1:9123")
    settings = loaded(folder, GOOD)
    assert [a.name for a in settings.accounts] == ["main"]
    assert settings.is_demo is settings.accounts[0].is_demo is False


def test_the_environment_wins_over_the_file_and_is_named_when_it_is_wrong(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STILLFRAME_LOG_FORMAT", "JSON")
    monkeypatch.setenv("STILLFRAME_DISPLAY_CURRENCIES", "EUR, CHF")
    monkeypatch.setenv("STILLFRAME_BUDGETS__ORDERS", "3")
    settings = loaded(folder, 'log_format = "console"\n' + GOOD)
    assert settings.log_format == "json"
    assert settings.display_currencies == ("USD", "EUR", "CHF")
    assert settings.budgets[SourceKind.ORDERS] == 3
    monkeypatch.setenv("STILLFRAME_LOG_LEVEL", "loud")
    assert problems(folder, GOOD) == (
        "environment: STILLFRAME_LOG_LEVEL = 'loud': not one of the choices; "
        "write 'debug', 'info', 'warning' or 'error'",
    )


def test_a_misspelt_variable_is_named_with_the_nearest_one_and_without_its_value(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STILLFRAME_LOG_LEVL", "debug-or-a-secret")
    line = (
        "environment: STILLFRAME_LOG_LEVL: no such setting; did you mean STILLFRAME_LOG_LEVEL? Correct it, or unset it"
    )
    assert problems(folder, GOOD) == (line,)
    assert problems(folder, "base_currency = 3\n" + GOOD.replace("base_currency", "# "))[-1] == line


def test_variables_that_others_read_or_set_are_no_misspellings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables of other processes, of secrets in the file, of Kubernetes and of Docker."""
    for name in ("API_TOKEN", "HOME", "DB_LOCK_TIMEOUT", "KEY_OF_MINE", "PORT_8501_TCP_ADDR", "SERVICE_HOST"):
        monkeypatch.setenv(f"STILLFRAME_{name}", "1")
    loaded(folder, account(api_key='"env:STILLFRAME_KEY_OF_MINE"'))
    assert "STILLFRAME_KEY_OF_MINE: no such setting" in problems(folder, GOOD)[0]


def test_a_missing_file_is_refused_and_a_broken_one_names_the_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (broken,) = problems(folder, 'base_currency = "USD\n')
    assert "stillframe.toml: is not TOML" in broken
    assert "line 1" in broken
    monkeypatch.setenv("STILLFRAME_CONFIG", "elsewhere.toml")
    with pytest.raises(ConfigurationError, match=r"elsewhere.toml: there is no such file; write it as"):
        load_settings()


def test_accounts_that_are_no_table_are_refused_without_a_traceback(folder: Path) -> None:
    assert "accounts" in problems(folder, 'accounts = "main"\n')[0]
    assert "accounts[1] = 3: not a table" in problems(folder, "accounts = [3]\n")[0]


def test_markets_of_an_account_are_checked_against_its_exchange(folder: Path) -> None:
    good = loaded(folder, account(exchange='"binance"', markets='["spot", "linear"]'))
    assert good.accounts[0].markets == ("spot", "linear")
    (lines,) = problems(folder, account(exchange='"binance"', markets='["spot", "futures"]'))
    assert 'accounts.main.markets: "futures" cannot be chosen on binance; known there: spot, margin, linear' in lines
    (lines,) = problems(folder, account(markets='["spot"]'))
    assert "cryptocom is not asked market by market; remove the setting" in lines
    (lines,) = problems(folder, account(exchange='"binance"', markets='"spot"'))
    assert """accounts.main.markets = 'spot': not a list of markets; write e.g. markets = ["spot"]""" in lines
    assert len(problems(folder, account(exchange='"binanc"', markets='["spot"]'))) == 1


def test_accounts_in_single_brackets_are_refused_with_the_correct_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "one.toml"
    file.write_text('[accounts]\nname = "main"\n')
    monkeypatch.setenv("STILLFRAME_CONFIG", str(file))
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert "[[accounts]], in double brackets" in "\n".join(caught.value.problems)


def test_a_file_with_a_byte_order_mark_is_read(folder: Path) -> None:
    (folder / "stillframe.toml").write_bytes(b'\xef\xbb\xbfbase_currency = "EUR"\n')
    assert load_settings().base_currency == "EUR"


def test_a_file_in_another_encoding_is_named_with_line_and_byte(folder: Path) -> None:
    (folder / "stillframe.toml").write_bytes(b'base_currency = "USD"\n# caf\xe9\n')
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    (line,) = caught.value.problems
    assert "line 2 has the byte 0xe9; save the file as UTF-8" in line


@pytest.mark.parametrize("secret", ["café", "first\nsecond", "a\u201d"])
def test_a_secret_that_no_header_can_carry_is_refused_without_being_shown(folder: Path, secret: str) -> None:
    (folder / "key").write_text(secret)
    (line,) = problems(folder, account(api_key='"file:key"'))
    assert "key holds more than one line or a letter such as é" in line
    assert secret not in line


def test_a_name_with_an_accent_is_refused_with_the_letters_that_work(folder: Path) -> None:
    (line,) = problems(folder, account(name='"café"'))
    assert "letters from a to z" in line
