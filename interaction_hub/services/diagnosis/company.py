"""Whether a contact would find somebody: an admin, people for each queue, a queue for each address of ours. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from channels.contract import Adapter, SelfTesting
from interaction_hub.domain.documents import AgentAbilities, Queue
from interaction_hub.domain.rules import RuleBook
from interaction_hub.services.diagnosis.findings import Finding, fail, ok, warn
from interaction_hub.services.diagnosis.store import Stored

SHOWN = 3


def look_at_admin(stored: Stored, *, sqlite: bool) -> Finding:
    """Somebody must be able to change things."""
    if stored.admins:
        return ok("admin", f"{stored.admins} can sign in")
    stopped = ", with the hub stopped" if sqlite else ""
    advice = f"`interaction-hub user setup-link`{stopped}, prints a link for the first one; `serve` prints it at start"
    return fail("admin", "nobody can administer this hub", advice)


def look_at_queues(stored: Stored, carried: Iterable[str]) -> list[Finding]:
    """Each queue, whether somebody who can sign in serves it. `carried`: the channels that have an account."""
    if not stored.book.queues:
        return [fail("queues", "there are none", "make one under Admin › Queues, or `interaction-hub config import`")]
    logins = {person.login for person in stored.people if person.active}
    channels = set(carried)
    return [_of_queue(stored.book, queue, logins, channels) for queue in stored.book.queues.values()]


def _of_queue(book: RuleBook, queue: Queue, logins: set[str], channels: set[str]) -> Finding:
    subject = f"queue {queue.key}"
    if queue.channel not in channels:
        words = f"no account brings {queue.channel} contacts"
        return warn(subject, words, f"add a [[channel]] block for {queue.channel}, or remove the queue")
    able = [agent for agent in book.agents.values() if _serves(book, agent, queue)]
    names = [agent.key for agent in able if agent.key in logins]
    if names:
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        return ok(subject, f"served by {', '.join(names[:SHOWN])}{more}")
    if able:
        words = f"{able[0].key} could serve it, and cannot sign in"
        return fail(subject, words, f"Admin › People, or `interaction-hub user add {able[0].key} --role agent`")
    needs = ", ".join(f"{skill} {level}" for skill, level in queue.requires.items()) or "no skill"
    words = f"nobody can serve it: it asks for {needs}, on {queue.channel}"
    return fail(subject, words, f"give an agent these skills and room for {queue.channel}: Admin › People")


def _serves(book: RuleBook, agent: AgentAbilities, queue: Queue) -> bool:
    room = agent.capacity >= book.company.weights.get(queue.channel, 100) and agent.channels.get(queue.channel, 0) > 0
    return room and all(agent.skills.get(skill, 0) >= level for skill, level in queue.requires.items())


def look_at_addresses(book: RuleBook, adapter: Adapter, public_url: str) -> list[Finding]:
    """Where the numbers or sites of an account lead."""
    channel, subject = adapter.capabilities.channel, f"account {adapter.account}"
    addresses = adapter.addresses if isinstance(adapter, SelfTesting) else ()
    found: list[Finding] = []
    if adapter.capabilities.carried_by_hub:
        addresses = tuple(book.sites)
        found = _of_sites(book, subject, public_url)
    if book.queue_for(channel, "") is None:
        advice = f'make a queue of channel "{channel}" with an entry "*": Admin › Queues'
        return [*found, fail(subject, f"what comes in by {channel} has no queue", advice)]
    return [*found, *_of_addresses(book, channel, addresses)]


def _of_addresses(book: RuleBook, channel: str, addresses: Sequence[str]) -> list[Finding]:
    found = []
    for address in addresses:
        queue = book.queue_for(channel, address)
        assert queue is not None
        if address in queue.entries or "*" in queue.entries:
            found.append(ok(f"address {address}", f"leads to queue {queue.key}"))
        else:
            advice = f'add it to the entries of the queue that you mean, or "*" to {queue.key}'
            found.append(warn(f"address {address}", f"no queue names it; {queue.key} happens to be the first", advice))
    return found


def _of_sites(book: RuleBook, subject: str, public_url: str) -> list[Finding]:
    if not book.sites:
        return [warn(subject, "there is no chat site", "make one under Admin › Chat sites")]
    blocked = [
        f"{site.key} ({origin})"
        for site in book.sites.values()
        for origin in site.origins
        if origin.startswith("https://") and public_url.startswith("http://")
    ]
    if blocked:
        words = f"browsers do not load a widget over http into an https page: {', '.join(blocked)}"
        return [fail(subject, words, "give the hub an https address: server.public_url")]
    return [ok(subject, f"{len(book.sites)} chat sites")]
