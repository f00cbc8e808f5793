"""What a supervisor is alerted to: raised at a limit, kept until it is clearly better, told once."""

from __future__ import annotations

from typing import Any

from interaction_hub.domain.documents import parse
from interaction_hub.domain.rules import RuleBook
from interaction_hub.durations import MINUTE, SECOND
from interaction_hub.services.alerts import Alert, Floor, alerts, shown, view

NOW = 10_000 * MINUTE
QUEUE = {"key": "q", "name": "Q", "channel": "sms", "target": 20, "wrap_up": 120, "alert_waiting": 5}


def book(**changed: Any) -> RuleBook:
    return RuleBook(1, {("queue", "q"): parse("queue", {**QUEUE, **changed}, "test")})


def queue(*, waiting: int = 0, oldest: float | None = None, level: float | None = None, counted: int = 0) -> Any:
    recent = {"service_level": level, "counted": counted, "in_time": round((level or 0) * counted)}
    since = None if oldest is None else int((NOW - oldest * SECOND) / 1000)
    return {"id": "q", "waiting": waiting, "idle": 0, "oldest_since": since, "recent": recent}


def agent(**changed: Any) -> Any:
    plain = {"id": "a", "presence": "available", "reason": "", "set_by": "agent", "confirmed": True, "since": 0}
    return {**plain, "missed": 0, "contacts": [], "serves": ["q"], **changed}


def found(*queues: Any, agents: Any = None, rules: RuleBook | None = None, now: int = NOW, before: Any = None) -> Any:
    people = [agent()] if agents is None else agents
    return alerts(Floor(queues, people), rules or book(), now, before or {})


def rules_of(standing: dict[str, Alert]) -> list[str]:
    return [alert.rule for alert in standing.values()]


def test_calm_floor_raises_nothing() -> None:
    assert found(queue(waiting=1, oldest=20, level=0.9, counted=10)) == {}


def test_oldest_is_raised_after_three_targets() -> None:
    assert found(queue(waiting=1, oldest=60)) == {}
    standing = found(queue(waiting=1, oldest=61))
    assert standing["oldest:q"].since == NOW - SECOND
    assert rules_of(found(queue(waiting=1, oldest=61), rules=book(alert_wait=90))) == []
    assert rules_of(found(queue(waiting=1, oldest=91), rules=book(alert_wait=90))) == ["oldest"]


def test_oldest_stands_until_clearly_better() -> None:
    standing = found(queue(waiting=1, oldest=61))
    kept = found(queue(waiting=1, oldest=50), before=standing)
    assert kept["oldest:q"].since == standing["oldest:q"].since
    assert found(queue(waiting=1, oldest=48), before=kept) == {}
    assert found(queue(waiting=0), before=kept) == {}


def test_number_of_waiting_has_a_limit_of_its_own() -> None:
    assert rules_of(found(queue(waiting=5, oldest=1))) == []
    standing = found(queue(waiting=6, oldest=1))
    assert rules_of(standing) == ["waiting"]
    assert rules_of(found(queue(waiting=5, oldest=1), before=standing)) == ["waiting"]
    assert rules_of(found(queue(waiting=4, oldest=1), before=standing)) == []
    assert rules_of(found(queue(waiting=99, oldest=1), rules=book(alert_waiting=0))) == []


def test_level_needs_a_sample_and_a_tenth_under_the_goal() -> None:
    assert rules_of(found(queue(level=0.5, counted=4))) == []
    assert rules_of(found(queue(level=0.7, counted=10))) == []
    standing = found(queue(level=0.69, counted=10))
    assert rules_of(standing) == ["level"]
    assert rules_of(found(queue(level=0.71, counted=10), before=standing)) == ["level"]
    assert rules_of(found(queue(level=0.73, counted=10), before=standing)) == []
    assert rules_of(found(queue(level=0.55, counted=10), rules=book(alert_level=0.5))) == []


def test_nobody_there_is_told_once_it_has_lasted() -> None:
    standing = found(queue(waiting=1, oldest=1), agents=[])
    (alert,) = standing.values()
    assert (alert.rule, shown(alert, NOW)) == ("nobody", False)
    later = found(queue(waiting=1, oldest=7), agents=[], now=NOW + 6 * SECOND, before=standing)
    assert shown(later["nobody:q"], NOW + 6 * SECOND)


def test_whoever_is_busy_will_come() -> None:
    busy = agent(contacts=[{"id": "c", "queue": "q", "state": "active", "since": 0}])
    assert found(queue(waiting=1, oldest=1), agents=[busy]) == {}
    for gone in (agent(presence="away"), agent(confirmed=False), agent(serves=[])):
        assert "nobody:q" in found(queue(waiting=1, oldest=1), agents=[gone])


def test_agent_whom_the_hub_took_out_is_told() -> None:
    standing = found(agents=[agent(presence="away", set_by="system", reason="missed", missed=2, since=NOW // 1000)])
    assert view(standing["missed:a"])["values"] == {"reason": "missed", "missed": 2}
    assert found(agents=[agent(presence="away", set_by="agent")]) == {}


def test_wrap_up_is_told_after_its_limit() -> None:
    def wrapping(seconds: int) -> Any:
        return agent(contacts=[{"id": "c", "queue": "q", "state": "wrapping", "since": NOW // 1000 - seconds * 1000}])

    assert found(agents=[wrapping(120)]) == {}
    standing = found(agents=[wrapping(121)])
    assert standing["wrap:a"].since == NOW - SECOND
    assert standing["wrap:a"].values["contact"] == "c"


def test_worst_come_first() -> None:
    away = agent(presence="away", set_by="system", reason="missed", since=0)
    standing = found(queue(waiting=9, oldest=100), agents=[away], now=NOW)
    assert rules_of(standing)[:2] == ["oldest", "nobody"]
    assert set(rules_of(standing)[2:]) == {"missed", "waiting"}


def test_account_that_is_stuck_is_named() -> None:
    stuck = [{"account": "main", "waiting": 3, "since": NOW - 2 * MINUTE}]
    standing = alerts(Floor([], [], stuck), book(), NOW, {})
    assert view(standing["account:main"])["values"] == {"account": "main", "waiting": 3}
