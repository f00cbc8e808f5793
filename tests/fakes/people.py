"""People for tests of the administration: an admin, and others as a test needs them."""

from __future__ import annotations

from argon2 import PasswordHasher

from interaction_hub.services.access import UserChange
from tests.fakes.house import PASSWORD, House


async def make_admin(house: House, login: str = "boss", name: str = "The Boss") -> str:
    """Somebody who may configure. Gives his id; `house.call(…, login)` speaks for him."""
    return await make_person(house, login, name, "admin")


async def make_person(house: House, login: str, name: str, role: str) -> str:
    """Somebody in a role, with the usual password hashed so that a test can afford it."""
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    change = UserChange(login, name, role, hashed, "system:test")
    house.users[login] = str(await house.hub.ledger.submit("change_user", change))
    return house.users[login]
