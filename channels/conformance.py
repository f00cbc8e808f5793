"""The one suite that every adapter passes: what `channels/contract.py` promises, as checks over a small rig.

An adapter's test implements `Rig` against a double of its provider and runs each of `Conformance.names(capabilities)`.
Knows no test framework, so that it can be shipped, and run by `doctor` against a real provider's test account.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from channels.conformance_hub import HubCarriedChecks
from channels.conformance_rig import (
    ConformanceError,
    Mood,
    ProviderRig,
    Rig,
    VisitorRig,
    expect,
    expect_raises,
    expect_raises_async,
    only,
)
from channels.conformance_scope import exemption
from channels.conformance_self import SelfTestChecks
from channels.contract import Adapter, Capabilities, SelfTesting
from channels.errors import Ambiguous, BadPayload, BadSignature, ChannelError, Permanent, Temporary, Unsupported
from channels.messages import DeliveryReport, DeliveryState, InboundMessage, RawRequest, Sent

__all__ = ["Conformance", "ConformanceError", "Mood", "ProviderRig", "Rig", "VisitorRig"]

_FAR_PAST_US = 0

_E = TypeVar("_E", bound=ChannelError)


class Conformance(HubCarriedChecks, SelfTestChecks):
    """The checks. Each raises `ConformanceError` and otherwise returns nothing."""

    @classmethod
    def names(cls, capabilities: Capabilities | None = None) -> list[str]:
        """Names of the checks that hold a channel with these capabilities (without: of all), a test for each.

        What is left out, and why, stands in `channels/conformance_scope.py` and nowhere else.
        """
        every = sorted(name for name in dir(cls) if name.startswith("check_"))
        return [name for name in every if capabilities is None or not exemption(name, capabilities)]

    async def run(self, name: str) -> None:
        """Run one check by name. One that this channel is exempt from fails: nothing passes without being looked at."""
        reason = exemption(name, self._adapter.capabilities)
        expect(not reason, f"{name} does not hold this channel: {reason}")
        check: Callable[[], Awaitable[None]] = getattr(self, name)
        await check()

    # Inbound

    async def check_adapter_fulfils_the_protocol(self) -> None:
        expect(isinstance(self._adapter, Adapter), "the adapter lacks a member of the protocol")
        expect(bool(self._adapter.account), "the adapter has no account name")
        says = self._adapter.capabilities.self_testing
        expect(isinstance(self._adapter, SelfTesting) is says, "`self_testing` and the members differ")

    async def check_text_is_received_whole(self) -> None:
        for text in ("Hello", "two\nlines\r\nkept", "ünï©ödé 你好 👍🏽", "a+b=c&d%20e", "  spaces  "):
            message = self._receive_message(self._rig.text_request(text))
            expect(message.text == text, f"sent {text!r}, received {message.text!r}")

    async def check_message_names_its_channel_and_account(self) -> None:
        message = self._receive_message(self._rig.text_request("Hello"))
        expect(message.account == self._adapter.account, "the message names another account")
        expect(message.channel == self._adapter.capabilities.channel, "the message names another channel")
        expect(message.sender_kind is self._adapter.capabilities.address_kind, "the address is of another kind")
        expect(bool(message.provider_id), "the message has no provider id to claim")

    async def check_sender_is_already_normalised(self) -> None:
        message = self._receive_message(self._rig.text_request("Hello"))
        expect(self._adapter.normalise(message.sender) == message.sender, "normalising the sender changes it")

    async def check_same_request_gives_the_same_answer(self) -> None:
        request = self._rig.text_request("Hello")
        first, second = self._adapter.receive(request), self._adapter.receive(request)
        expect(first == second, "receive() is not pure")

    async def check_new_messages_have_new_provider_ids(self) -> None:
        ids = {self._receive_message(self._rig.text_request("Hello")).provider_id for _ in range(3)}
        expect(len(ids) == 3, "two messages share a provider id")

    async def check_answer_is_a_success(self) -> None:
        received = self._adapter.receive(self._rig.text_request("Hello"))
        expect(200 <= received.reply_status < 300, "the provider would take the answer for a failure and repeat")

    async def check_tampered_request_is_refused(self) -> None:
        request = self._rig.tampered(self._rig.text_request("Hello"))
        expect_raises(BadSignature, lambda: self._adapter.receive(request), "a tampered request")

    async def check_unsigned_request_is_refused(self) -> None:
        request = self._rig.unsigned(self._rig.text_request("Hello"))
        expect_raises(BadSignature, lambda: self._adapter.receive(request), "an unsigned request")

    async def check_signature_comes_before_the_content(self) -> None:
        request = self._rig.unsigned(self._rig.unreadable_request())
        expect_raises(BadSignature, lambda: self._adapter.receive(request), "an unsigned and unreadable request")

    async def check_unreadable_request_is_a_bad_payload(self) -> None:
        request = self._rig.unreadable_request()
        expect_raises(BadPayload, lambda: self._adapter.receive(request), "an undocumented request")

    async def check_nul_is_refused(self) -> None:
        request = self._rig.text_request("a\x00b")
        expect_raises(BadPayload, lambda: self._adapter.receive(request), "a text with U+0000")

    # Reports

    async def check_reports_carry_our_reference(self) -> None:
        states = set()
        for state in DeliveryState:
            request = self._rig.report_request(f"ref-{state}", state)
            if request is not None:
                report = only(DeliveryReport, self._adapter.receive(request).items)
                expect(report.reference == f"ref-{state}", "the report lost our reference")
                expect(report.state is state, f"{state} was reported, {report.state} was read")
                states.add(state)
        can = self._adapter.capabilities
        ends = {DeliveryState.DELIVERED} if can.carried_by_hub else {DeliveryState.DELIVERED, DeliveryState.FAILED}
        expect(ends <= states, "the end of a message is never reported")
        expect(not can.read_reports or DeliveryState.READ in states, "it is never reported that a message was read")

    async def check_tampered_report_is_refused(self) -> None:
        request = self._rig.report_request("ref", DeliveryState.DELIVERED)
        if request is None:
            raise ConformanceError("a delivery is never reported")
        bad = self._rig.tampered(request)
        expect_raises(BadSignature, lambda: self._adapter.receive(bad), "a tampered report")

    async def check_failure_says_why(self) -> None:
        request = self._rig.report_request("ref", DeliveryState.FAILED)
        if request is None:
            raise ConformanceError("a failure is never reported")
        report = only(DeliveryReport, self._adapter.receive(request).items)
        expect(bool(report.reason), "a failed message has no words for the agent")

    # Outbound

    async def check_accepted_send_names_its_provider_id(self) -> None:
        sent = await self._adapter.send(self._rig.outbound("ref", "Hello 你好"))
        expect(bool(sent.provider_id), "no provider id")
        expect(sent.state.rank < DeliveryState.FAILED.rank, f"an accepted message is {sent.state}")
        expect(self._provider.taken() == ["Hello 你好"], f"the provider took {self._provider.taken()}")

    async def check_busy_provider_is_temporary(self) -> None:
        error = await self._send_in(Mood.BUSY, Temporary)
        expect(error.retry_after > 0, "no time to wait")
        expect(self._provider.taken() == [], "the provider took it nevertheless")

    async def check_unreachable_provider_is_temporary(self) -> None:
        await self._send_in(Mood.UNREACHABLE, Temporary)
        expect(self._provider.taken() == [], "the provider took it nevertheless")

    async def check_refusal_is_permanent_with_words(self) -> None:
        error = await self._send_in(Mood.REFUSES, Permanent)
        expect(bool(error.reason) and bool(error.code), "no words or no code")

    async def check_broken_provider_is_ambiguous(self) -> None:
        await self._send_in(Mood.BREAKS, Ambiguous)

    async def check_silence_after_taking_is_ambiguous_and_found(self) -> None:
        message = self._rig.outbound("ref", "Hello")
        await self._provider.set_mood(Mood.HANGS_AFTER_TAKING)
        await expect_raises_async(Ambiguous, self._adapter.send(message), "a provider that fell silent")
        await self._provider.set_mood(Mood.ACCEPTS)
        found = await self._adapter.look_up(message)
        expect(isinstance(found, Sent) and bool(found.provider_id), "look_up did not find a message that was taken")
        expect(self._provider.taken() == ["Hello"], "the message was sent more than once")

    async def check_look_up_of_what_never_arrived_is_none(self) -> None:
        await self._adapter.send(self._rig.outbound("other", "Something else"))
        found = await self._adapter.look_up(self._rig.outbound("ref", "Hello"))
        expect(found is None, "look_up found another message")

    async def check_look_up_does_not_take_an_equal_text_for_it(self) -> None:
        await self._adapter.send(self._rig.outbound("first", "OK"))
        found = await self._adapter.look_up(self._rig.outbound("second", "OK"))
        expect(found is None, "look_up took the first of two equal texts for the second")

    async def check_too_long_text_is_unsupported(self) -> None:
        text = "x" * (self._adapter.capabilities.max_text + 1)
        await expect_raises_async(Unsupported, self._adapter.send(self._rig.outbound("ref", text)), "a too long text")
        if not self._adapter.capabilities.carried_by_hub:
            expect(self._provider.taken() == [], "it was sent nevertheless")

    async def check_media_out_matches_capabilities(self) -> None:
        message = replace(self._rig.outbound("ref", "See"), media_urls=("https://example.com/a.png",))
        if self._adapter.capabilities.media_out:
            await self._adapter.send(message)
        else:
            await expect_raises_async(Unsupported, self._adapter.send(message), "a file that cannot be sent")

    # Books, measure, life

    async def check_reconcile_finds_a_lost_message(self) -> None:
        provider_id = await self._provider.customer_writes("was anybody there?")
        found = [item async for item in self._adapter.reconcile(_FAR_PAST_US) if isinstance(item, InboundMessage)]
        match = [item for item in found if item.provider_id == provider_id]
        expect(len(match) == 1, f"reconcile gave the lost message {len(match)} times")
        expect(match[0].text == "was anybody there?", "reconcile gave another text")

    async def check_reconcile_reports_on_what_was_sent(self) -> None:
        sent = await self._adapter.send(self._rig.outbound("ref", "Hello"))
        await self._provider.settle()
        reports = [item async for item in self._adapter.reconcile(_FAR_PAST_US) if isinstance(item, DeliveryReport)]
        expect(sent.provider_id in {report.provider_id for report in reports}, "reconcile does not know our message")

    async def check_measure_counts_parts(self) -> None:
        short, long = self._adapter.measure("Hello"), self._adapter.measure("Hello " * 100)
        expect(short.parts == 1 and short.units >= 5, "a short text is one part")
        several = self._adapter.capabilities.counts_parts
        expect((long.parts > 1) is several, "a long text has more than one part exactly where parts are counted")

    async def check_nonsense_is_no_address(self) -> None:
        for address in ("", " ", "\x00", "++", "javascript:alert(1)"):
            expect_raises(BadPayload, partial(self._adapter.normalise, address), f"the address {address!r}")

    async def check_closing_twice_is_harmless(self) -> None:
        await self._adapter.close()
        await self._adapter.close()

    @property
    def _provider(self) -> ProviderRig:
        if not isinstance(self._rig, ProviderRig):
            raise ConformanceError("the rig has no provider")
        return self._rig

    def _receive_message(self, request: RawRequest) -> InboundMessage:
        return only(InboundMessage, self._adapter.receive(request).items)

    async def _send_in(self, mood: Mood, kind: type[_E]) -> _E:
        await self._provider.set_mood(mood)
        return await expect_raises_async(
            kind, self._adapter.send(self._rig.outbound("ref", "Hello")), f"a provider that {mood}"
        )
