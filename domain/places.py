"""Places: where a page of fills ends, as links and answers tell it."""

from datetime import UTC, datetime

# Time and key of a fill, and its account: fills of two accounts may share both.
Place = tuple[datetime, str, int]


def text_of_place(place: Place) -> str:
    """A place as one word of a URL."""
    at, key, account_id = place
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}~{account_id}~{key}"


def place_of_text(text: str) -> Place:
    """The place that `text_of_place` told. Raises ValueError."""
    at, account_id, key = text.split("~", 2)
    if not key.isprintable():
        raise ValueError("a place names the key of a row, which is readable")
    moment = datetime.fromisoformat(at)
    if moment.tzinfo is None:
        raise ValueError(f"{at} does not say its zone")
    try:
        return moment.astimezone(UTC), key, _small(account_id)
    except OverflowError as error:
        raise ValueError(f"{at} is out of range") from error


def _small(text: str) -> int:
    number = int(text)
    if not 0 <= number < 2**31:
        raise ValueError(f"{text} is the number of no account")
    return number
