"""Whether a hub runs here, and whether the world reaches it by its public address."""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import secrets
import socket
from urllib.parse import urlsplit

from interaction_hub.services.diagnosis.findings import Case, Finding, fail, ok, warn
from interaction_hub.services.diagnosis.machine import judge_end
from interaction_hub.services.diagnosis.visits import Unreachable, Visitor, certificate_ends

HERE, PUBLIC = "hub", "public address"
_FROM_HERE = "seen from this machine: a router may refuse to lead its own network back in"


def local_url(case: Case) -> str:
    """Where the hub listens, as this machine calls it; empty if any free port would do."""
    server = case.settings.server
    if not server.port:
        return ""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(server.host, server.host)  # noqa: S104 - compared, not bound
    scheme = "https" if server.tls_cert else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{server.port}"


async def look_for_hub(visitor: Visitor, url: str) -> tuple[Finding, bool]:
    """Whether it runs, and is ready."""
    if not url:
        return warn(HERE, "server.port is 0: it cannot be looked for", "choose a port"), False
    try:
        alive = await visitor.visit(url + "/healthz", own_machine=True)
        ready = await visitor.visit(url + "/readyz", own_machine=True)
    except Unreachable as error:
        words = f"none runs at {url} ({error.words}): whatever needs it was not looked at"
        return warn(HERE, words, "start it; if you start it with --host or --port, put them into hub.toml"), False
    if alive.status != 200 or alive.body != b"ok\n":
        words = f"something else answers at {url} ({alive.who})"
        return fail(HERE, words, "stop it, or give the hub another server.port"), False
    if ready.status != 200:
        return warn(HERE, f"runs at {url} and is starting or stopping", "ask again in a minute"), True
    return ok(HERE, f"runs at {url}"), True


async def look_at_public_address(visitor: Visitor, case: Case, *, running: bool) -> tuple[list[Finding], bool]:
    """From its name to the hub behind it. The second value says whether anybody answers there."""
    public = case.settings.server.public_url
    if public is None:
        words = "server.public_url is not set: only this machine and its network find the hub"
        return [
            warn(PUBLIC, words, "set it to the address that the world uses; without providers you need none")
        ], False
    found = [await _resolve(public)]
    if found[0].verdict == "fail":
        return found, False
    if not running:
        return [*found, warn(PUBLIC, f"{public} was not called: no hub runs here", "start it and ask again")], False
    try:
        called = await _call(visitor, public)
    except Unreachable as error:
        return [*found, fail(PUBLIC, error.words, f"{error.advice} ({_FROM_HERE})")], False
    if called[0].verdict != "fail":
        called.append(await _upgrade(visitor, public))
    return [*found, *called], True


async def _resolve(public: str) -> Finding:
    parts = urlsplit(public)
    host = parts.hostname or ""
    try:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(5):
            entries = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError):
        return fail(PUBLIC, f"{host} does not resolve", "make its DNS record, or correct server.public_url")
    addresses = sorted({str(entry[4][0]) for entry in entries})
    if parts.scheme == "http":
        words = f"{public} is plain http: passwords and messages travel in the open"
        return warn(PUBLIC, words, "put a proxy with https in front, and name https://… as server.public_url")
    if not any(ipaddress.ip_address(address.partition("%")[0]).is_global for address in addresses):
        words = f"{host} leads to {', '.join(addresses)}: no address of the internet"
        return warn(PUBLIC, words, "providers cannot reach it; fine if only your own network uses the hub")
    return ok(PUBLIC, f"{host} leads to {', '.join(addresses)}")


async def _call(visitor: Visitor, public: str) -> list[Finding]:
    reply = await visitor.visit(public + "/healthz")
    if 300 <= reply.status < 400:
        there = reply.headers.get("Location", "elsewhere").partition("?")[0][:200]
        words = f"{public} redirects to {there}; a redirected webhook loses its message"
        return [fail(PUBLIC, words, "name the final address as server.public_url")]
    if reply.status in (502, 503, 504):
        words = f"a proxy answers and does not reach the hub ({reply.who})"
        return [fail(PUBLIC, words, "compare the proxy's target with server.host and server.port")]
    if reply.status != 200 or reply.body != b"ok\n":
        words = f"something else than a hub answers at {public} ({reply.who})"
        return [fail(PUBLIC, words, "correct server.public_url, its port, or where the proxy or tunnel leads")]
    found = [ok(PUBLIC, f"a hub answers at {public}")]
    ends = await certificate_ends(public) if public.startswith("https://") else None
    if ends is not None:
        found.append(judge_end("public certificate", "it", ends))
    return found


async def _upgrade(visitor: Visitor, public: str) -> Finding:
    """A web socket that the hub must refuse: how it refuses tells whether the proxy let the upgrade through.

    Without `Origin` an upgrade is a foreign one; without the upgrade it is a page for people who are signed in.
    """
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(secrets.token_bytes(16)).decode(),
    }
    subject, advice = "web sockets", "let the proxy pass Upgrade and Connection on: consoles and chat live by them"
    try:
        reply = await visitor.visit(public + "/ws/agent", headers=headers)
    except Unreachable as error:
        return fail(subject, error.words, advice)
    if reply.code == "foreign_origin":
        return ok(subject, "pass through the public address")
    if reply.code == "no_upgrade":
        return fail(subject, "the proxy takes the upgrade out of the request", advice)
    return fail(subject, f"the proxy answers by itself ({reply.who})", advice)
