"""The part of the conformance suite for channels that the hub carries itself: no provider, visitors with a socket.

Its checks are run by `Conformance`; `channels/conformance_scope.py` says why they stand in the place of others.
"""

from __future__ import annotations

from functools import partial

from channels.conformance_rig import (
    ConformanceError,
    Rig,
    VisitorRig,
    expect,
    expect_raises,
    expect_raises_async,
    only,
)
from channels.contract import Adapter, VisitorChannel
from channels.errors import BadSignature, Permanent, Unsupported
from channels.messages import DeliveryReport, DeliveryState, InboundMessage, MediaRef, Pass, Sent

_SAME_ID = "11111111-2222-4333-8444-555555555555"
_FRESH = "A-fresh-id-of-128-random-bits"
_OTHER = "Other-id-of-128-random-bits-"
_SECOND = 1_000_000


class HubCarriedChecks:
    """What a `carried_by_hub` adapter promises about sending, books and who a visitor is."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._adapter: Adapter = rig.adapter

    # Sending is committing

    async def check_hub_send_takes_at_once(self) -> None:
        for text in ("Hello", "Hello 你好", "x" * self._adapter.capabilities.max_text):
            sent = await self._adapter.send(self._rig.outbound("ref", text))
            expect(sent == Sent("ref", DeliveryState.SENT), f"a message is not sent by being committed: {sent}")

    async def check_hub_send_again_is_the_same(self) -> None:
        message = self._rig.outbound("ref", "Hello")
        expect(await self._adapter.send(message) == await self._adapter.send(message), "a repeated send differs")

    async def check_hub_send_never_leaves_doubt(self) -> None:
        for text in ("", "a\x00b", "\ud800", "x" * (self._adapter.capabilities.max_text + 1)):
            try:
                await self._adapter.send(self._rig.outbound("ref", text))
            except (Permanent, Unsupported):
                continue
            except Exception as error:
                raise ConformanceError(f"send is sure: Permanent or Unsupported, not {type(error).__name__}") from error
            raise ConformanceError(f"a text that no browser could show was taken: {text[:10]!r}")

    async def check_hub_look_up_says_what_send_said(self) -> None:
        message = self._rig.outbound("ref", "Hello")
        expect(await self._adapter.look_up(message) == await self._adapter.send(message), "look_up and send differ")

    async def check_hub_has_no_other_books(self) -> None:
        await self._adapter.send(self._rig.outbound("ref", "Hello"))
        expect([item async for item in self._adapter.reconcile(0)] == [], "reconcile found books beside the hub's log")

    async def check_hub_has_uploads_itself(self) -> None:
        fetch = self._adapter.fetch_media(MediaRef("upload:1", "image/png"))
        await expect_raises_async(Permanent, fetch, "fetching an upload that the hub has")

    # What one visitor says touches no other

    async def check_hub_reports_name_their_reporter(self) -> None:
        sender = only(InboundMessage, self._adapter.receive(self._rig.text_request("Hello")).items).sender
        request = self._rig.report_request("ref", DeliveryState.DELIVERED)
        if request is None:
            raise ConformanceError("the customer's browser reports what it has shown")
        report = only(DeliveryReport, self._adapter.receive(request).items)
        expect(report.reporter == sender, f"{sender} reported, {report.reporter!r} is named")

    async def check_hub_claim_holds_its_visitor(self) -> None:
        claims = set()
        for fresh_id in (_FRESH, _OTHER):
            token = self._admit(fresh_id=fresh_id).token
            request = self._visitors.text_by(token, _SAME_ID, "Hello")
            claims.add(only(InboundMessage, self._adapter.receive(request).items).provider_id)
        expect(len(claims) == 2, "one visitor can take another's message away by using its id")

    # Who a visitor is

    async def check_hub_is_a_visitor_channel(self) -> None:
        expect(isinstance(self._adapter, VisitorChannel), "the adapter cannot say who a visitor is")
        expect(isinstance(self._rig, VisitorRig), "the rig has no visitors")

    async def check_hub_stranger_is_known_again(self) -> None:
        first = self._admit()
        again = self._admit(credential=first.credential, fresh_id=_OTHER)
        expect(not first.visitor.verified and bool(first.credential), "a stranger has a credential, and no name")
        expect(again.visitor.value == first.visitor.value, "the credential did not bring the stranger back")

    async def check_hub_foreign_credential_is_nobody(self) -> None:
        whole = self._admit()
        for credential in (whole.token, whole.credential[:-4], "nonsense"):
            found = self._admit(credential=credential, fresh_id=_OTHER)
            expect(found.visitor.value != whole.visitor.value, "what is no credential was taken for one")

    async def check_hub_signed_visitor_leaves_nothing_behind(self) -> None:
        stranger = self._admit()
        signed = self._admit(identity=self._visitors.identity("42"), credential=stranger.credential)
        expect(signed.visitor.verified and signed.visitor.value != stranger.visitor.value, "the identity does not win")
        expect(not signed.credential, "the next person at this computer would be this visitor")

    async def check_hub_false_identity_is_no_stranger(self) -> None:
        stranger, genuine = self._admit(), self._visitors.identity("42")
        for identity in ("nonsense", genuine[:-4], stranger.token, stranger.credential):
            admit = partial(self._admit, identity=identity, credential=stranger.credential)
            expect_raises(BadSignature, admit, "an identity that does not hold")

    async def check_hub_token_names_its_holder_and_ends(self) -> None:
        admitted, channel = self._admit(), self._channel
        expect(channel.visitor(admitted.token, now=self._visitors.now) == admitted.visitor, "the token names another")
        over = partial(channel.visitor, admitted.token, now=admitted.visitor.until)
        expect_raises(BadSignature, over, "a token that is over")
        expect(admitted.visitor.until <= self._visitors.now + 3600 * _SECOND, "a token lasts minutes")

    async def check_hub_page_can_be_followed_or_is_none(self) -> None:
        page = self._channel.page
        expect(page("https://shop.example/chairs") == "https://shop.example/chairs", "a page cannot be told")
        told = page("https://ann:secret@shop.example/chairs?token=secret#secret")
        expect("secret" not in told, "agents see what a site keeps in its addresses")
        for bad in ("javascript:alert(1)", "data:text/html,x", "https://shop.example/\nx", "not a page", "", None, 7):
            expect(page(bad) == "", f"{bad!r} was taken for a page")

    async def check_hub_secrets_differ(self) -> None:
        secrets = {self._channel.secret(site, version) for site in ("one", "two") for version in (1, 2)}
        expect(
            len(secrets) == 4 and min(map(len, secrets)) >= 32, "two sites or versions share a secret, or it is short"
        )

    @property
    def _channel(self) -> VisitorChannel:
        if not isinstance(self._adapter, VisitorChannel):
            raise ConformanceError("the adapter cannot say who a visitor is")
        return self._adapter

    @property
    def _visitors(self) -> VisitorRig:
        if not isinstance(self._rig, VisitorRig):
            raise ConformanceError("the rig has no visitors")
        return self._rig

    def _admit(self, *, identity: str = "", credential: str = "", fresh_id: str = _FRESH) -> Pass:
        rig = self._visitors
        return self._channel.admit(rig.terms, identity=identity, credential=credential, now=rig.now, fresh_id=fresh_id)
