"""Notify-test: sends one test message to each configured channel, and says how each went."""

import sys

from refresher.alerts.services.answers import Delivered
from refresher.alerts.services.open import open_service
from refresher.commands.exit_codes import Exit
from refresher.configuration.settings import Settings


def notify_test(settings: Settings) -> Exit:
    """Send the messages at once, without the database. Fails if a channel did not take its message."""
    channels = settings.alerts.channels
    if not channels:
        sys.stdout.write("no channel is configured: write one as docs/alerts.md shows\n")
        return Exit.FAILED
    has_failed = False
    for channel in channels:
        body = f"This is a test of the channel {channel.name}. Alerts will arrive here."
        answer = open_service(channel).send("Stillframe", body)
        is_fine = isinstance(answer, Delivered)
        has_failed |= not is_fine
        sys.stdout.write(f"{channel.name}: {'sent' if isinstance(answer, Delivered) else answer.reason}\n")
    return Exit.FAILED if has_failed else Exit.DONE
