"""The authorisation matrix: one row for each route that the hub has, and who may (A14).

A row names the route as the router does, who may, and from which maker of `cast.py` its places are filled. Everybody
else is refused: 401 to those who are not signed in, 403 to those whose role may not, and 404, as for what there is not,
to those whose role might and whose thing it is not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.integration.security.cast import NEW_PASSWORD, PNG, Values, log_in_body


@dataclass(frozen=True)
class Who:
    """Who may, and from whom it is hidden: he is told that there is no such thing."""

    may: tuple[str, ...]
    hidden: tuple[str, ...] = ()
    refused: int = 0
    """What the rest is told, if not 401 or 403 by who they are."""


VISITING = ("visitor A", "visitor B")
SIGNED = ("owner", "other", "supervisor", "admin")

everybody = Who(("nobody", *VISITING, *SIGNED))
signed_in = Who(SIGNED)
agents = Who(SIGNED)  # the permission to work: agents, and those above them
holder = Who(("owner",), hidden=("other", "supervisor", "admin"))
readers = Who(("owner", "supervisor", "admin"), hidden=("other",))
supervisors = Who(("supervisor", "admin"))
admins = Who(("admin",))
visitors = Who(VISITING, refused=401)
own_visitor = Who(("visitor A",), hidden=("visitor B",), refused=401)
carrier = Who((), refused=403)  # by its signature alone, whoever is signed in
gone = Who((), hidden=("nobody", *VISITING, *SIGNED))  # works until there is an admin


@dataclass(frozen=True)
class Row:
    """One route. `lets`: the answer to those who may, where it is no success for a reason of its own."""

    route: str
    who: Who
    given: str = "nothing"
    body: dict[str, Any] | Callable[[Values, Any], dict[str, Any]] | None = None
    lets: int = 0
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return self.route.split()[0]

    @property
    def path(self) -> str:
        return self.route.split()[1]


def _form(**fields: str) -> dict[str, Any]:
    return {"data": fields}


_FILE = {"data": PNG, "headers": {"Content-Type": "image/png", "X-File-Name": "a.png"}}
_NEW = {"headers": {"If-None-Match": "*"}}
_STALE = {"headers": {"If-Match": '"0"'}}
_SEARCH = {"params": {"q": "table"}}
_WRONG_OLD = {"old": "not this", "password": NEW_PASSWORD}

ROWS: dict[str, tuple[Row, ...]] = {
    "machines": (
        Row("GET /healthz", everybody),
        Row("GET /readyz", everybody),
        Row("GET /metrics", everybody),
        Row("GET /api/openapi.json", everybody),
        Row("GET /static/{name}", everybody, "asset"),
        Row("GET /widget.js", everybody),
        Row("POST /webhooks/{channel}/{account}", carrier, "webhook"),
        Row("POST /webhooks/{channel}/{account}/{rest}", carrier, "webhook"),
        Row("GET /webhooks/{channel}/{account}", carrier, "webhook"),
    ),
    "oneself": (
        Row("POST /login", everybody, options=_form(**log_in_body())),
        Row("POST /api/v1/sessions", everybody, body=log_in_body()),
        Row("GET /api/v1/me", signed_in),
        Row("GET /api/v1/settings", signed_in),
        Row("PUT /api/v1/settings/{key}", signed_in, body={"value": {"theme": "dark"}}),
        Row("GET /api/v1/me/sessions", signed_in),
        Row("DELETE /api/v1/me/sessions/{session}", holder, "session"),
        Row("POST /api/v1/me/password", signed_in, body=_WRONG_OLD, lets=422),
        Row("GET /api/v1/setup/{token}", gone, "password_link"),
        Row("POST /api/v1/setup/{token}", gone, "password_link", {"login": "x", "name": "X", "password": NEW_PASSWORD}),
        Row("GET /api/v1/password/{token}", everybody, "password_link"),
        Row("POST /api/v1/password/{token}", everybody, "password_link", {"password": NEW_PASSWORD}),
        Row("POST /settings/language", everybody, options=_form(language="en", next="/")),
        Row("DELETE /api/v1/me/sessions", signed_in),
        Row("POST /logout", signed_in),
    ),
    "pages": (
        Row("GET /", everybody),
        Row("GET /login", everybody),
        Row("GET /lost-password", everybody),
        Row("GET /setup/{token}", everybody, "password_link"),
        Row("GET /password/{token}", everybody, "password_link"),
        Row("GET /password", signed_in),
        Row("GET /work", agents),
        Row("GET /day", agents),
        Row("GET /settings", agents),
        Row("GET /customers", agents),
        Row("GET /customers/{customer}", agents, "held"),
        Row("GET /board", supervisors),
        Row("GET /board/queues/{queue}", supervisors, "document"),
        Row("GET /board/agents/{agent}", supervisors, "agent"),
        Row("GET /board/contacts/{contact}", supervisors, "held"),
        Row("GET /tv/{link}", everybody, "screen"),
        Row("GET /chat", everybody),
        Row("GET /chat/{site}", everybody, "site"),
        Row("GET /chat/frame/{site}", everybody, "site"),
        Row("GET /admin", admins),
        Row("GET /admin/{section}", admins, "document"),
        Row("GET /admin/{section}/{key}", admins, "document"),
    ),
    "reads": (
        Row("GET /api/v1/work", agents),
        Row("GET /api/v1/contacts/{contact}", readers, "held"),
        Row("GET /api/v1/contacts/{contact}/messages", readers, "held"),
        # The whole history is every agent's to read: it is what the search finds and what a pop shows.
        Row("GET /api/v1/customers", agents),
        Row("GET /api/v1/customers/{customer}", agents, "held"),
        Row("GET /api/v1/customers/{customer}/timeline", agents, "held"),
        Row("GET /api/v1/search", agents, options=_SEARCH),
        Row("GET /api/v1/media/{media}", agents, "file"),
        Row("GET /api/v1/directory", agents),
        Row("GET /api/v1/day", agents),
        Row("POST /api/v1/uploads", agents, options=_FILE),
        Row("GET /api/v1/board", supervisors),
        Row("GET /api/v1/queues/{queue}", supervisors, "document"),
        Row("GET /api/v1/agents/{agent}", supervisors, "agent"),
        Row("GET /api/v1/screens", supervisors),
        Row("GET /api/v1/events", supervisors),
    ),
    "sockets": (
        Row("GET /ws/agent", agents),
        Row("GET /ws/supervisor", supervisors),
        Row("GET /ws/supervisor/contacts/{contact}", supervisors, "held"),
        Row("GET /ws/chat", everybody),  # a visitor proves himself by his first frame
        Row("GET /ws/tv", everybody, "screen"),
    ),
    "visitors": (
        Row("POST /api/v1/chat/{site}/sessions", everybody, "site", {}),
        Row("POST /api/v1/chat/{site}/uploads", visitors, "site", options=_FILE),
        Row("GET /api/v1/chat/{site}/files/{file}", own_visitor, "file"),
    ),
    "commands": (
        Row("POST /api/v1/offers/{offer}/accept", holder, "offered"),
        Row("POST /api/v1/contacts/{contact}/replies", holder, "held", {"text": "At two."}),
        Row("POST /api/v1/contacts/{contact}/notes", holder, "held", {"text": "Asks again", "mentions": []}),
        Row("POST /api/v1/contacts/{contact}/hold", holder, "held"),
        Row("POST /api/v1/contacts/{contact}/resume", holder, "held"),
        Row("POST /api/v1/contacts/{contact}/transfer", holder, "held", {"queue": "parts"}),
        Row("POST /api/v1/contacts/{contact}/end", holder, "held"),
        Row("POST /api/v1/contacts/{contact}/extend", holder, "wrapping"),
        Row("POST /api/v1/contacts/{contact}/finish", holder, "held", {"disposition": "solved"}),
        Row("POST /api/v1/contacts/{contact}/read", holder, "held"),
        Row("POST /api/v1/contacts/{contact}/snooze", holder, "held", lambda _values, cast: {"until": cast.later()}),
        Row("PUT /api/v1/contacts/{contact}/draft", holder, "held", {"kind": "reply", "text": "Dear"}),
        Row("POST /api/v1/messages/{message}/retry", holder, "failed"),
        Row("POST /api/v1/mentions/{mention}/read", holder, "mention"),
        Row("POST /api/v1/interactions/{interaction}/resume", readers, "snoozed"),
        Row(
            "POST /api/v1/interactions/{interaction}/reschedule",
            readers,
            "snoozed",
            lambda _values, cast: {"until": cast.later()},
        ),
        Row("POST /api/v1/interactions/{interaction}/done", readers, "snoozed"),
        Row(
            "PATCH /api/v1/customers/{customer}",
            agents,
            "customer",
            lambda values, _cast: {"name": "Ines", "version": values["version"]},
        ),
        Row("PUT /api/v1/presence", agents, body={"presence": "away", "reason": "lunch"}),
        Row("PUT /api/v1/agents/{agent}/presence", supervisors, "agent", {"presence": "away", "reason": "lunch"}),
        Row("POST /api/v1/waiting/{contact}/move", supervisors, "waiting", {"queue": "chat"}),
        Row("POST /api/v1/waiting/{contact}/priority", supervisors, "waiting", {"band": 1}),
        Row(
            "POST /api/v1/waiting/{contact}/assign",
            supervisors,
            "waiting",
            lambda _values, cast: {"agent": cast.house.users["daniel"]},
        ),
        Row("POST /api/v1/contacts/{contact}/whisper", supervisors, "held", {"text": "Offer a new one"}),
        Row("POST /api/v1/contacts/{contact}/join", supervisors, "held"),
        Row("POST /api/v1/contacts/{contact}/leave", supervisors, "held"),
        Row("POST /api/v1/contacts/{contact}/take_over", supervisors, "held"),
        # The last: who has declined is offered nothing for a minute.
        Row("POST /api/v1/offers/{offer}/decline", holder, "offered", {"reason": "busy"}),
    ),
    "administration": (
        Row("GET /api/v1/admin/people", admins),
        Row("POST /api/v1/admin/people", admins, "person", {"login": "noor", "name": "Noor", "role": "agent"}),
        Row("GET /api/v1/admin/people/{person}", admins, "person"),
        Row("PATCH /api/v1/admin/people/{person}", admins, "person", {"role": "supervisor"}),
        Row("POST /api/v1/admin/people/{person}/reset-link", admins, "person"),
        Row("DELETE /api/v1/admin/people/{person}/sessions/{session}", admins, "person"),
        Row("DELETE /api/v1/admin/people/{person}/sessions", admins, "person"),
        Row("GET /api/v1/admin/options", admins),
        Row("GET /api/v1/admin/sites/{key}/secret", admins, "site"),
        Row("GET /api/v1/admin/screens/{key}/link", admins, "screen"),
        Row("GET /api/v1/admin/{kind}", admins, "document"),
        Row("GET /api/v1/admin/{kind}/{key}", admins, "document"),
        Row("GET /api/v1/admin/{kind}/{key}/history", admins, "document"),
        Row("POST /api/v1/admin/{kind}/{key}/check", admins, "document", {"name": "Other magic"}),
        Row("PUT /api/v1/admin/{kind}/{key}", admins, "fresh_document", {"name": "Magic"}, options=_NEW),
        Row(
            "DELETE /api/v1/admin/{kind}/{key}", admins, "document", options={"headers": {"If-Match": '"0"'}}, lets=412
        ),
    ),
}
EVERY_ROW = tuple(row for rows in ROWS.values() for row in rows)
ID_PLACES = ("offer", "contact", "interaction", "customer", "message", "mention", "media", "file", "session", "token")
"""Places whose value is somebody's own: for whom it is hidden, the answer is that of an id that there is not."""
