"""The salt of this database, by which keys have a fingerprint here that means nothing elsewhere."""

import secrets

from sqlalchemy import Engine, text

SALT_BYTES = 32


def write_key_salt(engine: Engine) -> bytes:
    """The salt, made at random when it is first needed."""
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO key_salt (salt) VALUES (:salt) ON CONFLICT DO NOTHING"),
            {"salt": secrets.token_bytes(SALT_BYTES)},
        )
        return bytes(connection.execute(text("SELECT salt FROM key_salt")).scalar_one())
