"""The configuration of alerts: rules, channels and times, each problem with its field, value and remedy."""

from datetime import time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from db.reads.alerts import read_channels
from db.reads.rules import read_rules
from domain.delivery import QuietHours
from domain.rules import RuleOrigin, Severity
from refresher.alerts.built_in import BUILT_IN
from refresher.alerts.setup import set_up_alerts
from refresher.commands.exit_codes import Exit
from refresher.commands.notify_test import notify_test
from tests.postgres import Database
from tests.refresher.alerts.receivers import TOKEN, telegram_server
from tests.refresher.configuration.test_configuration import account, folder, loaded, problems

__all__ = ["folder"]

URL = f"tgram://{TOKEN}/-1"
CHANNEL = '[[channels]]\nname = "phone"\nurl = "env:PHONE_URL"\n'
RULE = '[[rules]]\nname = "low"\ntext = "price < 100"\nsubjects = "BTC/USD"\nfor = "15m"\nseverity = "critical"\n'


@pytest.fixture(autouse=True)
def phone_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHONE_URL", URL)


def test_rules_channels_and_times_are_read(folder: Path) -> None:
    times = '[alerts]\nquiet_from = "22:00"\nquiet_until = 07:00:00\nzone = "Europe/Zurich"\namounts = false\n'
    alerts = loaded(folder, times + account() + CHANNEL + RULE).alerts
    (rule,), (channel,) = alerts.rules, alerts.channels
    assert (rule.subjects, rule.timing.for_, rule.severity) == (("BTC/USD",), timedelta(minutes=15), Severity.CRITICAL)
    assert (channel.url.get_secret_value(), channel.service) == (URL, "tgram")
    assert alerts.quiet == QuietHours(time(22), time(7), "Europe/Zurich")
    assert not alerts.shows_amounts
    (secrets,) = alerts.secrets
    assert {URL, "AAbbccddeeffgghh"} <= set(secrets)
    assert TOKEN not in repr(alerts)


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ('[[rules]]\nname = "x"\ntext = "prize < 1"\n',
         "rules[1].text = 'prize < 1': column 1: 'prize' is not a term, did you mean price?"),
        ('[[rules]]\nname = "x"\n', "rules[1].text: missing; add it, e.g. text = \"price < 100\""),
        (RULE.replace("15m", "soon"), "rules[1].for = 'soon': 'soon' is no span: write one such as 90m, 4h or 7d"),
        (RULE.replace("critical", "high"), "rules[1].severity = 'high': not one of the choices; write"),
        (RULE + RULE, 'rules: name "low" is used 2 times; give each a name of its own'),
        (RULE + 'channels = "pager"\n', "rules[1].channels = 'pager': no such name; there are none yet"),
        (RULE + 'accounts = "side"\n', "rules[1].accounts = 'side': no such name; there are main"),
        (CHANNEL + CHANNEL, 'channels: name "phone" is used 2 times'),
        (CHANNEL.replace("env:PHONE_URL", "tgram://1:a/2"), "channels[1].url: a secret does not belong in this file"),
        (CHANNEL.replace("PHONE_URL", "TEST_API_KEY"), "is no address; write one such as tgram://token/chat"),
        ('[alerts]\nquiet_from = "22:00"\n', "quiet hours have only one end; write quiet_from and quiet_until"),
        ('[alerts]\nquiet_from = "late"\nquiet_until = "07:00"\n', "alerts.quiet_from = 'late': not a time of day"),
        ('[alerts]\nquiet_from = "22:00+01:00"\nquiet_until = "07:00"\n',
         "alerts.quiet_from = '22:00+01:00': a time of day without an offset is needed"),
        ('[alerts]\ndigest_at = "08:00Z"\n', "alerts.digest_at = '08:00Z': a time of day without an offset is needed"),
        (RULE.replace('"low"', r'"a\u0000b"'), r"rules[1].name = 'a\x00b': not a name"),
        (CHANNEL.replace('"phone"', r'"ph\rone"'), r"channels[1].name = 'ph\rone': not a name"),
        (CHANNEL.replace('"phone"', r'"ph\u001b[31m"'), r"channels[1].name = 'ph\x1b[31m': not a name"),
        (RULE.replace("BTC/USD", r"BTC\u0000"), r"rules[1].subjects = 'BTC\x00': 'BTC\x00' is not a name"),
        (RULE + 'enabled = "no"\n', "rules[1].enabled = 'no': not true or false; write it without quotes"),
        ('[alerts]\nwatched = ["A\\u0000"]\n', r"alerts.watched: 'A\x00' is not a name; write up to 200 visible"),
        ('[alerts]\nping_url = "env:PHONE_URL"\n', "alerts.ping_url: refers to no http or https address"),
        ("[alerts]\nwait_seconds = true\n", "alerts.wait_seconds = True: true and false are no numbers"),
        ("[candles]\ndays_1d = true\n", "candles.days_1d = True: true and false are no numbers"),
        ('[alerts]\nzone = "Mars"\n', "alerts.zone = 'Mars': name a time zone"),
        ("[alerts]\nper_our = 1\n", "alerts.per_our: unknown setting; did you mean per_hour?"),
    ],
)  # fmt: skip
def test_a_problem_names_field_value_and_remedy(folder: Path, table: str, problem: str) -> None:
    lines = "\n".join(problems(folder, account() + table))
    assert problem in lines
    assert TOKEN not in lines


def test_the_file_is_written_to_the_database_without_addresses(folder: Path, database: Database) -> None:
    endless = '[[rules]]\nname = "never"\ntext = "rsi(14) < 30 and rsi(14) >= 30"\n'
    alerts = loaded(folder, account() + CHANNEL + RULE + endless).alerts
    for _ in range(2):
        set_up_alerts(database.writer, alerts, {"cryptocom"})
    with database.reader.connect() as connection:
        rules = {rule.name: rule for rule in read_rules(connection)}
        (channel,) = read_channels(connection)
    assert set(rules) == {"low", "never", *(rule.name for rule in BUILT_IN)}
    assert rules["low"].origin is RuleOrigin.CONFIGURATION
    assert rules["low"].version == 1
    assert (rules["never"].warning or "").startswith("the rule can never hold")
    assert (channel.name, channel.service) == ("phone", "tgram")
    with database.owner.connect() as connection:
        assert TOKEN not in str(connection.execute(text("TABLE channel")).all())


def test_built_in_rules_come_with_the_first_channel_and_stay_as_their_owner_left_them(
    folder: Path, database: Database
) -> None:
    set_up_alerts(database.writer, loaded(folder, account()).alerts, set())
    with database.reader.connect() as connection:
        assert read_rules(connection) == ()
    alerts = loaded(folder, account() + CHANNEL).alerts
    set_up_alerts(database.writer, alerts, set())
    with database.owner.begin() as connection:
        connection.execute(text("UPDATE rule SET ended_at = now() WHERE name = 'Order filled'"))
    set_up_alerts(database.writer, alerts, set())
    with database.reader.connect() as connection:
        assert len(read_rules(connection)) == len(BUILT_IN) - 1


def test_notify_test_sends_to_each_channel_and_fails_if_one_does_not_take_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with telegram_server() as telegram:
        tables = CHANNEL + f'base_url = "{telegram.url}"\n'
        settings = loaded(folder, account() + tables)
        assert notify_test(settings) is Exit.DONE
        telegram.script = [(401, {"description": "Unauthorized"})]
        assert notify_test(settings) is Exit.FAILED
    assert telegram.texts == ["Stillframe\nThis is a test of the channel phone. Alerts will arrive here."]
    assert capsys.readouterr().out == "phone: sent\nphone: Telegram answers 401: Unauthorized\n"
    assert notify_test(loaded(folder, account())) is Exit.FAILED
