"""`/api/openapi.json`: OpenAPI 3.1 made from the command registry's models and the reads, so that it cannot drift."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from interaction_hub import __version__
from interaction_hub.services.commands import Command
from interaction_hub.web import openapi_admin, openapi_doors

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
        "by": {"type": ["object", "null"], "properties": {"id": {"type": "string"}, "name": {"type": "string"}}},
        "at": {"type": ["integer", "null"]},
        "retry_after": {"type": "integer", "description": "Seconds after which the same may be asked for again"},
    },
}
_ERRORS = {
    "401": "Not signed in",
    "403": "Not allowed",
    "404": "There is no such thing, or it is not yours",
    "409": "Somebody was faster, or the state is another one",
    "422": "The arguments cannot be used",
    "429": "Too many requests",
    "503": "The database does not answer, or too much comes in at once",
}
_ID = {"type": "string", "maxLength": 36}
_NUMBER = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
_CURSOR = {"type": "string", "maxLength": 60}
_READS: tuple[tuple[str, str, dict[str, dict[str, Any]]], ...] = (
    ("/api/v1/me", "Who is signed in", {}),
    ("/api/v1/work", "The agent's snapshot", {}),
    ("/api/v1/contacts/{contact}", "A contact with its screen pop", {}),
    ("/api/v1/contacts/{contact}/messages", "Earlier messages of a conversation", {"before": _NUMBER}),
    ("/api/v1/customers/{customer}", "A customer", {}),
    (
        "/api/v1/customers/{customer}/timeline",
        "A customer's history over all channels",
        {"cursor": _CURSOR, "channel": {"type": "string"}, "kind": {"type": "string"}},
    ),
    ("/api/v1/customers", "Customers, the last who wrote first", {"cursor": _CURSOR}),
    (
        "/api/v1/search",
        "Customers and words of the history, newest first",
        {
            "q": {"type": "string", "maxLength": 200},
            "scope": {"type": "string", "enum": ["all", "customers", "history"]},
            "cursor": _CURSOR,
        },
    ),
    (
        "/api/v1/day",
        "One's own day; whoever may watch can ask for an agent's",
        {"date": {"type": "string", "format": "date"}, "agent": _ID},
    ),
    ("/api/v1/directory", "Where a contact can be transferred to", {"contact": _ID}),
    ("/api/v1/settings", "What you have set for yourself", {}),
    ("/api/v1/board", "The wallboard's snapshot", {"recompute": {"type": "string", "enum": ["0", "1"]}}),
    ("/api/v1/queues/{queue}", "A queue: who waits, today by quarter hours, who left last", {}),
    ("/api/v1/agents/{agent}", "An agent: what he holds, his day, his log of today", {}),
    ("/api/v1/screens", "The screens on walls with their signed links", {}),
    ("/api/v1/events", "The event log", {"after": _NUMBER, "limit": _NUMBER}),
)
_TEMPLATE = "#/components/schemas/{model}"


def document(commands: dict[str, Command]) -> dict[str, Any]:
    """The whole description."""
    models = sorted({command.arguments for command in commands.values()}, key=lambda model: model.__name__)
    _, schemas = models_json_schema([(model, "validation") for model in models], ref_template=_TEMPLATE)
    paths: dict[str, Any] = {}
    for path, summary, query in _READS:
        paths.setdefault(path, {})["get"] = _read(path, summary, query)
    paths |= openapi_admin.paths(_answers) | openapi_doors.paths(_answers)
    for command in commands.values():
        paths.setdefault(command.path, {})[command.method.lower()] = _write(command, schemas["$defs"])
    return {
        "openapi": "3.1.0",
        "info": {"title": "Interaction Hub", "version": __version__, "license": {"name": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "security": [{"session": []}, {"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "__Host-hub"},
                "bearer": {"type": "http", "scheme": "bearer"},
                "visitor": openapi_doors.VISITOR_TOKEN,
            },
            "schemas": {"Problem": _PROBLEM, **openapi_admin.schemas(), **schemas["$defs"]},
        },
    }


def _path_parameters(path: str) -> list[dict[str, Any]]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return [{"name": name, "in": "path", "required": True, "schema": _ID} for name in names]


def _answers(success: str, what: str) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    errors = {status: {"description": words, "content": problem} for status, words in _ERRORS.items()}
    good = {"description": what, "content": {"application/json": {"schema": {"type": "object"}}}}
    return {success: good, **errors}


def _read(path: str, summary: str, query: dict[str, dict[str, Any]]) -> dict[str, Any]:
    parameters = _path_parameters(path) + [
        {"name": name, "in": "query", "required": False, "schema": schema} for name, schema in query.items()
    ]
    return {"summary": summary, "parameters": parameters, "responses": _answers("200", summary)}


def _write(command: Command, definitions: dict[str, Any]) -> dict[str, Any]:
    """The body is the arguments without the one that stands in the address."""
    schema = dict(definitions[command.arguments.__name__])
    schema["properties"] = {key: value for key, value in schema["properties"].items() if key != command.target}
    schema["required"] = [name for name in schema.get("required", []) if name != command.target]
    if not schema["required"]:
        del schema["required"]
    key = {"name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 64}}
    return {
        "operationId": command.op,
        "summary": command.summary,
        "parameters": [*_path_parameters(command.path), key],
        "requestBody": {
            "required": bool(schema.get("required")),
            "content": {"application/json": {"schema": schema}},
        },
        "responses": _answers(str(command.status), command.summary),
    }
