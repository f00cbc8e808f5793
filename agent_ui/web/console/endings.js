// Offers that ended otherwise than by our acceptance: the store keeps them four seconds, the card says what happened.
import { t } from "../words.js";

/** `[{contact, why}]`, in the order in which they ended. */
export function endings(state) {
  return [...state.ended.values()].filter(({ contact, why }) => contact.state === "offered" && why !== "declined");
}

/** What became of an offer, for the card and for the ear. */
export function endingWords({ contact, why }) {
  const away = contact.offer?.why?.missed === "next_agent_and_away";
  if (why === "expired") return away ? t("You missed it. You are away now.") : t("You missed it. It goes to the next agent.");
  if (why === "customer_left") return t("The customer left");
  if (why === "accepted_elsewhere") return t("Another agent took it");
  return t("The offer was withdrawn");
}
