"""Tells whether anything that somebody wrote has become more than text in a page, however it did so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import BrowserContext, Dialog, Frame, Page, Request

from tests.integration.content.payloads import TEMPLATE_RESULT

LISTEN = """
addEventListener("securitypolicyviolation", ({violatedDirective, blockedURI, sourceFile}) =>
  (globalThis.__broken ??= []).push(`${violatedDirective} ${blockedURI} ${sourceFile}`));
"""
SEARCH = """(result) => {
  const found = [];
  const runs = /^\\s*(javascript|data:text|vbscript)/i;
  const places = ["href", "src", "action", "formaction", "xlink:href", "data"];
  const never = ["x-evil", "base", "object", "embed", "applet"];
  const walk = (root) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.hasAttribute("data-evil") || never.includes(one.tagName.toLowerCase())) found.push(one.outerHTML);
      for (const {name, value} of one.attributes) {
        const active = name.startsWith("on") || name === "srcdoc" || (places.includes(name) && runs.test(value));
        if (active) found.push(`${name} of ${one.outerHTML}`);
      }
      if (one.shadowRoot) walk(one.shadowRoot);
    }
  };
  walk(document);
  const words = `${document.documentElement.innerText} ${document.title}`;
  if (words.includes(result)) found.push("a template was filled in");
  if (globalThis.__hit !== undefined) found.push("a script ran");
  if ({}.innerHTML !== undefined) found.push("the prototype of all objects was changed");
  return [...found, ...(globalThis.__broken ?? [])].map((line) => line.slice(0, 300));
}"""


@dataclass
class Trap:
    """Listens at a port that nobody may ask, and at every page of the contexts that it was given."""

    beacon: str
    sprung: list[str] = field(default_factory=list)

    async def watch(self, context: BrowserContext) -> BrowserContext:
        """From now on its pages are looked at."""
        await context.add_init_script(LISTEN)
        context.on("dialog", self._answer)
        context.on("request", self._ask)
        return context

    async def look(self, page: Page) -> None:
        """Nothing has happened so far, in the page and its frames."""
        for frame in page.frames:
            self.sprung += [f"{page.url}: {line}" for line in await self._in(frame)]
        assert not self.sprung, "\n".join(self.sprung)

    async def _in(self, frame: Frame) -> list[str]:
        found: list[str] = await frame.evaluate(SEARCH, TEMPLATE_RESULT)
        return found

    async def _answer(self, dialog: Dialog) -> None:
        self.sprung.append(f"a dialog: {dialog.message}")
        await dialog.dismiss()

    def _ask(self, request: Request) -> None:
        if request.url.startswith(self.beacon):
            self.sprung.append(f"a request to {request.url}")


@asynccontextmanager
async def set_trap() -> AsyncIterator[Trap]:
    """With a listener of its own; whoever connects to it has been caught."""
    trap: Trap

    async def caught(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A browser may open a connection ahead and then say nothing over it: no policy forbids that.
        if asked := await reader.readline():
            trap.sprung.append(f"somebody called the beacon: {asked.decode('latin-1')}")
        writer.close()

    listener = await asyncio.start_server(caught, "127.0.0.1", 0)
    trap = Trap(f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/hit")
    async with listener:
        yield trap
    assert not trap.sprung, "\n".join(trap.sprung)
