"""Cuts the slice of Twilio's OpenAPI description that the simulated carrier checks against.

python -m interaction_hub.demo.carrier_cut twilio_api_v2010.json > interaction_hub/demo/spec/twilio_messages.json
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

KEPT_PATHS = (
    "/2010-04-01/Accounts/{Sid}.json",
    "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers.json",
    "/2010-04-01/Accounts/{AccountSid}/Messages.json",
    "/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json",
    "/2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}/Media.json",
    "/2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}/Media/{Sid}.json",
)
NOTICE = (
    "A slice of twilio/twilio-oai, MIT licence; see README.md beside this file. Descriptions and examples are left out."
)
_DROPPED = ("description", "examples", "example", "x-twilio", "headers", "tags", "summary")


def cut(whole: dict[str, Any]) -> dict[str, Any]:
    """The kept paths with every schema that they reach."""
    paths = {path: _strip(whole["paths"][path]) for path in KEPT_PATHS}
    schemas: dict[str, Any] = {}
    wanted = _references(paths)
    while wanted:
        name = wanted.pop()
        schemas[name] = _strip(whole["components"]["schemas"][name])
        wanted |= _references(schemas[name]) - schemas.keys()
    return {
        "x-notice": NOTICE,
        "openapi": whole["openapi"],
        "info": {key: whole["info"][key] for key in ("title", "version", "license")},
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": whole["components"]["securitySchemes"],
        },
    }


def _strip(node: Any, *, named: bool = False) -> Any:
    """Leave out prose. Below `properties` the keys are parameters' names: there nothing is left out."""
    if isinstance(node, dict):
        return {
            key: _strip(value, named=key == "properties") for key, value in node.items() if named or key not in _DROPPED
        }
    return [_strip(item) for item in node] if isinstance(node, list) else node


def _references(node: Any) -> set[str]:
    return set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(node)))


if __name__ == "__main__":
    source = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.write(json.dumps(cut(source), indent=1) + "\n")
