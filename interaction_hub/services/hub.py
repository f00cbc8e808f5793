"""The services of one running hub, as the faces see them. Built in `app.py`, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field

from channels.contract import Adapter, Capabilities
from interaction_hub.clock import Clock
from interaction_hub.services.access import Access
from interaction_hub.services.administration import Administration
from interaction_hub.services.admission import Admission
from interaction_hub.services.anchoring import Anchoring
from interaction_hub.services.attachments import Attachments
from interaction_hub.services.board import Board
from interaction_hub.services.commands import Commands
from interaction_hub.services.deadlines import Deadlines
from interaction_hub.services.dispatch import Dispatcher
from interaction_hub.services.drilldown import Drilldown
from interaction_hub.services.intake import Intake
from interaction_hub.services.outbound import Outbound
from interaction_hub.services.password_links import PasswordLinks
from interaction_hub.services.people_admin import PeopleAdmin
from interaction_hub.services.presence import PresenceKeeper
from interaction_hub.services.reconciliation import Reconciliation
from interaction_hub.services.rulebook import Rules
from interaction_hub.services.screens import Screens
from interaction_hub.services.search import Search
from interaction_hub.services.signals import Signals
from interaction_hub.services.uploads import Uploads
from interaction_hub.services.visitors import Visitors
from interaction_hub.storage.eventlog import Feed
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads


@dataclass(slots=True)
class Hub:
    """Everything that a request may need. `ready` turns true when the start is complete, and false on the stop."""

    node: str
    clock: Clock
    ledger: Ledger
    reads: Reads
    feed: Feed
    rules: Rules
    access: Access
    administration: Administration
    links: PasswordLinks
    people: PeopleAdmin
    commands: Commands
    intake: Intake
    outbound: Outbound
    reconciliation: Reconciliation
    presence: PresenceKeeper
    deadlines: Deadlines
    dispatcher: Dispatcher
    board: Board
    drilldown: Drilldown
    screens: Screens
    search: Search
    anchoring: Anchoring
    attachments: Attachments
    signals: Signals
    uploads: Uploads
    visitors: Visitors
    adapters: dict[str, Adapter] = field(default_factory=dict)
    admission: Admission = field(default_factory=Admission)
    ready: bool = False

    @property
    def capabilities(self) -> dict[str, Capabilities]:
        """What the channel of each account can do."""
        return {account: adapter.capabilities for account, adapter in self.adapters.items()}
