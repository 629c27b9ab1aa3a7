"""Limits of attempts to sign in. Failed attempts within a quarter of an hour count.

A guesser elsewhere cannot soon lock a user out of another address, and one with many addresses gets few guesses.
"""

from datetime import timedelta

from db.writes.sign_in_attempts import Attempts

ATTEMPTS_WITHIN = timedelta(minutes=15)
MOST_BY_NAME_AND_ADDRESS = 5
MOST_BY_ADDRESS = 30
MOST_BY_NAME = 100


def are_too_many(attempts: Attempts, further: int) -> bool:
    """True if these attempts and `further` ones exceed a limit."""
    return (
        attempts.by_name_and_address + further > MOST_BY_NAME_AND_ADDRESS
        or attempts.by_address + further > MOST_BY_ADDRESS
        or attempts.by_name + further > MOST_BY_NAME
    )
