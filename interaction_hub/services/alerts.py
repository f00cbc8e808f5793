"""What a supervisor must look at: a pure function of the wallboard's views, the rules, and the time.

An alert keeps its id and its `since` as long as it stands. It stands until its figure is clearly better than the limit
that raised it (hysteresis), so that it does not flap; who dips out of it for a moment is not told twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from interaction_hub.domain.documents import Queue
from interaction_hub.domain.rules import RuleBook, micros
from interaction_hub.durations import SECOND

TARGETS = 3
"""Without a limit of its own, a queue's oldest wait may last this many targets."""
UNDER_GOAL = 0.1
LEAST_COUNTED = 5
CLEAR = 0.8
"""An alert on a wait or a number ends when it is down to this share of the limit."""
CLEAR_LEVEL = 0.02
SETTLE = 5 * SECOND
"""Nobody is there only once that has lasted: a reconnect takes a moment."""

View = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Alert:
    """`severity` is bad or warn; `since` is µs; `values` fill the page's sentence, with times in milliseconds."""

    rule: str
    severity: str
    since: int
    queue: str = ""
    agent: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The same as long as it stands."""
        return f"{self.rule}:{self.queue or self.agent or self.values.get('account', '')}"


@dataclass(frozen=True, slots=True)
class Floor:
    """What is looked at. `stuck` are channel accounts with messages that do not get out: {account, waiting, since}."""

    queues: Iterable[View]
    agents: Iterable[View]
    stuck: Iterable[View] = ()


def alerts(floor: Floor, book: RuleBook, now: int, before: Mapping[str, Alert]) -> dict[str, Alert]:
    """All that stand now, worst first. `before` is what this gave the last time."""
    agents = list(floor.agents)
    found = [
        *(alert for queue in floor.queues for alert in _of_queue(queue, agents, book, now, before)),
        *(alert for agent in agents for alert in _of_agent(agent, book, now)),
        *(_account(stuck) for stuck in floor.stuck),
    ]
    found.sort(key=lambda alert: (alert.severity != "bad", alert.since, alert.id))
    return {alert.id: alert for alert in found}


def shown(alert: Alert, now: int) -> bool:
    """Whether people are told yet: some must last a moment first."""
    return alert.rule != "nobody" or now - alert.since >= SETTLE


def view(alert: Alert) -> dict[str, Any]:
    """As it leaves the hub."""
    return {
        "id": alert.id,
        "rule": alert.rule,
        "severity": alert.severity,
        "queue": alert.queue or None,
        "agent": alert.agent or None,
        "values": dict(alert.values),
        "since": alert.since // 1000,
    }


# ---- queues ----------------------------------------------------------------------------------------------------
def _of_queue(view: View, agents: list[View], book: RuleBook, now: int, before: Mapping[str, Alert]) -> Iterator[Alert]:
    queue = book.queues.get(view["id"])
    if queue is None:
        return
    crew = {"waiting": view["waiting"], "idle": view["idle"]}
    if raised := _oldest(queue, view, now, before.get(f"oldest:{queue.key}")):
        yield Alert("oldest", "bad", raised, queue.key, values={**crew, "limit_ms": _longest(queue) // 1000})
    known = before.get(f"nobody:{queue.key}")
    if view["waiting"] and not any(_can_come(agent, queue.key) for agent in agents):
        yield Alert("nobody", "bad", known.since if known else now, queue.key, values={"waiting": view["waiting"]})
    known = before.get(f"waiting:{queue.key}")
    if queue.alert_waiting and view["waiting"] > queue.alert_waiting * (CLEAR if known else 1):
        values = {**crew, "limit": queue.alert_waiting}
        yield Alert("waiting", "warn", known.since if known else now, queue.key, values=values)
    known = before.get(f"level:{queue.key}")
    recent, limit = view["recent"], queue.alert_level or max(0.0, round(queue.goal - UNDER_GOAL, 6))
    level = recent["service_level"]
    if recent["counted"] >= LEAST_COUNTED and level < limit + (CLEAR_LEVEL if known else 0):
        values = {"level": level, "limit": limit, "in_time": recent["in_time"], "counted": recent["counted"]}
        yield Alert("level", "warn", known.since if known else now, queue.key, values=values)


def _longest(queue: Queue) -> int:
    return micros(queue.alert_wait or TARGETS * queue.target)


def _oldest(queue: Queue, view: View, now: int, known: Alert | None) -> int:
    """Since when (µs) the oldest has waited too long, 0 if it has not."""
    if view["oldest_since"] is None:
        return 0
    since, limit = view["oldest_since"] * 1000, _longest(queue)
    if now - since <= limit * (CLEAR if known else 1):
        return 0
    return known.since if known else since + limit


def _can_come(agent: View, queue: str) -> bool:
    """At work and reachable, busy or not: he will come to this queue."""
    return bool(agent["presence"] == "available" and agent["confirmed"] and queue in agent["serves"])


# ---- agents and accounts ---------------------------------------------------------------------------------------
def _of_agent(agent: View, book: RuleBook, now: int) -> Iterator[Alert]:
    if agent["set_by"] == "system" and agent["presence"] == "away":
        values = {"reason": agent["reason"], "missed": agent["missed"]}
        yield Alert("missed", "warn", agent["since"] * 1000, agent=agent["id"], values=values)
    for contact in agent["contacts"]:
        queue = book.queues.get(contact["queue"])
        if contact["state"] != "wrapping" or queue is None:
            continue
        limit = micros(queue.wrap_up)
        over = contact["since"] * 1000 + limit
        if now > over:
            values = {"limit_ms": limit // 1000, "began": contact["since"], "contact": contact["id"]}
            yield Alert("wrap", "warn", over, agent=agent["id"], values=values)
            return


def _account(stuck: View) -> Alert:
    values = {"account": stuck["account"], "waiting": stuck["waiting"]}
    return Alert("account", "warn", stuck["since"], values=values)
