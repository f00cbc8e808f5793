"""One SMS walks over real HTTP and real sockets: in, offer with the pop, accept, reply, report, wrap-up, history."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.house import OUR_NUMBER, open_house

CUSTOMER = "+447700900456"


async def test_one_sms_walks_from_carrier_to_history(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house, house.console("amara") as amara:
        await amara.do("presence.set", presence="available")
        await house.carrier.customer_texts(CUSTOMER, OUR_NUMBER, "Where is my table?")
        offered = await amara.offer()
        assert offered["queue"]["name"] == "Deliveries"
        assert amara.pops[offered["id"]]["customer"]["identities"][0]["value"] == CUSTOMER
        assert [m["text"] for m in amara.messages.values()] == ["Where is my table?"]

        await amara.do("offer.accept", offer=offered["offer"]["id"])
        await amara.until(lambda: amara.contacts[offered["id"]]["state"] == "active")
        sent = await amara.do("contact.reply", contact=offered["id"], text="It comes at two.")
        await amara.until(lambda: amara.messages.get(sent["message"], {}).get("state") == "delivered")
        (outgoing,) = house.carrier.sent_to(CUSTOMER)
        assert (outgoing.from_number, outgoing.body) == (OUR_NUMBER, "It comes at two.")

        await amara.do("contact.end", contact=offered["id"])
        await amara.do("contact.finish", contact=offered["id"], disposition="solved", note="Told the hour.")
        await amara.until(lambda: offered["id"] not in amara.contacts)
        page = await house.get(f"/api/v1/customers/{offered['customer']['id']}/timeline", "amara")
        words = [entry["text"] for entry in page["items"] if entry["kind"] != "event"]
        assert words == ["Told the hour.", "It comes at two.", "Where is my table?"]
        assert amara.gaps == 0
