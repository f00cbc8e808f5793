"""Forms that pages of ours send, read by `web` and `agent_ui` alike: whatever comes is read or refused in words."""

from __future__ import annotations

from urllib.parse import parse_qsl

from aiohttp import web

from interaction_hub.errors import Invalid

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 50


async def form_body(request: web.Request) -> dict[str, str]:
    """The fields; of those given twice the last. Raises `Invalid` for what no page of ours sends."""
    if request.content_type != FORM:
        raise Invalid(f"Send the form as {FORM}.", code="content_type")
    try:
        # Bytes that are no UTF-8 become a character that no name, password or address of ours has.
        text = (await request.read()).decode("utf-8", "replace")
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise Invalid(f"A form has at most {MOST_FIELDS} fields.", code="form") from None
