"""What Twilio's books say of our account: whether it works, and whether its numbers post to us. Reads alone.

https://www.twilio.com/docs/iam/api/account, https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
"""

from __future__ import annotations

from urllib.parse import urlsplit

from channels.errors import Permanent
from channels.messages import AccountState
from channels.twilio_sms.api import Account, Number, TwilioApi

MOST_NUMBERS = 20
"""So many of the configured numbers are asked for; each is a request."""
_DEFAULT_PORTS = {"https": 443, "http": 80}


async def inspect_account(api: TwilioApi, numbers: tuple[str, ...], webhook_url: str) -> AccountState:
    """Ask for the account and for each number. Raises `Temporary`, or `Permanent` if Twilio refuses us."""
    try:
        account = await api.account()
    except Permanent as refused:
        raise _in_our_words(refused) from refused
    wrong, doubtful = _of_account(account)
    dialled = [number for number in numbers if number.startswith("+")]
    for number in dialled[:MOST_NUMBERS]:
        found = next((one for one in await api.numbers(number) if one.number == number), None)
        faults, doubts = _of_number(number, found, webhook_url)
        wrong, doubtful = wrong + faults, doubtful + doubts
    if len(dialled) > MOST_NUMBERS:
        doubtful += (f"only the first {MOST_NUMBERS} of {len(dialled)} numbers were looked at",)
    if len(dialled) < len(numbers):
        doubtful += ("short codes and sender names were not looked at; compare their webhook in Twilio's console",)
    kind = f", {account.kind.lower()}" if account.kind else ""
    return AccountState(f"Twilio knows it ({account.status or 'no status'}{kind})", wrong, doubtful)


def _in_our_words(refused: Permanent) -> Permanent:
    if refused.code in ("20003", "401"):
        return Permanent(
            "Twilio refuses account_sid and auth_token; copy both anew from Twilio's console, Account Info",
            code=refused.code,
        )
    if refused.code in ("20404", "404"):
        return Permanent("Twilio knows no account of this sid; compare account_sid with its console", code=refused.code)
    return refused


def _of_account(account: Account) -> tuple[tuple[str, ...], tuple[str, ...]]:
    wrong: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    if account.status != "active":
        wrong = (f"the account is {account.status or 'without a status'}; see why in Twilio's console",)
    if account.kind == "Trial":
        doubtful = ("a trial account writes to verified numbers alone, and puts words of its own before each text",)
    return wrong, doubtful


def _of_number(number: str, found: Number | None, webhook_url: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if found is None:
        return (f"{number} is no number of this account; compare `numbers` with Twilio's console",), ()
    if found.application:
        return (), (f"{number} is answered by a TwiML app; it must post to {webhook_url}",)
    should = f'in its console set "A message comes in" to Webhook, {webhook_url}, HTTP POST'
    if not found.sms_url:
        # A Messaging Service posts by an address of its own, which the number does not show.
        return (f"{number}: Twilio has no webhook for it; {should}, or the same in its Messaging Service",), ()
    if not _same(found.sms_url, webhook_url):
        return (f"{number}: Twilio posts messages to {_shown(found.sms_url)}; {should}",), ()
    if found.sms_method.upper() != "POST":
        return (f"{number}: Twilio calls the webhook by {found.sms_method or 'no method'}; {should}",), ()
    return (), ()


def _same(one: str, other: str) -> bool:
    return _parts(one) == _parts(other)


def _parts(url: str) -> tuple[object, ...]:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme), parts.path, parts.query
    except ValueError:
        return (url,)


def _shown(url: str) -> str:
    """Without user, password and query, where secrets stand."""
    bare = url.partition("?")[0].partition("#")[0]
    scheme, mark, rest = bare.partition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}" if mark else bare
