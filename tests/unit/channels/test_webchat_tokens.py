"""Who a visitor is: every way to be somebody else by a token, a credential or an identity is refused (A15, A20)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.account_options import BadOption
from channels.errors import BadPayload, BadSignature
from channels.messages import AddressKind, Pass, VisitorTerms
from channels.webchat import WebchatAdapter, create

NOW_S = 1_790_000_000
NOW = NOW_S * 1_000_000
KEY = bytes(range(32))
FRESH = "fresh-id-of-128-bits-0"
TERMS = VisitorTerms("shop", (1,))
ADAPTER = WebchatAdapter("web", KEY, clock=lambda: NOW)


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw_jwt(header: str, claims: str, secret: str, digest: str = "sha256") -> str:
    """A JWT by our own hands, not by the library that checks it; header and claims as JSON texts."""
    signed = f"{b64(header.encode())}.{b64(claims.encode())}"
    return f"{signed}.{b64(hmac.digest(secret.encode(), signed.encode(), digest))}"


def identity(
    claims: dict[str, Any] | None = None,
    *,
    header: dict[str, Any] | None = None,
    secret: str | None = None,
    without: str = "",
    digest: str = "sha256",
) -> str:
    whole = {"sub": "42", "exp": NOW_S + 3600, **(claims or {})}
    whole.pop(without, None)
    key = ADAPTER.secret("shop", 1) if secret is None else secret
    return raw_jwt(json.dumps({"alg": "HS256", **(header or {})}), json.dumps(whole), key, digest)


def admit(word: str = "", credential: str = "", terms: VisitorTerms = TERMS, now: int = NOW) -> Pass:
    return ADAPTER.admit(terms, identity=word, credential=credential, now=now, fresh_id=FRESH)


# What holds


def test_stranger_gets_token_and_credential() -> None:
    admitted = admit()
    assert (admitted.visitor.value, admitted.visitor.verified) == (FRESH, False)
    assert admitted.visitor.until == NOW + 600_000_000
    assert ADAPTER.visitor(admitted.token, now=NOW) == admitted.visitor
    assert ADAPTER.normalise(FRESH) == FRESH


def test_credential_brings_stranger_back_for_180_days() -> None:
    credential = admit().credential
    later = NOW + 179 * 86_400_000_000
    terms = VisitorTerms("shop", (1,))
    again = ADAPTER.admit(terms, identity="", credential=credential, now=later, fresh_id="another-id-of-128-bits")
    assert again.visitor.value == FRESH
    over = ADAPTER.admit(
        terms, identity="", credential=credential, now=NOW + 180 * 86_400_000_000, fresh_id="another-id-of-128-bits"
    )
    assert over.visitor.value == "another-id-of-128-bits"


def test_identity_names_visitor_and_what_is_vouched_for() -> None:
    claims = {"name": "  Ada\nLovelace ", "email": "Ada@Example.COM", "phone": "+44 20 7946 0958"}
    admitted = admit(identity(claims), credential=admit().credential)
    visitor = admitted.visitor
    assert (visitor.value, visitor.verified, visitor.name) == ("shop:42", True, "Ada Lovelace")
    assert visitor.vouched == ((AddressKind.EMAIL, "ada@example.com"), (AddressKind.PHONE, "+442079460958"))
    assert admitted.credential == ""
    assert ADAPTER.visitor(admitted.token, now=NOW) == visitor
    assert ADAPTER.normalise(visitor.value) == visitor.value


@pytest.mark.parametrize(
    "claims",
    [
        {"name": None, "email": None, "phone": ""},
        {"nbf": NOW_S + 30, "iat": NOW_S, "aud": "anything", "exp": NOW_S + 0.5},
        {"exp": NOW_S + 86_400 + 30},
        {"sub": "ä/user@example.com|7"},
        {"sub": "用" * 200, "name": "用" * 120, "email": "a" * 60 + "@" + "b" * 60 + ".example"},
    ],
)
def test_odd_but_honest_identities_hold(claims: dict[str, Any]) -> None:
    admitted = admit(identity(claims))
    assert admitted.visitor.verified
    assert len(admitted.token) < 8000
    assert ADAPTER.visitor(admitted.token, now=NOW) == admitted.visitor


@pytest.mark.parametrize("header", [{"typ": "JWT"}, {"typ": "jwt", "kid": "2024-01"}, {"kid": "../../dev/null"}])
def test_usual_headers_change_nothing(header: dict[str, Any]) -> None:
    assert admit(identity(header=header)).visitor.value == "shop:42"


def test_both_secrets_hold_while_the_site_changes_over() -> None:
    both = VisitorTerms("shop", (2, 1))
    for version in (1, 2):
        assert admit(identity(secret=ADAPTER.secret("shop", version)), terms=both).visitor.value == "shop:42"
    with pytest.raises(BadSignature, match="this site's secret"):
        admit(identity(), terms=VisitorTerms("shop", (2,)))


def test_secret_is_made_of_key_site_and_version() -> None:
    expected = b64(hmac.digest(KEY, b"site:shop:1", hashlib.sha256))
    assert ADAPTER.secret("shop", 1) == expected
    assert len(expected) == 43


# What does not hold


CLAIMS = json.dumps({"sub": "42", "exp": NOW_S + 3600})
MUTATIONS: dict[str, str] = {
    "garbage": "nonsense",
    "two parts": "a.b",
    "three empty parts": "..",
    "five parts, as an encrypted token": "a.b.c.d.e",
    "not ASCII": "ä.ä.ä",
    "header is a list": raw_jwt('["alg"]', "{}", "x"),
    "header is a text": raw_jwt('"alg"', "{}", "x"),
    "header is deep": raw_jwt("[" * 300, "{}", "x"),
    "huge": identity({"more": "x" * 9000}),
    "signature cut off": identity().rpartition(".")[0] + ".",
    "signature cut short": identity()[:-2],
    "newline after it": identity() + "\n",
    "padding after it": identity() + "=",
    "alg none without signature": raw_jwt('{"alg":"none"}', CLAIMS, "").rpartition(".")[0] + ".",
    "alg none with an empty segment signed": raw_jwt('{"alg":"none"}', CLAIMS, ""),
    "alg none, signed": identity(header={"alg": "none"}),
    "alg None": identity(header={"alg": "None"}),
    "alg HS512": identity(header={"alg": "HS512"}, digest="sha512"),
    "alg HS384": identity(header={"alg": "HS384"}, digest="sha384"),
    "alg RS256": identity(header={"alg": "RS256"}),
    "alg lower case": identity(header={"alg": "hs256"}),
    "alg list": identity(header={"alg": ["HS256"]}),
    "alg null": identity(header={"alg": None}),
    "brings its own key": identity(header={"jwk": {"kty": "oct", "k": b64(b"x" * 32)}}, secret="x" * 32),
    "names a key's address": identity(header={"jku": "https://evil.example/keys"}),
    "kid is a path, empty key": identity(header={"kid": "/dev/null"}, secret=""),
    "kid is a list": identity(header={"kid": ["1"]}),
    "payload not encoded": identity(header={"b64": False, "crit": ["b64"]}),
    "unknown critical header": identity(header={"crit": ["x"], "x": 1}),
    "unknown header": identity(header={"x": 1}),
    "typ of our sessions": identity(header={"typ": "hub-session"}),
    "empty secret": identity(secret=""),
    "the key itself": identity(secret=KEY.decode()),
    "another site's secret": identity(secret=ADAPTER.secret("other", 1)),
    "another version's secret": identity(secret=ADAPTER.secret("shop", 2)),
    "another account's secret": identity(secret=WebchatAdapter("web2", bytes(32)).secret("shop", 1)),
    "no sub": identity(without="sub"),
    "sub empty": identity({"sub": ""}),
    "sub null": identity({"sub": None}),
    "sub list": identity({"sub": ["42"]}),
    "sub empty list": identity({"sub": []}),
    "sub number": identity({"sub": 42}),
    "sub true": identity({"sub": True}),
    "sub object": identity({"sub": {"$gt": ""}}),
    "sub blank": identity({"sub": " "}),
    "sub with blank around": identity({"sub": "42 "}),
    "sub with NUL": identity({"sub": "4\x002"}),
    "sub with newline": identity({"sub": "4\n2"}),
    "sub with zero width": identity({"sub": "4\u200b2"}),
    "sub with bidi": identity({"sub": "4\u202e2"}),
    "sub with lone surrogate": identity({"sub": "4\ud8002"}),
    "sub too long": identity({"sub": "x" * 201}),
    "no exp": identity(without="exp"),
    "exp null": identity({"exp": None}),
    "exp text": identity({"exp": str(NOW_S + 9)}),
    "exp true": identity({"exp": True}),
    "exp list": identity({"exp": [NOW_S + 9]}),
    "exp now": identity({"exp": NOW_S}),
    "exp past": identity({"exp": NOW_S - 1}),
    "exp in two days": identity({"exp": NOW_S + 2 * 86_400}),
    "exp in milliseconds": identity({"exp": (NOW_S + 3600) * 1000}),
    "exp infinite": identity({"exp": float("inf")}),
    "exp NaN": identity({"exp": float("nan")}),
    "exp negative": identity({"exp": -1}),
    "exp enormous": identity({"exp": 10**400}),
    "nbf in an hour": identity({"nbf": NOW_S + 3600}),
    "nbf text": identity({"nbf": "now"}),
    "name list": identity({"name": ["Ada"]}),
    "name too long": identity({"name": "x" * 121}),
    "email is none": identity({"email": "ada"}),
    "email of two": identity({"email": "a@example.com,b@example.com"}),
    "email with name": identity({"email": "Ada <a@example.com>"}),
    "email list": identity({"email": ["a@example.com"]}),
    "email with zero width": identity({"email": "a\u200b@example.com"}),
    "email too long": identity({"email": "a@" + "b." * 130 + "example"}),
    "phone without country": identity({"phone": "020 7946 0958"}),
    "phone too short": identity({"phone": "+4420"}),
    "phone number": identity({"phone": 442079460958}),
    "claims are a list": raw_jwt('{"alg":"HS256"}', '["sub"]', ADAPTER.secret("shop", 1)),
    "claims are deep": raw_jwt('{"alg":"HS256"}', "[" * 3000, ADAPTER.secret("shop", 1)),
    "claims are no JSON": raw_jwt('{"alg":"HS256"}', "sub=42", ADAPTER.secret("shop", 1)),
    "our own token": admit().token,
    "our own credential": admit().credential,
}


@pytest.mark.parametrize("word", list(MUTATIONS.values()), ids=list(MUTATIONS))
def test_false_identity_is_refused(word: str) -> None:
    credential = admit().credential
    with pytest.raises(BadSignature):
        admit(word, credential=credential)


@pytest.mark.parametrize("word", list(MUTATIONS.values()), ids=list(MUTATIONS))
def test_false_identity_is_no_token_and_no_credential(word: str) -> None:
    if word != admit().token:
        with pytest.raises(BadSignature):
            ADAPTER.visitor(word, now=NOW)
    if word != admit().credential:
        fresh = ADAPTER.admit(TERMS, identity="", credential=word, now=NOW, fresh_id="another-id-of-128-bits")
        assert fresh.visitor.value == "another-id-of-128-bits"


def test_genuine_identity_is_no_token_and_no_credential() -> None:
    genuine = identity()
    with pytest.raises(BadSignature):
        ADAPTER.visitor(genuine, now=NOW)
    assert admit(credential=genuine).visitor.value == FRESH


@pytest.mark.parametrize("place", range(len(admit().token)))
def test_every_changed_character_breaks_a_token(place: int) -> None:
    token = admit().token
    other = "A" if token[place] != "A" else "B"
    with pytest.raises(BadSignature):
        ADAPTER.visitor(token[:place] + other + token[place + 1 :], now=NOW)


def test_tokens_of_another_account_are_refused_even_with_the_same_key() -> None:
    other = WebchatAdapter("other", KEY)
    with pytest.raises(BadSignature):
        other.visitor(admit().token, now=NOW)
    found = other.admit(TERMS, identity="", credential=admit().credential, now=NOW, fresh_id="another-id-of-128-bits")
    assert found.visitor.value == "another-id-of-128-bits"


def test_credential_of_another_site_is_nobody() -> None:
    other = VisitorTerms("other", (1,))
    assert ADAPTER.admit(
        other, identity="", credential=admit().credential, now=NOW, fresh_id="another-id-of-128-bits"
    ).visitor.value.startswith("another")


def test_token_ends_to_the_second() -> None:
    admitted = admit()
    ADAPTER.visitor(admitted.token, now=admitted.visitor.until - 1)
    with pytest.raises(BadSignature, match="over"):
        ADAPTER.visitor(admitted.token, now=admitted.visitor.until)


def test_site_for_signed_visitors_refuses_strangers_in_words() -> None:
    signed_only = VisitorTerms("shop", (1,), anonymous=False)
    for credential in ("", admit().credential):
        with pytest.raises(BadSignature, match="its own server has signed for"):
            admit(credential=credential, terms=signed_only)
    assert admit(identity(), terms=signed_only).visitor.verified


def test_site_without_secrets_believes_nobody() -> None:
    with pytest.raises(BadSignature):
        admit(identity(), terms=VisitorTerms("shop", ()))


# Addresses


def test_stranger_cannot_be_given_a_signed_address() -> None:
    for fresh_id in ("shop:42", "short", "", "x" * 65, "with a blank in between it"):
        with pytest.raises(BadPayload):
            ADAPTER.admit(TERMS, identity="", credential="", now=NOW, fresh_id=fresh_id)


@pytest.mark.parametrize("site", ["", "Shop", "sh:op", "javascript", "../x", "a" * 61, "sh op"])
def test_what_is_no_site_signs_for_nobody(site: str) -> None:
    with pytest.raises(BadSignature):
        admit(identity(secret=ADAPTER.secret(site, 1)), terms=VisitorTerms(site, (1,)))


@given(st.text(max_size=30), st.sampled_from(["", "shop:", "x:", "javascript:", "data:"]))
def test_normalising_refuses_or_changes_nothing(text: str, prefix: str) -> None:
    try:
        found = ADAPTER.normalise(prefix + text)
    except BadPayload:
        return
    assert found == prefix + text
    assert "\x00" not in found
    assert not found.startswith(("javascript:", "data:"))


@given(st.text(max_size=300))
def test_no_text_is_a_token(text: str) -> None:
    for attempt in (lambda: ADAPTER.visitor(text, now=NOW), lambda: admit(text or "x")):
        with pytest.raises(BadSignature):
            attempt()


# The factory


def test_factory_refuses_options_and_short_keys() -> None:
    assert create("web", {}, KEY).account == "web"
    with pytest.raises(BadOption, match="reopen_minutes"):
        create("web", {"reopen_minutes": 30}, KEY)
    with pytest.raises(ValueError, match="32 bytes"):
        create("web", {}, b"")
