"""What people say: short conversations of customers with agents, and how an agent recognises which one he is in.

An agent knows no script: he recognises what was written, as a reader does, and answers an unknown text in general
words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Script:
    """One matter. `turns` are (the customer's words, the agent's); an empty answer needs none."""

    key: str
    language: str
    queue: str
    disposition: str
    turns: tuple[tuple[str, str], ...]
    transfer_to: str = ""
    note: str = ""
    again: bool = False


SCRIPTS = (
    Script(
        "move", "en", "deliveries", "delivery-moved",
        (
            ("Hi, this is {name}. My {item} (order {order}) comes tomorrow, but I have to work. Can you move it?",
             "Hello {first}, thanks for writing. I can offer Thursday 8 to 12 or Friday 13 to 17. Which is better?"),
            ("Friday afternoon would be great.", "Done: Friday, 13:00 to 17:00. The driver rings half an hour before."),
            ("Perfect, thank you!", "You are welcome. Have a good day!"),
        ),
        note="Moved to Friday 13–17, driver rings before.",
    ),
    Script(
        "where", "en", "deliveries", "carrier-asked",
        (
            ("Good morning, {name} here. Where is order {order}? It was meant to arrive on Tuesday.",
             "Good morning {first}. It is still at the depot in Leeds, and I am asking the driver desk right now."),
            ("OK. How long will that take?", "They answer by two o’clock, and I will text you as soon as I know."),
            ("Alright, I will wait for your message.", ""),
        ),
        note="Asked driver desk about the delay.",
    ),
    Script(
        "scratch", "en", "deliveries", "damaged-on-arrival",
        (
            ("The {item} of order {order} arrived with a deep scratch on one leg. What now? {name}",
             "I am sorry about that, {first}. Would you rather have a new leg, or the whole piece exchanged?"),
            ("A new leg is enough, if it matches.", "It does: same wood, same oil. It is sent today and takes 2 days."),
            ("Great, that is quick. Thanks!", "Gladly. If it does not match, just write back here."),
        ),
    ),
    Script(
        "gate", "en", "deliveries", "answered",
        (
            ("Your driver needs our gate for order {order}: come in from Mill Lane, please. {name}",
             "Thank you {first}, I have told the driver. Anything else for today?"),
            ("No, that is all. Bye!", ""),
        ),
    ),
    Script(
        "return", "en", "returns", "return-booked",
        (
            ("Hello, {name} again. The {item} is too big for our hall. Can I return it? Order {order}.",
             "Of course, {first}: you have 30 days. Shall we collect it, or do you bring it to a shop?"),
            ("Please collect it.", "Monday between 9 and 13 is free. Shall I book it?"),
            ("Yes, Monday is fine.", "Booked. Please have it packed by the door. You get the refund within 5 days."),
            ("Wonderful, thanks a lot.", ""),
        ),
        note="Collection on Monday 9–13.",
    ),
    Script(
        "refund", "en", "returns", "refunded",
        (
            ("I returned order {order} two weeks ago and my refund is not here. {name}",
             "I see that it reached our store on the 3rd, {first}. I have just released the refund."),
            ("When will I see it on my card?", "Banks take 2 to 3 working days."),
            ("Thanks, good to know.", ""),
        ),
    ),
    Script(
        "wrong-queue", "en", "deliveries", "refunded",
        (
            ("Hi! I sent the {item} back (order {order}). Who tells me about my refund? {name}",
             "Hello {first}, you are with Returns now. The refund went out yesterday."),
            ("That was easy. Thank you!", "You are welcome!"),
        ),
        transfer_to="returns",
        note="Asks about a refund; please take over.",
    ),
    Script(
        "again", "en", "deliveries", "answered",
        (
            ("It’s me again. Nobody rang before the delivery, will they still come?",
             "Yes, the van is two stops away from you. They ring from a hidden number, please pick up."),
            ("I see them. Thank you!", ""),
        ),
        again=True,
    ),
    Script(
        "again-bill", "en", "returns", "answered",
        (
            ("Hello again, could you send me the invoice once more?",
             "Of course, it is on its way to the mail address we have of you."),
            ("Got it, thanks.", ""),
        ),
        again=True,
    ),
    Script(
        "改期", "zh", "deliveries-zh", "delivery-moved",
        (
            ("你好，我是{name}。订单{order}的{item}明天送，可是我不在家，能改时间吗？",
             "您好{first}，可以改。周五上午8点到12点，或周六下午1点到5点，您选哪个？"),
            ("周六下午吧。", "好的，已经改到周六下午。司机到之前半小时会打电话。"),
            ("太好了，谢谢！", "不客气，祝您愉快！"),
        ),
        note="改到周六下午。",
    ),
    Script(
        "查单", "zh", "deliveries-zh", "carrier-asked",
        (
            ("请问订单{order}到哪里了？我等了一个星期。{name}", "您好{first}，货还在利兹的仓库，我马上问司机。"),
            ("什么时候有消息？", "今天下午两点前，我会给您发短信。"),
            ("好，我等你。", ""),
        ),
    ),
    Script(
        "破损", "zh", "deliveries-zh", "damaged-on-arrival",
        (
            ("订单{order}的{item}到了，但是桌面有裂纹。怎么办？{name}",
             "非常抱歉，{first}。我们给您换新的，周三送到可以吗？"),
            ("周三可以。旧的呢？", "司机会一起带走，您不用准备什么。"),
            ("明白了，谢谢。", ""),
        ),
    ),
    Script(
        "又", "zh", "deliveries-zh", "answered",
        (("又是我，司机还没打电话，今天会来吗？", "会的，车离您还有两站，请留意电话。"), ("看到车了，谢谢！", "")),
        again=True,
    ),
)  # fmt: skip

NUDGE = {"en": "Hello? Is anybody there?", "zh": "你好，有人吗？"}
BUSY_LINE = {"en": "One moment please, I am looking it up.", "zh": "请稍等，我查一下。"}
GENERAL = {
    "en": (
        "Thank you for your message. I am looking into it and will tell you in a moment.",
        "I have written that down for you. Is there anything else that I can do?",
        "I checked with a colleague: that is fine, we will take care of it.",
    ),
    "zh": (
        "谢谢您的消息，我马上查一下。",
        "我已经记下来了，还有什么可以帮您？",
        "我问过同事了，没有问题，我们会处理。",
    ),
}
_FIELD = {"name": r"(?P<name>.{1,60}?)", "item": r".{1,40}?", "order": r"(?P<order>\d+)"}


@dataclass(frozen=True, slots=True)
class Heard:
    """A line that was recognised: which script, which turn, and what it told of the customer."""

    script: Script
    turn: int
    name: str = ""
    order: str = ""

    @property
    def last(self) -> bool:
        """Whether the customer says nothing more after it."""
        return self.turn == len(self.script.turns) - 1

    def answer(self, customer: str) -> str:
        """The agent's words for a customer of this name."""
        name = self.name or customer
        first = name if self.script.language == "zh" else name.split(" ")[0]
        words = self.script.turns[self.turn][1].format(first=first, order=self.order)
        return words if first else words.replace(" ,", ",").replace("  ", " ")


def _pattern(line: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", line)
    return re.compile("".join(_FIELD[part] if place % 2 else re.escape(part) for place, part in enumerate(parts)))


_LINES = [(_pattern(turn[0]), script, place) for script in SCRIPTS for place, turn in enumerate(script.turns)]


def recognise(text: str) -> Heard | None:
    """What a customer's text belongs to, or None for words that are nobody's line."""
    for pattern, script, turn in _LINES:
        found = pattern.fullmatch(text)
        if found:
            groups = found.groupdict()
            return Heard(script, turn, groups.get("name") or "", groups.get("order") or "")
    return None


def language_of(text: str) -> str:
    """zh if there is a Chinese character in it, else en."""
    return "zh" if CHINESE.search(text) else "en"


def choose(language: str, rng: Random, *, again: bool) -> Script:
    """A matter for a customer of this language, who comes for the first time or again."""
    return rng.choice([script for script in SCRIPTS if script.language == language and script.again == again])
