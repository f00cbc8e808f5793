// Why a text did not arrive, by the provider's code, in the reader's language. The hub's own words (in English) stand in for
// codes that are not here.
import { t } from "../words.js";

const WORDS = {
  20003: () => t("The provider refused our account. Please tell your administrator."),
  20404: () => t("The provider does not know this account or message. Please tell your administrator."),
  20429: () => t("Too many requests at once: the provider asked us to slow down."),
  21211: () => t("This is not a valid phone number. Check it with the customer."),
  21212: () => t("Our sender number is not valid. Please tell your administrator."),
  21265: () => t("This is a short code: it cannot be written to."),
  21408: () => t("Messages to this country are not allowed by our settings. Please tell your administrator."),
  21605: () => t("The file is too large, or there are too many."),
  21606: () => t("Our sender number cannot send text messages. Please tell your administrator."),
  21608: () => t("A trial account may write to verified numbers alone. Please tell your administrator."),
  21610: () => t("The customer opted out by STOP. They must write START before you can write to them again."),
  21611: () => t("Too many messages wait at the provider for our number. It is tried again later."),
  21612: () => t("The provider cannot reach this number from our sender number."),
  21614: () => t("This is not a mobile number: it cannot receive text messages."),
  21617: () => t("The text is too long for one message."),
  21635: () => t("This is a landline number: it cannot receive text messages."),
  21659: () => t("Our sender number does not belong to our account. Please tell your administrator."),
  30001: () => t("Too many messages waited at the provider, and this one was dropped. Send it again."),
  30002: () => t("Our account at the provider is suspended. Please tell your administrator."),
  30003: () => t("The phone could not be reached: switched off or without signal. Try again later."),
  30004: () => t("The message was blocked: the customer’s phone or carrier does not accept it."),
  30005: () => t("The number is unknown: it does not exist or is no longer in use."),
  30006: () => t("This is a landline, or its carrier cannot be reached by text message."),
  30007: () => t("The customer’s carrier filtered the message as unwanted. Change the words, or call."),
  30008: () => t("The message was not delivered, and the carrier gave no reason. Try again later."),
  30011: () => t("Pictures are not supported on the customer’s network. Send the text alone."),
  30019: () => t("The file is larger than the customer’s carrier accepts."),
  30022: () => t("Too many messages from our number today for this carrier. Try again tomorrow."),
  30034: () => t("Our number is not registered for business messages. Please tell your administrator."),
  30036: () => t("The message waited too long and expired before it was sent."),
  30410: () => t("The customer’s carrier did not answer in time. Try again later."),
};
WORDS[21604] = WORDS[21211];
WORDS[30023] = WORDS[30022];
WORDS[30032] = WORDS[30035] = WORDS[30034];

/** A sentence for this failure, or nothing if the code is not known here. */
export const failureOf = (error) => WORDS[error?.code]?.();
