"""Services that deliver messages: Telegram by ourselves, all others by Apprise."""
