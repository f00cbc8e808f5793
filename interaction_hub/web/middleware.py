"""What stands around every request: correlation, security headers, errors, origin, who it is, and whether he may.

Default deny: a handler without a permission marker answers 500 in tests and 403 to users.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiohttp import web
from aiohttp.http_exceptions import PayloadEncodingError

from interaction_hub.domain.permissions import MARK, PUBLIC, Permission
from interaction_hub.domain.text import is_storable
from interaction_hub.errors import HubError, Invalid, NotAllowed
from interaction_hub.ids import new_id
from interaction_hub.request_keys import CORRELATION, ERROR_PAGE, PRINCIPAL
from interaction_hub.services.access import Access
from interaction_hub.web.problems import plain_problem, problem, response
from interaction_hub.web.unpacked import unpacked

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
log = structlog.get_logger("web")

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(frozen=True, slots=True)
class WebOptions:
    """What the web side must know of the outside: its own public address, and whose forwarding headers to believe."""

    public_url: str
    trusted_proxies: tuple[str, ...] = ()
    secure_cookie: bool = True
    session_seconds: int = 12 * 3600
    origins: frozenset[str] = field(default_factory=frozenset)

    @property
    def cookie(self) -> str:
        """`__Host-` is dropped by browsers on plain http outside of loopback (decisions 28)."""
        return "__Host-hub" if self.secure_cookie else "hub"

    @property
    def device_cookie(self) -> str:
        """Who signed in at this browser before; it lets nobody in (services/guessing.py)."""
        return f"{self.cookie}-device"


OPTIONS: web.AppKey[WebOptions] = web.AppKey("web_options", WebOptions)
ACCESS: web.AppKey[Access] = web.AppKey("access", Access)


@web.middleware
async def correlate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request an id, bind it to the log, and add the security headers to the answer."""
    request[CORRELATION] = new_id()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=request[CORRELATION])
    try:
        answer = await handler(request)
    except web.HTTPException as redirect:
        _secure(redirect)
        raise
    if not answer.prepared:
        _secure(answer)
    return answer


def _secure(answer: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    answer.headers.setdefault("Cache-Control", "no-store")


@web.middleware
async def map_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what was raised into problem details; a bug gets a reference and no words of its own."""
    try:
        return await handler(request)
    except HubError as error:
        found = problem(error)
        headers = {"Retry-After": str(found["retry_after"])} if "retry_after" in found else None
        if found["status"] == 401 and _wants_page(request):
            raise web.HTTPSeeOther("/login") from None
        return _answer(request, found, headers)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        allowed = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
        found = plain_problem(error.status, error.reason, error.text or "", f"http_{error.status}")
        return _answer(request, found, allowed)
    except Exception as error:
        if _broke_off(request, error):
            return response(plain_problem(400, "Bad request", "The request broke off.", "broken_off"))
        reference = secrets.token_hex(4)
        log.exception("request_failed", route=_pattern(request), reference=reference)
        detail = f"Something broke on our side (reference {reference}). Try again; if it stays, tell your admin."
        return _answer(request, plain_problem(500, "Internal error", detail, "internal"))


def _broke_off(request: web.Request, error: Exception) -> bool:
    """Whoever asked has hung up, or sent a body that is none: no fault of ours, and nobody reads the answer."""
    gone = request.transport is None or request.transport.is_closing()
    return isinstance(error, PayloadEncodingError) or (isinstance(error, ConnectionError) and gone)


def _pattern(request: web.Request) -> str:
    """The route as the table names it: an address itself may hold a token (`/password/{token}`)."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""


def _answer(request: web.Request, found: dict[str, Any], headers: dict[str, str] | None = None) -> web.StreamResponse:
    """A page for a person who asked for one, problem details for everybody else."""
    page = request.app.get(ERROR_PAGE)
    return page(request, found) if page is not None and _wants_page(request) else response(found, headers)


@web.middleware
async def plain_address(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse U+0000 in an address: PostgreSQL cannot even look for it (decisions 36)."""
    if not is_storable(request.path + request.query_string):
        raise Invalid("An address cannot hold U+0000 or half a surrogate pair.", code="address")
    return await handler(request)


@web.middleware
async def same_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse state changes and sockets that another site asks for (CSRF, CSWSH). Webhooks prove themselves."""
    upgrade = request.headers.get("Upgrade", "").lower() == "websocket"
    # Below /ws/ also what asks for no socket: opening a conversation is written down before it is a socket.
    socket = upgrade or request.path.startswith("/ws/")
    if (request.method not in SAFE or socket) and not request.path.startswith("/webhooks/"):
        site = request.headers.get("Sec-Fetch-Site")
        origin = request.headers.get("Origin")
        foreign = site not in (None, "same-origin", "none") or (origin is not None and not _own(request, origin))
        if foreign or (socket and origin is None):
            code = "foreign_origin" if upgrade or not socket else "no_upgrade"
            raise NotAllowed("This request comes from another site.", code=code)
    return await handler(request)


def _own(request: web.Request, origin: str) -> bool:
    options = request.app[OPTIONS]
    if origin in options.origins or origin == options.public_url:
        return True
    # Compared, not parsed: an Origin is scheme, host and port, and a malformed one is nobody's.
    return origin.lower() == f"{request.scheme}://{request.host}".lower()


@web.middleware
async def identify(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Find who it is, if he is signed in."""
    token = token_of(request)
    principal = await request.app[ACCESS].principal(token) if token else None
    if principal is not None:
        request[PRINCIPAL] = principal
    return await handler(request)


@web.middleware
async def authorise(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let him through only to what his role may (decisions 26). After the limits: who is refused counts, too."""
    route = request.match_info.route
    mark = getattr(request.match_info.handler, MARK, None)
    principal = request.get(PRINCIPAL)
    if mark == PUBLIC or route.resource is None:
        return await handler(request)
    if not isinstance(mark, Permission):
        raise NotAllowed("This address has no permission set; it stays closed.", code="unmarked")
    if principal is None:
        raise NotAllowed("Sign in first.", code="signed_out")
    if not principal.may(mark):
        raise NotAllowed("Your role may not do this.")
    return await handler(request)


def token_of(request: web.Request) -> str:
    """The session's token that a request carries, or ""."""
    return request.cookies.get(request.app[OPTIONS].cookie) or _bearer(request)


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _wants_page(request: web.Request) -> bool:
    return (
        request.method in SAFE
        and "text/html" in request.headers.get("Accept", "")
        and not request.path.startswith("/api/")
    )


CHAIN = (correlate, map_errors, plain_address, unpacked, same_origin, identify)
"""What stands before the limits; `authorise` comes after them."""
