"""For machines that look after the hub: alive, ready, metrics, and the description of the API."""

from __future__ import annotations

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from interaction_hub.domain.permissions import public
from interaction_hub.services.hub import Hub
from interaction_hub.web import openapi
from interaction_hub.web.api import json_response
from interaction_hub.web.chat_socket import ChatLive
from interaction_hub.web.live import Live


class _HubCollector(Collector):
    """Figures of this process, read when they are asked for. Never by customer or contact."""

    def __init__(self, hub: Hub, live: Live, visits: ChatLive) -> None:
        self._hub, self._live, self._visits = hub, live, visits

    def collect(self) -> list[Metric]:
        stats = self._hub.ledger.stats
        queued = GaugeMetricFamily("hub_waiting_contacts", "Contacts that wait, by queue", labels=["queue"])
        for queue, number in self._hub.board.fold.queued.items():
            queued.add_metric([queue], number)
        return [
            CounterMetricFamily("hub_ledger_batches", "Commits", stats.batches),
            CounterMetricFamily("hub_ledger_units", "Units committed", stats.units),
            CounterMetricFamily("hub_ledger_reruns", "Units run again alone", stats.reruns),
            CounterMetricFamily("hub_ledger_lost", "Batches that failed", stats.lost),
            CounterMetricFamily("hub_events", "Events sealed by this process", stats.events),
            GaugeMetricFamily("hub_ledger_waiting", "Units that wait for a commit", self._hub.ledger.waiting),
            GaugeMetricFamily("hub_intake_inside", "Messages under way to the ledger", self._hub.admission.inside),
            GaugeMetricFamily("hub_intake_waiting", "Messages that wait their turn", self._hub.admission.waiting),
            CounterMetricFamily("hub_intake_shed", "Messages told to come again", self._hub.admission.shed),
            GaugeMetricFamily("hub_log_position", "Position of the event log", self._hub.feed.position),
            GaugeMetricFamily("hub_sockets", "Open live sockets", self._live.count),
            GaugeMetricFamily("hub_chat_sockets", "Open pages of visitors", self._visits.count),
            GaugeMetricFamily("hub_dispatcher_leading", "1 if this node matches", int(self._hub.dispatcher.leading)),
            CounterMetricFamily(
                "hub_stranded", "Pairs found by the liveness sweep", self._hub.dispatcher.stranded_seen
            ),
            queued,
        ]


def routes(hub: Hub, live: Live, visits: ChatLive) -> list[web.RouteDef]:
    """`/healthz`, `/readyz`, `/metrics`, `/api/openapi.json`."""
    registry = CollectorRegistry()
    registry.register(_HubCollector(hub, live, visits))

    @public
    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    @public
    async def readyz(_request: web.Request) -> web.Response:
        return web.Response(text="ready\n" if hub.ready else "starting or stopping\n", status=200 if hub.ready else 503)

    @public
    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), headers={"Content-Type": "text/plain; version=0.0.4"})

    description = openapi.document(hub.commands.all)

    @public
    async def describe(_request: web.Request) -> web.Response:
        return json_response(description)

    return [
        web.get("/healthz", healthz),
        web.get("/readyz", readyz),
        web.get("/metrics", metrics),
        web.get("/api/openapi.json", describe),
    ]
