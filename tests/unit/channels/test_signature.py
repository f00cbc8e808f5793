"""Twilio's signature: documented rows, more than forty forgeries (A1), and the SDK as independent judge."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from channels.errors import BadPayload, BadSignature
from channels.messages import RawRequest
from channels.twilio_sms import TwilioSmsAdapter, TwilioSmsOptions
from channels.twilio_sms.signature import Secrets, verify
from tests.unit.channels.twilio_requests import (
    ACCOUNT_SID,
    BASE,
    FORM,
    MESSAGE_SID,
    PATH,
    TOKEN,
    inbound,
    inbound_params,
    report,
    request_of,
    sign,
)

SECRETS = Secrets(TOKEN)
JSON_BODY = json.dumps({"MessageSid": MESSAGE_SID, "text": "你好"}).encode()


def is_genuine(request: RawRequest, secrets: Secrets = SECRETS) -> bool:
    try:
        verify(request, secrets)
    except BadSignature:
        return False
    return True


def with_header(request: RawRequest, name: str, value: str) -> RawRequest:
    return replace(request, headers={**request.headers, name: value})


def without_header(request: RawRequest, name: str) -> RawRequest:
    return replace(request, headers={k: v for k, v in request.headers.items() if k != name})


def with_url(request: RawRequest, url: str) -> RawRequest:
    return replace(request, public_url=url, path_qs=url.partition("hub.example.com")[2] or PATH)


def with_params(request: RawRequest, pairs: list[tuple[str, str]]) -> RawRequest:
    return replace(request, body=urlencode(pairs).encode())


def json_request(body: bytes = JSON_BODY, *, digest_of: bytes = JSON_BODY, extra: str = "") -> RawRequest:
    query = f"?bodySHA256={hashlib.sha256(digest_of).hexdigest()}{extra}"
    url = BASE + PATH + query
    headers = {"content-type": "application/json", "x-twilio-signature": sign(url, [])}
    return RawRequest("POST", PATH + query, url, headers, body)


# The documented rows


def test_documented_vector_is_reproduced() -> None:
    params = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    headers = {"content-type": FORM, "x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="}
    request = RawRequest("POST", "/myapp.php?foo=1&bar=2", url, headers, urlencode(params).encode())
    assert is_genuine(request, Secrets("12345"))


def test_genuine_form_is_accepted() -> None:
    assert is_genuine(inbound())


def test_blank_parameters_are_signed_too() -> None:
    request = inbound()
    assert b"ToState=&" in request.body
    assert is_genuine(request)


def test_default_port_may_be_added() -> None:
    assert is_genuine(with_url(inbound(), f"https://hub.example.com:443{PATH}"))


def test_any_other_port_may_be_added() -> None:
    assert is_genuine(with_url(inbound(), f"https://hub.example.com:8443{PATH}"))


def test_signature_over_the_port_is_accepted_too() -> None:
    assert is_genuine(request_of(inbound_params().items(), base="https://hub.example.com:8443"))
    assert is_genuine(with_url(request_of(inbound_params().items(), base="https://hub.example.com:443"), BASE + PATH))


def test_utf8_plus_and_ampersand_survive() -> None:
    assert is_genuine(inbound(Body="ünï 你好 👍🏽 a+b=c & 100% \r\n\ttail  "))


def test_json_body_with_its_digest_is_accepted() -> None:
    assert is_genuine(json_request())


def test_get_is_signed_by_its_url() -> None:
    query = "?" + urlencode(inbound_params())
    url = BASE + PATH + query
    assert is_genuine(RawRequest("GET", PATH + query, url, {"x-twilio-signature": sign(url, [])}, b""))


def test_repeated_equal_parameter_counts_once() -> None:
    pairs = [*inbound_params().items(), ("To", "+14155550100")]
    validator = RequestValidator(TOKEN)
    signature = validator.compute_signature(BASE + PATH, MultiDict(pairs))
    request = with_header(with_params(inbound(), pairs), "x-twilio-signature", signature)
    assert is_genuine(request)
    assert is_genuine(with_params(inbound(), pairs)), "an equal copy adds nothing to read, and the SDK allows it"


def test_repeated_different_values_are_signed_sorted() -> None:
    pairs = [("To", "b"), ("To", "a"), ("From", "c")]
    signature = RequestValidator(TOKEN).compute_signature(BASE + PATH, MultiDict(pairs))
    assert is_genuine(with_header(with_params(inbound(), pairs), "x-twilio-signature", signature))


def test_previous_token_is_valid_during_rotation() -> None:
    old = request_of(inbound_params().items(), token="old")
    assert is_genuine(old, Secrets(TOKEN, "old"))
    assert is_genuine(inbound(), Secrets(TOKEN, "old"))
    assert not is_genuine(old, Secrets(TOKEN))


def test_moved_field_border_is_caught_by_the_reader() -> None:
    """Names and values are signed without a separator: {a: b} and {ab: ""} sign alike. The reader must notice."""
    params = inbound_params()
    params["AccountSid" + params.pop("AccountSid")] = ""
    moved = with_params(inbound(), list(params.items()))
    assert is_genuine(moved)
    adapter = TwilioSmsAdapter("main", TwilioSmsOptions(account_sid=ACCOUNT_SID, auth_token=TOKEN))
    with pytest.raises(BadPayload):
        adapter.receive(moved)


def test_field_moved_into_the_reference_is_caught() -> None:
    genuine = report(ref="r")
    pairs = [(n, v) for n, v in inbound_status_pairs() if n != "AccountSid"]
    url = f"{BASE}{PATH}/status?ref=rAccountSid{ACCOUNT_SID}"
    moved = replace(genuine, public_url=url, path_qs=url.removeprefix(BASE), body=urlencode(pairs).encode())
    assert is_genuine(moved)
    adapter = TwilioSmsAdapter("main", TwilioSmsOptions(account_sid=ACCOUNT_SID, auth_token=TOKEN))
    with pytest.raises(BadPayload):
        adapter.receive(moved)


def inbound_status_pairs() -> list[tuple[str, str]]:
    from urllib.parse import parse_qsl

    return parse_qsl(report(ref="r").body.decode(), keep_blank_values=True)


# Secrets


@pytest.mark.parametrize("token", ["", TOKEN])
def test_unset_secret_refuses_everything(token: str) -> None:
    """yap 1589: an empty secret must not be a key that everybody knows."""
    assert not is_genuine(request_of(inbound_params().items(), token=token), Secrets(""))
    assert not is_genuine(request_of(inbound_params().items(), token=""), Secrets(TOKEN, ""))


def test_shared_key_is_another_secret() -> None:
    url, settings = BASE + PATH, "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
    params = inbound_params()
    signature = RequestValidator("shared").compute_signature(url, params, "HMAC_SHA256")
    headers = {"x-twilio-signature": signature, "x-twilio-webhooks-signature-settings": settings}
    request = request_of(params.items(), headers=headers)
    assert is_genuine(request, Secrets(TOKEN, "", "shared"))
    assert not is_genuine(request, Secrets("shared"))


def test_secrets_never_show_in_repr() -> None:
    shown = repr(Secrets("canary-1", "canary-2", "canary-3"))
    shown += repr(TwilioSmsOptions(account_sid=ACCOUNT_SID, auth_token="canary-4", previous_auth_token="canary-5"))
    assert "canary" not in shown


class ExplodingHeaders(dict[str, str]):
    """Headers that fail when they are read, as a broken proxy layer might."""

    def get(self, *_: object) -> str:  # type: ignore[override]
        raise RuntimeError("boom")


def test_failing_checker_refuses() -> None:
    assert not is_genuine(replace(inbound(), headers=ExplodingHeaders()))


def test_lone_surrogate_in_header_refuses() -> None:
    assert not is_genuine(with_header(inbound(), "x-twilio-signature", "\ud800\udcff"))


# Forgeries: each takes a genuine request and changes something; none may pass.

Forgery = Callable[[RawRequest], RawRequest]
GOOD = inbound().headers["x-twilio-signature"]
PARAMS = inbound_params()


def changed(**changes: str) -> Forgery:
    return lambda r: with_params(r, list({**PARAMS, **changes}.items()))


def dropped(*names: str) -> Forgery:
    return lambda r: with_params(r, [(n, v) for n, v in PARAMS.items() if n not in names])


def added(*pairs: tuple[str, str]) -> Forgery:
    return lambda r: with_params(r, [*PARAMS.items(), *pairs])


def header(value: str, name: str = "x-twilio-signature") -> Forgery:
    return lambda r: with_header(r, name, value)


def url(value: str) -> Forgery:
    return lambda r: with_url(r, value)


FORGERIES: dict[str, Forgery] = {
    "missing header": lambda r: without_header(r, "x-twilio-signature"),
    "empty header": header(""),
    "blank header": header(" "),
    "short header": header(GOOD[:-4]),
    "one character": header("A"),
    "long header": header(GOOD + "A"),
    "header given twice, joined": header(f"{GOOD}, {GOOD}"),
    "header with a newline": header(GOOD + "\n"),
    "header in quotes": header(f'"{GOOD}"'),
    "header in small letters": header(GOOD.lower()),
    "header without padding": header(GOOD.rstrip("=")),
    "header as hex": header(base64.b64decode(GOOD).hex()),
    "header not ASCII": header("é" * 28),
    "header with a NUL": header(GOOD + "\x00"),
    "header as a list": header(f"['{GOOD}']"),
    "another tenant's token": lambda r: request_of(PARAMS.items(), token="f" * 32),
    "token with a space": lambda r: request_of(PARAMS.items(), token=TOKEN + " "),
    "token in capitals": lambda r: request_of(PARAMS.items(), token=TOKEN.upper()),
    "account sid as token": lambda r: request_of(PARAMS.items(), token=ACCOUNT_SID),
    "unknown algorithm": header("algorithm=NONE", "x-twilio-webhooks-signature-settings"),
    "algorithm without a key of ours": header("algorithm=HMAC_SHA256", "x-twilio-webhooks-signature-settings"),
    "SHA1 by settings without a shared key": header("key=x", "x-twilio-webhooks-signature-settings"),
    "body altered": changed(Body="Hello"),
    "body with a space more": changed(Body=PARAMS["Body"] + " "),
    "body decomposed": changed(Body=PARAMS["Body"].replace("ü", "u\u0308")),
    "sender altered": changed(From="+14155550112"),
    "recipient altered": changed(To="+14155550101"),
    "message sid altered": changed(MessageSid="SM" + "2c" * 16),
    "account altered": changed(AccountSid="AC" + "ff" * 16),
    "media added": changed(NumMedia="1", MediaUrl0="https://api.twilio.com/x"),
    "blank parameter dropped": dropped("ToState", "ToCity", "ToZip", "FromZip"),
    "parameter dropped": dropped("Body"),
    "all parameters dropped": lambda r: replace(r, body=b""),
    "blank parameter added": added(("Extra", "")),
    "parameter added": added(("OptOutType", "START")),
    "second value added": added(("Body", "Hello")),
    "array parameter": added(("Body[]", "Hello")),
    "name in other case": lambda r: with_params(r, [(n.lower(), v) for n, v in PARAMS.items()]),
    "body as JSON": lambda r: replace(r, body=json.dumps(PARAMS).encode()),
    "JSON content type": header("application/json", "content-type"),
    "no content type": lambda r: without_header(r, "content-type"),
    "multipart content type": header("multipart/form-data", "content-type"),
    "moved to the query": lambda r: replace(with_url(r, BASE + PATH + "?" + urlencode(PARAMS)), method="GET", body=b""),
    "http for https": url(f"http://hub.example.com{PATH}"),
    "other host": url(f"https://evil.example.com{PATH}"),
    "host in capitals": url(f"https://HUB.example.com{PATH}"),
    "host with a dot": url(f"https://hub.example.com.{PATH}"),
    "user name in the host": url(f"https://user:pass@hub.example.com{PATH}"),
    "trailing slash": url(f"{BASE}{PATH}/"),
    "double slash": url(f"{BASE}/{PATH}"),
    "other account": url(f"{BASE}/webhooks/sms/other"),
    "status path": url(f"{BASE}{PATH}/status"),
    "path in capitals": url(f"{BASE}{PATH.upper()}"),
    "percent-encoded path": url(f"{BASE}/webhooks/sms/%6dain"),
    "query added": url(f"{BASE}{PATH}?a=1"),
    "empty query": url(f"{BASE}{PATH}?"),
    "bodySHA256 added to a form": url(f"{BASE}{PATH}?bodySHA256={'0' * 64}"),
    "no URL at all": url(""),
    "other scheme": url(f"ftp://hub.example.com{PATH}"),
    "port in words": url(f"https://hub.example.com:port{PATH}"),
    "a thousand and one fields": lambda r: replace(r, body=b"&".join(b"a=1" for _ in range(1001))),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_forged_request_is_refused(name: str) -> None:
    assert not is_genuine(FORGERIES[name](inbound()))


def test_there_are_forty_forgeries_at_least() -> None:
    assert len(FORGERIES) >= 40


@pytest.mark.parametrize("name", FORGERIES)
def test_adapter_refuses_forgery_before_reading_it(name: str) -> None:
    adapter = TwilioSmsAdapter("main", TwilioSmsOptions(account_sid=ACCOUNT_SID, auth_token=TOKEN))
    with pytest.raises(BadSignature):
        adapter.receive(FORGERIES[name](inbound()))


@pytest.mark.parametrize(
    "query",
    ["?ref=a&x=1", "?ref=b", "?REF=a", "?ref=%61", "?ref=a&ref=b", "", "?ref=a%20"],
)
def test_query_of_a_callback_is_signed_as_sent(query: str) -> None:
    genuine = report(ref="a")
    assert genuine.path_qs == f"{PATH}/status?ref=a"
    changed_url = f"{BASE}{PATH}/status{query}"
    assert not is_genuine(replace(genuine, public_url=changed_url, path_qs=changed_url.removeprefix(BASE)))


def test_reordered_query_is_refused() -> None:
    request = request_of([("a", "b")], path_qs=f"{PATH}?x=1&y=2")
    assert is_genuine(request)
    assert not is_genuine(with_url(request, f"{BASE}{PATH}?y=2&x=1"))


def test_forwarded_headers_change_nothing() -> None:
    forwarded = {"x-forwarded-host": "hub.example.com", "x-forwarded-proto": "https", "host": "hub.example.com"}
    forged = replace(inbound(), public_url=f"http://10.0.0.1{PATH}")
    assert not is_genuine(replace(forged, headers={**forged.headers, **forwarded}))


@pytest.mark.parametrize(
    "request_",
    [
        json_request(body=b'{"other": 1}'),
        json_request(body=JSON_BODY + b" "),
        json_request(extra=f"&bodySHA256={hashlib.sha256(JSON_BODY).hexdigest()}"),
        with_header(json_request(), "content-type", "text/plain; charset=x, " + FORM),
        RawRequest("POST", PATH, BASE + PATH, {"x-twilio-signature": sign(BASE + PATH, [])}, JSON_BODY),
        RawRequest("POST", PATH, BASE + PATH, {"x-twilio-signature": sign(BASE + PATH, [])}, b"\xff\xfe"),
    ],
    ids=["other body", "longer body", "two digests", "type in doubt", "no digest", "bytes without a digest"],
)
def test_body_without_its_own_digest_is_refused(request_: RawRequest) -> None:
    if request_.headers.get("content-type", "").startswith("text/plain"):
        request_ = replace(request_, body=b"other")
    assert not is_genuine(request_)


# The SDK as the judge

names = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=8)
values = st.text(st.characters(codec="utf-8"), max_size=12)
forms = st.lists(st.tuples(names, values), max_size=8)
tokens = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
ports = st.sampled_from(["", ":80", ":443", ":8443", ":1"])
queries = st.sampled_from(["", "?ref=1", "?a=b&c=d", "?q=%C3%BC+x", "?ref="])


@given(forms, tokens, ports, ports, queries, st.sampled_from(["http", "https"]))
def test_verdict_equals_the_sdk(
    pairs: list[tuple[str, str]], token: str, signed_port: str, called_port: str, query: str, scheme: str
) -> None:
    signed_url = f"{scheme}://hub.example.com{signed_port}{PATH}{query}"
    called_url = f"{scheme}://hub.example.com{called_port}{PATH}{query}"
    multi = MultiDict(pairs)
    signature = RequestValidator(token).compute_signature(signed_url, multi)
    headers = {"content-type": FORM, "x-twilio-signature": signature}
    request = RawRequest("POST", PATH + query, called_url, headers, urlencode(pairs).encode())
    assert is_genuine(request, Secrets(token)) == RequestValidator(token).validate(called_url, multi, signature)


@given(forms, forms)
def test_other_parameters_get_the_sdk_verdict(signed: list[tuple[str, str]], sent: list[tuple[str, str]]) -> None:
    signature = RequestValidator(TOKEN).compute_signature(BASE + PATH, MultiDict(signed))
    headers = {"content-type": FORM, "x-twilio-signature": signature}
    request = RawRequest("POST", PATH, BASE + PATH, headers, urlencode(sent).encode())
    assert is_genuine(request) == RequestValidator(TOKEN).validate(BASE + PATH, MultiDict(sent), signature)


@given(st.text(max_size=50), st.text(max_size=50))
def test_json_verdict_equals_the_sdk(signed: str, sent: str) -> None:
    try:
        signed_bytes, sent_bytes = signed.encode(), sent.encode()
    except UnicodeEncodeError:
        return
    request = json_request(sent_bytes, digest_of=signed_bytes)
    expected = RequestValidator(TOKEN).validate(request.public_url, sent, request.headers["x-twilio-signature"])
    if sent_bytes:  # an empty body has nothing that could be changed: the URL's signature is enough
        assert is_genuine(request) == expected


@given(st.binary(max_size=200), st.dictionaries(st.sampled_from(["content-type", "x-twilio-signature"]), st.text()))
def test_any_bytes_give_a_verdict_not_a_crash(body: bytes, headers: dict[str, str]) -> None:
    assert not is_genuine(RawRequest("POST", PATH, BASE + PATH, headers, body))


def test_comparison_is_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[bytes, bytes]] = []
    real = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda a, b: seen.append((a, b)) or real(a, b))
    assert is_genuine(inbound(), Secrets(TOKEN, "old"))
    assert len(seen) == 4, "each secret with each form of the URL, whichever matches first"
