"""Telegram: messages are sent by ourselves, because the pause that it asks for has to be obeyed.

https://core.telegram.org/bots/api#sendmessage. A 429 names `parameters.retry_after` in seconds.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import requests

from refresher.alerts.services.answers import Answer, Delivered, Refused, TryLater

SERVER = "https://api.telegram.org"
SCHEMES = ("tgram", "telegram")
_SECONDS = (5.0, 15.0)  # to connect, and between two bytes
_TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Telegram:
    """A chat of a bot, from tgram://token/chat."""

    token: str
    chat: str
    server: str = SERVER

    def send(self, title: str, body: str) -> Answer:
        """Send a message. A hang or a lost connection is tried again, so it may arrive twice."""
        url = f"{self.server}/bot{self.token}/sendMessage"
        fields = {"chat_id": self.chat, "text": f"{title}\n{body}".strip(), "disable_web_page_preview": True}
        try:
            response = requests.post(url, json=fields, timeout=_SECONDS)
        except requests.Timeout:
            return TryLater("Telegram does not answer")
        except requests.RequestException as error:  # its text names the URL, so only its kind is kept
            return TryLater(f"Telegram cannot be reached ({type(error).__name__})")
        return _answer(response)


def telegram_from(url: str, server: str | None) -> Telegram | None:
    """The chat of an address. None if it names no token and chat."""
    token, _, chat = url.partition("://")[2].partition("?")[0].strip("/").partition("/")
    if ":" not in unquote(token) or not chat or "/" in chat:
        return None
    return Telegram(unquote(token), unquote(chat), server or SERVER)


def _answer(response: requests.Response) -> Answer:
    content = _content(response)
    if response.ok and content.get("ok"):
        return Delivered()
    reason = f"Telegram answers {response.status_code}: {str(content.get('description', 'no reason'))[:200]}"
    if response.status_code == _TOO_MANY:
        return TryLater(reason, _retry_after(content, response))
    if 400 <= response.status_code < 500:
        return Refused(reason)
    return TryLater(reason)


def _content(response: requests.Response) -> dict[str, Any]:
    try:
        content = response.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _retry_after(content: dict[str, Any], response: requests.Response) -> timedelta | None:
    parameters = content.get("parameters")
    stated = parameters.get("retry_after") if isinstance(parameters, dict) else response.headers.get("Retry-After")
    try:
        return timedelta(seconds=min(86_400.0, max(0.0, float(stated))))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
