"""Status of the refreshers and of queued work."""

from db.leases import Leases, Load
from db.writes.work import write_work_begun, write_work_progress, write_work_waiting
from tests.pages.conftest import Pages, words_of
from tests.pages.factories import configured, seen
from tests.pages.status.test_page import opened, table


def test_refreshes_that_begin_too_late_are_a_line_with_cause_and_remedy(pages: Pages):
    seen(pages.writer, configured(pages.writer))
    leases = Leases(pages.writer)
    leases.beat(Load(accounts=1200, lag_seconds=42.0, bottleneck="process"))
    words = words_of(opened(pages))
    leases.leave()
    assert "Refreshes begin up to 42 s late" in words
    assert "1,200 accounts" in words
    assert "Start another refresher" in words


def test_queued_work_shows_its_progress_and_that_a_worker_died(pages: Pages):
    writer, account = pages.writer, configured(pages.writer)
    seen(writer, account)
    account_id = account.id
    work_id = write_work_waiting(writer, account_id, "backfill")
    for _ in range(2):
        write_work_begun(writer, account_id, work_id)
    write_work_progress(writer, account_id, work_id, 12, 40, "BTC/USD")
    (shown,) = table(opened(pages), "progress").to_dict("records")
    assert (shown["state"], shown["progress"], shown["detail"]) == ("Running, attempt 2", "12 of 40", "BTC/USD")
