"""Somebody's day: counted from what he did, in the company's zone, for his eyes and those of whoever may watch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
import sqlalchemy as sa

from interaction_hub.domain.rules import RuleBook
from interaction_hub.durations import HOUR, MINUTE, SECOND
from interaction_hub.services.day import Day, parse_day
from interaction_hub.storage import tables
from tests.integration.storage.sql import execute
from tests.integration.test_contact_life import CUSTOMER, Desk, desk
from tests.integration.test_matching import decline

NOON = int(datetime(2026, 3, 29, 12, tzinfo=UTC).timestamp()) * SECOND


async def day(found: Desk, login: str = "amara", query: str = "") -> Any:
    return await found.house.get(f"/api/v1/day{query}", login)


def today(found: Desk) -> str:
    book: RuleBook = found.house.hub.rules.current
    return parse_day("", book.company.time_zone, found.clock.now()).date


async def test_day_counts_what_was_handled(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        empty = await day(found)
        assert (empty["handled"], empty["handle_ms"], empty["by_channel"], empty["contacts"]) == (0, None, [], [])
        begun = found.clock.now()
        found.clock.skip(60)
        await found.amara.do("contact.end", contact=found.id)
        found.clock.skip(20)
        await found.amara.do("contact.finish", contact=found.id, disposition="solved")
        full = await day(found)
        assert full["date"] == today(found)
        assert full["handled"] == 1
        assert 60_000 <= full["talk_ms"] < 75_000
        assert 20_000 <= full["wrap_ms"] < 30_000
        assert abs(full["handle_ms"] - full["talk_ms"] - full["wrap_ms"]) <= 2
        assert full["by_channel"] == [{"channel": "sms", "handled": 1, "handle_ms": full["handle_ms"]}]
        assert full["dispositions"] == [{"id": "solved", "name": "Solved", "n": 1}]
        (line,) = full["contacts"]
        assert (line["contact"], line["channel"], line["handle_ms"]) == (found.id, "sms", full["handle_ms"])
        assert line["queue"] == {"id": "deliveries", "name": "Deliveries"}
        assert line["disposition"] == {"id": "solved", "name": "Solved"}
        assert line["customer"]["display"].replace(" ", "") == CUSTOMER
        assert line["at"] >= begun // 1000 + 80_000
        assert (await day(found, "daniel"))["contacts"] == []


async def test_day_counts_offers_that_were_left(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        await found.amara.do("presence.set", presence="away", reason="break")
        await found.house.text("+447700900777", "Me too")
        await decline(found.daniel, await found.daniel.offer())
        full = await day(found, "daniel")
        assert (full["missed"], full["declined"]) == (0, 1)
        missed = sa.update(tables.offer).where(tables.offer.c.state == "declined").values(state="expired")
        await execute(database_url, missed)
        full = await day(found, "daniel")
        assert (full["missed"], full["declined"]) == (1, 0)


async def test_day_has_the_ratings_of_its_contacts(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        assert (await day(found))["rating"] is None
        (row,) = await found.house.rows(sa.select(tables.touchpoint).where(tables.touchpoint.c.kind == "message"))
        for number, score in enumerate((5, 4, None)):
            survey = dict(row._mapping) | {
                "id": f"survey-{number}",
                "claim": f"survey-{number}",
                "seq": 100 + number,
                "kind": "survey",
                "contact_id": found.id,
                "details": msgspec.json.encode({"values": {"score": score}}),
            }
            await execute(database_url, sa.insert(tables.touchpoint).values(survey))
        assert (await day(found))["rating"] == {"mean": 4.5, "n": 2}
        assert (await day(found, "daniel"))["rating"] is None


async def test_day_shows_when_he_was_there(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        found.clock.skip(60)
        await found.amara.do("presence.set", presence="away", reason="break")
        found.clock.skip(30)
        await found.amara.do("presence.set", presence="available")
        first, second, last = (await day(found))["presence"]
        assert [one["presence"] for one in (first, second, last)] == ["available", "away", "available"]
        assert second["reason"] == "break"
        assert first["until"] == second["from"]
        assert 30_000 <= second["until"] - second["from"] < 45_000
        assert (last["from"], last["until"]) == (second["until"], None)
        yesterday = (datetime.fromisoformat(today(found)) - timedelta(days=1)).date().isoformat()
        before = await day(found, query=f"?date={yesterday}")
        assert (before["date"], before["presence"], before["handled"]) == (yesterday, [], 0)
        tomorrow = (datetime.fromisoformat(today(found)) + timedelta(days=2)).date().isoformat()
        found.clock.skip(2 * 86_400)
        (whole,) = (await day(found, query=f"?date={tomorrow}"))["presence"] or [{}]
        assert whole.get("presence") in (None, "available", "offline")


async def test_day_is_his_own(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        house = found.house
        amara = house.users["amara"]
        assert (await house.call("GET", f"/api/v1/day?agent={amara}", "daniel")).status == 403
        assert (await house.call("GET", f"/api/v1/day?agent={amara}", "amara")).status == 200
        seen = await house.call("GET", f"/api/v1/day?agent={amara}", "rk")
        assert seen.data == await day(found)
        assert (await house.call("GET", "/api/v1/day?agent=nobody", "rk")).status == 404
        for bad in ("2026-02-30", "yesterday", "20260301", "2026-3-1", "-001-01-01", "2026-03-01T00:00", "٢٠٢٦-٠٣-٠١"):
            assert (await house.call("GET", f"/api/v1/day?date={bad}", "amara")).status == 422, bad
        for good in ("1000-01-01", "2999-12-31", "2026-02-28"):
            assert (await house.call("GET", f"/api/v1/day?date={good}", "amara")).status == 200, good


@pytest.mark.parametrize(
    ("date", "zone", "hours"),
    [
        ("2026-03-29", "Europe/Berlin", 23),
        ("2026-10-25", "Europe/Berlin", 25),
        ("2026-03-29", "Asia/Shanghai", 24),
        ("2026-03-29", "Africa/Cairo", 24),
    ],
)
async def test_day_is_as_long_as_there(date: str, zone: str, hours: int) -> None:
    found = parse_day(date, zone, NOON)
    assert found == Day(date, found.begin, found.begin + hours * HOUR, NOON)
    begin = datetime.fromtimestamp(found.begin / SECOND, ZoneInfo(zone))
    assert (begin.hour, begin.minute, begin.date().isoformat()) == (0, 0, date)


async def test_today_is_where_the_company_is() -> None:
    late = NOON + 11 * HOUR + 30 * MINUTE
    assert parse_day("", "Europe/London", late).date == "2026-03-30"
    assert parse_day("", "America/New_York", late).date == "2026-03-29"
