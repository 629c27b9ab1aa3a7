"""A database with one account whose refreshes and candles a test writes, and an evaluator over it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from db.reads.alerts import read_alert_events, read_alerts, read_deliveries
from db.reads.rules import read_rules
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.candles import write_candle_part
from db.writes.outbox import write_channels
from db.writes.refresh import write_refresh
from db.writes.rules import write_rule
from domain.alert_states import Timing
from domain.alerts import Alert, ChannelState, Delivery
from domain.candle_ranges import CandleRange
from domain.candles import Candle
from domain.rules import Rule, RuleDefinition, RuleOrigin, Severity
from domain.sources import Source, Success
from domain.timeframes import length_of
from refresher.alerts.evaluator import Evaluator
from tests.factories import ASKED, NOON, balance, later, observation, price, stop, valuation
from tests.postgres import Database

PHONE = ChannelState("phone", None, "telegram", Severity.INFO)
FOREVER = later(10**9)


class Stage:
    """One account at Crypto.com. `seconds` count from NOON."""

    def __init__(self, database: Database, channels: Sequence[ChannelState] = (PHONE,)) -> None:
        self.database = database
        setting = AccountSetting("main", "cryptocom", ASKED, 30, "USD")
        self.account = write_accounts(database.writer, [setting])["main"]
        write_channels(database.writer, channels)
        self.evaluator = Evaluator(database.writer, wait=timedelta(0))

    def rule(self, text: str, *subjects: str, for_: int = 0, keep_for: int = 0, **values: Any) -> Rule:
        """Write a rule. Spans are seconds. Its name is its text if none is stated."""
        timing = Timing(timedelta(seconds=for_), timedelta(seconds=keep_for))
        defaults: dict[str, Any] = {"name": text, "text": text, "timing": timing, "subjects": subjects or ("held",)}
        definition = RuleDefinition(**defaults | values)
        write_rule(self.database.writer, None, definition, RuleOrigin.APP)
        with self.database.reader.connect() as connection:
            return next(rule for rule in read_rules(connection) if rule.name == definition.name)

    def refresh(self, seconds: float, btc: str = "1", last: str = "95000", **results: Any) -> list[str]:
        """One refresh with a balance of BTC at a price, then an evaluation. Returns the events of the evaluation."""
        defaults: dict[Source, Any] = {
            Source.BALANCES: Success((balance(total=btc),)),
            Source.TRIGGERS: Success((stop(),)),
            Source.PRICES: Success((price(last=last),)),
        }
        named = {Source(name): result for name, result in results.items() if name != "worth"}
        worth = results.get("worth", str(float(btc) * float(last)))
        of = observation(self.account, later(seconds), defaults | named, valuation(worth))
        write_refresh(self.database.writer, of)
        return self.evaluate(seconds)

    def candles(
        self, closes: Sequence[object], timeframe: str = "1h", since: datetime = NOON, symbol: str = "BTC/USD"
    ) -> None:
        """Candles from a moment on, one for each close."""
        length = length_of(timeframe)
        rows = [
            Candle(symbol, timeframe, since + n * length, price, price, price, price, _decimal(1))
            for n, price in enumerate(map(_decimal, closes))
        ]
        span = CandleRange(symbol, timeframe, since, since + len(rows) * length)
        write_candle_part(self.database.writer, self.account.venue, span, rows)

    def evaluate(self, seconds: float) -> list[str]:
        before = len(self.events())
        self.evaluator.run([self.account.id], later(seconds))
        return self.events()[before:]

    def restart(self) -> None:
        """A new evaluator, as after a restart of the refresher."""
        self.evaluator = Evaluator(self.database.writer, wait=timedelta(0))

    def events(self) -> list[str]:
        """All events in order, as "fired main BTC"."""
        with self.database.reader.connect() as connection:
            events = read_alert_events(connection, FOREVER, 1000)
        return [f"{event.event.value} {event.subject.label}" for event in reversed(events)]

    def alerts(self) -> dict[str, Alert]:
        """Alerts by the label of their subject."""
        with self.database.reader.connect() as connection:
            return {alert.subject.label: alert for alert in read_alerts(connection)}

    def messages(self) -> tuple[Delivery, ...]:
        with self.database.reader.connect() as connection:
            return tuple(reversed(read_deliveries(connection, FOREVER, 1000)))


def _decimal(value: object) -> Decimal:
    return Decimal(str(value))
