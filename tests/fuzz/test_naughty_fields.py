"""Naughty strings as names, notes, settings, words to search for, file names, passwords: kept, or refused in words."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from tests.fakes.house import PASSWORD, open_house
from tests.fuzz.corpora import LONG, some
from tests.fuzz.quiet import Quiet
from tests.fuzz.test_naughty_strings import chunks, two_desks
from tests.fuzz.texts import FORM, Post, fresh_session, one_line
from tests.integration.test_matching import available

CUSTOMER = "+447700900456"
MOST_LINE = MOST_TYPED = 200
FACTS_AT_A_TIME = 30


async def test_customer_keeps_name_and_facts(
    database_url: str, tmp_path: Path, naughty: list[str], quiet: Quiet
) -> None:
    """Each as a name, as the label of a fact and as its value; what is longer than a line is refused."""
    async with two_desks(database_url, tmp_path) as (house, amara, second):
        await available(amara)
        await house.text(CUSTOMER)
        contact = await amara.take()
        customer, version = contact["customer"]["id"], 1
        for text in naughty if LONG or "sqlite" in database_url else some(naughty, 60):
            answer = await amara.command("customer.update", customer=customer, version=version, name=text)
            assert answer["ok"] is (len(text) <= MOST_LINE), (text, answer)
            version += answer["ok"]
            if answer["ok"]:
                await second.until(lambda t=text: second.contacts[contact["id"]]["customer"]["name"] == t)
        lines = [text for text in naughty if len(text) <= MOST_LINE]
        for group in chunks(lines, FACTS_AT_A_TIME):
            facts = [{"label": text, "value": text} for text in group]
            await amara.do("customer.update", customer=customer, version=version, facts=facts)
            version += 1
            assert (await house.get(f"/api/v1/customers/{customer}", "amara"))["facts"] == facts
            await second.until(lambda f=facts: second.pops[contact["id"]]["customer"]["facts"] == f)
    quiet.expect_nothing()


async def test_settings_come_back_as_they_were(
    database_url: str, tmp_path: Path, naughty: list[str], quiet: Quiet
) -> None:
    """As names and as values inside a setting's JSON."""
    async with open_house(database_url, tmp_path) as house:
        wanted: dict[str, Any] = {}
        for place, group in enumerate(chunks(naughty, 12)):
            key = f"naughty_{chr(97 + place // 26)}{chr(97 + place % 26)}"
            wanted[key] = {"list": group, "table": {text: text for text in group}}
            answer = await house.call("PUT", f"/api/v1/settings/{key}", "amara", json={"value": wanted[key]})
            assert answer.status == 200, answer
        assert await house.get("/api/v1/settings", "amara") == wanted
    quiet.expect_nothing()


async def test_reasons_are_chosen_never_typed(
    sqlite_url: str, tmp_path: Path, naughty: list[str], quiet: Quiet
) -> None:
    """Reasons, dispositions, queues, presences and kinds are words of a list: anything else is refused in words."""
    async with two_desks(sqlite_url, tmp_path) as (house, amara, _second):
        await available(amara)
        await house.text(CUSTOMER)
        offered = await amara.offer()
        for group in chunks(some(naughty, 100), 50):
            declined = [amara.command("offer.decline", offer=offered["offer"]["id"], reason=text) for text in group]
            assert statuses(await asyncio.gather(*declined)) == {422}
        contact = (await amara.take())["id"]
        for group in chunks(some(naughty, 100), 50):
            asked = [
                call
                for text in group
                for call in (
                    amara.command("presence.set", presence="away", reason=text),
                    amara.command("presence.set", presence=text),
                    amara.command("contact.finish", contact=contact, disposition=text),
                    amara.command("contact.transfer", contact=contact, queue=f"{text}?"),
                    amara.command("draft.save", contact=contact, kind=text, text=text),
                    amara.command("settings.save", key=f"{text}!", value=text),
                )
            ]
            assert statuses(await asyncio.gather(*asked)) == {422}, group
    quiet.expect_nothing()


def statuses(answers: list[dict[str, Any]]) -> set[int]:
    return {answer["error"]["status"] if not answer["ok"] else 200 for answer in answers}


async def test_snoozed_work_keeps_its_note(sqlite_url: str, tmp_path: Path, naughty: list[str], quiet: Quiet) -> None:
    """The note of a follow-up stands among the snoozed ones and in the history."""
    async with two_desks(sqlite_url, tmp_path) as (house, amara, _second):
        await available(amara)
        until = int((time.time() + 3600) * 1000)
        texts = some(naughty, 20)[:25]
        await asyncio.gather(*(house.text(f"+44770090{place:04d}") for place in range(len(texts))))
        for text in texts:
            contact = await amara.take()
            await amara.do("contact.snooze", contact=contact["id"], until=until, note=text)
        work = await house.get("/api/v1/work", "amara")
        assert sorted(one["note"] for one in work["state"]["snoozed"]) == sorted(texts)
        first = work["state"]["snoozed"][0]["interaction"]
        for text in naughty:
            await amara.do("interaction.reschedule", interaction=first, until=until, note=text)
        work = await house.get("/api/v1/work", "amara")
        assert next(one["note"] for one in work["state"]["snoozed"] if one["interaction"] == first) == naughty[-1]
    quiet.expect_nothing()


# ---- search, files, doors --------------------------------------------------------------------------------------
async def test_each_is_searched_and_found(database_url: str, tmp_path: Path, naughty: list[str], quiet: Quiet) -> None:
    """Whatever is typed is a question, never syntax; and what was written is found by its own words."""
    naughty = naughty if LONG or "sqlite" in database_url else some(naughty, 100)
    async with open_house(database_url, tmp_path) as house:
        post = Post(house)
        for group in chunks(list(enumerate(naughty)), 25):
            await asyncio.gather(*(post.message(f"+4477009{place:05d}", text) for place, text in group))
        await house.hub.search.caught_up()
        lost = []
        for text in naughty:
            answer = await house.call("GET", f"/api/v1/search?q={quote(text)}", "amara")
            assert answer.status == (200 if len(text) <= MOST_TYPED else 422), (text, answer)
            if answer.status == 200 and answer.data["words"]:
                found = [hit["message"]["text"] for hit in answer.data["history"]]
                if text not in found and answer.data["next"] is None:
                    lost.append(text)
        assert lost == []
        for asked, text in enumerate(some(naughty, 30)):
            fresh_session(house, "rk", asked * 3)
            for path in ("customers?cursor=", "events?after=", "queues/", "customers/", "contacts/", "day?date="):
                answer = await house.call("GET", f"/api/v1/{path}{quote(text, safe='')}", "rk")
                assert answer.status in (200, 404, 422), (path, text, answer)
    quiet.expect_nothing()


async def test_file_names_are_made_harmless(sqlite_url: str, tmp_path: Path, naughty: list[str], quiet: Quiet) -> None:
    """The name of a file is a name, whatever was sent as one: one line, no path, and it ends as it should."""
    async with open_house(sqlite_url, tmp_path) as house:
        for text in some(naughty, 18)[:20]:
            headers = {"Content-Type": "text/plain", "X-File-Name": quote(text, safe="")}
            answer = await house.call("POST", "/api/v1/uploads", "amara", headers=headers, data=b"Hello")
            assert answer.status == 201, (text, answer)
            name = answer.data["name"]
            assert name.endswith(".txt")
            assert 5 <= len(name) <= 100
            assert one_line(name) == name
            assert not set(name) & set('/\\<>:"|?*'), name
    quiet.expect_nothing()


async def test_doors_stay_shut_whatever_is_said(
    sqlite_url: str, tmp_path: Path, naughty: list[str], quiet: Quiet
) -> None:
    """As a log-in and a password, in JSON and by the form: nobody gets in, nobody is told why."""
    async with open_house(sqlite_url, tmp_path) as house:
        for text in some(naughty, 3)[:4]:
            answer = await house.log_in(text, text)
            assert (answer.status, answer.data["code"]) == (401, "sign_in"), text
            form = urlencode({"login": text, "password": text}).encode()
            sent = await house.call("POST", "/login", headers={"Content-Type": FORM}, data=form)
            assert (sent.status, sent.headers["Location"]) == (303, "/login?error=sign_in"), text
    quiet.expect_nothing()


async def test_naughty_passwords_open_the_door(
    sqlite_url: str, tmp_path: Path, naughty: list[str], quiet: Quiet
) -> None:
    """A password may be anything that can be typed: what was set lets in, and a look-alike does not."""
    async with open_house(sqlite_url, tmp_path) as house:
        old = PASSWORD
        fit = [text for text in naughty if 12 <= len(text) <= 120 and len(set(text.strip().lower())) > 6]
        for text in some(fit, 3)[:4]:
            asked = {"old": old, "password": text}
            answer = await house.call("POST", "/api/v1/me/password", "amara", json=asked)
            assert answer.status == 200, (text, answer)
            house.tokens.pop("amara")
            assert (await house.log_in("amara", text)).status == 201, text
            assert (await house.log_in("amara", f"{text}\u200b")).status == 401, text
            old = text
    quiet.expect_nothing()
