"""The demo's invented past expects what it was recorded in, so that it reads as fresh as it was."""

from refresher.commands.seed_demo import paced
from tests.factories import account, later, observation


def test_each_recorded_moment_expects_the_next_one_when_it_came():
    demo_account = account(refresh_seconds=5)
    moments = [observation(demo_account, later(at)) for at in (0, 14400, 18000, 21600)]
    assert [(observed.taken_at, observed.account.refresh_seconds) for observed in paced(moments)] == [
        (later(0), 14400),
        (later(14400), 3600),
        (later(18000), 3600),
        (later(21600), 3600),
    ]


def test_a_moment_by_itself_keeps_the_interval_of_the_present():
    assert [
        observed.account.refresh_seconds for observed in paced([observation(account(refresh_seconds=5), later(0))])
    ] == [5]
    assert list(paced([])) == []
