"""The adapter of one Twilio account for SMS and MMS; see `channels/contract.py` for what each method promises."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from urllib.parse import quote

from aiolimiter import AsyncLimiter

from channels.contract import Capabilities
from channels.errors import BadPayload, Permanent, Temporary, Unsupported
from channels.messages import (
    AccountState,
    AddressKind,
    DeliveryState,
    Inbound,
    InboundMessage,
    Media,
    MediaRef,
    OutboundMessage,
    RawRequest,
    Received,
    Sent,
    TextLength,
)
from channels.twilio_sms import self_test, signature
from channels.twilio_sms.address import can_receive, normalise_address, provider_address
from channels.twilio_sms.api import Record, TwilioApi
from channels.twilio_sms.error_words import explain
from channels.twilio_sms.form import Fields, parse_pairs
from channels.twilio_sms.inspection import inspect_account
from channels.twilio_sms.keywords import find_consent
from channels.twilio_sms.media import MediaFetcher
from channels.twilio_sms.options import TwilioSmsOptions
from channels.twilio_sms.recent import RecentSends
from channels.twilio_sms.segments import measure_text
from channels.twilio_sms.webhook import CHANNEL, MAX_MEDIA, STATES, make_report, read_inbound, read_report

MAX_TEXT = 1600
# Twilio's clock and ours may differ, and its dates are in whole seconds.
_SKEW_US = 60_000_000
_LOOK_BACK_US = 3_600_000_000
_LOOK_UP_LIMIT = 200
# Trial accounts put this before each text: https://www.twilio.com/docs/usage/trials
_TRIAL_PREFIX = "Sent from your Twilio trial account - "

_CAPABILITIES = Capabilities(
    channel=CHANNEL,
    address_kind=AddressKind.PHONE,
    deferred=True,
    max_text=MAX_TEXT,
    media_in=True,
    media_out=True,
    delivery_reports=True,
    read_reports=False,
    typing=False,
    counts_parts=True,
    consent_keywords=True,
    self_testing=True,
)


class TwilioSmsAdapter:
    """SMS and MMS of one account. Inbound at `…/{account}`, delivery reports at `…/{account}/status?ref=…`."""

    capabilities = _CAPABILITIES

    def __init__(self, account: str, options: TwilioSmsOptions, key: bytes = b"") -> None:
        """`key` answers our own test requests; without it there are none."""
        self.account = account
        self.addresses = options.numbers
        self._options = options
        self._key = key
        self._secrets = signature.Secrets(options.auth_token, options.previous_auth_token, options.webhook_shared_key)
        self._api = TwilioApi(options)
        self._media = MediaFetcher(options)
        self._limiters: dict[str, AsyncLimiter] = {}
        self._recent = RecentSends()

    async def start(self) -> None:
        """Open the HTTP sessions and import the SDK."""
        await self._api.open()
        await self._media.open()
        self._limiters.clear()  # a limiter belongs to one event loop

    async def close(self) -> None:
        """Close them; may be called twice."""
        await self._media.close()
        await self._api.close()

    def receive(self, request: RawRequest) -> Received:
        """Verify, then parse. Status callbacks are answered by 204, messages by an empty TwiML document."""
        signature.verify(request, self._secrets)
        path, _, query = request.path_qs.partition("?")
        fields = _fields_of(request, query)
        if path.endswith(f"/{self.account}/status"):
            reference = Fields(parse_pairs(query.encode())).get("ref")
            report = read_report(fields, self.account, self._options.account_sid, reference)
            return Received(items=(report,))
        if path.endswith(f"/{self.account}"):
            if self_test.is_test(fields):
                return self_test.answer_test(fields, self._options.account_sid, self._key)
            message = read_inbound(fields, self.account, self._options.account_sid)
            # Replies go by REST, never as TwiML: we need their sid and their reports.
            return Received((message,), reply_status=200, reply_body=b"<Response/>", reply_content_type="text/xml")
        raise BadPayload("no webhook of this account has this path")

    async def send(self, message: OutboundMessage) -> Sent:
        """One POST, after waiting for this sender's turn. If the wait is too long: `Temporary`, nothing left."""
        self._check(message)
        await self._wait_turn(message.sender)
        self._recent.began(message.reference, time.time_ns() // 1000)
        record = await self._api.create(message, callback_with(message.callback_url, message.reference))
        self._recent.taken(record.sid, message.reference)
        return _sent(record)

    async def look_up(self, message: OutboundMessage) -> Sent | None:
        """By sender, recipient, text and time: Twilio's list has no reference of ours. Limits: docs/channels.md.

        None means "not on the books now". Ask some seconds after the ambiguous send: a late request may still arrive.
        """
        began = message.attempted_at_us or self._recent.began_at(message.reference)
        oldest = (began - _SKEW_US) if began else (time.time_ns() // 1000 - _LOOK_BACK_US)
        found: Record | None = None
        async for record in self._api.between(message.sender, message.recipient, _LOOK_UP_LIMIT):
            if record.created_us < oldest:
                break
            if self._is_same(record, message):
                found = record  # newest first: the last one seen is the earliest
        if found is None:
            return None
        self._recent.taken(found.sid, message.reference)
        return _sent(found)

    async def fetch_media(self, ref: MediaRef) -> Media:
        """A customer's file, under limits of host, size and type."""
        return await self._media.fetch(ref)

    async def reconcile(self, since_us: int) -> AsyncIterator[Inbound]:
        """Both directions, of our own numbers. Reports come without our reference: match them by `provider_id`."""
        async for record in self._api.since(since_us):
            if record.inbound and self._is_ours(record.recipient):
                yield await self._inbound_of(record)
            elif not record.inbound and self._is_ours(record.sender) and record.status in STATES:
                yield make_report(self.account, record.sid, "", record.status, record.error_code)

    async def inspect(self, webhook_url: str) -> AccountState:
        """The account itself, and where Twilio posts the messages to each of our numbers."""
        return await inspect_account(self._api, self._options.numbers, webhook_url)

    def test_request(self, url: str, nonce: str) -> RawRequest:
        """See `self_test.py` for why it can hide nothing."""
        return self_test.make_request(url, self._options.account_sid, self._options.auth_token, nonce)

    def test_answer(self, nonce: str) -> bytes:
        """By this account's own key."""
        return self_test.make_answer(self._key, nonce)

    def measure(self, text: str) -> TextLength:
        """GSM 7-bit or UCS-2 parts."""
        return measure_text(text)

    def normalise(self, address: str) -> str:
        """E.164; short codes and alphanumeric senders as they stand."""
        return normalise_address(address, self._options.default_region)

    def _check(self, message: OutboundMessage) -> None:
        """Refuse here what Twilio would refuse, so that the words are ours and no request is spent."""
        if len(message.text) > MAX_TEXT:
            raise Unsupported(f"at most {MAX_TEXT} characters")
        if len(message.media_urls) > MAX_MEDIA:
            raise Unsupported(f"at most {MAX_MEDIA} files")
        if not message.text.strip() and not message.media_urls:
            raise Permanent(explain("21619"), code="21619")
        if not _is_text(message.text):
            raise Permanent("The text contains characters that cannot be sent.")
        if not can_receive(message.recipient):
            raise Permanent(explain("21211"), code="21211")
        if self._options.numbers and message.sender not in self._options.numbers:
            raise Permanent(explain("21659"), code="21659")

    async def _wait_turn(self, sender: str) -> None:
        rate = self._options.messages_per_second
        limiter = self._limiters.get(sender)
        if limiter is None:
            limiter = self._limiters[sender] = AsyncLimiter(max(rate, 1.0), max(1.0, 1.0 / rate))
        try:
            await _within(limiter, self._options.timeout_seconds)
        except TimeoutError:
            raise Temporary("too many messages wait for this sender number", retry_after=1.0 / rate) from None

    def _is_ours(self, number: str) -> bool:
        return not self._options.numbers or number in self._options.numbers

    def _is_same(self, record: Record, message: OutboundMessage) -> bool:
        if record.sid in message.known_ids or self._recent.is_other(record.sid, message.reference):
            return False
        sent_text = record.text.removeprefix(_TRIAL_PREFIX)
        same_files = record.media_count == len(message.media_urls)
        return not record.inbound and same_files and sent_text.rstrip() == message.text.rstrip()

    async def _inbound_of(self, record: Record) -> InboundMessage:
        files = await self._api.media_of(record.sid) if record.media_count else []
        return InboundMessage(
            channel=CHANNEL,
            account=self.account,
            provider_id=record.sid,
            sender_kind=AddressKind.PHONE,
            sender=provider_address(record.sender),
            recipient=provider_address(record.recipient),
            text=record.text,
            media=tuple(MediaRef(url, kind or "application/octet-stream") for url, kind in files),
            consent=find_consent(record.text),
        )


def callback_with(url: str, reference: str) -> str:
    """The callback address with our reference on it, unless it is there: Twilio signs it and gives it back."""
    if not url or any(name == b"ref" for name, _ in parse_pairs(url.partition("?")[2].encode())):
        return url
    return f"{url}{'&' if '?' in url else '?'}ref={quote(reference, safe='')}"


def _fields_of(request: RawRequest, query: str) -> Fields:
    if request.method == "GET":
        return Fields(parse_pairs(query.encode()))
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method != "POST" or kind != signature.FORM:
        raise BadPayload("Twilio sends messages as a form")
    return Fields(parse_pairs(request.body))


def _sent(record: Record) -> Sent:
    if record.status not in STATES:  # a state that is new to us, but the message is taken: never an error
        return Sent(record.sid, DeliveryState.QUEUED)
    report = make_report("", record.sid, "", record.status, record.error_code)
    return Sent(record.sid, report.state, record.error_code, report.reason)


def _is_text(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


async def _within(limiter: AsyncLimiter, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        await limiter.acquire()
