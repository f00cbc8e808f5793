"""The simulated carrier's REST side: authentication, the strict check, and the operations on messages and files."""

from __future__ import annotations

import base64
import binascii
import hmac

from aiohttp import web

from interaction_hub.demo import carrier_account
from interaction_hub.demo.carrier_check import ApiFault, Operation
from interaction_hub.demo.carrier_desk import Desk
from interaction_hub.demo.carrier_store import StoredMedia, StoredMessage, as_media, new_sid, now
from interaction_hub.demo.carrier_turns import Turn

FORM = "application/x-www-form-urlencoded"


class CarrierApi:
    """Answers what stands below `/2010-04-01`, and the file store that media addresses lead to."""

    def __init__(self, carrier: Desk) -> None:
        self._carrier = carrier
        self.requests: list[tuple[str, str, dict[str, list[str]]]] = []

    def add_routes(self, app: web.Application) -> None:
        """The table of addresses."""
        app.router.add_get(
            "/2010-04-01/Accounts/{account}/Messages/{message}/Media/{media:ME[0-9a-fA-F]{32}}", self._media
        )
        app.router.add_get("/media-store/{media}", self._media_store)
        app.router.add_route("*", "/2010-04-01/{rest:.*}", self._operation)

    async def _operation(self, request: web.Request) -> web.StreamResponse:
        try:
            self._authenticate(request)
            return await self._run(request)
        except ApiFault as fault:
            return _fault_answer(fault)

    async def _run(self, request: web.Request) -> web.StreamResponse:
        operation = self._carrier.specification.find(request.method, request.path)
        if operation.path.get("AccountSid", operation.path.get("Sid")) != self._carrier.account_sid:
            raise ApiFault(404, 20404, f"The requested resource {request.path} was not found")
        if request.body_exists and request.content_type != FORM:
            raise ApiFault(415, 20415, "Unsupported Media Type")
        form = [(name, str(value)) for name, value in (await request.post()).items()]
        query = list(request.query.items())
        self.requests.append((request.method, request.path, _grouped(form or query)))
        self._carrier.specification.check(operation, query, form)
        return await self._perform(operation, request, dict(query), form)

    async def _perform(
        self, operation: Operation, request: web.Request, query: dict[str, str], form: list[tuple[str, str]]
    ) -> web.StreamResponse:
        match operation.operation_id:
            case "CreateMessage":
                return await self._create(_grouped(form))
            case "FetchAccount":
                return web.json_response(carrier_account.show(self._carrier))
            case "ListIncomingPhoneNumber":
                return web.json_response(carrier_account.list_numbers(self._carrier, request.path, query))
            case "ListMessage":
                return web.json_response(self._carrier.books.page(request.path, query))
            case "FetchMessage":
                return web.json_response(self._carrier.books.show(self._message(operation, "Sid")))
            case "ListMedia":
                return self._list_media(operation, request)
            case "FetchMedia":
                message = self._message(operation, "MessageSid")
                return web.json_response(self._carrier.books.show_media(message, _file(message, operation.path["Sid"])))
            case "DeleteMedia":
                message = self._message(operation, "MessageSid")
                message.media.remove(_file(message, operation.path["Sid"]))
                return web.Response(status=204)
        raise ApiFault(501, 20501, f"The simulated carrier does not do {operation.operation_id}")

    async def _create(self, form: dict[str, list[str]]) -> web.StreamResponse:
        sender, recipient = form.get("From", [""])[0], form["To"][0]
        self._check_create(form, sender, recipient)
        turn = self._carrier.next_turn(recipient)
        if not turn.takes:
            raise _turn_fault(turn)
        message = await self._carrier.take(self._made(form, sender, recipient), turn)
        if turn.hangs:
            await self._carrier.closing.wait()
        if turn.status != 201:
            raise _turn_fault(turn)
        return web.json_response(self._carrier.books.show(message), status=201)

    def _check_create(self, form: dict[str, list[str]], sender: str, recipient: str) -> None:
        """What the description does not say, with Twilio's codes for it."""
        carrier = self._carrier
        if not sender and "MessagingServiceSid" not in form:
            raise ApiFault(400, 21603, "A 'From' phone number is required.")
        if carrier.numbers and sender not in carrier.numbers:
            raise ApiFault(
                400, 21606, f"The 'From' phone number provided ({sender}) is not a valid message-capable number"
            )
        if not form.get("Body", [""])[0] and "MediaUrl" not in form:
            raise ApiFault(400, 21602, "Message body is required.")
        if len(form.get("Body", [""])[0]) > 1600:
            raise ApiFault(400, 21617, "The concatenated message body exceeds the 1600 character limit")
        if len(form.get("MediaUrl", ())) > 10:
            raise ApiFault(400, 21623, "Number of media files exceeds allowed limit")
        if (sender, recipient) in carrier.opted_out:
            raise ApiFault(400, 21610, "Attempt to send to unsubscribed recipient")

    def _made(self, form: dict[str, list[str]], sender: str, recipient: str) -> StoredMessage:
        files = tuple(form.get("MediaUrl", ()))
        return StoredMessage(
            sid=new_sid("MM" if files else "SM"),
            direction="outbound-api",
            from_number=sender,
            to_number=recipient,
            body=form.get("Body", [""])[0],
            status="queued",
            created=now(),
            callback=form.get("StatusCallback", [""])[0],
            media_urls=files,
            # The real one fetches the files; here they are noted, so that nothing is fetched from anywhere.
            media=as_media(("application/octet-stream", b"") for _ in files),
        )

    def _list_media(self, operation: Operation, request: web.Request) -> web.Response:
        message = self._message(operation, "MessageSid")
        shown = [self._carrier.books.show_media(message, media) for media in message.media]
        return web.json_response(
            {
                "media_list": shown,
                "uri": request.path_qs,
                "first_page_uri": request.path_qs,
                "next_page_uri": None,
                "previous_page_uri": None,
                "page": 0,
                "page_size": 50,
                "start": 0,
                "end": max(len(shown) - 1, 0),
            }
        )

    async def _media(self, request: web.Request) -> web.StreamResponse:
        """A file's address without `.json`: by password, and then elsewhere, as Twilio does it."""
        try:
            self._authenticate(request)
            message = self._carrier.books.find(request.match_info["message"])
            if message is None:
                raise ApiFault(404, 20404, f"The requested resource {request.path} was not found")
            media = _file(message, request.match_info["media"])
        except ApiFault as fault:
            return _fault_answer(fault)
        return web.Response(status=307, headers={"Location": f"/media-store/{media.sid}"})

    async def _media_store(self, request: web.Request) -> web.StreamResponse:
        """Twilio's file store is another firm's: a password sent along there would be a leak, so it is an error."""
        if "Authorization" in request.headers:
            return web.Response(status=400, text="InvalidRequest: only one auth mechanism is allowed")
        for message in self._carrier.books.messages:
            for media in message.media:
                if media.sid == request.match_info["media"]:
                    return web.Response(body=media.content, headers={"Content-Type": media.content_type})
        return web.Response(status=404)

    def _authenticate(self, request: web.Request) -> None:
        scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
        try:
            given = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            given = b""
        right = f"{self._carrier.account_sid}:{self._carrier.auth_token}".encode()
        if scheme.lower() != "basic" or not hmac.compare_digest(given, right):
            raise ApiFault(401, 20003, "Authenticate")

    def _message(self, operation: Operation, name: str) -> StoredMessage:
        message = self._carrier.books.find(operation.path[name])
        if message is None:
            raise ApiFault(404, 20404, f"The requested resource {operation.path[name]} was not found")
        return message


def _file(message: StoredMessage, sid: str) -> StoredMedia:
    for media in message.media:
        if media.sid == sid:
            return media
    raise ApiFault(404, 20404, f"The requested resource {sid} was not found")


def _turn_fault(turn: Turn) -> ApiFault:
    return ApiFault(turn.status, turn.code, f"Simulated fault {turn.code}", turn.retry_after)


def _fault_answer(fault: ApiFault) -> web.Response:
    headers = {"Retry-After": f"{fault.retry_after:g}"} if fault.retry_after is not None else {}
    if fault.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return web.json_response(fault.body(), status=fault.status, headers=headers)


def _grouped(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found
