"""Twilio's error codes in words that an agent understands and can act on. Source: https://www.twilio.com/docs/api/errors"""

from __future__ import annotations

_ASK_ADMIN = "Please tell your administrator."

_WORDS: dict[str, str] = {
    "20003": f"Twilio refused our account's sid or token. {_ASK_ADMIN}",
    "20404": f"Twilio does not know this account or message. {_ASK_ADMIN}",
    "20429": "Too many requests at once: Twilio asked us to slow down.",
    "21211": "This is not a valid phone number. Check it with the customer.",
    "21212": f"Our sender number is not valid. {_ASK_ADMIN}",
    "21265": "This is a short code: it cannot be written to.",
    "21408": f"Messages to this country are not allowed by our settings. {_ASK_ADMIN}",
    "21602": "The message has no text.",
    "21603": f"The message has no sender number. {_ASK_ADMIN}",
    "21604": "The message has no recipient.",
    "21605": "The file is too large, or there are too many.",
    "21606": f"Our sender number cannot send text messages. {_ASK_ADMIN}",
    "21608": f"A trial account may write to verified numbers alone. {_ASK_ADMIN}",
    "21609": f"Our address for delivery reports is not valid. {_ASK_ADMIN}",
    "21610": "The customer opted out by STOP. They must write START before you can write to them again.",
    "21611": "Too many messages wait at Twilio for this sender number. It is tried again later.",
    "21612": "Twilio cannot reach this number from our sender number.",
    "21614": "This is not a mobile number: it cannot receive text messages.",
    "21617": "The text is too long for one message: at most 1,600 characters.",
    "21619": "The message has neither text nor file.",
    "21620": "The file's address is not valid.",
    "21623": "The message has too many files: at most 10.",
    "21635": "This is a landline number: it cannot receive text messages.",
    "21659": f"Our sender number does not belong to our Twilio account. {_ASK_ADMIN}",
    "30001": "Too many messages waited at Twilio, and this one was dropped. Send it again.",
    "30002": f"Our Twilio account is suspended. {_ASK_ADMIN}",
    "30003": "The phone could not be reached: switched off or without signal. Try again later.",
    "30004": "The message was blocked: the customer's phone or carrier does not accept it.",
    "30005": "The number is unknown: it does not exist or is no longer in use.",
    "30006": "This is a landline, or its carrier cannot be reached by text message.",
    "30007": "The customer's carrier filtered the message as unwanted. Change the words, or call.",
    "30008": "The message was not delivered, and the carrier gave no reason. Try again later.",
    "30010": "The message costs more than our limit.",
    "30011": "Pictures are not supported on the customer's network. Send the text alone.",
    "30019": "The file is larger than the customer's carrier accepts.",
    "30022": "Too many messages from our number today for this carrier. Try again tomorrow.",
    "30023": "Our brand's daily limit at this carrier is reached. Try again tomorrow.",
    "30032": f"Our toll-free number is not verified. {_ASK_ADMIN}",
    "30034": f"Our number is not registered for business messages in the USA (10DLC). {_ASK_ADMIN}",
    "30035": f"Our number is not registered for business messages. {_ASK_ADMIN}",
    "30036": "The message waited too long and expired before it was sent.",
    "30038": "The message was blocked because it held a one-time code.",
    "30410": "The customer's carrier did not answer in time. Try again later.",
    "30450": "The message was blocked as suspected fraud (traffic pumping).",
    "30610": f"The message breaks a rule of the carriers. {_ASK_ADMIN}",
    "30640": f"The message breaks a rule of the country it goes to. {_ASK_ADMIN}",
    "63016": "More than 24 hours since the customer wrote: only an approved template may be sent.",
    "63038": f"Our account's daily limit of messages is reached. {_ASK_ADMIN}",
}

# The provider took nothing and will take the same later: they are not refusals.
TEMPORARY_CODES = frozenset({"20429", "20503", "21611", "14107"})


def explain(code: str, fallback: str = "") -> str:
    """Words for a code; for one that is not in the table, the provider's own words or a plain sentence."""
    if code in _WORDS:
        return _WORDS[code]
    return fallback or "The message was not delivered."


def known_codes() -> frozenset[str]:
    """All codes that have words of their own."""
    return frozenset(_WORDS)
