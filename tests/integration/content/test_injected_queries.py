"""Parameters that are SQL or index syntax (A16): searched as words, or refused in words; never 5xx."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import quote

from interaction_hub.storage import tables
from tests.fakes.house import House, documents, open_house
from tests.fakes.people import make_admin
from tests.integration.content.doors import CUSTOMER

SQL = [
    "' OR '1'='1",
    "' OR 1=1--",
    '" OR ""="',
    "'; DROP TABLE event; --",
    "1; DROP TABLE customer",
    "') UNION SELECT name, sql FROM sqlite_master--",
    "' UNION ALL SELECT NULL,NULL,version()--",
    "1' AND (SELECT 1 FROM pg_sleep(60))--",
    "'||pg_sleep(60)--",
    "1 AND randomblob(1000000000/2)",
    "admin'/*",
    "\\'; DELETE FROM touchpoint;--",
    "%' AND password_hash LIKE 'a%",
    "x' AND 1=CAST((SELECT password_hash FROM user_account LIMIT 1) AS int)--",
    "${jndi:ldap://127.0.0.1/x}",
    "{{7*7}}",
    "$$; SELECT 1; $$",
    ":query",
    "%s %(x)s ? ?1 $1 :1",
    "0x31303235343830303536",
    "-1",
    "99999999999999999999",
    "1e400",
    "NaN",
    "null",
    "true",
    "\u2019 OR 1=1",
    "＇ OR 1=1",
]
SYNTAX = [
    '"',
    '""',
    '"unclosed',
    "a AND",
    "AND",
    "OR OR OR",
    "NOT",
    "NOT a",
    "NEAR(a b, 5)",
    "NEAR(",
    "words : a",
    "touchpoint_id : x",
    "customer_id : x",
    "{words touchpoint_id} : a",
    "-words : a",
    "a*",
    "*",
    "* *",
    "^a",
    "(((((",
    ")",
    "(a OR b) AND",
    "a & | ! b",
    "!a",
    "a <-> b",
    "a <2> b",
    "a:*",
    "a:ABCD",
    "'a'",
    "'a' & 'b",
    "a\\",
    "\\",
    "\\'",
    "a''b",
    "+ - ~ < > @ #",
    "\ue000123",
    "a b " * 40,
]
READS = (
    ("amara", "/api/v1/search?q={}"),
    ("amara", "/api/v1/search?q=hello&scope={}"),
    ("amara", "/api/v1/search?q=hello&scope=history&cursor={}"),
    ("amara", "/api/v1/search?q=hello&scope=customers&cursor={}"),
    ("amara", "/api/v1/customers?cursor={}"),
    ("amara", "/api/v1/customers/{}"),
    ("amara", "/api/v1/customers/{}/timeline"),
    ("amara", "/api/v1/customers/CUSTOMER/timeline?cursor={}"),
    ("amara", "/api/v1/customers/CUSTOMER/timeline?channel={}"),
    ("amara", "/api/v1/customers/CUSTOMER/timeline?kind={}"),
    ("amara", "/api/v1/contacts/{}"),
    ("amara", "/api/v1/contacts/{}/messages?before={}"),
    ("amara", "/api/v1/media/{}"),
    ("amara", "/api/v1/directory?contact={}"),
    ("amara", "/api/v1/day?date={}"),
    ("rk", "/api/v1/day?agent={}"),
    ("rk", "/api/v1/queues/{}"),
    ("rk", "/api/v1/agents/{}"),
    ("rk", "/api/v1/board?recompute={}"),
    ("rk", "/api/v1/events?after={}&limit={}"),
    ("boss", "/api/v1/admin/{}"),
    ("boss", "/api/v1/admin/queues/{}"),
    ("boss", "/api/v1/admin/people/{}"),
    ("boss", "/api/v1/admin/sites/{}/secret"),
    ("", "/api/v1/setup/{}"),
    ("", "/api/v1/password/{}"),
    ("", "/api/v1/chat/{}/files/{}"),
)
SLOW_SECONDS = 30.0
"""A sleep in the query would take longer than this."""
OF_A_DATABASE = ("sqlite3", "sqlalchemy", "asyncpg", "syntax error", "traceback", "argon2", "operationalerror")
"""What no answer says."""


async def test_no_parameter_reaches_the_query(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, rules=documents(chat={})) as house:
        await make_admin(house)
        await house.text(CUSTOMER, 'hello O\'Reilly; DROP TABLE event; -- "quoted" 100%')
        await house.hub.search.caught_up()
        customer = (await house.get("/api/v1/customers", "amara"))["items"][0]["id"]
        before = await sizes(house)
        for login, form in READS:
            texts = SQL + (SYNTAX if "q={}" in form else SYNTAX[::9])
            await ask_all(house, login, form.replace("CUSTOMER", customer), texts)
        assert await sizes(house) == before


async def ask_all(house: House, login: str, form: str, texts: list[str]) -> None:
    for text in texts:
        path = form.replace("{}", quote(text, safe=""))
        async with asyncio.timeout(SLOW_SECONDS):
            answer = await house.call("GET", path, login)
        assert answer.status in (200, 400, 401, 404, 422, 429), (path, answer.status, answer.body[:200])
        told = answer.body.decode().lower()
        assert not [word for word in OF_A_DATABASE if word in told], answer.body[:200]
        if not login and answer.status == 429:
            return


async def sizes(house: House) -> dict[str, int]:
    """How many rows each table has: nothing was dropped, and nobody came in. Positions of readers may go on."""
    return {
        table.name: len(await house.rows(table.select()))
        for table in tables.metadata.sorted_tables
        if table.name not in ("session", "projection", "minute", "lease", "node", "event")
    }


HITS = (
    ("O'Reilly", 1),
    ("DROP TABLE event", 1),
    ('"quoted"', 1),
    ("100%", 1),
    ("' OR '1'='1", 0),
    ("nobody OR hello", 0),
    ("NOT hello", 0),
)


async def test_syntax_is_searched_as_words(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        await house.text(CUSTOMER, 'hello O\'Reilly; DROP TABLE event; -- "quoted" 100%')
        await house.hub.search.caught_up()
        for query, hits in HITS:
            found = await house.get(f"/api/v1/search?scope=history&q={quote(query)}", "amara")
            assert len(found["history"]) == hits, query
