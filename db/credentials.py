"""Credentials: how passwords and tokens are stored. A password as an argon2id hash, a token as its SHA-256.

A token has 256 random bits, so a fast hash is enough and can be looked up by an index. A password needs a slow one.
"""

import hmac
import secrets
import unicodedata
from functools import cache
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# NIST SP 800-63B-4: 15 characters where a password is the only factor. A long limit bounds the work of one attempt.
SHORTEST_PASSWORD = 15
LONGEST_PASSWORD = 1024
LONGEST_NAME = 200

_hasher = PasswordHasher()  # argon2id with the low-memory parameters of RFC 9106


class CredentialRefused(Exception):
    """A name or password that cannot be used. The message is one line with the remedy."""


def new_token() -> str:
    """A random token of 256 bits, safe in cookies and headers."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """The stored form of a token."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def sign_out_token(session: str) -> str:
    """The token that the form for signing out must send: only pages of this session can know it."""
    return hmac.new(session.encode("utf-8", "surrogatepass"), b"sign out", sha256).hexdigest()


def checked_name(name: str) -> str:
    """The stored form of a user's name: without case and outer spaces. Raises CredentialRefused.

    Names in brackets are those of our own processes.
    """
    plain = unicodedata.normalize("NFKC", name).strip().casefold()
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable() or plain.startswith("("):
        raise CredentialRefused(
            f"{name!r:.80} is no name: write 1 to {LONGEST_NAME} printable characters, the first of them no bracket"
        )
    return plain


def password_hash(password: str) -> str:
    """The stored form of a password. Raises CredentialRefused."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise CredentialRefused(
            f"the password has {len(password)} characters: choose {SHORTEST_PASSWORD} to {LONGEST_PASSWORD}, "
            "for example five random words"
        )
    return _hasher.hash(_normal(password))


def password_matches(stored: str | None, password: str) -> bool:
    """True if a password belongs to a stored hash. Takes as long if there is none (None)."""
    try:
        return _hasher.verify(stored or _nobodys_hash(), _normal(password[:LONGEST_PASSWORD])) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    """One form for characters that keyboards send in several ways."""
    return unicodedata.normalize("NFC", password)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe(32))
