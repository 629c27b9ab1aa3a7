"""The refresher's command line and composition root.

`python -m refresher [--once | --check | --backfill | --notify-test]`, or one of its commands: `worker` takes queued
work, `tax-close YEAR` closes a year. `user` and `token` manage users, and read no configuration of accounts.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import DBAPIError

from db.embedded import EmbeddedPostgresError, EmbeddedPostgresFailed
from db.engine import DatabaseConfigurationError
from db.writes.accounts import AccountRefused
from logs.lines import configure_log_lines
from refresher.commands.exit_codes import Exit
from refresher.configuration.settings import ConfigurationError, Settings, load_settings
from refresher.process.database_watch import first_line

NO_ACCOUNT = (
    "no account is configured: write one into stillframe.toml as stillframe.example.toml shows, "
    "or see the demonstration with `make run`"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns its exit code."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words[:1] in (["user"], ["token"]):
        from refresher.commands.users import manage_users

        return manage_users(words)
    parser = _parser()
    chosen = parser.parse_args(words)
    if chosen.since is not None and not chosen.backfill:
        parser.error("--since goes with --backfill")
    try:
        settings = load_settings()
        if not settings.accounts:
            raise ConfigurationError((NO_ACCOUNT,))
        configure_log_lines(settings.log_format, settings.log_level, _secrets(settings))
        return _run(chosen, settings)
    except ConfigurationError as error:
        problems = error.problems
    except EmbeddedPostgresFailed as error:
        _print_problems(str(error).splitlines())
        return Exit.FAILED
    except (DatabaseConfigurationError, EmbeddedPostgresError, AccountRefused) as error:
        problems = tuple(str(error).splitlines())
    except DBAPIError as error:
        _print_problems((f"the database refuses: {first_line(error)}",))
        return Exit.FAILED
    _print_problems(problems)
    return Exit.CONFIGURATION


def _print_problems(problems: Iterable[str]) -> None:
    for problem in problems:
        sys.stderr.write(f"stillframe: {problem}\n")


def _run(chosen: argparse.Namespace, settings: Settings) -> Exit:
    # Imported here, so that a command does not load what only another one uses.
    if chosen.check:
        from refresher.commands.check import check

        return check(settings)
    if chosen.notify_test:
        from refresher.commands.notify_test import notify_test

        return notify_test(settings)
    from db.stopping import Stop
    from refresher.commands.database import open_database

    stop = Stop()
    with open_database() as database:
        if chosen.command == "tax-close":
            from refresher.commands.tax_close import tax_close

            year = {name: getattr(chosen, name) for name in ("year", "zone", "currency", "method")}
            return tax_close(database, chosen.account, year)
        if chosen.seed_demo:
            from refresher.commands.seed_demo import seed_demo

            return seed_demo(settings, database, stop)
        if chosen.backfill:
            from refresher.commands.backfill import backfill

            return backfill(settings, database, stop, chosen.since)
        if chosen.once:
            from refresher.commands.once import once

            return once(settings, database, stop)
        if chosen.command == "worker":
            from refresher.commands.worker import work

            return work(settings, database, stop)
        from refresher.commands.serve import serve

        return serve(settings, database, stop)


def _secrets(settings: Settings) -> list[tuple[str, ...]]:
    """The secrets to keep out of log lines, by owner. The demo's credentials are none, because they open nothing."""
    of_accounts = [account.secrets for account in settings.accounts if not account.is_demo]
    return [*of_accounts, *settings.alerts.secrets]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m refresher",
        description="Reads the exchanges and writes to the database. Without an option: on schedule until stopped.",
        epilog="Users: `python -m refresher user --help`, and `token --help`. "
        "Exit codes: 0 done, 1 an account failed wholly, 2 the configuration cannot be used.",
    )
    command = parser.add_mutually_exclusive_group()
    command.add_argument("--once", action="store_true", help="refresh every account one time")
    command.add_argument("--check", action="store_true", help="check configuration, connection, key and prices")
    command.add_argument("--notify-test", action="store_true", help="send a test message to each channel")
    command.add_argument("--backfill", action="store_true", help="fetch history: fills, transfers, candles and value")
    command.add_argument("--seed-demo", action="store_true", help=argparse.SUPPRESS)
    commands = parser.add_subparsers(dest="command", metavar="{tax-close,worker}")
    _add_tax_close(commands)
    commands.add_parser("worker", help="only take queued work, such as backfills")
    parser.add_argument("--since", type=_day, metavar="YYYY-MM-DD", help="with --backfill: how far back (90 days)")
    return parser


def _add_tax_close(commands: Any) -> None:
    """`tax-close YEAR`, with the choices of the tax export."""
    parser = commands.add_parser(
        "tax-close", help="close a tax year: later changes are listed as corrections and change it no more"
    )
    parser.add_argument("year", type=int, metavar="YEAR", help="a year that is over in the zone")
    parser.add_argument("--account", action="append", default=[], metavar="NAME", help="all accounts if not given")
    parser.add_argument("--zone", default="UTC", help="the filer's time zone, as in Europe/Zurich (UTC)")
    parser.add_argument("--currency", type=str.upper, help="the filer's currency (that of the account)")
    parser.add_argument("--method", choices=("average", "fifo", "lifo", "hifo"), help="that of the books if not given")


def _day(text: str) -> datetime:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write it as 2026-01-31") from None
    if day > datetime.now(UTC):
        raise argparse.ArgumentTypeError(f"{text} lies in the future")
    return day


if __name__ == "__main__":
    sys.exit(main())
