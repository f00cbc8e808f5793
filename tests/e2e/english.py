"""Finds English on a page that is not English: one of our own messages, or Latin words that no person has written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from babel.messages.pofile import read_po
from playwright.async_api import Frame, Page

from agent_ui.language import LOCALES

LATIN = re.compile(r"[A-Za-z]{3,}")
CODE = re.compile(r"#[\w-]{4}(?![\w-])|\{\{\w+\}\}|https?://\S*|zh-Hans")
"""What is no word: the shown end of a visitor's key, a placeholder, an address, a language's tag."""
DATA = frozenset({
    "Harbour & Pine", "Amara Osei", "Daniel Reyes", "Ravi Kapoor", "Deliveries", "Returns", "Solved", "English", "SMS",
    "Ctrl", "Control", "Shift", "Esc", "Enter", "Where is my table?", "It comes at two.", "Third floor.", "deliveries",
})  # fmt: skip
"""What the small company of the tests is called and has written, and the caps of keys."""
VISIBLE = """(but) => {
  const found = [];
  const left = (element) => but && element.closest(but);
  const seen = (element) => (element.closest("select") ?? element).checkVisibility({visibilityProperty: true});
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode()); ) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest("script, style, noscript") || left(element)) continue;
    if (!seen(element)) continue;
    found.push(node.data.replace(/\\s+/g, " ").trim());
  }
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], optgroup")) {
    if (left(element) || !seen(element)) continue;
    const names = ["aria-label", "title", "placeholder", "label"];
    found.push(...names.map((name) => element.getAttribute(name)).filter(Boolean));
  }
  return found;
}"""
"""All words on a page, and the names of what has none; without those in `but`, a selector or nothing."""


async def english(page: Page | Frame, data: Iterable[str] = ()) -> set[str]:
    """Texts of the page that are English; `data` is what people have written there beside the usual."""
    messages = untranslated()
    known = sorted(DATA | set(data), key=len, reverse=True)
    found: set[str] = set()
    for text in await page.evaluate(VISIBLE, ""):
        rest = CODE.sub("", text)
        for words in known:
            rest = rest.replace(words, "")
        if rest.strip() and (any(pattern.fullmatch(text) for pattern in messages) or LATIN.search(rest)):
            found.add(text)
    return found


@cache
def untranslated() -> tuple[re.Pattern[str], ...]:
    """The English messages as patterns, those that read differently in Chinese."""
    with (LOCALES / "zh_Hans" / "LC_MESSAGES" / "messages.po").open("rb") as source:
        catalogue = read_po(source, locale="zh_Hans")
    patterns = []
    for message in catalogue:
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        for text in ids:
            words = re.split(r"\{\w+\}|%\(\w+\)s", text)
            if text and LATIN.search("".join(words)) and message.string not in ids:
                patterns.append(re.compile(".+".join(map(re.escape, words))))
    return tuple(patterns)
