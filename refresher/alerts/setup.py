"""Setting up alerts: rules, channels and watched markets of the configuration file are written to the database."""

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import Engine

from db.writes.built_in_rules import write_built_in_rules
from db.writes.demo import forget_demo_alerts
from db.writes.outbox import write_channels
from db.writes.rules import write_rules_of
from db.writes.watchlist import write_configured_markets
from domain.rules import RuleOrigin
from logs.lines import log
from refresher.alerts.built_in import BUILT_IN
from refresher.alerts.never_fired import doubt_about
from refresher.configuration.alert_settings import AlertSettings


def set_up_alerts(writer: Engine, settings: AlertSettings, venues: Collection[str], *, is_demo: bool = False) -> None:
    """Write rules, channels and watched markets of the configuration. The addresses of channels are not written.

    Rules of an earlier demo say nothing about real accounts, and are deleted.
    """
    if not is_demo:
        forget_demo_alerts(writer)
    write_channels(writer, [channel.state for channel in settings.channels])
    with writer.connect() as connection:
        rules = [(rule, doubt_about(connection, rule, datetime.now(UTC))) for rule in settings.rules]
    for rule, warning in rules:
        if warning is not None:
            log().warning("a rule is doubtful", rule=rule.name, reason=warning)
    write_rules_of(writer, RuleOrigin.CONFIGURATION, rules)
    write_configured_markets(writer, [(venue, symbol) for venue in sorted(venues) for symbol in settings.watched])
    if settings.channels:
        write_built_in_rules(writer, BUILT_IN)
