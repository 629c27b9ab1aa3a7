"""Credentials: how passwords, tokens and names are stored."""

import hashlib

import pytest

from db.credentials import (
    CredentialRefused,
    checked_name,
    new_token,
    password_hash,
    password_matches,
    sign_out_token,
    token_hash,
)

PASSWORD = "five random words of mine"


def test_a_password_is_stored_as_argon2id_with_a_salt_of_its_own() -> None:
    first, second = password_hash(PASSWORD), password_hash(PASSWORD)
    # The cost that RFC 9106 recommends where memory is scarce: 64 MiB, 3 passes, 4 lanes.
    assert first.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert first != second
    assert password_matches(first, PASSWORD)
    assert not password_matches(first, PASSWORD + " ")


def test_nobody_has_the_password_of_an_unknown_user() -> None:
    assert not password_matches(None, PASSWORD)
    assert not password_matches("not a hash", PASSWORD)


def test_an_accent_typed_in_two_ways_is_one_password() -> None:
    assert password_matches(password_hash("caf\u00e9 au lait, bitte"), "cafe\u0301 au lait, bitte")


@pytest.mark.parametrize("password", ["", "short", "x" * 1025])
def test_a_password_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(CredentialRefused, match="choose 15 to 1024"):
        password_hash(password)


def test_a_token_has_256_bits_and_is_stored_as_its_sha256() -> None:
    token = new_token()
    assert len(token) == 43  # 32 bytes in base64 without padding
    assert token != new_token()
    assert token_hash(token) == hashlib.sha256(token.encode()).digest()


def test_the_token_for_signing_out_follows_from_the_session_alone() -> None:
    assert sign_out_token("a") == sign_out_token("a") != sign_out_token("b")


def test_a_name_is_stored_without_case_and_outer_spaces() -> None:
    assert checked_name("  Alice@Example.com ") == "alice@example.com"


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\nb", "(web)"])
def test_a_name_that_cannot_be_shown_or_is_ours_is_refused(name: str) -> None:
    with pytest.raises(CredentialRefused):
        checked_name(name)
