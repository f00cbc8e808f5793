"""What belongs to one person: drafts, settings, mentions, and the parts of his snapshot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from interaction_hub.domain import events
from interaction_hub.domain.documents import parse
from interaction_hub.services.rulebook import Publish
from interaction_hub.storage import tables
from interaction_hub.storage.unit import Tx, each, insert_into
from interaction_hub.storage.verify import verify
from tests.fakes.house import Console
from tests.integration.storage.sql import execute
from tests.integration.test_contact_life import CUSTOMER, desk
from tests.integration.test_followups import snoozed, whole, work


async def signal(console: Console, kind: str) -> dict[str, Any]:
    """Wait for a sign of life."""

    def seen() -> dict[str, Any] | None:
        return next((one for one in console.frames if one["type"] == "signal" and one["kind"] == kind), None)

    return dict(await console.until(seen))


# ---- drafts ------------------------------------------------------------------------------------------------------
async def test_draft_is_kept_until_it_is_emptied(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        before = len(await found.house.log())
        for kind, text in (("reply", "Dear"), ("reply", "Dear Mr"), ("note", "Call back")):
            await found.amara.do("draft.save", contact=found.id, kind=kind, text=text)
        kept = (await work(found))["drafts"][found.id]
        assert {kind: one["text"] for kind, one in kept.items()} == {"reply": "Dear Mr", "note": "Call back"}
        await found.amara.do("draft.save", contact=found.id, kind="note", text="")
        kept = (await work(found))["drafts"][found.id]
        assert {kind: one["text"] for kind, one in kept.items()} == {"reply": "Dear Mr", "note": ""}
        assert (await work(found, "daniel"))["drafts"] == {}
        assert len(await found.house.log()) == before, "drafts are no events"


async def test_draft_that_comes_late_changes_nothing(database_url: str, tmp_path: Path) -> None:
    """The line was away: half a word goes out when it is back, the whole was sent and the field emptied meanwhile."""
    async with desk(database_url, tmp_path) as found:
        now = found.house.hub.clock.now() // 1000
        for text, at in (("Dear", now - 3), ("", now - 1), ("De", now - 2)):
            await found.amara.do("draft.save", contact=found.id, kind="reply", text=text, at=at)
        assert (await work(found))["drafts"][found.id]["reply"] == {"text": "", "at": now - 1}
        await found.amara.do("draft.save", contact=found.id, kind="reply", text="From tomorrow", at=now + 86_400_000)
        await found.amara.do("draft.save", contact=found.id, kind="reply", text="From now")
        assert (await work(found))["drafts"][found.id]["reply"]["text"] == "From now"


async def test_draft_ends_with_its_contact(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        await found.amara.do("draft.save", contact=found.id, kind="reply", text="Dear")
        await found.amara.do("contact.finish", contact=found.id, disposition="solved")
        assert await found.house.rows(sa.select(tables.draft)) == []
        late = await found.amara.command("draft.save", contact=found.id, kind="reply", text="Dear")
        assert late["error"]["status"] == 409


async def test_draft_of_somebody_elses_contact_is_refused(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        answer = await found.daniel.command("draft.save", contact=found.id, kind="reply", text="Mine")
        assert answer["error"]["status"] == 404
        for bad in ({"kind": "poem", "text": ""}, {"kind": "reply", "text": "x" * 10_001}):
            assert (await found.amara.command("draft.save", contact=found.id, **bad))["error"]["status"] == 422


async def test_other_console_hears_of_draft_and_setting(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found, found.house.console("amara") as second:
        await found.amara.do("draft.save", contact=found.id, kind="reply", text="Dear")
        heard = await signal(second, "draft")
        assert (heard["contact"], heard["draft"], heard["text"]) == (found.id, "reply", "Dear")
        await found.amara.do("settings.save", key="sound", value={"ring": "harp"})
        heard = await signal(second, "settings")
        assert (heard["key"], heard["value"]) == ("sound", {"ring": "harp"})
        assert not [one for one in found.daniel.frames if one["type"] == "signal"]


# ---- settings ----------------------------------------------------------------------------------------------------
async def test_settings_are_a_persons_own(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        for login, value in (("amara", {"accept": "F2"}), ("daniel", [1, None, "二", 2.5, True])):
            answer = await found.house.call("PUT", "/api/v1/settings/keys", login, json={"value": value})
            assert answer.status == 200, answer.data
        assert await found.house.get("/api/v1/settings", "amara") == {"keys": {"accept": "F2"}}
        assert await found.house.get("/api/v1/settings", "daniel") == {"keys": [1, None, "二", 2.5, True]}
        assert (await work(found))["settings"] == {"keys": {"accept": "F2"}}
        await found.amara.do("settings.save", key="keys", value=None)
        assert await found.house.get("/api/v1/settings", "amara") == {}


@pytest.mark.parametrize(
    ("key", "body"),
    [
        ("keys", "{}"),
        ("Keys", '{"value": 1}'),
        ("keys", json.dumps({"value": "x" * 8192})),
        ("keys", '{"value": "\\u0000"}'),
        ("keys", '{"value": {"\\ud800": 1}}'),
        ("keys", '{"value": NaN}'),
        ("keys", '{"value": 1e999}'),
        ("keys", '{"value": 1' + "0" * 40 + "}"),
        ("keys", '{"value": ' + "[" * 60 + "]" * 60 + "}"),
    ],
)
async def test_setting_that_cannot_be_kept_is_refused(database_url: str, tmp_path: Path, key: str, body: str) -> None:
    async with desk(database_url, tmp_path) as found:
        answer = await found.house.call(
            "PUT", f"/api/v1/settings/{key}", "amara", data=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status == 422
        assert await found.house.get("/api/v1/settings", "amara") == {}


# ---- mentions ----------------------------------------------------------------------------------------------------
async def test_mention_appears_and_goes_when_read(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        daniel, amara = found.house.users["daniel"], found.house.users["amara"]
        asked = [daniel, daniel, amara]
        done = await found.amara.do("contact.note", contact=found.id, text="@Daniel, do you know?", mentions=asked)
        key = await found.daniel.until(lambda: next((k for kind, k in found.daniel.board if kind == "mention"), None))
        shown = found.daniel.board["mention", key]
        assert (shown["text"], shown["by"]) == ("@Daniel, do you know?", {"id": amara, "name": "Amara Osei"})
        assert shown["interaction"] == found.contact["interaction"]
        assert [one["id"] for one in (await work(found, "daniel"))["mentions"]] == [key]
        assert (await work(found))["mentions"] == [], "nobody mentions himself"
        (event,) = await found.house.log(events.AgentMentioned)
        assert (event.body.touchpoint, event.body.agent) == (done["message"], daniel)
        await whole(found, database_url)

        stranger = await found.amara.command("mention.read", mention=key)
        assert stranger["error"]["status"] == 404
        for _ in range(2):
            await found.daniel.do("mention.read", mention=key)
        await found.daniel.until(lambda: ("mention", key) not in found.daniel.board)
        assert len(await found.house.log(events.MentionRead)) == 1
        await whole(found, database_url)


async def test_mention_of_nobody_loses_nothing(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        nobody = "00000000-0000-0000-0000-000000000000"
        answer = await found.amara.command("contact.note", contact=found.id, text="Ask", mentions=[nobody])
        assert (answer["error"]["status"], list(answer["error"]["fields"])) == (422, ["mentions"])
        answer = await found.amara.command("contact.note", contact=found.id, text="Ask", mentions=[nobody] * 11)
        assert answer["error"]["status"] == 422
        added = await found.house.log(events.TouchpointAdded)
        assert "note" not in [event.body.touchpoint_kind for event in added]


# ---- the snapshot ------------------------------------------------------------------------------------------------
async def test_rules_come_whole_and_anew(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        rules = (await work(found))["rules"]
        assert [one["id"] for one in rules["dispositions"]] == ["solved"]
        assert "lunch" in rules["away_reasons"]
        assert rules["wrap_extension_ms"] == {"deliveries": 60_000, "returns": 60_000}
        assert rules["company"] == {"name": "Harbour & Pine", "names_in_notices": False}
        assert {one["name"] for one in rules["people"]} == {"Amara Osei", "Daniel Reyes", "Ravi Kapoor"}
        body = {"key": "hi", "name": "Greeting", "text": "Hello {{customer}}", "language": "en"}
        changed = {("reply", "hi"): parse("reply", body, "test")}
        await found.house.hub.rules.publish(Publish(changed, frozenset(), "system:test"))
        for console in (found.amara, found.daniel):
            await console.until(lambda console=console: console.board.get(("rules", "rules"), {}).get("replies"))
            (reply,) = console.board["rules", "rules"]["replies"]
            assert (reply["id"], reply["text"], reply["channels"]) == ("hi", "Hello {{customer}}", [])


async def test_last_customers_stand_under_recent(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        assert (await work(found))["recent"] == []
        await found.amara.do("contact.end", contact=found.id)
        (one,) = (await work(found))["recent"]
        assert (one["customer"]["id"], one["channel"]) == (found.contact["customer"]["id"], "sms")
        await found.amara.do("contact.finish", contact=found.id, disposition="solved")
        await found.house.text(CUSTOMER, "Thanks")
        await found.amara.take()
        assert len((await work(found))["recent"]) == 1, "each customer once"


async def test_day_counts_missed_offers(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        assert found.amara.me["day"]["missed"] == 0
        await found.daniel.do("presence.set", presence="away", reason="break")
        await found.house.text("+447700900457", "Anybody there?")
        await found.amara.offer()
        found.clock.skip(601)
        await found.amara.until(lambda: found.amara.me["day"]["missed"] == 1)


async def test_waiting_customers_are_counted_by_queue(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        for console in (found.amara, found.daniel):
            await console.do("presence.set", presence="away", reason="break")
        found.clock.skip(3)
        await found.house.text("+447700900457", "Anybody there?")
        await found.daniel.until(lambda: _waiting(found.daniel) == {"deliveries": 1, "returns": 0})


def _waiting(console: Console) -> dict[str, int]:
    return {one["queue"]: one["waiting"] for one in console.me["waiting"]}


async def test_rating_is_the_mean_of_the_week(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        assert found.amara.me["day"]["rating"] is None
        found.house.hub.ledger.register("survey_for_test", each(_survey))
        for score in (5, 2):
            await found.house.hub.ledger.submit("survey_for_test", (await found.row(), score))
        await found.amara.until(lambda: found.amara.me["day"]["rating"] == {"mean": 3.5, "n": 2})
        assert (await work(found, "daniel"))["me"]["day"]["rating"] is None


def _survey(tx: Tx, item: tuple[Any, int]) -> None:
    """What the answer to a survey leaves behind."""
    contact, score = item
    (seq,) = tx.execute(sa.select(sa.func.max(tables.touchpoint.c.seq))).one()
    key = f"survey-{score}"
    values = {"id": key, "claim": key, "contact_id": contact.id, "interaction_id": contact.interaction_id}
    values |= {"customer_id": contact.customer_id, "seq": seq + 1, "at_us": tx.now, "channel": "sms"}
    values |= {"account": "main", "kind": "survey", "direction": "in", "author_kind": "customer", "state": "received"}
    values |= {"details": msgspec.json.encode({"values": {"score": score}}), "salt": b"salt"}
    tx.execute(insert_into(tables.touchpoint), values)
    tx.emit(
        events.SurveyAnswered(
            touchpoint=key,
            interaction=contact.interaction_id,
            customer=contact.customer_id,
            contact=contact.id,
            agent=contact.agent_id,
            score=score,
        ),
        actor=f"customer:{contact.customer_id}",
    )


# ---- verify ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("invariant", "words", "damage"),
    [
        ("I19", "another time", "UPDATE interaction SET due_us = due_us + 1"),
        ("I19", "not in its row", "UPDATE interaction SET due_us = NULL"),
        ("I19", "snoozed, but closed", "UPDATE interaction SET state = 'closed'"),
        ("I20", "read or missing", "UPDATE mention SET read_us = 1"),
        ("I20", "not in the log", "UPDATE mention SET id = 'ghost'"),
    ],
)
async def test_verify_finds_what_the_log_does_not_tell(
    database_url: str, tmp_path: Path, invariant: str, words: str, damage: str
) -> None:
    async with desk(database_url, tmp_path) as found:
        await found.amara.do("contact.note", contact=found.id, text="Ask", mentions=[found.house.users["daniel"]])
        await snoozed(found)
        await whole(found, database_url)
    await execute(database_url, damage)
    lines = (await verify(database_url, full=True)).lines()
    assert any(line.startswith(invariant) and words in line for line in lines), lines
