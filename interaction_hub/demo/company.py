"""The sample company's cast: its simulated carrier account, the customers that a newcomer may be, and all other names.

Numbers are from the ranges that Ofcom keeps for fiction, so that nobody's telephone ever rings.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

ACCOUNT = "main"
ACCOUNT_SID = "AC" + "d0" * 16
NEWCOMER = "amara"
"""The agent whose console stands beside the newcomer's telephone: nobody simulates her."""
SUPERVISOR = "rk"
ADMIN = "admin"
FOLDER_PREFIX = "interaction-hub-demo-"
PACES = ("stopped", "calm", "busy")


@dataclass(frozen=True, slots=True)
class Person:
    """A customer. `number` is E.164."""

    number: str
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A customer with a past, whom the newcomer can be: what an agent wrote down, and an earlier conversation."""

    person: Person
    tier: str
    facts: tuple[tuple[str, str], ...]
    queue: str
    talk: tuple[tuple[str, str], ...]
    note: str
    disposition: str


SAMPLES = (
    Sample(
        Person("+447700900811", "陈美玲 Chen Meiling", "zh"),
        "gold",
        (("Order", "40318, oak table, Saturday"), ("Lives", "3rd floor, no lift"), ("Likes", "Chinese, or English")),
        "deliveries",
        (
            ("Hi, is the oak table of order 40318 still coming this week?", "Hello Meiling, yes: Saturday, 8 to 12."),
            ("谢谢! Can they carry it to the third floor?", "They can, two men come. It is in the order now."),
        ),
        "Two-man delivery booked: third floor, no lift.",
        "answered",
    ),
    Sample(
        Person("+447700900812", "Priya Raman", "en"),
        "",
        (("Order", "40277, two Fjord chairs"), ("Return", "one chair, label sent")),
        "returns",
        (
            ("One of my two Fjord chairs wobbles. Can I send it back?", "Of course, Priya. I am sending you a label."),
            ("Do I need the box?", "Any strong box will do. The label is valid for 14 days."),
        ),
        "Return of one Fjord chair, label sent by mail.",
        "return-booked",
    ),
    Sample(
        Person("+447700900813", "Diego Fuentes Iglesias", "en"),
        "silver",
        (("Order", "40291, wardrobe Alder"), ("Gate code", "kept with the order")),
        "deliveries",
        (("The driver could not find our gate. Did I miss my wardrobe?", "It comes again tomorrow morning, Diego."),),
        "Gate is in Mill Lane, not in High Street. Driver desk knows.",
        "delivery-moved",
    ),
    Sample(
        Person("+447700900814", "Grace O’Connell", "en"),
        "",
        (("Waiting for", "fabric swatches, moss and slate"),),
        "deliveries",
        (("Did you send the fabric swatches?", "They left yesterday, Grace. Two days by post."),),
        "Swatches: moss and slate.",
        "answered",
    ),
    Sample(
        Person("+447700900815", "Tomasz Wiśniewski", "en"),
        "gold",
        (("Company", "Café Wisła, 14 chairs a year"), ("Invoice", "to the office address")),
        "returns",
        (("Hi, I am still waiting for the refund of 89 pounds.", "I see it, Tomasz: it went out this morning."),),
        "Refund of 89.00 confirmed with accounts.",
        "refunded",
    ),
    Sample(
        Person("+447700900816", "王磊 Wang Lei", "zh"),
        "silver",
        (("Order", "40305, 书架 bookcase"), ("Language", "中文")),
        "deliveries",
        (("你好，书架的层板少了一块。", "您好，我们马上补寄一块，后天到。"), ("好的，谢谢！", "不客气！")),
        "Missing shelf for bookcase 40305 sent again.",
        "damaged-on-arrival",
    ),
)

ENGLISH = (
    "Ruth Adler", "Ben Okafor", "Hannah Whitlock", "Imran Sheikh", "Clara Jensen", "Owen Price", "Nadia Haddad",
    "Leo Marchetti", "Freya Lindqvist", "Sam Adeyemi", "Alice Thornbury", "Karim Benali", "Eleni Pappas",
    "Joe Fairweather", "Mina Farrokh", "Peter Novák", "Zoe Harcourt", "Dev Malhotra", "Aoife Brennan", "Luis Ortega",
    "Greta Vogel", "Tom Ashdown", "Yusuf Demir", "Martha Quill",
)  # fmt: skip
CHINESE = (
    "林晓燕", "张伟", "赵雅琴", "黄志强", "周敏", "吴佳怡", "徐建国", "孙丽华", "马晨", "朱婷婷", "胡浩然", "郭欣怡",
    "何俊杰", "高玉兰", "罗文博", "梁诗雨",
)  # fmt: skip
ITEMS = {
    "en": ("oak table", "bookcase", "Fjord chair", "wardrobe", "bed frame", "sideboard", "desk", "bench"),
    "zh": ("橡木桌", "书架", "椅子", "衣柜", "床架", "边柜", "书桌", "长凳"),
}
_CITIES = ("+44113496", "+44114496", "+44115496", "+44116496", "+44117496", "+44118496", "+44121496", "+44161496")
"""Leeds to Manchester: 496 0000 to 0999 are for fiction in each (Ofcom, telephone numbers for use in TV and radio)."""
MOST_PEOPLE = 1000 * len(_CITIES)


def somebody(index: int, rng: Random) -> Person:
    """The customer of this number in the order of first appearance; after `MOST_PEOPLE` the numbers come again."""
    place = index % MOST_PEOPLE
    chinese = rng.random() < 0.25
    names = CHINESE if chinese else ENGLISH
    number = f"{_CITIES[place % len(_CITIES)]}0{place // len(_CITIES):03d}"
    return Person(number, rng.choice(names), "zh" if chinese else "en")
