"""Documents as files: read with good errors, compared, published, exported, and read again unchanged."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from interaction_hub.clock import HubClock
from interaction_hub.domain.documents import Company, Disposition, Queue, Skill
from interaction_hub.domain.rules import RuleBook, problems
from interaction_hub.errors import Invalid
from interaction_hub.services import seeding
from interaction_hub.services.rulebook import Publish, Rules
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads

EXAMPLES = seeding.read(seeding.example_files())


@pytest.fixture
async def rules(hub_url: str) -> AsyncIterator[Rules]:
    ledger, reads = Ledger(hub_url, HubClock()), Reads(hub_url)
    rules = Rules(ledger, reads)
    await ledger.start()
    yield rules
    await ledger.stop()
    await reads.close()


def test_sample_company_fits_together() -> None:
    book = RuleBook(1, EXAMPLES)
    assert problems(book) == []
    assert book.company.name == "Harbour & Pine"
    assert {"amara", "daniel", "linh", "lijing", "marek", "sofia", "rk"} == set(book.agents)
    assert book.queues["deliveries-zh"].requires == {"zh": 3}
    for queue in book.queues.values():
        able = [
            agent
            for agent in book.agents.values()
            if all(agent.skills.get(skill, 0) >= level for skill, level in queue.requires.items())
        ]
        assert len(able) >= 2, queue.key
        assert len(book.dispositions_of(queue.key)) >= 4


async def test_export_comes_back_unchanged(rules: Rules, tmp_path: Path) -> None:
    await rules.publish(Publish(EXAMPLES, frozenset(), "test"))
    await rules.refresh()
    file = tmp_path / "export.toml"
    file.write_text(seeding.export(rules.current), encoding="utf-8")
    assert seeding.read([file]) == rules.current.documents == EXAMPLES


def test_export_keeps_odd_texts(tmp_path: Path) -> None:
    name = 'quote " backslash \\ newline \n tab \t 中文 🎉 del \x7f bell \x07'
    documents = {
        ("skill", "odd"): Skill(key="odd", name=name),
        ("company", "company"): Company(key="company", name=name, weights={"a b": 1}, short_abandon=0.25),
    }
    file = tmp_path / "export.toml"
    file.write_text(seeding.export(RuleBook(3, documents)), encoding="utf-8")
    assert seeding.read([file]) == documents


async def test_difference_is_exactly_what_changes(rules: Rules) -> None:
    await rules.publish(Publish(EXAMPLES, frozenset(), "test"))
    queue = EXAMPLES["queue", "returns"]
    assert isinstance(queue, Queue)
    wanted = {
        ("queue", "returns"): Queue(
            **{name: getattr(queue, name) for name in queue.__struct_fields__} | {"target": 60}
        ),
        ("queue", "repairs"): Queue(key="repairs", name="Repairs", channel="sms"),
        ("queue", "deliveries"): EXAMPLES["queue", "deliveries"],
    }
    changed, removed = seeding.diff(rules.current, wanted)
    assert (set(changed), removed) == (
        {("queue", "returns"), ("queue", "repairs")},
        {("queue", "deliveries-zh"), ("queue", "shop")},
    )
    assert seeding.describe(rules.current, changed, removed).splitlines() == [
        '~ queue returns "Returns"',
        "    target: 120 → 60",
        '+ queue repairs "Repairs"',
        '- queue deliveries-zh "Deliveries 中文"',
        '- queue shop "Shop chat"',
    ]
    assert seeding.diff(rules.current, EXAMPLES) == ({}, frozenset())
    assert seeding.describe(rules.current, {}, ()) == "Nothing would change."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[queu]]\n", "seed.toml: queu: there is no such kind of document; did you mean queue?"),
        ("[queue]\nkey = 'a'\n", "seed.toml: queue: must be headed [[queue]]"),
        ("[[skill]]\nkey = 'a'\nnmae = 'b'\n", "seed.toml: skill a: nmae: unknown; did you mean name?"),
        ("[[skill]]\nkey = 'a'\n", "seed.toml: skill a: Object missing required field `name`"),
        ("[[skill]]\nname = 'a'\n", "seed.toml: skill 1: Object missing required field `key`"),
        ("[[queue]]\nkey = 'a'\nname = 'A'\nchannel = 'sms'\ntarget = 'x'\n", "seed.toml: queue a: Expected `float`"),
        ("[[skill]]\nkey = 'a'\nname = 'A'\n" * 2, "seed.toml: skill a: is already in seed.toml"),
        ("[company]\nkey = 'firm'\nname = 'A'\n", "seed.toml: company firm: key: must be 'company'"),
        ("[[skill]\n", "seed.toml: this is not TOML:"),
    ],
)
def test_wrong_file_is_explained(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "seed.toml"
    file.write_text(text)
    with pytest.raises(Invalid) as caught:
        seeding.read([file])
    assert said in str(caught.value).replace(str(tmp_path) + "/", "")


def test_missing_file_is_explained(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"absent\.toml: cannot be read"):
        seeding.read([tmp_path / "absent.toml"])


async def test_documents_that_do_not_fit_are_refused(rules: Rules) -> None:
    wanted = {("disposition", "x"): Disposition(key="x", name="X", queues=("nowhere",))}
    with pytest.raises(Invalid, match="queue 'nowhere' is not in the list"):
        await rules.publish(Publish(dict(wanted), frozenset(), "test"))
    assert rules.current.version == 0
