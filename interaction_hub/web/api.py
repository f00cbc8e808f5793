"""The JSON API: reads, and the command registry over HTTP. `/api/openapi.json` describes exactly this."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import msgspec
import sqlalchemy as sa
from aiohttp import web

from interaction_hub.clock import milliseconds
from interaction_hub.domain.events import fields_of
from interaction_hub.domain.permissions import Permission, Principal, needs
from interaction_hub.errors import Invalid, NotFound
from interaction_hub.request_keys import PRINCIPAL
from interaction_hub.services import personal, timeline
from interaction_hub.services.commands import Command
from interaction_hub.services.contact_views import contact_views
from interaction_hub.services.destinations import destinations
from interaction_hub.services.directory import Directory
from interaction_hub.services.hub import Hub
from interaction_hub.services.pops import pops
from interaction_hub.services.workspace import Workspace
from interaction_hub.storage import contacts, eventlog, offers
from interaction_hub.web.bodies import keep_upload

MOST_EVENTS = 500
READABLE = ("image/png", "image/jpeg", "image/gif", "image/webp")
"""Types that are shown in place; everything else is only offered for download (A4)."""


def json_response(data: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """An answer in JSON."""
    return web.Response(body=msgspec.json.encode(data), status=status, headers=headers, content_type="application/json")


async def json_body(request: web.Request) -> dict[str, Any]:
    """The request's JSON object; empty bodies count as `{}`. Raises `Invalid`."""
    body = await request.read()
    if not body:
        return {}
    if request.content_type not in ("application/json", "application/merge-patch+json"):
        raise Invalid("Send JSON: Content-Type application/json.", code="content_type")
    try:
        # The standard parser keeps lone surrogates, which the arguments then refuse by name.
        found = json.loads(body.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise Invalid("The body is not valid JSON.", code="json") from None
    if not isinstance(found, dict):
        raise Invalid("The body must be a JSON object.", code="json")
    return found


def routes(hub: Hub, workspace: Workspace) -> list[web.RouteDef]:
    """All reads and all commands."""
    reads = _Reads(hub, workspace)
    return [
        web.get("/api/v1/me", reads.me),
        web.get("/api/v1/work", reads.work),
        web.get("/api/v1/contacts/{contact}", reads.contact),
        web.get("/api/v1/contacts/{contact}/messages", reads.messages),
        web.get("/api/v1/customers/{customer}", reads.customer),
        web.get("/api/v1/customers/{customer}/timeline", reads.timeline),
        web.get("/api/v1/media/{media}", reads.media),
        web.post("/api/v1/uploads", reads.upload),
        web.get("/api/v1/directory", reads.directory),
        web.get("/api/v1/settings", reads.settings),
        web.get("/api/v1/board", reads.board),
        web.get("/api/v1/events", reads.events),
        *(web.route(command.method, command.path, _command(hub, command)) for command in hub.commands.all.values()),
    ]


def _command(hub: Hub, command: Command) -> Callable[[web.Request], Any]:
    @needs(command.permission)
    async def run(request: web.Request) -> web.Response:
        arguments = await json_body(request)
        if command.target:
            if command.target in arguments:
                raise Invalid(
                    f"{command.target} stands in the address, not in the body.", fields={command.target: "extra"}
                )
            arguments[command.target] = request.match_info[command.target]
        if "If-Match" in request.headers and "version" in command.arguments.model_fields:
            arguments.setdefault("version", _version(request.headers["If-Match"]))
        result = await hub.commands.run(
            command.op, request[PRINCIPAL], arguments, request.headers.get("Idempotency-Key", "")
        )
        return json_response(result, status=command.status)

    return run


def _version(etag: str) -> int:
    digits = etag.strip().removeprefix("W/").strip('"')
    if not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        raise Invalid("If-Match must be an ETag that this API gave.", fields={"If-Match": "malformed"})
    return int(digits)


class _Reads:
    """The handlers of the reads."""

    def __init__(self, hub: Hub, workspace: Workspace) -> None:
        self._hub = hub
        self._workspace = workspace

    @needs(Permission.SIGNED_IN)
    async def me(self, request: web.Request) -> web.Response:
        """Who is signed in."""
        principal = request[PRINCIPAL]
        return json_response({"id": principal.user_id, "name": principal.name, "role": principal.role})

    @needs(Permission.WORK)
    async def work(self, request: web.Request) -> web.Response:
        """The agent's snapshot."""
        return json_response(await self._workspace.snapshot(request[PRINCIPAL].user_id))

    @needs(Permission.WORK)
    async def contact(self, request: web.Request) -> web.Response:
        """A contact with its screen pop, for those whose contact it is, and for supervisors."""
        key, principal = request.match_info["contact"], request[PRINCIPAL]
        return json_response(await self._hub.reads.run(self._contact, key, principal))

    def _contact(self, connection: sa.Connection, key: str, principal: Principal) -> dict[str, Any]:
        row = _visible_contact(connection, key, principal)
        names = Directory(connection)
        view = contact_views(connection, [key], self._hub.rules.current, names)[key]
        return {"contact": view, "pop": pops(connection, [row], names, self._hub.capabilities)[key]}

    @needs(Permission.WORK)
    async def messages(self, request: web.Request) -> web.Response:
        """Earlier messages of a contact's interaction: `?before=seq`."""
        before = _whole_number(request, "before", 2**62)

        def read(connection: sa.Connection) -> dict[str, Any]:
            row = _visible_contact(connection, request.match_info["contact"], request[PRINCIPAL])
            items = timeline.conversation(connection, row, Directory(connection), before=before)
            return {"items": items, "next": items[0]["seq"] if items and items[0]["seq"] > 1 else None}

        return json_response(await self._hub.reads.run(read))

    @needs(Permission.WORK)
    async def customer(self, request: web.Request) -> web.Response:
        """A customer, with ETag."""
        found = await self._hub.reads.run(timeline.customer_view, request.match_info["customer"])
        return _with_etag(request, found, str(found["version"]))

    @needs(Permission.WORK)
    async def timeline(self, request: web.Request) -> web.Response:
        """One page of a customer's whole history: `?cursor=&channel=&kind=`."""
        query = request.query

        def read(connection: sa.Connection) -> dict[str, Any]:
            timeline.customer_view(connection, request.match_info["customer"])
            return timeline.history(
                connection,
                request.match_info["customer"],
                cursor=query.get("cursor"),
                channel=query.get("channel"),
                kind=query.get("kind"),
            )

        return json_response(await self._hub.reads.run(read))

    @needs(Permission.WORK)
    async def media(self, request: web.Request) -> web.Response:
        """A file of a message: whoever may read the history may see it. Nothing of it is ever run (A4, A14)."""
        found = await self._hub.attachments.get(request.match_info["media"])
        if found is None or not await self._hub.reads.run(timeline.is_in_history, found[0].touchpoint_id):
            raise NotFound("There is no such file.")
        return media_answer(*found)

    @needs(Permission.WORK)
    async def upload(self, request: web.Request) -> web.Response:
        """Keep a file of the agent until he sends it; the body is the file, `X-File-Name` its name."""
        owner = f"user:{request[PRINCIPAL].user_id}"
        return json_response(await keep_upload(self._hub, request, owner), status=201)

    @needs(Permission.WORK)
    async def directory(self, request: web.Request) -> web.Response:
        """Where a contact can be transferred to; `?contact=` adds who else spoke with its customer last."""
        hub, me = self._hub, request[PRINCIPAL].user_id
        contact = request.query.get("contact", "")
        return json_response(await destinations(hub.board, hub.reads, hub.rules.current, me, contact))

    @needs(Permission.SIGNED_IN)
    async def settings(self, request: web.Request) -> web.Response:
        """What the person has set for himself."""
        return json_response(await self._hub.reads.run(personal.settings_of, request[PRINCIPAL].user_id))

    @needs(Permission.WATCH)
    async def board(self, request: web.Request) -> web.Response:
        """The wallboard's snapshot; `?recompute=1` adds today's figures folded from the log."""
        board, again = self._hub.board, request.query.get("recompute") == "1"
        if again:
            await board.caught_up()
        found = board.snapshot()
        if again:
            # Up to the very place that the snapshot stands for: more may have come since.
            found["recomputed"] = await board.recompute(found["seq"])
        return json_response(found)

    @needs(Permission.READ_LOG)
    async def events(self, request: web.Request) -> web.Response:
        """The event log: `?after=position&limit=`."""
        after = _whole_number(request, "after", 0)
        limit = max(1, min(_whole_number(request, "limit", 100), MOST_EVENTS))
        found = await self._hub.reads.run(eventlog.events_after, after, limit)
        items = [
            {
                "position": event.position,
                "at": milliseconds(event.at),
                "kind": event.kind,
                "actor": event.actor,
                "correlation": event.correlation,
                "body": fields_of(event.body),
            }
            for event in found
        ]
        return json_response({"items": items, "next": found[-1].position if len(found) == limit else None})


def media_answer(row: Any, content: bytes) -> web.Response:
    """A kept file: pictures in place, everything else as a download, nothing ever run (A4)."""
    shown = row.content_type in READABLE
    name = row.name or f"{row.id}.{row.content_type.rpartition('/')[2] if shown else 'bin'}"
    disposition = "inline" if shown else "attachment"
    return web.Response(
        body=content,
        content_type=row.content_type if shown else "application/octet-stream",
        headers={
            # RFC 6266: the name in percent-encoded UTF-8; a quote or a line break in it cannot end the header.
            "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(name, safe='')}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, max-age=3600",
        },
    )


def _visible_contact(connection: sa.Connection, key: str, principal: Principal) -> Any:
    """The row, if it is the agent's own, offered to him, or he is a supervisor. Otherwise it does not exist."""
    row = contacts.get(connection, key)
    if row is not None and (principal.may(Permission.WATCH) or row.agent_id == principal.user_id):
        return row
    offer = offers.open_of_contacts(connection, [key]).get(key)
    if row is not None and offer is not None and offer.agent_id == principal.user_id:
        return row
    raise NotFound("There is no such contact among yours.")


def _whole_number(request: web.Request, name: str, default: int) -> int:
    given = request.query.get(name)
    if given is None or given == "":
        return default
    if not given.isascii() or not given.isdigit() or len(given) > 18:
        raise Invalid(f"{name} must be a whole number.", fields={name: "not a whole number"})
    return int(given)


def _with_etag(request: web.Request, found: dict[str, Any], version: str) -> web.Response:
    etag = f'"{version}"'
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    return json_response(found, headers={"ETag": etag})
