"""The table of a contact's states is complete where it must be, and nothing follows the end."""

from __future__ import annotations

import pytest

from interaction_hub.domain.states import CONTACT_TABLE, OPEN_STATES, Act, ContactState, ImpossibleStep, check_step
from interaction_hub.storage.tables import OPEN


def test_ended_contact_can_do_nothing() -> None:
    for state in set(ContactState) - {ContactState.ENDED}:
        with pytest.raises(ImpossibleStep):
            check_step(ContactState.ENDED, state)


def test_waiting_contact_cannot_skip_its_offer() -> None:
    with pytest.raises(ImpossibleStep):
        check_step(ContactState.QUEUED, ContactState.ACTIVE)
    check_step(ContactState.QUEUED, ContactState.QUEUED)


def test_only_an_offered_contact_is_accepted() -> None:
    assert [state for (state, act) in CONTACT_TABLE if act is Act.ACCEPT] == [ContactState.OFFERED]


def test_every_living_state_has_a_way_to_end() -> None:
    ends = {state for (state, _), after in CONTACT_TABLE.items() if after is ContactState.ENDED}
    assert ends == set(ContactState) - {ContactState.ENDED}


def test_open_states_stand_literally_in_the_index() -> None:
    assert "state IN ({})".format(",".join(f"'{state}'" for state in OPEN_STATES)) == OPEN
