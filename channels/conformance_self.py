"""The part of the conformance suite for accounts that `interaction-hub doctor` may try from outside."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from channels.conformance_rig import ConformanceError, Rig, expect, expect_raises, only
from channels.contract import Adapter, SelfTesting
from channels.errors import BadSignature
from channels.messages import InboundMessage

_NONCE, _OTHER = "0123456789abcdef" * 2, "fedcba9876543210" * 2


class SelfTestChecks:
    """What a `self_testing` adapter promises about its test requests: signed, answered, and nothing hides in them."""

    _rig: Rig
    _adapter: Adapter

    async def check_self_test_is_answered_and_brings_nothing(self) -> None:
        received = self._tested.receive(self._tested.test_request(self._url, _NONCE))
        expect(received.items == (), "a test brings something in")
        expect(200 <= received.reply_status < 300, "a test is answered as a failure")
        expect(received.reply_body == self._tested.test_answer(_NONCE), "a test is answered by something else")

    async def check_self_test_answer_depends_on_the_nonce(self) -> None:
        one, other = self._tested.test_answer(_NONCE), self._tested.test_answer(_OTHER)
        expect(one != other and len(one) >= 32, "the answer can be guessed")
        expect(_NONCE.encode() not in one, "whoever saw the nonce can answer")

    async def check_self_test_is_signed(self) -> None:
        request, other = (self._tested.test_request(self._url, nonce) for nonce in (_NONCE, _OTHER))
        expect_raises(BadSignature, lambda: self._adapter.receive(self._rig.unsigned(request)), "an unsigned test")
        mixed = replace(other, headers=request.headers)
        expect_raises(BadSignature, lambda: self._adapter.receive(mixed), "a test with another's signature")
        moved = replace(request, public_url=request.public_url.replace("://", "://elsewhere."))
        expect_raises(BadSignature, lambda: self._adapter.receive(moved), "a test signed for another address")

    async def check_self_test_hides_no_message(self) -> None:
        text = self._tested.test_request(self._url, _NONCE).body.decode()
        message = only(InboundMessage, self._adapter.receive(self._rig.text_request(text)).items)
        expect(message.text == text, "a customer who writes what a test holds is not heard")

    @property
    def _tested(self) -> SelfTesting:
        if not isinstance(self._adapter, SelfTesting):
            raise ConformanceError("the adapter says that it tests itself, and lacks a member of the protocol")
        return self._adapter

    @property
    def _url(self) -> str:
        """Where this adapter's messages are posted."""
        url = self._rig.text_request("Hello").public_url
        return urlsplit(url)._replace(query="", fragment="").geturl()
