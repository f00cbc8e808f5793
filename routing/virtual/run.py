"""Runs the production engine through a scenario: facts as the hub would commit them, in virtual hub time.

Stands where ledger, customers and agents stand in the hub. It decides nothing: who gets what is the engine's alone.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from itertools import count
from types import MappingProxyType
from typing import Any

from routing import model
from routing.engine import Engine
from routing.model import AgentId, ContactId, Micros, OfferEnd, OfferId, Presence
from routing.virtual.draws import Drawn, contacts, sampler, stream
from routing.virtual.people import Case, Worker
from routing.virtual.result import Result
from routing.virtual.scenario import Demand, Scenario

Progress = Callable[[float], None]
"""Told the share of the scenario's time that is behind, a hundred times in all."""

_Source = tuple[Demand, Iterator[Drawn]]


def run(scenario: Scenario, *, seed: int, progress: Progress | None = None) -> Result:
    """All contacts of the scenario from arrival to end. The same scenario and seed give the same result."""
    return _Run(scenario, seed, progress).result()


class _Run:
    def __init__(self, scenario: Scenario, seed: int, progress: Progress | None) -> None:
        self._scenario, self._seed, self._progress = scenario, seed, progress
        self._now: Micros = 0
        self._agenda: list[tuple[Micros, int, Callable[[Any], None], Any]] = []
        self._order = count()
        self._offer_numbers = count(1)
        self._engine = Engine(self._new_offer_id)
        self._cases: list[Case] = []
        self._open: dict[ContactId, Case] = {}
        self._workers = {
            crew.name: tuple(Worker(f"{crew.name}-{number + 1:04}", crew) for number in range(crew.agents))
            for crew in scenario.crews
        }
        self._by_id: dict[AgentId, Worker] = {one.id: one for crew in self._workers.values() for one in crew}
        self._accepts = {
            crew.name: sampler(crew.accepts, stream(seed, crew.name, "accepts")) for crew in scenario.crews
        }
        self._sweeps = self._stranded = 0

    def _new_offer_id(self) -> OfferId:
        return f"o{next(self._offer_numbers)}"

    def result(self) -> Result:
        """Set up, run to the end, hand over."""
        self._begin()
        self._run()
        agents = {name: tuple(one.id for one in crew) for name, crew in self._workers.items()}
        visits = tuple(case.visit() for case in self._cases)
        return Result(self._scenario, self._seed, visits, agents, self._sweeps, self._stranded, self._now)

    # ---- time --------------------------------------------------------------------------------------------------
    def _at(self, moment: Micros, act: Callable[[Any], None], subject: Any = None) -> None:
        heapq.heappush(self._agenda, (moment, next(self._order), act, subject))

    def _run(self) -> None:
        """Whatever comes first: something in the agenda, or what the engine wants to look at."""
        agenda, engine = self._agenda, self._engine
        while True:
            due = engine.next_due
            if agenda and (due is None or agenda[0][0] <= due):
                self._now, _, act, subject = heapq.heappop(agenda)
                act(subject)
            elif due is not None:
                self._now = max(self._now, due)
                self._carry_out(engine.due(self._now))
            else:
                return

    # ---- as ledger and dispatcher ------------------------------------------------------------------------------
    def _tell(self, *facts: model.Fact) -> None:
        self._carry_out(self._engine.absorb(facts, self._now))

    def _carry_out(self, decisions: list[model.Decision]) -> None:
        """Commit what the engine decided and tell it so, until it has nothing more to say."""
        while decisions:
            facts: list[model.Fact] = []
            for decision in decisions:
                facts += self._offer(decision) if isinstance(decision, model.OfferContact) else self._expire(decision)
            decisions = self._engine.absorb(facts, self._now)

    def _offer(self, decision: model.OfferContact) -> list[model.Fact]:
        case, worker = self._open[decision.contact_id], self._by_id[decision.agent_id]
        offered = case.take_offer(decision, worker, self._now)
        delay = self._accepts[worker.crew.name]()
        if delay == 0:
            return [offered, *self._accept(case)]
        self._at(self._now + delay, self._answer, (case, decision.offer_id))
        return [offered]

    def _expire(self, decision: model.ExpireOffer) -> list[model.Fact]:
        case, worker = self._open[decision.contact_id], self._by_id[decision.agent_id]
        facts: list[model.Fact] = [
            case.end_offer(OfferEnd.EXPIRED, requeued=True, back_off_until=decision.back_off_until)
        ]
        if decision.away:
            facts.append(worker.present(Presence.AWAY, self._now))
            self._at(self._now + worker.crew.away_for, self._come_back, worker)
        return facts

    def _accept(self, case: Case) -> list[model.Fact]:
        facts: list[model.Fact] = [case.end_offer(OfferEnd.ACCEPTED), case.active("live")]
        case.answered = self._now
        self._at(self._now + case.service, self._finish, case)
        return facts

    # ---- as customers ------------------------------------------------------------------------------------------
    def _begin(self) -> None:
        queues = MappingProxyType({queue.id: queue for queue in self._scenario.queues})
        self._tell(model.RulesPublished(model.Rules(1, queues, self._scenario.weights)))
        self._tell(*(worker.profile() for worker in self._by_id.values()))
        for crew in self._scenario.crews:
            self._at(crew.begins, self._sign_in, crew.name)
            if crew.ends is not None:
                self._at(crew.ends, self._go_home, crew.name)
        for number, demand in enumerate(self._scenario.demands):
            self._expect((demand, contacts(demand, self._seed, number, self._scenario.lasts)))
        for part in range(1, 101) if self._progress is not None else ():
            self._at(self._scenario.lasts * part // 100, self._report, part / 100)
        if self._scenario.sweep_every is not None:
            self._at(self._scenario.sweep_every, self._sweep)

    def _expect(self, source: _Source) -> None:
        drawn = next(source[1], None)
        if drawn is not None:
            self._at(drawn.arrived, self._arrive, (source, drawn))

    def _arrive(self, arrival: tuple[_Source, Drawn]) -> None:
        source, drawn = arrival
        number = len(self._cases) + 1
        case = Case(f"c{number}", number, source[0], drawn.arrived, drawn.service, drawn.wrap_up)
        self._cases.append(case)
        self._open[case.id] = case
        if drawn.patience is not None:
            self._at(self._now + drawn.patience, self._lose_patience, case)
        self._expect(source)
        self._tell(case.queued())

    def _lose_patience(self, case: Case) -> None:
        if case.answered is not None:
            return
        facts: list[model.Fact] = [case.end_offer(OfferEnd.WITHDRAWN)] if case.offer_id is not None else []
        case.ended, case.outcome = self._now, "abandoned"
        del self._open[case.id]
        self._tell(*facts, model.ContactEnded(case.id))

    # ---- as agents ---------------------------------------------------------------------------------------------
    def _answer(self, offer: tuple[Case, OfferId]) -> None:
        case, offer_id = offer
        if case.offer_id == offer_id:
            self._tell(*self._accept(case))

    def _finish(self, case: Case) -> None:
        case.ended = self._now
        if case.wrap_up:
            self._at(self._now + case.wrap_up, self._release, case)
            self._tell(case.active("wrapping"))
        else:
            self._release(case)

    def _release(self, case: Case) -> None:
        worker = case.agent
        assert worker is not None
        case.released, case.outcome = self._now, "handled"
        del self._open[case.id]
        self._tell(model.ContactEnded(case.id, worker.id, worker.loaded(), self._now))

    def _sign_in(self, crew: str) -> None:
        self._tell(*(worker.present(Presence.AVAILABLE, self._now) for worker in self._workers[crew]))

    def _go_home(self, crew: str) -> None:
        for worker in self._workers[crew]:
            worker.gone = True
        self._tell(*(worker.present(Presence.AWAY, self._now) for worker in self._workers[crew]))

    def _come_back(self, worker: Worker) -> None:
        if not worker.gone:
            worker.missed = 0
            self._tell(worker.present(Presence.AVAILABLE, self._now))

    # ---- as onlookers ------------------------------------------------------------------------------------------
    def _report(self, share: float) -> None:
        assert self._progress is not None
        self._progress(share)

    def _sweep(self, _: None) -> None:
        while self._engine.next_due is not None and self._engine.next_due <= self._now:
            self._carry_out(self._engine.due(self._now))
        self._sweeps += 1
        self._stranded += len(self._engine.stranded(self._now))
        every = self._scenario.sweep_every
        if every is not None and self._now + every <= self._scenario.lasts:
            self._at(self._now + every, self._sweep)
