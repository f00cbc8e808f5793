"""Webhooks: find the adapter by the URL's names, hand over the raw request, commit, answer. It knows no vendor."""

from __future__ import annotations

import asyncio

import structlog
from aiohttp import web

from channels.contract import Adapter
from channels.errors import BadPayload, BadSignature
from channels.messages import DeliveryReport, InboundMessage, RawRequest
from interaction_hub.domain.permissions import public
from interaction_hub.errors import Invalid, NotAllowed, NotFound
from interaction_hub.request_keys import CORRELATION
from interaction_hub.services import intake
from interaction_hub.services.hub import Hub
from interaction_hub.web.arriving import arriving
from interaction_hub.web.middleware import OPTIONS
from interaction_hub.web.throttle import count_forgery, refuse_forgers

log = structlog.get_logger("webhooks")


def routes(hub: Hub) -> list[web.RouteDef]:
    """`/webhooks/{channel}/{account}` and what an adapter hangs below it."""

    @public
    async def receive(request: web.Request) -> web.Response:
        adapter = _called(hub, request.match_info["channel"], request.match_info["account"])
        refuse_forgers(request)
        hub.admission.check(adapter.account)
        async with arriving(request):
            body = await request.read()
        raw = RawRequest(
            method=request.method,
            path_qs=request.raw_path,
            public_url=request.app[OPTIONS].public_url + request.raw_path,
            # A header that came twice is both of its values (RFC 9110, 5.3): no signature is the last of two.
            headers={name.lower(): ", ".join(request.headers.getall(name)) for name in request.headers},
            body=body,
        )
        try:
            received = adapter.receive(raw)
        except BadSignature:
            log.warning("bad_signature", account=adapter.account)
            count_forgery(request)
            raise NotAllowed("The signature is not right.", code="signature") from None
        except BadPayload as error:
            log.warning("bad_payload", account=adapter.account, error=str(error)[:200])
            raise Invalid(f"The request cannot be read: {error}", code="payload") from None
        messages = [item for item in received.items if isinstance(item, InboundMessage)]
        reports = [item for item in received.items if isinstance(item, DeliveryReport)]
        correlation = request[CORRELATION]
        arrivals = [intake.arrival(message, raw.body, correlation) for message in messages]
        async with hub.admission.one(adapter.account):
            if not reports:
                await hub.intake.receive(arrivals)
            else:
                await asyncio.gather(hub.intake.receive(arrivals), hub.outbound.reports(reports))
        return web.Response(
            status=received.reply_status,
            body=received.reply_body if received.reply_status != 204 else None,
            content_type=received.reply_content_type,
        )

    path = "/webhooks/{channel}/{account}"
    return [web.post(path, receive), web.post(path + "/{rest:.*}", receive), web.get(path, receive)]


def _called(hub: Hub, channel: str, account: str) -> Adapter:
    """Whose webhook it is. What the hub carries itself has none: its socket is where its limits are (A18)."""
    adapter = hub.adapters.get(account)
    if adapter is None or adapter.capabilities.channel != channel or adapter.capabilities.carried_by_hub:
        raise NotFound("No such channel account is configured.")
    return adapter
