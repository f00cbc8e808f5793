"""Every way in which a webhook may be changed on its way, and those that are a carrier's right."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from tests.fakes.house import SID, TOKEN, House
from tests.fuzz.texts import FORM, PATH, fields_of
from tests.unit.channels.twilio_requests import sign

CUSTOMER, WORDS = "+447700900456", "Where is my table? 1+1=2 & ünï 你好"
SIGNATURE = "X-Twilio-Signature"


@dataclass(frozen=True)
class Sent:
    """A request as it goes over the line. `fields` are what `body` was made of."""

    url: str
    fields: dict[str, str]
    method: str = "POST"
    path: str = PATH
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def without(self, name: str) -> Sent:
        return replace(self, headers=tuple(one for one in self.headers if one[0] != name))

    def with_header(self, name: str, value: str) -> Sent:
        return replace(self, headers=(*self.without(name).headers, (name, value)))

    def also(self, name: str, value: str) -> Sent:
        return replace(self, headers=(*self.headers, (name, value)))

    def form(self, pairs: Iterable[tuple[str, str]]) -> Sent:
        """Other fields under the old signature."""
        return replace(self, body=urlencode(list(pairs)).encode())

    def signed_for(self, url: str, token: str = TOKEN) -> Sent:
        """The same, signed over another address, or by another token."""
        return self.with_header(SIGNATURE, sign(url, self.fields.items(), token))

    @property
    def signature(self) -> str:
        return dict(self.headers)[SIGNATURE]


def genuine(house: House, **more: str) -> Sent:
    """A customer's message as the carrier sends it."""
    fields = fields_of(CUSTOMER, WORDS, ProfileName="Ann", **more)
    plain = Sent(house.url, fields, headers=(("Content-Type", FORM),), body=urlencode(fields).encode())
    return plain.signed_for(house.url + PATH)


Change = Callable[[Sent], Sent]


def field(**changes: str) -> Change:
    return lambda s: s.form({**s.fields, **changes}.items())


def header(value: str, name: str = SIGNATURE) -> Change:
    return lambda s: s.with_header(name, value)


def to(path: str) -> Change:
    return lambda s: replace(s, path=path)


def as_json(digest: Callable[[bytes], str], token: str = TOKEN) -> Change:
    """A JSON body with this `bodySHA256` in the signed address."""

    def change(sent: Sent) -> Sent:
        body = json.dumps(sent.fields).encode()
        path = f"{PATH}?bodySHA256={digest(body)}"
        found = replace(sent, path=path, body=body).with_header("Content-Type", "application/json")
        return found.with_header(SIGNATURE, sign(sent.url + path, [], token))

    return change


def by_get(sent: Sent) -> Sent:
    return replace(sent, method="GET", path=f"{PATH}?{urlencode(sent.fields)}", body=b"").without("Content-Type")


FORGED: dict[str, Change] = {
    "no signature": lambda s: s.without(SIGNATURE),
    "empty signature": header(""),
    "short signature": lambda s: s.with_header(SIGNATURE, s.signature[:-4]),
    "long signature": lambda s: s.with_header(SIGNATURE, s.signature + "A"),
    "two signatures, the wrong one first": lambda s: replace(s, headers=((SIGNATURE, "x" * 28), *s.headers)),
    "two signatures, the wrong one last": lambda s: s.also(SIGNATURE, "x" * 28),
    "the signature twice in one line": lambda s: s.with_header(SIGNATURE, f"{s.signature},{s.signature}"),
    "signature in capitals": lambda s: s.with_header(SIGNATURE, s.signature.swapcase()),
    "signature as the query": lambda s: replace(s, path=f"{PATH}?{SIGNATURE}={s.signature}").without(SIGNATURE),
    "signature as a cookie": lambda s: s.without(SIGNATURE).also("Cookie", f"{SIGNATURE}={s.signature}"),
    "signature as a bearer": lambda s: s.without(SIGNATURE).also("Authorization", f"Bearer {s.signature}"),
    "token itself": header(TOKEN),
    "another account's token": lambda s: s.signed_for(s.url + PATH, "f" * 32),
    "no token": lambda s: s.signed_for(s.url + PATH, ""),
    "account sid as token": lambda s: s.signed_for(s.url + PATH, SID),
    "shared key that is not set": header("key=x,algorithm=HMAC_SHA256", "X-Twilio-Webhooks-Signature-Settings"),
    "algorithm none": header("algorithm=NONE", "X-Twilio-Webhooks-Signature-Settings"),
    "text altered": field(Body="Pay me"),
    "sender altered": field(From="+447700900999"),
    "sid altered": field(MessageSid="SM" + "0" * 32),
    "array parameter": lambda s: s.form([*s.fields.items(), ("Body[]", "x")]),
    "array for the text": lambda s: s.form([("Body[0]" if n == "Body" else n, v) for n, v in s.fields.items()]),
    "second text": lambda s: s.form([*s.fields.items(), ("Body", "x")]),
    "second text first": lambda s: s.form([("Body", "x"), *s.fields.items()]),
    "empty parameter added": lambda s: s.form([*s.fields.items(), ("Extra", "")]),
    "nameless parameter added": lambda s: s.form([*s.fields.items(), ("", "x")]),
    "parameter taken away": lambda s: s.form([one for one in s.fields.items() if one[0] != "ProfileName"]),
    "names in small letters": lambda s: s.form([(name.lower(), value) for name, value in s.fields.items()]),
    "separated by semicolons": lambda s: replace(s, body=s.body.replace(b"&", b";")),
    "plus for a space taken as it is": lambda s: replace(s, body=s.body.replace(b"+", b"%2B")),
    "encoded twice": lambda s: replace(s, body=s.body.replace(b"%", b"%25")),
    "cut off": lambda s: replace(s, body=s.body[:-3]),
    "NUL behind": lambda s: replace(s, body=s.body + b"%00"),
    "no body": lambda s: replace(s, body=b""),
    "thousands of fields": lambda s: replace(s, body=b"&".join([s.body, *(b"a=1" for _ in range(1001))])),
    "GET with the fields as query": by_get,
    "GET with an empty query": lambda s: replace(s, method="GET", body=b""),
    "as JSON under the form's signature": header("application/json", "Content-Type"),
    "as text": header("text/plain", "Content-Type"),
    "as multipart": header("multipart/form-data; boundary=x", "Content-Type"),
    "without a type": lambda s: s.without("Content-Type").also("Content-Type", "application/octet-stream"),
    "JSON with another body's digest": as_json(lambda body: hashlib.sha256(body + b" ").hexdigest()),
    "JSON with an empty digest": as_json(lambda body: ""),
    "JSON with SHA-1": as_json(lambda body: hashlib.sha1(body, usedforsecurity=False).hexdigest()),
    "JSON with two digests": as_json(lambda body: f"{hashlib.sha256(body).hexdigest()}&bodySHA256={'0' * 64}"),
    "JSON with another token": as_json(lambda body: hashlib.sha256(body).hexdigest(), "f" * 32),
    "signed for https": lambda s: s.signed_for(s.url.replace("http:", "https:") + PATH),
    "signed for another port": lambda s: s.signed_for("http://127.0.0.1:1" + PATH),
    "signed for another host": lambda s: s.signed_for("http://localhost" + PATH),
    "signed with a user in the address": lambda s: s.signed_for(s.url.replace("//", "//user@") + PATH),
    "signed for the address with a slash": lambda s: s.signed_for(f"{s.url}{PATH}/"),
    "slash at the end": to(f"{PATH}/"),
    "two slashes": to(PATH.replace("/sms", "//sms")),
    "small escape": to(PATH.replace("main", "%6dain")),
    "capital escape": to(PATH.replace("main", "%6Dain")),
    "path in capitals": to(PATH.upper()),
    "dots in the path": to("/webhooks/x/../sms/main"),
    "query added": to(f"{PATH}?a=1"),
    "other account": to("/webhooks/sms/other"),
    "other channel": to("/webhooks/chat/web"),
    "path of reports": to(f"{PATH}/status"),
    "forwarded host, signed for it": lambda s: s.signed_for("http://evil.example" + PATH).also(
        "X-Forwarded-Host", "evil.example"
    ),
    "forwarded https, signed for it": lambda s: s.signed_for(s.url.replace("http:", "https:") + PATH).also(
        "X-Forwarded-Proto", "https"
    ),
    "forwarded, signed for it": lambda s: s.signed_for("https://evil.example" + PATH).also(
        "Forwarded", "for=1.1.1.1;host=evil.example;proto=https"
    ),
    "original address, signed for it": lambda s: s.signed_for("http://evil.example/x").also("X-Original-URL", "/x"),
    "host header, signed for it": lambda s: s.signed_for("http://evil.example" + PATH).also("Host", "evil.example"),
    "compressed": lambda s: replace(s, body=gzip.compress(s.body)).also("Content-Encoding", "gzip"),
    "method by header": lambda s: replace(by_get(s), method="GET").also("X-HTTP-Method-Override", "POST"),
}  # fmt: skip
LAWFUL: dict[str, Change] = {
    "as it was": lambda s: s,
    "fields in another order": lambda s: s.form(reversed(s.fields.items())),
    "a field twice with one value": lambda s: s.form([*s.fields.items(), ("Body", WORDS)]),
    "escapes in small letters": lambda s: replace(s, body=s.body.replace(b"%2B", b"%2b").replace(b"%3F", b"%3f")),
    "type with a charset": header(f"{FORM}; charset=UTF-8", "Content-Type"),
    "headers of a proxy that we do not know": lambda s: s.also("X-Forwarded-Host", "evil.example").also(
        "X-Forwarded-Proto", "https"
    ),
    "signed without the port": lambda s: s.signed_for(s.url.rpartition(":")[0] + PATH),
    "new parameters, signed": lambda s: replace(s.form({**s.fields, "New": ""}.items()), fields={**s.fields, "New": ""})
    .signed_for(s.url + PATH),
}  # fmt: skip
