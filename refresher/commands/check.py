"""Check: test the connection, key permissions and prices of each account."""

import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from domain.net_value import computed_valuation
from domain.prices import assumed_words
from domain.sources import Source, SourceKind
from domain.valuation import Valuation, compared
from exchanges.connection.errors import ExchangeError
from exchanges.contracts import AccountReader, AccountScope, HistoryReader, Page, Permissions, SourceResult
from refresher.commands.exit_codes import Exit
from refresher.configuration.settings import AccountSettings, Settings
from refresher.present.accounts import open_readers
from refresher.present.last_known import LastKnown
from refresher.present.source_fetcher import outcome_of

# Crypto.com refuses a request whose nonce is more than a minute off. The warning comes well before that.
CLOCK_TOLERANCE = timedelta(seconds=10)

# Without a holding or a past order, no symbol of the account is known.
_NOT_ASKED = "skipped: it needs a symbol"


class Verdict(StrEnum):
    """The severity of a finding."""

    GOOD = "ok"
    WARNING = "warning"
    BAD = "failed"


_STYLES = {Verdict.GOOD: "green", Verdict.WARNING: "yellow", Verdict.BAD: "bold red"}


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    what: str
    verdict: Verdict
    detail: str


def check(settings: Settings, console: Console | None = None) -> Exit:
    """Print all findings. Returns FAILED if any needs action by the user. Touches no database."""
    console = console or Console()
    readers = open_readers(settings)
    table = Table(title="Stillframe: configuration check", title_justify="left")
    for column in ("account", "checked", "result", "detail"):
        table.add_column(column, overflow="fold")
    table.add_row(
        "all",
        "configuration",
        "[green]ok[/green]",
        f"{settings.file or 'no file'}, {_counted(len(readers), 'account')}",
    )
    for finding in open_files(settings.secret_files):
        table.add_row("all", finding.what, f"[{_STYLES[finding.verdict]}]{finding.verdict}[/]", finding.detail)
    worst = Exit.DONE
    for account in settings.accounts:
        with console.status(f"Asking {account.exchange} for {account.name}"):
            findings = merged(findings_of(account, readers[account.name], settings))
        for finding in findings:
            style = _STYLES[finding.verdict]
            table.add_row(account.name, finding.what, f"[{style}]{finding.verdict}[/{style}]", finding.detail)
            if finding.verdict is Verdict.BAD:
                worst = Exit.FAILED
        readers[account.name].close()
    console.print(table)
    return worst


def open_files(files: Iterable[Path]) -> Iterator[Finding]:
    """A warning for each secret file that every user of this machine can read."""
    for file in dict.fromkeys(files):
        if file.stat().st_mode & stat.S_IROTH:
            detail = f"every user of this machine can read {file}: run chmod 600 {file}"
            yield Finding("secret file", Verdict.WARNING, detail)


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding for each reason: a wrong key is refused by every call and named once.

    The circuit breaker repeats the reason at the end of its own line.
    """
    rows: list[Finding] = []
    for finding in findings:
        same = (n for n, row in enumerate(rows) if finding.detail.endswith(row.detail) and row.verdict is Verdict.BAD)
        number = next(same, None) if finding.verdict is not Verdict.GOOD else None
        if number is None:
            rows.append(finding)
        else:
            rows[number] = replace(rows[number], what=f"{rows[number].what}, {finding.what}")
    return tuple(rows)


def findings_of(account: AccountSettings, reader: AccountReader, settings: Settings) -> Iterator[Finding]:
    """The findings about one account. Later checks use the answers of earlier ones."""
    reached = _reach(account, reader)
    yield from reached
    if any(finding.verdict is Verdict.BAD for finding in reached):
        return
    last_known = LastKnown()
    answers: dict[Source, SourceResult] = {}
    for source in sorted(reader.sources, key=lambda s: s is Source.PRICES):
        outcome = outcome_of(reader, source, last_known.scope(settings.base_currency, settings.display_currencies))
        if isinstance(outcome, SourceResult):
            last_known.update(source, outcome.success, datetime.now(UTC))
            answers[source] = outcome
            unreadable = len(outcome.success.unreadable)
            words = _counted(len(outcome.success.rows), "row")
            verdict = Verdict.WARNING if unreadable else Verdict.GOOD
            yield Finding(source, verdict, f"{words}, {unreadable} not understood" if unreadable else words)
        else:
            yield Finding(source, Verdict.BAD, outcome.error)
    yield from _past(reader, last_known.scope(settings.base_currency, settings.display_currencies))
    if Source.BALANCES in answers:
        yield _permissions(reader)
        yield from value_findings(last_known, answers[Source.BALANCES], settings.base_currency)


def _reach(account: AccountSettings, reader: AccountReader) -> tuple[Finding, ...]:
    where = account.base_url or account.exchange
    try:
        reach = reader.measure_round_trip()
    except ExchangeError as error:
        return (Finding("exchange", Verdict.BAD, f"{where}: {error}"),)
    answered = Finding(
        "exchange", Verdict.GOOD, f"{where} answers within {reach.latency.total_seconds() * 1000:.0f} ms"
    )
    if reach.clock_ahead is None:
        return answered, Finding("clock", Verdict.WARNING, "the exchange does not tell its time")
    seconds = reach.clock_ahead.total_seconds()
    if abs(reach.clock_ahead) > CLOCK_TOLERANCE:
        detail = f"{seconds:+.1f} s apart; set this machine's clock, or requests will be refused"
        return answered, Finding("clock", Verdict.BAD, detail)
    return answered, Finding("clock", Verdict.GOOD, f"{seconds:+.1f} s apart")


def _past(reader: AccountReader, scope: AccountScope) -> Iterator[Finding]:
    """Try to read the last day of each source of history. A failure here does not affect the current data."""
    past = reader.history
    if past is None:
        yield Finding(
            "past", Verdict.WARNING, "fills, transfers and how orders ended cannot be read from this exchange"
        )
        return
    now = datetime.now(UTC)
    for kind in past.kinds:
        calls = past.calls(kind, scope)
        if not calls:
            yield Finding(kind, Verdict.GOOD, _NOT_ASKED)
        for source in calls:
            try:
                pages = [len(page.rows) for page in _pages(past, source, now)]
                row_count = f"{_counted(sum(pages), 'row')} of the last day"
                yield Finding(source, Verdict.GOOD, row_count if pages else _NOT_ASKED)
            except ExchangeError as error:
                yield Finding(source, Verdict.WARNING, str(error))


def _pages(past: HistoryReader, source: Source, now: datetime) -> Iterator[Page[Any]]:
    since = now - timedelta(days=1)
    if source.kind is SourceKind.FILLS:
        return past.fetch_fills(source, since, now)
    if source.kind is SourceKind.TRANSFERS:
        return past.fetch_transfers(source, since, now)
    return past.fetch_ended_orders((), since, now)


def _permissions(reader: AccountReader) -> Finding:
    """The permissions of the key. Reading is enough, so any other or unknown permission is a warning."""
    try:
        may = reader.permissions()
    except ExchangeError as error:
        return Finding("key", Verdict.WARNING, f"the permissions of the key could not be read: {error}")
    return Finding("key", Verdict.GOOD if _reads_only(may) else Verdict.WARNING, permission_words(may))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _reads_only(may: Permissions) -> bool:
    return may.can_trade is False and may.can_withdraw is False


def permission_words(may: Permissions) -> str:
    """The permissions of a key as text: "read-only", "can trade and withdraw: ...". Unknown ones are named."""
    can = [word for word, allowed in (("trade", may.can_trade), ("withdraw", may.can_withdraw)) if allowed]
    unknown = [word for word, allowed in (("trade", may.can_trade), ("withdraw", may.can_withdraw)) if allowed is None]
    parts = []
    if may.can_read is False:
        parts.append("cannot read")
    if can:
        parts.append(f"can {' and '.join(can)}; Stillframe only reads: give it a key that can do no more")
    if unknown:
        parts.append(f"{' and '.join(unknown)}: unknown")
        if not may.note:
            parts.append("make sure at the exchange that it can only read")
    if not parts:
        parts.append("read-only")
    return f"{'; '.join(parts)}{f' ({may.note})' if may.note else ''}"


def value_findings(last_known: LastKnown, balances: SourceResult, currency: str) -> Iterator[Finding]:
    """Try to value the holdings, and compare the result with the value that the exchange states."""
    rates = last_known.rates(datetime.now(UTC))
    value = computed_valuation(last_known.balances(), last_known.positions(), rates, currency, balances.equities)
    yield _pricing(last_known, value)
    if balances.stated is not None:
        currency = balances.stated.currency
        value = compared(
            balances.stated, computed_valuation(last_known.balances(), last_known.positions(), rates, currency)
        )
    yield from _stated(value)


def _pricing(last_known: LastKnown, value: Valuation) -> Finding:
    """Try to value the holdings in the base currency, and name the dollar rates that had to be assumed."""
    currency, held = value.currency, last_known.balances()
    if not held and not last_known.positions():
        return Finding("base currency", Verdict.GOOD, f"no holdings to price in {currency}")
    if value.net_value is None:
        return Finding("base currency", Verdict.BAD, f"no holding can be priced in {currency}")
    unpriced = [balance for balance in held if balance.asset in value.unpriced and balance.total]
    words = [f"{len(held) - len(unpriced)} of {len(held)} assets priced in {currency}"]
    if value.assumed:
        words.append(f"no price is known, so {assumed_words(value.assumed)}")
    if value.unpriced:
        words.append(f"without a price: {', '.join(value.unpriced)}")
    if value.left_out:
        words.append(f"in no total: {', '.join(value.left_out)}")
    verdict = Verdict.WARNING if value.unpriced or value.left_out else Verdict.GOOD
    return Finding("base currency", verdict, "; ".join(words))


def _stated(value: Valuation) -> Iterator[Finding]:
    """The stated value beside the computed one. Nothing if the exchange states no value."""
    if value.stated is None or value.computed_value is None:
        return
    words = f"the exchange states {value.stated:.2f} {value.currency}, Stillframe computes {value.computed_value:.2f}"
    yield Finding("net value", Verdict.GOOD if value.gap is None else Verdict.WARNING, words)
