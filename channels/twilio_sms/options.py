"""What one Twilio account needs to be told. Secrets never show in a `repr`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from channels.account_options import OptionReader
from channels.errors import BadPayload
from channels.twilio_sms.address import normalise_address

DEFAULT_API_BASE = "https://api.twilio.com"

# Where Twilio keeps customers' files: the API, and the places it redirects to. An entry with a path covers that
# folder alone: an S3 host serves everybody's buckets. https://www.twilio.com/docs/messaging/api/media-resource
DEFAULT_MEDIA_HOSTS = (
    "api.twilio.com",
    "mms.twiliocdn.com",
    "media.twiliocdn.com",
    "s3-external-1.amazonaws.com/media.twiliocdn.com/",
)

_ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")
_HOST_ENTRY = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?:/[!-~]*)?")
_REGION = re.compile(r"(?:[A-Z]{2})?")


@dataclass(frozen=True, slots=True)
class TwilioSmsOptions:
    """One account. `numbers` are ours, in E.164 or as short codes; an empty `auth_token` refuses every webhook.

    `previous_auth_token` is honoured on webhooks while Twilio's token is rotated. `allow_private_media` lets files be
    fetched from `api_base` itself even if that is http and on this machine: for the simulated carrier, never else.
    `messages_per_second` is per sender; Twilio sends one a second from a long code.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    previous_auth_token: str = field(default="", repr=False)
    numbers: tuple[str, ...] = ()
    api_base: str = DEFAULT_API_BASE
    media_hosts: tuple[str, ...] = DEFAULT_MEDIA_HOSTS
    timeout_seconds: float = 10.0
    allow_private_media: bool = False
    messages_per_second: float = 1.0
    default_region: str = ""
    webhook_shared_key: str = field(default="", repr=False)
    media_max_bytes: int = 5_000_000


def read_options(account: str, options: Mapping[str, object]) -> TwilioSmsOptions:
    """Check an account's table of hub.toml. Raises `BadOption`, naming the key and what would be right."""
    reader = OptionReader(account, options)
    found = TwilioSmsOptions(
        account_sid=_account_sid(reader),
        auth_token=reader.text("auth_token"),
        previous_auth_token=reader.text("previous_auth_token", ""),
        numbers=_numbers(reader),
        api_base=_api_base(reader),
        media_hosts=_media_hosts(reader),
        timeout_seconds=reader.number("timeout_seconds", 10.0, above=0, up_to=60),
        allow_private_media=reader.flag("allow_private_media", False),
        messages_per_second=reader.number("messages_per_second", 1.0, above=0, up_to=1000),
        default_region=_region(reader),
        webhook_shared_key=reader.text("webhook_shared_key", ""),
        media_max_bytes=int(reader.number("media_max_bytes", 5_000_000, above=0, up_to=100_000_000)),
    )
    reader.done()
    return found


def _account_sid(reader: OptionReader) -> str:
    sid = reader.text("account_sid")
    if not _ACCOUNT_SID.fullmatch(sid):
        raise reader.wrong("account_sid", "must be AC and 32 hexadecimal digits, as Twilio's console shows it")
    return sid


def _numbers(reader: OptionReader) -> tuple[str, ...]:
    numbers = reader.texts("numbers")
    try:
        return tuple(normalise_address(number) for number in numbers)
    except BadPayload as error:
        raise reader.wrong("numbers", f"must be numbers such as +14155550100, or short codes: {error}") from None


def _api_base(reader: OptionReader) -> str:
    base = reader.text("api_base", DEFAULT_API_BASE).rstrip("/")
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
        raise reader.wrong("api_base", f"must be an address such as {DEFAULT_API_BASE}")
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise reader.wrong("api_base", "must be https, for the token travels there; http is for this machine alone")
    return base


def _media_hosts(reader: OptionReader) -> tuple[str, ...]:
    hosts = reader.texts("media_hosts", DEFAULT_MEDIA_HOSTS)
    if not all(_HOST_ENTRY.fullmatch(host) for host in hosts):
        raise reader.wrong("media_hosts", "must be host names in small letters, with a folder if need be: a.com/b/")
    return hosts


def _region(reader: OptionReader) -> str:
    region = reader.text("default_region", "")
    if not _REGION.fullmatch(region):
        raise reader.wrong("default_region", "must be two capital letters of a country, such as GB, or empty")
    return region
