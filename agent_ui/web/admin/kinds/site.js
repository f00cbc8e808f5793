// Chat sites: how the chat looks and behaves, and how it is put on a web site.
import { html } from "lit";
import { t } from "../../words.js";

export const sites = {
  one: t("Chat site"),
  add: t("New chat site"),
  none: t("No chat site yet. Make one, and paste one line into your web site."),
  about: t("Web sites with our chat on them."),
  icon: () => "chat",
  fresh: { key: "", name: "", origins: [], greeting: "", languages: [], colour: "#4640C6", side: "right", anonymous: true, files: true, offline: true, rating: true },
  columns: [
    { head: t("May carry it"), wide: true, cell: ({ origins }) => origins.join(", ") || t("only its own page") },
    { head: t("Who"), cell: ({ anonymous }) => (anonymous ? t("everybody") : t("signed visitors")) },
  ],
  tabs: [
    { id: "plan", name: t("Chat"), groups: [
      { head: t("Site"), fields: [
        { name: "name", label: t("Name"), kind: "text", most: 120, needed: true },
        { name: "key", label: t("Key"), kind: "text", most: 60, code: true, needed: true, hint: t("It stands in the line that you paste. It never changes.") },
        { name: "origins", label: t("Sites that may carry it"), kind: "lines", example: "https://www.example.com", hint: t("One a line, scheme and host. Without any there is only the page of its own.") },
      ] },
      { head: t("How it looks"), fields: [
        { name: "greeting", label: t("Greeting"), kind: "text", most: 80 },
        { name: "colour", label: t("Colour"), kind: "colour" },
        { name: "side", label: t("Corner"), kind: "select", options: () => [["right", t("right")], ["left", t("left")]] },
        { name: "languages", label: t("Languages"), kind: "lines", example: "en", hint: t("One a line, the first is the usual one. Empty: as the browser wishes.") },
      ] },
      { head: t("What visitors can do"), fields: [
        { name: "anonymous", label: t("Chat without being signed in on your site"), kind: "toggle" },
        { name: "files", label: t("Send files"), kind: "toggle" },
        { name: "offline", label: t("Leave a message while we are closed"), kind: "toggle" },
        { name: "rating", label: t("Rate the chat at its end"), kind: "toggle" },
      ] },
      { head: t("Privacy"), fields: [
        { name: "privacy_note", label: t("Note"), kind: "text", most: 200 },
        { name: "privacy_url", label: t("Link"), kind: "text", code: true, example: "https://" },
      ] },
    ] },
    { id: "install", name: t("On your site"), saved: true, view: ({ draft, save }) => html`<hub-site-install .site=${draft} .save=${save}></hub-site-install>` },
  ],
};
