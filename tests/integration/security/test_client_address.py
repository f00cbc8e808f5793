"""Which client it is: the peer, unless a proxy of ours says otherwise; never a header that anybody can send (A27)."""

from __future__ import annotations

from pathlib import Path

import pytest

from interaction_hub.web.addresses import client_of
from tests.fakes.house import House, open_house
from tests.fakes.people import make_admin

OURS = ("127.0.0.1/32", "10.0.0.0/8", "fd00::/8")


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.2.3.4,198.51.100.1, 10.1.2.3", "198.51.100.1"),
        ("127.0.0.1", "10.9.9.9, 10.1.2.3", "10.9.9.9"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", ",, ", "127.0.0.1"),
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1, _hidden, 10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("127.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("fd00::1", "[2001:db8:1:2:3::4]:443", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "198.51.100.1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "", "fe80::/64"),
        ("", "198.51.100.1", ""),
    ],
)
def test_client_is_the_first_that_is_not_ours(peer: str, forwarded: str, client: str) -> None:
    assert client_of(peer, forwarded, OURS) == client


NEVER = ("CF-Connecting-IP", "True-Client-IP", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "Forwarded")


async def statuses(house: House, headers: list[tuple[str, str]]) -> list[int]:
    """One look at a password link with each of these headers; thirty a minute are one client's."""
    found = []
    for name, value in headers:
        answer = await house.call("GET", "/api/v1/password/" + "x" * 43, headers={name: value})
        found.append(answer.status)
    return found


async def test_nobody_says_who_he_is_without_a_proxy(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house:
        names = ("X-Forwarded-For", *NEVER)
        headers = [(name, f"198.51.100.{n}") for n in range(6) for name in names]
        found = await statuses(house, headers)
        assert found == [404] * 30 + [429] * 12


async def test_other_headers_are_believed_from_no_proxy(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path, server={"trusted_proxies": ("127.0.0.1",)}) as house:
        headers = [(name, f"198.51.100.{n}") for n in range(6) for name in NEVER]
        assert await statuses(house, headers) == [404] * 30 + [429] * 6
        assert await statuses(house, [("X-Forwarded-For", f"198.51.100.{n}") for n in range(40)]) == [404] * 40
        spoofed = [("X-Forwarded-For", f"203.0.113.{n}, 198.51.100.99") for n in range(40)]
        assert await statuses(house, spoofed) == [404] * 30 + [429] * 10, "what the client wrote stands before it"


async def test_line_of_the_proxy_counts_not_the_clients(sqlite_url: str, tmp_path: Path) -> None:
    """Some proxies add a second X-Forwarded-For line and leave the client's own before it."""
    async with open_house(sqlite_url, tmp_path, server={"trusted_proxies": ("127.0.0.1",)}) as house:
        found = []
        for number in range(35):
            lines = (("X-Forwarded-For", f"203.0.113.{number}"), ("X-Forwarded-For", "198.51.100.7"))
            async with house.http.get(f"{house.url}/api/v1/password/{'x' * 43}", headers=lines) as answer:
                found.append(answer.status)
        assert found == [404] * 30 + [429] * 5


async def test_forwarded_host_and_scheme_move_nothing(sqlite_url: str, tmp_path: Path) -> None:
    """Neither the origin check nor a link that is made is led by them, whoever sends them."""
    async with open_house(sqlite_url, tmp_path, server={"trusted_proxies": ("127.0.0.1",)}) as house:
        forged = {
            "Origin": "https://evil.example",
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Proto": "https",
            "Forwarded": "host=evil.example;proto=https",
        }
        body = {"presence": "away", "reason": "lunch"}
        answer = await house.call("PUT", "/api/v1/presence", "amara", headers=forged, json=body)
        assert (answer.status, answer.data["code"]) == (403, "foreign_origin")
        link = f"/api/v1/admin/people/{house.users['amara']}/reset-link"
        await make_admin(house)
        plain = {name: value for name, value in forged.items() if name != "Origin"} | {"Host": "evil.example"}
        made = await house.call("POST", link, "boss", headers=plain)
        assert made.data["link"].startswith(house.url + "/password/")
