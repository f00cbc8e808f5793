"""The part of `/api/openapi.json` that is no command and no plain read: signing in, files, visitors of web chat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Answers = Callable[[str, str], dict[str, Any]]
_ID = {"type": "string", "maxLength": 36}
_SITE = {"type": "string", "maxLength": 60}
_TEXT = {"type": "string", "maxLength": 500}
_TOKEN = {"type": "string", "maxLength": 8_000}
_BYTES = {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
_FILE_NAME = {
    "name": "X-File-Name",
    "in": "header",
    "required": False,
    "description": "The file's name, percent-encoded UTF-8",
    "schema": {"type": "string", "maxLength": 200, "pattern": "^[A-Za-z0-9._~%-]*$"},
}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_REFUSED = {
    "413": {"description": "The file is too large", "content": _PROBLEM},
    "415": {"description": "No file that we take", "content": _PROBLEM},
}
_VISITOR: list[dict[str, list[str]]] = [{"visitor": []}]
_NOBODY: list[dict[str, list[str]]] = [{}]
VISITOR_TOKEN = {"type": "http", "scheme": "bearer", "description": "The token of a chat session (docs/webchat.md)"}


def paths(answers: Answers) -> dict[str, Any]:
    """Routes of `sessions`, `chat_sessions`, and the files of `api`."""
    site, file = _place("site", _SITE), _place("file", _ID)
    who = {"login": _TEXT, "password": _TEXT}
    visitor = {"identity": _TOKEN, "credential": _TOKEN}
    chat = "/api/v1/chat/{site}"
    return {
        "/api/v1/sessions": {
            "post": _posted("Sign in", answers, _json(who, "login", "password")) | {"security": _NOBODY}
        },
        "/api/v1/uploads": {"post": _upload("Keep a file until it is sent", answers)},
        "/api/v1/media/{media}": {"get": _download("A file of a message", answers, _place("media", _ID))},
        f"{chat}/sessions": {
            "post": _posted("Begin a visitor's session", answers, _json(visitor), site) | {"security": _NOBODY}
        },
        f"{chat}/uploads": {"post": _upload("Keep a visitor's file", answers, site) | {"security": _VISITOR}},
        f"{chat}/files/{{file}}": {
            "get": _download("A file of the visitor's conversation", answers, site, file) | {"security": _VISITOR}
        },
    }


def _place(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _json(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    if required:
        schema["required"] = list(required)
    return {"required": bool(required), "content": {"application/json": {"schema": schema}}}


def _upload(summary: str, answers: Answers, *parameters: dict[str, Any]) -> dict[str, Any]:
    body = {"required": True, "content": {"application/octet-stream": _BYTES}}
    found = _posted(summary, answers, body, *parameters, _FILE_NAME)
    return found | {"responses": found["responses"] | _REFUSED}


def _posted(summary: str, answers: Answers, body: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    responses = answers("201", summary)
    return {"summary": summary, "parameters": list(parameters), "requestBody": body, "responses": responses}


def _download(summary: str, answers: Answers, *parameters: dict[str, Any]) -> dict[str, Any]:
    responses = answers("200", summary)
    responses["200"] = {"description": summary, "content": {"*/*": _BYTES}}
    return {"summary": summary, "parameters": list(parameters), "responses": responses}
