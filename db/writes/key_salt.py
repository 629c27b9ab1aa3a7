"""The salt of this database for key fingerprints, so that a fingerprint is useless elsewhere."""

import secrets

from sqlalchemy import Engine, text

SALT_BYTES = 32


def write_key_salt(engine: Engine) -> bytes:
    """Return the salt. Creates it at random if there is none."""
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO key_salt (salt) VALUES (:salt) ON CONFLICT DO NOTHING"),
            {"salt": secrets.token_bytes(SALT_BYTES)},
        )
        return bytes(connection.execute(text("SELECT salt FROM key_salt")).scalar_one())
