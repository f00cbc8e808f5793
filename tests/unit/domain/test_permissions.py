"""Roles: the hub's own are fixed, the company's own grant what they say, a removed one grants nothing."""

from __future__ import annotations

import pytest

from interaction_hub.domain.permissions import GRANTS, NOTHING, Permission, Principal, Role, granted

OWN = {"lead": ("work", "watch", "fly"), "agent": ("configure",)}


@pytest.mark.parametrize("role", Role)
def test_own_roles_of_the_hub_cannot_be_redefined(role: Role) -> None:
    assert granted(role, OWN) == GRANTS[role]


def test_company_role_grants_what_it_names() -> None:
    assert granted("lead", OWN) == {Permission.SIGNED_IN, Permission.WORK, Permission.WATCH}


def test_removed_role_only_signs_out() -> None:
    assert granted("gone", OWN) == NOTHING == {Permission.SIGNED_IN}


def test_principal_asks_its_permissions() -> None:
    lead = Principal("u", "Lead", "lead", "s", granted("lead", OWN))
    assert [lead.may(one) for one in (Permission.WORK, Permission.STEER)] == [True, False]
    assert Principal("u", "Ravi", "supervisor", "s").may(Permission.STEER)
