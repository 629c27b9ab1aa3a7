"""Apprise: e-mail, Discord, ntfy, Pushover and its other services."""

import logging
from dataclasses import dataclass

from refresher.alerts.services.answers import Answer, Delivered, Refused, TryLater

# Apprise pauses 5.5 s between parts, and the lease of a message ends after two minutes.
MOST_PARTS = 8


@dataclass(frozen=True, slots=True)
class ByApprise:
    """One service, from its address as Apprise writes it."""

    url: str
    service: str

    def send(self, title: str, body: str) -> Answer:
        """Send a message, in parts if the service takes fewer characters. Apprise says only whether it was taken."""
        import apprise  # it loads a hundred services, which nobody needs without such a channel

        logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # its lines name parts of the address
        sender = apprise.Apprise()
        if not sender.add(self.url):
            return Refused(f"Apprise does not understand the address of this {self.service} channel")
        try:
            for server in sender:
                if "overflow_mode" not in vars(server):  # Apprise sets it if the address names a mode
                    is_short = len(title) + len(body) <= MOST_PARTS * server.body_maxlen
                    server.overflow_mode = apprise.OverflowMode.SPLIT if is_short else apprise.OverflowMode.TRUNCATE
            was_taken = sender.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT)
        except Exception as error:  # whatever a plugin raises, only its kind is safe to show
            return TryLater(f"{self.service} failed ({type(error).__name__})")
        return Delivered() if was_taken else TryLater(f"{self.service} did not take the message")
