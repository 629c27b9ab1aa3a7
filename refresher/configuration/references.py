"""References of the configuration: to secrets, and to servers."""

import os
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr

from db.secret_files import SecretUnreadable, read_secret_file
from refresher.configuration.fields import refused


def _secret(value: object) -> str:
    """The secret at "env:NAME" or "file:/path". Error messages never contain the value."""
    remedy = 'write "env:NAME" or "file:/path/to/it"'
    if not isinstance(value, str) or not value:
        raise refused("secret", f"not a reference to a secret; {remedy}")
    kind, _, target = value.partition(":")
    if kind == "env" and target:
        secret, position = os.environ.get(target, "").strip(), f"environment variable {target}"
        if not secret:
            raise refused("secret", f"{position} is not set; export {target}=... before starting")
    elif kind == "file" and target:
        path = Path(target).expanduser()
        secret, position = _secret_file(path), str(path)
    else:
        raise refused("secret", f"a secret does not belong in this file, which is copied and shown; {remedy}")
    if not secret.isascii() or not secret.isprintable():
        # It could be in no header, and the exchange would only answer that the key is wrong.
        raise refused("secret", f"{position} holds more than one line or a letter such as é; copy the secret again")
    return secret


def _secret_file(path: Path) -> str:
    try:
        return read_secret_file(path)
    except SecretUnreadable as error:
        raise refused("secret", str(error)) from None


def _origin(value: object) -> str:
    """An address without path, query or credentials. It replaces scheme, host and port of every URL. Paths stay."""
    remedy = 'write only the origin, e.g. "http://127.0.0.1:9000"'
    if not isinstance(value, str):
        raise refused("origin", f"not an address; {remedy}")
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise refused("origin", f"not an address; {remedy}") from None
    if "@" in parts.netloc:
        raise refused("origin", f"carries credentials; {remedy}")
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise refused("origin", f"not an http or https address; {remedy}")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise refused("origin", f"has more than an origin; {remedy}")
    return f"{parts.scheme}://{parts.netloc}"


def _web_address(secret: SecretStr) -> SecretStr:
    """The address of a web server, which may be a secret: it is in no message."""
    try:
        parts = urlsplit(secret.get_secret_value())
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise refused("address", "refers to no http or https address; write one there")
    return secret


Secret = Annotated[SecretStr, BeforeValidator(_secret)]
SecretAddress = Annotated[Secret, AfterValidator(_web_address)]
Origin = Annotated[str, BeforeValidator(_origin)]
