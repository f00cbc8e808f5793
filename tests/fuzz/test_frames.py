"""Frames that are JSON and still wrong: every op with every wrong value; and nobody else's words in an answer."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import websockets
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.house import TOKEN, House, documents, open_house
from tests.fakes.visitor import Visitor, come
from tests.fuzz.corpora import EXAMPLES
from tests.fuzz.quiet import Quiet
from tests.fuzz.test_json_corpus import NOBODY, open_shop, way_in
from tests.integration.test_hostile_frames import FRAMES
from tests.integration.test_matching import available

NUL, HALF = "\x00", "\ud800"
DEEP: Any = json.loads("[" * 900 + "]" * 900)
WRONG: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2**53 + 1, 10**400, 0.5, -1e308, float("nan"), float("inf"),
    [], [[]], [None], ["x"], {}, {"x": 1}, {"": {"": ""}}, DEEP,
    "", " ", NUL, f"a{NUL}b", HALF, f"a{HALF}b", "\udfff", "x" * 20_000, "1; DROP TABLE contact", "../../etc/passwd",
    NOBODY.upper(), f"{NOBODY}\n", "٣" * 36, "true", "null", "-1", "1e9",
)  # fmt: skip
REFUSED = {401, 403, 404, 409, 413, 422, 429}


def cases(house: House, permission: set[str]) -> Iterator[tuple[str, str, Any, dict[str, Any]]]:
    """Op, field, wrong value and arguments: each field of each command's model in turn."""
    for op, command in house.hub.commands.all.items():
        if str(command.permission) not in permission:
            continue
        schema = command.arguments.model_json_schema()
        right = {name: example(one) for name, one in schema["properties"].items()}
        for name in right:
            for value in WRONG:
                yield op, name, value, right | {name: value}
        yield op, "", None, {}
        yield op, "extra", 1, right | {"extra": 1}
        yield op, HALF, 1, right | {HALF: 1}
        yield op, NUL, 1, right | {NUL: 1}


def example(schema: dict[str, Any]) -> Any:
    """Something that fits, and names nobody."""
    if "anyOf" in schema:
        return example(schema["anyOf"][0])
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("pattern", "").startswith("^[0-9a-f]{8}"):
        return NOBODY
    kinds = {"integer": 1, "boolean": True, "array": [], "string": "x"}
    return kinds.get(schema.get("type", ""), {})


@pytest.mark.parametrize(("login", "stream", "permission"), [("amara", "agent", "work"), ("rk", "supervisor", "steer")])
async def test_wrong_argument_of_each_op_is_refused(
    sqlite_url: str, tmp_path: Path, login: str, stream: str, permission: str, quiet: Quiet
) -> None:
    """Made from the commands' own models: no command breaks, and none takes what its model does not allow."""
    async with open_house(sqlite_url, tmp_path) as house, house.console(login, stream=stream) as console:
        asked = list(cases(house, {permission, "signed_in"}))
        assert len(asked) > 500
        for start in range(0, len(asked), 100):
            group = asked[start : start + 100]
            answers = await asyncio.gather(*(console.command(op, **args) for op, _, _, args in group))
            for (op, name, value, _), answer in zip(group, answers, strict=True):
                status = 200 if answer["ok"] else answer["error"]["status"]
                what = (op, name, repr(value)[:60], answer)
                assert status in REFUSED or (status == 200 and op in ("settings.save", "presence.set")), what
                if unstorable(value) or name in ("extra", HALF, NUL):
                    assert status == 422, what
        assert (await console.command("settings.save", key="x", value="still here"))["ok"]
        assert console.gaps == 0
        assert (await house.history()).faults == []
    quiet.expect_nothing()


def unstorable(value: Any) -> bool:
    """What decisions 36 refuses everywhere."""
    return isinstance(value, str) and (NUL in value or any("\ud800" <= one <= "\udfff" for one in value))


# ---- the visitor's socket --------------------------------------------------------------------------------------
RIGHT: dict[str, dict[str, Any]] = {
    "hello": {"token": "x", "seq": None, "page": "https://shop.example/"},
    "message": {
        "id": NOBODY, "text": "x", "files": [], "name": "x", "answer_to": "", "page": "https://shop.example/",
        "language": "en",
    },
    "ack": {"state": "read", "messages": [NOBODY]},
    "typing": {"on": True},
    "page": {"page": "https://shop.example/"},
    "rate": {"id": NOBODY, "score": 3, "text": "x"},
    "token": {"token": "x"},
    "older": {"id": NOBODY, "before": NOBODY},
    "nothing": {"id": NOBODY},
}  # fmt: skip
SPOKEN = 50
"""Messages of one socket: the hub lets nobody write more than 60 in a minute."""


async def test_wrong_field_of_each_visitor_frame_is_refused(sqlite_url: str, tmp_path: Path, quiet: Quiet) -> None:
    """Every field of every frame of a visitor with every wrong value, before and after the hello: an answer."""
    wrong = [{"op": op, **fields, name: value} for op, fields in RIGHT.items() for name in fields for value in WRONG]
    async with open_shop(sqlite_url, tmp_path) as house:
        for greeted in (False, True):
            for start in range(0, len(wrong), SPOKEN):
                visitor = Visitor(house, {"token": "none"}) if not greeted else await come(house)
                address = house.url.replace("http", "ws") + "/ws/chat"
                async with websockets.connect(address, origin=house.url) as ws:  # type: ignore[arg-type]
                    if greeted:
                        await ws.send(json.dumps({"op": "hello", "token": visitor.session["token"], "seq": None}))
                    for frame in wrong[start : start + SPOKEN]:
                        await ws.send(json.dumps(frame))
                    heard = await everything(ws)
                    results = [one for one in heard if one["type"] == "result"]
                    statuses = {one["error"]["status"] for one in results if not one["ok"]}
                    assert statuses <= ({401, 422} if not greeted else {401, 404, 409, 422}), statuses
                    assert greeted or not any(one["ok"] for one in results)
        visitor = await come(house)
        async with visitor.page():
            assert (await visitor.write("Hello"))["ok"]
    quiet.expect_nothing()


async def everything(ws: Any) -> list[dict[str, Any]]:
    """What is heard until the answer to a question that is asked now, and a moment longer."""
    mark = str(uuid.uuid4())
    heard: list[dict[str, Any]] = []
    await ws.send(json.dumps({"op": "older", "id": mark, "before": "none"}))
    async with asyncio.timeout(20):
        while not heard or heard[-1].get("id") != mark:
            heard.append(json.loads(await ws.recv()))
    return heard[:-1]


# ---- all sockets -----------------------------------------------------------------------------------------------
@dataclass
class Canaries:
    """What nobody but its owner may ever hear."""

    words: set[str] = field(default_factory=set)

    def new(self, words: str = "") -> str:
        """Another one, or these words as one."""
        found = words or f"canary-{uuid.uuid4().hex}"
        self.words.add(found)
        return found

    def in_frames(self, frames: list[Any]) -> set[str]:
        heard = json.dumps(frames, ensure_ascii=False)
        return {one for one in self.words if one in heard}


@asynccontextmanager
async def others(house: House) -> AsyncIterator[tuple[Canaries, list[str]]]:
    """Daniel at work with an SMS and a chat, full of secrets; gives them, and the ids of everything of his."""
    hidden, ids = Canaries(), []
    hidden.new(TOKEN)
    visitor = await come(house)
    hidden.words |= {visitor.session["token"], visitor.session["credential"], await house.sign_in("daniel")}
    async with house.console("daniel") as daniel, visitor.page():
        await available(daniel)
        await house.text("+447700900789", hidden.new())
        first = await daniel.take()
        await visitor.write(hidden.new(), name=hidden.new())
        second = await daniel.take()
        for contact in (first["id"], second["id"]):
            for op in ("contact.reply", "contact.note"):
                ids.append((await daniel.do(op, contact=contact, text=hidden.new()))["message"])
            await daniel.do("draft.save", contact=contact, kind="reply", text=hidden.new())
        await daniel.do("settings.save", key="x", value=hidden.new())
        ids += [first["id"], second["id"], *daniel.messages, first["interaction"], first["customer"]["id"]]
        yield hidden, ids
        assert daniel.gaps == 0
        await available(daniel)


@pytest.mark.parametrize("stream", ["agent", "supervisor", "tv", "chat"])
async def test_no_answer_has_words_of_others(sqlite_url: str, tmp_path: Path, stream: str, quiet: Quiet) -> None:
    """Hostile frames, and lawful ones with the ids of other people's things: no answer holds what is theirs."""
    rules = documents(chat={}) | await screens()
    async with open_house(sqlite_url, tmp_path, rules=rules) as house, others(house) as (hidden, ids):
        hostile = [frame for frame, _ in FRAMES.values()]
        hostile += [json.dumps(frame) for frame in about(house, ids, stream)]
        address, headers, hello = await way_in(house, stream)
        heard: list[Any] = []
        for start in range(0, len(hostile), SPOKEN):
            async with websockets.connect(address, additional_headers=headers, origin=house.url, max_size=None) as ws:  # type: ignore[arg-type]
                await ws.send(json.dumps(hello))
                for frame in hostile[start : start + SPOKEN]:
                    await ws.send(frame)
                heard += await everything(ws)
        assert len([one for one in heard if one["type"] == "result"]) >= len(FRAMES) // 2
        assert {one["error"]["status"] for one in heard if one["type"] == "result" and not one["ok"]} <= REFUSED
        assert hidden.in_frames(heard) == set()
    quiet.expect_nothing()


async def screens() -> dict[Any, Any]:
    from interaction_hub.domain.documents import parse

    return {("screen", "hall"): parse("screen", {"key": "hall", "name": "Hall"}, "test")}


def about(house: House, ids: list[str], stream: str) -> Iterator[dict[str, Any]]:
    """Every op that this person has, about things that are not his. Supervisors may change them, and do not ask."""
    for key in ids:
        if stream == "chat":
            yield {"op": "older", "id": str(uuid.uuid4()), "before": key}
            yield {"op": "ack", "state": "read", "messages": [key]}
            yield {"op": "message", "id": str(uuid.uuid4()), "text": "x", "files": [key]}
            continue
        yield {"op": "typing", "contact": key, "on": True}
        yield {"op": "view", "customer": key if stream == "agent" else NOBODY}
        for op, command in house.hub.commands.all.items():
            schema = command.arguments.model_json_schema()["properties"]
            args = {name: key if example(one) == NOBODY else example(one) for name, one in schema.items()}
            if stream == "agent" and op != "customer.update":
                yield {"op": op, "id": str(uuid.uuid4()), "args": args}


# ---- invented --------------------------------------------------------------------------------------------------
NAMES = st.sampled_from(
    ["op", "id", "args", "seq", "token", "contact", "text", "files", "page", "messages", "state", "score", "before", ""]
)
SAID = ("hello", "typing", "view", "pong", "message", "ack", "page", "rate", "older", "token")
OPS = st.sampled_from((*SAID, "settings.save", "presence.set", "draft.save", "contact.reply", "x"))
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.just(NOBODY) | OPS
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)
FIELDS = ("id", "args", "seq", "token", "text", "contact", "customer", "page", "messages")
INVENTED = st.fixed_dictionaries({"op": OPS | VALUES}, optional=dict.fromkeys(FIELDS, VALUES))


@pytest.mark.timeout(120 + EXAMPLES)
@pytest.mark.parametrize("stream", ["agent", "chat"])
async def test_invented_frames_break_nothing(sqlite_url: str, tmp_path: Path, stream: str, quiet: Quiet) -> None:
    """Hypothesis invents frames of ops, fields and nonsense; each answer is an answer, the socket lives on."""
    loop = asyncio.get_running_loop()
    async with open_shop(sqlite_url, tmp_path) as house:
        address, headers, hello = await way_in(house, stream)
        async with websockets.connect(address, additional_headers=headers, origin=house.url) as ws:  # type: ignore[arg-type]
            await ws.send(json.dumps(hello))

            async def ask(frame: dict[str, Any]) -> list[dict[str, Any]]:
                await ws.send(json.dumps(frame))
                return await everything(ws)

            @settings(max_examples=EXAMPLES or 60, deadline=None, derandomize=not EXAMPLES, database=None)
            @given(INVENTED)
            def invent(frame: dict[str, Any]) -> None:
                for one in asyncio.run_coroutine_threadsafe(ask(frame), loop).result(30):
                    assert one["type"] != "result" or one["ok"] or one["error"]["status"] in REFUSED, one

            await asyncio.to_thread(invent)
    quiet.expect_nothing()
