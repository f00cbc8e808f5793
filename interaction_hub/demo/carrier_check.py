"""Checks requests strictly against Twilio's OpenAPI description, and makes the errors that Twilio documents.

Stricter than Twilio on purpose: Twilio ignores a parameter that it does not know; here it is an error, so that a
misspelt one is found. The description has success answers only; the codes below are from https://www.twilio.com/docs/api/errors
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Pairs = Iterable[tuple[str, str]]

_E164 = re.compile(r"\+[1-9][0-9]{1,14}")
_SENDER = re.compile(r"\+[1-9][0-9]{1,14}|[0-9]{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}|whatsapp:\+[1-9][0-9]{1,14}")
_RECIPIENT = re.compile(r"\+[1-9][0-9]{5,14}|[0-9]{3,8}|whatsapp:\+[1-9][0-9]{1,14}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?")
# Parameters whose faults have codes of their own.
_FAULT_CODES = {"To": 21211, "From": 21212, "StatusCallback": 21609, "MediaUrl": 21620}
UNKNOWN_OR_WRONG = 20001


class ApiFault(Exception):
    """An answer that is no success, as Twilio writes it."""

    def __init__(self, status: int, code: int, message: str, retry_after: float | None = None) -> None:
        super().__init__(f"{code} {message}")
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after

    def body(self) -> dict[str, object]:
        """https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions"""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path in the description."""

    operation_id: str
    path: dict[str, str]
    query_rules: dict[str, Any]
    form_rules: dict[str, Any]
    form_required: frozenset[str]


class Specification:
    """The description, ready to check requests. Also takes the whole file of Twilio's API."""

    def __init__(self, spec_path: Path) -> None:
        document = json.loads(spec_path.read_text(encoding="utf-8"))
        self.schemas: dict[str, Any] = document["components"]["schemas"]
        self._paths = [(_path_pattern(template), item) for template, item in document["paths"].items()]

    def find(self, method: str, path: str) -> Operation:
        """The operation of a request. Raises `ApiFault` 404 or 405, also for a sid of the wrong shape."""
        for pattern, item in self._paths:
            match = pattern.fullmatch(path)
            if match is None:
                continue
            operation = item.get(method.lower())
            if operation is None:
                raise ApiFault(405, 20004, "Method not allowed")
            self._check_path(operation, match.groupdict(), path)
            return self._operation(operation, match.groupdict())
        raise _not_found(path)

    def check(self, operation: Operation, query: Pairs, form: Pairs) -> None:
        """Raises `ApiFault` 400 for what is unknown, missing, or of the wrong type, shape or value."""
        self._check_pairs(query, operation.query_rules, frozenset())
        self._check_pairs(form, operation.form_rules, operation.form_required)

    def _check_path(self, operation: dict[str, Any], values: dict[str, str], path: str) -> None:
        for rule in operation.get("parameters", ()):
            if rule["in"] == "path" and self._fault(values[rule["name"]], rule["schema"]):
                raise _not_found(path)

    def _operation(self, operation: dict[str, Any], path: dict[str, str]) -> Operation:
        body = operation.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded", {})
        schema = body.get("schema", {})
        return Operation(
            operation_id=operation["operationId"],
            path=path,
            query_rules={r["name"]: r["schema"] for r in operation.get("parameters", ()) if r["in"] == "query"},
            form_rules=schema.get("properties", {}),
            form_required=frozenset(schema.get("required", ())),
        )

    def _check_pairs(self, pairs: Pairs, rules: dict[str, Any], required: frozenset[str]) -> None:
        given: dict[str, list[str]] = {}
        for name, value in pairs:
            given.setdefault(name, []).append(value)
        if "To" in required and not given.get("To", [""])[0]:
            raise ApiFault(400, 21604, "A 'To' phone number is required.")
        for name, values in given.items():
            if name not in rules:
                raise ApiFault(400, UNKNOWN_OR_WRONG, f"Unknown parameter: {name}")
            self._check_values(name, values, self._resolved(rules[name]))
        for name in sorted(required - given.keys()):
            raise ApiFault(400, UNKNOWN_OR_WRONG, f"Missing parameter: {name}")

    def _check_values(self, name: str, values: list[str], rule: dict[str, Any]) -> None:
        if rule.get("type") == "array":
            rule = self._resolved(rule["items"])
        elif len(values) > 1:
            raise ApiFault(400, UNKNOWN_OR_WRONG, f"Parameter given more than once: {name}")
        for value in values:
            fault = self._fault(value, rule) or _named_fault(name, value)
            if fault:
                code = _FAULT_CODES.get(name, UNKNOWN_OR_WRONG)
                raise ApiFault(400, code, f"The '{name}' parameter is not valid: {fault}")

    def _resolved(self, rule: dict[str, Any]) -> dict[str, Any]:
        name = rule.get("$ref", "").removeprefix("#/components/schemas/")
        return self.schemas[name] if name else rule

    def _fault(self, value: str, rule: dict[str, Any]) -> str:
        """What is wrong with a value, or an empty text."""
        rule = self._resolved(rule)
        if "enum" in rule and value not in rule["enum"]:
            return "it is not one of " + ", ".join(rule["enum"])
        if not rule.get("minLength", 0) <= len(value) <= rule.get("maxLength", len(value)):
            return "it has the wrong length"
        if "pattern" in rule and not re.search(rule["pattern"], value):
            return "it has the wrong shape"
        return _type_fault(value, rule) or _format_fault(value, rule.get("format", ""))


def _type_fault(value: str, rule: dict[str, Any]) -> str:
    kind = rule.get("type")
    if kind == "boolean" and value not in ("true", "false"):
        return "it is not true or false"
    if kind not in ("integer", "number"):
        return ""
    try:
        number = int(value) if kind == "integer" else float(value)
    except ValueError:
        return f"it is not a {kind}"
    if not rule.get("minimum", number) <= number <= rule.get("maximum", number):
        return "it is out of range"
    return ""


def _format_fault(value: str, kind: str) -> str:
    if kind == "uri":
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or "_" in parts.hostname:
            return "it is not an absolute http address with a host name"
    if kind == "date-time" and not _DATE.fullmatch(value):
        return "it is not a date, such as 2026-11-22 or 2026-11-22T10:00:00Z"
    return ""


def _named_fault(name: str, value: str) -> str:
    """The description calls numbers `phone-number` and leaves it at that."""
    if name == "To" and not _RECIPIENT.fullmatch(value):
        return f"{value} is not a phone number"
    if name == "From" and not _SENDER.fullmatch(value):
        return f"{value} is not a phone number, short code or sender name"
    return ""


def _path_pattern(template: str) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)\}", template)
    return re.compile("".join(f"(?P<{p}>[^/]+?)" if i % 2 else re.escape(p) for i, p in enumerate(pieces)))


def _not_found(path: str) -> ApiFault:
    return ApiFault(404, 20404, f"The requested resource {path} was not found")
