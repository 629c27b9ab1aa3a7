"""The database from the command line.

`python -m db start | stop | serve | status | upgrade | url | backup | restore | move`
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.exc import OperationalError

from db.embedded import Cluster, EmbeddedPostgresError, EmbeddedPostgresFailed, State
from db.embedded.sharing import changing, keep_running
from db.engine import DatabaseConfigurationError, DatabaseSettings, database_settings, database_url, owner_engine
from db.programs import BackupRefused, plain_url
from db.stopping import Stop

COMMANDS = {
    "start": "start the embedded Postgres and leave it running",
    "stop": "shut the embedded Postgres down",
    "serve": "run the embedded Postgres until SIGINT or SIGTERM, and restart it after a crash",
    "status": "print whether the embedded Postgres runs, with exit code 0 if it does and 1 if not",
    "upgrade": "migrate the database and grant the roles their rights, as the refresher does at its start",
    "url": "print the URL of the database without its password, for programs such as pg_dump",
    "backup": "write everything to a new file, and read it back",
    "restore": "fill an empty database from such a file, and read it back",
    "move": "copy everything to an empty database at another URL, and compare both",
}
ARGUMENTS = {"backup": "FILE", "restore": "FILE", "move": "URL"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Exit code 1: the database is down or did not start. Exit code 2: bad configuration."""
    parser = argparse.ArgumentParser(prog="python -m db", description="The database of Stillframe.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, meaning in COMMANDS.items():
        command = commands.add_parser(name, help=meaning, description=meaning)
        if name in ARGUMENTS:
            command.add_argument("argument", metavar=ARGUMENTS[name])
    chosen = parser.parse_args(arguments)
    try:
        return _run(chosen.command, database_settings(), getattr(chosen, "argument", ""))
    except (DatabaseConfigurationError, EmbeddedPostgresError, BackupRefused) as error:
        sys.stderr.write("".join(f"stillframe: {line}\n" for line in str(error).splitlines()))
        return 1 if isinstance(error, EmbeddedPostgresFailed) else 2
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        sys.stderr.write(f"stillframe: the database cannot be reached: {reason}\n")
        return 1


def _run(command: str, settings: DatabaseSettings, argument: str) -> int:
    match command:
        case "upgrade":
            _upgrade(settings)
        case "url":
            _print(plain_url(database_url(settings)))
        case "backup" | "restore" | "move":
            _copy(command, settings, argument)
        case _ if settings.url is not None:
            raise DatabaseConfigurationError((f"DATABASE_URL is set: `{command}` is for the embedded Postgres only",))
        case _:
            return _run_embedded(command, Cluster(settings.home))
    return 0


def _run_embedded(command: str, cluster: Cluster) -> int:
    match command:
        case "start":
            keep_running(cluster)
        case "stop":
            if cluster.state() is not State.ABSENT:
                with changing(cluster.home):
                    cluster.stop()
        case "serve":
            _serve(cluster)
    state = cluster.state()
    if command != "serve":
        sys.stdout.write(f"{state}{f', process {cluster.pid()}' if state is State.RUNNING else ''}, {cluster.data}\n")
    return 1 if command == "status" and state is not State.RUNNING else 0


def _serve(cluster: Cluster) -> None:
    from db.embedded.supervision import serve

    stop = Stop()
    stop.listen()
    try:
        serve(cluster, stop)
    except EmbeddedPostgresError:
        # The signal also reaches the programs that make the cluster. The next start makes it again.
        if not stop.requested:
            raise


def _copy(command: str, settings: DatabaseSettings, argument: str) -> None:
    from db.backup import back_up, move, restore, target_of

    match command:
        case "backup":
            back_up(settings, Path(argument), _print)
        case "restore":
            restore(settings, Path(argument), _print)
        case _:
            move(settings, target_of(settings, argument), _print)


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _upgrade(settings: DatabaseSettings) -> None:
    # Imported here, because it is slow and the other commands do not need it.
    from db.roles import grant
    from db.upgrade import upgrade
    from db.writes.sign_in_mode import write_sign_in_mode

    engine = owner_engine(settings)
    upgrade(engine, report=_print)
    with engine.begin() as connection:
        grant(connection)
    write_sign_in_mode(engine, settings.sign_in)
    engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
