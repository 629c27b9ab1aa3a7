"""Logins of the embedded server: each operating system user that may read its data has one.

The kernel states the user of a process at the other end of the socket (peer), so there is no password to keep. A
connection cannot change its login, whatever SQL it runs.
"""

import os
import pwd
from pathlib import Path

from db.embedded.account import ServerAccount
from db.logins import LOGINS

OWNER = "stillframe"
_MAP = "stillframe"
_RULES = f"""# Written by Stillframe at each start. The server listens on no network.
local all all peer map={_MAP}
"""


def write_access_rules(data: Path, account: ServerAccount) -> None:
    """Write pg_hba.conf and pg_ident.conf. Earlier versions let every process of the socket be the owner."""
    lines = [f'{_MAP} "{user}" {login}\n' for user in _users(account) for login in (OWNER, *LOGINS)]
    for name, body in {"pg_hba.conf": _RULES, "pg_ident.conf": "".join(lines)}.items():
        account.write_whole(data / name, body)


def _users(account: ServerAccount) -> list[str]:
    """The names of the server's user, of this process's user and of root. Users without a name cannot connect."""
    names: dict[str, None] = {}
    for number in (account.user, os.geteuid(), 0):
        try:
            if number is not None:
                names[pwd.getpwuid(number).pw_name] = None
        except KeyError:
            continue
    return list(names)
