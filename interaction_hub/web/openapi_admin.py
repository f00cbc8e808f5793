"""The admin's part of `/api/openapi.json`: documents by their own structs, people, links for a password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from interaction_hub.domain.documents import KINDS
from interaction_hub.services.administration import PLURALS

Answers = Callable[[str, str], dict[str, Any]]
_KEY = {"type": "string", "pattern": "^[a-z0-9][a-z0-9_.-]{0,59}$"}
_ID = {"type": "string", "maxLength": 36}
_TOKEN = {"type": "string", "maxLength": 100}
_SECRET = {"type": "string", "maxLength": 500}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_SEEN = {
    "412": {"description": "Somebody changed it meanwhile; `current` is what it is now", "content": _PROBLEM},
    "428": {"description": "If-Match or If-None-Match is missing", "content": _PROBLEM},
}
_PERSON = {
    "login": {"type": "string", "maxLength": 60},
    "name": {"type": "string", "minLength": 1, "maxLength": 120},
    "role": {"type": "string", "maxLength": 20},
}


def schemas() -> dict[str, Any]:
    """The documents, as their structs say."""
    _, found = msgspec.json.schema_components(KINDS.values(), ref_template="#/components/schemas/{name}")
    return found


def paths(answers: Answers) -> dict[str, Any]:
    """Every route of `admin_api`, `people_api` and `password_api`."""
    return _documents(answers) | _people(answers) | _passwords(answers)


def _documents(answers: Answers) -> dict[str, Any]:
    found: dict[str, Any] = {
        "/api/v1/admin/options": {"get": _of("What forms choose from", answers)},
        "/api/v1/admin/sites/{key}/secret": {"get": _of("A site's secret", answers, key=_KEY)},
        "/api/v1/admin/screens/{key}/link": {"get": _of("A wall screen's signed link", answers, key=_KEY)},
    }
    for plural, kind in PLURALS.items():
        one = f"/api/v1/admin/{plural}/{{key}}"
        body = {"$ref": f"#/components/schemas/{KINDS[kind].__name__}"}
        found[f"/api/v1/admin/{plural}"] = {"get": _of(f"All of the kind {kind}", answers)}
        found[one] = {
            "get": _of(f"One {kind}, with its version as ETag", answers, key=_KEY),
            "put": _guarded(_of(f"Use this {kind} from now on", answers, body=body, key=_KEY), answers),
            "delete": _guarded(_of(f"Use this {kind} no longer", answers, key=_KEY), answers),
        }
        found[f"{one}/check"] = {"post": _of("What a change would do, and what is wrong", answers, body=body, key=_KEY)}
        found[f"{one}/history"] = {"get": _of("Its versions: who, when, what changed", answers, key=_KEY)}
    return found


def _people(answers: Answers) -> dict[str, Any]:
    one = "/api/v1/admin/people/{person}"
    change = {name: _PERSON[name] for name in ("name", "role")} | {"active": {"type": "boolean"}}
    return {
        "/api/v1/admin/people": {
            "get": _of("Everybody who may sign in", answers),
            "post": _of("Let somebody sign in", answers, body=_object(_PERSON, *_PERSON), success="201"),
        },
        one: {
            "get": _of("One person with his sessions", answers, person=_ID),
            "patch": _of("Name, role, whether he may sign in", answers, body=_object(change), person=_ID),
        },
        f"{one}/reset-link": {"post": _of("A link to set a new password", answers, success="201", person=_ID)},
        f"{one}/sessions": {"delete": _of("End all his sessions", answers, person=_ID)},
        f"{one}/sessions/{{session}}": {"delete": _of("End one of them", answers, person=_ID, session=_ID)},
    }


def _passwords(answers: Answers) -> dict[str, Any]:
    text = {"type": "string", "maxLength": 120}
    setup = _object({"login": text, "name": text, "password": _SECRET}, "login", "name", "password")
    return {
        "/api/v1/setup/{token}": {
            "get": _of("Whether a set-up link works", answers, token=_TOKEN),
            "post": _of("Make the first admin", answers, body=setup, token=_TOKEN),
        },
        "/api/v1/password/{token}": {
            "get": _of("Whose password a link sets", answers, token=_TOKEN),
            "post": _of("Set the password", answers, body=_object({"password": _SECRET}, "password"), token=_TOKEN),
        },
        "/api/v1/me/password": {
            "post": _of(
                "Another password for oneself",
                answers,
                body=_object({"old": _SECRET, "password": _SECRET}, "old", "password"),
            )
        },
        "/api/v1/me/sessions": {
            "get": _of("One's own open sessions", answers),
            "delete": _of("End all of them but this one", answers),
        },
        "/api/v1/me/sessions/{session}": {"delete": _of("End one of them", answers, session=_ID)},
    }


def _of(
    summary: str, answers: Answers, *, body: dict[str, Any] | None = None, success: str = "200", **inside: Any
) -> dict[str, Any]:
    """One operation. `inside` are the names in its path, with their schemas."""
    parameters = [{"name": name, "in": "path", "required": True, "schema": schema} for name, schema in inside.items()]
    found: dict[str, Any] = {"summary": summary, "parameters": parameters, "responses": answers(success, summary)}
    if body is not None:
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return found


def _guarded(operation: dict[str, Any], answers: Answers) -> dict[str, Any]:
    """An operation that names the version that was seen."""
    seen = {"name": "If-Match", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 40}}
    made = answers("201", "It is new") if "requestBody" in operation else {}
    responses = operation["responses"] | {code: one for code, one in made.items() if code == "201"} | _SEEN
    return operation | {"parameters": [*operation["parameters"], seen], "responses": responses}


def _object(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    found = {"type": "object", "additionalProperties": False, "properties": properties}
    return found | {"required": list(required)} if required else found
