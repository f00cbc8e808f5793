// What is wrong with a field, in the page's language, by the code that the hub gave. One place, so that every sentence
// can be translated; a code that came later is said in the hub's own words.
import { t } from "../words.js";

const WORDS = {
  required: () => t("This is needed."),
  whole: (v) => t("A whole number from {low} to {high}.", v),
  number: (v) => t("A number from {low} to {high}.", v),
  number_above: (v) => t("A number above {low}, {high} at the most.", v),
  too_long: (v) => t("At most {most} characters.", v),
  key: () => t("Small letters, digits, dot, dash and underline, such as deliveries-zh."),
  key_fixed: (v) => t("A key never changes: it is {key}.", v),
  span: () => t("Times such as 08:00-12:30."),
  span_order: (v) => t("{day}: spans stand in order and end after they begin, not {span}.", v),
  date: () => t("Dates such as 2026-12-25."),
  origin: () => t("Scheme and host alone, such as https://www.example.com."),
  colour: () => t("A colour such as #4640C6."),
  link: () => t("An address that begins with https://."),
  language: () => t("Language tags such as en or zh-Hans."),
  choice: (v) => t("One of {choices}.", v),
  unknown: (v) => t("{name} is not in the list any more.", v),
  entry_taken: (v) => t("{entry} already leads to the queue {queue}.", v),
  role_built_in: () => t("This is a role of the hub itself. Choose another key."),
  time_zone: (v) => t("The time zone {name} is not known. One is Europe/Amsterdam.", v),
  storable: () => t("It has a character that cannot be kept."),
};

export const wrongWords = (wrong) => (wrong && WORDS[wrong.code] ? WORDS[wrong.code](wrong.values ?? {}) : "");
