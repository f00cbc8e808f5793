"""The strict check: what Twilio's description does not know is an error, in the shape of Twilio's errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from interaction_hub.demo.carrier import DEMO_SPEC, Carrier
from interaction_hub.demo.carrier_check import ApiFault, Specification
from interaction_hub.demo.carrier_cut import KEPT_PATHS, cut
from tests.contract.carrier.conftest import ACCOUNT_SID, CUSTOMER, MESSAGES, OURS, TOKEN, Client, Hook

GOOD = {"To": CUSTOMER, "From": OURS, "Body": "Hello"}


def test_demo_slice_is_cut_from_the_whole(whole_spec: Path) -> None:
    whole = json.loads(whole_spec.read_text(encoding="utf-8"))
    assert json.loads(DEMO_SPEC.read_text(encoding="utf-8")) == json.loads(json.dumps(cut(whole)))


def test_demo_slice_carries_its_licence() -> None:
    notice = (DEMO_SPEC.parent / "README.md").read_text(encoding="utf-8")
    assert "MIT License" in notice
    assert "twilio/twilio-oai" in json.loads(DEMO_SPEC.read_text(encoding="utf-8"))["x-notice"] + notice


def test_slice_keeps_every_parameter(whole_spec: Path) -> None:
    whole, small = Specification(whole_spec), Specification(DEMO_SPEC)
    for method in ("GET", "POST", "DELETE"):
        for template in KEPT_PATHS:
            path = template.format(AccountSid=ACCOUNT_SID, MessageSid="SM" + "0" * 32, Sid=sid_for(template))
            assert found(small, method, path) == found(whole, method, path)


def sid_for(template: str) -> str:
    return ("ME" if "Media/" in template else "SM") + "0" * 32


def found(spec: Specification, method: str, path: str) -> object:
    try:
        operation = spec.find(method, path)
    except ApiFault as fault:
        return fault.code
    return operation.operation_id, operation.path, set(operation.query_rules), set(operation.form_rules)


async def test_right_create_is_taken(client: Client, carrier: Carrier) -> None:
    status, body = await client.create(**GOOD)
    assert status == 201
    assert (body["status"], body["direction"], body["to"]) == ("queued", "outbound-api", CUSTOMER)
    assert [message.sid for message in carrier.sent_to(CUSTOMER)] == [body["sid"]]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"To": ""}, 400, 21604),
        ({"To": None}, 400, 21604),
        ({"To": "4155550111"}, 400, 21211),
        ({"To": "+1abc"}, 400, 21211),
        ({"From": None}, 400, 21603),
        ({"From": "+14155559999"}, 400, 21606),
        ({"From": "+"}, 400, 21212),
        ({"Body": None}, 400, 21602),
        ({"Body": ""}, 400, 21602),
        ({"Body": "x" * 1601}, 400, 21617),
        ({"Status": "completed"}, 400, 20001),
        ({"to": CUSTOMER}, 400, 20001),
        ({"To": None, "to": CUSTOMER}, 400, 21604),
        ({"Bdoy": "typing error"}, 400, 20001),
        ({"ContentRetention": "keep"}, 400, 20001),
        ({"ProvideFeedback": "yes"}, 400, 20001),
        ({"ValidityPeriod": "soon"}, 400, 20001),
        ({"MessagingServiceSid": "MG1"}, 400, 20001),
        ({"ContentSid": "HX" + "z" * 32}, 400, 20001),
        ({"SendAt": "tomorrow"}, 400, 20001),
        ({"StatusCallback": "/webhooks/sms"}, 400, 21609),
        ({"StatusCallback": "http://my_host/x"}, 400, 21609),
        ({"MediaUrl": "file:///etc/passwd"}, 400, 21620),
    ],
    ids=str,
)
async def test_wrong_create_is_refused_with_its_code(
    client: Client, carrier: Carrier, change: dict[str, str | None], status: int, code: int
) -> None:
    form = {name: value for name, value in {**GOOD, **change}.items() if value is not None}
    answer, body = await client.create(**form)
    assert (answer, body["code"], body["status"]) == (status, code, status)
    assert body["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert body["message"]
    assert carrier.messages == []


async def test_parameter_given_twice_is_refused(client: Client) -> None:
    status, body = await client.call("POST", f"{MESSAGES}.json", [*GOOD.items(), ("Body", "again")])
    assert (status, body["code"]) == (400, 20001)


async def test_more_than_ten_files_are_refused(client: Client) -> None:
    files = [("MediaUrl", f"https://x.example/{number}") for number in range(11)]
    status, body = await client.call("POST", f"{MESSAGES}.json", [*GOOD.items(), *files])
    assert (status, body["code"]) == (400, 21623)


@pytest.mark.parametrize("secret", [None, "", "wrong", TOKEN + " "])
async def test_wrong_password_is_refused(client: Client, carrier: Carrier, secret: str | None) -> None:
    import aiohttp

    headers = {} if secret is None else {"Authorization": aiohttp.encode_basic_auth(ACCOUNT_SID, secret)}
    status, body = await client.call("POST", f"{MESSAGES}.json", GOOD, headers=headers)
    assert (status, body["code"], body["message"]) == (401, 20003, "Authenticate")
    assert carrier.messages == []


@pytest.mark.parametrize("header", ["Bearer x", "Basic", "Basic %%%", "Basic " + "A" * 10])
async def test_odd_authorization_is_refused(client: Client, header: str) -> None:
    status, _ = await client.call("GET", f"{MESSAGES}.json", headers={"Authorization": header})
    assert status == 401


@pytest.mark.parametrize(
    "path",
    [
        "/2010-04-01/Accounts/AC1/Messages.json",
        f"/2010-04-01/Accounts/{'AC' + 'ff' * 16}/Messages.json",
        f"{MESSAGES}/room1.json",
        f"{MESSAGES}/{'CA' + '0' * 32}.json",
        f"{MESSAGES}/{'SM' + '0' * 32}.json",
        f"{MESSAGES}/{'SM' + '0' * 32}/Media/{'ME' + '0' * 32}",
        f"{MESSAGES}",
        "/2010-04-01/Nonsense.json",
    ],
)
async def test_wrong_sid_is_not_found(client: Client, path: str) -> None:
    status, body = await client.call("GET", path)
    assert (status, body["code"]) == (404, 20404)


async def test_wrong_method_is_not_allowed(client: Client) -> None:
    status, body = await client.call("DELETE", f"{MESSAGES}.json")
    assert (status, body["code"]) == (405, 20004)


async def test_json_body_is_not_supported(client: Client) -> None:
    status, _ = await client.call("POST", f"{MESSAGES}.json", json=GOOD)
    assert status == 415


@pytest.mark.parametrize(
    "query",
    ["PageSize=0", "PageSize=1001", "PageSize=many", "Limit=5", "DateSent=yesterday", "Page=-1", "Page=0&Page=1"],
)
async def test_wrong_list_parameter_is_refused(client: Client, query: str) -> None:
    status, body = await client.call("GET", f"{MESSAGES}.json?{query}")
    assert (status, body["code"]) == (400, 20001)


def schema_of(spec: Path, name: str) -> dict[str, Any]:
    """A schema for jsonschema: OpenAPI 3.0's `nullable` turned into a type."""
    document = json.loads(spec.read_text(encoding="utf-8"))

    def nullable(node: Any) -> Any:
        if isinstance(node, dict):
            made = {key: nullable(value) for key, value in node.items()}
            if made.pop("nullable", False) and "type" in made:
                made["type"] = [made["type"], "null"]
            return made
        return [nullable(item) for item in node] if isinstance(node, list) else node

    return {
        "$ref": f"#/components/schemas/{name}",
        "components": {"schemas": nullable(document["components"]["schemas"])},
    }


async def test_answers_fit_the_description(client: Client, carrier: Carrier, whole_spec: Path, hook: Hook) -> None:
    await client.create(**GOOD)
    sid = await carrier.customer_texts(CUSTOMER, OURS, "See", media=[("image/png", b"x")])
    await carrier.settled()
    message = schema_of(whole_spec, "api.v2010.account.message")
    media = schema_of(whole_spec, "api.v2010.account.message.media")
    _, listed = await client.call("GET", f"{MESSAGES}.json")
    assert len(listed["messages"]) == 2
    for shown in listed["messages"]:
        jsonschema.validate(shown, message)
    _, fetched = await client.call("GET", f"{MESSAGES}/{sid}.json")
    jsonschema.validate(fetched, message)
    assert fetched.keys() == message["components"]["schemas"]["api.v2010.account.message"]["properties"].keys()
    _, files = await client.call("GET", f"{MESSAGES}/{sid}/Media.json")
    jsonschema.validate(files["media_list"][0], media)
