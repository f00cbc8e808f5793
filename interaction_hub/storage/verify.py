"""`interaction-hub verify`: whether what is stored holds together, on a running hub too. It only reads.

The log is walked outside of SQL in slices, since a reader held open pins SQLite's WAL (decisions 14); only the work in
hand is looked at in one moment.
"""

from __future__ import annotations

from pathlib import Path

from interaction_hub.storage import anchors
from interaction_hub.storage.checks import history
from interaction_hub.storage.checks.fingerprints import Fingerprint
from interaction_hub.storage.checks.log import LogWalk, last_position
from interaction_hub.storage.checks.report import Finding, Progress, Report
from interaction_hub.storage.checks.work import check_work
from interaction_hub.storage.reads import Reads

__all__ = ["Finding", "Progress", "Report", "verify"]


def _quiet(_done: int, _of: int) -> None:
    return None


async def verify(
    url: str, *, full: bool = False, anchor_file: Path | None = None, progress: Progress = _quiet
) -> Report:
    """Check the invariants of a database; the report says what is broken where.

    Without `full` the chain is walked from the last anchor on, and rows that the log does not know are not looked for.
    """
    reads = Reads(url)
    try:
        return await _verify(reads, anchor_file or anchors.file_for(url), full, progress)
    finally:
        await reads.close()


async def _verify(reads: Reads, anchor_file: Path, full: bool, progress: Progress) -> Report:
    report = Report()
    known = anchors.read(anchor_file)
    walk = LogWalk(report, known)
    if known and not full and not await reads.run(walk.start_at, known[-1]):
        report.note(f"the log does not stand as the anchor at {known[-1].position} says: walked from its start")
    await _walk_log(reads, walk, progress)
    for step in history.CHECKS:
        await _walk_rows(reads, step, report)
    in_rows = Fingerprint()
    if walk.fold.complete:
        await _read_ids(reads, in_rows, report)
    await reads.at_one_moment(check_work, walk)
    if walk.fold.complete:
        await _find_orphans(reads, history.Orphans(walk.touchpoints, in_rows), report)
    return report


async def _walk_log(reads: Reads, walk: LogWalk, progress: Progress) -> None:
    end = await reads.run(last_position)
    while walk.position < end and await reads.run(walk.step) > 0:
        progress(walk.position, max(end, walk.position))


async def _walk_rows(reads: Reads, step: history.Step, report: Report) -> None:
    after: str | None = ""
    while after is not None:
        after = await reads.run(step, after, report)


async def _read_ids(reads: Reads, in_rows: Fingerprint, report: Report) -> None:
    after = ""
    while ids := await reads.run(history.touchpoint_ids, after):
        in_rows.add(ids)
        after = ids[-1]
        report.looked_at["touchpoints"] += len(ids)


async def _find_orphans(reads: Reads, orphans: history.Orphans, report: Report) -> None:
    """Only what differs is looked at again: damage, or what was committed while we read."""
    if not orphans.buckets:
        return
    after = ""
    while ids := await reads.run(history.touchpoint_ids, after):
        orphans.suspect(ids)
        after = ids[-1]
    position: int | None = 0
    while position is not None:
        position = await reads.run(orphans.hear, position)
    orphans.tell(report)
