"""Signs and posts webhooks as Twilio documents it, written from the documentation; shares no code with `channels`.

https://www.twilio.com/docs/usage/webhooks/webhooks-security and …/webhooks-connection-overrides
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import parse_qs, urldefrag, urlencode

import aiohttp
from yarl import URL

from interaction_hub.demo.carrier_store import WebhookCall


@dataclass(frozen=True, slots=True)
class ConnectionRules:
    """How long Twilio waits and how often it tries again, from the fragment of the webhook's URL.

    `#rc=2&rp=ct,rt,5xx&ct=5000&rt=15000`: retries 0–5 (default 1), on which failures (default the connection's alone),
    and limits in milliseconds. The fragment is neither sent nor signed.
    """

    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})
    connect_seconds: float = 5.0
    read_seconds: float = 15.0

    @classmethod
    def of_fragment(cls, fragment: str) -> ConnectionRules:
        """Read the overrides; what is absent keeps Twilio's default."""
        found = {name: values[-1] for name, values in parse_qs(fragment).items()}
        return cls(
            retries=min(max(int(found.get("rc", "1")), 0), 5),
            policy=frozenset(found.get("rp", "ct").split(",")),
            connect_seconds=int(found.get("ct", "5000")) / 1000,
            read_seconds=int(found.get("rt", "15000")) / 1000,
        )

    def repeats(self, failure: str) -> bool:
        """Whether a failure (ct, rt, 4xx, 5xx) is one that is tried again."""
        return bool(failure) and (failure in self.policy or "all" in self.policy)


def sign(auth_token: str, url: str, params: dict[str, str]) -> str:
    """Steps 1 to 5 of the documentation: the full URL, then each POST field's name and value, sorted by name, without
    delimiters; HMAC-SHA1 with the auth token as key; Base64."""
    text = url
    for name in sorted(params):
        text = text + name + params[name]
    digest = hmac.new(auth_token.encode("utf-8"), text.encode("utf-8"), hashlib.sha1).digest()
    return b64encode(digest).decode("ascii")


class WebhookSender:
    """Posts signed forms, and tries again by the rules of the URL."""

    def __init__(self, auth_token: str) -> None:
        self.auth_token = auth_token
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Make the session."""
        limit = aiohttp.ClientTimeout(total=None, sock_connect=30, sock_read=30)  # each URL's own rules go before it
        self._session = aiohttp.ClientSession(timeout=limit, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)

    async def close(self) -> None:
        """Close it; may be called twice."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def post(self, configured_url: str, params: dict[str, str]) -> WebhookCall:
        """One webhook with its retries. Never raises: no answer is status 0."""
        url, fragment = urldefrag(configured_url)
        rules = ConnectionRules.of_fragment(fragment)
        token = str(uuid.uuid4())  # the same on each retry
        call = WebhookCall(url, params, 0, 0)
        while call.attempts <= rules.retries:
            call.attempts += 1
            failure = await self._try(call, rules, token)
            if not rules.repeats(failure):
                break
        return call

    async def _try(self, call: WebhookCall, rules: ConnectionRules, token: str) -> str:
        """One attempt: fills in status and body, returns the kind of failure or an empty text."""
        if self._session is None:
            return "closed"
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1 (simulated)",
            "X-Twilio-Signature": sign(self.auth_token, call.url, call.params),
            "I-Twilio-Idempotency-Token": token,
        }
        limit = aiohttp.ClientTimeout(total=None, sock_connect=rules.connect_seconds, sock_read=rules.read_seconds)
        try:
            async with self._session.post(
                URL(call.url, encoded=True),
                data=urlencode(call.params).encode(),
                headers=headers,
                timeout=limit,
                allow_redirects=False,
            ) as answer:
                call.status, call.body = answer.status, await answer.text()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ServerDisconnectedError):
            return "ct"
        except (TimeoutError, aiohttp.ClientError):
            return "rt"
        return {4: "4xx", 5: "5xx"}.get(call.status // 100, "")
