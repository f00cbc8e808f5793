"""What was written is found, by whoever may find it, however it is typed; and the index can always be made again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from interaction_hub.services.indexing import PROJECTION
from interaction_hub.storage import tables
from interaction_hub.storage.search_index import Entry, Slice
from interaction_hub.storage.verify import verify
from tests.fakes.house import House, open_house
from tests.integration.test_contact_life import CUSTOMER, desk

HOSTILE = (
    '"',
    '""',
    "'",
    "a'; DROP TABLE search_history; --",
    "NEAR(refund damage, 5)",
    "refund AND",
    "OR refund",
    "NOT refund",
    "refund NOT damage",
    "words:refund",
    "customer_id : refund",
    "{words} : refund",
    "^refund",
    "refund*",
    "*",
    "-refund",
    "(((((",
    "refund) OR (1",
    "a + b",
    "refund <-> damage:*",
    "!refund & | ()",
    "'refund':A",
    "\\",
    "a\\'b",
    "\u202erefund\ufeff",
    "\ue000654",
    "e\u0301" * 90,
    "退" * 200,
    "1" * 200,
    "+",
    "😀 ㈱ ﷺ",
    "%00",
    "%' OR 1=1",
)


async def find(house: House, text: str, login: str = "amara", **more: str) -> Any:
    """Search once all that is committed can be found."""
    await house.hub.search.caught_up()
    query = "&".join(f"{key}={quote(value)}" for key, value in {"q": text, **more}.items())
    return await house.get(f"/api/v1/search?{query}", login)


def texts(found: Any) -> list[str]:
    return [hit["message"]["text"] for hit in found["history"]]


async def indexed(house: House) -> Sequence[Any]:
    """All that the index knows, row by row."""
    await house.hub.search.caught_up()
    place = "rowid" if house.hub.reads.sqlite else "position"
    history = sa.text(f"SELECT {place}, touchpoint_id, CAST(words AS text) FROM search_history ORDER BY 1")
    people = sa.text(f"SELECT {place}, customer_id, CAST(words AS text) FROM search_customer ORDER BY 1")
    return [*await house.rows(history), *await house.rows(people)]  # type: ignore[call-overload]


async def test_words_of_the_history_are_found(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        said = [
            "I want a refund for the table",
            "Größe falsch, bitte umtauschen",
            "我想退貨，訂單2024",
            "Refunds are slow?",
        ]
        for text in said:
            await house.text(CUSTOMER, text)
        assert texts(await find(house, "refun")) == [said[3], said[0]], "the newest first, the last word begun"
        assert texts(await find(house, "refund table")) == [said[0]]
        assert texts(await find(house, "table refund i")) == [said[0]]
        assert texts(await find(house, "refund t")) == [said[0]], "one letter is a beginning, too"
        assert texts(await find(house, "slow r")) == texts(await find(house, "slow refunds")) == [said[3]]
        assert texts(await find(house, "单 2")) == [said[2]]
        assert texts(await find(house, "refund sofa")) == [], "every word must be there"
        assert texts(await find(house, "GROSSE")) == [said[1]]
        assert texts(await find(house, "退货")) == [said[2]]
        assert texts(await find(house, "货退")) == [], "side by side and in order"
        assert texts(await find(house, "订单 2024")) == [said[2]]
        found = await find(house, "退货 订单")
        (hit,) = found["history"]
        assert found["words"] == ["退货", "订单"]
        assert [hit["snippet"][start:stop] for start, stop in hit["marks"]] == ["退貨", "訂單"]
        assert hit["message"]["kind"] == "message"
        assert hit["customer"].keys() == {"id", "name"}


async def test_customer_is_found_by_whatever_is_known(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        house = found.house
        await house.text("+447700900999", "Somebody else")
        row = (await find(house, CUSTOMER, scope="customers"))["customers"][0]
        facts = [{"label": "Order", "value": "HP-20417"}, {"label": "Address", "value": "12 Đường Trần Phú"}]
        change = {"name": "陈美玲 Chen Meiling", "facts": facts, "version": 1}
        answer = await house.call("PATCH", f"/api/v1/customers/{row['id']}", "amara", json=change)
        assert answer.status == 200
        last = CUSTOMER[-4:]
        for typed in (
            *("美玲", "陳美玲", "chen", "meiling", "MEI", "chen 美玲", "chen " + last, "hp-20417", "20417", "tran phu"),
            *(last, CUSTOMER, CUSTOMER[1:], f"00{CUSTOMER[1:]}", f"0{CUSTOMER[3:]}", f"+44 7700 {CUSTOMER[-6:]}"),
        ):
            people = (await find(house, typed, scope="customers"))["customers"]
            assert [one["id"] for one in people] == [row["id"]], typed
        assert people[0] == {**row, "name": change["name"]}
        assert row["display"].startswith("+44 ")
        assert (row["open"], row["channels"]) == (1, ["sms"])
        for typed in ("玲美", "chen 9999", "Inez", "20418"):
            assert (await find(house, typed, scope="customers"))["customers"] == [], typed


async def test_renamed_customer_is_found_by_the_new_name(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        await house.text(CUSTOMER, "Hello")
        (customer,) = await house.rows(sa.select(tables.customer))
        for version, name in enumerate(("Ines Almeida", "Ines Okafor"), 1):
            change = {"name": name, "version": version}
            await house.call("PATCH", f"/api/v1/customers/{customer.id}", "amara", json=change)
            await house.hub.search.caught_up()
        assert [one["name"] for one in (await find(house, "ines"))["customers"]] == ["Ines Okafor"]
        assert (await find(house, "almeida"))["customers"] == []


async def test_whispers_are_found_by_supervisors_alone(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found, found.house.console("rk", stream="supervisor") as rk:
        await found.amara.do("contact.note", contact=found.id, text="Likes pomegranates", mentions=[])
        await rk.do("contact.whisper", contact=found.id, text="Offer pomegranates for free")
        assert texts(await find(found.house, "pomegranates")) == ["Likes pomegranates"]
        assert len(texts(await find(found.house, "pomegranates", "rk"))) == 2


async def test_nothing_typed_is_syntax(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        await house.text(CUSTOMER, "A refund for the damage")
        await house.hub.search.caught_up()
        for typed in HOSTILE:
            for scope in ("all", "customers", "history"):
                path = f"/api/v1/search?q={quote(typed)}&scope={scope}"
                answer = await house.call("GET", path, "amara")
                assert answer.status == 200, (typed, answer.data)
        assert texts(await find(house, '"refund"*')) == ["A refund for the damage"]
        assert texts(await find(house, "refund NOT damage")) == []
        for path in (f"q={'x' * 201}", "q=%00", "q=a&scope=x", "q=a&cursor=x", "q=a&scope=customers&cursor=5"):
            assert (await house.call("GET", f"/api/v1/search?{path}", "amara")).status == 422, path
        for typed in ("", " ", "…"):
            assert await find(house, typed) == {"words": [], "customers": [], "history": [], "next": None}
        assert (await house.call("GET", "/api/v1/search?q=a")).status == 401


async def test_pages_of_hits_have_no_gap(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        said = [f"parcel number {number}" for number in range(45)]
        for text in said:
            await house.text(CUSTOMER, text)
        seen: list[str] = []
        cursor = ""
        while cursor is not None:
            found = await find(house, "parcel", **({"cursor": cursor} if cursor else {}))
            assert bool(found["customers"]) is False
            seen += texts(found)
            cursor = found["next"]
            await house.text(CUSTOMER, "another thing")
        assert seen == said[::-1]


async def test_customers_stand_in_order_of_their_words(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        numbers = [f"+4477009{number:05d}" for number in range(61)]
        await asyncio.gather(*(house.text(number) for number in numbers))
        await house.text(numbers[7], "me again")
        for path in ("/api/v1/customers?", "/api/v1/search?q=4477009&scope=customers"):
            await house.hub.search.caught_up()
            seen: list[Any] = []
            cursor: str | None = ""
            while cursor is not None:
                page = await house.get(f"{path}&cursor={cursor}", "amara")
                seen += page.get("items") or page["customers"]
                cursor = page["next"]
            assert len(seen) == len({one["id"] for one in seen}) == 61, path
            assert [one["last_at"] for one in seen] == sorted((one["last_at"] for one in seen), reverse=True)
            assert (seen[0]["touchpoints"], seen[0]["open"]) == (2, 1)
            assert seen[0].keys() == {"id", "name", "tier", "display", "channels", "last_at", "open", "touchpoints"}
        assert (await house.call("GET", "/api/v1/customers?cursor=x", "amara")).status == 422


async def test_index_goes_on_after_a_start(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        await house.text(CUSTOMER, "before the stop")
        await house.hub.search.caught_up()
        await house.hub.search.stop()
        await house.text(CUSTOMER, "while nobody indexed")
        await house.text(CUSTOMER, "at the very end")
    async with open_house(database_url, tmp_path, people=False) as house:
        assert len(await indexed(house)) == 4, "three messages and a customer"


async def test_rebuilt_index_is_the_same(database_url: str, tmp_path: Path) -> None:
    async with desk(database_url, tmp_path) as found:
        house = found.house
        await asyncio.gather(*(house.text(f"+4477009{n:05d}", f"message {n} 退款") for n in range(130)))
        await found.amara.do("contact.note", contact=found.id, text="A note", mentions=[])
        before = await indexed(house)
        assert len(before) > 260
        await house.hub.search.rebuild()
        assert await indexed(house) == before

        def lose(tx: Any, _items: list[Any]) -> list[Any]:
            tx.execute(sa.text("DELETE FROM search_history"))
            tx.execute(sa.text("DELETE FROM search_customer"))
            return [None]

        house.hub.ledger.register("lose_index", lose)
        await house.hub.ledger.submit("lose_index", None)
        assert (await find(house, "退款"))["history"] == []
        await house.hub.search.rebuild()
        assert await indexed(house) == before
        assert (await verify(database_url)).findings == []


async def test_slower_node_writes_nothing(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        await house.text(CUSTOMER, "Hello")
        before = await indexed(house)
        stale = Slice(PROJECTION, 0, 5, [Entry(5, "0" * 36, restricted=False, words="late")])
        told = await house.hub.ledger.submit("save_search", stale)
        assert told > 5
        assert await indexed(house) == before


@pytest.mark.parametrize("typed", ["hello", "你好"])
async def test_long_texts_are_searched_whole(database_url: str, tmp_path: Path, typed: str) -> None:
    async with open_house(database_url, tmp_path) as house:
        await house.text(CUSTOMER, "的字 word " * 220 + typed)
        (hit,) = (await find(house, typed))["history"]
        assert len(hit["snippet"]) <= 160
        assert [hit["snippet"][start:stop] for start, stop in hit["marks"]] == [typed]
