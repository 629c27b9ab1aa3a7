"""Built-in alerts: on once a channel exists. Their owner may switch each off or change where it goes."""

from datetime import timedelta

from domain.alert_states import Timing
from domain.rules import EVERY, RuleDefinition, Severity

# Holdings below this value need no stop, in the base currency.
FLOOR = 50
_QUARTER = timedelta(minutes=15)
# An ending is often found out a minute after its order left.
_SETTLED = timedelta(minutes=3)


def _rule(name: str, text: str, severity: Severity, for_: timedelta = timedelta(0)) -> RuleDefinition:
    return RuleDefinition(name, text, (EVERY,), timing=Timing(for_), severity=severity)


BUILT_IN = (
    _rule("Unprotected holding", f"uncovered_value > {FLOOR}", Severity.WARNING, _QUARTER),
    _rule("Stop vanished", 'stop_vanished("1d")', Severity.CRITICAL, _SETTLED),
    _rule("Stop triggered", 'stop_triggered("1h")', Severity.CRITICAL),
    _rule("Order filled", 'order_filled("1h")', Severity.INFO),
    _rule("Liquidation near", "distance_to_liquidation < 10 %", Severity.CRITICAL),
    _rule("Net value fell", 'change(net_value, "1d") <= -5 %', Severity.WARNING),
    _rule("Source failing", "failing_for >= 15m", Severity.WARNING),
    _rule("Key can withdraw", "key_can_withdraw", Severity.WARNING),
)
