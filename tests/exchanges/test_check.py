"""The history part of `--check`: rows that were requested, and a plain statement for the rest."""

import json
from pathlib import Path

import pytest

from domain.sources import SourceKind
from exchanges.contracts import AccountScope
from refresher.commands.check import Finding, Verdict, _past, merged, open_files
from tests.exchanges.harness import Venue, reader_of
from tests.exchanges.payload_server import Reply, serving
from tests.exchanges.venues import binance, bybit

UNASKED = "skipped: it needs a symbol"


@pytest.mark.parametrize(
    ("venue", "told"),
    [
        (binance.VENUE, {SourceKind.ENDINGS: UNASKED, SourceKind.FILLS: UNASKED}),
        (bybit.VENUE, {SourceKind.ENDINGS: "0 rows of the last day"}),
    ],
    ids=lambda value: value.exchange if isinstance(value, Venue) else "",
)
def test_a_list_that_requires_a_symbol_is_not_reported_as_empty(venue: Venue, told: dict[SourceKind, str]) -> None:
    """Without a request the content is unknown, not zero."""
    with serving() as server:
        server.answers[bybit.HISTORY] = Reply(json.dumps(bybit.VENUE.wrap([])))
        findings = {str(one.what): one for one in _past(reader_of(venue, server.url), AccountScope())}
    for kind, words in told.items():
        assert findings[kind] == Finding(findings[kind].what, Verdict.GOOD, words)


def test_a_wrong_key_is_named_once_whatever_it_was_refused_for() -> None:
    refused = "the exchange refuses the key: check api_key"
    findings = [
        Finding("exchange", Verdict.GOOD, "answers"),
        Finding("balances", Verdict.BAD, refused),
        Finding("triggers", Verdict.BAD, f"no request sent, because it failed 3 times in a row: {refused}"),
        Finding("prices", Verdict.GOOD, "6 rows"),
        Finding("fills", Verdict.WARNING, refused),
        Finding("clock", Verdict.BAD, "12 s apart"),
    ]
    assert merged(findings) == (
        findings[0],
        Finding("balances, triggers, fills", Verdict.BAD, refused),
        findings[3],
        findings[5],
    )


def test_two_good_answers_with_the_same_words_stay_two() -> None:
    findings = (Finding("balances", Verdict.GOOD, "0 rows"), Finding("orders", Verdict.GOOD, "0 rows"))
    assert merged(findings) == findings


def test_a_secret_file_that_every_user_can_read_is_a_warning_with_the_command(tmp_path: Path) -> None:
    modes = {"own": 0o600, "group": 0o440, "open": 0o644}
    for name, mode in modes.items():
        (tmp_path / name).touch()
        (tmp_path / name).chmod(mode)
    file = tmp_path / "open"
    assert list(open_files([*(tmp_path / name for name in modes), file])) == [
        Finding("secret file", Verdict.WARNING, f"every user of this machine can read {file}: run chmod 600 {file}")
    ]
