"""The play page and what it calls, in the demo alone: the newcomer is the customer, with the agent's console beside.

The contract stands at the top of agent_ui/web/play.js. Only our own host names are served, and only on this machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import Any

import sqlalchemy as sa
from aiohttp import web

from agent_ui.rendering import render
from interaction_hub.demo.carrier_control import expect_local
from interaction_hub.demo.company import NEWCOMER, PACES, SAMPLES, SUPERVISOR
from interaction_hub.demo.play_stream import Streams
from interaction_hub.demo.troupe import Away, Troupe
from interaction_hub.domain.permissions import Principal, Role, public
from interaction_hub.errors import Conflict, HubError, Invalid
from interaction_hub.services.hub import Hub
from interaction_hub.services.timeline import address_for_people
from interaction_hub.storage import agents, offers, tables, users
from interaction_hub.web.api import json_body, json_response
from interaction_hub.web.sessions import set_cookie

MOST_BURST = 100
MOST_TEXT = 1600
LOOK_AFTER_SECONDS = 0.25
OPEN_SECONDS = 40.0
_NUMBER = re.compile(r"\+[1-9][0-9]{4,14}")
_WAITING = (
    sa.select(tables.contact.c.id, tables.contact.c.preferred_agent)
    .join(tables.identity, tables.identity.c.id == tables.contact.c.identity_id)
    .where(tables.identity.c.value == sa.bindparam("number"), tables.contact.c.state.in_(("queued", "offered")))
)


class Play:
    """The handlers. They wait until `opened` is set: before it the sample company is still being built up."""

    def __init__(self, hub: Hub, troupe: Troupe, opened: asyncio.Event) -> None:
        self._hub, self._troupe, self._opened = hub, troupe, opened
        self._streams = Streams(hub, troupe)
        self._tokens: dict[str, str] = {}
        self._signing_in = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def routes(self) -> list[web.RouteDef]:
        """All of them open to everybody on this machine; the origin check of the middleware stands before."""
        return [
            web.get("/play", self.page),
            web.get("/play/board", self.board),
            web.get("/play/state", self.state),
            web.get("/play/stream", self.stream),
            web.post("/play/sms", self.sms),
            web.post("/play/burst", self.burst),
            web.post("/play/pace", self.pace),
        ]

    @public
    async def page(self, request: web.Request) -> web.StreamResponse:
        """The page, with a session of the newcomer's agent, who is at her desk from now on."""
        expect_local(request)
        await self._wait_until_open()
        token = await self._session(NEWCOMER)
        await self._be_available()
        company = self._hub.rules.current.company.name
        answer = render(request, "play.html", first=self._first(), company=company, demo=True)
        set_cookie(request, answer, token)
        return answer

    @public
    async def board(self, request: web.Request) -> web.StreamResponse:
        """The wallboard as the supervisor sees it, on our other host name: there is one session by name and browser,
        and the play page's own must stay the agent's."""
        expect_local(request)
        await self._wait_until_open()
        if "here" not in request.query:
            host, _, port = request.host.rpartition(":")
            other = "127.0.0.1" if host == "localhost" else "localhost"
            raise web.HTTPSeeOther(f"http://{other}:{port}/play/board?here=1")
        answer = web.HTTPSeeOther("/board")
        set_cookie(request, answer, await self._session(SUPERVISOR))
        raise answer

    @public
    async def state(self, request: web.Request) -> web.StreamResponse:
        """Whom one can be, whom one can write to, and the pace."""
        expect_local(request)
        return json_response(self._first())

    @public
    async def stream(self, request: web.Request) -> web.StreamResponse:
        """A customer's telephone and the event log, live."""
        expect_local(request)
        return await self._streams.serve(request, _number(request.query.get("number"), "number"))

    @public
    async def sms(self, request: web.Request) -> web.StreamResponse:
        """A message of the newcomer. It is offered to her own console, whoever else is free."""
        given = await _given(request)
        sender, recipient = _number(given.get("from"), "from"), _number(given.get("to"), "to")
        body = given.get("body")
        if not isinstance(body, str) or not body.strip() or len(body) > MOST_TEXT:
            raise Invalid("Write something, up to 1600 characters.", fields={"body": "empty, too long, or no text"})
        if sender in self._numbers():
            raise Invalid("This is one of the company's own numbers.", fields={"from": "ours"})
        await self._wait_until_open()
        await self._be_available()
        with self._streams.sending(sender, recipient, body) as sent:
            sid, taken = await self._asked(self._troupe.text(sender, recipient, body))
            sent(sid, taken)
        task = asyncio.create_task(self._bring_to_newcomer(sender), name="play bring")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return json_response({"id": sid}, status=202)

    @public
    async def burst(self, request: web.Request) -> web.StreamResponse:
        """Many customers at once."""
        count = (await _given(request)).get("count")
        if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= MOST_BURST:
            raise Invalid("count is a whole number from 1 to 100.", fields={"count": "1 to 100"})
        await self._asked(self._troupe.burst(count))
        return json_response({}, status=202)

    @public
    async def pace(self, request: web.Request) -> web.StreamResponse:
        """How fast simulated customers come."""
        pace = (await _given(request)).get("pace")
        if pace not in PACES:
            raise Invalid(f"pace is one of {', '.join(PACES)}.", fields={"pace": "unknown"})
        found = await self._asked(self._troupe.set_pace(pace))
        self._streams.tell("pace", {"pace": found})
        return json_response({"pace": found})

    # ---- steps -------------------------------------------------------------------------------------------------
    def _numbers(self) -> dict[str, str]:
        queues = self._hub.rules.current.queues.values()
        return {
            entry: queue.name for queue in queues for entry in queue.entries if entry != "*" and queue.channel == "sms"
        }

    def _first(self) -> dict[str, Any]:
        return {
            "customers": [
                {
                    "number": sample.person.number,
                    "display": address_for_people("phone", sample.person.number),
                    "name": sample.person.name,
                    "language": sample.person.language,
                }
                for sample in SAMPLES
            ],
            "numbers": [
                {"number": number, "display": address_for_people("phone", number), "name": name}
                for number, name in self._numbers().items()
            ],
            "pace": self._troupe.pace,
            "site": next(iter(self._hub.rules.current.sites), ""),
        }

    async def _asked(self, asking: Any) -> Any:
        try:
            return await asking
        except Away as away:
            raise web.HTTPServiceUnavailable(text=str(away)) from None

    async def _wait_until_open(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._opened.wait(), OPEN_SECONDS)

    async def _session(self, login: str) -> str:
        """One session of a log-in for all tabs."""
        async with self._signing_in:
            token = self._tokens.get(login, "")
            if not token or await self._hub.access.principal(token) is None:
                user = await self._hub.reads.run(users.by_login, login)
                if user is None:
                    raise web.HTTPServiceUnavailable(text=f"There is no log-in {login} in this database.")
                token, _ = await self._hub.access.open_session(user.id, "The play page")
                self._tokens[login] = token
            return token

    async def _row(self, login: str) -> Any:
        user = await self._hub.reads.run(users.by_login, login)
        return await self._hub.reads.run(agents.get, user.id) if user is not None else None

    async def _be_available(self) -> None:
        """At her desk, unless the newcomer himself has chosen otherwise."""
        row = await self._row(NEWCOMER)
        if row is not None and (row.presence == "offline" or (row.presence == "away" and row.set_by == "system")):
            principal = Principal(row.id, row.name, Role.AGENT, "")
            await self._hub.commands.run("presence.set", principal, {"presence": "available"})

    async def _bring_to_newcomer(self, number: str) -> None:
        """Let the supervisor assign to the newcomer what has been offered to a simulated colleague."""
        await asyncio.sleep(LOOK_AFTER_SECONDS)
        row = await self._row(NEWCOMER)
        chief = await self._hub.reads.run(users.by_login, SUPERVISOR)
        contact = await self._hub.reads.run(_waiting_elsewhere, number, row.id if row is not None else "")
        if row is None or chief is None or not contact or row.presence != "available" or not row.confirmed:
            return
        principal = Principal(chief.id, chief.name, Role.SUPERVISOR, "")
        try:
            await self._hub.commands.run("waiting.assign", principal, {"contact": contact, "agent": row.id})
        except HubError:
            return  # somebody has accepted it meanwhile


def _waiting_elsewhere(connection: sa.Connection, number: str, agent: str) -> str:
    """The contact of this number, if it waits, and neither is offered to this agent nor waits for her anyway."""
    row = connection.execute(_WAITING, {"number": number}).first()
    if row is None:
        return ""
    offer = offers.open_of_contacts(connection, [row.id]).get(row.id)
    meant_for = offer.agent_id if offer is not None else row.preferred_agent
    return "" if meant_for == agent else str(row.id)


async def _given(request: web.Request) -> dict[str, Any]:
    """The JSON of a page of ours: a foreign form can neither send JSON nor this header without asking first."""
    expect_local(request)
    if "X-Requested-With" not in request.headers:
        raise Conflict("The header X-Requested-With is missing.", code="header")
    return await json_body(request)


def _number(given: object, name: str) -> str:
    if not isinstance(given, str) or not _NUMBER.fullmatch(given):
        raise Invalid("A number begins with + and its country code.", fields={name: "not a number such as +44…"})
    return given
