"""A signed test webhook through the public address: whether what a provider posts would be taken by this very hub.

If it is not, the same is tried past the proxy and with other addresses, to say which of the two must change.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from channels.contract import SelfTesting
from interaction_hub.services.diagnosis.findings import Finding, fail, ok
from interaction_hub.services.diagnosis.visits import Reply, Unreachable, Visitor


@dataclass(frozen=True, slots=True)
class Trial:
    """One account, and the two ways to the hub: as the world goes, and on this machine."""

    visitor: Visitor
    adapter: SelfTesting
    public: str
    local: str

    @property
    def path(self) -> str:
        """The hub's address for this account's webhooks."""
        return f"/webhooks/{self.adapter.capabilities.channel}/{self.adapter.account}"

    @property
    def subject(self) -> str:
        """How findings name it."""
        return f"webhook {self.adapter.account}"

    async def post(self, base: str, signed_for: str) -> tuple[Reply, bool]:
        """Post a new test below `base`, signed for an address below `signed_for`; whether this hub answered it."""
        nonce = secrets.token_hex(16)
        request = self.adapter.test_request(signed_for + self.path, nonce)
        reply = await self.visitor.visit(
            base + self.path, request.method, headers=request.headers, body=request.body, own_machine=base == self.local
        )
        answered = secrets.compare_digest(reply.body, self.adapter.test_answer(nonce))
        return reply, answered and 200 <= reply.status < 300


async def try_webhook(trial: Trial) -> Finding:
    """The test through the public address, and its finding."""
    began = time.monotonic()
    try:
        reply, answered = await trial.post(trial.public, trial.public)
    except Unreachable as error:
        return fail(trial.subject, error.words, error.advice)
    if answered:
        took = (time.monotonic() - began) * 1000
        return ok(trial.subject, f"a signed test came through {trial.public}{trial.path} in {took:.0f} ms")
    if reply.status == 403 and reply.code == "signature":
        return await _why_refused(trial)
    return _not_taken(trial, reply)


def _not_taken(trial: Trial, reply: Reply) -> Finding:
    url, who = trial.public + trial.path, reply.who
    if 200 <= reply.status < 300:
        words = f"{url} is answered by another hub or another page ({who})"
        return fail(trial.subject, words, "see where the public address leads; another copy of this hub may run there")
    if 300 <= reply.status < 400:
        words = f"{url} is redirected ({who}); the provider would lose the message"
        return fail(trial.subject, words, "let the proxy pass /webhooks/ on without a redirect")
    if reply.code == "not_found":
        words = f"the running hub has no account {trial.adapter.account}"
        return fail(trial.subject, words, "restart it: it reads hub.toml at its start; the name is part of the address")
    if reply.code == "too_many":
        words = "too many forged requests came from this address"
        return fail(trial.subject, words, "wait a minute; behind a proxy, set server.trusted_proxies")
    if reply.code in ("payload", "request"):
        words = "the running hub does not know test requests of this kind"
        return fail(trial.subject, words, "restart it: it is of another version, or has other options than hub.toml")
    if reply.code:
        return fail(trial.subject, f"the hub answers {reply.code} ({who})", "see the log of the hub")
    if reply.status in (502, 503, 504):
        words = f"the proxy does not reach the hub for {url} ({who})"
        return fail(trial.subject, words, "compare the proxy's target with server.host and server.port")
    words = f"the proxy does not pass {url} on ({who})"
    return fail(trial.subject, words, "let it pass every path below /webhooks/, unchanged and without a password")


async def _why_refused(trial: Trial) -> Finding:
    """The signature is refused. Either the hub's idea of its address, or its token, or the way is not ours."""
    try:
        _, straight = await trial.post(trial.local, trial.public)
        if straight:
            words = "the signature holds here and not through the public address: the proxy changes path or body"
            return fail(trial.subject, words, "pass path and body on unchanged; or the address leads to another hub")
        for base in _other_addresses(trial):
            _, believed = await trial.post(trial.local, base)
            if believed:
                words = f"signature refused: the running hub takes {base} for its address, not {trial.public}"
                return fail(trial.subject, words, "restart it with this hub.toml; the provider must call that address")
    except Unreachable as error:
        words = f"signature refused through the public address, and here {error.words}"
        return fail(trial.subject, words, "see that the public address leads to this machine")
    words = "signature refused: the running hub was started with other secrets than these"
    return fail(trial.subject, words, "restart it; if that does not help, another hub runs with another hub.toml")


def _other_addresses(trial: Trial) -> list[str]:
    """What a hub may wrongly take for its public address: where it listens, the other scheme, no port."""
    parts = urlsplit(trial.public)
    other = "http" if parts.scheme == "https" else "https"
    bare = f"{parts.scheme}://{parts.hostname}"
    found = [trial.local, parts._replace(scheme=other).geturl(), bare, f"{other}://{parts.hostname}"]
    return [base for base in dict.fromkeys(found) if base and base != trial.public]
