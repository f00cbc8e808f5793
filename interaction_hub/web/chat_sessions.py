"""Web chat over HTTP: admitting visitors, and their files. Who somebody is, only tokens say (docs/webchat.md)."""

from __future__ import annotations

from typing import Any

import structlog
from aiohttp import web
from limits import RateLimitItemPerMinute

from channels.contract import VisitorChannel
from channels.errors import BadSignature
from channels.messages import Visitor, VisitorTerms
from interaction_hub.clock import milliseconds
from interaction_hub.domain.documents import Queue, Site
from interaction_hub.domain.permissions import public
from interaction_hub.errors import Invalid, NotAllowed, NotFound
from interaction_hub.ids import new_secret_id
from interaction_hub.services import chat, opening
from interaction_hub.services.hub import Hub
from interaction_hub.web import chat_waits
from interaction_hub.web.api import json_body, json_response, media_answer
from interaction_hub.web.bodies import keep_upload
from interaction_hub.web.throttle import limited

NEW_VISITORS = RateLimitItemPerMinute(30)
FILES = RateLimitItemPerMinute(30)
MOST_TOKEN = 8_000

log = structlog.get_logger("chat")


def routes(hub: Hub) -> list[web.RouteDef]:
    """Sessions, uploads, files."""
    return [
        web.post("/api/v1/chat/{site}/sessions", _Sessions(hub).admit),
        web.post("/api/v1/chat/{site}/uploads", _Files(hub).upload),
        web.get("/api/v1/chat/{site}/files/{file}", _Files(hub).file),
    ]


def channel_of(hub: Hub) -> VisitorChannel:
    """The channel that knows visitors. Raises `NotFound` if none is configured."""
    found = next((one for one in hub.adapters.values() if isinstance(one, VisitorChannel)), None)
    if found is None:
        raise NotFound("Web chat is not configured here: hub.toml needs a [[channel]] of the kind webchat.")
    return found


def site_of(hub: Hub, key: str) -> Site:
    """The site's document. Raises `NotFound`."""
    site = hub.rules.current.sites.get(key)
    if site is None:
        raise NotFound("There is no chat of this name here.", code="no_site")
    return site


class _Sessions:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    @public
    async def admit(self, request: web.Request) -> web.Response:
        """A token for the next minutes, and all that the widget must know of the site."""
        limited(request, NEW_VISITORS, "chat-session")
        hub, site = self._hub, site_of(self._hub, request.match_info["site"])
        given = await json_body(request)
        identity, credential = (_text(given, name) for name in ("identity", "credential"))
        found = await self._known(site, identity, credential)
        return json_response(
            {
                "token": found.token,
                "until": milliseconds(found.visitor.until),
                "credential": found.credential,
                "visitor": {"id": found.visitor.value, "verified": found.visitor.verified, "name": found.visitor.name},
                "site": self._describe(site),
                "at": milliseconds(hub.clock.now()),
            },
            status=201,
        )

    async def _known(self, site: Site, identity: str, credential: str) -> Any:
        hub, channel = self._hub, channel_of(self._hub)
        terms = terms_of(site)
        now = hub.clock.now()
        try:
            found = channel.admit(terms, identity=identity, credential=credential, now=now, fresh_id=new_secret_id())
            stranger = bool(credential) and not found.visitor.verified
            if stranger and await hub.reads.run(chat.is_over, found.visitor.value, now):
                # His conversation is long over: whoever sits there now is a stranger to it.
                found = channel.admit(terms, identity="", credential="", now=now, fresh_id=new_secret_id())
        except BadSignature as error:
            log.warning("visitor_refused", site=site.key, error=str(error)[:200])
            words = "The signature of this visitor's identity does not hold; the site's server has to sign it anew."
            raise NotAllowed(
                words if identity else "This site chats with signed-in visitors only.", code="signed_out"
            ) from None
        return found

    def _describe(self, site: Site) -> dict[str, Any]:
        hub = self._hub
        book, channel = hub.rules.current, channel_of(hub)
        queue = book.queue_for(channel.capabilities.channel, site.key)
        state = opening.of_queue(book, queue, hub.clock.now())
        return {
            "key": site.key,
            "name": site.name,
            "company": book.company.name,
            "greeting": site.greeting,
            "languages": list(site.languages),
            "colour": site.colour,
            "side": site.side,
            "files": site.files,
            "rating": site.rating,
            "offline": site.offline,
            "privacy_url": site.privacy_url,
            "privacy_note": site.privacy_note,
            "open": state.open,
            "opens_at": milliseconds(state.opens_at),
            "likely": chat_waits.for_newcomer(hub, queue),
            "here": self._agents_here(queue),
            "most_text": channel.capabilities.max_text,
            "file_bytes": hub.uploads.most_bytes,
        }

    def _agents_here(self, queue: Queue | None) -> int:
        agents = self._hub.board.snapshot()["state"]["agents"]
        key = queue.key if queue is not None else ""
        return sum(agent["presence"] == "available" and key in agent["serves"] for agent in agents)


def terms_of(site: Site) -> VisitorTerms:
    """What the site asks of its visitors."""
    versions: tuple[int, ...] = (site.secret_version,)
    if site.secret_overlap and site.secret_version > 1:
        versions = (*versions, site.secret_version - 1)
    return VisitorTerms(site.key, versions, site.anonymous)


class _Files:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def _visitor(self, request: web.Request) -> Visitor:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            visitor = channel_of(self._hub).visitor(
                token if scheme.lower() == "bearer" else "", now=self._hub.clock.now()
            )
        except BadSignature:
            raise NotAllowed("Your chat session is over; it begins anew by itself.", code="signed_out") from None
        if visitor.site != request.match_info["site"]:
            raise NotFound("There is no such chat.")
        return visitor

    @public
    async def upload(self, request: web.Request) -> web.Response:
        """Keep a file of the visitor until he sends it."""
        visitor = self._visitor(request)
        limited(request, FILES, "chat-file")
        if not site_of(self._hub, visitor.site).files:
            raise NotAllowed("This site takes no files.")
        found = await keep_upload(self._hub, request, f"visitor:{visitor.value}")
        return json_response(found, status=201)

    @public
    async def file(self, request: web.Request) -> web.Response:
        """A file of the visitor's own conversation."""
        visitor = self._visitor(request)
        found = await self._hub.attachments.get(request.match_info["file"])
        if found is None or not await self._hub.reads.run(chat.may_see, visitor.value, found[0].touchpoint_id):
            raise NotFound("There is no such file.")
        return media_answer(*found)


def _text(given: dict[str, Any], name: str) -> str:
    found = given.get(name) or ""
    if not isinstance(found, str) or len(found) > MOST_TOKEN:
        raise Invalid(f"{name} must be a text.", fields={name: "not a text"})
    return found
