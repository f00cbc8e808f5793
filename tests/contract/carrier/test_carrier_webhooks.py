"""The carrier's webhooks, judged by Twilio's own SDK: signature, fields, retries, doubles, order."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from interaction_hub.demo.carrier import Carrier, Turn
from interaction_hub.demo.carrier_webhooks import ConnectionRules, sign
from tests.contract.carrier.conftest import ACCOUNT_SID, CUSTOMER, OURS, TOKEN, Client, Hook

GOOD = {"To": CUSTOMER, "From": OURS, "Body": "Hello"}
words = st.text(st.characters(codec="utf-8"), max_size=12)


def is_genuine(hook: Hook, index: int) -> bool:
    path, form, headers = hook.received[index]
    return bool(RequestValidator(TOKEN).validate(hook.base_url + path, form, headers["X-Twilio-Signature"]))


@given(words.filter(bool), st.dictionaries(words.filter(bool), words))
def test_signature_is_the_sdks(token: str, params: dict[str, str]) -> None:
    url = "https://hub.example.com/webhooks/sms/main?ref=1"
    assert sign(token, url, params) == RequestValidator(token).compute_signature(url, params)


def test_signature_is_the_documented_one() -> None:
    params = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    assert sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", params) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_carrier_shares_nothing_with_the_adapter_or_the_sdk() -> None:
    loaded = "[m for m in sys.modules if m.startswith(('channels', 'twilio'))]"
    code = f"import sys, interaction_hub.demo.carrier; print({loaded})"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "[]"


async def test_customers_message_is_signed_and_whole(carrier: Carrier, hook: Hook) -> None:
    sid = await carrier.customer_texts(CUSTOMER, OURS, "你好 & +1", media=[("image/png", b"x"), ("image/gif", b"y")])
    path, form, headers = hook.received[0]
    assert is_genuine(hook, 0)
    assert path == "/webhooks/sms/main"
    assert headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert form["MessageSid"] == sid
    assert sid.startswith("MM")
    assert (form["Body"], form["NumMedia"], form["AccountSid"]) == ("你好 & +1", "2", ACCOUNT_SID)
    assert form["FromCity"] == ""
    assert form["MediaContentType1"] == "image/gif"
    assert carrier.message(sid).webhooks[0].status == 200


async def test_status_callbacks_keep_the_address_as_given(client: Client, carrier: Carrier, hook: Hook) -> None:
    await client.create(**GOOD, StatusCallback=f"{hook.base_url}/s?ref=a%2Fb%20c&x=%E4%BD%A0")
    await carrier.settled()
    assert [form["MessageStatus"] for _, form, _ in hook.received] == ["sent", "delivered"]
    assert {path for path, _, _ in hook.received} == {"/s?ref=a%2Fb%20c&x=%E4%BD%A0"}
    assert is_genuine(hook, 0)
    assert is_genuine(hook, 1)


async def test_failure_says_its_code(client: Client, carrier: Carrier, hook: Hook) -> None:
    carrier.script(CUSTOMER, [Turn.undelivered(30007)])
    await client.create(**GOOD, StatusCallback=f"{hook.base_url}/s")
    await carrier.settled()
    assert [form.get("ErrorCode") for _, form, _ in hook.received] == [None, "30007"]


async def test_callbacks_double_and_backwards_on_demand(client: Client, carrier: Carrier, hook: Hook) -> None:
    carrier.script(CUSTOMER, [Turn(copies=2, backwards=True)])
    await client.create(**GOOD, StatusCallback=f"{hook.base_url}/s")
    await carrier.settled()
    assert [form["MessageStatus"] for _, form, _ in hook.received] == ["delivered", "delivered", "sent", "sent"]


async def test_message_is_doubled_on_demand(carrier: Carrier, hook: Hook) -> None:
    sid = await carrier.customer_texts(CUSTOMER, OURS, "Hello", copies=3)
    assert [form["MessageSid"] for _, form, _ in hook.received] == [sid] * 3
    assert len(carrier.messages) == 1


async def test_message_is_posted_late_on_demand(carrier: Carrier, hook: Hook) -> None:
    first = await carrier.customer_texts(CUSTOMER, OURS, "one")
    await carrier.customer_texts(CUSTOMER, OURS, "two")
    await carrier.post_inbound(carrier.message(first))
    assert [form["Body"] for _, form, _ in hook.received] == ["one", "two", "one"]


async def test_lost_connection_is_tried_once_more(carrier: Carrier, hook: Hook) -> None:
    hook.answers = ["cut"]
    sid = await carrier.customer_texts(CUSTOMER, OURS, "Hello")
    call = carrier.message(sid).webhooks[0]
    assert (call.status, call.attempts) == (200, 2)
    tokens = {headers["I-Twilio-Idempotency-Token"] for _, _, headers in hook.received}
    assert len(tokens) == 1


async def test_server_error_is_not_repeated_by_default(carrier: Carrier, hook: Hook) -> None:
    hook.answers = [500]
    sid = await carrier.customer_texts(CUSTOMER, OURS, "Hello")
    assert (carrier.message(sid).webhooks[0].status, len(hook.received)) == (500, 1)


async def test_fragment_overrides_the_rules_and_is_not_signed(carrier: Carrier, hook: Hook) -> None:
    carrier.webhook_base = f"{hook.base_url}#rc=3&rp=5xx"
    hook.answers = [500, 503]
    sid = await carrier.customer_texts(CUSTOMER, OURS, "Hello")
    assert carrier.message(sid).webhooks[0].attempts == 3
    assert is_genuine(hook, 2)


async def test_absent_hub_is_noted_not_raised(carrier: Carrier) -> None:
    carrier.webhook_base = "http://127.0.0.1:9"
    sid = await carrier.customer_texts(CUSTOMER, OURS, "Hello")
    assert (carrier.message(sid).webhooks[0].status, carrier.message(sid).webhooks[0].attempts) == (0, 2)


@pytest.mark.parametrize(
    ("fragment", "retries", "policy"),
    [("", 1, {"ct"}), ("rc=0", 0, {"ct"}), ("rc=9&rp=ct,rt,5xx", 5, {"ct", "rt", "5xx"}), ("rp=all", 1, {"all"})],
)
def test_rules_are_read_from_the_fragment(fragment: str, retries: int, policy: set[str]) -> None:
    rules = ConnectionRules.of_fragment(fragment)
    assert (rules.retries, rules.policy) == (retries, policy)
    assert rules.repeats("5xx") == bool({"5xx", "all"} & policy)
    assert not rules.repeats("")
