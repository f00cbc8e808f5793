"""Every verb of the hub as a command: its name, its address, its arguments, who may, and which service does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from interaction_hub.clock import milliseconds
from interaction_hub.domain.permissions import Permission, Principal
from interaction_hub.services import arguments as a
from interaction_hub.services import personal
from interaction_hub.services.arguments import Arguments
from interaction_hub.services.customer_facts import update_customer
from interaction_hub.services.deeds import Deed
from interaction_hub.services.desk import Desk
from interaction_hub.services.followups import Followups
from interaction_hub.services.helping import Helping
from interaction_hub.services.masking import mask_cards
from interaction_hub.services.presence import Choice, PresenceKeeper
from interaction_hub.services.steering import Steering, Wish
from interaction_hub.storage.unit import Tx

Run = Callable[[Tx, Principal, Any, str], dict[str, Any]]
Verb = Callable[[Tx, Deed], dict[str, Any]]
WORK, STEER = Permission.WORK, Permission.STEER


@dataclass(frozen=True, slots=True)
class Signal:
    """What others are shown after a command, without an event: a frame for those who listen to a topic."""

    topic: str
    frame: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Command:
    """One verb. `target` is the argument that stands in the URL; `status` is the answer to a success over HTTP.

    `after` makes the sign of life that follows the commit: it is given hub time (µs).
    """

    op: str
    method: str
    path: str
    arguments: type[Arguments]
    permission: Permission
    run: Run
    summary: str
    target: str = ""
    status: int = 200
    after: Callable[[Principal, Any, int], Signal] | None = None


@dataclass(frozen=True, slots=True)
class Services:
    """Those who carry out the verbs."""

    desk: Desk
    presence: PresenceKeeper
    steering: Steering
    followups: Followups
    helping: Helping


def every_command(services: Services) -> list[Command]:
    """The whole list."""
    return [
        *_presence(services.presence),
        *_offers(services.desk),
        *_contacts(services.desk),
        *_followups(services.followups),
        *_own_things(),
        *_customers(services.desk),
        *_waiting(services.steering),
        *_helping(services.helping),
    ]


def _presence(keeper: PresenceKeeper) -> list[Command]:
    def choose(tx: Tx, principal: Principal, given: Any, correlation: str) -> dict[str, Any]:
        choice = Choice(principal.user_id, given.presence, given.reason, given.after_contact, correlation)
        return keeper.set(tx, choice)

    def choose_for(tx: Tx, principal: Principal, given: Any, correlation: str) -> dict[str, Any]:
        return keeper.set(
            tx,
            Choice(given.agent, given.presence, given.reason, correlation=correlation, chosen_by=principal.user_id),
        )

    own, other = "/api/v1/presence", "/api/v1/agents/{agent}/presence"
    return [
        Command("presence.set", "PUT", own, a.PresenceArguments, WORK, choose, "Choose your presence"),
        Command(
            "agent.presence",
            "PUT",
            other,
            a.AgentPresenceArguments,
            STEER,
            choose_for,
            "Set an agent's presence",
            "agent",
        ),
    ]


def _offers(desk: Desk) -> list[Command]:
    def on(op: str, end: str, model: type[Arguments], verb: Verb, summary: str) -> Command:
        return Command(op, "POST", f"/api/v1/offers/{{offer}}/{end}", model, WORK, _deed(verb), summary, "offer")

    return [
        on("offer.accept", "accept", a.OfferArguments, desk.accept, "Accept an offer"),
        on("offer.decline", "decline", a.DeclineArguments, desk.decline, "Decline an offer with a reason"),
    ]


def _on_contact(op: str, model: type[Arguments], verb: Verb, summary: str, end: str = "") -> Command:
    path = f"/api/v1/contacts/{{contact}}/{end or op.partition('.')[2]}"
    return Command(op, "POST", path, model, WORK, _deed(verb), summary, "contact")


def _contacts(desk: Desk) -> list[Command]:
    return [
        _on_contact("contact.reply", a.ReplyArguments, desk.reply, "Send a message to the customer", "replies"),
        _on_contact("contact.note", a.NoteArguments, desk.note, "Write an internal note", "notes"),
        _on_contact("contact.hold", a.ContactArguments, desk.hold, "Put a contact on hold"),
        _on_contact("contact.resume", a.ContactArguments, desk.resume, "Take a contact off hold"),
        _on_contact("contact.transfer", a.TransferArguments, desk.transfer, "Transfer to a queue or an agent"),
        _on_contact("contact.end", a.ContactArguments, desk.end, "End the conversation; wrap-up begins"),
        _on_contact("contact.extend", a.ContactArguments, desk.extend, "Extend the wrap-up"),
        _on_contact("contact.finish", a.FinishArguments, desk.finish, "File the contact with a disposition"),
        _on_contact("contact.read", a.ContactArguments, desk.read, "Mark all messages as seen"),
    ]


def _followups(followups: Followups) -> list[Command]:
    def on(op: str, model: type[Arguments], verb: Verb, summary: str) -> Command:
        path = f"/api/v1/interactions/{{interaction}}/{op.partition('.')[2]}"
        return Command(op, "POST", path, model, WORK, _deed(verb), summary, "interaction")

    return [
        _on_contact("contact.snooze", a.SnoozeArguments, followups.snooze, "Put a contact away until a time"),
        on("interaction.resume", a.InteractionArguments, followups.resume, "Open a snoozed interaction now"),
        on("interaction.reschedule", a.RescheduleArguments, followups.reschedule, "Snooze until another time"),
        on("interaction.done", a.InteractionArguments, followups.done, "No follow-up is needed; close it"),
    ]


def _own_things() -> list[Command]:
    def draft(tx: Tx, principal: Principal, given: a.DraftArguments, correlation: str) -> dict[str, Any]:
        deed = Deed(principal.user_id, given.contact, text=given.text, correlation=correlation)
        return personal.save_draft(tx, deed, given.kind, _typed(given, tx.now))

    def setting(tx: Tx, principal: Principal, given: a.SettingArguments, correlation: str) -> dict[str, Any]:
        return personal.save_setting(tx, principal.user_id, given.key, given.value)

    path = "/api/v1/contacts/{contact}/draft"
    return [
        Command(
            "draft.save",
            "PUT",
            path,
            a.DraftArguments,
            WORK,
            draft,
            "Keep what is being written",
            "contact",
            after=_draft_saved,
        ),
        Command(
            "settings.save",
            "PUT",
            "/api/v1/settings/{key}",
            a.SettingArguments,
            Permission.SIGNED_IN,
            setting,
            "Keep a setting of yours",
            "key",
            after=_setting_saved,
        ),
        Command(
            "mention.read",
            "POST",
            "/api/v1/mentions/{mention}/read",
            a.MentionArguments,
            WORK,
            _deed(personal.read_mention),
            "A mention was seen",
            "mention",
        ),
    ]


def _typed(given: a.DraftArguments, now: int) -> int:
    """When it was typed (µs): nothing comes from the future."""
    return now if given.at is None else min(given.at * 1000, now)


def _draft_saved(principal: Principal, given: a.DraftArguments, now: int) -> Signal:
    text, _ = mask_cards(given.text)
    frame = {"type": "signal", "kind": "draft", "contact": given.contact, "draft": given.kind, "text": text}
    return Signal(f"user:{principal.user_id}", {**frame, "at": milliseconds(_typed(given, now))})


def _setting_saved(principal: Principal, given: a.SettingArguments, now: int) -> Signal:
    frame = {"type": "signal", "kind": "settings", "key": given.key, "value": given.value}
    return Signal(f"user:{principal.user_id}", frame)


def _customers(desk: Desk) -> list[Command]:
    retry, update = "/api/v1/messages/{message}/retry", "/api/v1/customers/{customer}"
    change = "Change what is known of a customer"
    return [
        Command(
            "message.retry",
            "POST",
            retry,
            a.MessageArguments,
            WORK,
            _deed(desk.retry),
            "Send a failed message again",
            "message",
        ),
        Command("customer.update", "PATCH", update, a.CustomerArguments, WORK, update_customer, change, "customer"),
    ]


def _waiting(steering: Steering) -> list[Command]:
    def on(op: str, end: str, model: type[Arguments], verb: Callable[[Tx, Wish], dict[str, Any]], what: str) -> Command:
        path = f"/api/v1/waiting/{{contact}}/{end}"
        return Command(op, "POST", path, model, STEER, _wish(verb), what, "contact", 202)

    return [
        on("waiting.move", "move", a.MoveArguments, steering.move, "Move a waiting contact to another queue"),
        on("waiting.assign", "assign", a.AssignArguments, steering.assign, "Offer a waiting contact to an agent"),
        on("waiting.prioritise", "priority", a.PriorityArguments, steering.prioritise, "Change the band"),
    ]


def _helping(helping: Helping) -> list[Command]:
    def on(op: str, model: type[Arguments], verb: Verb, summary: str) -> Command:
        path = f"/api/v1/contacts/{{contact}}/{op.partition('.')[2]}"
        return Command(op, "POST", path, model, STEER, _deed(verb), summary, "contact")

    return [
        on("contact.whisper", a.TextArguments, helping.whisper, "Write a note for the agent's eyes"),
        on("contact.join", a.ContactArguments, helping.join, "Step into a conversation"),
        on("contact.leave", a.ContactArguments, helping.leave, "Step out of a conversation"),
        on("contact.take_over", a.ContactArguments, helping.take_over, "Take a conversation over"),
    ]


_TARGETS = ("offer", "contact", "interaction", "mention", "message")
_WORDS = ("text", "note", "reason")


def _deed(verb: Verb) -> Run:
    """A verb of the desk's kind as a command's unit."""

    def run(tx: Tx, principal: Principal, given: Any, correlation: str) -> dict[str, Any]:
        return verb(
            tx,
            Deed(
                agent=principal.user_id,
                target=_first(given, _TARGETS),
                text=_first(given, _WORDS),
                queue=getattr(given, "queue", ""),
                other_agent=getattr(given, "agent", ""),
                disposition=getattr(given, "disposition", ""),
                keep_open=getattr(given, "keep_open", False),
                correlation=correlation,
                files=tuple(getattr(given, "files", ())),
                mentions=tuple(getattr(given, "mentions", ())),
                until=getattr(given, "until", 0) * 1000,
                steers=principal.may(STEER),
            ),
        )

    return run


def _first(given: Any, names: tuple[str, ...]) -> str:
    return next((found for name in names if (found := getattr(given, name, ""))), "")


def _wish(verb: Callable[[Tx, Wish], dict[str, Any]]) -> Run:
    """A verb of steering as a command's unit."""

    def run(tx: Tx, principal: Principal, given: Any, correlation: str) -> dict[str, Any]:
        return verb(
            tx,
            Wish(
                actor=f"user:{principal.user_id}",
                contact=given.contact,
                queue=getattr(given, "queue", ""),
                agent=getattr(given, "agent", ""),
                band=getattr(given, "band", 0),
                correlation=correlation,
            ),
        )

    return run
