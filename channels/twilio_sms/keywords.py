"""Which texts are a customer's STOP, START or HELP. The whole message must be the word: "stop texting me" is none."""

from __future__ import annotations

from channels.messages import Consent

# https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out and
# https://help.twilio.com/articles/223134027 (REVOKE and OPTOUT were added in 2025)
_WORDS: dict[str, Consent] = {
    **dict.fromkeys(
        ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"),
        Consent.STOP,
    ),
    **dict.fromkeys(("START", "YES", "UNSTOP"), Consent.START),
    **dict.fromkeys(("HELP", "INFO"), Consent.HELP),
}


def find_consent(text: str, opt_out_type: str = "") -> Consent | None:
    """The consent that a text expresses; Twilio's own verdict (`OptOutType`, Advanced Opt-Out) comes before ours.

    START also for a plain YES, as Twilio has it: to one who never opted out it changes nothing.
    """
    word = (opt_out_type or text).strip()
    return _WORDS.get(word.upper()) if word.isascii() else None
