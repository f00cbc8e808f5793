"""Naughty strings in the administration: names and texts of documents, of the company and of its people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.fakes.house import Answer, House, open_house
from tests.fakes.people import make_admin
from tests.fuzz.corpora import some
from tests.fuzz.quiet import Quiet
from tests.fuzz.texts import blank, fresh_session

MOST_LINE, MOST_NAME, MOST_GREETING = 200, 120, 80
DOCUMENTS: dict[str, dict[str, Any]] = {
    "replies": {"text": "?", "channels": []},
    "queues": {"channel": "sms"},
    "dispositions": {},
    "sites": {"greeting": "?", "privacy_note": "?"},
    "skills": {},
    "screens": {},
    "hours": {},
    "roles": {},
}
LIMITS = {"name": MOST_NAME, "text": 10_000, "greeting": MOST_GREETING, "privacy_note": MOST_LINE}
NEEDED = ("name", "text")


async def test_documents_keep_their_words(sqlite_url: str, tmp_path: Path, naughty: list[str], quiet: Quiet) -> None:
    """Names and texts of documents unchanged, in the document, its list, its history and at the agents' consoles."""
    async with open_house(sqlite_url, tmp_path) as house, house.console("amara") as amara:
        await make_admin(house)
        for section in DOCUMENTS:
            house.tokens.pop("boss", None)  # the hub hears one session 1,200 times in a minute
            kept = await keep(house, section, some(naughty, 60 if section == "replies" else 16))
            story = (await house.call("GET", f"/api/v1/admin/{section}/sample/history", "boss")).data["items"]
            assert [one["document"]["name"] for one in reversed(story)] == kept[-len(story) :]
            listed = (await house.call("GET", f"/api/v1/admin/{section}", "boss")).data["items"]
            assert next(one["document"]["name"] for one in listed if one["key"] == "sample") == kept[-1]
            if section == "replies":
                await amara.until(lambda last=kept[-1]: told(amara)[-1:] == [last])
                assert set(told(amara)) <= set(kept)
    quiet.expect_nothing()


async def keep(house: House, section: str, texts: list[str]) -> list[str]:
    """Put each text into one document after the other; gives those that were taken."""
    version, kept = 0, []
    for text in texts:
        body = {name: text if value == "?" else value for name, value in DOCUMENTS[section].items()} | {"name": text}
        answer = await put(house, f"{section}/sample", body, version)
        fit = all(len(value) <= LIMITS[name] for name, value in body.items() if name in LIMITS)
        fit = fit and all(body[name] for name in NEEDED if name in body)
        assert answer.status in ((200, 201) if fit else (422,)), (section, text, answer)
        if fit:
            version = answer.data["version"]
            kept.append(text)
            assert body.items() <= answer.data["document"].items()
        else:
            assert set(answer.data["fields"]) <= set(LIMITS)
    return kept


def told(amara: Any) -> list[str]:
    """The texts of the sample reply that the console was told, in order."""
    found = []
    for frame in amara.frames:
        for change in frame.get("changes", []):
            if change["kind"] == "rules":
                found += [one["text"] for one in change["value"]["replies"] if one["id"] == "sample"]
    return found


async def test_company_people_and_logins(sqlite_url: str, tmp_path: Path, naughty: list[str], quiet: Quiet) -> None:
    """The company's name and its reasons, people's names; a log-in is a word of small letters, never more."""
    async with open_house(sqlite_url, tmp_path) as house:
        boss = await make_admin(house)
        found = (await house.call("GET", "/api/v1/admin/company/company", "boss")).data
        document, version = found["document"], found["version"]
        for text in [one for one in some(naughty, 20) if 0 < len(one) <= MOST_NAME]:
            document = document | {"name": text, "away_reasons": [text], "decline_reasons": [text]}
            answer = await put(house, "company/company", document, version)
            assert (answer.status, answer.data["document"]["name"]) == (200, text), answer
            version = answer.data["version"]
            if answer.status == 200 and len(text) <= 80:
                away = {"presence": "away", "reason": text}
                assert (await house.call("PUT", "/api/v1/presence", "amara", json=away)).status == 200, text
        for asked, text in enumerate(some(naughty, 60)):
            fresh_session(house, "boss", asked)
            answer = await house.call("PATCH", f"/api/v1/admin/people/{boss}", "boss", json={"name": text})
            named = not blank(text) and len(text.strip()) <= MOST_NAME
            assert (answer.status, answer.data.get("name")) == ((200, text.strip()) if named else (422, None)), text
            person = {"login": f"{text}é", "name": "Somebody", "role": "agent"}
            assert (await house.call("POST", "/api/v1/admin/people", "boss", json=person)).status == 422, text
    quiet.expect_nothing()


async def put(house: House, path: str, body: dict[str, Any], seen: int) -> Answer:
    headers = {"If-Match": f'"{seen}"'} if seen else {"If-None-Match": "*"}
    return await house.call("PUT", f"/api/v1/admin/{path}", "boss", headers=headers, json=body)
