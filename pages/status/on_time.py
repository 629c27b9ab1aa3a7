"""On time: the shares of time on schedule over several spans agree with each other. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from domain.sources import Source
from pages.status.view import SPANS


def capped(shares: Mapping[str, Mapping[Source, Decimal | None]]) -> Mapping[str, Mapping[Source, Decimal | None]]:
    """The shares of SPANS, none better than a shorter span within it allows.

    Longer spans are read less often, so they end earlier. A source that was late for 4 minutes of the day was late for
    as many of the week.
    """
    late: dict[Source, timedelta] = {}
    result: dict[str, Mapping[Source, Decimal | None]] = {}
    for name, span in SPANS.items():
        result[name] = {
            source: None if share is None else min(share, _share_without(late.get(source, timedelta()), span))
            for source, share in shares[name].items()
        }
        for source, share in result[name].items():
            if share is not None:
                late[source] = max(late.get(source, timedelta()), span * float(1 - share))
    return result


def _share_without(late: timedelta, span: timedelta) -> Decimal:
    return 1 - Decimal(str(round(late / span, 6)))
