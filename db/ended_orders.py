"""SQL about ended orders that reads and writes share: their numbers must agree."""

from domain.endings import Ending

ENDINGS = tuple(str(ending) for ending in Ending)
UNITS = ("month", "day", "hour")  # from the longest to the shortest

# The moment that lists show, as in the index. The last version of an order holds the end that its outcome states.
# CASE and comparisons of moments cannot leak a row that policies hide, so Postgres looks them up in the index. It does
# not look up coalesce, nor a sum of a moment and an interval.
SHOWN_AT = "CASE WHEN ended.ended_at IS NULL THEN ended.valid_to ELSE ended.ended_at END"

# The outcome of a version that ended. It counts only for its own gone_at.
WITH_OUTCOME = """
LEFT JOIN order_outcome AS known
  ON known.account_id = ended.account_id AND known.source = ended.source AND known.key = ended.key
 AND known.gone_at = ended.valid_to
"""

# Finds that `ended` came back, or moved to another list: a triggered order may keep its key. To be used with LIMIT 1.
RETURNED = """
        SELECT true FROM returned_order AS returned
        WHERE returned.account_id = ended.account_id AND returned.source = ended.source
          AND returned.key = ended.key AND returned.left_at = ended.valid_to"""

# `ended` left its list and never came back. Orders that moved to another list are among the returned ones. LIMIT makes
# each look-up an index step of its own. Without it the planner compares all orders of an account at once.
HAS_ENDED = f"""
    ended.valid_to <> 'infinity'
    AND (
        SELECT true FROM order_version AS later
        WHERE later.account_id = ended.account_id AND later.source = ended.source AND later.key = ended.key
          AND later.valid_from >= ended.valid_to
        LIMIT 1
    ) IS NULL
    AND ({RETURNED}
        LIMIT 1
    ) IS NULL
"""  # noqa: S608 - text from code
